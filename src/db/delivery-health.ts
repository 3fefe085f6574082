import { LANES, type Lane } from '../domain/message.ts';
import type { Db } from './pool.ts';
import { listRefusals, type TransportRefusal } from './transport-refusal.ts';

/** How long a mail may be overdue before the team is told, in seconds. */
const LATE_AFTER: Readonly<Record<Lane, number>> = { now: 60, bulk: 15 * 60 };

export interface LaneHealth {
  readonly outstanding: number;
  /** How long the oldest message that is due has been waiting, in seconds; 0: none waits. */
  readonly oldestDueSeconds: number;
}

/** Whether mail goes out as it should; what a banner says and what alarms look at. */
export interface DeliveryHealth {
  readonly state: 'ok' | 'late' | 'refused';
  readonly lanes: Readonly<Record<Lane, LaneHealth>>;
  readonly refusals: readonly TransportRefusal[];
}

export async function deliveryHealth(db: Db, now: Date): Promise<DeliveryHealth> {
  const { rows } = await db.query<{ lane: Lane; outstanding: number; oldest: Date | null }>(
    `select lane, count(*) as outstanding, min(due_at) filter (where status in ('queued', 'sending')) as oldest
     from {schema}.message where status in ('scheduled', 'queued', 'sending') group by lane`,
  );
  const health = (lane: Lane): LaneHealth => {
    const row = rows.find((r) => r.lane === lane);
    const waits = row?.oldest ? (now.getTime() - row.oldest.getTime()) / 1000 : 0;
    return { outstanding: row?.outstanding ?? 0, oldestDueSeconds: Math.max(0, waits) };
  };
  const lanes = { now: health('now'), bulk: health('bulk') };
  const refusals = await listRefusals(db);
  const late = LANES.some((lane) => lanes[lane].oldestDueSeconds > LATE_AFTER[lane]);
  return { state: refusals.length > 0 ? 'refused' : late ? 'late' : 'ok', lanes, refusals };
}
