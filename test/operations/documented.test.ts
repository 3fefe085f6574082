import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { METRICS, PREFIX } from '../../src/domain/metrics.ts';

const DOCUMENT = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8');

/** What stands in the document between the two comments. */
const TABLE = [
  '| metric | type | labels | exported by | meaning |',
  '|---|---|---|---|---|',
  ...METRICS.map(({ name, type, labels, from, help }) => {
    const named = labels.map((label) => `\`${label}\``).join(', ');
    return `| \`${PREFIX}${name}\` | ${type} | ${named} | ${from} | ${help} |`;
  }),
].join('\n');

describe('docs/operations.md', () => {
  it('lists every metric as the code describes it', () => {
    const [, listed = ''] = /<!-- metrics:.*-->\n([\s\S]*)<!-- \/metrics -->/.exec(DOCUMENT) ?? [];
    expect(listed.trim()).toBe(TABLE);
  });

  it('names no metric elsewhere that there is not', () => {
    const names: readonly string[] = METRICS.map(({ name }) => name);
    const named = DOCUMENT.matchAll(new RegExp(`${PREFIX}(\\w+)`, 'g'))
      .map(([, name = '']) => name)
      .toArray();
    expect(named.length).toBeGreaterThan(names.length);
    const unknown = named.filter(
      (name) => !names.includes(name) && !names.includes(name.replace(/_(bucket|sum|count)$/, '')),
    );
    expect(unknown).toEqual([]);
  });
});
