import { expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { addEndpoint, expandAll } from '../support/webhooks.ts';

const app = await openApp();

it('a session that began with one row publishes thousands at once in time: no plan compares each with each', async () => {
  await addEndpoint(app, { url: 'http://127.0.0.1:4000/' });
  const event = await app.event();
  const client = await app.pool.connect();
  await client.query(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
     select $1, n || '@example.com', '', '', n::text from generate_series(1, 20000) n`,
    [event.id],
  );
  await client.query(
    `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, expires_at)
     select event_id, id, 'access_link', 'x', 'bulk', now() from {schema}.registrant`,
  );
  const one = `(select id from {schema}.registrant where email = '1@example.com')`;
  await client.query(
    `update {schema}.message set status = 'sent', status_rank = 10 where registrant_id = ${one}`,
  );
  await client.query(`update {schema}.registrant set first_name = 'Ada' where id = ${one}`);
  // Each with each is 400 million: that takes minutes, and the pool lets no statement take as long.
  await client.query(`update {schema}.message set status = 'delivered', status_rank = 30`);
  await client.query(`update {schema}.registrant set access_key = 'new' || access_key`);
  client.release();
  await expandAll(app);
  expect(
    (await app.pool.query('select type, count(*) from {schema}.webhook_event group by 1 order by 1')).rows,
  ).toEqual([
    { type: 'event.created', count: 1 },
    { type: 'message.delivered', count: 20_000 },
    { type: 'message.sent', count: 1 },
    { type: 'registrant.created', count: 20_000 },
    { type: 'registrant.updated', count: 20_001 },
  ]);
});

it('functions that plan without nested loops are not compiled: their plans look more expensive than any', async () => {
  const { rows } = await app.pool.query<{ name: string; settings: string[] }>(
    `select proname as name, proconfig as settings from pg_proc
     where pronamespace = $1::regnamespace and 'enable_nestloop=off' = any(proconfig) order by 1`,
    [app.config.database.schema],
  );
  expect(rows.map(({ name }) => name)).toEqual(['webhook_messages', 'webhook_registrants']);
  for (const { settings } of rows) expect(settings).toContain('jit=off');
});
