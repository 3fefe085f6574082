import { afterAll, describe, expect, it } from 'vitest';
import { addressHash } from '../../src/domain/address.ts';
import { createApp } from '../../src/http/app.tsx';
import { createLimits } from '../../src/http/limits.ts';
import { createLogger } from '../../src/log.ts';
import { createOperations } from '../../src/operations/operations.ts';
import { cleaner } from '../../worker/maintenance/cleaner.ts';
import { openApp } from '../support/app.ts';
import { openInbox } from '../support/inbox.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';
import { openDelivery, openWorker } from '../support/worker.ts';

const app = await openApp({ TRUST_PROXY: '1' });
const inbox = await openInbox();
afterAll(() => inbox.close());
await openWorker(app, inbox.smtpUrl);
const { pool, clock } = app;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
let visitors = 0;
let people = 0;

/** Limits count by client: each visitor comes from an address of their own unless a test says otherwise. */
function visitor(): Record<string, string> {
  visitors++;
  return { 'x-forwarded-for': `198.51.${visitors >> 8}.${visitors & 255}` };
}

async function registered(keyStyle: 'hex' | 'digits', accessKey?: string) {
  const event = await app.event({
    keyStyle,
    startsAt: new Date(clock.now.getTime() + 40 * DAY).toISOString(),
    endsAt: new Date(clock.now.getTime() + 41 * DAY).toISOString(),
  });
  const email = `ada.${++people}@example.com`;
  const body = { email, sendConfirmation: false, ...(accessKey && { accessKey }) };
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, body);
  const { pathname, search } = new URL(json.accessLink);
  return { event, registrant: json, email, link: pathname + search };
}
type Registered = Awaited<ReturnType<typeof registered>>;

const visit = (link: string, headers = visitor()) => app.request(link, { headers });
const withKey = (link: string, key: string) => link.replace(/key=[^&]*/, `key=${key}`);
const withEmail = ({ link, email }: Registered, other: string) =>
  link.replace(encodeURIComponent(email), encodeURIComponent(other));
const wrong = (i: number) => String(9000 + i);
async function guess(link: string, times: number, headers?: Record<string, string>): Promise<number[]> {
  const statuses: number[] = [];
  for (let i = 0; i < times; i++) statuses.push((await visit(withKey(link, wrong(i)), headers)).status);
  return statuses;
}
const current = async ({ event, registrant }: Registered) =>
  (await app.api('GET', `/events/${event.id}/registrants/${registrant.id}`)).json;
const auditOf = async (eventId: string): Promise<{ action: string; actor: string; registrantId: string }[]> =>
  (await app.api('GET', `/audit?eventId=${eventId}`)).json.items;

/** Forty wrong keys in two days, and nine more: one before the last. */
async function guessFortyNine(link: string): Promise<void> {
  for (let day = 0; day < 2; day++) {
    for (const _ of ['first hour', 'second hour']) {
      expect(await guess(link, 10)).toEqual(Array(10).fill(403));
      clock.advance(HOUR);
    }
    expect((await visit(withKey(link, wrong(0)))).status).toBe(429);
    clock.advance(DAY);
  }
  expect(await guess(link, 9)).toEqual(Array(9).fill(403));
}

describe('a key of 22 characters', () => {
  it('opens whatever was tried before, for its address and from its client', async () => {
    const { link } = await registered('hex');
    const gateway = visitor();
    const statuses = await guess(link, 70, gateway);
    expect(statuses.slice(0, 10)).toEqual(Array(10).fill(403));
    expect(statuses.slice(10)).toEqual(Array(60).fill(429));
    expect((await visit(link, gateway)).status).toBe(200);
    expect((await visit(link)).status).toBe(200);
    for (const page of ['/calendar.ics', '/live'])
      expect((await visit(link.replace('/live', page), gateway)).status).toBe(200);
  });

  it('opens while a thousand wrong ones come in at the same instant', async () => {
    const { link } = await registered('hex');
    const client = visitor();
    const answers = await Promise.all([
      ...Array.from({ length: 500 }, (_, i) => visit(withKey(link, wrong(i)), client)),
      visit(link, client),
      visit(link),
    ]);
    expect(answers.slice(-2).map(({ status }) => status)).toEqual([200, 200]);
  });
});

