import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { RESEND_PAUSE_MS } from '../../src/actions/access-link.ts';
import { type Pool, transaction } from '../../src/db/pool.ts';
import { migrate } from '../../src/migrate.ts';
import { openApp } from '../support/app.ts';
import { createEmptyDatabase } from '../support/database.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

const app = await openApp();
const { pool } = app;
const { schema, jobsSchema, url } = app.config.database;

/** A program of somebody else's: a connection that knows nothing of ours, as a role that has what docs/integrate.md grants. */
const role = `shop_${randomBytes(6).toString('hex')}`;
await pool.query(`create role ${role} login password 'secret'`);
await pool.query(`grant usage on schema {schema} to ${role}`);
await pool.query(
  `grant execute on function {schema}.event_id, {schema}.register, {schema}.resend_access_link, {schema}.cancel_registration,
   {schema}.restore_registration to ${role}`,
);
const clients: pg.Client[] = [];
afterAll(async () => {
  await Promise.all(clients.map((client) => client.end()));
  await pool.query(`drop owned by ${role}`);
  await pool.query(`drop role ${role}`);
});

async function connect(as = role): Promise<pg.Client> {
  const address = new URL(url);
  if (as === role) Object.assign(address, { username: role, password: 'secret' });
  const client = new pg.Client(address.href);
  await client.connect();
  clients.push(client);
  return client;
}

const host = await connect();
const address = () => `${randomUUID()}@example.com`;

async function register(client: Pick<pg.Client, 'query'>, eventId: string, email: unknown, named = '') {
  const { rows } = await client.query(`select ${schema}.register($1::uuid, $2${named}) as id`, [
    eventId,
    email,
  ]);
  return rows[0].id as string;
}

const call = async (client: Pick<pg.Client, 'query'>, name: string, registrant: string) =>
  (await client.query(`select ${schema}.${name}($1::uuid) as answer`, [registrant])).rows[0].answer;

/** What a statement fails with. */
async function refusal(work: Promise<unknown>): Promise<Partial<pg.DatabaseError>> {
  const error = await work.then(
    () => {
      throw new Error('It was not refused.');
    },
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof pg.DatabaseError)) throw error;
  return error;
}

const pathsOf = ({ detail }: Partial<pg.DatabaseError>) =>
  JSON.parse(detail ?? '[]').map(({ path }: { path: string }) => path);

/** All that a registration writes, as rows counted. */
async function written(db: Pick<Pool, 'query'>, eventId: string) {
  const { rows } = await db.query(
    `select (select count(*)::int from {schema}.registrant where event_id = $1) as registrants,
       (select count(*)::int from {schema}.message where event_id = $1) as messages,
       (select count(*)::int from {schema}.event_field where event_id = $1) as fields,
       (select count(*)::int from {jobs}.job where name = 'deliver-urgent' and data->'messageIds'->>0 in (
          select id::text from {schema}.message where event_id = $1)) as jobs`,
    [eventId],
  );
  return rows[0];
}

