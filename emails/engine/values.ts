import { accessLink, calendarLink, registrationLink, webCalendarLink } from '../../src/domain/access-link.ts';
import { shownAddress } from '../../src/domain/address.ts';
import { cacheBytes } from '../../src/domain/cache-budgets.ts';
import type { CustomText } from '../../src/domain/custom-text.ts';
import { permalink } from '../../src/domain/event.ts';
import { formattingLocale, languageFor, speaks } from '../../src/domain/locale.ts';
import type { Registrant } from '../../src/domain/registrant.ts';
import {
  type CalendarLeaf,
  type Span,
  type WrittenTime,
  writeHostTime,
  writeLeaf,
  writeTime,
} from '../../src/domain/time.ts';
import { nameToGreet, nameToMerge, shorten, singleLine } from '../../src/lib/clean-text.ts';
import { createLruCache } from '../../src/lib/lru-cache.ts';
import type { Copy } from '../copy/en.ts';
import { COPY } from '../copy/languages.ts';
import type { EventMailKind, MailEvent } from '../mail.ts';
import { codeLine } from '../parts/calendar-entry.ts';
import { writeStartsIn } from './starts-in.ts';

/** What a mail knows of the person that it goes to. */
export type MailRegistrant = Pick<
  Registrant,
  'id' | 'email' | 'firstName' | 'lastName' | 'locale' | 'timeZone' | 'accessKey'
>;

/** A start and an end, and the zone that its host thinks in. */
type ZonedSpan = Span & { readonly timeZone: string };

/** What a message is about beside its event. A kind that needs one of these fails without it. */
export interface MailAbout {
  /** A reminder: so many minutes before the start. */
  readonly minutesBefore?: number;
  /** And when it says so; so many minutes before the start when left out. */
  readonly saidAt?: Date;
  /** A moved event: the times that the recipient knew. */
  readonly before?: ZonedSpan;
  /** What nobody asked for: where this event's optional mails are stopped. */
  readonly unsubscribeLink?: string;
  /** A link to the registration: what opens it. */
  readonly registrationToken?: string;
}

export interface ValuesInput {
  readonly event: MailEvent;
  readonly registrant: MailRegistrant;
  readonly publicUrl: string;
  readonly about?: MailAbout;
  /** The team's own words of this kind of mail, which may say more of the recipient than ours. */
  readonly words?: CustomText | null | undefined;
}

interface Facts extends Omit<ValuesInput, 'words'> {
  readonly kind: EventMailKind;
  readonly copy: Copy;
  readonly about: MailAbout;
  /** What dates and durations are formatted in, and on whose clocks. */
  readonly locale: string;
  readonly timeZone: string;
  readonly when: Moment;
  /** When a moved event would have been, on the same clocks; throws where that is unknown. */
  readonly wasWhen: () => Moment;
}

interface Moment extends WrittenTime {
  /** On the clocks of the event's zone; null where they are the same. */
  readonly hostTime: string | null;
  readonly leaf: CalendarLeaf;
}

