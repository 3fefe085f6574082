import { raiseAlert } from '../db/alert.ts';
import { recordAudit } from '../db/audit.ts';
import { countFlood } from '../db/flood.ts';
import { type Db, transaction } from '../db/pool.ts';
import { FLOODS, type FloodName } from '../domain/flood.ts';
import { createBatcher } from '../lib/batcher.ts';
import type { AppDependencies } from './context.ts';

/** Refusals of so long are written together: a flood is not answered with as many writes. */
const GATHER = { waitMs: 1_000, most: 100_000 };

interface Refusal {
  readonly kind: FloodName;
  /** Null: of no event. */
  readonly eventId: string | null;
}

/** Notes that something was refused since there was too much of it. Returns at once. */
export type NoteFlood = (kind: FloodName, eventId: string | null) => void;

/**
 * Tells the team of what is refused: a count for the banner, and in the audit log one entry an hour, kind and event, however
 * many requests and servers there are. What cannot be written is logged.
 */
export function createFloodNotes({
  pool,
  log,
  now,
}: Pick<AppDependencies, 'pool' | 'log' | 'now'>): NoteFlood {
  const write = createBatcher<Refusal>(async (refusals) => {
    const groups = Map.groupBy(refusals, ({ kind, eventId }) => `${kind} ${eventId}`);
    // In one order, so that two servers never wait for each other.
    const sorted = [...groups].sort(([a], [b]) => (a < b ? -1 : 1));
    await transaction(pool, async (db) => {
      for (const [, group] of sorted) if (group[0]) await note(db, group[0], group.length, now());
    });
  }, GATHER);
  return (kind, eventId) => {
    write({ kind, eventId }).catch((error: unknown) =>
      log.warn({ err: error, kind }, 'a flood was not noted'),
    );
  };
}

async function note(db: Db, { kind, eventId }: Refusal, refused: number, at: Date): Promise<void> {
  const known = await countFlood(db, { kind, eventId, refused }, at);
  const { bannerFrom } = FLOODS[kind];
  if (known.refused >= bannerFrom && known.refused - refused < bannerFrom)
    await raiseAlert(db, 'flood', { flood: kind, eventId, refused: known.refused }, at);
  if (!known.isFirst) return;
  await recordAudit(db, {
    ...{ at, actor: 'visitor', action: 'flood_refused', eventId, registrantId: null, detail: { kind } },
  });
}