describe('register', () => {
  it('writes what the API writes, as the API shows it', async () => {
    const event = await app.event({
      formFields: [
        { name: 'company', label: 'Company', type: 'text' },
        { name: 'news', label: { en: 'Send me news', fr: 'Des nouvelles' }, type: 'consent' },
      ],
    });
    const body = {
      firstName: ' Ada ',
      lastName: 'Love\u200blace',
      locale: 'fr-CA',
      timeZone: 'Europe/Paris',
    };
    const fields = { company: ' ACME ', news: 'oui', other: 'x' };
    const source = { utmSource: 'shop' };
    const byApi = await app.api('POST', `/events/${event.id}/registrants`, {
      ...{ ...body, fields, source, email: 'Ada@EXAMPLE.com' },
    });
    const { rows } = await host.query(
      `select ${schema}.register(${schema}.event_id($1), $2, $3, $4, $5, locale => $6, time_zone => $7, source => $8) as id`,
      [
        ...[event.slug, ' Bob@EXAMPLE.com ', body.firstName, body.lastName, fields],
        ...[body.locale, body.timeZone, source],
      ],
    );
    const bySql = await app.api('GET', `/events/${event.id}/registrants/${rows[0].id}`);
    expect(bySql.json).toMatchObject({
      email: 'Bob@example.com',
      accessKey: expect.stringMatching(/^[0-9a-f]{22}$/),
      technical: { utmSource: 'shop', registeredBy: 'sql' },
      messages: [{ kind: 'confirmation', status: 'queued', lane: 'now', expiresAt: expect.any(String) }],
    });
    const same = ['firstName', 'lastName', 'locale', 'timeZone', 'fields', 'emailStatus', 'joinedAt'];
    for (const key of same) expect(bySql.json[key], key).toEqual(byApi.json[key]);
    const [own] = bySql.json.consents;
    expect(bySql.json.consents).toEqual([{ ...byApi.json.consents[0], at: own.at }]);
    expect(own.at).toBe(bySql.json.registeredAt);
    const byId = await app.api('GET', `/events/${event.id}/registrants/${byApi.json.id}`);
    expect(bySql.json.messages[0].expiresAt).toBe(byId.json.messages[0].expiresAt);
    const { json } = await app.api('GET', `/events/${event.id}`);
    expect(json.counts.registrants).toBe(2);
  });

  it('leaves nothing when the caller rolls back, and all of it when the caller commits', async () => {
    const event = await app.event();
    await host.query('begin');
    await register(host, event.id, address(), `, fields => '{"ticket": "A1"}'`);
    await host.query('rollback');
    expect(await written(pool, event.id)).toEqual({ registrants: 0, messages: 0, fields: 0, jobs: 0 });
    await host.query('begin');
    await register(host, event.id, address(), `, fields => '{"ticket": "A1"}'`);
    expect(await written(pool, event.id)).toMatchObject({ registrants: 0, jobs: 0 });
    await host.query('commit');
    expect(await written(pool, event.id)).toEqual({ registrants: 1, messages: 1, fields: 1, jobs: 1 });
  });

  it('rolled back to a savepoint leaves what was registered before it', async () => {
    const event = await app.event();
    await host.query('begin');
    const kept = await register(host, event.id, address());
    await host.query('savepoint here');
    await register(host, event.id, address());
    await host.query('rollback to savepoint here');
    await host.query('savepoint there');
    await refusal(register(host, event.id, 'nonsense'));
    await host.query('rollback to savepoint there');
    await host.query('commit');
    expect(await written(pool, event.id)).toMatchObject({ registrants: 1, messages: 1, jobs: 1 });
    expect(await call(host, 'cancel_registration', kept)).toBe(true);
  });

  it('gives the one who is registered already, and sends no second mail', async () => {
    const event = await app.event();
    const email = address();
    const id = await register(host, event.id, email);
    expect(await register(host, event.id, email.toUpperCase())).toBe(id);
    const { status, json } = await app.api('POST', `/events/${event.id}/registrants`, { email });
    expect([status, json.id]).toEqual([200, id]);
    expect(await written(pool, event.id)).toMatchObject({ registrants: 1, messages: 1, jobs: 1 });
  });

  it('of one address in two transactions at once makes one registrant and one mail', async () => {
    const event = await app.event();
    const email = address();
    const other = await connect();
    await host.query('begin');
    const first = await register(host, event.id, email);
    const second = register(other, event.id, email);
    await waitFor(async () => {
      const { rows } = await pool.query(
        `select from pg_stat_activity where usename = $1 and wait_event_type = 'Lock'`,
        [role],
      );
      expect(rows).toHaveLength(1);
    });
    await host.query('commit');
    expect(await second).toBe(first);
    expect(await written(pool, event.id)).toMatchObject({ registrants: 1, messages: 1, jobs: 1 });
  });

  it('in a transaction that sees what was before fails as any statement there, and can be run again', async () => {
    const event = await app.event();
    const email = address();
    const other = await connect();
    await other.query('begin isolation level repeatable read');
    await other.query('select');
    const first = await register(host, event.id, email);
    expect((await refusal(register(other, event.id, email))).code).toBe('40001');
    await other.query('rollback');
    expect(await register(other, event.id, email)).toBe(first);
  });

  it('in the second of two transactions registers when the first one rolls back', async () => {
    const event = await app.event();
    const email = address();
    const other = await connect();
    await host.query('begin');
    const first = await register(host, event.id, email);
    const second = register(other, event.id, email);
    await host.query('rollback');
    expect(await second).not.toBe(first);
    expect(await written(pool, event.id)).toMatchObject({ registrants: 1, messages: 1, jobs: 1 });
  });

  it('works in the schemas that an installation has where none is named', async () => {
    const database = await createEmptyDatabase('public');
    await migrate(database.config);
    const own = new pg.Client(database.config.url);
    await own.connect();
    await own.query(
      `insert into public.event (slug, title, description, starts_at, ends_at, time_zone, locale, key_style, reminder_minutes)
       values ('calm', 'Calm', '', now() + interval '1 hour', now() + interval '2 hours', 'UTC', 'en', 'hex', '{}')`,
    );
    await own.query(
      `select public.register(public.event_id('calm'), 'ada@example.com', fields => '{"a": "b"}')`,
    );
    const { rows } = await own.query(
      `select name from pgboss.job where data->'messageIds'->>0 in (select id::text from public.message)`,
    );
    expect(rows).toEqual([{ name: 'deliver-urgent' }]);
    await own.end();
    await database.drop();
  });

  it('gives keys of the style of the event, and sends no mail where none is asked for', async () => {
    const event = await app.event({ keyStyle: 'digits' });
    const id = await register(host, event.id, address(), ', send_confirmation => false');
    const { json } = await app.api('GET', `/events/${event.id}/registrants/${id}`);
    expect(json.accessKey).toMatch(/^\d{4}$/);
    expect(json.messages).toEqual([]);
  });

  it('for an event that has ended registers, and sends no mail', async () => {
    const event = await app.event({ startsAt: '2020-01-15T17:00:00Z', endsAt: '2020-01-15T18:00:00Z' });
    const id = await register(host, event.id, address());
    expect(await written(pool, event.id)).toMatchObject({ registrants: 1, messages: 0, jobs: 0 });
    expect(await refusal(call(host, 'resend_access_link', id))).toMatchObject({
      ...{ code: 'ML004', column: 'registrant' },
      message: 'The event has ended, so no links are sent.',
    });
  });

  it('tells webhooks, and has a worker look at the domain of the address', async () => {
    const event = await app.event();
    await app.api('POST', '/webhook-endpoints', {
      ...{ url: 'https://example.com/hooks', events: ['registrant.created'], eventIds: [event.id] },
    });
    await register(host, event.id, 'bob@new-domain.example.com');
    const id = await register(host, event.id, 'ada@new-domain.example.com');
    const { rows } = await pool.query(
      `select (select count(*)::int from {schema}.webhook_event where registrant_id = $1) as told,
         (select count(*)::int from {jobs}.job where name = 'look-up-domains' and data->'domains' ? 'new-domain.example.com') as asked`,
      [id],
    );
    expect(rows).toEqual([{ told: 1, asked: 1 }]);
  });
});

