import type { SiteMail, SiteMailProps } from './mail.ts';
import { Action, PasteableLink } from './parts/action.tsx';
import { Code } from './parts/code.tsx';
import { Layout } from './parts/layout.tsx';
import { blocks, footerText, linkText } from './parts/text-part.ts';
import { Eyebrow, Paragraph, Title } from './parts/words.tsx';
import { sampleSiteProps } from './samples.ts';

const VARIABLES = ['email', 'signInLink', 'signInCode'] as const;
type Props = SiteMailProps<(typeof VARIABLES)[number]>;

/** A team member's key to the pages of the team. */
export default function SignIn({ content, values }: Props) {
  const { eyebrow, title, intro, button, code, preheader } = content.copy.sign_in;
  return (
    <Layout content={content} preheader={preheader} why={why({ content, values })}>
      <Eyebrow content={content}>{eyebrow}</Eyebrow>
      <Title content={content}>{title({ name: content.name })}</Title>
      <Paragraph content={content}>{intro}</Paragraph>
      <div style={{ paddingTop: '12px' }}>
        <Action content={content} link={values.signInLink} label={button} />
      </div>
      <Code content={content} label={code} code={values.signInCode} />
      <PasteableLink content={content} link={values.signInLink} />
    </Layout>
  );
}

SignIn.PreviewProps = sampleSiteProps('sign_in', VARIABLES);

export const signIn: SiteMail<(typeof VARIABLES)[number]> = {
  kind: 'sign_in',
  variables: VARIABLES,
  Html: SignIn,
  subject: ({ content: { copy, name } }) => copy.sign_in.subject({ name }),
  text: ({ content, values }) => {
    const { copy, name } = content;
    const { title, intro, button, code } = copy.sign_in;
    return blocks(
      title({ name }),
      intro,
      linkText(copy.label(button), values.signInLink),
      `${code}\n${values.signInCode}`,
      footerText({ content, why: why({ content, values }) }),
    );
  },
  calendar: null,
};

function why({ content: { copy, name }, values }: Props): string {
  return copy.sign_in.why({ email: values.email, name });
}
