import type { ExportFilter } from '../../db/export.ts';
import { STATUS_WORDS } from '../parts/status-badge.tsx';

/**
 * Whom an export names: `412 bounced`, `3 selected`, `5 found by a search, bounced`. `count`: how many they are; null: not known
 * yet.
 */
export function whoWords(filter: ExportFilter, count: number | null): string {
  const statuses =
    filter.emailStatus?.map((status) => STATUS_WORDS[status].toLowerCase()).join(' or ') ?? null;
  const named = filter.registrants === null ? null : filter.searched ? 'found by a search' : 'selected';
  const words = [named, statuses].filter((part) => part !== null).join(', ');
  // Until the file is written, this many at the most: of those named some may have another status.
  const known = count ?? (statuses ? null : filter.registrants);
  return known === null ? firstLarge(words) : `${known.toLocaleString('en')} ${words}`;
}

function firstLarge(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
