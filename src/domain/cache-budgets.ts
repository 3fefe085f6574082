const KIB = 2 ** 10;
const MIB = 2 ** 20;

/** What remembers something for as long as its process lives, and how much memory it may take. docs/operations.md has the same table. */
export const CACHE_BUDGETS = {
  'compiled templates': { in: 'worker', bytes: 6 * MIB },
  'frozen templates': { in: 'worker', bytes: 6 * MIB },
  'DKIM keys': { in: 'worker', bytes: 512 * KIB },
  'templates ready to merge': { in: 'both', bytes: 12 * MIB },
  'custom texts': { in: 'both', bytes: 2 * MIB },
  'written times': { in: 'both', bytes: MIB },
  'time until a start': { in: 'both', bytes: 256 * KIB },
  'events of waiting pages': { in: 'server', bytes: 2 * MIB },
  reports: { in: 'server', bytes: 4 * MIB },
  'counts of people': { in: 'server', bytes: 512 * KIB },
  pictures: { in: 'server', bytes: 8 * MIB },
  'date formats': { in: 'server', bytes: 4 * MIB },
  'requests of API keys': { in: 'server', bytes: MIB },
} as const satisfies Readonly<
  Record<string, { readonly in: 'server' | 'worker' | 'both'; readonly bytes: number }>
>;

/** Bytes that a cache may take. */
export function cacheBytes(name: keyof typeof CACHE_BUDGETS): number {
  return CACHE_BUDGETS[name].bytes;
}
