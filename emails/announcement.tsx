import { EVENT_VARIABLES, type Mail, type MailProps } from './mail.ts';
import { writeCustomText } from './overrides/custom-text-values.ts';
import { Action, PasteableLink } from './parts/action.tsx';
import { AnnouncementText, announcementLetters } from './parts/announcement-text.tsx';
import { About } from './parts/details.tsx';
import { Layout } from './parts/layout.tsx';
import { blocks, detailsText, footerText, linkText } from './parts/text-part.ts';
import { TILE_VARIABLES, When } from './parts/when.tsx';
import { Eyebrow, Paragraph, Rule, Title } from './parts/words.tsx';
import { SAMPLE_ANNOUNCEMENTS, sampleProps } from './samples.ts';

const VARIABLES = [
  ...EVENT_VARIABLES,
  ...TILE_VARIABLES,
  'accessLink',
  'registrationLink',
  'unsubscribeLink',
] as const;
type Props = MailProps<(typeof VARIABLES)[number]>;

/** What the team tells its registrants in its own words. Around it stand when the event is, and the way in. */
export default function Announcement({ content, values }: Props) {
  const { copy, event, words } = content;
  return (
    <Layout
      content={content}
      cover={content.coverUrl}
      preheader={words?.lead ?? values.preheader}
      why={why({ content, values })}
      registrationLink={values.registrationLink}
      unsubscribeLink={values.unsubscribeLink}
    >
      <Eyebrow content={content}>{copy.announcement.eyebrow}</Eyebrow>
      <Title content={content}>{event.title}</Title>
      {!words?.greets && <Paragraph content={content}>{values.greeting}</Paragraph>}
      {words?.introduction ? (
        <AnnouncementText content={content} text={words.introduction} />
      ) : (
        <Paragraph content={content}>{copy.announcement.intro}</Paragraph>
      )}
      <Rule content={content} />
      <When content={content} values={values} />
      <Action content={content} link={values.accessLink} label={copy.join} />
      <About content={content} isBrief />
      <PasteableLink content={content} link={values.accessLink} />
    </Layout>
  );
}

Announcement.PreviewProps = previewProps();

export const announcement: Mail<(typeof VARIABLES)[number]> = {
  variables: VARIABLES,
  Html: Announcement,
  subject: ({ content: { copy, event } }) => copy.announcement.subject({ title: event.title }),
  text: ({ content, values }) => {
    const { copy, words } = content;
    return blocks(
      ...(words?.greets ? [] : [values.greeting]),
      ...(words?.introduction ? announcementLetters(words.introduction) : [copy.announcement.intro]),
      detailsText({ content, values }),
      linkText(copy.label(copy.join), values.accessLink),
      footerText({
        content,
        why: why({ content, values }),
        registrationLink: values.registrationLink,
        unsubscribeLink: values.unsubscribeLink,
      }),
    );
  },
  calendar: null,
};

function why({ content: { copy, event }, values }: Props): string {
  return copy.announcement.why({ email: values.email, title: event.title });
}

function previewProps(): Props {
  const props = sampleProps('announcement', [...VARIABLES, 'eventTitle'] as const);
  const { subject, text: introduction } = SAMPLE_ANNOUNCEMENTS.en;
  const words = writeCustomText(
    'announcement',
    { subject, introduction, signature: null },
    // The sample has these variables, and no condition.
    props.values as Parameters<typeof writeCustomText>[2],
  );
  return { ...props, content: { ...props.content, words } };
}
