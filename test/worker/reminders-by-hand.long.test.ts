import fc from 'fast-check';
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

async function event(hours: number, more: Record<string, unknown> = {}) {
  const at = (h: number) => new Date(app.clock.now.getTime() + h * HOUR).toISOString();
  return app.event({ startsAt: at(hours), endsAt: at(hours + 1), ...more });
}

async function register(eventId: string): Promise<string> {
  const email = `${crypto.randomUUID()}@example.com`;
  const { json } = await app.api('POST', `/events/${eventId}/registrants`, {
    ...{ email, sendConfirmation: false },
  });
  return json.id;
}

/** The remind jobs that are due, run as a worker runs them; `lost`: nobody runs them. */
async function runJobs(lost = false): Promise<void> {
  const { rows } = await app.pool.query<{
    data: { eventId: string; kind: 'reminder'; minutes: number; anchorAt: string };
  }>(`delete from {jobs}.job where name = $1 and start_after <= $2 returning data`, [
    timedMail.name,
    app.clock.now,
  ]);
  if (lost) return;
  for (const { data } of rows)
    await transaction(app.pool, (db) =>
      sendTimedMail(
        { db, boss: app.boss, now: app.clock.now },
        { ...data, anchorAt: new Date(data.anchorAt) },
      ),
    );
}

/** Lets the time pass, with all that a worker does by itself. */
async function pass(hours: number): Promise<void> {
  app.clock.advance(hours * HOUR);
  await runJobs();
  await runService(worker, reminderCatchUp);
}

/** Which reminders they got, by minutes, and with which status. */
async function got(registrantId: string): Promise<string[]> {
  const { rows } = await app.pool.query<{ minutes: number; status: string }>(
    `select (about->'reminder'->>'minutesBefore')::int as minutes, status from {schema}.message
     where registrant_id = $1 and kind = 'reminder' order by id`,
    [registrantId],
  );
  return rows.map(({ minutes, status }) => `${minutes} ${status}`);
}

const reminder = (id: string, minutes: number, step: string) => `/events/${id}/reminders/${minutes}/${step}`;
const skip = (id: string, minutes: number) => app.api('POST', reminder(id, minutes, 'skip'));
const undo = (id: string, minutes: number) => app.api('DELETE', reminder(id, minutes, 'skip'));
const sendNow = (id: string, minutes: number, body?: unknown) =>
  app.api('POST', reminder(id, minutes, 'send-now'), body);
const states = async (id: string) =>
  Object.fromEntries(
    (await app.api('GET', `/events/${id}/reminders`)).json.items.map(
      (one: { minutesBefore: number; state: string }) => [one.minutesBefore, one.state],
    ),
  );
const audits = async (id: string) =>
  (
    await app.pool.query<{ action: string }>(
      `select action from {schema}.audit_entry where event_id = $1 and action like 'reminder%' order by id`,
      [id],
    )
  ).rows.map(({ action }) => action);

