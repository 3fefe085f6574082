import { isSiteMailKind, mails, siteMails } from '../index.ts';
import type { MailKind, SiteMailName } from '../mail.ts';
import { ownVariables } from '../overrides/custom-text-values.ts';
import { type SiteValuesInput, writeSiteValues } from './site-values.ts';
import { type ValuesInput, writeValues } from './values.ts';

/**
 * The values that one registrant's mail of this kind is merged with; see `values.ts` for what each says. Throws where
 * the kind needs to know more than it is told.
 */
export function recipientVariables(kind: MailKind, input: ValuesInput): Record<string, string> {
  if (isSiteMailKind(kind)) throw new Error(`A ${kind} mail goes to no registrant: see siteVariables.`);
  const own = input.words ? ownVariables(kind, input.words) : [];
  return writeValues(kind, [...mails[kind].variables, ...own], input);
}

/** The same for one team member's mail; see `site-values.ts`. */
export function siteVariables(name: SiteMailName, input: SiteValuesInput): Record<string, string> {
  return writeSiteValues(name, siteMails[name].variables, input);
}