/** Each value that a template may ask for, as a finished string: a template decides nothing about a recipient. */
const WRITERS = {
  /** `Hi Ada,` */
  greeting: ({ copy, registrant }) => copy.greeting(nameToGreet(registrant.firstName)),
  /** Empty where it is no name to print, as in the greeting. */
  firstName: ({ registrant }) => nameToMerge(registrant.firstName),
  lastName: ({ registrant }) => nameToMerge(registrant.lastName),
  eventTitle: ({ event }) => singleLine(event.title),
  hostName: ({ event }) => singleLine(event.hostName ?? ''),
  replyTo: ({ event }) => singleLine(shownAddress(event.replyTo ?? '')),
  email: ({ registrant }) => singleLine(shownAddress(registrant.email)),
  date: ({ when }) => when.date,
  time: ({ when }) => when.time,
  zone: ({ when }) => when.zone,
  /** The event's own clock where it differs, else empty. */
  hostTime: ({ copy, when }) => hostTime(copy, when),
  /** All four in one line, for the text part. */
  moment: ({ copy, when }) => oneLine(copy, when),
  oldDate: ({ wasWhen }) => wasWhen().date,
  oldTime: ({ wasWhen }) => wasWhen().time,
  oldZone: ({ wasWhen }) => wasWhen().zone,
  oldHostTime: ({ copy, wasWhen }) => hostTime(copy, wasWhen()),
  oldMoment: ({ copy, wasWhen }) => oneLine(copy, wasWhen()),
  /** `Jan`, `15` and `Fri`: the day that `date` says, for beside it. */
  tileMonth: ({ when }) => when.leaf.month,
  tileDay: ({ when }) => when.leaf.day,
  tileWeekday: ({ when }) => when.leaf.weekday,
  /** `in 1 hour`, `tomorrow at 18:00` */
  startsIn: (facts) => startOf(facts).startsIn,
  /** `See you tomorrow.` */
  seeYou: (facts) => startOf(facts).seeYou,
  /** What opens the event beside the address, where it is short enough to be read aloud; else empty. */
  accessCode: ({ event, registrant }) => (event.keyStyle === 'digits' ? registrant.accessKey : ''),
  unsubscribeLink: ({ kind, about }) => given(about.unsubscribeLink, kind, 'unsubscribeLink'),
  shortDate: ({ when }) => when.shortDate,
  /** `Fri 15 Jan, 18:00` */
  shortTime: ({ copy, when }) => copy.details.shortTime(when.shortTime),
  /** An inbox shows about this much of it beside the subject. */
  preheader: ({ copy, kind, when, event }) =>
    shorten(copy[kind].preheader({ ...when, hasReplay: event.replayUrl !== null }), 89),
  accessLink: (facts) => accessLink(facts.publicUrl, facts.event, facts.registrant),
  calendarLink: (facts) => calendarLink(facts.publicUrl, facts.event, facts.registrant),
  webCalendarLink: (facts) => webCalendarLink(facts.publicUrl, facts.event, facts.registrant),
  registrationLink: (facts) => registrationLink(facts.publicUrl, facts.event, facts.registrant),
  /** The same, for where the key alone does not open it. */
  openRegistrationLink: ({ kind, about, ...facts }) =>
    `${registrationLink(facts.publicUrl, facts.event, facts.registrant)}&token=${given(about.registrationToken, kind, 'registrationToken')}`,
  calendarUid: ({ registrant }) => registrant.id,
  /** Under the link in a calendar's entry, with its line end; empty where the key is nothing to type. */
  calendarCode: ({ copy, registrant }) => codeLine(copy, registrant),
  /** Whose registration it is, for programs. */
  underName: ({ locale, registrant }) => nameInFull(registrant, locale),
  eventLink: ({ publicUrl, event }) => permalink(publicUrl, event),
} satisfies Record<string, (facts: Facts) => string>;

export type VariableName = keyof typeof WRITERS;

function hostTime(copy: Copy, when: Moment): string {
  return when.hostTime ? copy.details.hostTime(when.hostTime) : '';
}

function oneLine(copy: Copy, when: Moment): string {
  const here = copy.details.moment(when.date, when.time, when.zone);
  return when.hostTime ? `${here} (${hostTime(copy, when)})` : here;
}

function startOf({ kind, about, event, copy, locale, timeZone }: Facts) {
  const minutes = given(about.minutesBefore, kind, 'minutesBefore');
  return writeStartsIn({ minutes, saidAt: about.saidAt, startsAt: event.startsAt, copy, locale, timeZone });
}

/** The address of whoever gave no name. */
function nameInFull({ firstName, lastName, email }: MailRegistrant, locale: string): string {
  const names = [nameToMerge(firstName), nameToMerge(lastName)].filter(Boolean);
  // The family name comes first.
  if (locale.startsWith('ja')) names.reverse();
  return names.join(' ') || singleLine(shownAddress(email));
}

function given<Value>(value: Value | undefined, kind: EventMailKind, name: keyof MailAbout): Value {
  if (value === undefined || value === '') throw new Error(`A ${kind} mail needs about.${name}.`);
  return value;
}

/** The values called `names`, written in the registrant's language and time zone. Pure. */
export function writeValues<Name extends VariableName>(
  kind: EventMailKind,
  names: readonly Name[],
  { event, registrant, publicUrl, about = {} }: ValuesInput,
): Record<Name, string> {
  const language = languageFor(registrant.locale, event.locale);
  const spoken = [registrant.locale, event.locale].find((tag) => speaks(tag, language)) ?? null;
  const locale = formattingLocale(language, spoken);
  const timeZone = registrant.timeZone ?? event.timeZone;
  const facts: Facts = {
    kind,
    event,
    registrant,
    publicUrl,
    about,
    copy: COPY[language],
    locale,
    timeZone,
    when: writtenMoment(event, locale, timeZone),
    wasWhen: () => writtenMoment(given(about.before, kind, 'before'), locale, timeZone),
  };
  return Object.fromEntries(names.map((name) => [name, WRITERS[name](facts)])) as Record<Name, string>;
}

// Intl takes half a millisecond for one moment, ten times all the rest; the recipients of a mail share few zones.
const remembered = createLruCache<Moment>({ bytes: cacheBytes('written times') });

function writtenMoment(span: ZonedSpan, locale: string, timeZone: string): Moment {
  const key = [span.startsAt.getTime(), span.endsAt.getTime(), span.timeZone, locale, timeZone].join(' ');
  return remembered(key, () => ({
    ...writeTime(span, locale, timeZone),
    hostTime: writeHostTime(span, locale, timeZone),
    leaf: writeLeaf(span.startsAt, locale, timeZone),
  }));
}
