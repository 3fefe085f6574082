import type { Db } from './pool.ts';

/** Takes the look at a set-up, unless somebody has looked since `after`. Of many at once one gets true. */
export async function takeLook(
  db: Db,
  setup: string,
  { now, after }: { readonly now: Date; readonly after: Date },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `insert into {schema}.setup_look as known (setup, looked_at) values ($1, $2)
     on conflict (setup) do update set looked_at = excluded.looked_at where known.looked_at < $3`,
    [setup, now, after],
  );
  return rowCount === 1;
}
