/** Until `worker/delivery` imports it from its own file. */

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
