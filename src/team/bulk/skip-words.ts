import type { SuppressionReason } from '../../domain/suppression.ts';

/** Why somebody who was meant gets no link. */
export type SkippedFor = 'suppressed' | 'recently_sent' | 'unchanged' | 'not_found';

const WORDS: Readonly<Record<SkippedFor, string>> = {
  suppressed: 'Mail to their address was rejected permanently, or they turned it off.',
  recently_sent: 'Their link was sent within the last minute.',
  unchanged: 'They were already told.',
  not_found: 'They are no longer registered for this event.',
};

/** The reason as a sentence about those whom it holds for. */
export function skipSentence(reason: SkippedFor): string {
  return WORDS[reason];
}

const SUPPRESSED: Readonly<Record<SuppressionReason, string>> = {
  bounced: 'mail was rejected permanently',
  soft_bounces: 'several mails in a row were rejected',
  provider: 'the mail provider blocks the address',
  complained: 'marked a mail as spam',
  unsubscribed: 'unsubscribed',
};

/** What an address is suppressed for, in a few words. */
export function suppressedForWords(reason: SuppressionReason): string {
  return SUPPRESSED[reason];
}
