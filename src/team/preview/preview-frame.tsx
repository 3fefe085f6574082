export interface PreviewFrameProps {
  /** Unique on the page. */
  readonly name: string;
  /** What is in it: "The public page". */
  readonly title: string;
  /** GET shows what is saved; POST what stands in the form. */
  readonly path: string;
  /** Of the GET. */
  readonly query?: Readonly<Record<string, string>>;
  /** The id of the form that it shows. */
  readonly form: string;
}

/**
 * What a form makes, shown while it is filled in: the page needs `preview.js`, and its form `data-previews`. Without script the
 * button shows it.
 */
export function PreviewFrame({ name, title, path, query = {}, form }: PreviewFrameProps) {
  const search = new URLSearchParams(query).toString();
  return (
    <div className="preview">
      <button
        type="submit"
        className="button button--quiet button--small preview__button"
        form={form}
        formAction={path}
        formTarget={name}
        formNoValidate
        aria-label={`Update the preview: ${title}`}
      >
        Update preview
      </button>
      <iframe
        className="preview__frame"
        name={name}
        title={title}
        src={search ? `${path}?${search}` : path}
        // Its script cannot run; our own may write into it.
        sandbox="allow-same-origin"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and nothing in it can have the focus.
        tabIndex={0}
        data-preview={path}
        data-preview-form={form}
      />
    </div>
  );
}
