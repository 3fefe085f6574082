import type { Db } from '../../src/db/pool.ts';

/** Everything in the database that Postgres did not bring itself, as `schema kind name`, sorted. */
export async function listObjects(db: Db): Promise<string[]> {
  const { rows } = await db.query<{ object: string }>(
    // From 16384 on, Postgres counts what was made after initdb.
    `select concat_ws(' ', nspname, kind, object) as object from (
       select relnamespace as namespace, 'relation' as kind, relname::text as object, oid from pg_class
       union all select typnamespace, 'type', typname, oid from pg_type
       union all select pronamespace, 'function', oid::regprocedure::text, oid from pg_proc
       union all select oprnamespace, 'operator', oid::regoperator::text, oid from pg_operator
       union all select opcnamespace, 'operator class', opcname, oid from pg_opclass
       union all select opfnamespace, 'operator family', opfname, oid from pg_opfamily
       union all select extnamespace, 'extension', extname, oid from pg_extension
       union all select null, 'schema', nspname, oid from pg_namespace
     ) as made left join pg_namespace on pg_namespace.oid = namespace
     where made.oid >= 16384 and nspname is distinct from 'pg_toast' order by 1`,
  );
  return rows.map(({ object }) => object);
}
