import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { timedMail } from '../../src/queue/jobs.ts';
import { openApp } from '../support/app.ts';

const app = await openApp();
/** Of a row of `event`: whether a copy has it, or why not. */
const EVENT_COLUMNS: Readonly<Record<string, 'copied' | (string & {})>> = {
  ...{ id: 'its own', slug: 'its own', starts_at: 'asked for', ends_at: 'asked for' },
  ...{ title: 'copied', description: 'copied', time_zone: 'copied', room_url: 'copied', host_name: 'copied' },
  ...{
    reply_to: 'copied',
    locale: 'copied',
    key_style: 'copied',
    reminder_minutes: 'copied',
    color: 'copied',
  },
  ...{ logo_url: 'copied', form_fields: 'copied', listed: 'copied', doors_open_minutes: 'copied' },
  ...{ cover_url: 'copied', host_picture_url: 'copied', from_name: 'copied', from_address: 'copied' },
  embed_origins: 'copied',
  ...{ grace_minutes: 'copied', follow_ups: 'copied', nudge: 'copied', erase_after_days: 'copied' },
  replay_url: 'the recording is of that event',
  opened_at: 'nobody has opened the new one',
  closed_at: 'nobody has closed the new one',
  cancelled_at: 'the new one takes place',
  sending_paused_at: 'nobody has paused the new one',
  revision: 'it was never moved',
  ...{ created_at: 'its own', updated_at: 'its own' },
};

/** The tables whose rows belong to an event. */
const EVENT_TABLES: Readonly<Record<string, 'copied' | (string & {})>> = {
  custom_text: 'copied',
  event_schedule: 'the times that it had: the new one has its own',
  timed_mail_run: 'which reminders and follow-ups went out or were skipped',
  event_field: 'what its people answered',
  registrant: 'people are not copied',
  registrant_search: 'people are not copied',
  registrant_facet: 'people are not copied',
  recent_visit: 'people are not copied',
  registration_request: 'people are not copied',
  visit: 'people are not copied',
  announcement: 'what was written to its people',
  ...{ wrong_key: 'tried by its visitors', wrong_key_of_event: 'tried by its visitors' },
  ...{ message: 'its mails', delivery_event: 'its mails', batch: 'its mails', team_message: 'its mails' },
  ...{ suppression: 'who unsubscribed from it', export: 'of its people' },
  ...{ bulk_send: 'of its people', audit_entry: 'what was done with it', flood: 'what was too much for it' },
  key_reset: 'of its people',
  event_retention: 'what is no longer kept of it',
  saved_view: 'copied',
  event_image: 'copied',
  ...{
    alert: 'what the team was told of it',
    event_digest: 'told of it',
    send: 'what was sent to its people',
  },
  ...{ webhook_event: 'what was told of it', webhook_outbox: 'what is to be told of it' },
};

const TIMES = { startsAt: '2032-03-01T17:00:00.000Z', endsAt: '2032-03-01T18:30:00.000Z' };

it('a copy of an event has its settings, custom texts and reminders, and nobody of its people', async () => {
  const original = await app.event({
    ...{ slug: 'original', description: 'Two\nlines', roomUrl: 'https://meet.example/abc', hostName: 'Ada' },
    ...{
      replyTo: 'host@example.com',
      locale: 'fr',
      keyStyle: 'digits',
      reminderMinutes: [90, 5],
      color: '#1f4fd8',
    },
    nudge: { minutesAfter: 4 },
    followUps: { attended: { minutesAfter: 30 }, missed: { minutesAfter: 60 } },
    formFields: [
      { name: 'company', label: { en: 'Company', fr: 'Entreprise' }, type: 'text', required: true },
    ],
  });
  const words = { subject: 'Bientôt', introduction: null, signature: 'Ada' };
  await app.api('PUT', `/events/${original.id}/words/reminder`, words);
  await app.api('POST', `/events/${original.id}/registrants`, { email: 'ada@example.com' });
  await app.api('POST', `/events/${original.id}/cancel`);
  const { status, json: copy } = await app.api('POST', `/events/${original.id}/copy`, {
    ...TIMES,
    slug: 'copied',
  });
  expect(status).toBe(201);
  expect(copy).toEqual({
    ...original,
    ...TIMES,
    ...{ id: copy.id, slug: 'copied', permalink: `${app.config.publicUrl}/e/copied` },
    ...{ cancelledAt: null, revision: 0, counts: { registrants: 0, byEmailStatus: {} } },
  });
  expect((await app.api('GET', `/events/${copy.id}`)).json).toEqual(copy);
  const texts = (await app.api('GET', `/events/${copy.id}/words`)).json.items;
  expect(texts).toMatchObject([{ kind: 'reminder', ...words }]);
  const { rows } = await app.pool.query(
    `select data->>'kind' as kind, data->>'minutes' as minutes from {jobs}.job
     where name = $2 and data->>'eventId' = $1 order by start_after`,
    [copy.id, timedMail.name],
  );
  expect(rows.map(({ kind, minutes }) => `${kind} ${minutes}`)).toEqual([
    'reminder 90',
    'reminder 5',
    'nudge 4',
    'follow_up_attended 30',
    'follow_up_missed 60',
  ]);
});

