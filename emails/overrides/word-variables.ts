import { KINDS_WITH_ACCESS, type RegistrantKind } from '../../src/domain/kinds.ts';
import type { VariableName } from '../engine/values.ts';

interface WordVariable {
  /** Whether there are people or events that have none: what `{{#if …}}` is for. */
  readonly mayBeEmpty?: true;
  /** Where it means something; everywhere when left out. */
  readonly kinds?: readonly RegistrantKind[];
  /** The bytes of HTML that the longest is printed as. */
  readonly bytes: number;
}

/** What a team may say in its own words: values of `values.ts`, in the registrant's language and time zone. */
const VARIABLES = {
  firstName: { mayBeEmpty: true, bytes: 500 },
  lastName: { mayBeEmpty: true, bytes: 500 },
  email: { bytes: 300 },
  eventTitle: { bytes: 1600 },
  hostName: { mayBeEmpty: true, bytes: 1600 },
  /** Where answers go. */
  replyTo: { mayBeEmpty: true, bytes: 300 },
  date: { bytes: 300 },
  shortDate: { bytes: 200 },
  shortTime: { bytes: 300 },
  time: { bytes: 200 },
  zone: { bytes: 400 },
  startsIn: { kinds: ['reminder'], bytes: 300 },
  seeYou: { kinds: ['reminder'], bytes: 400 },
  oldDate: { kinds: ['event_updated'], bytes: 300 },
  oldTime: { kinds: ['event_updated'], bytes: 200 },
  oldZone: { kinds: ['event_updated'], bytes: 400 },
  // That of a cancelled event leads nowhere.
  accessLink: { kinds: KINDS_WITH_ACCESS, bytes: 1200 },
} as const satisfies Partial<Record<VariableName, WordVariable>>;

export type WordVariableName = keyof typeof VARIABLES;

/** All that there are. */
export const CUSTOM_TEXT_VARIABLES = Object.keys(VARIABLES) as readonly WordVariableName[];

export function wordVariable(name: WordVariableName): WordVariable {
  return VARIABLES[name];
}

/** Those that the words of this kind may use. */
export function wordVariables(kind: RegistrantKind): readonly WordVariableName[] {
  return CUSTOM_TEXT_VARIABLES.filter((name) => wordVariable(name).kinds?.includes(kind) ?? true);
}

export function isWordVariable(name: string): name is WordVariableName {
  return Object.hasOwn(VARIABLES, name);
}

/** What others call them. */
const ALSO_CALLED: Readonly<Record<string, WordVariableName>> = {
  name: 'firstName',
  givenname: 'firstName',
  surname: 'lastName',
  familyname: 'lastName',
  address: 'email',
  event: 'eventTitle',
  title: 'eventTitle',
  host: 'hostName',
  day: 'date',
  start: 'time',
  timezone: 'zone',
  link: 'accessLink',
  url: 'accessLink',
  joinlink: 'accessLink',
};

/** The variable that was most likely meant, as `first_name`, `Firstname` or `fristName`, or null. */
export function nearestVariable(name: string, among: readonly WordVariableName[]): WordVariableName | null {
  const bare = (name.split(/[./]/).at(-1) ?? '').toLowerCase().replace(/[^a-z]/g, '');
  if (bare.length < 3 || bare.length > 30) return null;
  const also = Object.hasOwn(ALSO_CALLED, bare) ? ALSO_CALLED[bare] : undefined;
  if (also && among.includes(also)) return also;
  const [nearest] = among
    .map((known) => ({ known, changes: changesBetween(bare, known.toLowerCase()) }))
    .filter(({ known, changes }) => changes <= Math.min(2, known.length / 3))
    .sort((a, b) => a.changes - b.changes);
  return nearest?.known ?? null;
}

/** How many letters are to be added, taken away or replaced to make one word of the other. */
function changesBetween(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (const [j, other] of [...b].entries()) {
      const replaced = (row[j] ?? 0) + (letter === other ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
