import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { sendTimedMail } from '../../src/actions/timed-mail.ts';
import { findEvent } from '../../src/db/event.ts';
import { transaction } from '../../src/db/pool.ts';
import { readReport } from '../../src/db/report.ts';
import { listEventsToDigest } from '../../src/db/send.ts';
import { SETTLED_AFTER_MS } from '../../src/domain/digest.ts';
import { OPS, openAlerts } from '../support/alerts.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const PERSON = 'zerlina';

const { app, receiver, worker, look, mails, chatted, read, reset } = await openAlerts();
const { pool, clock, boss } = app;
beforeEach(reset);

const at = (ms: number) => new Date(clock.now.getTime() + ms).toISOString();

async function register(eventId: string, count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const { json } = await app.api('POST', `/events/${eventId}/registrants`, {
      ...{ email: `${PERSON}.${randomUUID()}@example.com`, sendConfirmation: false },
    });
    ids.push(json.id);
  }
  return ids;
}

const announce = (eventId: string, more: Record<string, unknown> = {}) =>
  app.api('POST', `/events/${eventId}/announcements`, { subject: 'News', text: 'Some news.', ...more });

/** The next queued mails of the event become these, in any order. */
async function become(
  eventId: string,
  statuses: readonly (readonly [status: string, error?: string])[],
): Promise<void> {
  for (const [status, error = null] of statuses)
    await pool.query(
      `update {schema}.message set status = $2, error = $3, accepted_at = case when $2 in ('sent', 'delivered', 'opened') then now() end
       where id = (select id from {schema}.message where event_id = $1 and status = 'queued' limit 1)`,
      [eventId, status, error],
    );
}

const times = <T>(count: number, one: T): T[] => Array.from({ length: count }, () => one);
/** The figures of a mail, by the labels of its rows. */
const figures = (text: string) =>
  Object.fromEntries(
    text.split(/\r?\n/).flatMap((line) => (/^[A-Z][a-z ]+: /.test(line) ? [line.split(': ')] : [])),
  );

