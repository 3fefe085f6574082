import type { EventContent, MailProps, SiteContent } from '../mail.ts';
import { type CalendarLinkVariable, calendarChoices } from './calendar-line.tsx';
import { showsCode } from './details.tsx';
import type { FooterProps } from './footer.tsx';

/** Joins blocks by an empty line. To leave out an empty one would be a branch on a recipient's value. */
export function blocks(...parts: readonly string[]): string {
  return `${parts.join('\n\n')}\n`;
}

type Row = readonly [name: string, value: string];

/** The rows of `details.tsx`, in letters, below the event's name. */
export function detailsText({ content, values }: MailProps<'moment'> & CodeProps): string {
  return rowsText(content, [content.copy.details.when, values.moment], ...codeRow(content, values));
}

/** Those of a moved event. */
export function movedDetailsText({ content, values }: MailProps<'moment' | 'oldMoment'> & CodeProps): string {
  const { details } = content.copy;
  return rowsText(
    content,
    [details.now, values.moment],
    [details.was, values.oldMoment],
    ...codeRow(content, values),
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

interface CodeProps {
  readonly values: { readonly accessCode?: string };
}

function codeRow(content: EventContent, { accessCode }: CodeProps['values']): readonly Row[] {
  return accessCode !== undefined && showsCode(content) ? [[content.copy.details.code, accessCode]] : [];
}

/** What the event is about, a block; none where it does not say. */
export function aboutText({ summary }: EventContent): readonly string[] {
  return summary ? [summary] : [];
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
  return [content.copy.label(label), ...choices].join('\n');
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
