import { describe, expect, it } from 'vitest';
import { type FanOutRest, fanOut } from '../../src/queue/jobs.ts';
import { openApp } from '../support/app.ts';

const app = await openApp();
const HOUR = 3_600_000;
const at = (hours: number) => new Date(app.clock.now.getTime() + hours * HOUR).toISOString();

async function eventWith(count: number) {
  const { id, startsAt } = await app.event({ startsAt: at(48), endsAt: at(49) });
  const people: string[] = [];
  for (let i = 0; i < count; i++) {
    const email = `${crypto.randomUUID()}@example.com`;
    const { json } = await app.api('POST', `/events/${id}/registrants`, { email, sendConfirmation: false });
    people.push(json.id);
  }
  return { id, path: `/events/${id}`, startsAt: startsAt as string, people };
}

/** The announcements that somebody got: status, and the start that they are told was the old one. */
async function got(registrantId: string | undefined) {
  const { rows } = await app.pool.query<{ status: string; before: string; error: string | null }>(
    `select status, about->'before'->>'startsAt' as before, error from {schema}.message
     where registrant_id = $1 and kind = 'event_updated' order by id`,
    [registrantId],
  );
  return rows.map(({ status, before }) => ({ status, before: new Date(before).toISOString() }));
}

/** As if a worker had handed over what is queued to this person now. */
async function leaves(registrantId: string | undefined, kind: string): Promise<void> {
  app.clock.advance(1_000);
  await app.pool.query(
    `update {schema}.message set status = 'sent', claimed_at = $3 where registrant_id = $1 and kind = $2 and status = 'queued'`,
    [registrantId, kind, app.clock.now],
  );
}

