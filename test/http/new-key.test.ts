import { randomUUID } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { sendSelfServeLink } from '../../src/actions/access-link.ts';
import { findEvent } from '../../src/db/event.ts';
import { transaction } from '../../src/db/pool.ts';
import { addressHash } from '../../src/domain/address.ts';
import type { Event } from '../../src/domain/event.ts';
import { openApp } from '../support/app.ts';
import { openInbox } from '../support/inbox.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

const app = await openApp({ TRUST_PROXY: '1' });
const inbox = await openInbox();
afterAll(() => inbox.close());
await openWorker(app, inbox.smtpUrl);
const member = await signIn(app);
let visitors = 0;
const visitor = () => ({ 'x-forwarded-for': `203.0.113.${++visitors}` });

async function registered(changes: Record<string, unknown> = {}, person: Record<string, unknown> = {}) {
  const event = await app.event(changes);
  const email = `ada.${randomUUID()}@example.com`;
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    ...{ email, sendConfirmation: false },
    ...person,
  });
  // What follows happens later, as it would.
  app.clock.advance(1_000);
  return { event, email, id: json.id, path: `/events/${event.id}/registrants/${json.id}`, first: json };
}
type Registered = Awaited<ReturnType<typeof registered>>;

const rotate = ({ path }: Registered, body?: unknown) => app.api('POST', `${path}/rotate-key`, body);
const resend = async ({ path }: Registered): Promise<string> =>
  (await app.api('POST', `${path}/resend`)).json.messageId;

/** The kinds of the registrant's messages, oldest first, once there are so many and each went out. */
async function sentKinds({ path }: Registered, count: number): Promise<string[]> {
  return waitFor(async () => {
    const { messages } = (await app.api('GET', path)).json;
    expect(messages.map(({ status }: { status: string }) => status)).toEqual(Array(count).fill('sent'));
    return messages.map(({ kind }: { kind: string }) => kind).reverse();
  });
}

const radio = (text: string, value: string) =>
  (text.match(/<input[^>]*name="notify"[^>]*>/g) ?? []).find((tag) => tag.includes(`value="${value}"`)) ?? '';