describe('a skipped reminder', () => {
  it('goes out neither at its time nor by the catch-up, and the others do', async () => {
    const { id } = await event(25);
    const one = await register(id);
    const { status, json } = await skip(id, 60);
    expect([status, json]).toMatchObject([200, { minutesBefore: 60, state: 'skipped', sentAt: null }]);
    expect(json.askedBy).toMatch(/^api_key:/);
    expect((await skip(id, 60)).status).toBe(200);
    await pass(1);
    app.clock.advance(23 * HOUR);
    await runJobs(true);
    await runService(worker, reminderCatchUp);
    expect(await states(id)).toEqual({ 1440: 'sent', 60: 'skipped', 10: 'ahead' });
    await pass(0.9);
    expect(await got(one)).toEqual(['1440 queued', '10 queued']);
    expect(await audits(id)).toEqual(['reminder_skipped']);
  });

  it('goes out after all where the skip is taken back while its time is ahead', async () => {
    const { id } = await event(3);
    const one = await register(id);
    await skip(id, 60);
    expect((await undo(id, 60)).json).toMatchObject({ state: 'ahead', askedBy: null });
    expect((await undo(id, 60)).status).toBe(200);
    await pass(2);
    expect(await got(one)).toEqual(['60 queued']);
    expect(await audits(id)).toEqual(['reminder_skipped', 'reminder_skip_undone']);
  });

  it('cannot be taken back once its time has passed, and can be sent then', async () => {
    const { id } = await event(3);
    const one = await register(id);
    await skip(id, 60);
    await pass(2.1);
    const { status, json } = await undo(id, 60);
    expect([status, json.detail]).toEqual([409, expect.stringContaining('send it now')]);
    expect((await sendNow(id, 60)).json).toMatchObject({ state: 'sent', queued: 1 });
    expect(await got(one)).toEqual(['60 queued']);
  });

  it('does not keep an earlier one from going out late', async () => {
    const { id } = await event(2);
    const one = await register(id);
    await skip(id, 10);
    app.clock.advance(1.9 * HOUR);
    await runJobs(true);
    await runService(worker, reminderCatchUp);
    expect(await got(one)).toEqual(['60 queued']);
  });

  it('stays skipped where the event moves and its time is ahead before and after', async () => {
    const { id } = await event(25);
    const one = await register(id);
    await skip(id, 60);
    const at = (h: number) => new Date(app.clock.now.getTime() + h * HOUR).toISOString();
    await app.api('PATCH', `/events/${id}`, { startsAt: at(50), endsAt: at(51) });
    expect(await states(id)).toEqual({ 1440: 'ahead', 60: 'skipped', 10: 'ahead' });
    await pass(49);
    await pass(0.9);
    expect(await got(one)).toEqual(['1440 queued', '10 queued']);
  });

  it('is used up once its time has passed: before another start the reminder goes out', async () => {
    const { id } = await event(3);
    const one = await register(id);
    await skip(id, 60);
    await pass(2.5);
    const at = (h: number) => new Date(app.clock.now.getTime() + h * HOUR).toISOString();
    await app.api('PATCH', `/events/${id}`, { startsAt: at(50), endsAt: at(51) });
    expect(await states(id)).toMatchObject({ 60: 'ahead' });
    await pass(49);
    expect(await got(one)).toContain('60 queued');
  });

  it('that was taken back before the event returned to an earlier start is not skipped there', async () => {
    const { id, startsAt, endsAt } = await event(25);
    await skip(id, 60);
    const at = (h: number) => new Date(app.clock.now.getTime() + h * HOUR).toISOString();
    await app.api('PATCH', `/events/${id}`, { startsAt: at(50), endsAt: at(51) });
    await undo(id, 60);
    await app.api('PATCH', `/events/${id}`, { startsAt, endsAt });
    expect(await states(id)).toMatchObject({ 60: 'ahead' });
  });
});

describe('a reminder that is sent now', () => {
  it('goes to everybody who is registered, and not again at its time', async () => {
    const { id } = await event(25);
    const one = await register(id);
    const dry = await sendNow(id, 60, { dryRun: true });
    expect([dry.status, dry.json]).toMatchObject([200, { state: 'ahead', queued: 1, skipped: [] }]);
    expect(await got(one)).toEqual([]);
    const { status, json } = await sendNow(id, 60);
    expect([status, json]).toMatchObject([202, { state: 'sent', queued: 1 }]);
    expect(json.sentAt).toBe(app.clock.now.toISOString());
    expect(await got(one)).toEqual(['60 queued']);
    app.clock.advance(MINUTE);
    const late = await register(id);
    await pass(0);
    await pass(1);
    await pass(23);
    await pass(0.9);
    expect(await got(one)).toEqual(['60 queued', '1440 queued', '10 queued']);
    // Whoever registers later gets only those still ahead.
    expect(await got(late)).toEqual(['1440 queued', '10 queued']);
    expect(await audits(id)).toEqual(['reminder_sent_now']);
  });

  it('reaches whoever registered before and whose registration was committed during the fan-out', async () => {
    const { id } = await event(25);
    await register(id);
    await sendNow(id, 60);
    const two = await register(id);
    await app.pool.query(`update {schema}.registrant set registered_at = $2 where id = $1`, [
      two,
      new Date(app.clock.now.getTime() - 100),
    ]);
    await pass(0.1);
    expect(await got(two)).toEqual(['60 queued']);
  });

  it('says how long it really is until the start', async () => {
    const { id } = await event(5);
    await register(id);
    await sendNow(id, 10);
    const { rows } = await app.pool.query<{ id: string }>(
      `select id from {schema}.message where event_id = $1 and kind = 'reminder'`,
      [id],
    );
    const { deliverMessages } = await import('../../worker/delivery/deliver.ts');
    await deliverMessages(worker, [{ id: rows[0]?.id ?? '', jobId: crypto.randomUUID() }]);
    const { json } = await app.api('GET', `/messages/${rows[0]?.id}/content`);
    expect(json.subject).toContain('5 hours');
  });

  it('of an event without anybody to write to does nothing', async () => {
    const { id } = await event(25);
    expect((await sendNow(id, 60)).json).toMatchObject({ state: 'ahead', queued: 0 });
  });

  it('and the scheduled one never both go out, however they fall together', async () => {
    for (let i = 0; i < 5; i++) {
      const { id, startsAt } = await event(2);
      const one = await register(id);
      app.clock.advance(HOUR);
      const scheduled = () =>
        transaction(app.pool, (db) =>
          sendTimedMail(
            { db, boss: app.boss, now: app.clock.now },
            { eventId: id, kind: 'reminder', minutes: 60, anchorAt: new Date(startsAt) },
          ),
        );
      await Promise.all([sendNow(id, 60), scheduled(), sendNow(id, 60), scheduled()]);
      expect(await got(one)).toEqual(['60 queued']);
    }
  });
});

