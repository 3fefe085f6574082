import { accessLink, calendarLink } from '../src/domain/access-link.ts';
import { formattingLocale, languageFor } from '../src/domain/locale.ts';
import type { Registrant } from '../src/domain/registrant.ts';
import { type WrittenTime, writeHostTime, writeTime } from '../src/domain/time.ts';
import { nameToGreet, shorten, singleLine } from './clean.ts';
import type { Copy } from './copy/en.ts';
import { COPY } from './copy/languages.ts';
import type { MailEvent, MailKind } from './mail.ts';
import { recent } from './recent.ts';

/** What a mail knows of the person that it goes to. */
export type MailRegistrant = Pick<
  Registrant,
  'id' | 'email' | 'firstName' | 'lastName' | 'locale' | 'timeZone' | 'accessKey'
>;

export interface ValuesInput {
  readonly event: MailEvent;
  readonly registrant: MailRegistrant;
  readonly publicUrl: string;
}

interface Facts extends ValuesInput {
  readonly kind: MailKind;
  readonly copy: Copy;
  readonly when: Moment;
}

interface Moment extends WrittenTime {
  /** On the clocks of the event's zone; null where they are the same. */
  readonly hostTime: string | null;
}

/** Each value that a template may ask for, as a finished string: a template decides nothing about a recipient. */
const WRITERS = {
  /** `Hi Ada,` */
  greeting: ({ copy, registrant }) => copy.greeting(nameToGreet(registrant.firstName)),
  email: ({ registrant }) => singleLine(registrant.email),
  date: ({ when }) => when.date,
  time: ({ when }) => when.time,
  zone: ({ when }) => when.zone,
  /** The event's own clock where it differs, else empty. */
  hostTime: ({ copy, when }) => (when.hostTime ? copy.details.hostTime(when.hostTime) : ''),
  /** All four in one line, for the text part. */
  moment: ({ copy, when }) =>
    [
      copy.details.moment(when.date, when.time, when.zone),
      when.hostTime && `(${copy.details.hostTime(when.hostTime)})`,
    ]
      .filter(Boolean)
      .join(' '),
  shortDate: ({ when }) => when.shortDate,
  /** An inbox shows about this much of it beside the subject. */
  preheader: ({ copy, kind, when }) => shorten(copy[kind].preheader(when), 89),
  accessLink: (facts) => accessLink(facts.publicUrl, facts.event, facts.registrant),
  /** The access link inside another link's query. */
  encodedAccessLink: (facts) =>
    encodeURIComponent(accessLink(facts.publicUrl, facts.event, facts.registrant)),
  calendarLink: (facts) => calendarLink(facts.publicUrl, facts.event, facts.registrant),
  calendarUid: ({ registrant }) => registrant.id,
} satisfies Record<string, (facts: Facts) => string>;

export type VariableName = keyof typeof WRITERS;

/** The values called `names`, written in the registrant's language and time zone. Pure. */
export function writeValues<Name extends VariableName>(
  kind: MailKind,
  names: readonly Name[],
  { event, registrant, publicUrl }: ValuesInput,
): Record<Name, string> {
  const language = languageFor(registrant.locale, event.locale);
  const spoken = [registrant.locale, event.locale].find((tag) => speaks(tag, language)) ?? null;
  const facts: Facts = {
    kind,
    event,
    registrant,
    publicUrl,
    copy: COPY[language],
    when: writtenMoment(event, formattingLocale(language, spoken), registrant.timeZone ?? event.timeZone),
  };
  return Object.fromEntries(names.map((name) => [name, WRITERS[name](facts)])) as Record<Name, string>;
}

function speaks(tag: string | null, language: string): boolean {
  return tag?.toLowerCase().split('-')[0] === language;
}

// Intl takes half a millisecond for one moment, ten times all the rest; the recipients of a mail share few zones.
const remembered = recent<Moment>(2_000);

function writtenMoment(event: MailEvent, locale: string, timeZone: string): Moment {
  const key = [event.startsAt.getTime(), event.endsAt.getTime(), event.timeZone, locale, timeZone].join(' ');
  return remembered(key, () => ({
    ...writeTime(event, locale, timeZone),
    hostTime: writeHostTime(event, locale, timeZone),
  }));
}
