import { EVENT_VARIABLES, type Mail, type MailProps } from './mail.ts';
import { Action, PasteableLink } from './parts/action.tsx';
import { Opening, openingText, Signature, signatureText } from './parts/custom-text.tsx';
import { About } from './parts/details.tsx';
import { CoverBelow } from './parts/header.tsx';
import { Layout } from './parts/layout.tsx';
import { blocks, detailsText, footerText, linkText } from './parts/text-part.ts';
import { TILE_VARIABLES, When } from './parts/when.tsx';
import { Eyebrow, Title } from './parts/words.tsx';
import { sampleProps } from './samples.ts';

const VARIABLES = [...EVENT_VARIABLES, ...TILE_VARIABLES, 'openRegistrationLink'] as const;
type Props = MailProps<(typeof VARIABLES)[number]>;

/** Where a key could be guessed, the key alone does not open the registration: this link does, for an hour. */
export default function RegistrationLink({ content, values }: Props) {
  const { eyebrow, intro, open } = content.copy.registration_link;
  const link = values.openRegistrationLink;
  return (
    <Layout content={content} preheader={values.preheader} why={why({ content, values })}>
      <Eyebrow content={content}>{eyebrow}</Eyebrow>
      <Title content={content}>{content.event.title}</Title>
      <Opening content={content} greeting={values.greeting} intro={intro} />
      <Action content={content} link={link} label={open} />
      <CoverBelow content={content} />
      <When content={content} values={values} isBelow />
      <About content={content} isBrief />
      <Signature content={content} />
      <PasteableLink content={content} link={link} />
    </Layout>
  );
}

RegistrationLink.PreviewProps = sampleProps('registration_link', VARIABLES);

export const registrationLinkMail: Mail<(typeof VARIABLES)[number]> = {
  variables: VARIABLES,
  Html: RegistrationLink,
  subject: ({ content: { copy, event } }) => copy.registration_link.subject({ title: event.title }),
  text: ({ content, values }) => {
    const { copy } = content;
    return blocks(
      ...openingText({ content, greeting: values.greeting, intro: copy.registration_link.intro }),
      linkText(copy.label(copy.registration_link.open), values.openRegistrationLink),
      detailsText({ content, values }),
      ...signatureText(content),
      footerText({ content, why: why({ content, values }) }),
    );
  },
  calendar: null,
};

function why({ content: { copy, event }, values }: Props): string {
  return copy.registration_link.why({ email: values.email, title: event.title });
}
