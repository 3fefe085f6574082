import type { Mail, MailProps } from './mail.ts';
import { CODE_VARIABLES } from './parts/details.tsx';
import { LINK_VARIABLES, LinkMail, type LinkVariable, linkMailText } from './parts/link-mail.tsx';
import { sampleProps } from './samples.ts';

type Props = MailProps<LinkVariable>;

/** The team sends a registrant their link again. */
export default function AccessLink(props: Props) {
  return <LinkMail {...props} words={words(props)} />;
}

AccessLink.PreviewProps = sampleProps('access_link', LINK_VARIABLES);

export const accessLink: Mail<LinkVariable> = {
  variables: LINK_VARIABLES,
  sometimes: CODE_VARIABLES,
  Html: AccessLink,
  subject: ({ content: { copy, event } }) => copy.access_link.subject({ title: event.title }),
  text: (props) => linkMailText({ ...props, words: words(props) }),
  calendar: null,
};

function words({ content: { copy, event }, values }: Props) {
  const { eyebrow, intro, why } = copy.access_link;
  return { eyebrow, intro, why: why({ email: values.email, title: event.title }) };
}
