import type { Db } from './pool.ts';

/** The tables of the registrants' ledger: each is divided by the same hash of its event, those that others refer to first. */
export const LEDGER = [
  'registrant',
  'registrant_search',
  'registrant_facet',
  'visit',
  'message',
  'delivery_event',
  'batch',
] as const;

/** Parts of each table, where nobody says how many. */
export const PARTITIONS = 16;
export const MOST_PARTITIONS = 1_024;

/** About how many rows there are to be written anew, in all tables, and how many bytes they and their indexes take. */
export async function measureLedger(
  db: Db,
): Promise<{ readonly rows: number; readonly bytes: number; readonly partitions: number | null }> {
  const { rows } = await db.query<{ rows: number; bytes: number; partitions: number | null }>(
    `select coalesce(sum(greatest(reltuples, 0)), 0)::bigint as rows, coalesce(sum(pg_total_relation_size(oid)), 0)::bigint as bytes,
       (select count(*)::int from pg_inherits where inhparent = '{schema}.message'::regclass having count(*) > 0) as partitions
     from pg_class where relnamespace = '{schema}'::regnamespace and relname = any($1)`,
    [LEDGER],
  );
  return rows[0] as { rows: number; bytes: number; partitions: number | null };
}

/** DDL that the catalog gives of the tables (`ddl`), so that whatever they have is made again, whichever migration made it. */
async function readPieces(db: Db, statement: string): Promise<string[]> {
  const { rows } = await db.query<{ ddl: string }>(statement, [LEDGER]);
  return rows.map(({ ddl }) => ddl);
}

/** A condition: the row of `pg_class` by this name is one of the tables. */
const IS_ONE = (name: string) =>
  `${name}.relnamespace = '{schema}'::regnamespace and ${name}.relname = any($1)`;

/** Foreign keys of the tables, and of others to them. */
const REFERENCES = `
  from pg_constraint join pg_class as own on own.oid = conrelid join pg_class as other on other.oid = confrelid
  where contype = 'f' and (${IS_ONE('own')} or ${IS_ONE('other')})`;

/** Functions that take or give rows of the tables. */
const ROW_FUNCTIONS = `
  from pg_proc where pronamespace = '{schema}'::regnamespace and exists (
    select from pg_class as its where ${IS_ONE('its')}
      and (its.reltype = prorettype or its.reltype = any(coalesce(proallargtypes, proargtypes::oid[]))))`;

/** Indexes of partitions get the name of the whole one, and the partition's number: by it an error says which was met. */
const NAME_INDEXES = `
  select format('alter index %s rename to %I', part.oid::regclass, whole.relname || substring(own.relname from '_[0-9]+$')) as ddl
  from pg_inherits join pg_class as part on part.oid = inhrelid join pg_class as whole on whole.oid = inhparent
  join pg_index on indexrelid = part.oid join pg_class as own on own.oid = indrelid
  where part.relname <> whole.relname || substring(own.relname from '_[0-9]+$') and exists (
    select from pg_index join pg_class as its on its.oid = indrelid where indexrelid = whole.oid and ${IS_ONE('its')})`;

/** Views over the tables. */
const VIEWS = `
  from pg_rewrite join pg_class as view on view.oid = ev_class and view.relkind = 'v'
  join pg_depend on pg_depend.objid = pg_rewrite.oid and classid = 'pg_rewrite'::regclass
  join pg_class as its on its.oid = refobjid
  where ${IS_ONE('its')}`;

/**
 * Divides the tables of the ledger into partitions by hash of their event, in the transaction of the caller: each is written anew, and
 * its keys, indexes, references, triggers and functions are made again as the catalog has them. Returns false where that was done before.
 */
