import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type BreakerScope, openBreaker } from '../../src/db/circuit-breaker.ts';
import { readSeries } from '../../src/operations/delivery-metrics.ts';
import { cleaner } from '../../worker/maintenance/cleaner.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const worker = openDelivery(app, 'smtp://127.0.0.1:9');
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const clean = () => runService(worker, cleaner);

const { rows: members } = await app.pool.query<{ id: string }>(
  `insert into {schema}.team_member (email, role) values ('ada@example.com', 'admin') returning id`,
);
const member = members[0]?.id ?? '';
const { rows: keys } = await app.pool.query<{ id: string }>(
  `insert into {schema}.api_key (name, key_hash, scopes) values ('website', 'x', '{read}') returning id`,
);
const key = keys[0]?.id ?? '';

/** By table: how long a row is kept, and how one is made that counts from `$1`. */
const KEPT = {
  idempotent_answer: {
    ms: DAY,
    insert: `insert into {schema}.idempotent_answer (api_key_id, idempotency_key, request_hash, created_at)
             values ('${key}', gen_random_uuid()::text, 'x', $1)`,
  },
  sign_in: {
    ms: DAY,
    insert: `insert into {schema}.sign_in (team_member_id, language, next_path, requested_at, expires_at)
             values ('${member}', 'en', '/', $1, $1)`,
  },
  session: {
    ms: 30 * DAY,
    insert: `insert into {schema}.session (team_member_id, token_hash, token_at, signed_in_at, last_seen_at, expires_at, user_agent)
             values ('${member}', gen_random_uuid()::text, $1, $1, $1, $1, '')`,
  },
  batch: {
    ms: 2 * DAY,
    insert: `insert into {schema}.batch (event_id, id, event_ids, message_ids, handed_over_at)
             values (gen_random_uuid(), gen_random_uuid(), '{}', '{}', $1)`,
  },
  team_batch: {
    ms: 2 * DAY,
    insert: `insert into {schema}.team_batch (id, message_ids, handed_over_at) values (gen_random_uuid(), '{}', $1)`,
  },
  circuit_breaker: {
    ms: 10 * MINUTE,
    insert: `insert into {schema}.circuit_breaker (provider, scope, key, opened_at, reason, probe_at)
             values ('smtp', 'event', gen_random_uuid()::text, $1, 'x', $1)`,
  },
  unmatched_event: {
    ms: 30 * DAY,
    insert: `insert into {schema}.unmatched_event (source, source_id, type, occurred_at, detail, received_at, is_waiting)
             values ('resend', gen_random_uuid()::text, 'contact.created', $1, '{}', $1, false)`,
  },
} as const;
const TABLES = Object.keys(KEPT) as (keyof typeof KEPT)[];

const count = async (table: string) => (await app.pool.query(`select 1 from {schema}.${table}`)).rows.length;

/** One row that is just still kept and one that no longer is, in each of the tables. */
async function rows(): Promise<void> {
  for (const table of TABLES) {
    await app.pool.query(`delete from {schema}.${table}`);
    const { ms, insert } = KEPT[table];
    for (const age of [ms - 1_000, ms + 1_000])
      await app.pool.query(insert, [new Date(app.clock.now.getTime() - age)]);
  }
}

