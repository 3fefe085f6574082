import { Fragment } from 'react';
import { googleCalendarLink, outlookCalendarLink } from '../../src/domain/calendar.ts';
import type { MailProps } from '../mail.ts';
import { TextLink } from './words.tsx';

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

/** "Add to calendar: Google · Outlook · Apple and others". */
export function CalendarLine({ content, values }: MailProps<CalendarLinkVariable>) {
  return (
    <div
      className="quiet"
      style={{ color: content.palette.light.quiet, fontSize: '14px', paddingTop: '20px' }}
    >
      {content.copy.calendar.add}
      {calendarChoices({ content, values }).map(({ label, link }, index) => (
        <Fragment key={label}>
          {index === 0 ? ' ' : ' · '}
          <TextLink content={content} link={link}>
            {label}
          </TextLink>
        </Fragment>
      ))}
    </div>
  );
}
