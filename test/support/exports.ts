import { randomBytes, randomUUID } from 'node:crypto';
import { parse } from 'csv-parse/sync';
import pg from 'pg';
import { insertApiKey } from '../../src/db/api-key.ts';
import { insertRegistrants, type NewRow } from '../../src/db/import.ts';
import { saveTeamMember } from '../../src/db/team-member.ts';
import { API_SCOPES, hashApiKey } from '../../src/domain/api-key.ts';
import { signedLink } from '../../src/domain/signed-id.ts';
import { createLogger } from '../../src/log.ts';
import { runExport } from '../../worker/jobs/export.ts';
import type { Answer, TestApp } from './app.ts';
import { waitFor } from './wait-for.ts';

export interface Member {
  readonly id: string;
  readonly email: string;
  readonly key: string;
  readonly keyId: string;
}

export type ExportsOf = ReturnType<typeof exportsOf>;

/** Asking for exports, making them and following their links, on the app's database and clock. */
export function exportsOf(app: TestApp) {
  const { pool, config, clock } = app;
  const log = createLogger(config);

  async function apiKey(memberId: string | null) {
    const key = `am_${randomBytes(24).toString('base64url')}`;
    const keyHash = hashApiKey(key).toString('hex');
    const keyId = await insertApiKey(pool, { name: 'test', keyHash, memberId, scopes: API_SCOPES });
    return { key, keyId };
  }

  /** Somebody of the team, with a key of their own. */
  async function member(email = `team.${randomUUID()}@example.com`): Promise<Member> {
    const { id } = await saveTeamMember(pool, { email, role: 'member' });
    return { id, email, ...(await apiKey(id)) };
  }

  async function ask(
    eventId: string,
    body: Record<string, unknown> = {},
    { key }: { key?: string } = {},
  ): Promise<Answer> {
    const headers = key ? { authorization: `Bearer ${key}` } : {};
    const to = key ? {} : { to: 'anybody@example.com' };
    return app.api(
      'POST',
      `/events/${eventId}/exports`,
      { columns: 'all', format: 'csv', ...to, ...body },
      headers,
    );
  }

  /** Does what the worker does with the job. */
  async function make(id: string, signal = new AbortController().signal): Promise<void> {
    await runExport({ ...app, log, now: () => clock.now }, id, signal);
  }

  const get = async (id: string) => (await app.api('GET', `/exports/${id}`)).json;
  const link = (id: string) => signedLink(config.publicUrl, config.appSecret, 'export', id);

  /** An export that was made, and the link that would be mailed of a large one. */
  async function made(eventId: string, body: Record<string, unknown> = {}, by: { key?: string } = {}) {
    const { json, text } = await ask(eventId, body, by);
    if (!json?.id) throw new Error(text);
    await make(json.id);
    return { ...(await get(json.id)), link: link(json.id) };
  }

  async function bytes(path: string): Promise<Buffer> {
    // A download ends a moment after its last byte: until then the next one may be asked to wait.
    const answer = await waitFor(async () => {
      const one = await app.fetch(path);
      if (one.status === 503) throw new Error(await one.text());
      return one;
    });
    if (answer.status !== 200) throw new Error(`${answer.status} ${await answer.text()}`);
    return Buffer.from(await answer.arrayBuffer());
  }

  /** The file as it is now, byte by byte. */
  async function file(eventId: string, body: Record<string, unknown> = {}): Promise<Buffer> {
    return bytes((await made(eventId, body)).link);
  }

  return {
    ...{ apiKey, member, ask, make, made, get, link, bytes, file },
    /** The rows of a CSV file, strictly as RFC 4180 has them. */
    rows: async (eventId: string, body: Record<string, unknown> = {}) =>
      readCsv(await file(eventId, { ...body, format: 'csv' })),
    register: (eventId: string, people: readonly Partial<NewRow>[]) =>
      insertRegistrants(
        pool,
        eventId,
        people.map((person, i) => ({ ...NOBODY, consents: [], email: `p${i}@example.com`, ...person })),
        clock.now,
      ),
  };
}

const NOBODY = {
  firstName: '',
  lastName: '',
  locale: null,
  timeZone: null,
  fields: {},
  source: {},
  accessKey: 'abcd',
};

export function readCsv(file: Buffer): Record<string, string>[] {
  return parse(file, { bom: true, columns: true, record_delimiter: '\r\n' });
}

/**
 * So many bytes of registrants, and a little more, in few rows: fields as long as they may be. `differing`: such that
 * they cannot be compressed much either.
 */
export async function registerBytes(
  app: TestApp,
  eventId: string,
  size: number,
  { differing = false } = {},
): Promise<void> {
  const people = Math.ceil(size / 100_000);
  const value = differing
    ? `left((select string_agg(encode(sha256((n * 10000 + i * 100 + k)::text::bytea), 'hex'), '') from generate_series(0, 31) as k), 2000)`
    : `repeat('x', 2000)`;
  await app.pool.query(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, fields, registered_at)
     select $1, 'many' || n || '@example.com', '', '', 'abcd',
       (select jsonb_object_agg('f' || i, ${value}) from generate_series(1, 50) as i),
       now() + n * interval '1 second'
     from generate_series(1, $2::int) as n`,
    [eventId, people],
  );
  await app.pool.query(
    `insert into {schema}.event_field (event_id, name) select $1, 'f' || i from generate_series(1, 50) as i`,
    [eventId],
  );
}

const LOCK = 4711;
/** An address whose row Postgres does not write while a test holds it. */
export const HELD_ADDRESS = 'hold!@example.com';

/** Once a test holds it, Postgres stops at `HELD_ADDRESS` in the middle of an export with links, until it lets go. */
export async function holdingExports(app: TestApp) {
  await app.pool.query(`
    alter function {schema}.encode_uri_component(text) rename to encode_uri_component_at_once;
    create function {schema}.encode_uri_component(value text) returns text language plpgsql as $$
      begin
        if value like 'hold!%' then perform pg_advisory_xact_lock_shared(${LOCK}); end if;
        return {schema}.encode_uri_component_at_once(value);
      end $$`);
  return {
    /** Begins to hold; resolves with how to let go. */
    async hold(): Promise<() => Promise<void>> {
      const client = new pg.Client(app.config.database.url);
      await client.connect();
      await client.query(`select pg_advisory_lock(${LOCK})`);
      return () => client.end();
    },
    /** Resolves once one that is being made waits there, with its connection. */
    waiting(...making: readonly Promise<void>[]): Promise<number> {
      const over = making.map(async (one) => {
        await one;
        throw new Error('it was made without waiting');
      });
      return Promise.race([waits(), ...over]);
    },
  };

  function waits(): Promise<number> {
    return waitFor(async () => {
      const { rows } = await app.pool.query<{ pid: number }>(
        `select pid from pg_locks where locktype = 'advisory' and objid = ${LOCK} and not granted
               and database = (select oid from pg_database where datname = current_database())`,
      );
      if (!rows[0]) throw new Error('nothing waits');
      return rows[0].pid;
    });
  }
}

/** How many connections write an export at this moment. */
export async function exportsUnderWay(app: TestApp): Promise<number[]> {
  const { rows } = await app.pool.query<{ pid: number }>(
    `select pid from pg_stat_activity
     where datname = current_database() and state = 'active' and query ilike 'copy (%'`,
  );
  return rows.map(({ pid }) => pid);
}
