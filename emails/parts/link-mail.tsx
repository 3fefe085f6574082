import type { ReactNode } from 'react';
import { TO_CANCEL } from '../../src/domain/access-link.ts';
import { EVENT_VARIABLES, type MailProps } from '../mail.ts';
import { Action, PasteableLink } from './action.tsx';
import { CALENDAR_LINKS, CalendarLine } from './calendar-line.tsx';
import { Opening, openingText, Signature, signatureText } from './custom-text.tsx';
import { Details } from './details.tsx';
import { Layout } from './layout.tsx';
import { blocks, calendarLinksText, detailsText, footerText, linkText } from './text-part.ts';
import { Aside, Eyebrow, TextLink, Title } from './words.tsx';

/** What a mail takes whose point is the link. */
export const LINK_VARIABLES = [
  ...EVENT_VARIABLES,
  'accessLink',
  'registrationLink',
  ...CALENDAR_LINKS,
] as const;
export type LinkVariable = (typeof LINK_VARIABLES)[number];

interface LinkWords {
  readonly eyebrow: string;
  readonly intro: string;
  readonly why: string;
  /** Before the ways into a calendar, where they do more than add. */
  readonly calendar?: string;
}

/** `details`: the event's facts, where the usual rows do not say it all. */
interface LinkMailProps<Details> extends MailProps<LinkVariable> {
  readonly words: LinkWords;
  readonly details?: Details;
  readonly unsubscribeLink?: string;
  /** Whether whoever does not come is asked to say so. */
  readonly asksWhoComes?: boolean;
}

/** The way in, with the facts that one needs beside it. Most of these mails differ in their words only. */
export function LinkMail({ content, values, words, details, ...rest }: LinkMailProps<ReactNode>) {
  const { registrationLink } = values;
  const { unsubscribeLink } = rest;
  return (
    <Layout
      content={content}
      preheader={values.preheader}
      why={words.why}
      registrationLink={registrationLink}
      unsubscribeLink={unsubscribeLink}
    >
      <Eyebrow content={content}>{words.eyebrow}</Eyebrow>
      <Title content={content}>{content.event.title}</Title>
      <Opening content={content} greeting={values.greeting} intro={words.intro} />
      {details ?? <Details content={content} values={values} />}
      <Action content={content} link={values.accessLink} label={content.copy.join} />
      <CalendarLine content={content} values={values} label={words.calendar ?? content.copy.calendar.add} />
      {rest.asksWhoComes && (
        <Aside content={content}>
          <TextLink content={content} link={`${registrationLink}${TO_CANCEL}`}>
            {content.copy.registration.cannotCome}
          </TextLink>
        </Aside>
      )}
      <Signature content={content} />
      <PasteableLink content={content} link={values.accessLink} />
    </Layout>
  );
}

/** The same in letters. */
export function linkMailText({
  content,
  values,
  words,
  details,
  unsubscribeLink,
  asksWhoComes,
}: LinkMailProps<string>): string {
  const { copy } = content;
  const { registrationLink } = values;
  return blocks(
    ...openingText({ content, greeting: values.greeting, intro: words.intro }),
    details ?? detailsText({ content, values }),
    linkText(copy.label(copy.join), values.accessLink),
    calendarLinksText({ content, values, label: words.calendar ?? copy.calendar.add }),
    ...(asksWhoComes
      ? [linkText(copy.label(copy.registration.cannotCome), `${registrationLink}${TO_CANCEL}`)]
      : []),
    ...signatureText(content),
    footerText({ content, why: words.why, registrationLink, unsubscribeLink }),
  );
}
