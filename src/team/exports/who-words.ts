import type { ExportFilter } from '../../db/export.ts';
import { type FieldLabels, filterWords } from '../people/filter-words.ts';

/**
 * Whom an export names: `412 bounced`, `3 selected`, `5 found by a search, bounced, Joined: no`. `count`: how many they are; null: not known
 * yet.
 */
export function whoWords(
  { registrants, searched, ...filter }: ExportFilter,
  count: number | null,
  timeZone: string,
  labels: FieldLabels,
): string {
  const named = registrants === null ? null : searched ? 'found by a search' : 'selected';
  const parts = filterWords(filter, timeZone, labels).map(({ part, chip }) =>
    part === 'emailStatus' || part === 'cancelled' ? chip.toLowerCase() : chip,
  );
  const words = [...(named === null ? [] : [named]), ...parts].join(', ');
  // Until the file is written, this many at the most: of those named some may have another status.
  const known = count ?? (parts.length > 0 ? null : registrants);
  return known === null ? firstLarge(words) : `${known.toLocaleString('en')} ${words}`;
}

function firstLarge(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
