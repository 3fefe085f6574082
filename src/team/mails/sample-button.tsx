/** Sends the member a sample of what is typed in the form. What it is and where it goes stands below, under the id `sample-hint`. */
export function SampleButton({ path }: { readonly path: string }) {
  // Answers with the same page, and what is typed stays: no page to go to.
  return (
    <button
      type="submit"
      className="button button--quiet"
      formAction={`${path}/sample`}
      aria-describedby="sample-hint"
      data-sample
      data-turbo="false"
    >
      Send me a sample
    </button>
  );
}
