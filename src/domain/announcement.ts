import type { Language } from './locale.ts';
import {
  activeParts,
  type FilterPart,
  type RegistrantFilter,
  WRITTEN_PARTS,
  withoutParts,
} from './registrant-filter.ts';

/** What an announcement says: plain text with variables, checked before it is kept. */
export interface AnnouncementText {
  readonly subject: string;
  readonly text: string;
}

/** By language. At least one of them is there. */
export interface AnnouncementTexts {
  /** For everybody whose language has none of its own. */
  readonly other: AnnouncementText | null;
  readonly byLanguage: Readonly<Partial<Record<Language, AnnouncementText>>>;
}

export const LONGEST_ANNOUNCEMENT_SUBJECT = 200;
export const LONGEST_ANNOUNCEMENT = 10_000;

/**
 * The text for a mail in `language`: its own, else that of the event's language, else that of all others. `key` tells the texts
 * of one announcement apart. Null: there is none for this mail.
 */
export function announcementTextFor(
  { other, byLanguage }: AnnouncementTexts,
  language: Language,
  eventLanguage: Language,
): { readonly key: Language | 'other'; readonly text: AnnouncementText } | null {
  for (const key of [language, eventLanguage]) {
    const text = byLanguage[key];
    if (text) return { key, text };
  }
  return other && { key: 'other', text: other };
}

/**
 * Of a filter that has found its people, what may be kept to say who they were: its parts, each with its value as far as that
 * names nobody: of ids their number, and null of what somebody wrote. Null: everybody.
 */
export type KeptFilter = { readonly [P in FilterPart]?: RegistrantFilter[P] | number | null };

export function keptFilter(filter: RegistrantFilter): KeptFilter | null {
  const parts = activeParts(filter);
  if (parts.length === 0) return null;
  const { registrantIds } = filter;
  return {
    ...withoutParts(filter, [...WRITTEN_PARTS, 'registrantIds']),
    ...Object.fromEntries(WRITTEN_PARTS.flatMap((part) => (parts.includes(part) ? [[part, null]] : []))),
    ...(registrantIds && { registrantIds: registrantIds.length }),
  };
}
