import { describe, expect, it } from 'vitest';
import { sendTimedMail } from '../../src/actions/timed-mail.ts';
import { transaction } from '../../src/db/pool.ts';
import { timedMail } from '../../src/queue/jobs.ts';
import { reminderCatchUp } from '../../worker/maintenance/reminder-catch-up.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const worker = openDelivery(app, server.url);
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** An event so many hours ahead, with reminders a day, an hour and ten minutes before. */
async function event(hours: number, more: Record<string, unknown> = {}) {
  const at = (h: number) => new Date(app.clock.now.getTime() + h * HOUR).toISOString();
  return app.event({ startsAt: at(hours), endsAt: at(hours + 1), ...more });
}

async function register(eventId: string, count = 1): Promise<string[]> {
  const ids = [];
  for (let i = 0; i < count; i++) {
    const email = `${crypto.randomUUID()}@example.com`;
    const { json } = await app.api('POST', `/events/${eventId}/registrants`, {
      email,
      sendConfirmation: false,
    });
    ids.push(json.id);
  }
  return ids;
}

/** What a worker does whose time has come: the jobs that are due, in their order. */
async function runJobs(): Promise<void> {
  const { rows } = await app.pool.query<{
    id: string;
    data: { eventId: string; kind: 'reminder'; minutes: number; anchorAt: string };
  }>(`delete from {jobs}.job where name = $1 and start_after <= $2 returning id, data`, [
    timedMail.name,
    app.clock.now,
  ]);
  for (const { data } of rows)
    await transaction(app.pool, (db) =>
      sendTimedMail(
        { db, boss: app.boss, now: app.clock.now },
        { ...data, anchorAt: new Date(data.anchorAt) },
      ),
    );
}

const advance = async (hours: number) => {
  app.clock.advance(hours * HOUR);
  await runJobs();
};

/** Who got which reminder, with its status. */
async function got(registrantId: string | undefined) {
  const { rows } = await app.pool.query<{ minutes: number; status: string }>(
    `select (about->'reminder'->>'minutesBefore')::int as minutes, status from {schema}.message
     where registrant_id = $1 and kind = 'reminder' order by id`,
    [registrantId],
  );
  return rows.map(({ minutes, status }) => `${minutes} ${status}`);
}

describe('an event’s reminders', () => {
  it('go out at their times, each once; late registrants get only those still ahead', async () => {
    const { id } = await event(25);
    const [early] = await register(id);
    await advance(0.5);
    expect(await got(early)).toEqual([]);
    await advance(0.5);
    expect(await got(early)).toEqual(['1440 queued']);
    app.clock.advance(MINUTE);
    const [late] = await register(id);
    await advance(23);
    await advance(1);
    const [latest] = await register(id);
    expect(await got(early)).toEqual(['1440 queued', '60 queued', '10 queued']);
    expect(await got(late)).toEqual(['60 queued', '10 queued']);
    expect(await got(latest)).toEqual([]);
    await runService(worker, reminderCatchUp);
    app.clock.advance(MINUTE);
    await runService(worker, reminderCatchUp);
    expect(await got(early)).toHaveLength(3);
  });

  it('of an event that is near already: those whose time has passed do not go out', async () => {
    const { id } = await event(0.5);
    const [one] = await register(id);
    await runService(worker, reminderCatchUp);
    await advance(0.4);
    expect(await got(one)).toEqual(['10 queued']);
  });

  it('move with the event, and are not sent twice', async () => {
    const { id, ...rest } = await event(25);
    const [one] = await register(id);
    await advance(1);
    expect(await got(one)).toEqual(['1440 queued']);
    const later = (iso: string, h: number) => new Date(new Date(iso).getTime() + h * HOUR).toISOString();
    const moved = await app.api('PATCH', `/events/${id}`, {
      startsAt: later(rest.startsAt, 48),
      endsAt: later(rest.endsAt, 48),
    });
    expect(moved.json.rescheduling).toEqual({ reminders: { moved: 3, tooLate: 0 }, mails: 0, skipped: [] });
    // What was queued for the old time is not sent.
    expect(await got(one)).toEqual(['1440 not_sent']);
    await advance(24);
    expect(await got(one)).toEqual(['1440 not_sent']);
    await advance(24);
    expect(await got(one)).toEqual(['1440 not_sent', '1440 queued']);
  });

  it('moved earlier, past a reminder: that one is not sent any more', async () => {
    const { id } = await event(48);
    const [one] = await register(id);
    const at = (h: number) => new Date(app.clock.now.getTime() + h * HOUR).toISOString();
    const { json } = await app.api('PATCH', `/events/${id}`, { startsAt: at(2), endsAt: at(3) });
    expect(json.rescheduling).toMatchObject({ reminders: { moved: 2, tooLate: 1 } });
    await runService(worker, reminderCatchUp);
    await advance(1);
    expect(await got(one)).toEqual(['60 queued']);
  });

  it('other offsets: removed ones do not go out, new ones do', async () => {
    const { id } = await event(5);
    const [one] = await register(id);
    await app.api('PATCH', `/events/${id}`, { reminderMinutes: [120, 30] });
    await advance(3);
    await advance(1);
    await advance(0.5);
    await advance(0.4);
    expect(await got(one)).toEqual(['120 queued', '30 queued']);
  });

  it('stop when it is cancelled', async () => {
    const { id } = await event(25);
    const [one] = await register(id);
    await advance(1);
    await app.api('POST', `/events/${id}/cancel`);
    expect(await got(one)).toEqual(['1440 not_sent']);
    await advance(23);
    await runService(worker, reminderCatchUp);
    expect(await got(one)).toEqual(['1440 not_sent']);
  });

  it('are found by the catch-up when their job was lost, or nobody worked at the time', async () => {
    const { id } = await event(25);
    const [one] = await register(id);
    await app.pool.query('delete from {jobs}.job where name = $1', [timedMail.name]);
    app.clock.advance(HOUR);
    await runService(worker, reminderCatchUp);
    expect(await got(one)).toEqual(['1440 queued']);
  });

  it('that were overtaken by a later one while nobody worked go out no more', async () => {
    const { id } = await event(25);
    const [one] = await register(id);
    app.clock.advance(24.5 * HOUR);
    await runService(worker, reminderCatchUp);
    expect(await got(one)).toEqual(['60 queued']);
  });

  it('reach whoever registered in time and whose registration was committed during the fan-out', async () => {
    const { id } = await event(25);
    const [one] = await register(id);
    await advance(1);
    const [two] = await register(id);
    await app.pool.query(`update {schema}.registrant set registered_at = $2 where id = $1`, [
      two,
      new Date(app.clock.now.getTime() - 100),
    ]);
    app.clock.advance(MINUTE);
    await runService(worker, reminderCatchUp);
    expect(await got(two)).toEqual(['1440 queued']);
    expect(await got(one)).toEqual(['1440 queued']);
  });
});