describe('the cleaner', () => {
  it('deletes what is too old and nothing else', async () => {
    await rows();
    await clean();
    for (const table of TABLES) expect([table, await count(table)]).toEqual([table, 1]);
  });

  it('deletes what webhooks told after fourteen days with its deliveries, and what belongs to an endpoint that was deleted', async () => {
    const endpoint = async (deletedAgo: number | null) => {
      const { rows: made } = await app.pool.query<{ id: string }>(
        `insert into {schema}.webhook_endpoint (url, events, include_access_links, created_at, deleted_at)
         values ('http://x/', '{*}', false, $1, $2) returning id`,
        [app.clock.now, deletedAgo === null ? null : new Date(app.clock.now.getTime() - deletedAgo)],
      );
      return made[0]?.id ?? '';
    };
    const [kept, gone] = [await endpoint(null), await endpoint(2 * HOUR)];
    const told = async (endpointId: string, ageMs: number) => {
      // Ids say when they were made.
      const digits = (app.clock.now.getTime() - ageMs).toString(16).padStart(12, '0');
      const id = `${digits.slice(0, 8)}-${digits.slice(8)}-7000-8000-${randomUUID().slice(-12)}`;
      await app.pool.query(
        `insert into {schema}.webhook_event (id, type, occurred_at, data) values ($1, 'webhook.test', now(), '{}')`,
        [id],
      );
      await app.pool.query(
        `insert into {schema}.webhook_delivery (endpoint_id, id, sequence, next_at) values ($1, $2, 1, now())`,
        [endpointId, id],
      );
      return id;
    };
    const young = await told(kept, 14 * DAY - MINUTE);
    await told(kept, 14 * DAY + MINUTE);
    await told(gone, MINUTE);
    await clean();
    const { rows: left } = await app.pool.query('select id from {schema}.webhook_delivery');
    expect(left).toEqual([{ id: young }]);
    expect((await app.pool.query('select id from {schema}.webhook_endpoint')).rows).toEqual([{ id: kept }]);
    expect(await count('webhook_event')).toBe(2);
  });

  it('deletes a circuit breaker whose last probe lies ten minutes back, the account’s after a day', async () => {
    await app.pool.query('delete from {schema}.circuit_breaker');
    const open = (provider: string, scope: BreakerScope, probedAgo: number) => {
      const probeAt = new Date(app.clock.now.getTime() - probedAgo);
      // However long it has been open.
      const openedAt = new Date(app.clock.now.getTime() - 30 * DAY);
      return openBreaker(app.pool, provider, { scope, key: provider, openedAt, reason: '550', probeAt });
    };
    for (const scope of ['event', 'recipient_domain', 'sender_domain'] as const) {
      await open('kept', scope, 10 * MINUTE - 1_000);
      await open('gone', scope, 10 * MINUTE + 1_000);
      // A quota is over at midnight.
      await open('waits', scope, -HOUR);
    }
    await open('kept', 'account', DAY - 1_000);
    await open('gone', 'account', DAY + 1_000);
    await clean();
    const { rows: kept } = await app.pool.query(
      'select provider, scope from {schema}.circuit_breaker order by provider, scope',
    );
    expect(kept.map(({ provider, scope }) => `${provider} ${scope}`)).toEqual([
      'kept account',
      'kept event',
      'kept recipient_domain',
      'kept sender_domain',
      'waits event',
      'waits recipient_domain',
      'waits sender_domain',
    ]);
  });

  it('leaves a foreign event alone as long as its message may still turn up', async () => {
    await app.pool.query('delete from {schema}.unmatched_event');
    await app.pool.query(
      `insert into {schema}.unmatched_event
         (source, source_id, type, provider_message_id, occurred_at, detail, received_at, is_waiting)
       values ('resend', 'waits', 'delivered', 'x', $1, '{}', $1, true)`,
      [new Date(app.clock.now.getTime() - 40 * DAY)],
    );
    await clean();
    expect(await count('unmatched_event')).toBe(1);
  });

  it('sums up the counters of workers that have not been heard of for an hour', async () => {
    const counter = (id: string, ageMs: number) =>
      app.pool.query(
        `insert into {schema}.worker_counter (worker_id, name, value, updated_at) values ($1, 'x', 2, $2)`,
        [id, new Date(app.clock.now.getTime() - ageMs)],
      );
    const running = randomUUID();
    await counter(running, HOUR - 1_000);
    for (const id of [randomUUID(), randomUUID()]) await counter(id, HOUR + 1_000);
    await clean();
    const { rows: kept } = await app.pool.query(
      `select worker_id, value from {schema}.worker_counter where name = 'x' order by value`,
    );
    expect(kept).toEqual([
      { worker_id: running, value: 2 },
      { worker_id: '00000000-0000-0000-0000-000000000000', value: 4 },
    ]);
  });

  it.each([...TABLES, 'worker_counter'])('clears everything else while %s cannot be', async (missing) => {
    await rows();
    const failed = async () =>
      (await readSeries(worker.metrics.registry)).get(
        'access_mail_maintenance_runs_total{service="cleaner",result="failed"}',
      ) ?? 0;
    const before = await failed();
    await app.pool.query(`alter table {schema}.${missing} rename to hidden`);
    await clean();
    await app.pool.query(`alter table {schema}.hidden rename to ${missing}`);
    for (const table of TABLES)
      expect([table, await count(table)]).toEqual([table, table === missing ? 2 : 1]);
    expect(await failed()).toBe(before + 1);
  });
});
