import type { SiteMail, SiteMailProps } from './mail.ts';
import { Action } from './parts/action.tsx';
import { Layout } from './parts/layout.tsx';
import { Row, Rows } from './parts/rows.tsx';
import { blocks, footerText, linkText, titledRowsText } from './parts/text-part.ts';
import { Aside, Eyebrow, Paragraph, TextLink, Title } from './parts/words.tsx';
import { sampleSiteProps } from './samples.ts';

const VARIABLES = [
  'email',
  'eventTitle',
  'people',
  'eraseOn',
  'settingsLink',
  'exportsLink',
  'preheader',
] as const;
type Props = SiteMailProps<(typeof VARIABLES)[number]>;

/** Wide enough for the longest label in any language. */
const LABEL_WIDTH = 124;

/** Tells the team that an event's people will be erased, a week before. */
export default function RetentionNotice({ content, values }: Props) {
  const { eyebrow, intro, people, erasedOn, button, before, exports } = content.copy.retention_notice;
  const row = { content, labelWidth: LABEL_WIDTH };
  return (
    <Layout content={content} preheader={values.preheader} why={why({ content, values })}>
      <Eyebrow content={content}>{eyebrow}</Eyebrow>
      <Title content={content} isValue>
        {values.eventTitle}
      </Title>
      <Paragraph content={content}>{intro}</Paragraph>
      <Rows isBetween>
        <Row {...row} label={people}>
          <strong>{values.people}</strong>
        </Row>
        <Row {...row} label={erasedOn}>
          <strong>{values.eraseOn}</strong>
        </Row>
      </Rows>
      <Action content={content} link={values.settingsLink} label={button} />
      <Aside content={content}>
        {before}
        <br />
        <TextLink content={content} link={values.exportsLink}>
          {exports}
        </TextLink>
      </Aside>
    </Layout>
  );
}

RetentionNotice.PreviewProps = sampleSiteProps('retention_notice', VARIABLES);

export const retentionNotice: SiteMail<(typeof VARIABLES)[number]> = {
  kind: 'retention_notice',
  variables: VARIABLES,
  Html: RetentionNotice,
  subject: ({ content: { copy }, values }) =>
    copy.retention_notice.subject({ title: values.eventTitle, date: values.eraseOn }),
  text: ({ content, values }) => {
    const { copy } = content;
    const { intro, people, erasedOn, button, before, exports } = copy.retention_notice;
    return blocks(
      intro,
      titledRowsText(content, values.eventTitle, [people, values.people], [erasedOn, values.eraseOn]),
      linkText(copy.label(button), values.settingsLink),
      before,
      linkText(copy.label(exports), values.exportsLink),
      footerText({ content, why: why({ content, values }) }),
    );
  },
  calendar: null,
};

function why({ content: { copy, name }, values }: Props): string {
  return copy.retention_notice.why({ email: values.email, name });
}
