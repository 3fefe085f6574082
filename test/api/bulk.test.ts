import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { roomClosesAt } from '../../src/domain/doors.ts';
import { openApp } from '../support/app.ts';

const app = await openApp();

/** An event with so many registrants, nobody of whom got a mail. */
async function eventWith(people: number) {
  const event = await app.event();
  const { rows } = await app.pool.query<{ id: string }>(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
     select $1, 'p' || n || '@example.com', 'Ada', '', 'key' || n from generate_series(1, $2::int) n returning id`,
    [event.id, people],
  );
  return { id: event.id as string, ids: rows.map(({ id }) => id) };
}

const resend = (eventId: string, body: unknown, headers?: Record<string, string>) =>
  app.api('POST', `/events/${eventId}/resend`, body, headers);

async function linksTo(eventId: string) {
  const { rows } = await app.pool.query<{ registrantId: string; priority: string; expiresAt: Date }>(
    `select registrant_id as "registrantId", priority, expires_at as "expiresAt" from {schema}.message
     where event_id = $1 and kind = 'access_link' and status = 'queued' order by id`,
    [eventId],
  );
  return rows;
}

async function bounce(ids: readonly string[]) {
  await app.pool.query(`update {schema}.registrant set email_status = 'bounced' where id = any($1)`, [ids]);
}

describe('a bulk resend', () => {
  it('to named registrants sends each one link, until its room closes', async () => {
    const { id, ids } = await eventWith(30);
    const event = (await app.api('GET', `/events/${id}`)).json;
    const { status, json } = await resend(id, { registrantIds: ids });
    expect([status, json]).toEqual([202, { queued: 30, skipped: [] }]);
    const links = await linksTo(id);
    expect(links.map(({ registrantId }) => registrantId).sort()).toEqual(ids.toSorted());
    expect(links.every(({ priority }) => priority === 'bulk')).toBe(true);
    expect(links[0]?.expiresAt).toEqual(roomClosesAt({ ...event, endsAt: new Date(event.endsAt) }));
  });

  it('to a handful goes through the priority of those whom somebody waits for', async () => {
    const { id, ids } = await eventWith(20);
    await resend(id, { registrantIds: ids });
    expect((await linksTo(id)).map(({ priority }) => priority)).toEqual(Array(20).fill('urgent'));
  });

  it('to an email status reaches all who have it, through the bulk priority', async () => {
    const { id, ids } = await eventWith(10);
    await bounce(ids.slice(0, 3));
    expect((await resend(id, { emailStatus: ['bounced', 'failed'] })).json).toEqual({
      queued: 3,
      skipped: [],
    });
    const links = await linksTo(id);
    expect(links.map(({ registrantId }) => registrantId)).toEqual(ids.slice(0, 3));
    expect(links[0]?.priority).toBe('bulk');
  });

  it('says before whom it skips and why, and does then what it said', async () => {
    const { id, ids } = await eventWith(40);
    const elsewhere = await eventWith(1);
    const [erased, recent, ...others] = ids;
    await app.api('DELETE', `/events/${id}/registrants/${erased}`);
    await app.api('POST', `/events/${id}/registrants/${recent}/resend`);
    const registrantIds = [...ids, ...others.slice(0, 5), elsewhere.ids[0], randomUUID()];
    const said = await resend(id, { registrantIds, dryRun: true });
    expect(said.status).toBe(200);
    expect(said.json).toEqual({
      queued: 38,
      skipped: [
        { reason: 'recently_sent', count: 1 },
        { reason: 'not_found', count: 3 },
      ],
    });
    expect(await linksTo(id)).toHaveLength(1);
    const done = await resend(id, { registrantIds });
    expect([done.status, done.json]).toEqual([202, said.json]);
    expect(await linksTo(id)).toHaveLength(39);
    expect(await linksTo(elsewhere.id)).toEqual([]);
  });

  it('again within a minute sends nothing, after it sends again', async () => {
    const { id, ids } = await eventWith(3);
    await resend(id, { registrantIds: ids });
    const again = await resend(id, { registrantIds: ids });
    expect(again.json).toEqual({ queued: 0, skipped: [{ reason: 'recently_sent', count: 3 }] });
    app.clock.advance(61_000);
    expect((await resend(id, { registrantIds: ids })).json.queued).toBe(3);
    expect(await linksTo(id)).toHaveLength(6);
  });

  it('many times at once sends each one link', async () => {
    const { id, ids } = await eventWith(50);
    await bounce(ids);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, i) =>
        resend(id, i % 2 ? { registrantIds: ids } : { emailStatus: ['bounced'] }),
      ),
    );
    expect(answers.map(({ json }) => json.queued).sort((a, b) => b - a)).toEqual([50, 0, 0, 0, 0, 0]);
    expect(await linksTo(id)).toHaveLength(50);
  });

  it('with an Idempotency-Key happens once', async () => {
    const { id, ids } = await eventWith(2);
    const key = { 'idempotency-key': 'bulk' };
    const first = await resend(id, { registrantIds: ids }, key);
    app.clock.advance(3_600_000);
    const again = await resend(id, { registrantIds: ids }, key);
    expect([again.status, again.json]).toEqual([202, first.json]);
    expect(await linksTo(id)).toHaveLength(2);
    expect((await resend(id, { emailStatus: ['bounced'] }, key)).status).toBe(422);
  });

  it('takes 10,000 ids at once', async () => {
    const { id, ids } = await eventWith(10_000);
    expect((await resend(id, { registrantIds: ids, dryRun: true })).json).toEqual({
      queued: 10_000,
      skipped: [],
    });
    expect((await resend(id, { registrantIds: [...ids, randomUUID()] })).status).toBe(422);
    const { status, json } = await resend(id, ' '.repeat(513 * 1024));
    expect([status, json.detail]).toEqual([413, 'The body is larger than 512 KiB.']);
  });

  it('is refused for an event that is over, cancelled or unknown, in the words of a single one', async () => {
    const past = await app.event({ startsAt: '2020-01-01T10:00:00Z', endsAt: '2020-01-01T11:00:00Z' });
    const body = { emailStatus: ['bounced'] };
    const over = await resend(past.id, body);
    expect([over.status, over.json.detail]).toEqual([409, 'The event has ended, so no links are sent.']);
    const { id } = await eventWith(1);
    await app.api('POST', `/events/${id}/cancel`);
    const cancelled = await resend(id, { ...body, dryRun: true });
    expect([cancelled.status, cancelled.json.detail]).toEqual([
      409,
      'The event is cancelled, so no links are sent.',
    ]);
    expect((await resend(randomUUID(), body)).status).toBe(404);
  });

  it.each([
    ['nothing', {}],
    ['both', { registrantIds: [randomUUID()], emailStatus: ['bounced'] }],
    ['an empty list', { registrantIds: [] }],
    ['no status', { emailStatus: [] }],
    ['an unknown status', { emailStatus: ['lost'] }],
    ['an id that is none', { registrantIds: ['1'] }],
    ['something else', { all: true }],
    ['something else beside it', { emailStatus: ['bounced'], all: true }],
    ['a dry run that is neither true nor false', { emailStatus: ['bounced'], dryRun: 'yes' }],
  ])('that names %s is refused', async (_, body) => {
    const { id } = await app.event();
    expect((await resend(id, body)).status).toBe(422);
  });
});
