import { beforeAll, describe, expect, it } from 'vitest';
import { findSignIn, insertSignIn } from '../../src/db/sign-in.ts';
import { signedLink } from '../../src/domain/signed-id.ts';
import { openApp } from '../support/app.ts';
import { exportsOf } from '../support/exports.ts';
import { signIn } from '../support/team.ts';

const app = await openApp({ TRUST_PROXY: '1' });
const HOUR = 3_600_000;

let visitors = 0;
/** Another client each time: wrong guesses of one test are no other's. */
const visitor = () => ({
  'x-forwarded-for': `192.0.2.${++visitors % 250}, 198.51.${Math.floor(visitors / 250)}.${visitors % 250}`,
});
const visit = (path: string, headers: Record<string, string> = visitor()) => app.request(path, { headers });

async function registered(
  email = 'ana+tag@x.example',
  event: Record<string, unknown> = {},
  person: Record<string, unknown> = {},
) {
  const made = await app.event(event);
  const { json } = await app.api('POST', `/events/${made.id}/registrants`, { email, ...person });
  return { event: made, registrant: json, key: json.accessKey as string };
}

/** What becomes of `…/live?email=ana%2Btag%40x.example&key=KEY` on its way. */
const DAMAGES: readonly (readonly [what: string, damage: (link: string, key: string) => string])[] = [
  ['nothing', (link) => link],
  ...[
    '&amp;',
    '&amp;amp;',
    '&AMP;',
    '&#38;',
    '&#x26;',
    '&#038;',
    '&amp%3B',
    '%26amp%3B',
    '%26',
    ';',
    '?',
    '&?',
    '&%20',
    '&%0D%0A',
    '&%E2%80%8B',
  ].map((text) => [`${text} for &`, (link: string) => link.replace('&', text)] as const),
  ...[
    '.',
    ',',
    ';',
    ':',
    '!',
    '?',
    ')',
    '>',
    ']',
    '}',
    '"',
    "'",
    '*',
    '_',
    '__',
    '-',
    '~',
    '`',
    '|',
    '\\',
    '/',
    '…',
    '”',
    '’',
    '»',
    '」',
    '。',
    '…)',
    '.&quot;',
    '&quot;',
    '&gt;',
    '&gt;.',
    '">',
    '"%20style=',
    '%20',
    '%20Click%20here',
    '%09',
    '%0D%0A',
    '%0A',
    '%00',
    '%3E',
    '%3Cbr%3E',
    '%22',
    '%29',
    '%2E',
    '%252E',
    '%E2%80%A6',
    '%E2%80%8B',
    '%C2%A0',
    '%EF%BB%BF',
    '=',
    '=20',
    '=0A',
    '=0D=0A',
    '=%0D%0A',
    '=3D',
    '%',
    '%2',
    '+',
    '#top',
    '%23top',
    '&',
    '&&',
    '](https://y.example)',
    '%5D(https://y.example)',
    '&utm_source=mail&utm_medium=email',
    '&fbclid=IwAR0',
    '&mc_cid=1&mc_eid=2',
    '&amp;utm_source=mail',
    '&gclid=1#x',
    '&data=05%7C02%7C&sdata=x%3D&reserved=0',
    '&key=other',
    '&email=other%40x.example',
    '&_hsenc=p2ANqtz',
    '&key=',
    '&email=',
  ].map((text) => [`${text} behind it`, (link: string) => link + text] as const),
  ['tracking in front', (link) => link.replace('?', '?utm_source=mail&utm_campaign=a%20b&')],
  ['a second question mark', (link) => link.replace('?', '??')],
  ['&amp; in front', (link) => link.replace('?', '?&amp;')],
  ['a key that comes first', (link, key) => link.replace(/\?.*/, `?key=${key}&email=ana%2Btag%40x.example`)],
  ['a key in quotes', (link) => link.replace('key=', 'key=%22').concat('%22')],
  ['a key in brackets', (link) => link.replace('key=', 'key=<').concat('>')],
  ['both twice', (link) => `${link}&${link.split('?')[1]}`],
  ['an empty pair in front', (link) => link.replace('?', '?email=&key=&')],
  ['=3D for =', (link) => link.replaceAll('=', '=3D')],
  ['=3D for the last =', (link) => link.replace('key=', 'key=3D')],
  ['%3D for =', (link) => link.replaceAll('=', '%3D')],
  ['%3D for the last =', (link) => link.replace('key=', 'key%3D')],
  ['&#61; for =', (link) => link.replaceAll('=', '&#61;')],
  ['&#x3D; for =', (link) => link.replaceAll('=', '&#x3D;')],
  [
    'a soft line break in the key',
    (link, key) => link.replace(key, `${key.slice(0, 9)}=%0D%0A${key.slice(9)}`),
  ],
  [
    'the = of a soft line break in the key',
    (link, key) => link.replace(key, `${key.slice(0, 9)}=${key.slice(9)}`),
  ],
  ['a line break in the key', (link, key) => link.replace(key, `${key.slice(0, 9)}%0D%0A%20${key.slice(9)}`)],
  ['a soft line break in the domain', (link) => link.replace('x.exam', 'x.=%0D%0Aexam')],
  ['the = of a soft line break in the domain', (link) => link.replace('x.exam', 'x.=exam')],
  ['the = of a soft line break before the @', (link) => link.replace('ana', 'an=a')],
  ['the = of a soft line break before an =', (link) => link.replace('key=', 'key==')],
  [
    'zero-width characters everywhere',
    (link, key) =>
      link
        .replace('ana', 'an%E2%80%8Ba')
        .replace('email', 'em%E2%80%8Bail')
        .replace(key, `%EF%BB%BF${key.slice(0, 5)}%E2%80%8D${key.slice(5)}`),
  ],
  ['a space for the +', (link) => link.replace('%2B', '%20')],
  ['a bare +', (link) => link.replace('%2B', '+')],
  ['a bare @', (link) => link.replace('%40', '@')],
  ['an address in brackets', (link) => link.replace('email=', 'email=%3C').replace('&', '%3E&')],
  ['mailto: in it', (link) => link.replace('email=', 'email=mailto%3A')],
  ['a full stop behind the address', (link) => link.replace('&', '.&')],
  ['an address encoded twice', (link) => link.replaceAll('%', '%25')],
  ['an address encoded three times', (link) => link.replaceAll('%', '%2525')],
  ['names in capitals', (link) => link.replace('email', 'EMAIL').replace('key', 'Key')],
  ['a key in capitals', (link, key) => link.replace(key, key.toUpperCase())],
  ['an address in capitals', (link) => link.replace('ana', 'ANA').replace('x.example', 'X.EXAMPLE')],
  [
    'all of the query encoded',
    (link) => link.replace(/\?(.*)/, (_, query) => `?${encodeURIComponent(query)}`),
  ],
  [
    'all of the query encoded twice',
    (link) => link.replace(/\?(.*)/, (_, query) => `?${encodeURIComponent(encodeURIComponent(query))}`),
  ],
  ['the question mark encoded, too', (link) => link.replace(/\?.*/, (query) => encodeURIComponent(query))],
  [
    'the question mark encoded twice',
    (link) => link.replace(/\?.*/, (query) => encodeURIComponent(encodeURIComponent(query))),
  ],
  [
    'quoted-printable of all of it',
    (link) =>
      link
        .replace('?', '=3F')
        .replaceAll('=e', '=3De')
        .replace('l=', 'l=3D')
        .replace('&', '=26')
        .replace('y=', 'y=3D'),
  ],
  ['a slash before the question mark', (link) => link.replace('?', '/?')],
  ['a space before the question mark', (link) => link.replace('?', '%20?')],
  [
    'all of it within a wrapper of its own',
    (link) =>
      `${link.replace(/\?.*/, '')}?url=${encodeURIComponent(`https://events.example.test${link}`)}&data=05%7C02&reserved=0`,
  ],
  ['capitals in the name of the event', (link) => link.replace('/e/d', '/e/D')],
];

