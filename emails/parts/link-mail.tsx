import type { MailProps } from '../mail.ts';
import { Action, PasteableLink } from './action.tsx';
import { CalendarLine } from './calendar-line.tsx';
import { Details } from './details.tsx';
import { Layout } from './layout.tsx';
import { blocks, calendarLinksText, detailsText, footerText, linkText } from './text-part.ts';
import { Eyebrow, Paragraph, Title } from './words.tsx';

/** What a mail takes whose point is the link. */
export const LINK_VARIABLES = [
  'preheader',
  'greeting',
  'email',
  'date',
  'time',
  'zone',
  'hostTime',
  'moment',
  'accessLink',
  'encodedAccessLink',
  'calendarLink',
] as const;
export type LinkVariable = (typeof LINK_VARIABLES)[number];

interface LinkWords {
  readonly eyebrow: string;
  readonly intro: string;
  readonly why: string;
}

type LinkMailProps = MailProps<LinkVariable> & { readonly words: LinkWords };

/** The way in, with the facts that one needs beside it. Confirmation and link mails differ in their words only. */
export function LinkMail({ content, values, words }: LinkMailProps) {
  return (
    <Layout content={content} preheader={values.preheader} why={words.why}>
      <Eyebrow content={content}>{words.eyebrow}</Eyebrow>
      <Title content={content}>{content.event.title}</Title>
      <Paragraph content={content}>{values.greeting}</Paragraph>
      <Paragraph content={content}>{words.intro}</Paragraph>
      <Details content={content} values={values} />
      <Action content={content} link={values.accessLink} label={content.copy.join} />
      <CalendarLine content={content} values={values} />
      <PasteableLink content={content} link={values.accessLink} />
    </Layout>
  );
}

/** The same in letters. */
export function linkMailText({ content, values, words }: LinkMailProps): string {
  const { copy, event } = content;
  return blocks(
    values.greeting,
    words.intro,
    [event.title, detailsText({ content, values })].join('\n'),
    linkText(copy.label(copy.join), values.accessLink),
    calendarLinksText({ content, values }),
    footerText({ content, why: words.why }),
  );
}
