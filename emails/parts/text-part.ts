import type { MailProps } from '../mail.ts';
import { type CalendarLinkVariable, calendarChoices } from './calendar-line.tsx';

/** Joins blocks by an empty line. To leave out an empty one would be a branch on a recipient's value. */
export function blocks(...parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}

/** The rows of `details.tsx`, in letters. */
export function detailsText({ content, values }: MailProps<'moment'>): string {
  const { label, details } = content.copy;
  const { hostName } = content.event;
  const rows = [
    [details.when, values.moment],
    [details.where, details.online],
    ...(hostName ? [[details.host, hostName]] : []),
  ] as const;
  return rows.map(([name, value]) => `${label(name ?? '')} ${value}`).join('\n');
}

/** A link on a line of its own: whatever follows it would be taken for a part of it. */
export function linkText(label: string, link: string): string {
  return `${label}\n${link}`;
}

/** The choices of `calendar-line.tsx`, one link a line. */
export function calendarLinksText({ content, values }: MailProps<CalendarLinkVariable>): string {
  const { copy } = content;
  const choices = calendarChoices({ content, values });
  return [copy.calendar.add, ...choices.map(({ label, link }) => linkText(copy.label(label), link))].join(
    '\n',
  );
}

/** Why this mail came, and who sent it from where. */
export function footerText({ content, why }: Pick<MailProps, 'content'> & { readonly why: string }): string {
  return ['--', why, ...(content.postalAddress ? [content.postalAddress] : [])].join('\n');
}