export async function partitionLedger(db: Db, partitions: number): Promise<boolean> {
  const { partitions: before } = await measureLedger(db);
  if (before !== null) return false;

  const pieces = {
    drops: await readPieces(
      db,
      `select format('alter table %s drop constraint %I', conrelid::regclass, conname) as ddl ${REFERENCES}`,
    ),
    dropViews: await readPieces(
      db,
      `select distinct format('drop view %s', view.oid::regclass) as ddl ${VIEWS}`,
    ),
    views: await readPieces(
      db,
      `select distinct format('create view %s as %s', view.oid::regclass, pg_get_viewdef(view.oid)) as ddl ${VIEWS}`,
    ),
    triggers: await readPieces(
      db,
      `select pg_get_triggerdef(pg_trigger.oid) as ddl from pg_trigger join pg_class as its on its.oid = tgrelid
       where not tgisinternal and ${IS_ONE('its')} order by tgname`,
    ),
    dropFunctions: await readPieces(
      db,
      `select format('drop function %s', pg_proc.oid::regprocedure) as ddl ${ROW_FUNCTIONS}`,
    ),
    // All of ours: those that name the tables in their bodies alone keep what they know of them until they are made again.
    functions: await readPieces(
      db,
      `select pg_get_functiondef(pg_proc.oid) as ddl from pg_proc
       where pronamespace = '{schema}'::regnamespace and prokind = 'f' and $1::text[] is not null
         and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
       order by pg_proc.oid`,
    ),
    rights: await readPieces(
      db,
      `select format('revoke all on function %s from public', pg_proc.oid::regprocedure) as ddl ${ROW_FUNCTIONS}
         and proacl is not null and not exists (select from aclexplode(proacl) where grantee = 0)
       union all
       select format('grant %s on function %s to %s', privilege_type, pg_proc.oid::regprocedure,
         case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end)
       from pg_proc cross join lateral aclexplode(proacl)
       where pg_proc.oid in (select pg_proc.oid ${ROW_FUNCTIONS}) and grantee <> proowner
       union all
       select format('grant %s on %s to %s', privilege_type, its.oid::regclass,
         case when grantee = 0 then 'public' else quote_ident(pg_get_userbyid(grantee)) end)
       from pg_class as its cross join lateral aclexplode(its.relacl)
       where (${IS_ONE('its')} or its.oid in (select view.oid ${VIEWS})) and grantee <> its.relowner`,
    ),
    indexes: await readPieces(
      db,
      `select case when conname is null then pg_get_indexdef(indexrelid) else
         format('alter table %s add constraint %I %s', indrelid::regclass, conname, pg_get_constraintdef(pg_constraint.oid)) end as ddl
       from pg_index join pg_class as its on its.oid = indrelid
       left join pg_constraint on conindid = indexrelid and conrelid = indrelid and contype in ('p', 'u')
       where ${IS_ONE('its')} order by indisprimary desc, indexrelid`,
    ),
    references: await readPieces(
      db,
      `select format('alter table %s add constraint %I %s', conrelid::regclass, conname, pg_get_constraintdef(pg_constraint.oid)) as ddl
       ${REFERENCES}`,
    ),
  };

  for (const ddl of [...pieces.drops, ...pieces.dropViews, ...pieces.dropFunctions]) await db.query(ddl);
  for (const table of LEDGER) await divide(db, table, partitions);
  for (const ddl of [...pieces.indexes, ...pieces.references]) await db.query(ddl);
  await nameIndexes(db);
  // A function in SQL is checked when it is made: what it calls comes first, whatever that is.
  await makeInSomeOrder(db, pieces.functions);
  for (const ddl of [...pieces.views, ...pieces.triggers, ...pieces.rights]) await db.query(ddl);
  return true;
}

/** Names the partitions' indexes that Postgres named: those of a ledger divided just now, or that a migration made in one divided before. */
export async function nameIndexes(db: Db): Promise<void> {
  for (const ddl of await readPieces(db, NAME_INDEXES)) await db.query(ddl);
}

/** Makes the table anew, in partitions, without what its rows do not need. */
async function divide(db: Db, table: string, partitions: number): Promise<void> {
  const { rows } = await db.query<{ columns: string }>(
    `select string_agg(quote_ident(attname), ', ' order by attnum) as columns from pg_attribute
     where attrelid = ('{schema}.' || $1)::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
    [table],
  );
  const columns = rows[0]?.columns ?? '';
  await db.query(`alter table {schema}.${table} rename to undivided_${table}`);
  await db.query(
    `create table {schema}.${table} (
       like {schema}.undivided_${table} including defaults including constraints including generated including comments including storage
     ) partition by hash (event_id)`,
  );
  for (let i = 0; i < partitions; i++)
    await db.query(
      `create table {schema}.${table}_${i} partition of {schema}.${table} for values with (modulus ${partitions}, remainder ${i})`,
    );
  await db.query(
    `insert into {schema}.${table} (${columns}) select ${columns} from {schema}.undivided_${table}`,
  );
  await db.query(`drop table {schema}.undivided_${table}`);
}

/** Each where what it needs is there; those that failed once more, as long as that makes a difference. */
async function makeInSomeOrder(db: Db, all: readonly string[]): Promise<void> {
  let left = all;
  while (left.length > 0) {
    const failed: string[] = [];
    let reason: unknown;
    for (const ddl of left) {
      await db.query('savepoint made');
      try {
        await db.query(ddl);
        await db.query('release savepoint made');
      } catch (error) {
        reason = error;
        failed.push(ddl);
        await db.query('rollback to savepoint made');
      }
    }
    if (failed.length === left.length) throw reason;
    left = failed;
  }
}
