import type { SiteMail, SiteMailProps } from './mail.ts';
import { Figures, figuresText } from './parts/figures.tsx';
import { sampleSiteProps } from './samples.ts';

const VARIABLES = [
  'email',
  'eventTitle',
  'registered',
  'delivered',
  'joined',
  'missed',
  'bounced',
  'reportLink',
  'missedLink',
  'bouncedLink',
  'preheader',
] as const;
type Props = SiteMailProps<(typeof VARIABLES)[number]>;

/** What came of an event. */
export default function DigestEvent({ content, values }: Props) {
  return <Figures {...figures({ content, values })} preheader={values.preheader} />;
}

DigestEvent.PreviewProps = sampleSiteProps('digest_event', VARIABLES);

export const digestEvent: SiteMail<(typeof VARIABLES)[number]> = {
  kind: 'digest',
  variables: VARIABLES,
  Html: DigestEvent,
  subject: ({ content: { copy }, values }) => copy.digest.digest_event.subject({ title: values.eventTitle }),
  text: (props) => figuresText(figures(props)),
  calendar: null,
};

function figures({ content, values }: Props) {
  const { digest } = content.copy;
  const { eyebrow, button } = digest.digest_event;
  return {
    ...{ content, eyebrow, title: values.eventTitle },
    rows: [
      [digest.registered, values.registered],
      [digest.delivered, values.delivered],
      [digest.joined, values.joined],
      [digest.missed, values.missed],
      [digest.bounced, values.bounced],
    ],
    button: { label: button, link: values.reportLink },
    lists: [
      { label: digest.missedList, link: values.missedLink },
      { label: digest.bouncedList, link: values.bouncedLink },
    ],
    why: digest.why({ email: values.email, name: content.name }),
  } as const;
}
