import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { takeRegistrations as take } from '../../src/actions/registration-request.ts';
import { transaction } from '../../src/db/pool.ts';
import { sealRegistration } from '../../src/domain/registration-session.ts';
import { copyFor } from '../../src/ui/copy/copy-for.ts';
import { lookUpDueDomains } from '../../worker/mail-domains/look-up.ts';
import { cleaner } from '../../worker/maintenance/cleaner.ts';
import { type Answer, openApp } from '../support/app.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { pageText } from '../support/page-text.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { verifiedDomain } from '../support/senders.ts';
import { openDelivery } from '../support/worker.ts';

const dns = await openDnsServer({ 'gmail.com': { mx: [[5, 'mx.gmail.com']] } });
const app = await openApp({
  DNS_SERVERS: dns.address,
  MAIL_FROM: 'Events <events@example.com>',
  TRUST_PROXY: '1',
});
const worker = openDelivery(app, 'smtp://127.0.0.1:9');
const copy = copyFor('en').registered;
const HOUR = 3_600_000;
const words = ({ text }: Answer) => pageText(text);

/** Each test is another client. */
let client = 0;
beforeEach(() => void client++);
/** An address that no other test has: one inbox gets ten mails a day. */
const at = (name: string, domain = 'gmail.com') => `${name}${client}@${domain}`;
const from = () => ({ 'x-forwarded-for': `203.0.113.${client}` });

interface Visitor {
  readonly cookie: string;
  readonly page: string;
}

/** Registers with the form, as a browser does; nobody has taken it yet. */
async function send(slug: string, fields: Record<string, string>): Promise<Visitor> {
  const answer = await app.form(`/e/${slug}/register`, fields, from());
  expect(answer.status).toBe(303);
  return { cookie: cookieOf(answer), page: answer.headers.get('location') ?? '' };
}
async function register(slug: string, fields: Record<string, string>): Promise<Visitor> {
  const visitor = await send(slug, fields);
  await takeRegistrations(app);
  return visitor;
}
const cookieOf = (answer: Answer) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const see = (path: string, cookie = '') => app.request(path, { headers: { cookie } });
async function change(slug: string, { cookie }: Visitor, fields: Record<string, string>): Promise<Answer> {
  const answer = await app.form(`/e/${slug}/registered`, fields, { cookie, ...from() });
  await takeRegistrations(app);
  return answer;
}
const requests = async () =>
  (
    await app.pool.query<{ id: string }>(
      'select id from {schema}.registration_request where taken_at is null',
    )
  ).rows.map(({ id }) => id);
const people = async (eventId: string, query = '') =>
  (await app.api('GET', `/events/${eventId}/registrants${query}`)).json.items;
const mailsTo = async (registrantId: string) =>
  (await app.api('GET', `/messages?registrantId=${registrantId}`)).json.items;
const opens = async (slug: string, email: string, key: string) =>
  (await app.request(`/e/${slug}/live?${new URLSearchParams({ email, key })}`)).status;

