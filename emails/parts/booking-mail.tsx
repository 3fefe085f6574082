import type { ReactNode } from 'react';
import type { MailProps } from '../mail.ts';
import { Action, PasteableLink } from './action.tsx';
import { CalendarButtons } from './calendar-buttons.tsx';
import { Opening, openingText, Signature, signatureText } from './custom-text.tsx';
import { About } from './details.tsx';
import { RESERVATION_VARIABLES } from './event-reservation.ts';
import { Layout } from './layout.tsx';
import { LINK_VARIABLES, type LinkVariable } from './link-mail.tsx';
import { aboutText, blocks, calendarLinksText, detailsText, footerText, linkText } from './text-part.ts';
import { When } from './when.tsx';
import { Aside, Eyebrow, Title } from './words.tsx';

/** What a mail takes that brings an entry for the calendar. */
export const BOOKING_VARIABLES = [
  ...LINK_VARIABLES,
  'shortTime',
  'calendarCode',
  ...RESERVATION_VARIABLES,
] as const;
export type BookingVariable = (typeof BOOKING_VARIABLES)[number];

/** `was`: when it was to be before. */
interface BookingMailProps<Was> extends MailProps<LinkVariable> {
  readonly words: {
    readonly eyebrow: string;
    readonly intro: string;
    readonly why: string;
    /** Above the ways into a calendar. */
    readonly calendar: string;
  };
  readonly was?: Was;
}

/**
 * When it is, and into the calendar with it. The link comes second: days before the start it shows a countdown, and the calendar's
 * entry brings it again when it is needed.
 */
export function BookingMail({ content, values, words, was }: BookingMailProps<ReactNode>) {
  const { countdown } = content.copy;
  return (
    <Layout
      content={content}
      cover={content.coverUrl}
      preheader={values.preheader}
      why={words.why}
      registrationLink={values.registrationLink}
    >
      <Eyebrow content={content}>{words.eyebrow}</Eyebrow>
      <Title content={content}>{content.event.title}</Title>
      <When content={content} values={values} />
      {was}
      <Opening content={content} greeting={values.greeting} intro={words.intro} />
      <CalendarButtons content={content} values={values} label={words.calendar} />
      <div style={{ paddingTop: '24px' }}>
        <Action content={content} link={values.accessLink} label={countdown.open} isSecond />
      </div>
      <Aside content={content} isClose>
        {countdown.note}
      </Aside>
      <About content={content} code={values.accessCode} />
      <Signature content={content} />
      <PasteableLink content={content} link={values.accessLink} />
    </Layout>
  );
}

/** The same in letters; `was`: the time before, below the one that holds. */
export function bookingMailText({ content, values, words, was }: BookingMailProps<string>): string {
  const { copy } = content;
  return blocks(
    ...openingText({ content, greeting: values.greeting, intro: words.intro }),
    was ?? detailsText({ content, values }),
    ...aboutText(content),
    calendarLinksText({ content, values, label: words.calendar }),
    linkText(copy.label(copy.countdown.open), values.accessLink),
    copy.countdown.note,
    ...signatureText(content),
    footerText({ content, why: words.why, registrationLink: values.registrationLink }),
  );
}
