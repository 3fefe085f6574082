import { TO_CANCEL } from '../src/domain/access-link.ts';
import { EVENT_VARIABLES, type Mail, type MailProps } from './mail.ts';
import { Action, PasteableLink } from './parts/action.tsx';
import { Opening, openingText, Signature, signatureText } from './parts/custom-text.tsx';
import { About, CODE_VARIABLES } from './parts/details.tsx';
import { CoverBelow } from './parts/header.tsx';
import { Layout } from './parts/layout.tsx';
import { aboutText, blocks, detailsText, footerText, linkText } from './parts/text-part.ts';
import { TILE_VARIABLES, When } from './parts/when.tsx';
import { Aside, Headline, TextLink, Title } from './parts/words.tsx';
import { sampleProps } from './samples.ts';

const VARIABLES = [
  ...EVENT_VARIABLES,
  ...TILE_VARIABLES,
  ...CODE_VARIABLES,
  'startsIn',
  'seeYou',
  'accessLink',
  'registrationLink',
  'unsubscribeLink',
] as const;
type Props = MailProps<(typeof VARIABLES)[number]>;

/** Some time before the start: how soon it is, and the way in. No calendar: it is there, or it is too late for one. */
export default function Reminder({ content, values }: Props) {
  const { copy, event } = content;
  const { headline, intro } = words({ content, values });
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
      <About content={content} code={values.accessCode} />
      <Aside content={content}>
        <TextLink content={content} link={cancelLink(values)}>
          {copy.registration.cannotCome}
        </TextLink>
      </Aside>
      <Signature content={content} />
      <PasteableLink content={content} link={values.accessLink} />
    </Layout>
  );
}

Reminder.PreviewProps = sampleProps('reminder', VARIABLES);

export const reminder: Mail<(typeof VARIABLES)[number]> = {
  variables: VARIABLES,
  sometimes: CODE_VARIABLES,
  Html: Reminder,
  subject: ({ content: { copy, event }, values }) =>
    copy.reminder.subject({ startsIn: values.startsIn, title: event.title }),
  text: ({ content, values }) => {
    const { copy } = content;
    const { headline, intro } = words({ content, values });
    return blocks(
      ...openingText({ content, greeting: values.greeting, intro }),
      // How soon it is stands above the event's name there, too.
      `${headline}\n${detailsText({ content, values })}`,
      linkText(copy.label(copy.join), values.accessLink),
      ...aboutText(content),
      linkText(copy.label(copy.registration.cannotCome), cancelLink(values)),
      ...signatureText(content),
      footerText({ content, ...footer({ content, values }) }),
    );
  },
  calendar: null,
};

function words({ content: { copy }, values: { startsIn, seeYou } }: Props) {
  return { headline: copy.reminder.headline({ startsIn }), intro: copy.reminder.intro({ seeYou }) };
}

function cancelLink({ registrationLink }: Props['values']): string {
  return `${registrationLink}${TO_CANCEL}`;
}

function footer({ content: { copy, event }, values }: Props) {
  return {
    why: copy.reminder.why({ email: values.email, title: event.title }),
    registrationLink: values.registrationLink,
    unsubscribeLink: values.unsubscribeLink,
  };
}
