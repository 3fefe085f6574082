import type { SiteMail, SiteMailProps } from './mail.ts';
import { Action } from './parts/action.tsx';
import { Layout } from './parts/layout.tsx';
import { Row, Rows } from './parts/rows.tsx';
import { blocks, footerText, linkText, titledRowsText } from './parts/text-part.ts';
import { Eyebrow, Paragraph, Title } from './parts/words.tsx';
import { sampleSiteProps } from './samples.ts';

const VARIABLES = [
  'email',
  'alertTitle',
  'alertText',
  'severity',
  'raisedAt',
  'alertLink',
  'preheader',
] as const;
type Props = SiteMailProps<(typeof VARIABLES)[number]>;

/** Tells whom ALERT_TO names that something is wrong, or over. */
export default function Alert({ content, values }: Props) {
  const { eyebrow, raised, severity, button } = content.copy.alert;
  return (
    <Layout content={content} preheader={values.preheader} why={why({ content, values })}>
      <Eyebrow content={content}>{eyebrow}</Eyebrow>
      <Title content={content} isValue>
        {values.alertTitle}
      </Title>
      {/* In English, whatever the language of the rest. */}
      <Paragraph content={content} direction="ltr">
        {values.alertText}
      </Paragraph>
      <Rows isBetween>
        <Row content={content} label={raised}>
          {values.raisedAt}
        </Row>
        <Row content={content} label={severity}>
          {values.severity}
        </Row>
      </Rows>
      <Action content={content} link={values.alertLink} label={button} />
    </Layout>
  );
}

Alert.PreviewProps = sampleSiteProps('alert', VARIABLES);

export const alert: SiteMail<(typeof VARIABLES)[number]> = {
  kind: 'alert',
  variables: VARIABLES,
  Html: Alert,
  subject: ({ content: { copy }, values }) => copy.alert.subject({ title: values.alertTitle }),
  text: ({ content, values }) => {
    const { copy } = content;
    const { raised, severity, button } = copy.alert;
    return blocks(
      titledRowsText(content, values.alertTitle, [raised, values.raisedAt], [severity, values.severity]),
      values.alertText,
      linkText(copy.label(button), values.alertLink),
      footerText({ content, why: why({ content, values }) }),
    );
  },
  calendar: null,
};

function why({ content: { copy, name }, values }: Props): string {
  return copy.alert.why({ email: values.email, name });
}
