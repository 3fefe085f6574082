import type { Db } from './pool.ts';

/** The first Postgres that has a `uuidv7()` of its own. */
const BUILT_IN = 180_000;

// Inlined by the planner: it costs nothing.
const OF_POSTGRES = `
  function {schema}.uuidv7() returns uuid language sql volatile parallel safe
  return pg_catalog.uuidv7()`;

// As Postgres 18 makes them: 48 bits of milliseconds, 12 bits of what is left of the millisecond, the rest at random; and
// each larger than the one before it in the session, within a microsecond and when the clock steps back. The last one is
// kept in a setting, which needs no lock and no write; a pooler that hands the session on hands on a rising one.
const OF_OURS = `
  function {schema}.uuidv7() returns uuid language plpgsql volatile parallel unsafe as $function$
  declare
    micros bigint := extract(epoch from clock_timestamp()) * 1000000;
    ticks bigint := micros / 1000 * 4096 + micros % 1000 * 4096 / 1000;
    digits text;
  begin
    ticks := greatest(ticks, 1 + nullif(current_setting('access_mail.uuidv7', true), '')::bigint);
    perform set_config('access_mail.uuidv7', ticks::text, false);
    digits := lpad(to_hex(ticks), 15, '0');
    -- A random id brings its variant and its last 62 bits.
    return (left(digits, 12) || '7' || right(digits, 3) || right(gen_random_uuid()::text, 17))::uuid;
  end $function$`;

/**
 * Makes `{schema}.uuidv7()`, the default of our ids: Postgres's own function under that name where there is one, else
 * ours. Where the server is newer than at the last time (pg_upgrade), its own one takes over. `isOurs`: whether a function
 * of this name that is there is one of these; another program's is not replaced, but fails as a duplicate.
 */
export async function installUuidv7(
  db: Db,
  serverVersion: number,
  { isOurs }: { readonly isOurs: boolean },
): Promise<void> {
  const isBuiltIn = serverVersion >= BUILT_IN;
  const definition = isBuiltIn ? OF_POSTGRES : OF_OURS;
  if (!isOurs) {
    await db.query(`create ${definition}`);
    return;
  }
  const { rows } = await db.query<{ language: string }>(
    `select lanname as language from pg_proc join pg_language on pg_language.oid = prolang
     where pg_proc.oid = to_regprocedure('{schema}.uuidv7()')`,
  );
  if (rows[0]?.language === (isBuiltIn ? 'sql' : 'plpgsql')) return;
  await db.query(`create or replace ${definition}`);
}