async function latestMail({ email }: Registered, kind: string) {
  return waitFor(async () => {
    const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email} tag:${kind}` });
    expect(messages.length).toBeGreaterThan(0);
    return inbox.mailpit.getMessageSummary(messages[0]?.ID ?? '');
  });
}

/** What a worker does when somebody asks for the link. */
const send = async ({ event, email }: Registered, dedupeKey: string) =>
  transaction(app.pool, async (db) => {
    const found = (await findEvent(db, { id: event.id })) as Event;
    const request = { addressHash: addressHash(email), dedupeKey };
    await sendSelfServeLink({ db, boss: app.boss, now: app.clock.now }, found, request);
  });

/** Ten wrong guesses: a short key opens nothing for an hour. */
async function shutOut({ event, email }: Registered): Promise<void> {
  for (let i = 0; i < 10; i++) {
    const link = `/e/${event.slug}/live?email=${encodeURIComponent(email)}&key=${9000 + i}`;
    expect((await app.request(link, { headers: visitor() })).status).toBe(403);
  }
}

describe('resetting one link', () => {
  it('with notify mails the new one, and says that the earlier one is worthless', async () => {
    const person = await registered();
    const { status, json } = await rotate(person, { notify: true });
    expect(status).toBe(200);
    const { Subject, Text } = await latestMail(person, 'new_key');
    expect(Subject).toBe('Your new link to Designing calm software');
    expect(Text).toContain('Your earlier link no longer works');
    expect(Text).toContain(json.accessLink);
    expect(Text).not.toContain(person.first.accessKey);
    expect(Text).toMatch(/calendar\.ics/);
    expect(await sentKinds(person, 1)).toEqual(['new_key']);
    const { items } = (await app.api('GET', `/audit?eventId=${person.event.id}&action=key_rotated`)).json;
    expect(items).toMatchObject([{ registrantId: person.id, detail: { mails: '1' } }]);
    expect((await member.get('/team/audit')).text).toContain('and sent them the new one');
  });

  it('without notify mails nothing', async () => {
    const person = await registered();
    for (const body of [undefined, {}, { notify: false }])
      expect((await rotate(person, body)).status).toBe(200);
    expect((await app.api('GET', person.path)).json.messages).toEqual([]);
    expect((await rotate(person, { notify: 'yes' })).status).toBe(422);
  });

  it('with notify is refused once the event is over or cancelled, and changes nothing', async () => {
    const past = await registered({ startsAt: '2020-01-01T10:00:00Z', endsAt: '2020-01-01T11:00:00Z' });
    const cancelled = await registered();
    await app.api('POST', `/events/${cancelled.event.id}/cancel`);
    for (const person of [past, cancelled]) {
      expect((await rotate(person, { notify: true })).status).toBe(409);
      expect((await app.api('GET', person.path)).json.accessKey).toBe(person.first.accessKey);
    }
  });

  it('on the team’s page asks whether to mail it', async () => {
    const person = await registered();
    const page = `/team/events/${person.event.id}/people/${person.id}/rotate-key`;
    const asked = radio((await member.get(page)).text, 'yes');
    expect([asked.includes('checked'), asked.includes('disabled')]).toEqual([true, false]);
    const { headers } = await member.submit(page, { notify: 'yes' });
    expect(headers.get('location')).toContain('notice=key_rotated_told');
    expect(await sentKinds(person, 1)).toEqual(['new_key']);
    await app.api('POST', `/events/${person.event.id}/cancel`);
    const { text } = await member.get(page);
    expect([text.includes('name="notify"'), text.includes('no links are sent')]).toEqual([false, true]);
  });

  it('on the team’s page offers no mail to who gets none, and says why', async () => {
    const person = await registered();
    await app.pool.query(
      `insert into {schema}.suppression (address_hash, address, scope, reason, created_at)
       values ({schema}.address_hash($1), $1, 'all', 'bounced', now())`,
      [person.email],
    );
    const page = `/team/events/${person.event.id}/people/${person.id}/rotate-key`;
    const { text } = await member.get(page);
    expect(radio(text, 'yes')).toContain('disabled');
    expect(radio(text, 'no')).toContain('checked');
    expect(text).toContain('the address bounced');
  });
});

describe('the first link after a reset without a mail', () => {
  it('says that it is new when the team sends it; the next one does not', async () => {
    const person = await registered();
    const before = await resend(person);
    await sentKinds(person, 1);
    app.clock.advance(1_000);
    const { json } = await rotate(person);
    // Within the minute of the mail whose link is worthless now.
    const after = await resend(person);
    expect(after).not.toBe(before);
    expect((await latestMail(person, 'new_key')).Text).toContain(json.accessLink);
    await sentKinds(person, 2);
    app.clock.advance(30_000);
    expect(await resend(person)).toBe(after);
    app.clock.advance(31_000);
    expect(await resend(person)).not.toBe(after);
    expect(await sentKinds(person, 3)).toEqual(['access_link', 'new_key', 'access_link']);
  });

  it('says so too when the registrant asks for it', async () => {
    const person = await registered();
    await rotate(person);
    await app.form(`/e/${person.event.slug}/access-link`, { email: person.email }, visitor());
    expect(await sentKinds(person, 1)).toEqual(['new_key']);
    await send(person, 'asked again');
    expect(await sentKinds(person, 2)).toEqual(['new_key', 'self_serve_link']);
  });

  it('goes to all whom the team sends it to, and to nobody again who was just mailed a new one', async () => {
    const person = await registered();
    const { id } = person.event;
    const toAll = async () =>
      (await app.api('POST', `/events/${id}/resend`, { registrantIds: [person.id] })).json;
    expect((await toAll()).queued).toBe(1);
    // With the mail in hand while the key changes, the worker would look again later, by a clock that is ahead here.
    await sentKinds(person, 1);
    app.clock.advance(1_000);
    await app.api('POST', `/events/${id}/rotate-keys`, {});
    expect((await toAll()).queued).toBe(1);
    await sentKinds(person, 2);
    app.clock.advance(1_000);
    await app.api('POST', `/events/${id}/rotate-keys`, { notify: true });
    expect(await toAll()).toEqual({ queued: 0, skipped: [{ reason: 'recently_sent', count: 1 }] });
    expect(await sentKinds(person, 3)).toEqual(['access_link', 'access_link', 'new_key']);
  });
});

describe('a short key that guesses have shut out', () => {
  it('is replaced, and told so, for who asks for the link', async () => {
    const person = await registered({ keyStyle: 'digits' }, { accessKey: '4711' });
    await shutOut(person);
    await app.form(`/e/${person.event.slug}/access-link`, { email: person.email }, visitor());
    const { Text } = await latestMail(person, 'new_key');
    expect(Text).toContain('Your earlier link no longer works');
    expect(Text).toMatch(/key=[0-9a-f]{22}\b/);
  });

  it('is replaced for who registers once more', async () => {
    const person = await registered({ keyStyle: 'digits' }, { accessKey: '4711' });
    await shutOut(person);
    await app.form(`/e/${person.event.slug}/register`, { email: person.email }, visitor());
    expect((await latestMail(person, 'new_key')).Text).toMatch(/key=[0-9a-f]{22}\b/);
  });

  it('makes one mail of one request, however often its job runs and whichever version ran it first', async () => {
    const person = await registered({ keyStyle: 'digits' }, { accessKey: '4711' });
    await shutOut(person);
    await send(person, 'once');
    app.clock.advance(1_000);
    await send(person, 'once');
    expect(await sentKinds(person, 1)).toEqual(['new_key']);

    const before = await registered();
    await send(before, 'of the version before');
    await sentKinds(before, 1);
    app.clock.advance(1_000);
    await rotate(before);
    await send(before, 'of the version before');
    expect(await sentKinds(before, 1)).toEqual(['self_serve_link']);
  });
});

it('a mail about a reset that waits since before the kind was there still goes out', async () => {
  const person = await registered();
  const { rows } = await app.pool.query<{ id: string }>(
    `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, due_at, expires_at, created_at)
     select event_id, id, 'access_link', 'keys rotated ' || id, 'bulk', $2, $3, $2 from {schema}.registrant where id = $1
     returning id`,
    [person.id, app.clock.now, new Date(app.clock.now.getTime() + 3_600_000)],
  );
  await app.boss.send('deliver-bulk', { messageIds: [rows[0]?.id] });
  expect(await sentKinds(person, 1)).toEqual(['access_link']);
  expect((await latestMail(person, 'access_link')).Text).toContain(person.first.accessLink);
});
