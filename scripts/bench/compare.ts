import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import type { Shutdown } from '../support/shutdown.ts';
import { BenchError } from './bench-error.ts';
import { PROJECT, startChild } from './child.ts';
import { type Machine, printMachine } from './machine.ts';
import { printTable } from './report.ts';
import { median } from './statistics.ts';

const USAGE =
  'Usage: npm run bench -- compare REVISION NAME [--rounds N] [… more options of that benchmark]. Example: npm run bench -- compare HEAD~3 deliver';
const ROUNDS = 3;

/** The last line of a benchmark's output. */
const line = z.object({
  machine: z.custom<Machine>(),
  figures: z.record(z.string(), z.number()),
  ratios: z.record(z.string(), z.number()),
});
type Line = z.infer<typeof line>;

/** One checkout, and what it measured. */
interface Side {
  readonly name: string;
  readonly folder: string;
  readonly lines: Line[];
}

/**
 * `npm run bench -- compare REVISION NAME`: the same benchmark of another revision and of this checkout, round by round in turn, so that
 * both meet the same machine. Each runs its own version of the benchmark. The other revision lies in a folder of its own as
 * long as it takes. Throws BenchError where there is no such revision or benchmark, or one of the two fails.
 */
export async function compareRevisions(args: string[], shutdown: Shutdown): Promise<void> {
  const { revision, name, rounds, options } = readArguments(args);
  const other = checkOut(revision, shutdown);
  const sides: readonly [Side, Side] = [
    { name: other.commit, folder: other.folder, lines: [] },
    { name: 'this checkout', folder: PROJECT, lines: [] },
  ];
  for (let round = 1; round <= rounds; round++)
    // Whichever comes second meets a machine that is warm: they change places.
    for (const side of round % 2 === 0 ? sides.toReversed() : sides)
      side.lines.push(await runBench(side, name, options));
  print(name, sides);
}

function readArguments(args: string[]) {
  const { positionals, tokens } = parseArgs({
    args,
    allowPositionals: true,
    strict: false,
    tokens: true,
    options: { rounds: { type: 'string' }, count: { type: 'string' }, delay: { type: 'string' } },
  });
  const [revision, name, ...more] = positionals;
  if (!revision || !name || more.length > 0) throw new BenchError(USAGE);
  const given = tokens.filter((token) => token.kind === 'option');
  const rounds = Number(given.find((option) => option.name === 'rounds')?.value ?? ROUNDS);
  if (!Number.isInteger(rounds) || rounds < 1) throw new BenchError(USAGE);
  const options = given
    .filter((option) => option.name !== 'rounds')
    .flatMap(({ rawName, value }) => (value === undefined ? [rawName] : [rawName, value]));
  return { revision, name, rounds, options };
}

/** The revision in a folder of its own, with our packages where it wants the same. */
function checkOut(
  revision: string,
  shutdown: Shutdown,
): { readonly commit: string; readonly folder: string } {
  const commit = git('rev-parse', '--verify', '--quiet', '--short', `${revision}^{commit}`);
  if (!commit) throw new BenchError(`There is no revision "${revision}" here.`);
  const parent = mkdtempSync(join(tmpdir(), 'access-mail-compare-'));
  const folder = join(parent, commit);
  shutdown.add(() => {
    git('worktree', 'remove', '--force', folder);
    rmSync(parent, { recursive: true, force: true });
  });
  if (git('worktree', 'add', '--detach', folder, commit) === null)
    throw new BenchError(`The revision ${commit} could not be checked out.`);
  for (const part of ['.', 'scripts/launcher/node']) sharePackages(join(PROJECT, part), join(folder, part));
  return { commit, folder };
}

/** What is missing otherwise, the launcher of that revision installs. */
function sharePackages(ours: string, theirs: string): void {
  const lockOf = (folder: string) => {
    const file = join(folder, 'package-lock.json');
    return existsSync(file) ? readFileSync(file, 'utf8') : null;
  };
  const packages = join(ours, 'node_modules');
  if (existsSync(packages) && lockOf(ours) !== null && lockOf(ours) === lockOf(theirs))
    symlinkSync(packages, join(theirs, 'node_modules'));
}

/** One round. */
async function runBench(
  { name: side, folder }: Side,
  name: string,
  options: readonly string[],
): Promise<Line> {
  const args = ['bench', name, '--rounds', '1', ...options];
  const child = startChild('scripts/run.mjs', { env: {}, args, folder });
  const code = await child.ended;
  const last = child.output().trim().split('\n').at(-1) ?? '';
  const told = line.safeParse(last.startsWith('{') ? JSON.parse(last) : null);
  if (code !== 0 || !told.success)
    throw new BenchError(`The benchmark "${name}" of ${side} failed. It said:\n${child.output()}`);
  return told.data;
}

function print(name: string, [before, after]: readonly [Side, Side]): void {
  const [first] = after.lines;
  if (first) printMachine(`${name}, compared`, first.machine);
  const of = (side: Side, figure: string) =>
    side.lines.map(({ figures, ratios }) => figures[figure] ?? ratios[figure] ?? Number.NaN);
  const names = [
    ...new Set(after.lines.flatMap(({ figures, ratios }) => Object.keys({ ...figures, ...ratios }))),
  ];
  const compared = names.map((figure) => {
    const [was, is] = [of(before, figure), of(after, figure)];
    return { figure, was, is, ratio: median(is) / median(was) };
  });
  printTable([
    ['figure', before.name, after.name, '×', 'rounds'],
    ...compared.map(({ figure, was, is, ratio }) => [
      figure,
      shown(median(was)),
      shown(median(is)),
      shown(ratio),
      `${was.map(shown).join(' ')} | ${is.map(shown).join(' ')}`,
    ]),
  ]);
  console.log('Medians. A figure that the other revision does not know is shown as –.');
  console.log(
    JSON.stringify({
      ...{ bench: name, compared: before.name, rounds: after.lines.length },
      ratios: Object.fromEntries(
        compared.map(({ figure, ratio }) => [figure, Number.isNaN(ratio) ? null : ratio]),
      ),
    }),
  );
}

function shown(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value.toLocaleString('en-US', { maximumSignificantDigits: Math.abs(value) < 100 ? 3 : 6 });
}

/** What git says; null where it fails. */
function git(...args: string[]): string | null {
  try {
    return execFileSync('git', args, {
      cwd: PROJECT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}
