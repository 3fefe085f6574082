import type { Mail, MailProps } from './mail.ts';
import { BOOKING_VARIABLES, BookingMail, bookingMailText } from './parts/booking-mail.tsx';
import { calendarEntry } from './parts/calendar-entry.ts';
import { CODE_VARIABLES, WasRow } from './parts/details.tsx';
import { eventReservation } from './parts/event-reservation.ts';
import { movedDetailsText } from './parts/text-part.ts';
import { sampleProps } from './samples.ts';

const VARIABLES = [
  ...BOOKING_VARIABLES,
  'oldDate',
  'oldTime',
  'oldZone',
  'oldHostTime',
  'oldMoment',
] as const;
type Props = MailProps<(typeof VARIABLES)[number]>;

/** The event has other times now: these, and no longer those. */
export default function EventUpdated(props: Props) {
  return <BookingMail {...props} words={words(props)} was={<WasRow {...props} />} />;
}

EventUpdated.PreviewProps = sampleProps('event_updated', VARIABLES);

export const eventUpdated: Mail<(typeof VARIABLES)[number]> = {
  variables: VARIABLES,
  sometimes: CODE_VARIABLES,
  Html: EventUpdated,
  subject: ({ content: { copy, event }, values }) =>
    copy.event_updated.subject({ title: event.title, when: values.shortTime }),
  text: (props) => bookingMailText({ ...props, words: words(props), was: movedDetailsText(props) }),
  // The same UID with a higher SEQUENCE: it moves the entry that the confirmation brought.
  calendar: calendarEntry,
  data: eventReservation,
};

function words({ content: { copy, event }, values }: Props) {
  const { eyebrow, intro, why } = copy.event_updated;
  const { update } = copy.calendar;
  return { eyebrow, intro, why: why({ email: values.email, title: event.title }), calendar: update };
}
