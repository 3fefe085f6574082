import type { SiteMail, SiteMailProps } from './mail.ts';
import { Action, PasteableLink } from './parts/action.tsx';
import { ExportDetails, exportDetailsText, Secret, secretText } from './parts/export.tsx';
import { Layout } from './parts/layout.tsx';
import { blocks, footerText, linkText } from './parts/text-part.ts';
import { Aside, Eyebrow, Paragraph, Title } from './parts/words.tsx';
import { sampleSiteProps } from './samples.ts';

const VARIABLES = ['email', 'eventTitle', 'rows', 'fileName', 'downloadLink', 'until', 'preheader'] as const;
type Props = SiteMailProps<(typeof VARIABLES)[number]>;

/** An event's registrants, too many to attach. */
export default function ExportLink({ content, values }: Props) {
  const { export_link, utc } = content.copy.registrants_export;
  const { eyebrow, intro, button, terms } = export_link;
  return (
    <Layout content={content} preheader={values.preheader} why={why({ content, values })}>
      <Eyebrow content={content}>{eyebrow}</Eyebrow>
      <Title content={content} isValue>
        {values.eventTitle}
      </Title>
      <Paragraph content={content}>{intro}</Paragraph>
      <ExportDetails content={content} values={values} until={values.until} />
      <Secret content={content} />
      <div style={{ paddingTop: '24px' }}>
        <Action content={content} link={values.downloadLink} label={button} />
      </div>
      <Aside content={content}>
        {terms}
        <br />
        {utc}
      </Aside>
      <PasteableLink content={content} link={values.downloadLink} />
    </Layout>
  );
}

ExportLink.PreviewProps = sampleSiteProps('export_link', VARIABLES);

export const exportLink: SiteMail<(typeof VARIABLES)[number]> = {
  kind: 'registrants_export',
  variables: VARIABLES,
  Html: ExportLink,
  subject: ({ content: { copy }, values }) =>
    copy.registrants_export.export_link.subject({ title: values.eventTitle }),
  text: ({ content, values }) => {
    const { copy } = content;
    const { export_link, utc } = copy.registrants_export;
    return blocks(
      export_link.intro,
      exportDetailsText({ content, values, until: values.until }),
      secretText({ content }),
      linkText(copy.label(export_link.button), values.downloadLink),
      export_link.terms,
      utc,
      footerText({ content, why: why({ content, values }) }),
    );
  },
  calendar: null,
};

function why({ content: { copy }, values }: Props): string {
  return copy.registrants_export.why({ email: values.email, title: values.eventTitle });
}
