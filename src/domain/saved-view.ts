import { activeParts, filterEntries, type RegistrantFilter, withoutParts } from './registrant-filter.ts';
import { safeText } from './text.ts';

/** At most so many of an event. */
export const MOST_VIEWS = 30;
export const LONGEST_VIEW_NAME = 60;

export const viewName = safeText(LONGEST_VIEW_NAME)
  .min(1, 'is missing')
  .refine((name) => !looksLikeAddress(name), 'must not contain an email address');

/** What of a filter can be kept: whom somebody searched for, or picked one by one, cannot. */
export function savable(filter: RegistrantFilter): RegistrantFilter {
  return withoutParts(filter, ['q', 'registrantIds']);
}

/** Why a filter cannot be kept under a name, or null. A view stays when its people are erased, so it may not say who they are. */
export function viewProblem(filter: RegistrantFilter): string | null {
  if (activeParts(savable(filter)).length === 0) return 'Choose a filter first: there is nothing to save.';
  if (filterEntries(savable(filter)).some(([, value]) => looksLikeAddress(value)))
    return 'A view cannot keep an email address, which would stay when the person is erased. Remove that part of the filter.';
  return null;
}

function looksLikeAddress(text: string): boolean {
  return /[^\s@]@[^\s@]/.test(text);
}
