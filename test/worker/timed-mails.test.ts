import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findEvent } from '../../src/db/event.ts';
import { findMissedTimedMails } from '../../src/db/timed-mail.ts';
import type { Event } from '../../src/domain/event.ts';
import { signId } from '../../src/domain/signed-id.ts';
import { eventTimedMails } from '../../src/domain/timed-mail-state.ts';
import { timedMail } from '../../src/queue/jobs.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openTimedMails } from '../support/timed-mails.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const worker = openDelivery(app, server.url);
const { at, event, register, join, change, closeRoom, work, pass, got } = openTimedMails(app, worker);
const MINUTE = 60_000;
const FOLLOW_UPS = { attended: { minutesAfter: 30 }, missed: { minutesAfter: 60 } };
const NUDGE = { minutesAfter: 5 };
const PLANS = [timedMail.name];

describe('a nudge', () => {
  it('goes out once to those who are not in yet, so long after the start', async () => {
    const { id } = await event(60, { nudge: NUDGE });
    const [late, early] = [await register(id), await register(id)];
    await pass(60);
    await join(early);
    await pass(4.9);
    expect(await got(late)).toEqual([]);
    await pass(0.1);
    expect(await got(late)).toEqual(['nudge sent']);
    expect(await got(early)).toEqual([]);
    await pass(1);
    await pass(30);
    expect(await got(late)).toEqual(['nudge sent']);
  });

  it('does not go to who came in after the fan-out and before the mail left', async () => {
    const { id } = await event(60, { nudge: NUDGE });
    const [one, two] = [await register(id), await register(id)];
    app.clock.advance(65 * MINUTE);
    await work(PLANS);
    expect([await got(one), await got(two)]).toEqual([['nudge queued'], ['nudge queued']]);
    await join(one);
    await work();
    expect([await got(one), await got(two)]).toEqual([['nudge not_sent'], ['nudge sent']]);
    const { items } = (await app.api('GET', `/messages?registrantId=${one}`)).json;
    expect(items[0].error).toBe('The registrant came in: this mail is for those who have not.');
  });

  it('does not go to who came in between the last look and the claim', async () => {
    const { id } = await event(60, { nudge: NUDGE });
    const one = await register(id);
    app.clock.advance(65 * MINUTE);
    await work(PLANS);
    const { rows } = await app.pool.query<{ id: string }>(
      `select id from {schema}.message where registrant_id = $1`,
      [one],
    );
    const { load } = await import('../../worker/delivery/load.ts');
    const { renderRegistrantMail } = await import('../../worker/delivery/render-registrant-mail.ts');
    const { claimMails } = await import('../../worker/delivery/claim.ts');
    const { candidates } = await load(worker, [{ id: rows[0]?.id ?? '', jobId: randomUUID() }]);
    const mails = await Promise.all(candidates.map((candidate) => renderRegistrantMail(worker, candidate)));
    expect(mails).toHaveLength(1);
    await join(one);
    expect((await claimMails(worker, app.pool, mails)).size).toBe(0);
    await work();
    expect(await got(one)).toEqual(['nudge not_sent']);
  });

  it('leaves those alone who registered just before', async () => {
    const { id } = await event(60, { nudge: { minutesAfter: 20 } });
    const early = await register(id);
    await pass(69);
    const late = await register(id);
    await pass(2);
    const latest = await register(id);
    await pass(9);
    expect([await got(early), await got(late), await got(latest)]).toEqual([
      ['nudge sent'],
      ['nudge sent'],
      [],
    ]);
  });

  it('goes out late where nobody worked, and not at all after the end', async () => {
    const { id } = await event(60, { nudge: NUDGE });
    const one = await register(id);
    await pass(110, { lost: true });
    expect(await got(one)).toEqual(['nudge sent']);
    const over = await event(60, { nudge: NUDGE });
    const two = await register(over.id);
    await pass(121, { lost: true });
    expect(await got(two)).toEqual([]);
  });

  it('takes the place of a last reminder that nobody sent in time', async () => {
    const { id } = await event(60, { nudge: NUDGE, reminderMinutes: [10] });
    const one = await register(id);
    await pass(66, { lost: true });
    expect(await got(one)).toEqual(['nudge sent']);
  });

  it('does not go out once the room is closed', async () => {
    const { id } = await event(60, { nudge: { minutesAfter: 30 } });
    const one = await register(id);
    await pass(80);
    await closeRoom(id);
    await pass(20);
    expect(await got(one)).toEqual([]);
    const queued = await event(60, { nudge: NUDGE });
    const two = await register(queued.id);
    app.clock.advance(65 * MINUTE);
    await work(PLANS);
    await closeRoom(queued.id);
    await work();
    expect(await got(two)).toEqual(['nudge not_sent']);
  });
});

