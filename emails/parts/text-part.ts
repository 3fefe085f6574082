import type { EventContent, MailProps, SiteContent } from '../mail.ts';
import { type CalendarLinkVariable, calendarChoices } from './calendar-line.tsx';
import type { FooterProps } from './footer.tsx';

/** Joins blocks by an empty line. To leave out an empty one would be a branch on a recipient's value. */
export function blocks(...parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}

type Row = readonly [name: string, value: string];

/** The rows of `details.tsx`, in letters, below the event's name. */
export function detailsText({ content, values }: MailProps<'moment'>): string {
  const { details } = content.copy;
  return rowsText(content, [details.when, values.moment], [details.where, details.online]);
}

/** Those of a moved event. */
export function movedDetailsText({ content, values }: MailProps<'moment' | 'oldMoment'>): string {
  const { details } = content.copy;
  return rowsText(
    content,
    [details.now, values.moment],
    [details.was, values.oldMoment],
    [details.where, details.online],
  );
}

/** Those of a cancelled one. */
export function cancelledDetailsText({ content, values }: MailProps<'moment'>): string {
  return rowsText(content, [content.copy.details.planned, values.moment]);
}

/** Those of one that is over. */
export function pastDetailsText({ content, values }: MailProps<'moment'>): string {
  return rowsText(content, [content.copy.details.when, values.moment]);
}

function rowsText(content: EventContent, ...rows: readonly Row[]): string {
  const { copy, event } = content;
  const host: readonly Row[] = event.hostName ? [[copy.details.host, event.hostName]] : [];
  return titledRowsText(content, event.title, ...rows, ...host);
}

/** Rows, a line each, below the name of what they are about. */
export function titledRowsText({ copy }: SiteContent, title: string, ...rows: readonly Row[]): string {
  return [title, ...rows.map(([name, value]) => `${copy.label(name)} ${value}`)].join('\n');
}

/** A link on a line of its own: whatever follows it would be taken for a part of it. */
export function linkText(label: string, link: string): string {
  return `${label}\n${link}`;
}

/** The choices of `calendar-line.tsx`, one link a line; `label` begins them. */
export function calendarLinksText({
  content,
  values,
  label,
}: MailProps<CalendarLinkVariable> & { readonly label: string }): string {
  const choices = calendarChoices({ content, values }).map((choice) =>
    linkText(content.copy.label(choice.label), choice.link),
  );
  return [label, ...choices].join('\n');
}

/** Why this mail came, where to change that, and who sent it from where. */
export function footerText({ content, why, registrationLink, unsubscribeLink }: FooterProps): string {
  const { copy, postalAddress } = content;
  return [
    '--',
    why,
    ...(registrationLink ? [linkText(copy.label(copy.registration.own), registrationLink)] : []),
    ...(unsubscribeLink ? [linkText(copy.label(copy.reminder.stop), unsubscribeLink)] : []),
    ...(postalAddress ? [postalAddress] : []),
  ].join('\n');
}