describe('what cannot be done is said', () => {
  it.each([
    ['skip', 'POST'],
    ['skip', 'DELETE'],
    ['send-now', 'POST'],
  ] as const)('%s (%s)', async (step, method) => {
    const { id } = await event(2);
    await register(id);
    const ask = (minutes: number | string) =>
      app.api(method, `/events/${id}/reminders/${minutes}/${step}`).then(({ status, json }) => ({
        status,
        detail: json.detail as string,
      }));
    expect(await ask(61)).toEqual({
      status: 404,
      detail: 'The event has no such reminder. Its reminders are 1440, 60 and 10 minutes before its start.',
    });
    expect((await ask('soon')).status).toBe(422);
    const nobody = await app.api(method, `/events/${crypto.randomUUID()}/reminders/60/${step}`);
    expect(nobody.status).toBe(404);
    await pass(1);
    expect(await ask(60)).toEqual({ status: 409, detail: 'This reminder was sent already.' });
    await app.api('POST', `/events/${id}/cancel`);
    expect(await ask(10)).toEqual({ status: 409, detail: expect.stringContaining('is cancelled') });
    const ended = await event(-3);
    const { status, json } = await app.api(method, `/events/${ended.id}/reminders/10/${step}`);
    expect([status, json.detail]).toEqual([409, expect.stringContaining('has ended')]);
    const running = await event(-0.5);
    const late = await app.api(method, `/events/${running.id}/reminders/60/${step}`);
    expect([late.status, late.json.detail]).toEqual([409, expect.stringMatching(/has started|has passed/)]);
  });

  it('and a reminder without minutes has none', async () => {
    const { id } = await event(2, { reminderMinutes: [] });
    expect((await skip(id, 60)).json.detail).toBe('The event has no such reminder. It has none.');
  });
});

describe('over any history', () => {
  it('nobody gets a reminder twice before one start, nor one that was skipped when its time came', async () => {
    const MINUTES = [1440, 60, 10] as const;
    const step = fc.oneof(
      fc.record({ do: fc.constantFrom('skip', 'undo', 'send'), minutes: fc.constantFrom(...MINUTES) }),
      fc.record({
        do: fc.constant('pass' as const),
        hours: fc.constantFrom(0.2, 1, 5, 13),
        lost: fc.boolean(),
      }),
      fc.record({ do: fc.constant('move' as const), hours: fc.constantFrom(-2, 1, 30) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 12 }), async (steps) => {
        const { id, ...first } = await event(26);
        const one = await register(id);
        let start = new Date(first.startsAt).getTime();
        const skipped = new Set<number>();
        const forbidden = new Set<string>();
        for (const now of steps) {
          if (now.do === 'skip' && (await skip(id, now.minutes)).status === 200) skipped.add(now.minutes);
          if (now.do === 'undo' && (await undo(id, now.minutes)).status === 200) skipped.delete(now.minutes);
          if (now.do === 'send' && (await sendNow(id, now.minutes)).status === 202) {
            skipped.delete(now.minutes);
            forbidden.delete(`${now.minutes} ${start}`);
          }
          if (now.do === 'pass') {
            app.clock.advance(now.hours * HOUR);
            await runJobs(now.lost);
            await runService(worker, reminderCatchUp);
          }
          if (now.do === 'move') {
            const to = start + now.hours * HOUR;
            const { status } = await app.api('PATCH', `/events/${id}`, {
              startsAt: new Date(to).toISOString(),
              endsAt: new Date(to + HOUR).toISOString(),
            });
            // A skip whose time has passed is used up.
            for (const minutes of skipped)
              if (start - minutes * MINUTE <= app.clock.now.getTime()) skipped.delete(minutes);
            if (status === 200) start = to;
          }
          for (const minutes of skipped)
            if (start - minutes * MINUTE <= app.clock.now.getTime()) forbidden.add(`${minutes} ${start}`);
        }
        app.clock.advance(100 * HOUR);
        await runJobs();
        await runService(worker, reminderCatchUp);
        const { rows } = await app.pool.query<{ dedupe: string; minutes: number; start: string }>(
          `select dedupe_key as dedupe, (about->'reminder'->>'minutesBefore')::int as minutes,
             about->'reminder'->>'startsAt' as start
           from {schema}.message where registrant_id = $1 and kind = 'reminder'`,
          [one],
        );
        expect(new Set(rows.map(({ dedupe }) => dedupe)).size).toBe(rows.length);
        for (const { minutes, start: of } of rows)
          expect(forbidden).not.toContain(`${minutes} ${new Date(of).getTime()}`);
      }),
      { numRuns: 12, endOnFailure: true },
    );
  });
});
