import type { OutgoingMail } from './provider.ts';

/** What lets a mail program offer to stop mails like this one with one click (RFC 2369, RFC 8058). */
export function stopHeaders({ stopLink }: Pick<OutgoingMail, 'stopLink'>): Readonly<Record<string, string>> {
  return stopLink === null
    ? {}
    : { 'List-Unsubscribe': `<${stopLink}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' };
}