describe('stopping them', () => {
  it('asks on GET, acts on POST, and can be undone', async () => {
    const { id } = await event(25);
    const [one, two] = await register(id, 2);
    const { signedLink } = await import('../../src/domain/signed-id.ts');
    const path = new URL(
      signedLink('https://events.example.test', app.config.appSecret, 'stop-reminders', one ?? ''),
    ).pathname;
    const asked = await app.request(path);
    expect(asked.status).toBe(200);
    expect(asked.text).toContain('Unsubscribe from this event’s optional mails?');
    expect(asked.headers.get('cache-control')).toBe('no-store');
    const list = async () => (await app.api('GET', '/suppressions')).json.items;
    expect(await list()).toEqual([]);
    // As a mail program sends it: from nowhere, without signing in.
    const oneClick = () =>
      app.request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: 'List-Unsubscribe=One-Click',
      });
    for (let i = 0; i < 2; i++) expect((await oneClick()).text).toContain('You are unsubscribed');
    expect(await list()).toMatchObject([{ scope: 'reminders', reason: 'unsubscribed', eventId: id }]);
    await advance(1);
    expect(await got(one)).toEqual([]);
    expect(await got(two)).toEqual(['1440 queued']);
    const undone = await app.form(path, { undo: '1' });
    expect(undone.text).toContain('These mails are back on');
    expect(await list()).toEqual([]);
    await advance(23);
    expect(await got(one)).toEqual(['60 queued']);
  });

  it('stops this event’s reminders and nothing else', async () => {
    const { id } = await event(25);
    const [one] = await register(id);
    const email = (await app.api('GET', `/events/${id}/registrants/${one}`)).json.email;
    const other = await event(25);
    const there = await app.api('POST', `/events/${other.id}/registrants`, {
      email,
      sendConfirmation: false,
    });
    const { signId } = await import('../../src/domain/signed-id.ts');
    await app.form(`/u/${signId(app.config.appSecret, 'stop-reminders', one ?? '')}`, {});
    await advance(1);
    expect(await got(one)).toEqual([]);
    expect(await got(there.json.id)).toEqual(['1440 queued']);
    const at = (h: number) => new Date(app.clock.now.getTime() + h * HOUR).toISOString();
    const changed = await app.api('PATCH', `/events/${id}`, {
      startsAt: at(50),
      endsAt: at(51),
      notify: true,
    });
    expect(changed.json.rescheduling).toMatchObject({ mails: 1, skipped: [] });
  });

  it('a token that is none: a page that says so', async () => {
    for (const token of ['x', 'A'.repeat(43), '..%2F..'])
      expect((await app.request(`/u/${token}`)).status).toBe(404);
    expect((await app.form(`/u/${'A'.repeat(43)}`, {})).status).toBe(404);
  });
});
