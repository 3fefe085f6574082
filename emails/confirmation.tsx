import type { Mail, MailProps } from './mail.ts';
import {
  BOOKING_VARIABLES,
  BookingMail,
  type BookingVariable,
  bookingMailText,
} from './parts/booking-mail.tsx';
import { calendarEntry } from './parts/calendar-entry.ts';
import { CODE_VARIABLES } from './parts/details.tsx';
import { eventReservation } from './parts/event-reservation.ts';
import { LinkMail, linkMailText } from './parts/link-mail.tsx';
import { sampleProps } from './samples.ts';

type Props = MailProps<BookingVariable>;

/** Right after registration: the place is booked, put it in your calendar, here is your link; the link first where it starts soon. */
export default function Confirmation(props: Props) {
  return props.content.startsSoon ? (
    <LinkMail {...props} words={words(props)} />
  ) : (
    <BookingMail {...props} words={words(props)} />
  );
}

Confirmation.PreviewProps = sampleProps('confirmation', BOOKING_VARIABLES);

export const confirmation: Mail<BookingVariable> = {
  variables: BOOKING_VARIABLES,
  sometimes: CODE_VARIABLES,
  Html: Confirmation,
  subject: ({ content: { copy, event }, values }) =>
    copy.confirmation.subject({ title: event.title, when: values.shortTime }),
  text: (props) =>
    (props.content.startsSoon ? linkMailText : bookingMailText)({ ...props, words: words(props) }),
  calendar: calendarEntry,
  data: eventReservation,
};

function words({ content: { copy, event, startsSoon }, values }: Props) {
  const { eyebrow, why } = copy.confirmation;
  const intro = startsSoon ? copy.confirmation.introSoon : copy.confirmation.intro;
  const { add } = copy.calendar;
  return { eyebrow, intro, why: why({ email: values.email, title: event.title }), calendar: add };
}
