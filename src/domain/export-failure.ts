/**
 * Why an export could not be made. `not_allowed`: whoever asked, or the address it was to go to, may no longer have it;
 * `too_many_rows`: an Excel sheet ends at 1,048,576 lines, its header included; `too_many_columns`: the registrants have
 * more different fields than a file may have columns; `internal`: something of ours kept failing, and the log says what.
 */
export const EXPORT_FAILURES = ['not_allowed', 'too_many_rows', 'too_many_columns', 'internal'] as const;
export type ExportFailure = (typeof EXPORT_FAILURES)[number];
