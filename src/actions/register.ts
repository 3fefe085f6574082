import { TooManyFields } from '../db/event-field.ts';
import { findRegistrantByAddress, insertRegistrant } from '../db/registrant.ts';
import { newAccessKey } from '../domain/access-link.ts';
import { type Consent, consentsAsWorded } from '../domain/consent.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { MAX_FIELD_NAMES } from '../domain/form-fields.ts';
import type { Registrant } from '../domain/registrant.ts';
import type { ActionContext } from './context.ts';
import { sendMessage } from './send-message.ts';

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
export async function register(
  context: ActionContext,
  event: Event,
  { sendConfirmation, accessKey, registeredAt, ...person }: Registration,
): Promise<{ registrant: Registrant; created: boolean }> {
  if (event.cancelledAt) throw new AppError('conflict', 'The event is cancelled, so registration is closed.');
  const { db, now } = context;
  const registrant = await insertRegistrant(db, {
    ...person,
    eventId: event.id,
    consents: person.consents ?? consentsAsWorded(event, person.fields, person.locale, registeredAt ?? now),
    accessKey: accessKey ?? newAccessKey(event.keyStyle),
    registeredAt: registeredAt ?? now,
  }).catch((error: unknown) => {
    throw error instanceof TooManyFields ? tooManyFields(error) : error;
  });
  if (!registrant) {
    const existing = await findRegistrantByAddress(db, event.id, person.email);
    // Registered a moment ago and erased in between: so rare that the caller may simply ask again.
    if (!existing) throw new AppError('conflict', 'The registration changed at the same time: try again.');
    return { registrant: existing, created: false };
  }
  if (sendConfirmation)
    await sendMessage(context, {
      event,
      registrantId: registrant.id,
      kind: 'confirmation',
      dedupeKey: 'registration',
    });
  return { registrant, created: true };
}

function tooManyFields(cause: TooManyFields): AppError {
  return new AppError('invalid_input', `${FIELDS_LIMIT}: leave out those that are new.`, {
    errors: cause.names.map((name) => ({ path: `fields.${name}`, message: 'would be one field too many' })),
    cause,
  });
}
