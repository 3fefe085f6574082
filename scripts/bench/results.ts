import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Machine } from './machine.ts';
import { type Result, verdicts } from './report.ts';

const FOLDER = fileURLToPath(new URL('../../bench', import.meta.url));

/** Keeps what the benchmarks found out in `bench/results.md`. */
export function keepResults(results: readonly Result[], machine: Machine, at: Date): void {
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${FOLDER}/results.md`, render(results, machine, at));
}

function render(results: readonly Result[], machine: Machine, at: Date): string {
  const { cpu, cores, memoryGiB, node, postgres, commit } = machine;
  const parts = results.map((result) => {
    const told = verdicts(result).map(
      ({ name, value, bound, isMet }) =>
        `- ${name}: **${value}**, target ${bound}: ${isMet ? 'met' : 'missed'}`,
    );
    const blocks = [`## ${result.bench}`, table(result.table), result.notes.join('\n'), told.join('\n')];
    return blocks.filter(Boolean).join('\n\n');
  });
  return `# What the benchmarks found

Written by \`npm run bench\`, which measures everything again. Each figure that has a target is a ratio to something measured
beside it in the same run, or says how it grows; the rest depends on the machine.

| | |
|---|---|
| machine | ${cpu}, ${cores} cores, ${memoryGiB} GiB |
| Node.js | ${node} |
| Postgres | ${postgres} |
| commit | ${commit} |
| measured | ${at.toISOString().slice(0, 16).replace('T', ' ')} UTC |

${parts.join('\n\n')}
`;
}

function table(rows: readonly (readonly string[])[]): string {
  const [head = [], ...body] = rows;
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const rule = `|${head.map((_, i) => (i === 0 ? '---' : '---:')).join('|')}|`;
  return [line(head), rule, ...body.map(line)].join('\n');
}
