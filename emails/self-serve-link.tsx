import type { Mail, MailProps } from './mail.ts';
import { CODE_VARIABLES } from './parts/details.tsx';
import { LINK_VARIABLES, LinkMail, type LinkVariable, linkMailText } from './parts/link-mail.tsx';
import { sampleProps } from './samples.ts';

type Props = MailProps<LinkVariable>;

/** The registrant asked for their link on the event's page. */
export default function SelfServeLink(props: Props) {
  return <LinkMail {...props} words={words(props)} />;
}

SelfServeLink.PreviewProps = sampleProps('self_serve_link', LINK_VARIABLES);

export const selfServeLink: Mail<LinkVariable> = {
  variables: LINK_VARIABLES,
  sometimes: CODE_VARIABLES,
  Html: SelfServeLink,
  subject: ({ content: { copy, event } }) => copy.self_serve_link.subject({ title: event.title }),
  text: (props) => linkMailText({ ...props, words: words(props) }),
  calendar: null,
};

function words({ content: { copy, event }, values }: Props) {
  const { eyebrow, intro, why } = copy.self_serve_link;
  return { eyebrow, intro, why: why({ email: values.email, title: event.title }) };
}
