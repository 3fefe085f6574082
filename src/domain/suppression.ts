import type { Kind } from './message.ts';

/** What an address no longer gets: anything; what it did not ask for; the reminders of one event. */
export const SUPPRESSION_SCOPES = ['all', 'unrequested', 'reminders'] as const;
export type SuppressionScope = (typeof SUPPRESSION_SCOPES)[number];

/** Why. `provider`: the mail provider keeps the address on a list of its own. */
export const SUPPRESSION_REASONS = [
  'bounced',
  'complained',
  'soft_bounces',
  'provider',
  'unsubscribed',
] as const;
export type SuppressionReason = (typeof SUPPRESSION_REASONS)[number];

/** So many mails in a row that bounced for now, with none delivered between: the address is dead. */
export const SOFT_BOUNCES = 5;

const BLOCKED_BY: Readonly<Record<Kind, readonly SuppressionScope[]>> = {
  // Somebody asked for these: at the form, at the team, or on a page of ours.
  confirmation: ['all'],
  access_link: ['all'],
  self_serve_link: ['all'],
  registrants_export: ['all'],
  sign_in: ['all'],
  // An event that moved is worth knowing, but who called our mail spam has said not to hear it.
  event_updated: ['all', 'unrequested'],
  event_cancelled: ['all', 'unrequested'],
  reminder: ['all', 'unrequested', 'reminders'],
};

/** Which suppressions stop a mail of this kind. */
export function scopesThatBlock(kind: Kind): readonly SuppressionScope[] {
  return BLOCKED_BY[kind];
}

/** Why a mail was not attempted, in words. */
export function suppressionSentence(reason: SuppressionReason): string {
  switch (reason) {
    case 'bounced':
      return 'Not attempted: mail to this address came back for good. Mend the address, or lift the suppression.';
    case 'complained':
      return 'Not attempted: the recipient called an earlier mail spam.';
    case 'soft_bounces':
      return `Not attempted: ${SOFT_BOUNCES} mails in a row came back from this address.`;
    case 'provider':
      return 'Not attempted: the mail provider suppresses this address.';
    case 'unsubscribed':
      return 'Not attempted: the registrant stopped the reminders of this event.';
  }
}
