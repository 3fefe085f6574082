import { Fragment } from 'react';
import { googleCalendarLink, outlookCalendarLink } from '../../src/domain/calendar.ts';
import type { MailProps } from '../mail.ts';
import { Aside, TextLink } from './words.tsx';

export type CalendarLinkVariable = 'calendarLink' | 'encodedAccessLink';

/** The ways into a calendar, in the order in which they are offered; the text part lists the same. */
export function calendarChoices({ content, values }: MailProps<CalendarLinkVariable>) {
  const { calendar } = content.copy;
  return [
    { label: calendar.google, link: googleCalendarLink(content.event, values.encodedAccessLink) },
    { label: calendar.outlook, link: outlookCalendarLink(content.event, values.encodedAccessLink) },
    { label: calendar.file, link: values.calendarLink },
  ] as const;
}

/** "Add to calendar: Google · Outlook · Apple and others"; `label` begins it. */
export function CalendarLine({
  content,
  values,
  label,
}: MailProps<CalendarLinkVariable> & { readonly label: string }) {
  return (
    <Aside content={content}>
      {label}
      {calendarChoices({ content, values }).map((choice, index) => (
        <Fragment key={choice.label}>
          {/* The dot ends a line rather than begin one. */}
          {index === 0 ? ' ' : '\u00a0· '}
          <TextLink content={content} link={choice.link}>
            {choice.label}
          </TextLink>
        </Fragment>
      ))}
    </Aside>
  );
}