describe('follow-ups', () => {
  it('go out after the end, to who came in and to who did not', async () => {
    const { id } = await event(0, { followUps: FOLLOW_UPS, replayUrl: 'https://video.example/1' });
    const [came, missed] = [await register(id), await register(id)];
    await pass(10);
    await join(came);
    await pass(79);
    expect([await got(came), await got(missed)]).toEqual([[], []]);
    await pass(1);
    expect([await got(came), await got(missed)]).toEqual([['follow_up_attended sent'], []]);
    await pass(30);
    expect([await got(came), await got(missed)]).toEqual([
      ['follow_up_attended sent'],
      ['follow_up_missed sent'],
    ]);
    await pass(1);
    await pass(500);
    expect([await got(came), await got(missed)]).toEqual([
      ['follow_up_attended sent'],
      ['follow_up_missed sent'],
    ]);
  });

  it('take whoever may have come in for somebody who did, as the nudge does', async () => {
    const { id } = await event(0, { followUps: FOLLOW_UPS, nudge: { minutesAfter: 20 } });
    const uncertain = await register(id);
    await pass(10);
    await app.pool.query('update {schema}.registrant set uncertain_at = $2 where id = $1', [
      uncertain,
      app.clock.now,
    ]);
    await pass(600);
    expect(await got(uncertain)).toEqual(['follow_up_attended sent']);
  });

  it('wait until nobody can come in any more', async () => {
    const soon = { attended: { minutesAfter: 0 }, missed: { minutesAfter: 0 } };
    const { id } = await event(0, { followUps: soon, graceMinutes: 30 });
    const [came, missed] = [await register(id), await register(id)];
    await join(came);
    await pass(89);
    expect([await got(came), await got(missed)]).toEqual([[], []]);
    // More time for those who are late.
    await change(id, { graceMinutes: 40 });
    await pass(5);
    expect(await got(missed)).toEqual([]);
    await closeRoom(id);
    await pass(0);
    expect([await got(came), await got(missed)]).toEqual([
      ['follow_up_attended sent'],
      ['follow_up_missed sent'],
    ]);
  });

  it('of an event that was closed early leave after its end all the same', async () => {
    const { id } = await event(0, { followUps: FOLLOW_UPS });
    const one = await register(id);
    await pass(10);
    await closeRoom(id);
    await pass(100);
    expect(await got(one)).toEqual([]);
    await pass(10);
    expect(await got(one)).toEqual(['follow_up_missed sent']);
  });

  it('go out late where nobody worked for an hour or for days, and no later than seven', async () => {
    const WEEK = 7 * 24 * 60;
    for (const { late, gets } of [
      { late: 60, gets: ['follow_up_missed sent'] },
      { late: WEEK - 1, gets: ['follow_up_missed sent'] },
      { late: WEEK, gets: [] },
    ]) {
      const { id } = await event(0, { followUps: FOLLOW_UPS });
      const one = await register(id);
      await pass(120 + late, { lost: true });
      expect(await got(one)).toEqual(gets);
    }
  });

  it('are not written to who registered when it was over', async () => {
    const { id } = await event(0, { followUps: { attended: null, missed: { minutesAfter: 60 } } });
    const one = await register(id);
    await pass(61);
    const late = await register(id);
    await pass(60);
    expect([await got(one), await got(late)]).toEqual([['follow_up_missed sent'], []]);
  });

  it('of an event that is brought over from elsewhere do not go out', async () => {
    const { id } = await event(-600, { followUps: FOLLOW_UPS });
    const one = await register(id);
    await pass(1);
    await pass(60);
    expect(await got(one)).toEqual([]);
  });

  it('that are asked for after the end go out where their time is ahead', async () => {
    const { id } = await event(0);
    const one = await register(id);
    await pass(90);
    await change(id, { followUps: { attended: null, missed: { minutesAfter: 20 } } });
    await pass(1);
    expect(await got(one)).toEqual([]);
    await change(id, { followUps: { attended: null, missed: { minutesAfter: 40 } } });
    await pass(9);
    expect(await got(one)).toEqual(['follow_up_missed sent']);
    // Another time for the same mail is no second mail.
    await change(id, { followUps: { attended: null, missed: { minutesAfter: 80 } } });
    await pass(60);
    expect(await got(one)).toEqual(['follow_up_missed sent']);
  });
});

