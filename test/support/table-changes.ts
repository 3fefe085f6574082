import type { Db } from '../../src/db/pool.ts';

/** Every row of every table, by the table and the row's primary key. */
export type Tables = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/**
 * All that the database holds: our tables and those of the queue. Without `instance`, in which pg-boss notes each 30 s that its process
 * lives, whatever anybody asks for.
 */
export async function readTables(db: Db): Promise<Tables> {
  const { rows: tables } = await db.query<{ name: string; table: string; key: string[] | null }>(
    `select relname as name, format('%I.%I', nspname, relname) as table,
       (select array_agg(attname::text order by attnum) from pg_index join pg_attribute on attrelid = indrelid and attnum = any(indkey)
        where indrelid = pg_class.oid and indisprimary) as key
     from pg_class join pg_namespace on pg_namespace.oid = relnamespace
     where relkind = 'r' and nspname not in ('pg_catalog', 'information_schema')
       and pg_class.oid <> '{jobs}.instance'::regclass order by 2`,
  );
  const each = tables.map(
    ({ name, table }) => `select '${name}' as name, to_jsonb(t) as row from ${table} as t`,
  );
  const { rows } = await db.query<{ name: string; row: Record<string, unknown> }>(each.join(' union all '));
  const keys = new Map(tables.map(({ name, key }) => [name, key]));
  return new Map(
    rows.map(({ name, row }) => {
      const key = keys.get(name);
      return [`${name} ${JSON.stringify(key ? key.map((column) => row[column]) : row)}`, row];
    }),
  );
}

/** What became different: `table.column`, or `table +` and `table -` for rows that came and went. Each once, sorted. */
export function changesBetween(before: Tables, after: Tables): string[] {
  const table = (name: string) => name.slice(0, name.indexOf(' '));
  const gone = [...before.keys()].filter((name) => !after.has(name)).map((name) => `${table(name)} -`);
  const others = [...after].flatMap(([name, row]) => {
    const old = before.get(name);
    if (!old) return [`${table(name)} +`];
    return Object.keys(row)
      .filter((column) => JSON.stringify(row[column]) !== JSON.stringify(old[column]))
      .map((column) => `${table(name)}.${column}`);
  });
  return [...new Set([...gone, ...others])].sort();
}
