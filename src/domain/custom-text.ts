import type { Kind } from './message.ts';

/** The kinds that a team may word itself: those that go out to an event's registrants. */
export const WORDED_KINDS = [
  'confirmation',
  'reminder',
  'access_link',
  'self_serve_link',
  'event_updated',
  'event_cancelled',
] as const satisfies readonly Kind[];
export type WordedKind = (typeof WORDED_KINDS)[number];

/** What of a mail the team may word. Null: ours. Each is Handlebars, checked before it is saved. */
export interface Words {
  readonly subject: string | null;
  readonly introduction: string | null;
  readonly signature: string | null;
}

export const WORD_FIELDS = [
  'subject',
  'introduction',
  'signature',
] as const satisfies readonly (keyof Words)[];

export const LONGEST_WORDS = 10_000;