it('a copy without a slug gets one from the title, and a wrong request changes nothing', async () => {
  const { id } = await app.event({ title: 'Again and again', slug: 'again-and-again' });
  const copy = (body: unknown, of = id) => app.api('POST', `/events/${of}/copy`, body);
  expect((await copy(TIMES)).json.slug).toBe('again-and-again-2');
  const events = async () => (await app.pool.query('select count(*) from {schema}.event')).rows[0].count;
  const before = await events();
  const refusals = [
    await copy({ ...TIMES, slug: 'again-and-again' }),
    await copy({ ...TIMES, endsAt: TIMES.startsAt }),
    await copy({ startsAt: TIMES.startsAt }),
    await copy({ ...TIMES, title: 'Another' }),
    await copy(TIMES, randomUUID()),
  ];
  expect(refusals.map(({ status, json }) => [status, json.errors?.[0]?.path])).toEqual([
    [409, 'slug'],
    [422, 'endsAt'],
    [422, 'endsAt'],
    [422, 'title'],
    [404, undefined],
  ]);
  expect(await events()).toBe(before);
});

it('each column of an event is copied, or named here with the reason why not', async () => {
  const { rows } = await app.pool.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = $1 and table_name = 'event' order by 1`,
    [app.config.database.schema],
  );
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(EVENT_COLUMNS).sort());
  // Nothing of it is what an event has by itself.
  const { id } = await app.event({
    ...{ description: 'Two\nlines', roomUrl: 'https://meet.example/abc', hostName: 'Ada', locale: 'fr' },
    ...{
      replyTo: 'host@example.com',
      keyStyle: 'digits',
      reminderMinutes: [90],
      color: '#1f4fd8',
      nudge: { minutesAfter: 5 },
    },
    ...{ logoUrl: 'https://cdn.example/logo.png', listed: true, doorsOpenMinutes: 20, graceMinutes: 45 },
    ...{
      replayUrl: 'https://video.example/1',
      eraseAfterDays: 30,
      title: 'Everything',
      timeZone: 'Asia/Tokyo',
    },
    ...{ coverUrl: 'https://cdn.example/cover.jpg', hostPictureUrl: 'https://cdn.example/ada.jpg' },
    ...{ fromName: 'Ada’s team', embedOrigins: ['https://www.example.com'] },
    formFields: [{ name: 'size', label: 'Size', type: 'select', options: ['small', 'large'] }],
    followUps: { attended: { minutesAfter: 30 }, missed: null },
  });
  await app.pool.query(
    `update {schema}.event set opened_at = now(), closed_at = now(), cancelled_at = now(), sending_paused_at = now(), revision = 3,
       from_address = 'ada@studio.example'
     where id = $1`,
    [id],
  );
  const { json: copy } = await app.api('POST', `/events/${id}/copy`, TIMES);
  const bare = await app.event({ title: 'Bare', timeZone: 'UTC' });
  const row = async (of: string) =>
    (await app.pool.query<Record<string, unknown>>('select * from {schema}.event where id = $1', [of]))
      .rows[0] ?? {};
  const [source, copied, fresh] = [await row(id), await row(copy.id), await row(bare.id)];
  for (const [column, what] of Object.entries(EVENT_COLUMNS)) {
    if (what !== 'its own' && what !== 'asked for')
      expect(copied[column], column).toEqual((what === 'copied' ? source : fresh)[column]);
    // Otherwise it could not be told from one that was not copied.
    if (what === 'copied') expect(source[column], column).not.toEqual(fresh[column]);
  }
});

it('each table that belongs to an event is copied, or named here with the reason why not', async () => {
  const { rows } = await app.pool.query<{ name: string }>(
    `select distinct columns.table_name as name
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     join pg_class on pg_class.relname = table_name and relnamespace = '{schema}'::regnamespace and not relispartition
     where columns.table_schema = $1 and column_name = 'event_id' and table_type = 'BASE TABLE' order by 1`,
    [app.config.database.schema],
  );
  expect(rows.map(({ name }) => name)).toEqual(Object.keys(EVENT_TABLES).sort());
  const event = await app.event({ reminderMinutes: [60] });
  const texts = [
    ['words/reminder', { subject: 'Soon', introduction: null, signature: null }],
    ['words/reminder', { language: 'fr', subject: 'Bientôt', introduction: 'Bonjour', signature: null }],
    ['words/confirmation', { language: 'de', subject: null, introduction: null, signature: 'Ada' }],
  ] as const;
  for (const [path, text] of texts)
    expect((await app.api('PUT', `/events/${event.id}/${path}`, text)).status).toBe(200);
  await app.api('POST', `/events/${event.id}/registrants`, {
    email: 'ada@example.com',
    fields: { company: 'ACME' },
  });
  await app.api('POST', `/events/${event.id}/reminders/60/skip`);
  await app.api('POST', `/events/${event.id}/exports`, {
    columns: 'all',
    format: 'csv',
    to: 'x@team.example',
  });
  const { json: copy } = await app.api('POST', `/events/${event.id}/copy`, TIMES);
  const said = async (of: string) =>
    (
      await app.pool.query(
        'select kind, language, subject, introduction, signature from {schema}.custom_text where event_id = $1 order by 1, 2',
        [of],
      )
    ).rows;
  expect(await said(copy.id)).toEqual(await said(event.id));
  expect(await said(copy.id)).toHaveLength(3);
  for (const [table, what] of Object.entries(EVENT_TABLES)) {
    // An event's own, from its first moment.
    if (what === 'copied' || table === 'event_schedule' || table === 'audit_entry') continue;
    const { rows: found } = await app.pool.query(`select from {schema}.${table} where event_id = $1`, [
      copy.id,
    ]);
    expect(found, table).toEqual([]);
  }
});