describe('what is refused', () => {
  it('lists all that is wrong with the input, each with its path, and writes nothing', async () => {
    const event = await app.event({
      formFields: [
        { name: 'size', label: 'Size', type: 'select', options: ['small', 'large'] },
        { name: 'line', label: 'Line', type: 'text' },
        { name: 'agree', label: 'I agree', type: 'consent' },
      ],
    });
    const fields = { size: 'huge', line: 'a\nb', agree: 'perhaps', own: 'x'.repeat(2_001) };
    const given = [event.id, 'nobody', 'a\u0007b', 'x'.repeat(201), fields];
    const error = await refusal(
      host.query(
        `select ${schema}.register($1, $2, $3, $4, $5, locale => 'nonsense!', time_zone => 'CET', source => '{"utm": "x"}')`,
        given,
      ),
    );
    expect(error).toMatchObject({ code: 'ML001', column: 'email', severity: 'ERROR' });
    expect(error.message).toBe(
      'Nobody was registered: email must be an e-mail address, like ada@example.com',
    );
    const named = ['fields.agree', 'fields.line', 'fields.own', 'fields.size', 'source.utm'];
    const all = ['email', 'firstName', 'lastName', 'timeZone', 'locale'];
    expect(pathsOf(error).toSorted()).toEqual([...all, ...named].toSorted());
    expect(JSON.stringify(error)).not.toContain('nobody');
    const byApi = await app.api('POST', `/events/${event.id}/registrants`, {
      email: 'ada@example.com',
      fields,
    });
    expect(byApi.status).toBe(422);
    expect(await written(pool, event.id)).toMatchObject({ registrants: 0, messages: 0 });
  });

  it.each([
    ['an array', '["x"]', ['fields']],
    ['a text', '"x"', ['fields']],
    ['a number', '{"a": 1}', ['fields.a']],
    ['an object in it', '{"a": {"b": "c"}}', ['fields.a']],
    ['null in it', '{"a": null}', ['fields.a']],
    ['an empty name', '{" ": "a"}', ['fields.']],
    ['a name that no object keeps', '{"__proto__": "a"}', ['fields.__proto__']],
    [
      'more than fifty',
      JSON.stringify(Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`f${i}`, 'x']))),
      ['fields'],
    ],
  ])('fields that are %s', async (_, json, paths) => {
    const event = await app.event();
    const error = await refusal(
      host.query(`select ${schema}.register($1, 'ada@example.com', fields => $2)`, [event.id, json]),
    );
    expect([error.code, pathsOf(error)]).toEqual(['ML001', paths]);
  });

  it('more than fifty different fields at one event, by their names', async () => {
    const event = await app.event();
    const named = (prefix: string, count: number) =>
      JSON.stringify(Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 'x'])));
    await register(host, event.id, address(), `, fields => '${named('a', 49)}'`);
    const error = await refusal(register(host, event.id, address(), `, fields => '${named('b', 2)}'`));
    expect([error.code, error.column, pathsOf(error)]).toEqual([
      'ML006',
      'fields',
      ['fields.b0', 'fields.b1'],
    ]);
    await register(host, event.id, address(), `, fields => '${named('b', 1)}'`);
    expect(await written(pool, event.id)).toMatchObject({ registrants: 2, fields: 50 });
  });

  it('NUL in a text and in a field, by Postgres itself', async () => {
    const event = await app.event();
    const inName = host.query(`select ${schema}.register($1, 'ada@example.com', $2)`, [event.id, 'a\0b']);
    expect((await refusal(inName)).code).toBe('22021');
    const inField = register(host, event.id, address(), `, fields => '{"a": "\\u0000"}'`);
    expect((await refusal(inField)).code).toBe('22P05');
  });

  it.each([
    "Robert'); drop table registrant; --",
    '$$; select 1; $$',
    "'; set role postgres; '",
    '{{firstName}}',
  ])('takes %s for a name and nothing else', async (name) => {
    const event = await app.event();
    const { rows } = await host.query(`select ${schema}.register($1, $2, $3, $3, $4) as id`, [
      ...[event.id, address(), name, { [name]: name }],
    ]);
    const { json } = await app.api('GET', `/events/${event.id}/registrants/${rows[0].id}`);
    expect([json.firstName, json.lastName, json.fields]).toEqual([name, name, { [name]: name }]);
  });

  it('10,000 characters and a million, in each place', async () => {
    const event = await app.event();
    for (const long of ['a'.repeat(10_000), '\u200b'.repeat(1_000_000)]) {
      const error = await refusal(
        host.query(`select ${schema}.register($1, $2, $2, $2, $3, locale => $2, time_zone => $2)`, [
          ...[event.id, long, { [long]: long }],
        ]),
      );
      expect(error.code).toBe('ML001');
      const path = `fields.${long.startsWith('a') ? long.slice(0, 64) : ''}`;
      expect(pathsOf(error)).toEqual(['email', 'firstName', 'lastName', 'timeZone', 'locale', path]);
    }
  });

  it('nobody can be registered for an event that is cancelled or is none', async () => {
    const event = await app.event();
    const known = await register(host, event.id, address());
    await app.api('POST', `/events/${event.id}/cancel`);
    expect(await refusal(register(host, event.id, address()))).toMatchObject({
      code: 'ML003',
      column: 'event',
    });
    expect(await refusal(call(host, 'resend_access_link', known))).toMatchObject({ code: 'ML003' });
    for (const nothing of [randomUUID(), null])
      expect(
        await refusal(host.query(`select ${schema}.register($1::uuid, 'ada@example.com')`, [nothing])),
      ).toMatchObject({ code: 'ML002', column: 'event' });
    expect(await refusal(host.query(`select ${schema}.event_id('no-such-event')`))).toMatchObject({
      ...{ code: 'ML002', column: 'event' },
    });
  });

  it.each(['resend_access_link', 'cancel_registration', 'restore_registration'])(
    '%s of somebody who was never there or was erased',
    async (name) => {
      const event = await app.event();
      const erased = await register(host, event.id, address());
      await app.api('DELETE', `/events/${event.id}/registrants/${erased}`);
      for (const id of [erased, randomUUID()])
        expect(await refusal(call(host, name, id))).toMatchObject({ code: 'ML002', column: 'registrant' });
    },
  );
});

