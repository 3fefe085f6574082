import type { SiteMail, SiteMailProps } from './mail.ts';
import { Figures, figuresText } from './parts/figures.tsx';
import { sampleSiteProps } from './samples.ts';

const VARIABLES = [
  'email',
  'eventTitle',
  'sendName',
  'begunAt',
  'mails',
  'sent',
  'delivered',
  'bounced',
  'failed',
  'waiting',
  'unsent',
  'reasons',
  'mailsLink',
  'bouncedLink',
  'failedLink',
  'preheader',
] as const;
type Props = SiteMailProps<(typeof VARIABLES)[number]>;

/** What became of a mail to many. */
export default function DigestSend({ content, values }: Props) {
  return <Figures {...figures({ content, values })} preheader={values.preheader} />;
}

DigestSend.PreviewProps = sampleSiteProps('digest_send', VARIABLES);

export const digestSend: SiteMail<(typeof VARIABLES)[number]> = {
  kind: 'digest',
  variables: VARIABLES,
  Html: DigestSend,
  subject: ({ content: { copy }, values }) =>
    copy.digest.digest_send.subject({ title: values.eventTitle, mail: values.sendName }),
  text: (props) => figuresText(figures(props)),
  calendar: null,
};

function figures({ content, values }: Props) {
  const { digest } = content.copy;
  const { eyebrow, button } = digest.digest_send;
  return {
    ...{ content, eyebrow, title: values.eventTitle },
    rows: [
      [digest.mail, values.sendName],
      [digest.begun, values.begunAt],
      [digest.mails, values.mails],
      [digest.sent, values.sent],
      [digest.delivered, values.delivered],
      [digest.bounced, values.bounced],
      [digest.failed, values.failed],
      [digest.waiting, values.waiting],
      [digest.unsent, values.unsent],
      [digest.reasons, values.reasons],
    ],
    button: { label: button, link: values.mailsLink },
    lists: [
      { label: digest.bouncedList, link: values.bouncedLink },
      { label: digest.failedList, link: values.failedLink },
    ],
    why: digest.why({ email: values.email, name: content.name }),
  } as const;
}
