import type { Kind } from './message.ts';

/** The kinds that a team may word itself: those that go out to an event's registrants. */
export const CUSTOMISABLE_KINDS = [
  'confirmation',
  'reminder',
  'access_link',
  'self_serve_link',
  'event_updated',
  'event_cancelled',
] as const satisfies readonly Kind[];
export type CustomisableKind = (typeof CUSTOMISABLE_KINDS)[number];

/** What of a mail the team may word. Null: ours. Each is Handlebars, checked before it is saved. */
export interface CustomText {
  readonly subject: string | null;
  readonly introduction: string | null;
  readonly signature: string | null;
}

export const CUSTOM_TEXT_FIELDS = [
  'subject',
  'introduction',
  'signature',
] as const satisfies readonly (keyof CustomText)[];

export const LONGEST_CUSTOM_TEXT = 10_000;