describe('the digest of a mail to many', () => {
  it('has the figures of the ledger, the commonest reasons, and nobody’s address', async () => {
    const event = await app.event({ title: 'Calm' });
    await register(event.id, 24);
    await announce(event.id);
    await become(event.id, [
      ...times<[string]>(8, ['sent']),
      ...times<[string]>(3, ['delivered']),
      ...times<[string]>(2, ['opened']),
      ...times<[string, string]>(3, ['bounced', `550 5.1.1 <${PERSON}.1@example.com>: no such user`]),
      ...times<[string, string]>(2, ['bounced', '550 5.1.1 The account is unknown']),
      ['bounced', '550 5.1.2 unknown domain'],
      ...times<[string, string]>(2, ['failed', '554 5.6.0 malformed message']),
      ['dropped'],
    ]);
    // Two are still to be sent.
    clock.advance(SETTLED_AFTER_MS - 1);
    await look();
    expect((await mails()).filter(({ kind }) => kind === 'digest')).toEqual([]);
    clock.advance(MINUTE);
    await look(4);
    await look();
    const digests = (await read()).filter(({ title }) => title === 'Calm');
    expect(digests).toHaveLength(OPS.length);
    for (const { text, source } of digests) {
      expect(figures(text)).toMatchObject({
        ...{
          Mail: 'Announcement',
          Mails: '24',
          Sent: '13',
          Delivered: '5',
          Bounced: '6',
          Failed: '2',
          Waiting: '2',
        },
        ...{ 'Not sent': '1' },
        Reasons:
          'the address does not exist (5), the server did not understand us (2), the domain does not exist (1)',
      });
      for (const page of ['mails', 'people?emailStatus=bounced', 'people?emailStatus=failed'])
        expect(text.split(/\r?\n/)).toContain(`${app.config.publicUrl}/team/events/${event.id}/${page}`);
      expect(source).not.toContain(PERSON);
    }
    const line =
      'Announcement of “Calm”: 24 mails, of them 13 sent, 5 delivered, 6 bounced, 2 failed, 2 waiting, 1 not sent.';
    expect((await chatted()).filter((text) => text.startsWith('Announcement of'))).toEqual([
      `${line} ${app.config.publicUrl}/team/events/${event.id}/mails`,
    ]);
    for (const { text } of receiver.received) expect(text).not.toContain(PERSON);
  });

  it('comes as soon as something final is known of each mail, and once', async () => {
    const event = await app.event();
    await register(event.id, 3);
    await announce(event.id);
    await become(event.id, times<[string]>(3, ['delivered']));
    await look(4);
    expect(await mails()).toHaveLength(OPS.length);
    clock.advance(2 * HOUR);
    await look();
    expect(await mails()).toHaveLength(OPS.length);
    expect((await read())[0]?.text).toMatch(/Reasons: none/);
  });

  it('comes after a worker that died as it made it', async () => {
    const event = await app.event();
    await register(event.id, 1);
    await announce(event.id);
    await become(event.id, [['delivered']]);
    await pool.query(
      `create function {schema}.dies() returns trigger language plpgsql as $$ begin raise 'it died'; end $$;
       create trigger dies before insert on {schema}.team_message for each row execute function {schema}.dies()`,
    );
    await expect(look()).rejects.toThrow('it died');
    await pool.query('drop trigger dies on {schema}.team_message; drop function {schema}.dies()');
    await look(2);
    expect(await mails()).toHaveLength(OPS.length);
  });

  it('comes of a reminder, and of its second round none more', async () => {
    const event = await app.event({ reminderMinutes: [60], startsAt: at(2 * HOUR), endsAt: at(3 * HOUR) });
    await register(event.id, 2);
    clock.advance(HOUR);
    const run = {
      eventId: event.id,
      kind: 'reminder',
      minutes: 60,
      anchorAt: new Date(event.startsAt),
    } as const;
    await transaction(pool, (db) => sendTimedMail({ db, boss, now: clock.now }, run));
    await become(event.id, times<[string]>(2, ['delivered']));
    await look();
    clock.advance(MINUTE);
    await transaction(pool, (db) => sendTimedMail({ db, boss, now: clock.now }, run, { again: true }));
    await look();
    expect((await mails()).map(({ subject }) => subject)).toEqual(
      OPS.map(() => 'Designing calm software: the figures of a send (Reminder)'),
    );
  });

  it('does not come of what reached nobody, of one mail that was asked for, and of imports', async () => {
    const event = await app.event();
    await announce(event.id);
    const [id] = await register(event.id, 1);
    await app.api('POST', `/events/${event.id}/registrants/${id}/resend`);
    await app.request(`/api/v1/events/${event.id}/registrants/import?sendConfirmation=true`, {
      method: 'POST',
      headers: {
        authorization: `Bearer test_key_that_is_long_enough_for_anybody`,
        'content-type': 'text/csv',
      },
      body: `email\n${randomUUID()}@example.com\n`,
    });
    await announce(event.id, { sendAt: at(30 * MINUTE) });
    const { json } = await app.api('GET', `/events/${event.id}/announcements`);
    const scheduled = json.items.find(({ sendAt }: { sendAt: string | null }) => sendAt);
    await app.api('POST', `/events/${event.id}/announcements/${scheduled.id}/cancel`);
    await become(event.id, times<[string]>(5, ['delivered']));
    clock.advance(2 * SETTLED_AFTER_MS);
    await look();
    expect(await mails()).toEqual([]);
  });

  it('waits while slices of it are still to be taken', async () => {
    const event = await app.event();
    await register(event.id, 1);
    await announce(event.id);
    await become(event.id, [['delivered']]);
    const { rows } = await pool.query('select dedupe_key as key from {schema}.send where event_id = $1', [
      event.id,
    ]);
    await boss.send('fan-out', { dedupeKey: rows[0].key }, { startAfter: 3_600 });
    await look();
    expect(await mails()).toEqual([]);
    await pool.query(`delete from {jobs}.job where name = 'fan-out'`);
    clock.advance(MINUTE);
    await look();
    expect(await mails()).toHaveLength(OPS.length);
  });

  it('says that the mail server does not report what was delivered, and no number', async () => {
    const event = await app.event();
    await register(event.id, 1);
    await announce(event.id);
    await become(event.id, [['sent']]);
    clock.advance(SETTLED_AFTER_MS);
    await look();
    expect(worker.provider.capabilities.reportsDelivery).toBe(false);
    expect(figures((await read())[0]?.text ?? '')).toMatchObject({ Sent: '1', Delivered: 'not reported' });
    expect((await chatted())[0]).toContain('1 mail, of them 1 sent, 0 bounced');
  });
});

