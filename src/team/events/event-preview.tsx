import { RadioGroup } from '../parts/field.tsx';
import { PreviewFrame } from '../preview/preview-frame.tsx';

/** What a form would make of an event, beside it: its public page, or its confirmation mail. */
export function EventPreview({ path, form }: { readonly path: string; readonly form: string }) {
  return (
    <section className="with-preview__aside event-preview" aria-labelledby="preview-title">
      <h2 className="visually-hidden" id="preview-title">
        Preview
      </h2>
      <RadioGroup
        name="preview"
        legend="Preview"
        labelHidden
        inline
        value="page"
        options={[
          { value: 'page', label: 'Public page' },
          { value: 'mail', label: 'Confirmation mail' },
        ]}
      />
      <div className="event-preview__page">
        <PreviewFrame
          name="page-preview"
          title="The public page, as visitors see it"
          path={`${path}/page`}
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
