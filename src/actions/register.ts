import { addRegistrant } from '../db/registrant.ts';
import type { Consent } from '../domain/consent.ts';
import type { Event } from '../domain/event.ts';
import { MAX_FIELD_NAMES } from '../domain/form-fields.ts';
import type { Registrant } from '../domain/registrant.ts';
import { deliver } from '../queue/jobs.ts';
import { inSendSpan } from '../queue/send-span.ts';
import type { ActionContext } from './context.ts';

export interface Registration {
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly fields: Readonly<Record<string, string>>;
  /** Absent: those that `fields` give, in the words that the form has for them now. */
  readonly consents?: readonly Consent[];
  /** Where they came from: `utmSource` and its like, `referrer`. */
  readonly source: Readonly<Record<string, string | undefined>>;
  /** What the registration itself tells: `registeredBy`, `userAgent` … */
  readonly technical: Readonly<Record<string, string>>;
  /** A key brought over from another platform; null: a new one. */
  readonly accessKey: string | null;
  readonly sendConfirmation: boolean;
  /** Of the registrant; absent: a new one. */
  readonly id?: string;
  /** When they asked for it, where that was earlier. */
  readonly registeredAt?: Date;
}

/** What an event's registrants may have, for people. */
export const FIELDS_LIMIT = `The registrants of an event have at most ${MAX_FIELD_NAMES} fields of their own`;

/**
 * Registers a person for an event and puts the confirmation on its way. Someone registered already is returned as
 * they are, and gets no second mail. Throws `conflict` where the event is cancelled, and `invalid_input` where its registrants
 * would have too many fields.
 */
export function register(
  { db, now }: ActionContext,
  event: Pick<Event, 'id'>,
  { consents, registeredAt, ...person }: Registration,
): Promise<{ readonly registrant: Registrant; readonly created: boolean }> {
  const registration = {
    ...{ ...person, eventId: event.id },
    ...{ consents: consents ?? null, registeredAt: registeredAt ?? now },
  };
  return inSendSpan(deliver.urgent.name, (trace) => addRegistrant(db, registration, now, trace));
}