describe('a whole company behind one address', () => {
  it('goes on through its right links, short ones too, after sixty wrong ones', async () => {
    const [short, long] = [await registered('digits'), await registered('hex')];
    const gateway = visitor();
    const statuses: number[] = [];
    for (let i = 0; i < 62; i++)
      statuses.push((await visit(withEmail(long, `p${i}@example.com`), gateway)).status);
    expect(statuses).toEqual([...Array(60).fill(403), 429, 429]);
    const refused = await visit(withEmail(long, 'p@example.com'), gateway);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_500);
    expect([(await visit(short.link, gateway)).status, (await visit(long.link, gateway)).status]).toEqual([
      200, 200,
    ]);
  });

  it('is not counted for right keys', async () => {
    const { link } = await registered('hex');
    const gateway = visitor();
    for (let i = 0; i < 70; i++) expect((await visit(link, gateway)).status).toBe(200);
    expect((await visit(withKey(link, wrong(0)), gateway)).status).toBe(403);
  });

  it('past its limit still spends the guesses of the address that it tries', async () => {
    const digits = await registered('digits', '4711');
    const client = visitor();
    for (let i = 0; i < 60; i++) await visit(withEmail(digits, `q${i}@example.com`), client);
    await guess(digits.link, 10, client);
    expect((await visit(digits.link)).status).toBe(429);
    // Of addresses that nobody has, no further row is kept.
    const rows = async () =>
      (await pool.query('select from {schema}.wrong_key where event_id = $1', [digits.event.id])).rowCount;
    const before = await rows();
    for (let i = 0; i < 5; i++) await visit(withEmail(digits, `r${i}@example.com`), client);
    expect(await rows()).toBe((before ?? 0) + 1);
  });
});

