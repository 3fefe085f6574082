/** What an address no longer gets: anything; what it did not ask for; the optional mails of one event: reminders, announcements. */
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

/** Whether a provider that keeps a suppression list of its own may have the address on it for the same reason. */
export function mayBeListed(reason: SuppressionReason): boolean {
  return reason !== 'unsubscribed';
}

/** So many mails in a row that bounced for now, with none delivered between: the address is dead. */
export const SOFT_BOUNCES = 5;

/** Why a mail was not attempted, in words. */
export function suppressionSentence(reason: SuppressionReason): string {
  switch (reason) {
    case 'bounced':
      return 'Not attempted: the address permanently rejects mail. Correct the email, or allow mail to this address.';
    case 'complained':
      return 'Not attempted: the recipient marked an earlier mail as spam.';
    case 'soft_bounces':
      return `Not attempted: ${SOFT_BOUNCES} mails in a row came back from this address.`;
    case 'provider':
      return 'Not attempted: the mail provider blocks this address.';
    case 'unsubscribed':
      return 'Not attempted: the registrant unsubscribed from the optional mails of this event.';
  }
}
