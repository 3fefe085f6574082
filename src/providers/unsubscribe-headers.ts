import type { OutgoingMail } from './provider.ts';

/** What lets a mail program offer to stop mails like this one with one click (RFC 2369, RFC 8058). */
export function unsubscribeHeaders({
  unsubscribeLink,
}: Pick<OutgoingMail, 'unsubscribeLink'>): Readonly<Record<string, string>> {
  return unsubscribeLink === null
    ? {}
    : { 'List-Unsubscribe': `<${unsubscribeLink}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
