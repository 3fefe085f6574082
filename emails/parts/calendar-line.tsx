import { Fragment } from 'react';
import { toCalendar, WEB_CALENDARS, type WebCalendar } from '../../src/domain/calendar.ts';
import type { MailProps } from '../mail.ts';
import { Aside, TextLink } from './words.tsx';

export const CALENDAR_LINKS = ['webCalendarLink', 'calendarLink'] as const;
export type CalendarLinkVariable = (typeof CALENDAR_LINKS)[number];

/** What they are called in every language, for where nothing stands beside them. */
const NAMES: Readonly<Record<WebCalendar, string>> = { google: 'Google', outlook: 'Outlook' };
const FILE = 'Apple';

/**
 * The ways into a calendar, in the order in which they are offered; the text part lists the same. Those on the web lead over
 * us, so that an old mail puts in the time of today. Of a moved event the file comes first: it moves the entry that is
 * there, the others make a second one.
 */
export function calendarChoices({ content, values }: MailProps<CalendarLinkVariable>) {
  const { calendar } = content.copy;
  const file = { name: FILE, label: calendar.file, link: values.calendarLink };
  const onTheWeb = WEB_CALENDARS.map((web) => ({
    name: NAMES[web],
    label: calendar[web],
    link: `${values.webCalendarLink}${toCalendar(web)}`,
  }));
  return content.event.revision > 0 ? [file, ...onTheWeb] : [...onTheWeb, file];
}

/** "Add to calendar: Google · Outlook · Apple and others"; `label` begins it. */
export function CalendarLine({
  content,
  values,
  label,
}: MailProps<CalendarLinkVariable> & { readonly label: string }) {
  return (
    <Aside content={content}>
      {content.copy.label(label)}
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