describe('an access link', () => {
  let own: Awaited<ReturnType<typeof registered>>;
  let link: string;
  beforeAll(async () => {
    own = await registered();
    const { pathname, search } = new URL(own.registrant.accessLink);
    link = pathname + search;
  });

  it.each(DAMAGES)('with %s lets the person in, and counts as no wrong guess', async (_, damage) => {
    const client = visitor();
    const { status, headers } = await visit(damage(link, own.key), client);
    expect(status).toBe(200);
    expect(headers.get('x-opens-in')).not.toBeNull();
    expect([headers.get('referrer-policy'), headers.get('cache-control')]).toEqual([
      'no-referrer',
      'no-store',
    ]);
    expect(await guesses()).toBe(0);
  });

  it.each(DAMAGES)('to the calendar file with %s gives it', async (_, damage) => {
    const { status, headers } = await visit(damage(link.replace('/live', '/calendar.ics'), own.key));
    expect([status, headers.get('content-type')]).toEqual([
      200,
      'text/calendar; charset=utf-8; method=PUBLISH',
    ]);
  });

  it.each([
    ['another key', (text: string, key: string) => text.replace(key, `${'0'.repeat(22)}.`)],
    ['half a key', (text: string, key: string) => text.replace(key, `${key.slice(0, 11)}…`)],
    ['another address', (text: string) => text.replace('ana', 'eve').concat('.')],
    ['a key with a letter more', (text: string) => `${text}x`],
  ])('with %s lets nobody in', async (_, damage) => {
    const { status, text } = await visit(damage(link, own.key));
    expect(status).toBe(403);
    expect(text).toContain('/access-link');
  });

  it('without its key counts as no guess, and offers to send a new one to the address', async () => {
    const client = visitor();
    const before = await guesses();
    for (let i = 0; i < 70; i++)
      expect((await visit(link.replace(/&key=.*/, '&amp;k'), client)).status).toBe(403);
    expect(await guesses()).toBe(before);
    expect((await visit(link, client)).status).toBe(200);
    expect((await visit(link.replace(/&key=.*/, ''))).text).toContain('value="ana+tag@x.example"');
  });

  async function guesses(): Promise<number> {
    const { rows } = await app.pool.query(
      `select coalesce(sum(points), 0)::int as points from {schema}.rate_limit where key like 'wrong-key-client%'`,
    );
    return rows[0].points;
  }
});

