import { EVENT_VARIABLES, type MailProps } from '../mail.ts';
import { Action, PasteableLink } from './action.tsx';
import { CALENDAR_LINKS, CalendarLine } from './calendar-line.tsx';
import { Opening, openingText, Signature, signatureText } from './custom-text.tsx';
import { About, CODE_VARIABLES } from './details.tsx';
import { CoverBelow } from './header.tsx';
import { Layout } from './layout.tsx';
import { aboutText, blocks, calendarLinksText, detailsText, footerText, linkText } from './text-part.ts';
import { TILE_VARIABLES, When } from './when.tsx';
import { Eyebrow, Title } from './words.tsx';

/** What a mail takes whose point is the link. */
export const LINK_VARIABLES = [
  ...EVENT_VARIABLES,
  ...TILE_VARIABLES,
  ...CODE_VARIABLES,
  'accessLink',
  'registrationLink',
  ...CALENDAR_LINKS,
] as const;
export type LinkVariable = (typeof LINK_VARIABLES)[number];

interface LinkMailProps extends MailProps<LinkVariable> {
  readonly words: { readonly eyebrow: string; readonly intro: string; readonly why: string };
}

/** The way in first, and below it the facts that one needs beside it. These mails differ in their words only. */
export function LinkMail({ content, values, words }: LinkMailProps) {
  const { copy } = content;
  return (
    <Layout
      content={content}
      preheader={values.preheader}
      why={words.why}
      registrationLink={values.registrationLink}
    >
      <Eyebrow content={content}>{words.eyebrow}</Eyebrow>
      <Title content={content}>{content.event.title}</Title>
      <Opening content={content} greeting={values.greeting} intro={words.intro} />
      <Action content={content} link={values.accessLink} label={copy.join} />
      <CoverBelow content={content} />
      <When content={content} values={values} isBelow />
      <About content={content} code={values.accessCode} />
      <CalendarLine content={content} values={values} label={copy.calendar.add} />
      <Signature content={content} />
      <PasteableLink content={content} link={values.accessLink} />
    </Layout>
  );
}

/** The same in letters. */
export function linkMailText({ content, values, words }: LinkMailProps): string {
  const { copy } = content;
  return blocks(
    ...openingText({ content, greeting: values.greeting, intro: words.intro }),
    linkText(copy.label(copy.join), values.accessLink),
    detailsText({ content, values }),
    ...aboutText(content),
    calendarLinksText({ content, values, label: copy.calendar.add }),
    ...signatureText(content),
    footerText({ content, why: words.why, registrationLink: values.registrationLink }),
  );
}