describe('a link that is sent again', () => {
  it('is the same message within a minute, as over the API', async () => {
    const event = await app.event();
    const id = await register(host, event.id, address(), ', send_confirmation => false');
    const message = await call(host, 'resend_access_link', id);
    expect(await call(host, 'resend_access_link', id)).toBe(message);
    app.clock.now = new Date();
    const { json } = await app.api('POST', `/events/${event.id}/registrants/${id}/resend`);
    expect(json.messageId).toBe(message);
    await pool.query(
      `update {schema}.message set created_at = clock_timestamp() - make_interval(secs => $2::float8 / 1000) where id = $1`,
      [message, RESEND_PAUSE_MS + 100],
    );
    expect(await call(host, 'resend_access_link', id)).not.toBe(message);
    expect(await written(pool, event.id)).toMatchObject({ messages: 2, jobs: 2 });
  });

  it('tells of a new key that no mail has told of', async () => {
    const event = await app.event();
    const id = await register(host, event.id, address());
    app.clock.now = new Date();
    await app.api('POST', `/events/${event.id}/registrants/${id}/rotate-key`, { notify: false });
    const message = await call(host, 'resend_access_link', id);
    expect((await app.api('GET', `/messages/${message}`)).json.kind).toBe('new_key');
  });

  it('stands in the audit log with the role that asked for it', async () => {
    const event = await app.event();
    const id = await register(host, event.id, address());
    await call(host, 'resend_access_link', id);
    await call(host, 'cancel_registration', id);
    await call(host, 'restore_registration', id);
    const { rows } = await pool.query(
      'select actor, action, event_id from {schema}.audit_entry where registrant_id = $1 order by at, id',
      [id],
    );
    const actions = ['link_resent', 'registrant_cancelled', 'registrant_restored'];
    expect(rows).toEqual(
      actions.map((action) => ({ actor: `database_role:${role}`, action, event_id: event.id })),
    );
  });
});

