import type { Mailbox } from '../../config.ts';
import type { SilentDomain } from '../../db/report.ts';
import { timeText } from '../parts/time.tsx';

/** What a team sends to the IT of a company whose people open no mail. It names nobody of them. */
export function itText(
  { domain, delivered, since }: SilentDomain,
  about: {
    readonly title: string;
    readonly timeZone: string;
    readonly from: Mailbox;
    readonly publicUrl: string;
  },
): string {
  const { title, timeZone, from, publicUrl } = about;
  return [
    'Hello,',
    '',
    `People at ${domain} are registered for our online event “${title}”. Your mail server has accepted our mails to ${delivered} of them since ${timeText(since, timeZone)}, but none of them seems to have been opened. Perhaps a filter or a quarantine holds them back.`,
    '',
    'Please check this, release the mails, and allow:',
    '',
    `- mail from ${from.address}`,
    `- mail sent by servers of ${from.address.slice(from.address.lastIndexOf('@') + 1)} (SPF and DKIM)`,
    `- links to ${new URL(publicUrl).host}`,
    '',
    'The mails bring each person their own access link to the event.',
    '',
    'Thank you',
  ].join('\n');
}
