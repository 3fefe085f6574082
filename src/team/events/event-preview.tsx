import { PreviewFrame } from '../preview/preview-frame.tsx';

const SHOWN = [
  { value: 'page', label: 'Public page' },
  { value: 'embed', label: 'Embedded form' },
  { value: 'mail', label: 'Confirmation mail' },
] as const;

/** What a form would make of an event, beside it: its public page, its form on another site, or its confirmation mail. */
export function EventPreview({ path, form }: { readonly path: string; readonly form: string }) {
  return (
    <section className="with-preview__aside event-preview" aria-labelledby="preview-title">
      <h2 className="visually-hidden" id="preview-title">
        Preview
      </h2>
      <fieldset className="chips">
        <legend className="visually-hidden">Preview</legend>
        {SHOWN.map(({ value, label }, index) => (
          <label className="chip" key={value}>
            <input type="radio" name="preview" value={value} defaultChecked={index === 0} />
            <span>{label}</span>
          </label>
        ))}
      </fieldset>
      <div className="event-preview__page">
        <PreviewFrame
          name="page-preview"
          title="The public page, as visitors see it"
          path={`${path}/page`}
          form={form}
        />
      </div>
      <div className="event-preview__embed">
        <PreviewFrame
          name="embed-preview"
          title="The registration form, as other sites show it"
          path={`${path}/embed`}
          form={form}
        />
      </div>
      <div className="event-preview__mail">
        <PreviewFrame
          name="mail-preview"
          title="The confirmation mail, with the data of an invented registrant"
          path={`${path}/mail`}
          form={form}
        />
      </div>
    </section>
  );
}