describe('the thank-you page', () => {
  it('names the email, the sender and three calendars to the browser that registered', async () => {
    const event = await app.event();
    const { cookie, page } = await register(event.slug, { email: at('Maria') });
    const answer = await see(page, cookie);
    expect(page).toBe(`/e/${event.slug}/registered`);
    expect(words(answer)).toContain(copy.sentTo(at('Maria')));
    expect(words(answer)).toContain(copy.spamFrom('Events <events@example.com>'));
    for (const start of [
      'https://calendar.google.com/',
      'https://outlook.live.com/',
      `/e/${event.slug}/registered.ics`,
    ])
      expect(answer.text).toContain(`href="${start}`);
    expect(answer.text).not.toMatch(/key=|\/live/);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer');
  });

  it('has a cookie that no script reads, no other site sends and no neighbour sets', async () => {
    const event = await app.event();
    const answer = await app.form(`/e/${event.slug}/register`, { email: at('ada') }, from());
    const cookie = answer.headers.get('set-cookie') ?? '';
    expect(cookie).toMatch(
      /^__Host-registered=[\w-]+; Max-Age=3600; Path=\/; HttpOnly; Secure; SameSite=Strict$/,
    );
    expect(cookie).not.toContain('ada');
  });

  it('is the neutral page to everybody else', async () => {
    const [event, other] = [await app.event(), await app.event()];
    const neutral = words(await see(`/e/${event.slug}/registered`));
    const { cookie } = await register(event.slug, { email: at('maria') });
    const foreign = (await register(other.slug, { email: at('maria') })).cookie;
    const [name = '', value = ''] = cookie.split('=');
    const forged = sealRegistration('a secret that is none of ours, however long', {
      ...{ eventId: event.id, requestId: randomUUID(), email: at('maria'), at: app.clock.now },
    });
    for (const given of [
      '',
      foreign,
      `${name}=${forged}`,
      `${name}=${value.slice(0, -1)}${value.endsWith('A') ? 'Q' : 'A'}`,
      `${name}=maria@gmail.com`,
    ])
      expect(words(await see(`/e/${event.slug}/registered`, given))).toBe(neutral);
    expect(neutral).toContain(copy.sent);
    expect(neutral).not.toContain('maria');
    for (const forgedQuery of [forged, value.slice(1)])
      expect(words(await see(`/e/${event.slug}/registered?session=${forgedQuery}`))).toBe(neutral);
  });

  it('is neutral again after an hour', async () => {
    const event = await app.event();
    const { cookie, page } = await register(event.slug, { email: at('maria') });
    app.clock.advance(HOUR);
    expect(words(await see(page, cookie))).toContain(copy.sent);
  });

  it('is the same for an address that was registered before', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, { email: at('known') });
    const seen = async (email: string) => {
      const { cookie, page } = await register(event.slug, { email });
      const { text, headers } = await see(page, cookie);
      const length = (cookie.split('=')[1] ?? '').length;
      return [
        text.replaceAll(email, 'EMAIL').replaceAll(encodeURIComponent(email), 'EMAIL'),
        length,
        headers.get('vary'),
      ];
    };
    expect(await seen(at('known'))).toEqual(await seen(at('fresh')));
  });

  it('carries the session in its address where a form asks for that, as a frame without cookies must', async () => {
    const event = await app.event();
    const answer = await app.form(
      `/e/${event.slug}/register`,
      { email: at('maria'), session: 'address' },
      from(),
    );
    const page = answer.headers.get('location') ?? '';
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(page).toMatch(/^\/e\/[\w-]+\/registered\?session=[\w-]+$/);
    expect(page).not.toContain('maria');
    await takeRegistrations(app);
    const seen = await see(page);
    expect(words(seen)).toContain(copy.sentTo(at('maria')));
    const session = new URL(page, 'https://x.test').searchParams.get('session') ?? '';
    // Its forms take it along.
    expect(seen.text).toContain(`name="session" value="${session}"`);
    expect(seen.text).toContain(`registered.ics?session=${session}`);
    const changed = await change(event.slug, { cookie: '', page }, { email: at('ada'), session });
    expect(changed.headers.get('location')).toMatch(/registered\?done=changed&session=[\w-]+$/);
    expect(words(await see(changed.headers.get('location') ?? ''))).toContain(copy.sentTo(at('ada')));
  });

  it('names the event’s own sender where it has one', async () => {
    await verifiedDomain(app, dns, 'calm.example');
    const event = await app.event({ fromName: 'Calm Co', fromAddress: 'hello@calm.example' });
    const { cookie, page } = await register(event.slug, { email: at('maria') });
    expect(words(await see(page, cookie))).toContain(copy.spamFrom('Calm Co <hello@calm.example>'));
  });

  it('names the site’s address while the domain of the event’s own is not verified, as the mail does', async () => {
    const event = await app.event();
    await app.pool.query(
      `update {schema}.event set from_name = 'Calm Co', from_address = 'hello@unknown.example' where id = $1`,
      [event.id],
    );
    const { cookie, page } = await register(event.slug, { email: at('maria') });
    expect(words(await see(page, cookie))).toContain(copy.spamFrom('Calm Co <events@example.com>'));
  });

  it('says that the event was cancelled, or is over; while it is on it offers no calendar', async () => {
    const event = await app.event();
    const { cookie, page } = await register(event.slug, { email: at('maria') });
    const hours = (n: number) => new Date(app.clock.now.getTime() + n * HOUR).toISOString();
    await app.api('PATCH', `/events/${event.id}`, { startsAt: hours(-0.5), endsAt: hours(0.5) });
    const running = await see(page, cookie);
    expect(words(running)).toContain(copy.sentToRunning(at('maria')));
    expect(running.text).not.toContain('calendar.google.com');
    await app.api('PATCH', `/events/${event.id}`, { startsAt: hours(-5), endsAt: hours(-4) });
    expect(words(await see(page, cookie))).toContain(copyFor('en').ended.title);
    expect((await change(event.slug, { cookie, page }, { email: at('b') })).status).toBe(409);
    await app.api('POST', `/events/${event.id}/cancel`);
    expect(words(await see(page, cookie))).toContain(copyFor('en').cancelled.title);
    expect((await change(event.slug, { cookie, page }, { email: at('c') })).status).toBe(409);
    expect(await people(event.id)).toMatchObject([{ email: at('maria') }]);
  });
});

