import { singleLine } from './clean.ts';
import type { SiteMailKind } from './mail.ts';

/** What a mail to a member of the team may be told. A kind that needs one of these fails without it. */
export interface SiteValuesInput {
  readonly email: string;
  /** Opens a session; lives 15 minutes, works once. */
  readonly signInLink?: string;
}

export type SiteVariableName = keyof SiteValuesInput;

/** The values called `names`, safe to print in one line. */
export function writeSiteValues<Name extends SiteVariableName>(
  kind: SiteMailKind,
  names: readonly Name[],
  input: SiteValuesInput,
): Record<Name, string> {
  const entries = names.map((name) => {
    const value = singleLine(input[name] ?? '');
    if (!value) throw new Error(`A ${kind} mail needs ${name}.`);
    return [name, value];
  });
  return Object.fromEntries(entries) as Record<Name, string>;
}
