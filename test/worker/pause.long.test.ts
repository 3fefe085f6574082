import { describe, expect, it } from 'vitest';
import { continueRelease } from '../../src/actions/pause-sending.ts';
import { sendTimedMail } from '../../src/actions/timed-mail.ts';
import { transaction } from '../../src/db/pool.ts';
import { deliver, releaseHeld, timedMail } from '../../src/queue/jobs.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const worker = openDelivery(app, server.url);
const HOUR = 3_600_000;

async function event(hours: number, more: Record<string, unknown> = {}) {
  const at = (h: number) => new Date(app.clock.now.getTime() + h * HOUR).toISOString();
  return app.event({ startsAt: at(hours), endsAt: at(hours + 1), ...more });
}

async function register(eventId: string, sendConfirmation = false): Promise<string> {
  const email = `${crypto.randomUUID()}@example.com`;
  const { json } = await app.api('POST', `/events/${eventId}/registrants`, { email, sendConfirmation });
  return json.id;
}

const pause = (id: string) => app.api('POST', `/events/${id}/pause-sending`);
const resume = (id: string) => app.api('POST', `/events/${id}/resume-sending`);

/** All jobs whose time has come, as workers take them, until none is left. */
async function work(): Promise<void> {
  for (;;) {
    const { rows } = await app.pool.query<{ id: string; name: string; data: Record<string, never> }>(
      `delete from {jobs}.job where name = any($1) and state = 'created' and start_after <= $2 returning id, name, data`,
      [[deliver.bulk.name, deliver.urgent.name, timedMail.name, releaseHeld.name], app.clock.now],
    );
    if (rows.length === 0) return;
    for (const { id, name, data } of rows) {
      const now = app.clock.now;
      if (name === timedMail.name) {
        const { anchorAt, ...run } = timedMail.payload.parse(data);
        await transaction(app.pool, (db) =>
          sendTimedMail({ db, boss: app.boss, now }, { ...run, anchorAt: new Date(anchorAt) }),
        );
      } else if (name === releaseHeld.name)
        await transaction(app.pool, (db) =>
          continueRelease({ db, boss: app.boss, now }, releaseHeld.payload.parse(data).eventId),
        );
      else {
        const { messageIds } = deliver.bulk.payload.parse(data);
        await deliverMessages(
          worker,
          messageIds.map((one) => ({ id: one, jobId: id })),
        );
      }
    }
  }
}

/** Lets the time pass, with what is due. */
async function pass(hours: number): Promise<void> {
  app.clock.advance(hours * HOUR);
  await work();
}

async function mails(eventId: string): Promise<string[]> {
  const { rows } = await app.pool.query<{ said: string }>(
    `select kind || coalesce(' ' || (about->'reminder'->>'minutesBefore'), '') || ' ' || status || case when held then ' (held)' else '' end as said
     from {schema}.message where event_id = $1 order by id`,
    [eventId],
  );
  return rows.map(({ said }) => said);
}

describe('while sending is paused', () => {
  it('reminders wait, and links that people ask for go out', async () => {
    const { id, slug } = await event(2);
    const one = await register(id, true);
    await work();
    const { status, json } = await pause(id);
    expect([status, json.sendingPausedAt]).toEqual([200, app.clock.now.toISOString()]);
    app.clock.advance(60_000);
    expect((await pause(id)).json.sendingPausedAt).toBe(json.sendingPausedAt);
    await pass(1);
    await app.api('POST', `/events/${id}/registrants/${one}/resend`);
    const { email } = (await app.api('GET', `/events/${id}/registrants/${one}`)).json;
    await app.form(`/e/${slug}/access-link`, { email });
    const { rows } = await app.pool.query<{ data: { eventId: string; addressHash: string } }>(
      `select data from {jobs}.job where name = 'self-serve-link'`,
    );
    expect(rows).toHaveLength(1);
    const { sendSelfServeLink } = await import('../../src/actions/access-link.ts');
    const { findEvent } = await import('../../src/db/event.ts');
    const now = await findEvent(app.pool, { id });
    if (!now) throw new Error('the event is gone');
    await transaction(app.pool, (db) =>
      sendSelfServeLink({ db, boss: app.boss, now: app.clock.now }, now, {
        addressHash: rows[0]?.data.addressHash ?? '',
        dedupeKey: 'asked',
      }),
    );
    await register(id, true);
    await work();
    expect(await mails(id)).toEqual([
      'confirmation sent',
      'reminder 60 queued (held)',
      'access_link sent',
      'self_serve_link sent',
      'confirmation sent',
    ]);
  });

  it('mails of other events go out', async () => {
    const [paused, other] = [await event(2), await event(2)];
    for (const { id } of [paused, other]) await register(id);
    await pause(paused.id);
    await pass(1);
    expect(await mails(paused.id)).toEqual(['reminder 60 queued (held)']);
    expect(await mails(other.id)).toEqual(['reminder 60 sent']);
  });

  it('what waits says why, and is not reported late', async () => {
    const { id } = await event(2);
    const one = await register(id);
    await pause(id);
    await pass(1);
    const { items } = (await app.api('GET', `/messages?registrantId=${one}`)).json;
    expect(items).toMatchObject([{ status: 'queued', error: 'Sending is paused for this event.' }]);
    await pass(0.5);
    expect(await app.mailState()).toMatchObject({ state: 'ok' });
  });

  it('what passes its deadline ends as not sent', async () => {
    const { id } = await event(2);
    await register(id);
    await pause(id);
    await pass(1);
    await pass(1.1);
    expect(await mails(id)).toEqual(['reminder 60 not_sent (held)', 'reminder 10 queued (held)']);
    await pass(0.1);
    expect(await mails(id)).toEqual(['reminder 60 not_sent (held)', 'reminder 10 not_sent (held)']);
    await resume(id);
    await work();
    expect(await mails(id)).toEqual(['reminder 60 not_sent', 'reminder 10 not_sent']);
  });

  it('a reminder that is sent by hand waits, too', async () => {
    const { id } = await event(5);
    await register(id);
    await pause(id);
    expect((await app.api('POST', `/events/${id}/reminders/60/send-now`)).json.queued).toBe(1);
    await work();
    expect(await mails(id)).toEqual(['reminder 60 queued (held)']);
    await resume(id);
    await work();
    expect(await mails(id)).toEqual(['reminder 60 sent']);
  });

  it('the mail that the event is cancelled goes out: cancelling ends the pause', async () => {
    const { id } = await event(2);
    await register(id);
    await pause(id);
    await pass(1);
    const { json } = await app.api('POST', `/events/${id}/cancel`, { notify: true });
    expect(json.sendingPausedAt).toBeNull();
    await work();
    expect(await mails(id)).toEqual(['reminder 60 not_sent (held)', 'event_cancelled sent']);
    const { status, json: problem } = await pause(id);
    expect([status, problem.detail]).toEqual([409, expect.stringContaining('is cancelled')]);
  });

  it('of an event that has ended there is nothing to pause', async () => {
    const { id } = await event(-3);
    const { status, json } = await pause(id);
    expect([status, json.detail]).toEqual([409, expect.stringContaining('has ended')]);
    expect((await resume(id)).status).toBe(200);
    expect((await resume(crypto.randomUUID())).status).toBe(404);
  });
});

