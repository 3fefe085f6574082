import type { Mailbox } from '../config.ts';
import { asInvitation, type CalendarMethod, withOrganizer } from '../domain/calendar.ts';
import type { Attachment } from './attachment.ts';

/** How calendar files leave. */
export interface CalendarOptions {
  readonly from: Mailbox;
  /** Left out: `publish`. */
  readonly calendarMethod?: CalendarMethod | undefined;
}

/** Whether a file is one for a calendar. */
export function isCalendar({ contentType }: Attachment): boolean {
  return contentType.startsWith('text/calendar;');
}

/**
 * A mail's calendar file as it leaves: from whoever sends the mail where its event names nobody, and, with `request`, as an
 * invitation of the recipient. Other files stay as they are.
 */
export function outgoingFile(
  file: Attachment,
  to: string,
  { from, calendarMethod = 'publish' }: CalendarOptions,
): Attachment {
  if (!isCalendar(file) || typeof file.content !== 'string') return file;
  const organized = withOrganizer(file.content, from);
  const content = calendarMethod === 'request' ? asInvitation(organized, to) : organized;
  const method = /^METHOD:([A-Z]+)/m.exec(content)?.[1] ?? 'PUBLISH';
  return { ...file, contentType: `text/calendar; charset=utf-8; method=${method}`, content };
}
