import type { Mail, MailProps } from './mail.ts';
import { calendarEntry } from './parts/calendar-entry.ts';
import { MovedDetails } from './parts/details.tsx';
import { eventReservation, RESERVATION_VARIABLES } from './parts/event-reservation.ts';
import { LINK_VARIABLES, LinkMail, linkMailText } from './parts/link-mail.tsx';
import { movedDetailsText } from './parts/text-part.ts';
import { sampleProps } from './samples.ts';

const VARIABLES = [
  ...LINK_VARIABLES,
  'oldDate',
  'oldTime',
  'oldZone',
  'oldHostTime',
  'oldMoment',
  'calendarCode',
  ...RESERVATION_VARIABLES,
] as const;
type Props = MailProps<(typeof VARIABLES)[number]>;

/** The event has other times now: these, and no longer those. */
export default function EventUpdated(props: Props) {
  return <LinkMail {...props} words={words(props)} details={<MovedDetails {...props} />} />;
}

EventUpdated.PreviewProps = sampleProps('event_updated', VARIABLES);

export const eventUpdated: Mail<(typeof VARIABLES)[number]> = {
  variables: VARIABLES,
  Html: EventUpdated,
  subject: ({ content: { copy, event } }) => copy.event_updated.subject({ title: event.title }),
  text: (props) => linkMailText({ ...props, words: words(props), details: movedDetailsText(props) }),
  // The same UID with a higher SEQUENCE: it moves the entry that the confirmation brought.
  calendar: calendarEntry,
  data: eventReservation,
};

function words({ content: { copy, event }, values }: Props) {
  const { eyebrow, intro, why } = copy.event_updated;
  const { update } = copy.calendar;
  return { eyebrow, intro, why: why({ email: values.email, title: event.title }), calendar: update };
}
