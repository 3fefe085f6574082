import type { Mail, MailProps } from './mail.ts';
import { calendarEntry } from './parts/calendar-entry.ts';
import { eventReservation, RESERVATION_VARIABLES } from './parts/event-reservation.ts';
import { LINK_VARIABLES, LinkMail, linkMailText } from './parts/link-mail.tsx';
import { sampleProps } from './samples.ts';

const VARIABLES = [...LINK_VARIABLES, 'shortDate', 'calendarCode', ...RESERVATION_VARIABLES] as const;
type Props = MailProps<(typeof VARIABLES)[number]>;

/** Right after registration: the place is booked, here is the way in, put it in your calendar. */
export default function Confirmation(props: Props) {
  return <LinkMail {...props} words={words(props)} />;
}

Confirmation.PreviewProps = sampleProps('confirmation', VARIABLES);

export const confirmation: Mail<(typeof VARIABLES)[number]> = {
  variables: VARIABLES,
  Html: Confirmation,
  subject: ({ content: { copy, event }, values }) =>
    copy.confirmation.subject({ title: event.title, date: values.shortDate }),
  text: (props) => linkMailText({ ...props, words: words(props) }),
  calendar: calendarEntry,
  data: eventReservation,
};

function words({ content: { copy, event }, values }: Props) {
  const { eyebrow, intro, why } = copy.confirmation;
  return { eyebrow, intro, why: why({ email: values.email, title: event.title }) };
}
