import type { SiteMail, SiteMailProps } from './mail.ts';
import { ExportDetails, exportDetailsText, Secret, secretText } from './parts/export.tsx';
import { Layout } from './parts/layout.tsx';
import { blocks, footerText } from './parts/text-part.ts';
import { Aside, Eyebrow, Paragraph, Title } from './parts/words.tsx';
import { sampleSiteProps } from './samples.ts';

const VARIABLES = ['email', 'eventTitle', 'rows', 'fileName', 'preheader'] as const;
type Props = SiteMailProps<(typeof VARIABLES)[number]>;

/** An event's registrants, in the attached file. */
export default function ExportAttached({ content, values }: Props) {
  const { export_attached, utc } = content.copy.registrants_export;
  const { eyebrow, intro } = export_attached;
  return (
    <Layout content={content} preheader={values.preheader} why={why({ content, values })}>
      <Eyebrow content={content}>{eyebrow}</Eyebrow>
      <Title content={content} isValue>
        {values.eventTitle}
      </Title>
      <Paragraph content={content}>{intro}</Paragraph>
      <ExportDetails content={content} values={values} />
      <Secret content={content} />
      <Aside content={content}>{utc}</Aside>
    </Layout>
  );
}

ExportAttached.PreviewProps = sampleSiteProps('export_attached', VARIABLES);

export const exportAttached: SiteMail<(typeof VARIABLES)[number]> = {
  kind: 'registrants_export',
  variables: VARIABLES,
  Html: ExportAttached,
  subject: ({ content: { copy }, values }) =>
    copy.registrants_export.export_attached.subject({ title: values.eventTitle }),
  text: ({ content, values }) => {
    const { export_attached, utc } = content.copy.registrants_export;
    return blocks(
      export_attached.intro,
      exportDetailsText({ content, values }),
      secretText({ content }),
      utc,
      footerText({ content, why: why({ content, values }) }),
    );
  },
  calendar: null,
};

function why({ content: { copy }, values }: Props): string {
  return copy.registrants_export.why({ email: values.email, title: values.eventTitle });
}
