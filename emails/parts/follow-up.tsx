import { EVENT_VARIABLES, type EventContent, type Mail, type MailProps } from '../mail.ts';
import { Action, PasteableLink } from './action.tsx';
import { Opening, openingText, Signature, signatureText } from './custom-text.tsx';
import { PastDetails } from './details.tsx';
import { WriteToHost, writeToHostText } from './labelled-link.tsx';
import { Layout } from './layout.tsx';
import { blocks, footerText, linkText, pastDetailsText } from './text-part.ts';
import { Eyebrow, Title } from './words.tsx';

export const FOLLOW_UP_VARIABLES = [
  ...EVENT_VARIABLES,
  'accessLink',
  'registrationLink',
  'unsubscribeLink',
] as const;
type Props = MailProps<(typeof FOLLOW_UP_VARIABLES)[number]>;
type FollowUpKind = 'follow_up_attended' | 'follow_up_missed';

/** After the end: the way to the recording where there is one, and to the host. Without a recording the link leads nowhere, and is left out. */
export function FollowUp({ kind, content, values }: Props & { readonly kind: FollowUpKind }) {
  const { copy, event } = content;
  return (
    <Layout
      content={content}
      cover={content.coverUrl}
      preheader={values.preheader}
      {...footer(kind, { content, values })}
    >
      <Eyebrow content={content}>{copy[kind].eyebrow}</Eyebrow>
      <Title content={content}>{event.title}</Title>
      <Opening content={content} greeting={values.greeting} intro={followUpIntro(kind, content)} />
      {event.replayUrl === null ? null : (
        <Action content={content} link={values.accessLink} label={copy.watch} />
      )}
      <PastDetails content={content} values={values} />
      <WriteToHost content={content} />
      <Signature content={content} />
      {event.replayUrl === null ? null : <PasteableLink content={content} link={values.accessLink} />}
    </Layout>
  );
}

/** A follow-up beside its component. */
export function followUpMail(kind: FollowUpKind): Omit<Mail<(typeof FOLLOW_UP_VARIABLES)[number]>, 'Html'> {
  return {
    variables: FOLLOW_UP_VARIABLES,
    sometimes: ['accessLink'],
    subject: ({ content: { copy, event } }) =>
      copy[kind].subject({ title: event.title, hasReplay: event.replayUrl !== null }),
    text: ({ content, values }) => {
      const { copy, event } = content;
      return blocks(
        ...openingText({ content, greeting: values.greeting, intro: followUpIntro(kind, content) }),
        ...(event.replayUrl === null ? [] : [linkText(copy.label(copy.watch), values.accessLink)]),
        pastDetailsText({ content, values }),
        ...writeToHostText(content),
        ...signatureText(content),
        footerText({ content, ...footer(kind, { content, values }) }),
      );
    },
    calendar: null,
  };
}

function followUpIntro(kind: FollowUpKind, { copy, event }: EventContent): string {
  const { intro, introWithReplay } = copy[kind];
  return event.replayUrl === null ? intro : introWithReplay;
}

function footer(kind: FollowUpKind, { content: { copy, event }, values }: Props) {
  return {
    why: copy[kind].why({ email: values.email, title: event.title }),
    registrationLink: values.registrationLink,
    unsubscribeLink: values.unsubscribeLink,
  };
}