describe('a key of four digits', () => {
  it('takes ten wrong guesses an hour: then the right one is refused too, and a new link is offered', async () => {
    const { link, event } = await registered('digits', '4711');
    expect(await guess(link, 10)).toEqual(Array(10).fill(403));
    const right = await visit(link);
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(3_500);
    expect(right.text).not.toContain('4711');
    expect(right.text).toContain('Send me my new link');
    expect(right.text).toContain(`action="/e/${event.slug}/access-link"`);
    clock.advance(HOUR);
    expect((await visit(link)).status).toBe(200);
  });

  it('takes ten from several servers together', async () => {
    const { link } = await registered('digits', '4711');
    const other = createApp({
      ...{ config: app.config, pool, boss: app.boss, log: createLogger(app.config) },
      ...{ limits: createLimits(pool), now: () => clock.now },
      operations: createOperations({ pool, log: createLogger(app.config), now: () => clock.now }),
      intake: app.intake,
    });
    const statuses: number[] = [];
    for (let i = 0; i < 6; i++) {
      const guessed = withKey(link, wrong(i));
      statuses.push(
        (await visit(guessed)).status,
        (await other.request(guessed, { headers: visitor() })).status,
      );
    }
    expect(statuses).toEqual([...Array(10).fill(403), 429, 429]);
  });

  it('takes twenty a day', async () => {
    const { link } = await registered('digits', '4711');
    await guess(link, 10);
    clock.advance(HOUR);
    await guess(link, 10);
    clock.advance(HOUR);
    const right = await visit(link);
    expect(right.status).toBe(429);
    expect(Number(right.headers.get('retry-after'))).toBeGreaterThan(21 * 3600);
    clock.advance(22 * HOUR);
    expect((await visit(link)).status).toBe(200);
  });

  it('takes no more by a thousand at the same instant', async () => {
    const { link } = await registered('digits', '0500');
    const answers = await Promise.all(
      Array.from({ length: 1000 }, (_, i) => visit(withKey(link, String(i).padStart(4, '0')))),
    );
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(10);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(990);
  });

  it('is replaced by a long one after fifty in all, and the old link offers to mail the new one', async () => {
    const person = await registered('digits', '4711');
    const { link, event, email, registrant } = person;
    await guessFortyNine(link);
    expect((await visit(link)).status).toBe(200);
    expect((await visit(withKey(link, wrong(10)))).status).toBe(403);
    // At once, before any worker looked.
    expect((await visit(link)).status).not.toBe(200);
    const { accessKey, accessLink } = await waitFor(async () => {
      const now = await current(person);
      expect(now.accessKey).toMatch(/^[0-9a-f]{22}$/);
      return now;
    });
    expect(accessKey).not.toBe('4711');
    clock.advance(DAY);
    const old = await visit(link);
    expect([old.status, old.text.includes('Send me my new link')]).toEqual([403, true]);
    const { pathname, search } = new URL(accessLink);
    expect((await visit(pathname + search)).status).toBe(200);
    expect(await auditOf(event.id)).toContainEqual(
      expect.objectContaining({
        action: 'guessed_key_replaced',
        actor: 'visitor',
        registrantId: registrant.id,
      }),
    );

    // Mailed at once as a new one, and again to whoever asks.
    const mailed = (kind: string) =>
      waitFor(async () => {
        const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email} tag:${kind}` });
        expect(messages).toHaveLength(1);
        const { json } = await app.api('GET', `/messages?registrantId=${registrant.id}&kind=${kind}`);
        expect(json.items).toMatchObject([{ status: 'sent' }]);
        return (await inbox.mailpit.getMessageSummary(messages[0]?.ID ?? '')).Text;
      });
    const first = await mailed('new_key');
    expect(first).toContain('Your earlier link no longer works');
    const asked = await app.form(`/e/${event.slug}/access-link`, { email }, visitor());
    expect(asked.status).toBe(200);
    for (const mail of [first, await mailed('self_serve_link')]) expect(mail).toContain(`key=${accessKey}`);
  });

  it('looks the same to who guesses for an address that nobody registered', async () => {
    const known = await registered('digits', '4711');
    const unknown = withEmail(known, 'nobody@example.com');
    const pages: string[][] = [[], []];
    for (const [i, link] of [known.link, unknown].entries()) {
      const began = clock.now;
      await guessFortyNine(link);
      for (const wait of [0, 0, HOUR, DAY]) {
        clock.advance(wait);
        const { status, text } = await visit(withKey(link, '9999'));
        pages[i]?.push(`${status} ${text.replaceAll('nobody@example.com', known.email)}`);
      }
      clock.now = began;
    }
    expect(pages[1]).toEqual(pages[0]);
  });

  it('that was shut out comes back as a long one in the mail that its owner asks for', async () => {
    const person = await registered('digits', '4711');
    await guess(person.link, 10);
    expect((await visit(person.link)).status).toBe(429);
    await app.form(`/e/${person.event.slug}/access-link`, { email: person.email }, visitor());
    const { accessLink } = await waitFor(async () => {
      const now = await current(person);
      expect(now.accessKey).toMatch(/^[0-9a-f]{22}$/);
      return now;
    });
    const { pathname, search } = new URL(accessLink);
    expect((await visit(pathname + search)).status).toBe(200);
  });

  it('stays what it is when nobody guessed and its owner asks for the link', async () => {
    const person = await registered('digits', '4711');
    await app.form(`/e/${person.event.slug}/access-link`, { email: person.email }, visitor());
    await waitFor(async () => {
      const { messages } = await inbox.mailpit.searchMessages({ query: `to:${person.email}` });
      expect(messages).toHaveLength(1);
    });
    expect((await current(person)).accessKey).toBe('4711');
  });

  it.each([
    [
      'its own reset',
      (p: Registered) => app.api('POST', `/events/${p.event.id}/registrants/${p.registrant.id}/rotate-key`),
    ],
    ['a reset of all', (p: Registered) => app.api('POST', `/events/${p.event.id}/rotate-keys`, {})],
  ])('is counted anew after %s', async (_, reset) => {
    const person = await registered('digits', '4711');
    await guess(person.link, 10);
    expect((await visit(person.link)).status).toBe(429);
    expect((await reset(person)).status).toBe(200);
    const { accessKey, accessLink } = await current(person);
    expect(accessKey).toMatch(/^\d{4}$/);
    const { pathname, search } = new URL(accessLink);
    expect((await visit(pathname + search)).status).toBe(200);
    expect(await guess(person.link, 10)).toEqual(Array(10).fill(403));
  });

  it('opens for who registers, is imported or gets an address that was guessed at before', async () => {
    const first = await registered('digits', '4711');
    const { id } = first.event;
    const [posted, imported, moved] = ['posted', 'imported', 'moved'].map((name) => `${name}@example.com`);
    for (const email of [posted, imported, moved]) {
      expect(await guess(withEmail(first, email ?? ''), 11)).toEqual([...Array(10).fill(403), 429]);
    }
    await app.api('POST', `/events/${id}/registrants`, { email: posted, accessKey: '4711' });
    await app.request(`/api/v1/events/${id}/registrants/import`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer test_key_that_is_long_enough_for_anybody',
        'content-type': 'text/csv',
      },
      body: `email,access_key\n${imported},4711\n`,
    });
    await app.api('PATCH', `/events/${id}/registrants/${first.registrant.id}`, { email: moved });
    for (const email of [posted, imported, moved])
      expect([email, (await visit(withEmail(first, email ?? ''))).status]).toEqual([email, 200]);
  });

  it('leaves nothing of its address behind when its registrant is erased', async () => {
    const person = await registered('digits', '4711');
    await guess(person.link, 3);
    const kept = () =>
      pool.query('select from {schema}.wrong_key where address_hash = $1', [addressHash(person.email)]);
    expect((await kept()).rowCount).toBe(1);
    await app.api('DELETE', `/events/${person.event.id}/registrants/${person.registrant.id}`);
    expect((await kept()).rowCount).toBe(0);
  });
});

describe('an event whose short keys are guessed', () => {
  it('refuses clients that guess, lets everybody else in, and tells the team once', async () => {
    const member = await signIn(app);
    const [person, other] = [await registered('digits', '4711'), await registered('digits', '4711')];
    const attacker = visitor();
    for (let i = 0; i < 101; i++)
      await visit(
        withKey(withEmail(person, `victim${i}@example.com`), wrong(i)),
        i < 50 ? attacker : visitor(),
      );
    const refused = await visit(person.link, attacker);
    expect([refused.status, refused.text.includes('Send me my new link')]).toEqual([429, true]);
    expect((await visit(person.link)).status).toBe(200);
    expect((await visit(other.link, attacker)).status).toBe(200);

    const entries = (await auditOf(person.event.id)).filter(({ action }) => action === 'keys_guessed');
    expect(entries).toHaveLength(1);
    const page = await member.get('/team/events');
    expect(page.text).toContain('100 wrong short keys within an hour');
    expect(page.text).toContain(`href="/team/events/${person.event.id}/settings"`);
    expect((await member.get('/team/audit')).text).toContain('Visitors');
    clock.advance(HOUR);
    expect((await visit(person.link, attacker)).status).toBe(200);
    clock.advance(DAY);
    expect((await member.get('/team/events')).text).not.toContain('100 wrong short keys');
  });

  it('raises no alarm where mail programs cut long keys short', async () => {
    const { link, event } = await registered('hex');
    const { accessKey } = (await app.api('GET', `/events/${event.id}/registrants`)).json.items[0];
    for (let i = 0; i < 101; i++) await visit(withKey(link, `${accessKey.slice(0, 9)}x`));
    expect((await auditOf(event.id)).map(({ action }) => action)).not.toContain('keys_guessed');
    expect((await visit(link)).status).toBe(200);
  });

  it('says in its settings how far guessing gets', async () => {
    const { event } = await registered('digits');
    const member = await signIn(app);
    for (const path of [`/team/events/${event.id}/settings`, '/team/events/new']) {
      const { text } = await member.get(path);
      expect(text).toContain('10 keys an hour, 20 a day and 50 in all');
      expect(text).toContain('1 address in 200');
    }
  });
});

it('forgets in time what was tried for addresses that nobody has', async () => {
  const person = await registered('digits', '4711');
  await guess(person.link, 1);
  await guess(withEmail(person, 'nobody@example.com'), 1);
  clock.advance(31 * DAY);
  await cleaner.run(openDelivery(app, inbox.smtpUrl), new AbortController().signal);
  const { rows } = await pool.query<{ hash: string }>(
    'select address_hash as hash from {schema}.wrong_key where event_id = $1',
    [person.event.id],
  );
  expect(rows.map(({ hash }) => hash)).toEqual([addressHash(person.email)]);
});
