import type { Visit } from '../../db/visit.ts';
import type { FormField } from '../../domain/form-fields.ts';
import type { Message } from '../../domain/message.ts';
import type { Registrant } from '../../domain/registrant.ts';
import type { SuppressionReason, SuppressionScope } from '../../domain/suppression.ts';
import type { TeamEvent } from '../parts/team-layout.tsx';

/** A registrant with the link that is theirs. */
export interface Person extends Registrant {
  readonly accessLink: string;
}

/** Why this person is sent no link; null: they can be. */
export function sendsNothing(event: PeopleEvent, person: Pick<Person, 'cancelledAt'>): string | null {
  return (
    event.sendsNothing ??
    (person.cancelledAt
      ? 'This person cancelled, so no links are sent. Restore the registration first.'
      : null)
  );
}

/** The event that people are registered for. */
export interface PeopleEvent extends TeamEvent {
  readonly startsAt: Date;
  readonly endsAt: Date;
  /** Of whoever has no language of their own. */
  readonly locale: string;
  /** What its form asks for. */
  readonly formFields: readonly FormField[];
  /** On its clock all times are shown. */
  readonly timeZone: string;
  /** Its public page. */
  readonly permalink: string;
  /** Why no link can be sent any more; null: it can. */
  readonly sendsNothing: string | null;
  /** In development: mails can be answered as their recipient's server would. */
  readonly answersMails?: boolean;
}

/** A mail and everything known of it, oldest first. */
export interface PersonMail extends Message {
  readonly events: readonly {
    readonly type: string;
    readonly occurredAt: Date;
    readonly detail: Readonly<Record<string, string>>;
  }[];
}

export interface PersonSuppression {
  readonly id: string;
  readonly reason: SuppressionReason;
  readonly scope: SuppressionScope;
  readonly detail: string | null;
  readonly createdAt: Date;
}

/**
 * The registration was cancelled or restored, and by whom in words; or the person withdrew a consent, or gave one after they registered:
 * `field` is its name.
 */
export type RegistrationStep = { readonly at: Date } & (
  | { readonly action: 'registrant_cancelled' | 'registrant_restored'; readonly by: string }
  | { readonly action: 'consent_given' | 'consent_withdrawn'; readonly field: string }
);

/** What the pane tells of one person. */
export interface PersonDetails {
  readonly person: Person;
  readonly suggestedEmail: string | null;
  readonly suppressions: readonly PersonSuppression[];
  /** Mail to the address was allowed here, and its provider could not be asked yet, or refused; null: nothing is open. */
  readonly providerLift: { readonly error: string; readonly isOver: boolean } | null;
  /** Newest first. */
  readonly mails: readonly PersonMail[];
  /** Without those that a mail's events tell. */
  readonly visits: readonly Visit[];
  /** They came in while the room was open, or a machine did in their name. */
  readonly mayHaveJoined: boolean;
  readonly technical: Readonly<Record<string, string>>;
  /** Oldest first; most people have none. */
  readonly steps: readonly RegistrationStep[];
}

/** The fields of a person that can be changed, as they are typed. */
export const PERSON_FIELDS = ['email', 'firstName', 'lastName', 'locale', 'timeZone'] as const;
export type PersonField = (typeof PERSON_FIELDS)[number];

/** A form that was refused: what was typed, and what is wrong with it. */
export interface RefusedForm {
  readonly values: Readonly<Partial<Record<PersonField, string>>>;
  readonly problems: Readonly<Partial<Record<PersonField, string>>>;
  /** The version of the person that it was made of; null: the one that is there now. */
  readonly version: string | null;
  /** Which of the pane's forms. */
  readonly form: 'correct' | 'edit';
}
