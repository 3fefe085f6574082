import { type Machine, printMachine } from './machine.ts';

/** A bound that a figure or ratio of the same name is held against. */
export type Target = { readonly atLeast: number } | { readonly atMost: number };

/** What a benchmark found out. Names carry their unit: `p95Ms`, `mailsPerSecond`. */
export interface Result {
  readonly bench: string;
  /** First row: the head. */
  readonly table: readonly (readonly string[])[];
  readonly figures: Readonly<Record<string, number>>;
  readonly ratios: Readonly<Record<string, number>>;
  readonly targets: Readonly<Record<string, Target>>;
  /** What a reader must know to judge the numbers. */
  readonly notes: readonly string[];
}

/** Prints what it ran on, the table, and as the last line one of JSON. */
export function printResult(result: Result, machine: Machine): void {
  const { bench, figures, ratios, targets } = result;
  const told = verdicts(result);
  const met = told.every(({ isMet }) => isMet);
  printMachine(bench, machine);
  printTable(result.table);
  for (const note of result.notes) console.log(note);
  for (const { name, value, bound, isMet } of told)
    console.log(`${name}: ${value}, target ${bound}: ${isMet ? 'met' : 'missed'}`);
  console.log(
    JSON.stringify({ bench, machine, figures: rounded(figures), ratios: rounded(ratios), targets, met }),
  );
}

/** Each figure or ratio that has a target, and whether it is met. */
export function verdicts({ figures, ratios, targets }: Result) {
  const values = rounded({ ...figures, ...ratios });
  return Object.entries(targets).map(([name, target]) => ({
    name,
    value: values[name],
    bound: 'atLeast' in target ? `at least ${target.atLeast}` : `at most ${target.atMost}`,
    isMet: meets(values[name], target),
  }));
}

export function printTable(rows: readonly (readonly string[])[]): void {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  for (const row of rows) {
    // Names to the left, numbers to the right.
    const cells = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    );
    console.log(cells.join('   ').trimEnd());
  }
}

function meets(value: number | undefined, target: Target): boolean {
  if (value === undefined) return false;
  return 'atLeast' in target ? value >= target.atLeast : value <= target.atMost;
}

function rounded(values: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, Math.round(value * 1000) / 1000]),
  );
}

/** `12,345` */
export function whole(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}
