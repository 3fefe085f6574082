import { afterAll, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { killAllParts, startPart } from '../support/processes.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';

const PEOPLE = 12_000;
/** Among the registrants that come late. */
const HELD = 9_000;

const app = await openApp();
const { pool } = app;
const mailServer = await openAnsweringServer();
afterAll(killAllParts);

const startWorker = async () => {
  const worker = await startPart('worker', {
    ...app.databaseEnv,
    ...{ SMTP_URL: mailServer.url, APP_SECRET: app.config.appSecret, LOG_LEVEL: 'info' },
  });
  await worker.saysThat('worker ready');
  return worker;
};

it('a worker killed in the middle of a reset of all access links: another goes on where it was, and each gets one mail', async () => {
  const event = await app.event();
  const { rows: people } = await pool.query<{ id: string; email: string }>(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
     select $1, n || '@example.com', '', '', 'the-old-key-' || n, now() - ($2 - n) * interval '1 second' - interval '1 minute'
     from generate_series(1, $2::int) as n returning id, email`,
    [event.id, PEOPLE],
  );
  const reset = () => app.api('POST', `/events/${event.id}/rotate-keys`, { notify: true });
  const progress = async () => (await app.api('GET', `/events/${event.id}/rotate-keys`)).json;
  const changed = async () =>
    (
      await pool.query<{ id: string; key: string }>(
        `select id, access_key as key from {schema}.registrant where event_id = $1 and access_key not like 'the-old-key-%'`,
        [event.id],
      )
    ).rows;
  const newKeyMails = async () =>
    (
      await pool.query<{ id: string }>(
        `select registrant_id as id from {schema}.message where event_id = $1 and kind = 'new_key'`,
        [event.id],
      )
    ).rows;

  // Somebody has one of them in hand: the slice with them cannot end.
  const holding = await pool.connect();
  await holding.query('begin');
  await holding.query('select from {schema}.registrant where id = $1 for update', [people[HELD]?.id]);
  const victim = await startWorker();
  expect(await reset()).toMatchObject({
    status: 202,
    json: { state: 'running', total: PEOPLE, mails: PEOPLE },
  });
  await waitFor(async () => {
    const { rows } = await pool.query(
      `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    expect(rows).toHaveLength(1);
  });
  const before = await changed();
  expect(before.length).toBeGreaterThan(1_000);
  expect(before.length).toBeLessThanOrEqual(HELD);
  expect((await progress()).rotated).toBe(before.length);
  expect(await newKeyMails()).toEqual([]);
  await victim.kill();
  await holding.query('rollback');
  holding.release();
  // What was not committed is gone, and nothing else.
  expect(await changed()).toEqual(before);

  // Its heartbeat was last heard of long ago: waiting for that would take no less than ten seconds.
  await pool.query(
    `update {jobs}.job set heartbeat_on = now() - interval '1 minute' where name = 'reset-keys'`,
  );
  const next = await startWorker();
  await waitFor(async () => expect(await progress()).toMatchObject({ state: 'done', rotated: PEOPLE }));
  const after = await changed();
  expect(after).toHaveLength(PEOPLE);
  // Nobody's key was changed a second time.
  const keyOf = new Map(after.map(({ id, key }) => [id, key]));
  for (const { id, key } of before) expect(keyOf.get(id)).toBe(key);
  await waitFor(async () => expect(await newKeyMails()).toHaveLength(PEOPLE));
  expect(new Set((await newKeyMails()).map(({ id }) => id)).size).toBe(PEOPLE);
  expect(await next.stop()).toBe(0);
});
