import { randomUUID } from 'node:crypto';
import { pino } from 'pino';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { eraseNext } from '../../src/actions/retention.ts';
import { transaction } from '../../src/db/pool.ts';
import { saveTeamMember } from '../../src/db/team-member.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { retention } from '../../worker/maintenance/retention.ts';
import { openApp } from '../support/app.ts';
import { tablesWith } from '../support/find-text.ts';
import { openFaultServer } from '../support/smtp-fault-server.ts';
import { openDelivery } from '../support/worker.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const MEMBERS = ['ada@team.example', 'grace@team.example'];

const app = await openApp();
const server = await openFaultServer();
afterAll(() => server.close());
/** What the site says now. */
const config = { ...app.config };
const worker = { ...openDelivery(app, server.url), config };
for (const email of MEMBERS) await saveTeamMember(app.pool, { email, role: 'member' });

// Each test has its own events: those of the others are of no concern any more.
beforeEach(async () => {
  await app.pool.query(
    `update {schema}.event set ends_at = 'infinity', starts_at = now() where ends_at <> 'infinity'`,
  );
  await app.pool.query(`update {schema}.team_message set created_at = created_at - interval '10 years'
    where kind = 'retention_notice'`);
});

/** One run, as a worker of a site with these settings does it: it has them from now on. */
const run = (settings: { eraseAfterDays?: number; contentAfterDays?: number } = {}, log = worker.log) => {
  Object.assign(config, { eraseAfterDays: null, contentAfterDays: null, ...settings });
  return retention.run({ ...worker, log }, new AbortController().signal);
};

const at = (ms: number) => new Date(app.clock.now.getTime() + ms).toISOString();
/** An event that ended so long ago. */
const ended = (ms: number, more: Record<string, unknown> = {}) =>
  app.event({ startsAt: at(-ms - HOUR), endsAt: at(-ms), ...more });

