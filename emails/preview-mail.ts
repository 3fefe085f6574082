import type { CustomText } from '../src/domain/custom-text.ts';
import type { Event } from '../src/domain/event.ts';
import { MAIL_KINDS, type RegistrantKind } from '../src/domain/kinds.ts';
import type { Language } from '../src/domain/locale.ts';
import { withPublicPictures } from '../src/domain/picture.ts';
import { reminders } from '../src/domain/schedule.ts';
import { type CompileInput, compileTemplate } from './engine/compile.ts';
import { merge } from './engine/merge.ts';
import type { MailParts } from './engine/render.ts';
import { type MailRegistrant, type ValuesInput, writeValues } from './engine/values.ts';
import { recipientVariables } from './engine/variables.ts';
import { type WordVariableName, wordVariables } from './overrides/word-variables.ts';
import { SAMPLE_REGISTRANT } from './samples.ts';

export interface PreviewInput {
  readonly kind: RegistrantKind;
  readonly language: Language;
  readonly event: Event;
  readonly registrant: MailRegistrant;
  readonly words: CustomText | null;
  readonly publicUrl: string;
  readonly postalAddress: string;
  /** Where this registrant's reminders are stopped. */
  readonly unsubscribeLink: string;
  /** Whether the links that open something lead nowhere. */
  readonly hidesLinks?: boolean;
}

const LINKS = [
  ...['accessLink', 'encodedAccessLink', 'calendarLink', 'unsubscribeLink'],
  ...['registrationLink', 'openRegistrationLink'],
] as const;

/** A mail as it would be sent, through the very code that sends. The words are those that `checkCustomText` lets through. */
export async function previewMail(input: PreviewInput): Promise<MailParts> {
  const template = await compileTemplate(previewTemplate(input));
  const hidden = input.hidesLinks ? Object.fromEntries(LINKS.map((name) => [name, '#hidden'])) : {};
  return merge(template, { ...previewVariables(input), ...hidden });
}

/** What its template is compiled from. */
export function previewTemplate(input: PreviewInput): CompileInput {
  const { kind, language, postalAddress, words } = input;
  const event = withPublicPictures(eventWhenSent(kind, input.event), input.publicUrl);
  return { kind, language, event, postalAddress, words };
}

/** The values that its template is merged with. */
export function previewVariables(input: PreviewInput): Record<string, string> {
  return recipientVariables(input.kind, valuesInput(input));
}

/** Each variable that words may use, as this registrant would read it. */
export function exampleVariables(input: PreviewInput): Record<WordVariableName, string> {
  return writeValues(input.kind, wordVariables(input.kind), valuesInput(input));
}

/** Nobody: their key opens nothing, and their address is no one's. */
export function inventedRegistrant(language: Language): MailRegistrant {
  return { ...SAMPLE_REGISTRANT, locale: language, timeZone: null };
}

const DAY = 86_400_000;

function valuesInput(input: PreviewInput): ValuesInput {
  const { kind, event, publicUrl, words, unsubscribeLink } = input;
  const registrant = withFittingKey(input);
  const { startsAt, endsAt, timeZone } = event;
  return {
    ...{ event: eventWhenSent(kind, event), registrant, publicUrl, words },
    about: {
      minutesBefore: reminders(event).at(-1)?.minutes ?? 60,
      before: {
        startsAt: new Date(startsAt.getTime() - DAY),
        endsAt: new Date(endsAt.getTime() - DAY),
        timeZone,
      },
      unsubscribeLink,
      // A preview opens nothing.
      registrationToken: 'preview',
    },
  };
}

/** Whoever is invented has a key of the event's style: a mail may say it. */
function withFittingKey({ registrant, event }: PreviewInput): MailRegistrant {
  const isInvented = registrant.accessKey === SAMPLE_REGISTRANT.accessKey;
  return isInvented && event.keyStyle === 'digits' ? { ...registrant, accessKey: '0000' } : registrant;
}

/** A cancellation speaks of an event that is cancelled. */
function eventWhenSent(kind: RegistrantKind, event: Event): Event {
  return MAIL_KINDS[kind].sample.event === 'cancelled'
    ? { ...event, cancelledAt: event.cancelledAt ?? event.updatedAt }
    : event;
}
