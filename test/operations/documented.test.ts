import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ALERT_TYPES, alertRow } from '../../src/domain/alerts.ts';
import { METRICS, type Metric, PREFIX } from '../../src/domain/metrics.ts';

const ROWS: readonly Metric[] = METRICS;
const DASHBOARD = readFileSync(new URL('../../docs/grafana/access-mail.json', import.meta.url), 'utf8');
const DOCUMENT = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

/** What stands in the document between two comments. */
const between = (name: string) =>
  new RegExp(`<!-- ${name}:.*-->\\n([\\s\\S]*)<!-- /${name} -->`).exec(DOCUMENT)?.[1]?.trim();

const TABLE = [
  '| metric | type | labels | exported by | meaning |',
  '|---|---|---|---|---|',
  ...METRICS.map(({ name, type, labels, from, help }) => {
    const named = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${PREFIX}${name}\` | ${type} | ${named} | ${from} | ${help} |`;
  }),
].join('\n');

const FORMER_TABLE = [
  '| until the next version | from now on |',
  '|---|---|',
  ...ROWS.flatMap(({ name, formerly }) => {
    if (!formerly) return [];
    const { flagOf } = formerly;
    const now = flagOf ? `${name}{${flagOf.label}="${flagOf.value}"}` : name;
    return `| \`${PREFIX}${formerly.name}\` | \`${PREFIX}${now}\` |`;
  }),
].join('\n');

const ALERT_TABLE = [
  '| type | raised when | severity | told by | its end is told |',
  '|---|---|---|---|---|',
  ...ALERT_TYPES.map((type) => {
    const { when, severity, stopsMail, over } = alertRow(type);
    const by = stopsMail ? 'chat; mail only where there is no chat' : 'mail and chat';
    return `| \`${type}\` | ${when} | ${severity} | ${by} | ${over ? 'yes' : 'it has none'} |`;
  }),
].join('\n');

describe('docs/operations.md', () => {
  it('lists every type of alert as the code describes it', () => {
    expect(between('alerts')).toBe(ALERT_TABLE);
  });

  it('lists every metric as the code describes it', () => {
    expect(between('metrics')).toBe(TABLE);
  });

  it('lists the former name of every metric that has one, beside the name from now on', () => {
    expect(between('former metrics')).toBe(FORMER_TABLE);
  });

  it('names no metric elsewhere that there is not', () => {
    const names: readonly string[] = METRICS.map(({ name }) => name);
    const named = DOCUMENT.replace(FORMER_TABLE, '')
      .matchAll(new RegExp(`${PREFIX}(\\w+)`, 'g'))
      .map(([, name = '']) => name)
      .toArray();
    expect(named.length).toBeGreaterThan(names.length);
    const unknown = named.filter(
      (name) => !names.includes(name) && !names.includes(name.replace(/_(bucket|sum|count)$/, '')),
    );
    expect(unknown).toEqual([]);
  });
});

it('the Grafana dashboard shows metrics that there are, with labels that they have', () => {
  const { panels } = JSON.parse(DASHBOARD) as {
    readonly panels: readonly {
      readonly title: string;
      readonly targets: readonly { readonly expr: string }[];
    }[];
  };
  const expressions = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr));
  const shown = new Set<string>();
  for (const expr of expressions)
    for (const [, given = ''] of expr.matchAll(new RegExp(`${PREFIX}(\\w+)`, 'g'))) {
      const metric = ROWS.find(
        ({ name }) => name === given || name === given.replace(/_(bucket|sum|count)$/, ''),
      );
      expect(metric, given).toBeDefined();
      shown.add(metric?.name ?? '');
      const known = [...(metric?.labels ?? []), 'le', 'job', 'instance'];
      const grouped = [...expr.matchAll(/by \(([\w, ]+)\)/g)].flatMap(([, names = '']) => names.split(', '));
      expect(known, expr).toEqual(expect.arrayContaining(grouped));
    }
  // What an operator must see at a glance.
  for (const name of ['oldest_due_message_seconds', 'circuit_breakers_open', 'sender_rejections_total'])
    expect(shown).toContain(name);
});