describe('after a pause', () => {
  it('what waited goes out, once', async () => {
    const { id } = await event(2);
    for (let i = 0; i < 3; i++) await register(id);
    await pause(id);
    await pass(1);
    expect((await resume(id)).json.sendingPausedAt).toBeNull();
    expect((await resume(id)).status).toBe(200);
    await work();
    expect(await mails(id)).toEqual(Array(3).fill('reminder 60 sent'));
    // Their jobs of the pause find nothing left to do.
    await pass(3);
    expect((await mails(id)).filter((one) => one.startsWith('reminder 60'))).toEqual(
      Array(3).fill('reminder 60 sent'),
    );
    const { rows } = await app.pool.query(
      `select action from {schema}.audit_entry where event_id = $1 and action like 'sending%' order by id`,
      [id],
    );
    expect(rows.map(({ action }) => action)).toEqual(['sending_paused', 'sending_resumed']);
  });

  it('of several reminders that waited the latest goes out, the others end as not sent', async () => {
    const { id } = await event(25);
    await register(id);
    await pause(id);
    await pass(1);
    await pass(23.1);
    await resume(id);
    await work();
    expect(await mails(id)).toEqual(['reminder 1440 not_sent', 'reminder 60 sent']);
    await pass(0.8);
    expect(await mails(id)).toEqual(['reminder 1440 not_sent', 'reminder 60 sent', 'reminder 10 sent']);
  });

  it('thousands come back slice by slice, and a new pause keeps the rest', async () => {
    const { id } = await event(2);
    await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
       select $1::uuid, 'p' || n || '@' || ($1::uuid)::text || '.example', '', '', 'key' || n, $2 from generate_series(1, 5003) n`,
      [id, new Date(app.clock.now.getTime() - HOUR)],
    );
    await pause(id);
    await app.pool.query(
      `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, status, due_at, expires_at, created_at, held)
       select $1, id, 'access_link', 'many', 'bulk', 'queued', $2, $2, $3, true from {schema}.registrant where event_id = $1`,
      [id, new Date(app.clock.now.getTime() + 3 * HOUR), app.clock.now],
    );
    const held = async () =>
      (
        await app.pool.query<{ count: number }>(
          'select count(*) from {schema}.message where event_id = $1 and held',
          [id],
        )
      ).rows[0]?.count;
    const jobs = async (name: string) =>
      (await app.pool.query('delete from {jobs}.job where name = $1 returning data', [name])).rows;
    const step = () =>
      transaction(app.pool, (db) => continueRelease({ db, boss: app.boss, now: app.clock.now }, id));
    // Of the tests before.
    await jobs(deliver.bulk.name);
    await resume(id);
    expect(await held()).toBe(3);
    expect(await jobs(releaseHeld.name)).toEqual([{ data: { eventId: id } }]);
    expect(await jobs(deliver.bulk.name)).toHaveLength(50);
    await pause(id);
    await step();
    expect(await held()).toBe(3);
    await resume(id);
    expect(await held()).toBe(0);
    await step();
    expect(await jobs(deliver.bulk.name)).toHaveLength(1);
  });

  it('none stays behind, whichever of a resume and a worker comes first', async () => {
    for (let i = 0; i < 8; i++) {
      const { id } = await event(2);
      for (let n = 0; n < 3; n++) await register(id);
      app.clock.advance(HOUR);
      await pause(id);
      const now = app.clock.now;
      await transaction(app.pool, (db) =>
        sendTimedMail(
          { db, boss: app.boss, now },
          { eventId: id, kind: 'reminder', minutes: 60, anchorAt: new Date(now.getTime() + HOUR) },
        ),
      );
      await Promise.all([work(), resume(id)]);
      app.clock.advance(2_000);
      await work();
      expect(await mails(id)).toEqual(Array(3).fill('reminder 60 sent'));
    }
  });
});
