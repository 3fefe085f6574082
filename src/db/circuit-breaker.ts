import type { Db } from './pool.ts';

/** A transport that nothing is handed to, because we are refused whatever the mail. */
export interface TransportRefusal {
  readonly transport: string;
  readonly since: Date;
  readonly reason: string;
  /** When one mail is tried, to see whether it has been corrected. */
  readonly probeAt: Date;
}

const COLUMNS = 'transport, since, reason, probe_at as "probeAt"';

export async function findRefusal(db: Db, transport: string): Promise<TransportRefusal | null> {
  const { rows } = await db.query<TransportRefusal>(
    `select ${COLUMNS} from {schema}.transport_refusal where transport = $1`,
    [transport],
  );
  return rows[0] ?? null;
}

export async function listRefusals(db: Db): Promise<TransportRefusal[]> {
  const { rows } = await db.query<TransportRefusal>(
    `select ${COLUMNS} from {schema}.transport_refusal order by since`,
  );
  return rows;
}

/** Notes that we were refused, for the first time or again. */
export async function saveRefusal(db: Db, refusal: TransportRefusal): Promise<void> {
  await db.query(
    `insert into {schema}.transport_refusal (transport, since, reason, probe_at) values ($1, $2, $3, $4)
     on conflict (transport) do update set reason = excluded.reason, probe_at = excluded.probe_at`,
    [refusal.transport, refusal.since, refusal.reason, refusal.probeAt],
  );
}

/** Takes the probe that is due, putting the next off to `nextProbeAt`. Only one of many workers gets true. */
export async function takeProbe(db: Db, transport: string, now: Date, nextProbeAt: Date): Promise<boolean> {
  const { rowCount } = await db.query(
    'update {schema}.transport_refusal set probe_at = $3 where transport = $1 and probe_at <= $2',
    [transport, now, nextProbeAt],
  );
  return rowCount === 1;
}

export async function deleteRefusal(db: Db, transport: string): Promise<void> {
  await db.query('delete from {schema}.transport_refusal where transport = $1', [transport]);
}
