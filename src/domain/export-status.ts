import { type MessageStatus, statusRow } from './delivery/status.ts';
import type { ExportFailure } from './export-failure.ts';

export const EXPORT_STATUSES = ['queued', 'running', 'sent', 'failed'] as const;
export type ExportStatus = (typeof EXPORT_STATUSES)[number];

/** What is kept of an export and of its mail. */
export interface ExportState {
  readonly status: 'queued' | 'running' | 'made' | 'failed';
  readonly failure: ExportFailure | 'withdrawn' | null;
  readonly mailStatus: MessageStatus | null;
  readonly mailError: string | null;
}

/** What of the file is known from its mail: it is not `sent` before that is. The error is a sentence. */
export function exportStatus(e: ExportState): readonly [status: ExportStatus, error: string | null] {
  if (e.failure) return ['failed', FAILURES[e.failure]];
  if (e.status !== 'made') return [e.status === 'queued' ? 'queued' : 'running', null];
  if (e.mailStatus === null) return ['sent', null];
  const { pending, mayHaveArrived } = statusRow(e.mailStatus);
  if (pending) return ['running', e.mailError];
  return mayHaveArrived ? ['sent', null] : ['failed', e.mailError];
}

const FAILURES: Readonly<Record<NonNullable<ExportState['failure']>, string>> = {
  not_allowed: 'Whoever asked for it, or the address it was to go to, may no longer have it.',
  too_many_rows: 'A sheet of Excel holds 1,048,575 registrants at the most: ask for CSV.',
  too_many_columns: 'The registrants have more fields than a file has columns: choose columns.',
  internal: 'It failed again and again on our side. It is in the log.',
  withdrawn: 'It was cancelled before it was ready.',
};
