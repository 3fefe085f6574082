import type { SiteMail, SiteMailProps } from './mail.ts';
import { Layout } from './parts/layout.tsx';
import { blocks, footerText } from './parts/text-part.ts';
import { Eyebrow, Paragraph, Title } from './parts/words.tsx';
import { sampleSiteProps } from './samples.ts';

const VARIABLES = ['email', 'eventTitle', 'reason', 'preheader'] as const;
type Props = SiteMailProps<(typeof VARIABLES)[number]>;

/** An event's registrants could not be exported. */
export default function ExportFailed({ content, values }: Props) {
  const { eyebrow, intro } = content.copy.registrants_export.export_failed;
  return (
    <Layout content={content} preheader={values.preheader} why={why({ content, values })}>
      <Eyebrow content={content}>{eyebrow}</Eyebrow>
      <Title content={content} isValue>
        {values.eventTitle}
      </Title>
      <Paragraph content={content}>{intro}</Paragraph>
      <Paragraph content={content}>{values.reason}</Paragraph>
    </Layout>
  );
}

ExportFailed.PreviewProps = sampleSiteProps('export_failed', VARIABLES);

export const exportFailed: SiteMail<(typeof VARIABLES)[number]> = {
  kind: 'registrants_export',
  variables: VARIABLES,
  Html: ExportFailed,
  subject: ({ content: { copy }, values }) =>
    copy.registrants_export.export_failed.subject({ title: values.eventTitle }),
  text: ({ content, values }) =>
    blocks(
      values.eventTitle,
      content.copy.registrants_export.export_failed.intro,
      values.reason,
      footerText({ content, why: why({ content, values }) }),
    ),
  calendar: null,
};

function why({ content: { copy }, values }: Props): string {
  return copy.registrants_export.why({ email: values.email, title: values.eventTitle });
}