describe('new times', () => {
  it('are announced to all with the time that they knew; a dry run says so beforehand and changes nothing', async () => {
    const { path, people, startsAt } = await eventWith(3);
    const changes = { startsAt: at(72), endsAt: at(73), notify: true };
    const dry = await app.api('PATCH', path, { ...changes, dryRun: true });
    expect(dry.json).toMatchObject({
      startsAt: changes.startsAt,
      revision: 1,
      rescheduling: { reminders: { moved: 3, tooLate: 0 }, mails: 3, skipped: [] },
    });
    expect((await app.api('GET', path)).json).toMatchObject({ startsAt, revision: 0 });
    expect(await got(people[0])).toEqual([]);
    const real = await app.api('PATCH', path, changes);
    expect(real.json).toEqual({ ...dry.json });
    for (const person of people) expect(await got(person)).toEqual([{ status: 'queued', before: startsAt }]);
  });

  it('twice in a row: the first announcement, still unsent, is superseded, and the old time is the one they knew', async () => {
    const { path, people, startsAt } = await eventWith(2);
    const first = at(72);
    await app.api('PATCH', path, { startsAt: first, endsAt: at(73), notify: true });
    await leaves(people[1], 'event_updated');
    app.clock.advance(1_000);
    const second = await app.api('PATCH', path, { startsAt: at(96), endsAt: at(97), notify: true });
    expect(second.json.rescheduling).toMatchObject({ mails: 2 });
    expect(await got(people[0])).toEqual([
      { status: 'not_sent', before: startsAt },
      { status: 'queued', before: startsAt },
    ]);
    // The other one has read of the first change.
    expect(await got(people[1])).toEqual([
      { status: 'sent', before: startsAt },
      { status: 'queued', before: first },
    ]);
  });

  it('taken back before anybody was written to: nobody is', async () => {
    const { path, people, startsAt } = await eventWith(1);
    await app.api('PATCH', path, { startsAt: at(72), endsAt: at(73), notify: true });
    app.clock.advance(1_000);
    const end = new Date(new Date(startsAt).getTime() + HOUR).toISOString();
    const back = await app.api('PATCH', path, { startsAt, endsAt: end, notify: true });
    expect(back.json.rescheduling).toMatchObject({ mails: 0, skipped: [{ reason: 'unchanged', count: 1 }] });
    expect((await got(people[0])).map(({ status }) => status)).toEqual(['not_sent']);
  });

  it('are not announced without notify, nor where they stay', async () => {
    const { path, people } = await eventWith(1);
    await app.api('PATCH', path, { startsAt: at(72), endsAt: at(73) });
    await app.api('PATCH', path, { title: 'Renamed', notify: true });
    expect(await got(people[0])).toEqual([]);
    expect((await app.api('PATCH', path, { notify: true })).status).toBe(422);
  });

  it('who registers afterwards, or status_rank of them from another mail, gets no announcement of them', async () => {
    const { path, id, people } = await eventWith(2);
    await app.api('PATCH', path, { startsAt: at(72), endsAt: at(73) });
    app.clock.advance(1_000);
    await app.api('POST', `${path}/registrants/${people[0]}/resend`);
    await leaves(people[0], 'access_link');
    app.clock.advance(1_000);
    const late = await app.api('POST', `/events/${id}/registrants`, { email: 'late@example.com' });
    // The same times again, in another notation, are no change; an hour longer is one for everybody.
    const { json } = await app.api('PATCH', path, { endsAt: at(74), notify: true });
    expect(json.rescheduling).toMatchObject({ mails: 3 });
    const [known] = await got(people[0]);
    const [unknown] = await got(people[1]);
    expect(new Date(known?.before ?? 0).getTime()).toBeGreaterThan(new Date(unknown?.before ?? 0).getTime());
    expect((await got(late.json.id)).map(({ before }) => before)).toEqual([known?.before]);
  });

  it('give mails that are on their way the new deadline', async () => {
    const { path, id } = await eventWith(0);
    const { json } = await app.api('POST', `/events/${id}/registrants`, { email: 'queued@example.com' });
    await app.api('PATCH', path, { startsAt: at(200), endsAt: at(201) });
    const { messages } = (await app.api('GET', `${path}/registrants/${json.id}`)).json;
    expect(messages[0].expiresAt).toBe(at(201.25));
  });

  it('the rest of a fan-out that was overtaken is not sent', async () => {
    const { path, id, people } = await eventWith(1);
    await app.api('PATCH', path, { startsAt: at(72), endsAt: at(73), notify: true });
    const rest: FanOutRest = {
      ...{
        eventId: id,
        kind: 'event_updated',
        dedupeKey: 'revision 1',
        priority: 'bulk',
        selection: { all: true },
      },
      ...{ quietSince: null, registeredBefore: null, dueAt: null, expiresAt: at(72), about: null },
      ...{ revision: 1, after: people[0] ?? '', slices: 1 },
    };
    expect(fanOut.payload.parse(rest)).toEqual(rest);
    app.clock.advance(1_000);
    await app.api('PATCH', path, { startsAt: at(96), endsAt: at(97), notify: true });
    const { continueFanOut } = await import('../../src/actions/fan-out.ts');
    const { transaction } = await import('../../src/db/pool.ts');
    const before = await got(people[0]);
    await transaction(app.pool, (db) =>
      continueFanOut({ db, boss: app.boss, now: app.clock.now }, rest, crypto.randomUUID()),
    );
    expect(await got(people[0])).toEqual(before);
  });
});

describe('a cancellation', () => {
  const cancelled = async (registrantId: string | undefined) =>
    (
      await app.pool.query(
        'select status, expires_at from {schema}.message where registrant_id = $1 and kind = $2',
        [registrantId, 'event_cancelled'],
      )
    ).rows;

  it('is written to all, once; what was on its way is not sent', async () => {
    const { path, people, startsAt } = await eventWith(2);
    await app.api('POST', `${path}/registrants/${people[0]}/resend`);
    for (let i = 0; i < 2; i++) {
      const { status, json } = await app.api('POST', `${path}/cancel`, { notify: true });
      expect(status).toBe(202);
      expect(json.cancelledAt).not.toBeNull();
    }
    for (const person of people)
      expect(await cancelled(person)).toMatchObject([{ status: 'queued', expires_at: new Date(startsAt) }]);
    const { messages } = (await app.api('GET', `${path}/registrants/${people[0]}`)).json;
    expect(messages.find(({ kind }: { kind: string }) => kind === 'access_link')).toMatchObject({
      status: 'not_sent',
      error: 'The event was cancelled.',
    });
  });

  it('without notify, or without a body at all, is written to nobody; later with it, to all', async () => {
    const { path, people } = await eventWith(1);
    await app.api('POST', `${path}/cancel`);
    await app.api('POST', `${path}/cancel`, {});
    expect(await cancelled(people[0])).toEqual([]);
    await app.api('POST', `${path}/cancel`, { notify: true });
    expect(await cancelled(people[0])).toHaveLength(1);
    expect((await app.api('POST', `${path}/cancel`, { notify: 'yes' })).status).toBe(422);
  });
});