describe('a cancelled registration', () => {
  it('stops what is on its way, gets no link, and comes back with a confirmation', async () => {
    const event = await app.event();
    const id = await register(host, event.id, address());
    expect(await call(host, 'cancel_registration', id)).toBe(true);
    expect(await call(host, 'cancel_registration', id)).toBe(false);
    const { json } = await app.api('GET', `/events/${event.id}/registrants/${id}`);
    expect(json.cancelledAt).not.toBeNull();
    expect(json.messages).toMatchObject([{ status: 'not_sent', error: 'The registrant cancelled.' }]);
    expect(await refusal(call(host, 'resend_access_link', id))).toMatchObject({ code: 'ML005' });
    expect(await call(host, 'restore_registration', id)).toBe(true);
    expect(await call(host, 'restore_registration', id)).toBe(false);
    const after = await app.api('GET', `/events/${event.id}/registrants/${id}`);
    expect(after.json.cancelledAt).toBeNull();
    expect(after.json.messages).toMatchObject([
      { kind: 'confirmation', status: 'queued' },
      { kind: 'confirmation', status: 'not_sent' },
    ]);
  });
});

describe('a role with the rights to these functions', () => {
  it('can read and write no table, and call nothing else of ours that does', async () => {
    const { rows: tables } = await pool.query<{ name: string; isView: boolean }>(
      `select relnamespace::regnamespace || '.' || quote_ident(relname) as name, relkind = 'v' as "isView" from pg_class
       where relkind in ('r', 'p', 'v') and relnamespace = any(array['${schema}', '${jobsSchema}']::regnamespace[])`,
    );
    expect(tables.length).toBeGreaterThan(30);
    for (const { name, isView } of tables)
      for (const statement of [
        `select from ${name}`,
        // Nobody can write into a view of several tables.
        ...(isView ? [] : [`delete from ${name}`, `insert into ${name} default values`]),
      ])
        expect((await refusal(host.query(statement))).code, statement).toBe('42501');
    const { rows: functions } = await pool.query<{ name: string }>(
      `select proname as name from pg_proc
       where prosecdef and pronamespace = any(array['${schema}', '${jobsSchema}']::regnamespace[]) order by 1`,
    );
    expect(functions.map(({ name }) => name)).toEqual([
      ...['cancel_registration', 'event_id', 'register', 'resend_access_link', 'restore_registration'],
    ]);
  });

  it('has only what it was granted: nobody else may call any function of the migration', async () => {
    const { rows } = await pool.query<{ name: string; isOpen: boolean }>(
      `select proname as name, has_function_privilege('${role}', oid, 'execute') as "isOpen" from pg_proc
       where pronamespace = '${schema}'::regnamespace and 'search_path=pg_catalog, pg_temp' = any(proconfig)`,
    );
    expect(rows.length).toBeGreaterThan(25);
    expect(rows.flatMap(({ name, isOpen }) => (isOpen ? [name] : [])).toSorted()).toEqual([
      ...['cancel_registration', 'event_id', 'register', 'resend_access_link', 'restore_registration'],
    ]);
    await pool.query(`revoke execute on function {schema}.register from ${role}`);
    const event = await app.event();
    expect((await refusal(register(host, event.id, address()))).code).toBe('42501');
    await pool.query(`grant execute on function {schema}.register to ${role}`);
  });

  it('takes nothing over by its search_path, temporary objects or settings', async () => {
    const event = await app.event();
    const email = address();
    await pool.query(`create schema trap authorization ${role}`);
    const mallory = await connect();
    // Whatever runs one of these as the owner would fail.
    const trapped = `language plpgsql as $$ begin raise exception 'trapped as %', current_user; end $$`;
    for (const signature of ['gen_random_uuid() returns uuid', 'clock_timestamp() returns timestamptz'])
      await mallory.query(`create function trap.${signature} ${trapped}`);
    for (const [name, types] of [
      ['lower', 'text'],
      ['length', 'text'],
      ['replace', 'text, text, text'],
      ['jsonb_each', 'jsonb'],
      ['pg_notify', 'text, text'],
    ])
      await mallory.query(`create function trap.${name}(${types}) returns text ${trapped}`);
    await mallory.query(`create function trap.equal(text, text) returns boolean ${trapped}`);
    await mallory.query('create operator trap.= (leftarg = text, rightarg = text, function = trap.equal)');
    for (const table of ['registrant', 'event', 'message', 'queue', 'job'])
      await mallory.query(`create temporary table ${table} (id uuid, name text, cancelled_at timestamptz)`);
    await mallory.query('set search_path = trap, pg_temp, pg_catalog');
    await mallory.query('set standard_conforming_strings = off');
    await mallory.query('set escape_string_warning = off');
    const named = ', first_name => \'A\u200bda\', fields => \'{"a": "\u00e9"}\'';
    const id = await register(mallory, event.id, email, named);
    await call(mallory, 'resend_access_link', id);
    await call(mallory, 'cancel_registration', id);
    const { json } = await app.api('GET', `/events/${event.id}/registrants/${id}`);
    expect([json.email, json.firstName, json.fields]).toEqual([email, 'Ada', { a: 'é' }]);
    expect(await written(pool, event.id)).toMatchObject({ registrants: 1, messages: 2, jobs: 2 });
    await pool.query('drop schema trap cascade');
  });

  it('fixes the search_path of every function that runs with the rights of the owner', async () => {
    const { rows } = await pool.query(
      `select proname, proconfig from pg_proc where prosecdef and pronamespace = '${schema}'::regnamespace`,
    );
    for (const { proname, proconfig } of rows)
      expect(proconfig, proname).toContain('search_path=pg_catalog, pg_temp');
  });
});

