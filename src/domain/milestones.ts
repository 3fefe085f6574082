import { asciiDomain } from './address.ts';

/** How far a registrant came, in the order in which people come there. Each is a filter, and a step of an event's funnel. */
export const MILESTONES = ['delivered', 'opened', 'linkOpened', 'joined'] as const;
export type Milestone = (typeof MILESTONES)[number];

/** Further conditions on whom of an event's registrants a list shows; what is left out asks for nothing. */
export interface Conditions extends Readonly<Partial<Record<Milestone, boolean>>> {
  /** Any of these, in lower case and in their ASCII form. */
  readonly emailDomain?: readonly string[];
}

/** The names that conditions have in a query. */
export const CONDITION_NAMES: readonly string[] = [...MILESTONES, 'emailDomain' satisfies keyof Conditions];

const MOST_DOMAINS = 20;

/** The conditions of a query: `?joined=false&emailDomain=example.com`. What is none of ours is left out. */
export function readConditions(query: URLSearchParams): Conditions {
  const emailDomain = [
    ...new Set(query.getAll('emailDomain').map((domain) => asciiDomain(domain.trim().toLowerCase()))),
  ].filter((domain) => /^[a-z0-9.-]{1,253}$/.test(domain));
  return {
    ...Object.fromEntries(
      MILESTONES.flatMap((name) => {
        const asked = query.get(name);
        return asked === 'true' || asked === 'false' ? [[name, asked === 'true']] : [];
      }),
    ),
    ...(emailDomain.length > 0 && { emailDomain: emailDomain.slice(0, MOST_DOMAINS) }),
  };
}

/** The same as the fields of a form or a query. */
export function conditionFields(
  conditions: Conditions,
): Readonly<Record<string, string | readonly string[]>> {
  const { emailDomain = [] } = conditions;
  return {
    ...Object.fromEntries(
      MILESTONES.flatMap((name) =>
        conditions[name] === undefined ? [] : [[name, String(conditions[name])]],
      ),
    ),
    ...(emailDomain.length > 0 && { emailDomain }),
  };
}

/** The same as the parts of an address's query. */
export function conditionEntries(conditions: Conditions): [name: string, value: string][] {
  return Object.entries(conditionFields(conditions)).flatMap(([name, value]) =>
    [value].flat().map((one): [string, string] => [name, one]),
  );
}

export function areConditions(conditions: Conditions): boolean {
  return Object.keys(conditionFields(conditions)).length > 0;
}