it('the room goes on to the room, and its path before the start to the link as it was meant', async () => {
  const early = await registered();
  const { pathname, search } = new URL(early.registrant.accessLink);
  const answer = await visit(`${pathname.replace('/live', '/room')}${search}&amp;utm_source=x.`);
  expect([answer.status, answer.headers.get('location')]).toEqual([303, pathname + search]);
  const running = await registered('ana@x.example', {
    roomUrl: 'https://meet.example/abc',
    startsAt: new Date(app.clock.now.getTime() - HOUR).toISOString(),
  });
  const link = new URL(running.registrant.accessLink);
  const entered = await visit(
    `${link.pathname}${link.search.replace('&', '&amp;')}&url=https%3A%2F%2Fevil.example.`,
  );
  expect([entered.status, entered.headers.get('location')]).toEqual([303, 'https://meet.example/abc']);
});

describe('guessing', () => {
  it('is no easier with damage: each key that is tried counts', async () => {
    const { registrant } = await registered('ana@x.example', { keyStyle: 'digits' }, { accessKey: '4711' });
    const { pathname } = new URL(registrant.accessLink);
    const statuses: number[] = [];
    for (let i = 0; i < 8; i++)
      statuses.push((await visit(`${pathname}?email=ana%40x.example&key=_000${i}_`)).status);
    // Two keys each: `_0000_` and `0000`.
    expect(statuses).toEqual([...Array(5).fill(403), 429, 429, 429]);
  });

  it('is not hidden behind a link of one’s own', async () => {
    const event = await app.event({ keyStyle: 'digits' });
    const add = (email: string, accessKey: string) =>
      app.api('POST', `/events/${event.id}/registrants`, { email, accessKey });
    await add('ana@x.example', '4711');
    await add('3Dana@x.example', '3Dmine');
    await add('a=na@x.example', 'mine1');
    const path = new URL(event.permalink).pathname;
    const statuses: number[] = [];
    // Read as they stand these are links of the guesser's own, and repaired they are guesses at somebody else's key.
    for (let i = 0; i < 6; i++)
      statuses.push((await visit(`${path}/live?email=3Dana%40x.example&key=3Dmine`)).status);
    // One's own link opens ever on; what it guesses is counted, and past the limit not looked at.
    expect(statuses).toEqual(Array(6).fill(200));
    expect((await visit(`${path}/live?email=ana%40x.example&key=4711`)).status).toBe(429);
  });
});