describe('the workers', () => {
  it('are told at the commit, and not before or of what was rolled back', async () => {
    const event = await app.event();
    const listener = await connect('owner');
    const told: string[] = [];
    listener.on('notification', ({ payload }) => told.push(payload ?? ''));
    const { rows } = await listener.query(
      `select 'pgboss_' || left(encode(sha224('${jobsSchema}'::bytea), 'hex'), 24) as channel`,
    );
    await listener.query(`listen ${rows[0].channel}`);
    await host.query('begin');
    await register(host, event.id, address());
    await host.query('rollback');
    await host.query('begin');
    const id = await register(host, event.id, address());
    await listener.query('select');
    expect(told).toEqual([]);
    await host.query('commit');
    await waitFor(() => expect(told).toContain('deliver-urgent'));
    expect(told.filter((queue) => queue === 'deliver-urgent')).toHaveLength(1);
    await call(host, 'cancel_registration', id);
  });

  it('send what was committed, and note the domain', async () => {
    const mailServer = await openAnsweringServer();
    app.clock.now = new Date();
    await openWorker(app, mailServer.url);
    const event = await app.event();
    await transaction(pool, async (db) => {
      await db.query(`select {schema}.register($1, 'ada@example.net')`, [event.id]);
    });
    await waitFor(() => expect(mailServer.taken.length).toBeGreaterThan(0));
    await waitFor(async () => {
      const { rows } = await pool.query(`select from {schema}.mail_domain where domain = 'example.net'`);
      expect(rows).toHaveLength(1);
    });
  });
});
