import type { TestApp } from './app.ts';

/** Every table, ours and the queue's, that has one of the texts anywhere in a row: its name and the row. */
export async function tablesWith(
  { pool }: Pick<TestApp, 'pool'>,
  texts: readonly string[],
): Promise<string[]> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
       and not exists (
         select from pg_class where relname = table_name and relispartition and relnamespace = '{schema}'::regnamespace)`,
  );
  if (tables.length < 20) throw new Error('the tables were not found');
  const found: string[] = [];
  for (const { name } of tables) {
    // A row as text has every column, whatever its type; bytes in hexadecimal.
    const { rows } = await pool.query<{ row: string }>(
      `select row::text from ${name} as row where exists (
         select from unnest($1::text[]) as wanted where row::text ilike '%' || wanted || '%'
           or row::text ilike '%' || encode(convert_to(wanted, 'UTF8'), 'hex') || '%')`,
      [texts],
    );
    found.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return found;
}
