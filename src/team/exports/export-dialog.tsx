import { ExportForm, type ExportFormProps, exportTitle } from './export-form.tsx';

/** The id that the People page and the server know the dialog's frame by. */
export const EXPORT_FRAME = 'export-frame';

/** Stands empty on the People page: the script loads the form into its frame, and shows it then. */
export function ExportDialog() {
  return (
    <dialog className="export-dialog" aria-label="Export" data-opens-filled>
      <turbo-frame id={EXPORT_FRAME} target="_top" />
    </dialog>
  );
}

/** The answer to a request for the dialog's frame alone. */
export function ExportDialogDocument({ form }: { readonly form: ExportFormProps }) {
  return (
    <html lang="en">
      <head>
        <title>Export · access-mail</title>
      </head>
      <body>
        <turbo-frame id={EXPORT_FRAME} target="_top">
          <h2>{exportTitle(form.choice)}</h2>
          <ExportForm {...form} isDialog />
        </turbo-frame>
      </body>
    </html>
  );
}
