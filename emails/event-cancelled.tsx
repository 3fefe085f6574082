import { EVENT_VARIABLES, type Mail, type MailProps } from './mail.ts';
import { calendarEntry } from './parts/calendar-entry.ts';
import { Opening, openingText, Signature, signatureText } from './parts/custom-text.tsx';
import { About } from './parts/details.tsx';
import { eventReservation, RESERVATION_VARIABLES } from './parts/event-reservation.ts';
import { WriteToHost, writeToHostText } from './parts/labelled-link.tsx';
import { Layout } from './parts/layout.tsx';
import { RemoveFromCalendar, removeFromCalendarText } from './parts/remove-from-calendar.tsx';
import { blocks, cancelledDetailsText, footerText } from './parts/text-part.ts';
import { TILE_VARIABLES, When } from './parts/when.tsx';
import { Eyebrow, Title } from './parts/words.tsx';
import { sampleProps } from './samples.ts';
import { neutral } from './theme.ts';

const VARIABLES = [
  ...EVENT_VARIABLES,
  ...TILE_VARIABLES,
  'accessLink',
  'calendarLink',
  'calendarCode',
  ...RESERVATION_VARIABLES,
] as const;
type Props = MailProps<(typeof VARIABLES)[number]>;

/** The event does not take place. No colour and no cover: it is bad news. No button: there is nowhere left to go. */
export default function EventCancelled({ content: inColour, values }: Props) {
  const content = { ...inColour, palette: neutral(inColour.palette) };
  const { copy, event } = content;
  return (
    <Layout
      content={content}
      preheader={values.preheader}
      why={why({ content, values })}
      registrationLink={values.registrationLink}
    >
      <Eyebrow content={content}>{copy.event_cancelled.eyebrow}</Eyebrow>
      <Title content={content}>{event.title}</Title>
      <When content={content} values={values} isOff />
      <Opening content={content} greeting={values.greeting} intro={copy.event_cancelled.intro} />
      <RemoveFromCalendar content={content} values={values} />
      <About content={content} isBrief />
      <WriteToHost content={content} />
      <Signature content={content} />
    </Layout>
  );
}

EventCancelled.PreviewProps = sampleProps('event_cancelled', VARIABLES);

export const eventCancelled: Mail<(typeof VARIABLES)[number]> = {
  variables: VARIABLES,
  Html: EventCancelled,
  subject: ({ content: { copy, event } }) => copy.event_cancelled.subject({ title: event.title }),
  text: ({ content, values }) => {
    const { copy } = content;
    return blocks(
      ...openingText({ content, greeting: values.greeting, intro: copy.event_cancelled.intro }),
      cancelledDetailsText({ content, values }),
      removeFromCalendarText({ content, values }),
      ...writeToHostText(content),
      ...signatureText(content),
      footerText({ content, why: why({ content, values }), registrationLink: values.registrationLink }),
    );
  },
  calendar: (props) => {
    // Without this the attached file would put back what the words above take away.
    if (!props.content.event.cancelledAt)
      throw new Error('An event_cancelled mail is about an event with cancelledAt.');
    return calendarEntry(props);
  },
  data: eventReservation,
};

function why({ content: { copy, event }, values }: Props): string {
  return copy.event_cancelled.why({ email: values.email, title: event.title });
}
