import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CACHE_BUDGETS } from '../src/domain/cache-budgets.ts';

const PROJECT = join(import.meta.dirname, '..');
const MIB = 2 ** 20;

/** What lives as long as its process (or as a part of it that does) and takes in more as time goes by; and what ends that. */
const GROWING: Readonly<Record<string, string>> = {
  'src/lib/lru-cache.ts kept': 'its budget',
  'src/db/choose-host.ts choosers': 'one an address that the settings name',
  'src/db/choose-host.ts #silent': 'one a host that the settings name',
  'src/db/silence.ts watched': 'goes with its connection',
  'src/db/silence.ts asking': 'connections of the pools',
  'src/db/host-name.ts underWay': 'one a host that the settings name',
  'src/db/pool.ts connections': 'connections of the pool',
  'src/db/pool.ts inUse': 'connections of the pool',
  'src/db/pool.ts outdated': 'goes with its connection',
  'src/db/read-pool.ts shownBy': 'goes with its connection',
  'src/http/keyed-lock.ts tails': 'requests under way',
  'src/lib/batcher.ts writing': 'batches under way',
  'src/operations/listen.ts answering': 'requests under way',
  'src/providers/permitted-calls.ts underWay': 'calls under way',
  'src/providers/resend/unreached.ts calls': 'calls under way',
  'src/providers/smtp/pool.ts open': 'its connections',
  'src/providers/smtp/pool.ts ends': 'its connections',
  'src/senders/resolver.ts answers': 'lives as long as one check',
  'src/senders/resolver.ts askedTexts': 'lives as long as one check',
  'src/team/people/person-texts.ts written': 'goes with the event that a request has read',
  'worker/delivery/circuit-breaker.ts open': 'read anew from the database',
  'worker/delivery/circuit-breaker.ts rejectedInARow': 'MOST_DOMAINS',
  'worker/delivery/circuit-breaker.ts different': 'DIFFERENT',
  'worker/delivery/circuit-breaker.ts suspects': 'MOST_DOMAINS',
  'worker/delivery/circuit-breaker.ts alone': 'MOST_DOMAINS',
  'worker/delivery/leases.ts held': 'messages in hand',
};

const EMPTY = /(?:const|let|readonly) (#?[a-z]\w*)(?:: [^=]+)? = new (?:Weak)?(?:Map|Set)(?:<[^=;]*>)?\(\);/;
/** Functions whose variables outlive the call: what they return goes on with them. */
const OUTLIVES = /^(?:export )?(?:async )?function (?:create|watch|open|keep|listen|ask[A-Z]|start|register)/;

/** Empty maps and sets of modules, classes and such functions. */
function growing(file: string): string[] {
  const found: string[] = [];
  let outlives = true;
  for (const line of readFileSync(join(PROJECT, file), 'utf8').split('\n')) {
    if (/^(?:export )?(?:async )?function /.test(line)) outlives = OUTLIVES.test(line);
    else if (/^(?:export )?(?:abstract )?class /.test(line)) outlives = true;
    const name = EMPTY.exec(line)?.[1];
    // Deeper in, it belongs to a function inside of that.
    if (name && (/^\S/.test(line) || (outlives && /^ {2}\S/.test(line)))) found.push(`${file} ${name}`);
  }
  return found;
}

describe('what a process remembers', () => {
  const files = ['src', 'worker', 'emails']
    .flatMap((folder) => readdirSync(join(PROJECT, folder), { withFileTypes: true, recursive: true }))
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.browser\.ts$/.test(entry.name))
    .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)));

  it('is a cache with a budget, or a map or set of which this test says what bounds it', () => {
    expect(files.flatMap(growing).sort()).toEqual(Object.keys(GROWING).sort());
  });

  it('takes the memory that docs/operations.md names', () => {
    const docs = readFileSync(join(PROJECT, 'docs/operations.md'), 'utf8');
    const rows = [...docs.matchAll(/^\| ([^|]+) \| (server|worker|both) \| ([\d.]+) MiB \|$/gm)];
    const told = Object.fromEntries(rows.map(([, name, part, mib]) => [name, [part, Number(mib) * MIB]]));
    const budgets = Object.entries(CACHE_BUDGETS).map(([name, { in: part, bytes }]) => [name, [part, bytes]]);
    expect(told).toEqual(Object.fromEntries(budgets));
    for (const part of ['server', 'worker'] as const) {
      const sum = Object.values(CACHE_BUDGETS).reduce(
        (all, one) => all + (one.in === part || one.in === 'both' ? one.bytes : 0),
        0,
      );
      expect(docs).toContain(`${sum / MIB} MiB in a ${part}`);
    }
  });
});
