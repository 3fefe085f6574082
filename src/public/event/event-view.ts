import { roomOpensAt } from '../../domain/doors.ts';
import {
  type Event,
  type EventPhase,
  eventPhase,
  isOn,
  isRegistrationOpen,
  linkLeadsSomewhere,
  permalink,
} from '../../domain/event.ts';
import { type FormField, type LocalizedText, localizedText } from '../../domain/form-fields.ts';
import { canonicalLocale, formattingLocale, type Language, languageFor } from '../../domain/locale.ts';
import { clockOf, resolveTimeZone, type WrittenTime, writeHostTime, writeTime } from '../../domain/time.ts';
import { type SocialPicture, socialPicture } from './social-picture.ts';

/** The event's time as written in one zone. */
export interface WhenView extends WrittenTime {
  readonly timeZone: string;
  /** The end alone: `19:00`, with its date where it is another day than the start. */
  readonly end: string;
}

/** A field of the event's own form, in the reader's language. */
export interface FormFieldView extends Pick<FormField, 'name' | 'type' | 'options' | 'required'> {
  /** Of its input. */
  readonly id: string;
  readonly label: string;
  readonly help: string | null;
  /** What is known of the answer that they gave before. */
  readonly note?: string;
}

/** What every page of an event shows, in one reader's language and time zone. */
export interface EventView {
  readonly language: Language;
  /** What dates and numbers are formatted in. */
  readonly locale: string;
  readonly title: string;
  /** BCP 47: what the team writes the event in, as far as is known. */
  readonly titleLocale: string;
  readonly description: string;
  readonly hostName: string | null;
  readonly replyTo: string | null;
  readonly color: string | null;
  /** Addresses elsewhere, or paths of pictures that were uploaded. */
  readonly logoUrl: string | null;
  readonly coverUrl: string | null;
  readonly hostPictureUrl: string | null;
  /** What a card of a shared link shows. */
  readonly social: SocialPicture | null;
  readonly formFields: readonly FormFieldView[];
  readonly permalink: string;
  /** The permalink without its origin: forms must post to the origin that the visitor is on. */
  readonly path: string;
  readonly phase: EventPhase;
  /** ISO 8601, UTC. */
  readonly startsAt: string;
  readonly endsAt: string;
  /** Whether it is between its start and its end. The room opens before that and closes after it. */
  readonly isOn: boolean;
  /** Whether the public form takes registrations. */
  readonly isRegistrationOpen: boolean;
  /** Whether a link may be asked for: it leads into the room, or to what was recorded there. */
  readonly leadsSomewhere: boolean;
  readonly hasReplay: boolean;
  /** Milliseconds until the room opens by the server's clock; 0 once it is open. */
  readonly opensInMs: number;
  /** When the room opens, where that is before the start: `17:50`, with its date where it is another day than the start; else null. */
  readonly opensAt: string | null;
  /** In the reader's zone where it is known, else in the event's. */
  readonly when: WhenView;
  /** In the event's own zone, in one line, where its clock differs from the reader's; else null. */
  readonly hostTime: string | null;
  readonly eventTimeZone: string;
}

export interface Reader {
  readonly language: Language;
  /** BCP 47 as the person chose it, or null. */
  readonly locale: string | null;
  /** IANA zone of the person, or null: the event's. */
  readonly timeZone: string | null;
  readonly now: Date;
  readonly publicUrl: string;
}

/** What the pages show of `event` to `reader`. A locale or zone that this runtime does not know is passed over. */
export function eventView(event: Event, reader: Reader): EventView {
  const { language, now, publicUrl } = reader;
  const locale = formattingLocale(language, reader.locale && canonicalLocale(reader.locale));
  const timeZone = reader.timeZone && resolveTimeZone(reader.timeZone) ? reader.timeZone : event.timeZone;
  const address = permalink(publicUrl, event);
  const opens = roomOpensAt(event);
  return {
    language,
    locale,
    title: event.title,
    titleLocale: event.locale,
    description: event.description,
    hostName: event.hostName,
    replyTo: event.replyTo,
    color: event.color,
    logoUrl: event.logoUrl,
    coverUrl: event.coverUrl,
    hostPictureUrl: event.hostPictureUrl,
    social: socialPicture(event, publicUrl),
    formFields: event.formFields.map((field, index) => formFieldView(field, index, language, event.locale)),
    permalink: address,
    path: new URL(address).pathname,
    phase: eventPhase(event, now),
    startsAt: event.startsAt.toISOString(),
    endsAt: event.endsAt.toISOString(),
    isOn: isOn(event, now),
    isRegistrationOpen: isRegistrationOpen(event, now),
    leadsSomewhere: linkLeadsSomewhere(event, now),
    hasReplay: event.replayUrl !== null,
    opensInMs: Math.max(0, opens.getTime() - now.getTime()),
    opensAt: opens < event.startsAt ? writeMoment(opens, event, locale, timeZone) : null,
    when: {
      ...writeTime(event, locale, timeZone),
      timeZone,
      end: writeMoment(event.endsAt, event, locale, timeZone),
    },
    hostTime: writeHostTime(event, locale, timeZone),
    eventTimeZone: event.timeZone,
  };
}

function formFieldView(
  { label, help, ...field }: FormField,
  index: number,
  language: Language,
  eventLocale: string,
): FormFieldView {
  const inWords = (text: LocalizedText) => localizedText(text, language, languageFor(eventLocale));
  return { ...field, id: `field-${index}`, label: inWords(label), help: help && inWords(help) };
}

/** An instant of the event: with its date where that is another day than the start. */
function writeMoment(moment: Date, { startsAt }: Event, locale: string, timeZone: string): string {
  const write = (at: Date, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone }).format(at);
  const day = { weekday: 'short', day: 'numeric', month: 'short' } as const;
  const clock = clockOf(locale);
  const sameDay = write(startsAt, { dateStyle: 'short' }) === write(moment, { dateStyle: 'short' });
  return write(moment, sameDay ? clock : { ...day, ...clock });
}
