import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { findImports } from './support/find-imports.ts';

/**
 * Who may import whom: one row a folder, the most particular row counts. Folders name what lies below them, too;
 * `npm:*` is any package, `node:*` anything that comes with Node.
 */
const RULES: readonly (readonly [folder: string, mayImport: readonly string[]])[] = [
  [
    'emails',
    [
      'emails',
      'src/lib',
      'src/domain',
      'npm:react',
      'npm:react-dom',
      // Not `react-email` itself: it brings Tailwind's compiler into each server and worker.
      'npm:@react-email/render',
      'npm:handlebars',
      'node:crypto',
      'node:fs',
      'node:path',
      'node:url',
    ],
  ],
  [
    'src/domain',
    [
      'src/domain',
      'npm:zod',
      'npm:ical-generator',
      'npm:@zootools/email-spell-checker',
      'npm:free-email-domains',
      'npm:isbot',
      'npm:tldts',
      'node:*',
    ],
  ],
  ['src/db', ['src/db', 'src/domain', 'npm:pg', 'npm:node-pg-migrate', 'npm:pg-copy-streams', 'node:*']],
  // Helpers that know nothing of mail or events.
  ['src/lib', ['src/lib', 'npm:tlds', 'npm:ipaddr.js', 'node:*']],
  [
    'src/queue',
    [
      ...['src/queue', 'src/lib', 'src/domain', 'src/db'],
      ...['npm:pg-boss', 'npm:pg', 'npm:zod', 'npm:@opentelemetry/api', 'node:*'],
    ],
  ],
  // What a server and a worker tell of themselves, and how they stop.
  [
    'src/operations',
    [
      'src/operations',
      'src/lib',
      'src/domain',
      'src/db',
      'src/queue',
      'src/config.ts',
      'src/log.ts',
      'npm:hono',
      'npm:@hono/node-server',
      ...['api', 'context-async-hooks', 'core', 'exporter-trace-otlp-proto', 'resources', 'sdk-trace'].map(
        (name) => `npm:@opentelemetry/${name}`,
      ),
      'npm:prom-client',
      'node:*',
    ],
  ],
  // What mails that come back say: no clock, database or network, as in src/domain, but a parser of mails.
  ['src/reports', ['src/reports', 'src/lib', 'src/domain', 'npm:postal-mime', 'node:*']],
  // What both an HTTP request and a job do: rows and jobs in one transaction of the caller's.
  [
    'src/actions',
    [
      'src/actions',
      'src/lib',
      'src/domain',
      'src/reports',
      'src/db',
      'src/queue',
      'src/config.ts',
      'src/log.ts',
      'npm:*',
      'node:*',
    ],
  ],
  // One folder a provider: sending, its errors and limits, its webhook.
  ['src/providers', ['src/providers', 'src/lib', 'src/domain', 'src/db', 'src/config.ts', 'npm:*', 'node:*']],
  // What the DNS says of domains that mails are sent from.
  [
    'src/senders',
    [
      'src/senders',
      'src/lib',
      'src/domain',
      'src/config.ts',
      'src/providers/resend/domains.ts',
      'npm:mailauth',
      'node:*',
    ],
  ],
  // What pages share. It knows none of them.
  ['src/ui', ['src/ui', 'src/lib', 'src/domain', 'npm:react', 'npm:react-dom', 'npm:lucide', 'node:*']],
  // Programs of others run it: it knows nothing of ours.
  ['src/client', ['src/client', 'npm:openapi-fetch']],
  ['src/library', ['src/library']],
  ['src', ['src', 'emails', 'npm:*', 'node:*']],
  [
    'worker',
    [
      'worker',
      'src/lib',
      'src/domain',
      'src/db',
      'src/queue',
      'src/actions',
      'src/providers',
      'src/senders',
      'src/check-database.ts',
      'src/check-transport.ts',
      // Webhooks say of things what the API says of them.
      'src/api/webhook-body.ts',
      'src/operations',
      'src/config.ts',
      'src/log.ts',
      'src/run-process.ts',
      'emails',
      'npm:*',
      'node:*',
    ],
  ],
  ['test', ['*']],
  ['scripts', ['*']],
];

const PROJECT = fileURLToPath(new URL('..', import.meta.url));
const FOLDERS = ['emails', 'src', 'worker', 'test', 'scripts'];

interface Edge {
  readonly from: string;
  /** A file of ours, or `npm:NAME`, or `node:NAME`. */
  readonly to: string;
  /** Erased before the program runs, so it cannot make a cycle at run time. */
  readonly typeOnly: boolean;
}