/** Registers people, each of them found by `name` in whatever holds something of them. */
async function people(eventId: string, count: number, name = `zerlina${randomUUID().slice(0, 8)}`) {
  await app.pool.query(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, fields, source, locale, registered_at,
       email_status, reached_rank, joined_at)
     select $1, $3 || n || '@' || case when n % 2 = 0 then 'company.example' else $3 || n || '.example' end, $3, $3, $3 || n,
       jsonb_build_object('size', case when n % 2 = 0 then 'small' else 'large' end), jsonb_build_object('utmSource', 'letter'),
       'fr', $4::timestamptz - make_interval(secs => n), 'opened', 40, case when n % 4 = 0 then $4 end
     from generate_series(1, $2::int) as n`,
    [eventId, count, name, new Date(app.clock.now.getTime() - HOUR)],
  );
  await app.pool.query(
    `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, status, to_address, variables, subject,
       due_at, expires_at, accepted_at)
     select event_id, id, 'confirmation', 'registration', 'urgent', 'opened', email, jsonb_build_object('name', first_name), first_name,
       registered_at, registered_at + interval '1 day', registered_at
     from {schema}.registrant where event_id = $1 and not exists (
       select from {schema}.message where message.registrant_id = registrant.id)`,
    [eventId],
  );
  return { name, traces: () => tablesWith(app, [name]) };
}

interface Notice {
  readonly id: string;
  readonly to: string;
  readonly status: string;
  readonly error: string | null;
  readonly subject: string | null;
}
async function notices(eventId: string): Promise<Notice[]> {
  const { rows } = await app.pool.query<Notice>(
    `select id, to_address as to, status, error, subject from {schema}.team_message
     where event_id = $1 and kind = 'retention_notice' order by id`,
    [eventId],
  );
  return rows;
}
const deliver = async (eventId: string) => {
  for (const { id } of await notices(eventId)) await deliverMessages(worker, [{ id, jobId: randomUUID() }]);
};
const left = async (eventId: string): Promise<number> => {
  const { rows } = await app.pool.query(
    'select count(*) as count from {schema}.registrant where event_id = $1 and erased_at is null',
    [eventId],
  );
  return rows[0].count;
};
const report = async (eventId: string) => (await app.api('GET', `/events/${eventId}/report`)).json;
const audited = async (eventId: string) =>
  (await app.api('GET', `/audit?eventId=${eventId}`)).json.items
    .filter(({ actor }: { actor: string }) => actor === 'retention')
    .map(({ action, detail }: { action: string; detail: Record<string, string> }) => [action, detail.people])
    .reverse();

describe('the people of an event that is long over', () => {
  it('are erased a week after the team was told, and the report keeps its numbers', async () => {
    const event = await ended(84 * DAY, {
      formFields: [{ name: 'size', label: 'Size', type: 'select', options: ['small', 'large'] }],
    });
    const { traces } = await people(event.id, 40);
    const { json: asked } = await app.api('POST', `/events/${event.id}/exports`, {
      ...{ columns: 'all', format: 'csv', to: 'ada@team.example' },
    });
    const before = await report(event.id);
    await run({ eraseAfterDays: 92 });
    expect(await notices(event.id)).toEqual([]);
    await run({ eraseAfterDays: 91 });
    await run({ eraseAfterDays: 91 });
    expect((await notices(event.id)).map(({ to }) => to)).toEqual(MEMBERS);
    expect(await audited(event.id)).toEqual([['erasure_announced', '40']]);
    await deliver(event.id);
    const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'Europe/Paris' });
    const dueOn = day.format(new Date(event.endsAt).getTime() + 91 * DAY);
    for (const { status, subject } of await notices(event.id))
      expect([status, subject]).toEqual(['sent', `${event.title}: its people will be erased on ${dueOn}`]);

    app.clock.advance(7 * DAY - 1_000);
    await run({ eraseAfterDays: 91 });
    expect(await left(event.id)).toBe(40);
    expect((await traces()).length).toBeGreaterThan(80);
    app.clock.advance(1_000);
    await run({ eraseAfterDays: 91 });
    expect(await left(event.id)).toBe(0);
    expect(await traces()).toEqual([]);
    expect(await audited(event.id)).toEqual([
      ['erasure_announced', '40'],
      ['people_erased', '40'],
    ]);
    const { funnel, byDomain, sends, bySource, answers, attendance, registrations } = await report(event.id);
    expect({ funnel, sends, bySource, answers, attendance, registrations }).toEqual({
      ...{ funnel: before.funnel, sends: before.sends, bySource: before.bySource, answers: before.answers },
      ...{ attendance: before.attendance, registrations: before.registrations },
    });
    expect(funnel).toMatchObject({ registered: 40, opened: 40, joined: 10 });
    // Somebody with a domain of their own is not named by it.
    expect(before.byDomain.length).toBe(21);
    expect(byDomain.map(({ domain }: { domain: string }) => domain)).toEqual(['company.example']);
    // What was exported is the people, too.
    const { json: made } = await app.api('GET', `/exports/${asked.id}`);
    expect([made.status, made.withdrawnAt]).toEqual(['failed', app.clock.now.toISOString()]);
    expect(await notices(event.id)).toHaveLength(2);
  });

  it('leave nothing of themselves, whatever they did and whatever was done with them, and no line in the log', async () => {
    const { id } = await app.event();
    const name = 'Zerlinaquast';
    const email = 'zerlinaquast@company.example';
    server.react = (step) => (step === 'DATA' ? `550 5.1.1 <${email}> ${name}: User unknown` : undefined);
    const person = {
      ...{ email, firstName: name, lastName: name, locale: 'fr', timeZone: 'Europe/Paris' },
      ...{
        fields: { [`${name} likes`]: name },
        source: { utmSource: name, referrer: `https://${name}.example/` },
      },
    };
    const { json } = await app.api('POST', `/events/${id}/registrants`, person, {
      'idempotency-key': 'zerlina',
    });
    const { json: told } = await app.api('GET', `/messages?registrantId=${json.id}`);
    for (const { id: messageId } of told.items)
      await deliverMessages(worker, [{ id: messageId, jobId: randomUUID() }]);
    server.react = () => undefined;
    await app.api('POST', '/blocks', { email });
    await app.api('POST', `/events/${id}/registrants/${json.id}/rotate-key`);
    await app.api('POST', `/events/${id}/exports`, {
      ...{ columns: 'all', format: 'csv', to: 'ada@team.example' },
      filter: { registrantIds: [json.id] },
    });
    await app.request(
      `/e/${(await app.api('GET', `/events/${id}`)).json.slug}/live?email=${email}&key=${name}wrong`,
    );
    const { json: again } = await app.api('GET', `/events/${id}/registrants/${json.id}`);
    const texts = [name, again.accessKey, json.accessKey];
    expect((await tablesWith(app, texts)).length).toBeGreaterThan(5);
    app.clock.advance(100 * DAY);
    const lines: string[] = [];
    const log = pino({ level: 'trace' }, { write: (line: string) => void lines.push(line) });
    await run({ eraseAfterDays: 90 }, log);
    await deliver(id);
    app.clock.advance(7 * DAY);
    await run({ eraseAfterDays: 90 }, log);
    expect(await left(id)).toBe(0);
    expect(await tablesWith(app, texts)).toEqual([]);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.join()).not.toMatch(/zerlina|team\.example/i);
    // The inbox stays blocked, by its hash.
    expect((await app.api('GET', `/events/${id}/report`)).json.funnel.registered).toBe(1);
    expect((await app.api('POST', '/blocks', { email })).status).toBe(201);
  });

  it('are kept where neither the site nor the event says so, and go by the event’s days before the site’s', async () => {
    const kept = await ended(1_000 * DAY);
    const longer = await ended(1_000 * DAY, { eraseAfterDays: 2_000 });
    const shorter = await ended(20 * DAY, { eraseAfterDays: 25 });
    for (const { id } of [kept, longer, shorter]) await people(id, 1);
    await run();
    expect(await notices(kept.id)).toEqual([]);
    expect(await notices(shorter.id)).toHaveLength(2);
    await run({ eraseAfterDays: 500 });
    expect(await notices(kept.id)).toHaveLength(2);
    expect(await notices(longer.id)).toEqual([]);
  });

  it('wait where the mail that tells of it is not taken, and a new one says the new day', async () => {
    const event = await ended(100 * DAY);
    await people(event.id, 3);
    server.react = (step) => (step === 'RCPT' ? '550 5.1.1 nobody of that name' : undefined);
    await run({ eraseAfterDays: 90 });
    await deliver(event.id);
    expect((await notices(event.id)).map(({ status }) => status)).toEqual(['bounced', 'bounced']);
    await app.pool.query('update {schema}.suppression set lifted_at = now()');
    app.clock.advance(DAY - 1_000);
    await run({ eraseAfterDays: 90 });
    expect(await notices(event.id)).toHaveLength(2);
    app.clock.advance(1_000);
    server.react = () => undefined;
    await run({ eraseAfterDays: 90 });
    expect(await notices(event.id)).toHaveLength(4);
    app.clock.advance(3 * DAY);
    await run({ eraseAfterDays: 90 });
    expect(await left(event.id)).toBe(3);
    await deliver(event.id);
    const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'Europe/Paris' });
    expect((await notices(event.id)).slice(2).map(({ subject }) => subject)).toEqual(
      MEMBERS.map(
        () => `${event.title}: its people will be erased on ${day.format(app.clock.now.getTime() + 7 * DAY)}`,
      ),
    );
    app.clock.advance(7 * DAY - 1_000);
    await run({ eraseAfterDays: 90 });
    expect(await left(event.id)).toBe(3);
    app.clock.advance(1_000);
    await run({ eraseAfterDays: 90 });
    expect(await left(event.id)).toBe(0);
  });

  it('follow the event when it moves, and the days when they change: the old mail is not sent, the new one says the new day', async () => {
    const event = await ended(86 * DAY);
    await people(event.id, 1);
    await run({ eraseAfterDays: 90 });
    expect(await notices(event.id)).toHaveLength(2);
    await app.api('PATCH', `/events/${event.id}`, { endsAt: at(-85 * DAY) });
    await deliver(event.id);
    expect((await notices(event.id)).map(({ status, error }) => [status, error])).toEqual(
      MEMBERS.map(() => ['not_sent', 'The day of the erasure has changed.']),
    );
    await run({ eraseAfterDays: 90 });
    expect(await notices(event.id)).toHaveLength(4);
    await deliver(event.id);
    app.clock.advance(8 * DAY);
    // They are due, but the team keeps them for longer now.
    await app.api('PATCH', `/events/${event.id}`, { eraseAfterDays: 200 });
    await run({ eraseAfterDays: 90 });
    expect(await left(event.id)).toBe(1);
    await app.api('PATCH', `/events/${event.id}`, { eraseAfterDays: null });
    // Once more the day that the team was told of a week ago.
    await run({ eraseAfterDays: 90 });
    expect(await left(event.id)).toBe(0);
  });

  it('are not spoken of before the event has ended, however few the days are, and a week is left in any case', async () => {
    const event = await app.event({ eraseAfterDays: 1 });
    await people(event.id, 1);
    await run();
    expect(await notices(event.id)).toEqual([]);
    app.clock.advance(3 * HOUR);
    await run();
    await deliver(event.id);
    app.clock.advance(7 * DAY - 1_000);
    await run();
    expect(await left(event.id)).toBe(1);
    app.clock.advance(1_000);
    await run();
    expect(await left(event.id)).toBe(0);
  });

  it('are announced again where some are registered after an erasure, and counted with those before', async () => {
    const event = await ended(100 * DAY);
    await people(event.id, 10);
    await run({ eraseAfterDays: 90 });
    await deliver(event.id);
    app.clock.advance(7 * DAY);
    await run({ eraseAfterDays: 90 });
    expect(await left(event.id)).toBe(0);
    app.clock.advance(DAY);
    const { traces } = await people(event.id, 6);
    app.clock.advance(HOUR);
    expect((await report(event.id)).funnel).toMatchObject({ registered: 16, joined: 3 });
    await run({ eraseAfterDays: 90 });
    expect(await left(event.id)).toBe(6);
    expect(await notices(event.id)).toHaveLength(4);
    await deliver(event.id);
    app.clock.advance(7 * DAY);
    await run({ eraseAfterDays: 90 });
    expect(await left(event.id)).toBe(0);
    expect(await traces()).toEqual([]);
    expect((await report(event.id)).funnel).toMatchObject({ registered: 16, joined: 3 });
    expect(await audited(event.id)).toEqual([
      ['erasure_announced', '10'],
      ['people_erased', '10'],
      ['erasure_announced', '6'],
      ['people_erased', '16'],
    ]);
  });

  it('10,000 of them go in slices, by several workers at once, also where one is stopped in the middle', async () => {
    const event = await ended(100 * DAY);
    const { traces } = await people(event.id, 10_000);
    const before = await report(event.id);
    await run({ eraseAfterDays: 90 });
    await deliver(event.id);
    app.clock.advance(7 * DAY);
    // One that dies after some slices: what it began is begun.
    const context = { boss: app.boss, now: app.clock.now };
    for (let i = 0; i < 3; i++)
      await transaction(app.pool, (db) =>
        eraseNext({ ...context, db }, event.id, { siteDays: 90, after: null }),
      );
    await expect(
      transaction(app.pool, async (db) => {
        await eraseNext({ ...context, db }, event.id, { siteDays: 90, after: null });
        throw new Error('killed');
      }),
    ).rejects.toThrow('killed');
    expect(await left(event.id)).toBe(9_400);
    expect((await report(event.id)).funnel).toEqual(before.funnel);
    // The settings are asked for each slice.
    await run({ eraseAfterDays: 365 });
    expect(await left(event.id)).toBe(9_400);
    await Promise.all([1, 2, 3].map(() => run({ eraseAfterDays: 90 })));
    await run({ eraseAfterDays: 90 });
    expect(await left(event.id)).toBe(0);
    expect(await traces()).toEqual([]);
    expect((await report(event.id)).funnel).toEqual(before.funnel);
    expect(await audited(event.id)).toEqual([
      ['erasure_announced', '10000'],
      ['people_erased', '10000'],
    ]);
  });

  it('wait where nobody is on the team to be told', async () => {
    const event = await ended(100 * DAY);
    await people(event.id, 1);
    await app.pool.query('update {schema}.team_member set removed_at = now()');
    await run({ eraseAfterDays: 90 });
    app.clock.advance(30 * DAY);
    await run({ eraseAfterDays: 90 });
    await app.pool.query('update {schema}.team_member set removed_at = null');
    expect(await notices(event.id)).toEqual([]);
    expect(await left(event.id)).toBe(1);
  });

  it('are announced for fifty events a day at the most', async () => {
    const events: { id: string }[] = [];
    for (let i = 0; i < 52; i++) {
      const event = await ended((100 + i) * DAY);
      events.push(event);
      await people(event.id, 1);
    }
    const told = async () => {
      const { rows } = await app.pool.query(
        `select count(distinct event_id) as count from {schema}.team_message where kind = 'retention_notice' and event_id = any($1)`,
        [events.map(({ id }) => id)],
      );
      return rows[0].count;
    };
    await run({ eraseAfterDays: 90 });
    await run({ eraseAfterDays: 90 });
    expect(await told()).toBe(50);
    app.clock.advance(DAY + 1);
    await run({ eraseAfterDays: 90 });
    expect(await told()).toBe(52);
  });
});

