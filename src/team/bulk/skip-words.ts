import type { SuppressionReason } from '../../domain/suppression.ts';

/** Why somebody who was meant gets no link. */
export type SkippedFor = 'cancelled' | 'suppressed' | 'recently_sent' | 'unchanged' | 'had_one' | 'not_found';

const WORDS: Readonly<Record<SkippedFor, string>> = {
  cancelled: 'They cancelled: they get only what they ask for.',
  suppressed: 'Mail to their email is blocked: it was rejected permanently, or is not wanted there.',
  recently_sent: 'They were sent their link within the last minute.',
  unchanged: 'They know it already.',
  had_one: 'They had such a mail of this event before.',
  not_found: 'They are not registered for this event (any more).',
};

/** The reason as a sentence about those whom it holds for. */
export function skipSentence(reason: SkippedFor): string {
  return WORDS[reason];
}

const SUPPRESSED: Readonly<Record<SuppressionReason, string>> = {
  bounced: 'rejected permanently',
  soft_bounces: 'several mails in a row bounced',
  provider: 'blocked by the mail provider',
  complained: 'marked a mail as spam',
  unsubscribed: 'unsubscribed',
};

/** What an address is suppressed for, in a few words. */
export function suppressedForWords(reason: SuppressionReason): string {
  return SUPPRESSED[reason];
}
