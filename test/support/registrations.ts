import { takeRegistrations as take } from '../../src/actions/registration-request.ts';
import { transaction } from '../../src/db/pool.ts';
import type { TestApp } from './app.ts';

/** Does what a worker does with all that was sent with the public form. */
export async function takeRegistrations({ pool, boss, clock }: TestApp): Promise<void> {
  const { rows } = await pool.query<{ id: string }>('select id from {schema}.registration_request');
  const ids = rows.map(({ id }) => id);
  await transaction(pool, (db) => take({ db, boss, now: clock.now }, ids));
}
