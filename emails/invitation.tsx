import type { SiteMail, SiteMailProps } from './mail.ts';
import { Action, PasteableLink } from './parts/action.tsx';
import { Layout } from './parts/layout.tsx';
import { blocks, footerText, linkText } from './parts/text-part.ts';
import { Aside, Eyebrow, Paragraph, Title } from './parts/words.tsx';
import { sampleSiteProps } from './samples.ts';

const VARIABLES = ['email', 'inviter', 'signInLink'] as const;
type Props = SiteMailProps<(typeof VARIABLES)[number]>;

/** Tells somebody that they are on the team now, and lets them in for the first time. */
export default function Invitation({ content, values }: Props) {
  const { eyebrow, title, intro, button, after, preheader } = content.copy.invitation;
  return (
    <Layout content={content} preheader={preheader} why={why({ content, values })}>
      <Eyebrow content={content}>{eyebrow}</Eyebrow>
      <Title content={content}>{title({ name: content.name })}</Title>
      <Paragraph content={content}>{intro({ inviter: values.inviter })}</Paragraph>
      <div style={{ paddingTop: '12px' }}>
        <Action content={content} link={values.signInLink} label={button} />
      </div>
      <Aside content={content}>{after}</Aside>
      <PasteableLink content={content} link={values.signInLink} />
    </Layout>
  );
}

Invitation.PreviewProps = sampleSiteProps('invitation', VARIABLES);

export const invitation: SiteMail<(typeof VARIABLES)[number]> = {
  kind: 'invitation',
  variables: VARIABLES,
  Html: Invitation,
  subject: ({ content: { copy, name } }) => copy.invitation.subject({ name }),
  text: ({ content, values }) => {
    const { copy, name } = content;
    const { title, intro, button, after } = copy.invitation;
    return blocks(
      title({ name }),
      intro({ inviter: values.inviter }),
      linkText(copy.label(button), values.signInLink),
      after,
      footerText({ content, why: why({ content, values }) }),
    );
  },
  calendar: null,
};

function why({ content: { copy, name }, values }: Props): string {
  const { email, inviter } = values;
  return copy.invitation.why({ email, inviter, name });
}
