import type { Pool } from '../../src/db/pool.ts';

/** All that the database keeps, jobs included, as text. */
export async function everyText(pool: Pool): Promise<string> {
  const { rows: tables } = await pool.query<{ name: string }>(
    `select format('%s.%I', relnamespace::regnamespace, relname) as name from pg_class
     where relnamespace in ('{schema}'::regnamespace, '{jobs}'::regnamespace) and relkind = 'r' and relname <> 'registrant'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await pool.query<{ row: string }>(`select one::text as row from ${name} as one`);
    texts.push(...rows.map(({ row }) => row));
  }
  return texts.join('\n');
}
