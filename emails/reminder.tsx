import type { Mail, MailProps } from './mail.ts';
import { LINK_VARIABLES, LinkMail, linkMailText } from './parts/link-mail.tsx';
import { detailsText } from './parts/text-part.ts';
import { sampleProps } from './samples.ts';

const VARIABLES = [...LINK_VARIABLES, 'startsIn', 'unsubscribeLink'] as const;
type Props = MailProps<(typeof VARIABLES)[number]>;

/** Some time before the start: it is soon, here is the way in. */
export default function Reminder(props: Props) {
  const { unsubscribeLink } = props.values;
  return <LinkMail {...props} words={words(props)} unsubscribeLink={unsubscribeLink} asksWhoComes />;
}

Reminder.PreviewProps = sampleProps('reminder', VARIABLES);

export const reminder: Mail<(typeof VARIABLES)[number]> = {
  variables: VARIABLES,
  Html: Reminder,
  subject: ({ content: { copy, event }, values }) =>
    copy.reminder.subject({ startsIn: values.startsIn, title: event.title }),
  text: (props) =>
    linkMailText({
      ...props,
      words: words(props),
      // How soon it is stands above the event's name there, too.
      details: `${words(props).eyebrow}\n${detailsText(props)}`,
      unsubscribeLink: props.values.unsubscribeLink,
      asksWhoComes: true,
    }),
  calendar: null,
};

function words({ content: { copy, event }, values }: Props) {
  const { eyebrow, intro, why } = copy.reminder;
  return {
    eyebrow: eyebrow({ startsIn: values.startsIn }),
    intro,
    why: why({ email: values.email, title: event.title }),
  };
}
