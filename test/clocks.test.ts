import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const TEST = fileURLToPath(new URL('.', import.meta.url));
/** Where the hang guard stands, and this file. */
const MAY = ['support/hang-guard.ts', 'support/wait-for.ts', 'clocks.test.ts'];

/** What a slow machine would fail by. */
const CLOCKS: readonly (readonly [what: string, pattern: RegExp])[] = [
  ['a poll of a second: use waitFor or waitUntil of support/wait-for.ts', /\bvi\s*\.\s*wait(For|Until)\b/],
  ['a limit of its own: there is one in support/hang-guard.ts', /\btimeout: *[\d(]/],
  ['a limit of a test or hook', /^ *\}, [\d_]+\);$/m],
  ['a limit of a page', /setDefault\w*Timeout\(\d/],
  ['a limit of a request', /AbortSignal\.timeout\(/],
  ['how long something took', /\b(performance|Date)\.now\(\) - [a-z]/],
];

test('no test has a clock: it waits for facts, and gives up where the hang guard says so', () => {
  const files = readdirSync(TEST, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !MAY.includes(file.replaceAll('\\', '/')))
    .sort();
  expect(files.length).toBeGreaterThan(100);
  const found = files.flatMap((file) => {
    const text = readFileSync(`${TEST}/${file}`, 'utf8');
    return CLOCKS.filter(([, pattern]) => pattern.test(text)).map(([what]) => `${file}: ${what}`);
  });
  expect(found).toEqual([]);
});