const edges = FOLDERS.flatMap((folder) => sourceFiles(join(PROJECT, folder))).flatMap(edgesOf);

describe('imports', () => {
  it('go only where the rules let them', () => {
    const forbidden = edges.filter(({ from, to }) => !ruleOf(from).some((allowed) => covers(allowed, to)));
    expect(forbidden.map(describeEdge)).toEqual([]);
  });

  it('name files that exist, by their whole name', () => {
    const missing = edges.filter(({ to }) => !/^(npm|node):/.test(to) && !existsSync(join(PROJECT, to)));
    expect(missing.map(describeEdge)).toEqual([]);
  });

  it('make no cycles', () => {
    expect(findCycle(edges.filter((edge) => !edge.typeOnly))).toBeNull();
  });

  it('are looked for where they are', () => {
    // A walk that finds nothing would allow everything.
    expect(edges.some(({ from, to }) => from.startsWith('src/') && to.startsWith('src/domain/'))).toBe(true);
  });
});

describe('the rules', () => {
  it.each([
    ['src/http/app.tsx', 'worker/main.ts'],
    ['src/domain/event.ts', 'src/db/event.ts'],
    ['src/domain/event.ts', 'npm:pg'],
    ['src/db/event.ts', 'src/queue/jobs.ts'],
    ['worker/main.ts', 'src/http/app.tsx'],
    ['src/reports/mail-report.ts', 'src/db/message.ts'],
    ['worker/main.ts', 'src/configuration.ts'],
    ['emails/reminder.tsx', 'node:child_process'],
    ['emails/reminder.tsx', 'npm:react-email'],
    ['emails/reminder.tsx', 'npm:@react-email/components'],
    ['src/public/room/countdown.browser.ts', 'src/domain/time.ts'],
    ['src/ui/layout.tsx', 'src/team/frame.ts'],
    ['src/server.ts', 'scripts/start.ts'],
  ])('keep %s from %s', (from, to) => {
    expect(ruleOf(from).some((allowed) => covers(allowed, to))).toBe(false);
  });

  it('find a cycle', () => {
    const edge = (from: string, to: string) => ({ from, to, typeOnly: false });
    expect(findCycle([edge('a', 'b'), edge('b', 'c'), edge('c', 'a')])).toBe('a → b → c → a');
  });
});

function ruleOf(file: string): readonly string[] {
  // A browser script is served alone, with the scripts beside it that it imports put into it.
  if (file.endsWith('.browser.ts'))
    return readdirSync(join(PROJECT, dirname(file)))
      .filter((name) => name.endsWith('.browser.ts'))
      .map((name) => join(dirname(file), name));
  const rows = RULES.filter(([folder]) => covers(folder, file));
  return rows.sort(([a], [b]) => b.length - a.length)[0]?.[1] ?? [];
}

function covers(allowed: string, target: string): boolean {
  if (allowed === '*') return true;
  if (allowed.endsWith(':*')) return target.startsWith(allowed.slice(0, -1));
  return target === allowed || target.startsWith(`${allowed}/`);
}

function edgesOf(file: string): Edge[] {
  return findImports(readFileSync(file, 'utf8')).map(({ specifier, typeOnly }) => ({
    from: relative(PROJECT, file),
    to: targetOf(file, specifier),
    typeOnly,
  }));
}

function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return relative(PROJECT, join(dirname(file), specifier));
  if (specifier.startsWith('node:')) return specifier;
  // `pg/lib/x` is the package pg, `@scope/name/x` is @scope/name.
  const [scope = '', name = ''] = specifier.split('/');
  return `npm:${specifier.startsWith('@') ? `${scope}/${name}` : scope}`;
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.(ts|tsx|mts|mjs|js)$/.test(entry.name))
    .filter((entry) => !`${entry.parentPath}/`.includes('/node_modules/'))
    .map((entry) => join(entry.parentPath, entry.name));
}

/** The first way found from a file back to itself, or null. */
function findCycle(all: readonly Edge[]): string | null {
  const next = Map.groupBy(all, (edge) => edge.from);
  const done = new Set<string>();
  const walk = (file: string, path: readonly string[]): string | null => {
    if (path.includes(file)) return [...path.slice(path.indexOf(file)), file].join(' → ');
    if (done.has(file)) return null;
    for (const { to } of next.get(file) ?? []) {
      const cycle = walk(to, [...path, file]);
      if (cycle) return cycle;
    }
    done.add(file);
    return null;
  };
  for (const file of next.keys()) {
    const cycle = walk(file, []);
    if (cycle) return cycle;
  }
  return null;
}

function describeEdge({ from, to }: Edge): string {
  return `${from} imports ${to}`;
}
