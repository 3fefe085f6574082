import { fileURLToPath } from 'node:url';
import { runner } from 'node-pg-migrate';
import pg from 'pg';
import { PgBoss } from 'pg-boss';
import { afterAll, expect, it } from 'vitest';
import type { DatabaseConfig } from '../../src/db/pool.ts';
import { migrate } from '../../src/migrate.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { describeSchema } from '../support/objects.ts';
import { isReady, killAllParts, startPart } from '../support/processes.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';

const API_KEY = 'test_key_that_is_long_enough_for_anybody';
const EVENT = '01980000-0000-7000-8000-000000000001';
const STOP_LINK = 'https://events.example/u/of-version-0.1';
const mailServer = await openAnsweringServer();
afterAll(killAllParts);

/** The queues of version 0.1.0. */
const QUEUES = [
  'deliver-now',
  'deliver-bulk',
  'fan-out',
  'self-serve-link',
  'sign-in',
  'remind',
  'export',
  'sweep',
  'look-up',
];
/** How version 0.1.0 made them. */
const QUEUE = {
  ...{ heartbeatSeconds: 10, expireInSeconds: 600, retryLimit: 100, retryDelay: 1, retryBackoff: true },
  ...{ retryDelayMax: 60, retentionSeconds: 14 * 86_400, deleteAfterSeconds: 600 },
};
/** What the columns are called that have another name now. */
const RENAMED: Readonly<Record<string, string>> = {
  occurrence: 'dedupe_key',
  lane: 'priority',
  doubts: 'uncertain_attempts',
  learned: 'status_rank',
  learned_at: 'status_at',
  look_up_at: 'reconcile_at',
};

/** A database as version 0.1.0 left it: its migration files, run as it ran them, and rows in its tables. */
async function databaseOfVersion01(database: DatabaseConfig, client: pg.Client): Promise<void> {
  await client.query('set search_path = public');
  await runner({
    dbClient: client,
    dir: fileURLToPath(new URL('../fixtures/migrations-0.1', import.meta.url)),
    direction: 'up',
    migrationsTable: 'migration',
    noLock: true,
    log: () => {},
  });
  const boss = new PgBoss({ connectionString: database.url, supervise: false, schedule: false });
  await boss.start();
  for (const name of QUEUES) await boss.createQueue(name, QUEUE);
  for (const name of ['sweep', 'look-up']) await boss.schedule(name, '* * * * *');
  await client.query(`
    insert into event (id, slug, title, description, starts_at, ends_at, time_zone, locale, key_style, reminder_minutes)
      values ('${EVENT}', 'calm', 'Calm', '', now() + interval '1 day', now() + interval '25 hours', 'UTC', 'en', 'hex', '{60}');
    insert into event_schedule (event_id, revision, starts_at, ends_at, time_zone, valid_from)
      select id, revision, starts_at, ends_at, time_zone, '-infinity' from event;
    insert into registrant (event_id, email, first_name, last_name, access_key, fields)
      select '${EVENT}', 'p' || n || '@example.com', 'Zoë', 'Old ' || n, 'key' || n, '{"Company": "ACME"}' from generate_series(1, 50) as n;
    insert into event_field values ('${EVENT}', 'Company');
    insert into message (event_id, registrant_id, kind, occurrence, lane, expires_at)
      select event_id, id, 'confirmation', 'registration', 'now', now() + interval '1 day' from registrant
      where email = any('{p6@example.com,p7@example.com,p8@example.com}') order by email;
    insert into delivery_event (message_id, type, occurred_at) select id, 'attempt_failed', now() from message;
    insert into compiled_template (hash, kind, language, subject, html, text)
      values ('of-0.1', 'reminder', 'en', 'Soon', '<p>Soon. <a href="{{stopLink}}">Stop</a></p>', 'Soon. Stop: {{{stopLink}}}');
    insert into message (event_id, registrant_id, kind, occurrence, lane, expires_at, attempts, to_address, template_hash, subject,
        variables, about)
      select '${EVENT}', registrant.id, 'reminder', '60', 'bulk', starts_at, 1, email, 'of-0.1', 'Soon', '{"stopLink": "${STOP_LINK}"}',
        jsonb_build_object('reminder', jsonb_build_object('minutesBefore', 60, 'startsAt', to_char(starts_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')))
      from registrant, event where email = 'p5@example.com';
    insert into team_member (email, role) values ('ada@example.com', 'admin');
    insert into api_key (name, key_hash, scopes) values ('website', 'x', '{read}');
    insert into suppression (address_hash, address, scope, reason, created_at)
      select address_hash(email), email, 'all', 'bounced', now() from registrant where email = 'p9@example.com'`);
  const { rows } = await client.query<{ id: string; lane: string }>(
    'select id, lane from message order by id',
  );
  const [active, retrying, waiting, reminder] = rows.map(({ id }) => ({ messageIds: [id] }));
  await boss.send('deliver-now', active);
  await boss.fetch('deliver-now');
  const failed = await boss.send('deliver-now', retrying);
  await boss.fetch('deliver-now');
  if (failed) await boss.fail('deliver-now', failed);
  await boss.send('deliver-now', waiting);
  await boss.send('deliver-bulk', reminder);
  // The slice before ended with p3.
  const { rows: people } = await client.query<{ id: string }>(
    `select id from registrant where email in ('p3@example.com', 'p4@example.com') order by id`,
  );
  const [after, asked] = people.map(({ id }) => id);
  await boss.send('fan-out', {
    ...{
      eventId: EVENT,
      kind: 'access_link',
      occurrence: 'bulk:1',
      lane: 'now',
      quietSince: null,
      registeredBefore: null,
    },
    ...{ selection: { registrantIds: [asked] }, about: null, revision: null, slices: 1 },
    ...{
      expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
      after,
    },
  });
  await boss.stop({ graceful: false });
}