describe('the calendar file of the thank-you page', () => {
  it('has no personal link, and the entry that the mail brings takes its place', async () => {
    const event = await app.event({ description: 'Bring a screen.', hostName: 'Ada' });
    const { cookie } = await register(event.slug, { email: at('maria') });
    const [registrant] = await people(event.id);
    const file = await see(`/e/${event.slug}/registered.ics`, cookie);
    expect(file.headers.get('content-type')).toBe('text/calendar; charset=utf-8; method=PUBLISH');
    const unfolded = file.text.replaceAll('\r\n ', '');
    expect(unfolded).toContain(`UID:${registrant.id}`);
    expect(unfolded).toContain(`LOCATION:${event.permalink}\r\n`);
    expect(unfolded).toContain('Your personal link comes by email');
    expect(unfolded).toContain('Bring a screen.');
    expect(unfolded).not.toMatch(/key=|maria/);
    const mailed = await app.request(
      new URL(registrant.accessLink.replace('/live?', '/calendar.ics?')).href.replace(
        'https://events.example.test',
        '',
      ),
    );
    expect(mailed.text).toContain(`UID:${registrant.id}`);
  });

  it('is the event’s alone for whoever has no session', async () => {
    const event = await app.event();
    expect((await see(`/e/${event.slug}/registered.ics`)).text).toContain(`UID:${event.id}`);
  });
});

describe('the domain of the address', () => {
  const check = (text: string) => /data-domain-check="(\w+)"/.exec(text)?.[1];

  it('is warned of as soon as its look-up ended, with the address that was meant', async () => {
    const event = await app.event();
    const { cookie, page } = await send(event.slug, {
      email: at('maria', 'gmial.com'),
      askedEmail: at('maria', 'gmial.com'),
    });
    const before = await see(page, cookie);
    expect(check(before.text)).toBe('awaited');
    expect(before.text).toContain('http-equiv="refresh"');
    await takeRegistrations(app);
    await lookUpDueDomains(worker);
    const after = await see(page, cookie);
    expect(check(after.text)).toBe('wrong');
    expect(words(after)).toContain(copy.wrongDomain.does_not_exist('gmial.com'));
    expect(after.text).not.toContain('http-equiv="refresh"');
    expect(after.text).toMatch(/<details[^>]* open=""/);
    // One tap corrects it.
    expect(after.text).toContain(`name="useEmail" value="${at('maria')}"`);
    const changed = await change(event.slug, { cookie, page }, { useEmail: at('maria') });
    expect(changed.status).toBe(303);
    expect(await people(event.id)).toMatchObject([{ email: at('maria') }]);
    await lookUpDueDomains(worker);
    expect(check((await see(page, cookieOf(changed))).text)).toBe('fine');
  });

  it('is looked up for whoever was registered before, too: the page tells nothing', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, { email: 'known@known.example' });
    await lookUpDueDomains(worker);
    await app.pool.query('delete from {schema}.mail_domain');
    const { cookie, page } = await register(event.slug, { email: 'known@known.example' });
    expect(check((await see(page, cookie)).text)).toBe('awaited');
    await lookUpDueDomains(worker);
    expect(check((await see(page, cookie)).text)).toBe('wrong');
  });
});

