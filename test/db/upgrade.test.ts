import { runner } from 'node-pg-migrate';
import type pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { clientFor } from '../../src/db/client.ts';
import { serverVersion } from '../../src/db/migrate.ts';
import { MIGRATIONS } from '../../src/db/migrated.ts';
import { installUuidv7 } from '../../src/db/uuidv7.ts';
import { migrate } from '../../src/migrate.ts';
import { createDeliveryMetrics, readSeries } from '../../src/operations/delivery-metrics.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts';

/** The last migration that version 0.2.0 had is the tenth. */
const OF_0_2_0 = 10;
const EVENT = '01980000-0000-7000-8000-000000000001';
const BATCH = '01980000-0000-7000-8000-0000000000b1';
const STOP = { stopLink: 'https://events.example/u/x' };
const BOTH = { ...STOP, unsubscribeLink: STOP.stopLink };
const SAMPLE = {
  sample: { language: 'de', words: { subject: 'Bald', introduction: null, signature: null } },
};
/** Of every other family that a worker of version 0.2.0 counted in: one series. */
const OTHER_COUNTERS = [
  ...['retried', 'bounced', 'failed', 'not_sent', 'unknown', 'possible_duplicates', 'refused', 'dropped'].map(
    (name) => `access_mail_${name}_total{lane="now"}`,
  ),
  ...['repaired', 'not_found'].map((name) => `access_mail_${name}_total`),
  ...['send_seconds_sum', 'record_seconds_count'].map((name) => `access_mail_${name}{lane="bulk"}`),
  'access_mail_record_seconds_bucket{le="+Inf",lane="now"}',
];

let database: TestDatabase;
let client: pg.Client;

/** A database as version 0.2.0 left it, with rows of whatever changes its name, and then as it is today. */
beforeAll(async () => {
  database = await createEmptyDatabase();
  client = new (clientFor(database.config))(database.config.url);
  await client.connect();
  await client.query('create schema {schema}; create schema {jobs}');
  await installUuidv7(client, await serverVersion(client), { isOurs: false });
  await runner({
    dbClient: client,
    dir: MIGRATIONS,
    direction: 'up',
    count: OF_0_2_0,
    migrationsSchema: database.config.schema,
    migrationsTable: 'migration',
    noLock: true,
    log: () => {},
  });
  await client.query(`
    insert into {schema}.event (id, slug, title, description, starts_at, ends_at, time_zone, locale, key_style, reminder_minutes)
      values ('${EVENT}', 'calm', 'Calm', '', now() + interval '1 day', now() + interval '25 hours', 'UTC', 'en', 'hex', '{60}');
    insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
      values ('${EVENT}', 'ada@example.com', 'Ada', '', 'key');
    insert into {schema}.compiled_template (hash, kind, language, subject, html, text)
      values ('old', 'reminder', 'en', 'Soon', '{{stopLink}}', '{{{stopLink}}}');
    insert into {schema}.batch (id, message_ids, handed_over_at) values ('${BATCH}', '{}', now());
    insert into {schema}.message (event_id, registrant_id, kind, occurrence, lane, status, doubts, learned, template_hash,
      variables, batch_id, about, look_up_at, expires_at)
      select '${EVENT}', registrant.id, kind, occurrence, lane, status, doubts, learned, case when variables is not null then 'old' end,
        variables::jsonb, batch::uuid, about::jsonb, '2027-01-01Z', now()
      from {schema}.registrant, (values
        ('confirmation', 'plain', 'now', 'queued', 0, 0, null, null, null),
        ('reminder', 'waits', 'bulk', 'queued', 2, 0, '${JSON.stringify(STOP)}', null, null),
        ('reminder', 'in hand', 'bulk', 'sending', 0, 0, '${JSON.stringify(STOP)}', null, null),
        ('reminder', 'in a call', 'bulk', 'sent', 0, 10, '${JSON.stringify(STOP)}', '${BATCH}', null),
        ('reminder', 'long ago', 'bulk', 'sent', 0, 10, '${JSON.stringify(STOP)}', null, null),
        ('reminder', 'sample', 'now', 'queued', 0, 0, null, null, '${JSON.stringify(SAMPLE)}')
      ) as made (kind, occurrence, lane, status, doubts, learned, variables, batch, about);
    insert into {schema}.delivery_event (message_id, type, occurred_at, source, source_id)
      select id, 'in_doubt', now(), null, null from {schema}.message where occurrence = 'plain'
      union all select id, 'delivered', now(), 'lookup', 'x' from {schema}.message where occurrence = 'plain';
    insert into {schema}.delivery_event (type, occurred_at, source, source_id, provider_message_id, applied)
      values ('delivered', now(), 'resend', 'y', 'z', false);
    insert into {schema}.transport_pace (transport, calls_per_second, next_call_at) values ('resend', 2, now());
    insert into {schema}.event_words (event_id, kind, subject, introduction, signature, updated_at, updated_by)
      values ('${EVENT}', 'reminder', 'Soon', null, null, now(), 'ada@example.com');
    insert into {schema}.worker_counter (worker_id, name, value, updated_at) values
      ('${EVENT}', 'access_mail_accepted_total{lane="now"}', 1, now()),
      ('${EVENT}', 'access_mail_send_seconds_bucket{le="0.1",lane="bulk"}', 2, now()),
      ('${EVENT}', 'access_mail_looked_up_total', 3, now());
    insert into {schema}.registrant (event_id, email, first_name, last_name, access_key) values
      ('${EVENT}', 'b@example.com', 'Jörg', 'Müller', 'key'),
      ('${EVENT}', 'c@xn--bcher-kva.example', 'Cat', 'O’Hara', 'key'),
      ('${EVENT}', 'd@example.com', 'Dan', '', 'key');
    update {schema}.registrant set joined_at = '2026-01-02Z' where first_name = 'Cat';
    insert into {schema}.message (event_id, registrant_id, kind, occurrence, lane, status, learned, to_address, expires_at)
      select '${EVENT}', registrant.id, 'access_link', occurrence, 'now', status, learned, to_address, now()
      from {schema}.registrant, (values
        ('b@example.com', 'B@example.com', 'opened', 'opened', 40), ('b@example.com', 'b@example.com', 'again', 'bounced', 80),
        ('b@example.com', 'b@before.example', 'before', 'clicked', 50), ('d@example.com', 'd@example.com', 'link', 'clicked', 50),
        ('c@xn--bcher-kva.example', 'c@xn--bcher-kva.example', 'spam', 'complained', 90)
      ) as sent (email, to_address, occurrence, status, learned) where registrant.email = sent.email`);
  await client.query(
    `insert into {schema}.worker_counter (worker_id, name, value, updated_at)
     select $1, name, 4, now() from unnest($2::text[]) as name`,
    [EVENT, OTHER_COUNTERS],
  );
  await migrate(database.config);
});