/** What becomes of the last part of a path. */
const TOKEN_DAMAGES: readonly (readonly [what: string, damage: (token: string) => string])[] = [
  ...[
    '.',
    ',',
    ')',
    '%3E',
    ']',
    '%22',
    "'",
    '…',
    '%20',
    '%0D%0A',
    '=',
    '=20',
    '=%0D%0A',
    '/',
    '_',
    '-',
    '%E2%80%8B',
    '?utm_source=x',
    '&amp;utm_source=x',
    '%3Futm_source%3Dx',
    '%252E',
    '%C2%A0',
    '%23x',
  ].map((text) => [`${text} behind it`, (token: string) => token + text] as const),
  ['a soft line break', (token) => `${token.slice(0, 20)}=%0D%0A${token.slice(20)}`],
  ['the = of one', (token) => `${token.slice(0, 20)}=${token.slice(20)}`],
  ['brackets', (token) => `%3C${token}%3E`],
  ['a zero-width character', (token) => `${token.slice(0, 20)}%E2%80%8B${token.slice(20)}`],
];

describe.each(TOKEN_DAMAGES)('a link with %s', (_, damage) => {
  const damaged = (link: string) => {
    const { pathname } = new URL(link);
    const at = pathname.lastIndexOf('/') + 1;
    return pathname.slice(0, at) + damage(pathname.slice(at));
  };

  it('stops reminders, after the page and with one click', async () => {
    const { registrant } = await registered();
    const path = damaged(
      signedLink(app.config.publicUrl, app.config.appSecret, 'stop-reminders', registrant.id),
    );
    expect((await visit(path)).status).toBe(200);
    expect((await app.form(path, { 'List-Unsubscribe': 'One-Click' })).status).toBe(200);
    const { rows } = await app.pool.query(
      `select reason from {schema}.suppression where address = $1 and lifted_at is null`,
      [registrant.email],
    );
    expect(rows.length).toBeGreaterThan(0);
  });

  it('signs in', async () => {
    const member = await signIn(app);
    const id = await insertSignIn(app.pool, {
      memberId: member.id,
      language: 'en',
      nextPath: '/team/events',
      requestedAt: app.clock.now,
      expiresAt: new Date(app.clock.now.getTime() + HOUR),
    });
    const path = damaged(signedLink(app.config.publicUrl, app.config.appSecret, 'sign-in', id));
    const page = await visit(path);
    expect(page.status).toBe(200);
    const action = /action="([^"]+)"/.exec(page.text)?.[1] ?? '';
    expect(action).toMatch(/^\/team\/sign-in\/[\w-]{43}$/);
    expect((await app.form(action, {})).status).toBe(303);
    expect((await findSignIn(app.pool, id))?.usedAt).not.toBeNull();
  });

  it('downloads an export', async () => {
    const { event } = await registered();
    const { link } = await exportsOf(app).made(event.id);
    const { status, text } = await visit(damaged(link));
    expect([status, text.includes('ana+tag@x.example')]).toEqual([200, true]);
  });
});

it('a page of an event opens with what stood behind its link', async () => {
  const event = await app.event();
  for (const tail of ['', '/', '.', ',', ')', '%3E', '%20', '%0D%0A', '…', '%E2%80%8B', '&amp;utm_source=x'])
    expect((await visit(`${new URL(event.permalink).pathname}${tail}`)).status).toBe(200);
  expect((await visit('/e/nothing-of-ours.')).status).toBe(404);
});
