import { calendarSource } from '../../src/domain/calendar.ts';
import type { Copy } from '../copy/en.ts';
import type { MailProps } from '../mail.ts';

/** What a calendar entry says of the host: `Host: Ada`; null: nobody is named. */
export function hostLine(copy: Copy, hostName: string | null): string | null {
  return hostName ? `${copy.label(copy.details.host)} ${hostName}` : null;
}

/** The file that a mail brings, see `calendar.ts`. */
export function calendarEntry({ content, values }: MailProps<'calendarUid' | 'accessLink'>): string {
  const { event, copy } = content;
  return calendarSource(event, {
    uid: values.calendarUid,
    link: values.accessLink,
    hostLine: hostLine(copy, event.hostName),
  });
}