afterAll(async () => {
  await client.end();
  await database.drop();
});

const all = async (sql: string) => (await client.query(sql)).rows;

it('messages of version 0.2.0 keep what they were under the names of today', async () => {
  expect(
    await all(`select dedupe_key, priority, status, uncertain_attempts, status_rank, reconcile_at is not null as asked
               from {schema}.message where kind <> 'access_link' order by id`),
  ).toEqual([
    {
      dedupe_key: 'plain',
      priority: 'urgent',
      status: 'queued',
      uncertain_attempts: 0,
      status_rank: 0,
      asked: true,
    },
    {
      dedupe_key: 'waits',
      priority: 'bulk',
      status: 'queued',
      uncertain_attempts: 2,
      status_rank: 0,
      asked: true,
    },
    {
      dedupe_key: 'in hand',
      priority: 'bulk',
      status: 'sending',
      uncertain_attempts: 0,
      status_rank: 0,
      asked: true,
    },
    {
      dedupe_key: 'in a call',
      priority: 'bulk',
      status: 'sent',
      uncertain_attempts: 0,
      status_rank: 10,
      asked: true,
    },
    {
      dedupe_key: 'long ago',
      priority: 'bulk',
      status: 'sent',
      uncertain_attempts: 0,
      status_rank: 10,
      asked: true,
    },
    {
      dedupe_key: 'sample',
      priority: 'urgent',
      status: 'queued',
      uncertain_attempts: 0,
      status_rank: 0,
      asked: true,
    },
  ]);
});

it('how far mail to the addresses of today came is known of before', async () => {
  expect(await all('select email, reached_rank from {schema}.registrant order by email')).toEqual([
    { email: 'ada@example.com', reached_rank: null },
    { email: 'b@example.com', reached_rank: 40 },
    { email: 'c@xn--bcher-kva.example', reached_rank: 30 },
    { email: 'd@example.com', reached_rank: 50 },
  ]);
});

it('who joined before has joined still, and had their link opened, as had who followed one in a mail', async () => {
  expect(
    await all(`select first_name as name, joined_at, joined_from, link_opened_at is not null as opened
               from {schema}.registrant order by email`),
  ).toEqual([
    { name: 'Ada', joined_at: null, joined_from: 0, opened: false },
    { name: 'Jörg', joined_at: null, joined_from: 0, opened: false },
    { name: 'Cat', joined_at: new Date('2026-01-02Z'), joined_from: 0, opened: true },
    { name: 'Dan', joined_at: null, joined_from: 0, opened: true },
  ]);
});

it('frozen mails that may still go out name their link as the templates of both versions do', async () => {
  const rows = await all(
    `select dedupe_key, variables from {schema}.message where variables is not null order by id`,
  );
  expect(Object.fromEntries(rows.map(({ dedupe_key, variables }) => [dedupe_key, variables]))).toEqual({
    waits: BOTH,
    'in hand': BOTH,
    'in a call': BOTH,
    'long ago': STOP,
  });
});