describe('the digest of the morning after', () => {
  async function over(more: Record<string, unknown>) {
    const event = await app.event({ title: 'Calm', timeZone: 'Europe/Paris', graceMinutes: 0, ...more });
    await register(event.id, 6);
    await announce(event.id);
    return event;
  }

  it('has the figures of the report, and comes once', async () => {
    const event = await over({});
    await become(event.id, times<[string]>(6, ['delivered']));
    await pool.query(
      `update {schema}.registrant set email_status = 'delivered', reached_rank = 30 where event_id = $1`,
      [event.id],
    );
    await pool.query(
      `update {schema}.registrant set joined_at = now() where id in (select id from {schema}.registrant where event_id = $1 limit 4)`,
      [event.id],
    );
    await pool.query(
      `update {schema}.registrant set email_status = 'bounced', reached_rank = 0
       where id in (select id from {schema}.registrant where event_id = $1 and joined_at is null limit 1)`,
      [event.id],
    );
    await look();
    clock.advance(2 * DAY);
    await look(4);
    await look();
    const ofEvent = (await read()).filter(({ subject }) => subject === 'Calm: the figures of the event');
    expect(ofEvent).toHaveLength(OPS.length);
    const known = await findEvent(pool, { id: event.id });
    if (!known) throw new Error('there is no event');
    const { funnel } = await readReport(pool, known);
    expect(funnel).toMatchObject({ registered: 6, delivered: 5, joined: 4 });
    for (const { text } of ofEvent) {
      expect(figures(text)).toMatchObject({
        Registered: '6',
        Delivered: '5',
        Joined: '4',
        'Missed it': '2',
        Bounced: '1',
      });
      expect(text.split(/\r?\n/)).toContain(`${app.config.publicUrl}/team/events/${event.id}`);
    }
    expect(await chatted()).toContain(
      `“Calm” is over: 6 registered, 5 delivered, 4 joined, 2 missed it, 1 bounced. ${app.config.publicUrl}/team/events/${event.id}`,
    );
  });

  it.each([
    // Before noon of a day, in the evening, after midnight, on the days on which the clocks change.
    ['Europe/Paris', '2027-01-15T17:00:00Z', '2027-01-16T08:00:00Z'],
    ['Europe/Paris', '2027-01-15T07:30:00Z', '2027-01-16T08:00:00Z'],
    ['Europe/Paris', '2027-01-15T23:30:00Z', '2027-01-16T08:00:00Z'],
    ['Europe/Paris', '2027-03-27T17:00:00Z', '2027-03-28T07:00:00Z'],
    ['Europe/Paris', '2027-10-30T17:00:00Z', '2027-10-31T08:00:00Z'],
    ['America/New_York', '2027-01-15T23:00:00Z', '2027-01-16T14:00:00Z'],
    ['Asia/Tokyo', '2027-01-15T12:00:00Z', '2027-01-16T00:00:00Z'],
  ])('is due at nine, in %s, of an event that ends at %s: at %s', async (timeZone, endsAt, dueAt) => {
    const startsAt = new Date(new Date(endsAt).getTime() - HOUR).toISOString();
    clock.now = new Date(startsAt);
    const event = await over({ timeZone, startsAt, endsAt });
    const due = async (ms: number) =>
      (await listEventsToDigest(pool, new Date(new Date(dueAt).getTime() + ms), 100)).map(({ id }) => id);
    expect(await due(-1)).not.toContain(event.id);
    expect(await due(0)).toContain(event.id);
    expect(await due(2 * DAY)).toContain(event.id);
    expect(await due(4 * DAY)).not.toContain(event.id);
  });

  it('does not come of an event that was cancelled, or that had no mail', async () => {
    const cancelled = await over({});
    await app.api('POST', `/events/${cancelled.id}/cancel`);
    await app.event();
    await pool.query(`update {schema}.message set status = 'not_sent' where status = 'queued'`);
    clock.advance(2 * DAY);
    await look();
    expect(await mails()).toEqual([]);
  });
});
