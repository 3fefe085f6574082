import type { Pool } from '../../src/db/pool.ts';

/** All that the database keeps, jobs included, as text. */
export async function everyText(pool: Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%I.%I', table_schema, table_name) as name from information_schema.tables
     where table_schema in ('public', 'pgboss') and table_type = 'BASE TABLE' and table_name <> 'registrant'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`select one::text as row from ${name} as one`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}