describe('a wrong address', () => {
  it('is replaced: the registration moves, its confirmation goes to the right one, and the old link is dead', async () => {
    const event = await app.event({ formFields: [{ name: 'company', label: 'Company', type: 'text' }] });
    const visitor = await register(event.slug, {
      ...{ email: at('wrong'), firstName: 'Maria', 'field.company': 'ACME' },
    });
    const [before] = await people(event.id);
    const answer = await change(event.slug, visitor, { email: at('right') });
    expect([answer.status, answer.headers.get('location')]).toEqual([
      303,
      `/e/${event.slug}/registered?done=changed`,
    ]);
    const after = await people(event.id);
    expect(after).toMatchObject([
      { id: before.id, email: at('right'), firstName: 'Maria', fields: { company: 'ACME' } },
    ]);
    expect(after[0].registeredAt).toBe(before.registeredAt);
    expect(after[0].accessKey).not.toBe(before.accessKey);
    for (const email of [at('wrong'), at('right')])
      expect(await opens(event.slug, email, before.accessKey)).toBe(403);
    expect(await opens(event.slug, at('right'), after[0].accessKey)).toBe(200);
    expect(await mailsTo(before.id)).toMatchObject([
      { kind: 'confirmation', status: 'queued', to: at('right') },
      { kind: 'confirmation', status: 'not_sent' },
    ]);
    const page = await see(`/e/${event.slug}/registered?done=changed`, cookieOf(answer));
    expect(words(page)).toContain(copy.sentTo(at('right')));
    expect(words(page)).toContain(copy.changed);
    const log = (await app.api('GET', `/audit?eventId=${event.id}`)).json.items;
    expect(log).toContainEqual(
      expect.objectContaining({ action: 'address_mended', actor: 'registrant', registrantId: before.id }),
    );
  });

  it('that no worker has taken yet gets no mail at all', async () => {
    const event = await app.event();
    const visitor = await send(event.slug, { email: at('wrong'), firstName: 'Maria' });
    const registration = await requests();
    await app.form(
      `/e/${event.slug}/registered`,
      { email: at('right') },
      { cookie: visitor.cookie, ...from() },
    );
    // A worker may take the second one first.
    const correction = (await requests()).filter((id) => !registration.includes(id));
    await transaction(app.pool, (db) => take({ db, boss: app.boss, now: app.clock.now }, correction));
    await takeRegistrations(app);
    const [only, ...others] = await people(event.id);
    expect(others).toEqual([]);
    expect(only).toMatchObject({ email: at('right'), firstName: 'Maria' });
    expect(await mailsTo(only.id)).toMatchObject([{ kind: 'confirmation', to: at('right') }]);
  });

  it('can be replaced again and again, five times an hour', async () => {
    const event = await app.event();
    let visitor = await register(event.slug, { email: at('a0') });
    for (let n = 1; n <= 5; n++) {
      const answer = await change(event.slug, visitor, { email: at(`a${n}`) });
      expect(answer.status).toBe(303);
      visitor = { ...visitor, cookie: cookieOf(answer) };
    }
    const over = await change(event.slug, visitor, { email: at('a6') });
    expect(over.status).toBe(429);
    expect(Number(over.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(await people(event.id)).toMatchObject([{ email: at('a5') }]);
  });

  it('of somebody who was registered before stays theirs: whoever typed it registers with the right one', async () => {
    const event = await app.event({ formFields: [{ name: 'company', label: 'Company', type: 'text' }] });
    const { json: victim } = await app.api('POST', `/events/${event.id}/registrants`, {
      email: at('victim'),
    });
    const visitor = await register(event.slug, {
      ...{ email: at('victim'), firstName: 'Maria', 'field.company': 'ACME' },
    });
    const answer = await change(event.slug, visitor, { email: at('maria') });
    expect(answer.status).toBe(303);
    expect(await people(event.id, '?sort=email')).toMatchObject([
      { email: at('maria'), firstName: 'Maria', fields: { company: 'ACME' } },
      { id: victim.id, email: at('victim'), accessKey: victim.accessKey, firstName: '' },
    ]);
    expect(await opens(event.slug, at('victim'), victim.accessKey)).toBe(200);
    // And once more: it is a registration of its own from now on.
    await change(event.slug, { ...visitor, cookie: cookieOf(answer) }, { email: at('mary') });
    expect((await people(event.id)).map(({ email }: { email: string }) => email).sort()).toEqual([
      at('mary'),
      at('victim'),
    ]);
  });

  it('is not told from one that nobody has: what is answered is the same', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, { email: at('taken') });
    const answers = [];
    for (const email of [at('taken'), at('fresh')]) {
      client++;
      const visitor = await register(event.slug, { email: at(`first-${email.split('@')[0]}`) });
      const answer = await change(event.slug, visitor, { email });
      const page = await see(answer.headers.get('location') ?? '', cookieOf(answer));
      answers.push([answer.status, answer.headers.get('location'), page.text.replaceAll(email, 'EMAIL')]);
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it('is given up where the right one is registered already, which gets its link', async () => {
    const event = await app.event();
    const { json: known } = await app.api('POST', `/events/${event.id}/registrants`, {
      email: at('known'),
    });
    const visitor = await register(event.slug, { email: at('wrong') });
    const [, wrong] = await people(event.id);
    const answer = await change(event.slug, visitor, { email: at('known') });
    expect(await people(event.id)).toMatchObject([{ id: known.id, accessKey: known.accessKey }]);
    expect(await people(event.id, '?cancelled=true')).toMatchObject([{ id: wrong.id, email: at('wrong') }]);
    expect(await opens(event.slug, at('wrong'), wrong.accessKey)).toBe(403);
    expect(await mailsTo(wrong.id)).toMatchObject([{ kind: 'confirmation', status: 'not_sent' }]);
    expect((await mailsTo(known.id)).map(({ kind }: { kind: string }) => kind)).toContain('self_serve_link');
    // That was wrong, too.
    await change(event.slug, { ...visitor, cookie: cookieOf(answer) }, { email: at('right') });
    expect(await people(event.id, '?sort=email')).toMatchObject([
      { id: known.id },
      { id: wrong.id, email: at('right'), cancelledAt: null },
    ]);
  });

  it('is changed by nobody without the session, not even by who has its page of another event', async () => {
    const [event, other] = [await app.event(), await app.event()];
    await register(event.slug, { email: at('maria') });
    const foreign = await register(other.slug, { email: at('maria') });
    for (const visitor of [foreign, { cookie: '', page: '' }, { cookie: '__Host-registered=x', page: '' }]) {
      const answer = await change(event.slug, visitor, { email: at('eve') });
      expect(answer.status).toBe(403);
      expect(words(answer)).toContain(copy.changeExpired);
      expect(words(answer)).not.toContain('maria');
    }
    expect(await people(event.id)).toMatchObject([{ email: at('maria') }]);
  });

  it('is changed from no other site', async () => {
    const event = await app.event();
    const { cookie } = await register(event.slug, { email: at('maria') });
    const answer = await app.form(
      `/e/${event.slug}/registered`,
      { email: at('eve') },
      { cookie, 'sec-fetch-site': 'cross-site' },
    );
    expect(answer.status).toBe(403);
    expect(await people(event.id)).toMatchObject([{ email: at('maria') }]);
  });

  it.each([
    ['nothing', '', 422],
    ['no address', 'maria at gmail', 422],
    ['a mistyped one, which is asked about', at('maria', 'gmial.com'), 422],
  ])('is asked for again: %s', async (_, email, status) => {
    const event = await app.event();
    const visitor = await register(event.slug, { email: at('maria') });
    const answer = await change(event.slug, visitor, { email });
    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(/<details[^>]* open=""/);
    expect(words(answer)).toContain(copy.sentTo(at('maria')));
    expect(await people(event.id)).toMatchObject([{ email: at('maria') }]);
    if (email.includes('@')) {
      const kept = await change(event.slug, visitor, { email, askedEmail: email });
      expect(kept.status).toBe(303);
      expect(await people(event.id)).toMatchObject([{ email }]);
    }
  });

  it('counts as a registration for the inbox that it goes to', async () => {
    const event = await app.event();
    const many = at('many');
    for (let n = 0; n < 10; n++) {
      client++;
      await register(event.slug, { email: many.replace('@', `+${n}@`) });
    }
    const visitor = await register(event.slug, { email: at('other') });
    expect((await change(event.slug, visitor, { email: many })).status).toBe(429);
  });

  it('is not corrected to one that the team blocked, and says nothing of that', async () => {
    const event = await app.event();
    await app.api('POST', '/blocks', { email: at('blocked') });
    const visitor = await register(event.slug, { email: at('maria') });
    expect((await change(event.slug, visitor, { email: at('blocked') })).status).toBe(303);
    expect(await people(event.id)).toMatchObject([{ email: at('maria') }]);
  });

  it('gets another short key on an event that has them', async () => {
    const event = await app.event({ keyStyle: 'digits' });
    const visitor = await register(event.slug, { email: at('wrong') });
    const [before] = await people(event.id);
    await change(event.slug, visitor, { email: at('right') });
    const [after] = await people(event.id);
    expect(after.accessKey).toMatch(/^\d{4}$/);
    expect(after.accessKey).not.toBe(before.accessKey);
  });

  it('of a program that fills in everything is answered as every other, and changes nothing', async () => {
    const event = await app.event();
    const visitor = await register(event.slug, { email: at('bot'), fax_extension: '1' });
    expect(words(await see(visitor.page, visitor.cookie))).toContain(copy.sentTo(at('bot')));
    expect((await change(event.slug, visitor, { email: at('bot2') })).status).toBe(303);
    expect(await people(event.id)).toEqual([]);
  });

  it('leaves nothing of what was typed after an hour', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, { email: at('known') });
    await register(event.slug, { email: at('known'), firstName: 'Maria' });
    const kept = async () => (await app.pool.query('select from {schema}.registration_request')).rowCount;
    expect(await kept()).toBeGreaterThan(0);
    app.clock.advance(HOUR + 60_000);
    await cleaner.run(worker, new AbortController().signal);
    expect(await kept()).toBe(0);
  });
});
