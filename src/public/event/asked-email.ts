import { normalizeAddress, shownAddress } from '../../domain/address.ts';
import { suggestShownAddress } from '../../domain/suggested-address.ts';
import { ASKED_EMAIL, type SuggestedEmail, USE_EMAIL } from './email-suggestion.tsx';

/** A form with its email as the visitor chose it: what they took in answer to "Did you mean …?" counts. */
export function withChosenEmail(form: Record<string, string>): Record<string, string> {
  const chosen = form[USE_EMAIL];
  return chosen === undefined ? form : { ...form, email: chosen, [ASKED_EMAIL]: chosen };
}

/**
 * What is to be asked before the form is taken; null: nothing. An email is asked about once.
 * It depends on what was typed alone, and tells nothing of who is registered.
 */
export function emailToAskAbout(form: Readonly<Record<string, string>>): SuggestedEmail | null {
  const typed = form.email ?? '';
  const address = normalizeAddress(typed);
  const suggested = suggestShownAddress(address ?? typed);
  if (!suggested) return null;
  if (address === null) return { typed: null, suggested };
  const asked = form[ASKED_EMAIL];
  return asked && normalizeAddress(asked) === address ? null : { typed: shownAddress(address), suggested };
}