it('a sample that waits says what it is about as before', async () => {
  expect(await all(`select about from {schema}.message where dedupe_key = 'sample'`)).toEqual([
    { about: SAMPLE },
  ]);
});

it('delivery events keep what they say, applied or waiting', async () => {
  expect(await all('select type, source, applied from {schema}.delivery_event order by id')).toEqual([
    { type: 'outcome_unknown', source: null, applied: true },
    { type: 'delivered', source: 'reconciliation', applied: true },
  ]);
  expect(await all('select type, source, is_waiting from {schema}.unmatched_event')).toEqual([
    { type: 'delivered', source: 'resend', is_waiting: true },
  ]);
});

it('what workers counted, how fast a provider may be called and custom texts go on', async () => {
  expect(await all('select name, value from {schema}.worker_counter where value < 4 order by value')).toEqual(
    [
      { name: 'access_mail_messages_accepted_total{priority="urgent"}', value: 1 },
      { name: 'access_mail_message_send_seconds_bucket{le="0.1",priority="bulk"}', value: 2 },
      { name: 'access_mail_messages_reconciled_total', value: 3 },
    ],
  );
  const others: { name: string }[] = await all('select name from {schema}.worker_counter where value = 4');
  expect(others).toHaveLength(OTHER_COUNTERS.length);
  const series = await readSeries(createDeliveryMetrics().registry);
  expect(others.filter(({ name }) => !series.has(name))).toEqual([]);
  expect(await all('select provider, calls_per_second from {schema}.provider_rate')).toEqual([
    { provider: 'resend', calls_per_second: 2 },
  ]);
  expect(await all('select event_id, kind, subject from {schema}.custom_text')).toEqual([
    { event_id: EVENT, kind: 'reminder', subject: 'Soon' },
  ]);
});

it('registrants of before are found by what people type, once, and nothing is left to do', async () => {
  expect(
    await all(
      `select words from {schema}.registrant_search where words like {schema}.search_pattern('MÜLLER')`,
    ),
  ).toHaveLength(1);
  expect(
    await all(
      `select words from {schema}.registrant_search where words like {schema}.search_pattern('mueller')`,
    ),
  ).toHaveLength(1);
  expect(
    await all(
      `select words from {schema}.registrant_search where words like {schema}.search_pattern('O’Hara')`,
    ),
  ).toHaveLength(1);
  expect(
    await all(`select registrant.id from {schema}.registrant left join {schema}.registrant_search on registrant_id = registrant.id
      where words is distinct from ({schema}.registrant_search_row(registrant)).words`),
  ).toEqual([]);
  // What would be written anew is told by a comment; a second migration finds none, and changes nothing.
  await client.query(`update {schema}.registrant_search set words = words || ' changed'`);
  await migrate(database.config);
  expect(await all(`select words from {schema}.registrant_search where words not like '% changed'`)).toEqual(
    [],
  );
});

it('a refresh of the words that was stopped is made again', async () => {
  await client.query(`comment on column {schema}.registrant_search.words is 'outdated'`);
  await client.query(`update {schema}.registrant_search set words = 'of before'`);
  await migrate(database.config);
  expect(await all(`select words from {schema}.registrant_search where words = 'of before'`)).toEqual([]);
});

it('a process of the version before reads and writes reminders, and sees no other timed mail', async () => {
  await client.query(`insert into {schema}.timed_mail_run (event_id, kind, anchor_at, minutes, begun_at)
    values ('${EVENT}', 'nudge', '2027-01-15T17:00Z', 10, now())`);
  const one = `event_id = '${EVENT}' and starts_at = '2027-01-15T17:00Z' and minutes_before = 10`;
  const begin = `insert into {schema}.reminder_run (event_id, starts_at, minutes_before, begun_at)
    values ('${EVENT}', '2027-01-15T17:00Z', 10, now()) on conflict do nothing`;
  expect((await client.query(begin)).rowCount).toBe(1);
  expect((await client.query(begin)).rowCount).toBe(0);
  const runs = await all(
    'select minutes_before from {schema}.reminder_run where not repeated and not skipped and begun_at <= now()',
  );
  expect(runs).toEqual([{ minutes_before: 10 }]);
  const repeat = await client.query(
    `update {schema}.reminder_run set repeated = true where ${one} and not repeated`,
  );
  expect(repeat.rowCount).toBe(1);
  expect(await all('select kind, repeated from {schema}.timed_mail_run order by kind')).toEqual([
    { kind: 'nudge', repeated: false },
    { kind: 'reminder', repeated: true },
  ]);
  expect((await client.query(`delete from {schema}.reminder_run where ${one}`)).rowCount).toBe(1);
});
