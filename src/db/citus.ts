import { LEDGER } from './partition.ts';
import type { Db } from './pool.ts';

// Only what Citus documents of co-located tables (docs.citusdata.com, "Creating and Modifying Distributed Objects", "Query Processing"). Its
// functions are in `pg_catalog`, so that they are found without a schema.

/** Read beside the ledger of every event, and changed rarely: each node has all of them. */
const REFERENCE_TABLES = ['event', 'compiled_template'] as const;
/** What the ledger says of itself once it is distributed. */
const DISTRIBUTED = 'distributed by event_id';

/**
 * Distributes the ledger's tables by their event, all rows of an event on one node, in the transaction of the caller. Returns false where that
 * was done before.
 */
export async function distributeLedger(db: Db): Promise<boolean> {
  const { rows } = await db.query<{ isDistributed: boolean }>(
    `select obj_description('{schema}.message'::regclass, 'pg_class') is not distinct from $1 as "isDistributed"`,
    [DISTRIBUTED],
  );
  if (rows[0]?.isDistributed) return false;
  // Tables are created on all nodes one after the other: some refer to reference tables of the same transaction.
  await db.query(`set local citus.multi_shard_modify_mode to 'sequential'`);
  // Ours touch rows of the same event alone.
  await db.query('set local citus.enable_unsafe_triggers to on');
  // A table that is not distributed may refer to reference tables only.
  await db.query('alter table {schema}.audit_entry drop constraint if exists audit_entry_registrant_fkey');
  for (const table of REFERENCE_TABLES) await db.query(`select create_reference_table('{schema}.${table}')`);
  const [first, ...others] = LEDGER;
  await db.query(`select create_distributed_table('{schema}.${first}', 'event_id')`);
  for (const table of others)
    await db.query(
      `select create_distributed_table('{schema}.${table}', 'event_id', colocate_with => '{schema}.${first}')`,
    );
  await db.query(`comment on table {schema}.message is '${DISTRIBUTED}'`);
  return true;
}