const KINDS = [
  { kind: 'nudge', more: { nudge: NUDGE }, due: 5, came: false },
  { kind: 'follow_up_attended', more: { followUps: FOLLOW_UPS }, due: 90, came: true },
  { kind: 'follow_up_missed', more: { followUps: FOLLOW_UPS }, due: 120, came: false },
] as const;

describe.each(KINDS)('$kind', ({ kind, more, due, came }) => {
  async function prepared(minutes = 0) {
    const one = await event(minutes, more);
    const registrantId = await register(one.id);
    // Who registered a moment ago is not nudged.
    await app.pool.query(`update {schema}.registrant set registered_at = $2 where id = $1`, [
      registrantId,
      new Date(app.clock.now.getTime() - 60 * MINUTE),
    ]);
    if (came) await join(registrantId);
    return { ...one, registrantId };
  }

  it('moves with the event, twice, and comes once', async () => {
    const { id, registrantId } = await prepared(10);
    await change(id, { startsAt: at(600), endsAt: at(660) });
    await pass(10 + due + 1);
    expect(await got(registrantId)).toEqual([]);
    await change(id, { startsAt: at(60), endsAt: at(120) });
    await pass(60 + due - 1);
    expect(await got(registrantId)).toEqual([]);
    await pass(1);
    expect(await got(registrantId)).toEqual([`${kind} sent`]);
    await pass(1);
    // And is not sent again when the event takes place once more.
    await change(id, { startsAt: at(60), endsAt: at(120) });
    await pass(60 + due);
    await pass(1);
    expect(await got(registrantId)).toEqual([`${kind} sent`]);
  });

  it('that was written for the old time is not sent, and comes for the new one', async () => {
    const { id, registrantId } = await prepared();
    app.clock.advance(due * MINUTE);
    await work(PLANS);
    await change(id, { startsAt: at(60), endsAt: at(120) });
    expect(await got(registrantId)).toEqual([`${kind} not_sent`]);
    await pass(60 + due);
    expect(await got(registrantId)).toEqual([`${kind} not_sent`, `${kind} sent`]);
  });

  it('is not sent for an event that was cancelled', async () => {
    const { id, registrantId } = await prepared();
    await app.api('POST', `/events/${id}/cancel`);
    await pass(due);
    expect(await got(registrantId)).toEqual([]);
    const later = await prepared();
    app.clock.advance(due * MINUTE);
    await work(PLANS);
    await app.api('POST', `/events/${later.id}/cancel`);
    await work();
    expect(await got(later.registrantId)).toEqual([`${kind} not_sent`]);
  });

  it('is not sent to who cancelled their registration, before or after it was written', async () => {
    const [first, second] = [await prepared(), await prepared()];
    const cancel = (id: string) =>
      app.pool.query('update {schema}.registrant set cancelled_at = now() where id = $1', [id]);
    await cancel(first.registrantId);
    app.clock.advance(due * MINUTE);
    await work(PLANS);
    await cancel(second.registrantId);
    await work();
    expect([await got(first.registrantId), await got(second.registrantId)]).toEqual([
      [],
      [`${kind} not_sent`],
    ]);
  });

  it('is not sent to who unsubscribed or complained, and says how to unsubscribe', async () => {
    const { id, registrantId } = await prepared();
    const other = await register(id);
    await app.pool.query(
      `update {schema}.registrant set registered_at = registered_at - interval '1 hour' where id = $1`,
      [other],
    );
    if (came) await join(other);
    await app.form(`/u/${signId(app.config.appSecret, 'stop-reminders', registrantId)}`, {});
    await pass(due);
    expect([await got(registrantId), await got(other)]).toEqual([[], [`${kind} sent`]]);
    const { rows } = await app.pool.query<{ id: string }>(
      'select id from {schema}.message where registrant_id = $1',
      [other],
    );
    const mail = server.taken.find(({ source }) => source.includes(rows[0]?.id ?? 'none'))?.source;
    expect(mail).toMatch(/^List-Unsubscribe: ?<https:\/\/events\.example\.test\/u\/[^>]+>/m);
    expect(mail).toContain('List-Unsubscribe-Post: List-Unsubscribe=One-Click');
    const complained = await prepared();
    await app.pool.query(
      `insert into {schema}.suppression (address_hash, address, scope, reason, created_at)
       select {schema}.address_hash(email), email, 'unrequested', 'complained', $2 from {schema}.registrant where id = $1`,
      [complained.registrantId, app.clock.now],
    );
    await pass(due);
    expect(await got(complained.registrantId)).toEqual([]);
  });

  it('waits while sending is paused', async () => {
    const { id, registrantId } = await prepared();
    await app.api('POST', `/events/${id}/pause-sending`);
    await pass(due);
    expect(await got(registrantId)).toEqual([`${kind} queued (held)`]);
    await app.api('POST', `/events/${id}/resume-sending`);
    await work();
    expect(await got(registrantId)).toEqual([`${kind} sent`]);
  });

  it('is found by the catch-up where its job was lost', async () => {
    const { registrantId } = await prepared();
    await pass(due + 45, { lost: true });
    expect(await got(registrantId)).toEqual([`${kind} sent`]);
  });

  it('does not go out where it is asked for no more', async () => {
    const { id, registrantId } = await prepared();
    await change(id, { nudge: null, followUps: null });
    await pass(due);
    await pass(10);
    expect(await got(registrantId)).toEqual([]);
  });
});

