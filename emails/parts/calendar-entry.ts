import { calendarSource } from '../../src/domain/calendar.ts';
import type { Copy } from '../copy/en.ts';
import type { MailProps } from '../mail.ts';

/** What a calendar entry says of the host: `Host: Ada`; null: nobody is named. */
export function hostLine(copy: Copy, hostName: string | null): string | null {
  return hostName ? `${copy.label(copy.details.host)} ${hostName}` : null;
}

/** What it says of a key of four digits, which can be typed: `Your code: 4071` on a line of its own; empty: it is another key. */
export function codeLine(copy: Copy, { accessKey }: { readonly accessKey: string }): string {
  return /^\d{4}$/.test(accessKey) ? `\n${copy.label(copy.details.code)} ${accessKey}` : '';
}

/** The file that a mail brings, see `calendar.ts`. */
export function calendarEntry({
  content,
  values,
}: MailProps<'calendarUid' | 'calendarCode' | 'accessLink'>): string {
  const { event, copy } = content;
  return calendarSource(event, {
    uid: values.calendarUid,
    link: values.accessLink,
    codeLine: values.calendarCode,
    hostLine: hostLine(copy, event.hostName),
  });
}
