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

/** Columns, constraints, indexes, functions and triggers of the schema, each as Postgres writes it. */
export async function describeSchema(db: Db, schema: string): Promise<string[]> {
  const { rows } = await db.query<{ line: string }>(
    `with ours as (select oid, relname, relkind from pg_class where relnamespace = $1::regnamespace)
     select concat_ws(' ', 'column', relname, attnum, attname, format_type(atttypid, atttypmod), attnotnull::text,
              pg_get_expr(adbin, adrelid)) as line
     from ours join pg_attribute on attrelid = ours.oid and attnum > 0 and not attisdropped
     left join pg_attrdef on adrelid = attrelid and adnum = attnum
     where relkind = 'r'
     union all select concat_ws(' ', 'constraint', relname, conname, pg_get_constraintdef(pg_constraint.oid))
       from ours join pg_constraint on conrelid = ours.oid
     union all select pg_get_indexdef(oid) from ours where relkind = 'i'
     union all select pg_get_triggerdef(pg_trigger.oid) from ours join pg_trigger on tgrelid = ours.oid and not tgisinternal
     union all select pg_get_functiondef(pg_proc.oid) from pg_proc
       where pronamespace = $1::regnamespace and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')
     order by 1`,
    [schema],
  );
  return rows.map(({ line }) => line);
}
