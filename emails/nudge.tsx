import { EVENT_VARIABLES, type Mail, type MailProps } from './mail.ts';
import { Action, PasteableLink } from './parts/action.tsx';
import { Opening, openingText, Signature, signatureText } from './parts/custom-text.tsx';
import { About, CODE_VARIABLES } from './parts/details.tsx';
import { CoverBelow } from './parts/header.tsx';
import { Layout } from './parts/layout.tsx';
import { blocks, detailsText, footerText, linkText } from './parts/text-part.ts';
import { TILE_VARIABLES, When } from './parts/when.tsx';
import { Headline, Title } from './parts/words.tsx';
import { sampleProps } from './samples.ts';

const VARIABLES = [
  ...EVENT_VARIABLES,
  ...TILE_VARIABLES,
  ...CODE_VARIABLES,
  'accessLink',
  'registrationLink',
  'unsubscribeLink',
] as const;
type Props = MailProps<(typeof VARIABLES)[number]>;

/** It has started, and the recipient is not in yet. The way in comes first, and no calendar: it is now. */
export default function Nudge({ content, values }: Props) {
  const { copy, event } = content;
  const { headline, intro } = copy.nudge;
  return (
    <Layout content={content} preheader={values.preheader} {...footer({ content, values })}>
      <Headline content={content}>{headline}</Headline>
      <Title content={content} isBelow>
        {event.title}
      </Title>
      <Opening content={content} greeting={values.greeting} intro={intro} />
      <Action content={content} link={values.accessLink} label={copy.join} isWide />
      <CoverBelow content={content} />
      <When content={content} values={values} isBelow />
      <About content={content} code={values.accessCode} isBrief />
      <Signature content={content} />
      <PasteableLink content={content} link={values.accessLink} />
    </Layout>
  );
}

Nudge.PreviewProps = sampleProps('nudge', VARIABLES);

export const nudge: Mail<(typeof VARIABLES)[number]> = {
  variables: VARIABLES,
  sometimes: CODE_VARIABLES,
  Html: Nudge,
  subject: ({ content: { copy, event } }) => copy.nudge.subject({ title: event.title }),
  text: ({ content, values }) => {
    const { copy } = content;
    return blocks(
      ...openingText({ content, greeting: values.greeting, intro: copy.nudge.intro }),
      linkText(copy.label(copy.join), values.accessLink),
      detailsText({ content, values }),
      ...signatureText(content),
      footerText({ content, ...footer({ content, values }) }),
    );
  },
  calendar: null,
};

function footer({ content: { copy, event }, values }: Props) {
  return {
    why: copy.nudge.why({ email: values.email, title: event.title }),
    registrationLink: values.registrationLink,
    unsubscribeLink: values.unsubscribeLink,
  };
}