describe('a pause after the end', () => {
  it('holds follow-ups, and is refused where none can come', async () => {
    const { id } = await event(0, { followUps: FOLLOW_UPS });
    const one = await register(id);
    await pass(61);
    expect((await app.api('POST', `/events/${id}/pause-sending`)).status).toBe(200);
    await pass(60);
    expect(await got(one)).toEqual(['follow_up_missed queued (held)']);
    const without = await event(-120);
    expect((await app.api('POST', `/events/${without.id}/pause-sending`)).status).toBe(409);
  });
});

describe('the catch-up', () => {
  it('looks for just what the table says is due', async () => {
    const some = fc.record({
      start: fc.integer({ min: -400, max: 200 }),
      lasts: fc.integer({ min: 1, max: 200 }),
      grace: fc.integer({ min: 0, max: 90 }),
      closed: fc.oneof(fc.constant(null), fc.integer({ min: -300, max: 60 })),
      reminders: fc.array(fc.integer({ min: 1, max: 120 }), { maxLength: 3 }),
      nudge: fc.oneof(fc.constant(null), fc.integer({ min: 1, max: 120 })),
      attended: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 200 })),
      missed: fc.oneof(fc.constant(null), fc.integer({ min: 0, max: 200 })),
      cancelled: fc.constantFrom(true, false, false, false),
    });
    const plus = (minutesAfter: number | null) => (minutesAfter === null ? null : { minutesAfter });
    await fc.assert(
      fc.asyncProperty(fc.array(some, { minLength: 60, maxLength: 60 }), async (events) => {
        const now = app.clock.now;
        await app.pool.query('delete from {schema}.timed_mail_run');
        await app.pool.query(
          `update {schema}.event set cancelled_at = coalesce(cancelled_at, $1), reminder_minutes = '{}', nudge = null, follow_ups = null`,
          [now],
        );
        const ids: string[] = [];
        for (const one of events) {
          const id = randomUUID();
          ids.push(id);
          await app.pool.query(
            `insert into {schema}.event (id, slug, title, description, starts_at, ends_at, time_zone, locale, key_style,
               reminder_minutes, nudge, follow_ups, grace_minutes, closed_at, cancelled_at)
             values ($1, $1::uuid::text, 'E', '', $2, $3, 'UTC', 'en', 'hex', $4, $5, $6, $7, $8, $9)`,
            [
              id,
              at(one.start),
              at(one.start + one.lasts),
              [...new Set(one.reminders)],
              plus(one.nudge),
              one.attended === null && one.missed === null
                ? null
                : { attended: plus(one.attended), missed: plus(one.missed) },
              one.grace,
              one.closed === null ? null : at(one.closed),
              one.cancelled ? now : null,
            ],
          );
        }
        const name = (id: string, kind: string, minutes: number) => `${id} ${kind} ${minutes}`;
        const found = (await findMissedTimedMails(app.pool, now)).map(({ eventId, kind, minutes }) =>
          name(eventId, kind, minutes),
        );
        const due: string[] = [];
        const past: string[] = [];
        for (const id of ids) {
          const present = (await findEvent(app.pool, { id })) as Event;
          for (const { kind, minutes, dueAt, state } of eventTimedMails(present, [], now)) {
            if (state === 'due') due.push(name(id, kind, minutes));
            if (dueAt <= now && state !== 'cancelled') past.push(name(id, kind, minutes));
          }
        }
        expect(due.length).toBeGreaterThan(0);
        expect(found).toEqual(expect.arrayContaining(due));
        // Nothing before its time. Of what is of no use any more some may be among them: it is noted as too late.
        expect(past).toEqual(expect.arrayContaining(found));
        expect(new Set(found).size).toBe(found.length);
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });
});