describe('what the mails of an event said', () => {
  const content = async (eventId: string) => {
    const { rows } = await app.pool.query(
      `select status, variables is not null as "hasValues", subject is not null as "hasSubject" from {schema}.message
       where event_id = $1 order by id`,
      [eventId],
    );
    return rows;
  };

  it('is forgotten so many days after its end; who got it, when and what became of it stays', async () => {
    const event = await ended(10 * DAY);
    await people(event.id, 2);
    const { json } = await app.api('GET', `/events/${event.id}/registrants`);
    const { items } = (await app.api('GET', `/messages?registrantId=${json.items[0].id}`)).json;
    await run({ contentAfterDays: 11 });
    expect((await content(event.id)).every(({ hasValues }: { hasValues: boolean }) => hasValues)).toBe(true);
    await run({ contentAfterDays: 10 });
    expect(await content(event.id)).toEqual(
      [1, 2].map(() => ({ status: 'opened', hasValues: false, hasSubject: false })),
    );
    const { json: message } = await app.api('GET', `/messages/${items[0].id}`);
    expect(message).toMatchObject({ to: json.items[0].email, status: 'opened', subject: null });
    // It was settled by a worker once, as those of the test were not.
    await app.pool.query('update {schema}.message set claimed_at = now() where id = $1', [items[0].id]);
    const gone = await app.api('GET', `/messages/${items[0].id}/content`);
    expect([gone.status, gone.json.detail]).toEqual([410, 'What this message said is no longer kept.']);
    expect((await app.api('GET', `/events/${event.id}/registrants`)).json.items).toHaveLength(2);
  });

  it('is forgotten with the single reports about them: how often and when stays, and what suppresses an address as it was', async () => {
    const event = await ended(10 * DAY);
    await people(event.id, 1);
    const { rows } = await app.pool.query('select id from {schema}.message where event_id = $1', [event.id]);
    const [{ id }] = rows;
    await app.pool.query('delete from {schema}.delivery_event where message_id = $1', [id]);
    await app.pool.query(
      `insert into {schema}.delivery_event (event_id, message_id, type, occurred_at, detail, source, source_id)
       select $1, $2, type, at::timestamptz, '{"message": "said"}', 'resend', place
       from (values ('delivered', '2026-01-01Z', '1'), ('opened', '2026-01-03Z', '2'), ('opened', '2026-01-02Z', '3'),
         ('bounced', '2026-01-04Z', '4')) as told (type, at, place)`,
      [event.id, id],
    );
    const events = async () => (await app.api('GET', `/messages/${id}`)).json.events;
    const kept = async () =>
      (await app.pool.query('select type from {schema}.delivery_event where message_id = $1', [id])).rows;
    await run({ contentAfterDays: 10 });
    expect(await kept()).toEqual([{ type: 'bounced' }]);
    const told = (await events()).filter(({ type }: { type: string }) =>
      ['delivered', 'opened', 'bounced'].includes(type),
    );
    expect(told).toMatchObject([
      { type: 'delivered', occurredAt: '2026-01-01T00:00:00.000Z', detail: {} },
      { type: 'opened', occurredAt: '2026-01-02T00:00:00.000Z', detail: { times: '2' } },
      { type: 'bounced', occurredAt: '2026-01-04T00:00:00.000Z', detail: { message: 'said' } },
    ]);
    await run({ contentAfterDays: 10 });
    expect(await kept()).toEqual([{ type: 'bounced' }]);
  });

  it('is forgotten of a mail that is still to be sent only once it has ended', async () => {
    const event = await ended(10 * DAY);
    await people(event.id, 3);
    const { rows } = await app.pool.query(
      'select id from {schema}.message where event_id = $1 order by id offset 1 limit 1',
      [event.id],
    );
    const set = (status: string) =>
      app.pool.query('update {schema}.message set status = $2 where id = $1', [rows[0].id, status]);
    await set('queued');
    await run({ contentAfterDays: 10 });
    expect((await content(event.id)).map(({ hasValues }: { hasValues: boolean }) => hasValues)).toEqual([
      false,
      true,
      false,
    ]);
    await set('sent');
    await run({ contentAfterDays: 10 });
    expect((await content(event.id)).map(({ hasValues }: { hasValues: boolean }) => hasValues)).toEqual([
      false,
      false,
      false,
    ]);
  });

  it('is kept where the site says nothing', async () => {
    const event = await ended(5_000 * DAY);
    await people(event.id, 1);
    await run();
    expect(await content(event.id)).toMatchObject([{ hasValues: true }]);
  });
});
