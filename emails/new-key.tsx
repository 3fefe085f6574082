import type { Mail, MailProps } from './mail.ts';
import { CODE_VARIABLES } from './parts/details.tsx';
import { LINK_VARIABLES, LinkMail, type LinkVariable, linkMailText } from './parts/link-mail.tsx';
import { sampleProps } from './samples.ts';

type Props = MailProps<LinkVariable>;

/** The registrant’s access key was replaced: the link of every mail before opens nothing any more. */
export default function NewKey(props: Props) {
  return <LinkMail {...props} words={words(props)} />;
}

NewKey.PreviewProps = sampleProps('new_key', LINK_VARIABLES);

export const newKey: Mail<LinkVariable> = {
  variables: LINK_VARIABLES,
  sometimes: CODE_VARIABLES,
  Html: NewKey,
  subject: ({ content: { copy, event } }) => copy.new_key.subject({ title: event.title }),
  text: (props) => linkMailText({ ...props, words: words(props) }),
  calendar: null,
};

function words({ content: { copy, event }, values }: Props) {
  const { eyebrow, intro, why } = copy.new_key;
  return { eyebrow, intro, why: why({ email: values.email, title: event.title }) };
}