/** What stands in the tables that have rows. */
async function everyRow(client: pg.Client): Promise<Record<string, unknown[]>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'migration' order by 1`,
  );
  const found: Record<string, unknown[]> = {};
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: unknown }>(
      `select to_jsonb(t) as row from public.${name} as t order by to_jsonb(t)->>'id', t::text`,
    );
    if (rows.length > 0) found[name] = rows.map(({ row }) => row);
  }
  return found;
}

/** The same rows as the tables of today hold them. */
function asToday(rows: Record<string, unknown[]>): Record<string, unknown[]> {
  const renamed = (row: object) =>
    Object.fromEntries(
      Object.entries(row).map(([column, value]) =>
        column === 'lane' && value === 'now' ? ['priority', 'urgent'] : [RENAMED[column] ?? column, value],
      ),
    );
  // By a provider's id alone only what is about no known message is found now.
  const told = ({ provider_message_id: _, ...row }: Record<string, unknown>) => row;
  return {
    ...rows,
    message: (rows.message ?? []).map((row) => renamed(row as object)),
    delivery_event: (rows.delivery_event ?? []).map((row) => told(row as Record<string, unknown>)),
  };
}

it('a database of version 0.1.0 comes up with its data, has the schema of a new one, and sends what was queued', async () => {
  const [old, fresh] = await Promise.all([createEmptyDatabase('public'), createEmptyDatabase('public')]);
  const clients = [new pg.Client(old.config.url), new pg.Client(fresh.config.url)] as const;
  await Promise.all(clients.map((client) => client.connect()));
  afterAll(async () => {
    await Promise.all(clients.map((client) => client.end()));
    await Promise.all([old.drop(), fresh.drop()]);
  });
  const [client] = clients;
  await databaseOfVersion01(old.config, client);
  const rows = await everyRow(client);
  expect(rows.registrant).toHaveLength(50);
  await Promise.all([migrate(old.config), migrate(fresh.config)]);
  await client.query(`set search_path = ''`);
  // Later versions may add to it.
  expect(await everyRow(client)).toMatchObject(asToday(rows));
  expect(await describeSchema(client, 'public')).toEqual(await describeSchema(clients[1], 'public'));

  const env = {
    ...old.env,
    SMTP_URL: mailServer.url,
    APP_SECRET: 'a secret of the tests, long enough for them',
    BOOTSTRAP_API_KEY: API_KEY,
  };
  const [server, worker] = await Promise.all([startPart('server', env), startPart('worker', env)]);
  await Promise.all([isReady(server), worker.saysThat('worker ready')]);
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.url}/api/v1/events/${EVENT}${path}`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
    return { status: response.status, json: (await response.json()) as any };
  };
  expect((await call('GET', '')).json.counts.registrants).toBe(50);
  expect((await call('GET', '/registrants?q=old%2017')).json.items).toMatchObject([
    { email: 'p17@example.com' },
  ]);
  const added = await call('POST', '/registrants', {
    email: 'new@example.com',
    firstName: 'Ñew',
    lastName: 'One',
  });
  expect(added.status).toBe(201);
  expect((await call('GET', '/registrants?q=new')).json.items).toMatchObject([{ id: added.json.id }]);
  // One that a dead worker had in hand is taken again once its heartbeat is missed.
  const expected = ['new', 'p4', 'p5', 'p6', 'p7', 'p8'].map((name) => `${name}@example.com`);
  await waitFor(() => expect(mailServer.taken.map(({ to }) => to).sort()).toEqual(expected));
  const reminder = mailServer.taken.find(({ to }) => to === 'p5@example.com')?.source ?? '';
  expect(reminder).toContain(`List-Unsubscribe: <${STOP_LINK}>`);
  expect(reminder).toContain(`Soon. Stop: ${STOP_LINK}`);
  const { rows: queues } = await client.query(
    `select name from pgboss.queue where name in ('deliver-now', 'sweep', 'look-up') union select name from pgboss.schedule where name in ('sweep', 'look-up')`,
  );
  expect(queues).toEqual([]);
});
