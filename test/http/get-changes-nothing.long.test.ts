import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { insertBulkSend } from '../../src/db/bulk-send.ts';
import { insertPicture } from '../../src/db/picture.ts';
import { addressHash } from '../../src/domain/address.ts';
import { TOKEN_LIVES_MS } from '../../src/domain/session.ts';
import { type Purpose, signId } from '../../src/domain/signed-id.ts';
import { readPicture } from '../../src/pictures/read-picture.ts';
import { assetPath } from '../../src/ui/assets.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { keyWith } from '../support/api-keys.ts';
import { openApp } from '../support/app.ts';
import { exportsOf } from '../support/exports.ts';
import { openIdentityProvider } from '../support/identity-provider.ts';
import { png } from '../support/pictures.ts';
import { createRoutes } from '../support/routes.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { changesBetween, readTables } from '../support/table-changes.ts';
import { signIn } from '../support/team.ts';
import { PERSON } from '../support/visitors.ts';
import { openDelivery } from '../support/worker.ts';

const provider = await openIdentityProvider('https://events.example.test/team/oidc/callback');
const app = await openApp({
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: provider.clientId,
  OIDC_CLIENT_SECRET: provider.clientSecret,
});
const { pool, clock, config } = app;
const mailServer = await openAnsweringServer();
const admin = await signIn(app, { role: 'admin' });
const colleague = await signIn(app);
const key = await keyWith(app);

const MINUTE = 60_000;
const inHours = (hours: number) => new Date(clock.now.getTime() + hours * 60 * MINUTE).toISOString();
const idOf = async (statement: string, values: unknown[] = []) =>
  (await pool.query<{ id: string }>(statement, values)).rows[0]?.id ?? '';

/** An event with somebody who was sent the confirmation. */
async function eventWith(changes: Record<string, unknown>) {
  const event = await app.event(changes);
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
  return {
    ...{ id: event.id as string, slug: event.slug as string, rid: json.id as string },
    /** What stands behind a personal link. */
    pair: `email=ada%40example.com&key=${json.accessKey}`,
  };
}

const upcoming = await eventWith({ slug: 'upcoming' });
const running = await eventWith({ slug: 'running', startsAt: inHours(-1), endsAt: inHours(1) });
const ended = await eventWith({ slug: 'ended', startsAt: inHours(-3), endsAt: inHours(-2) });
const cancelled = await eventWith({ slug: 'cancelled' });
await app.api('POST', `/events/${cancelled.id}/cancel`);

const messageId = await idOf('select id from {schema}.message where event_id = $1', [upcoming.id]);
await deliverMessages(openDelivery(app, mailServer.url), [{ id: messageId, jobId: randomUUID() }]);
const exported = await exportsOf(app).made(upcoming.id);
const sendId = await insertBulkSend(pool, {
  ...{ eventId: upcoming.id, askedBy: `team_member:${admin.id}`, askedAt: clock.now },
  ...{ queued: 1, skipped: [], dedupeKey: 'a resend' },
});
const announced = await app.api('POST', `/events/${upcoming.id}/announcements`, {
  ...{ subject: 'News', text: 'The slides are ready.' },
});
await app.api('POST', '/sender-domains', { domain: 'studio.example' });
const signInId = await idOf(
  `insert into {schema}.sign_in (team_member_id, language, next_path, requested_at, expires_at)
   values ($1, 'en', '/team/events', $2, $3) returning id`,
  [admin.id, clock.now, inHours(1)],
);
const webhook = (
  await app.api('POST', '/webhook-endpoints', { url: 'http://127.0.0.1:4000/', events: ['export.ready'] })
).json;
const tested = (await app.api('POST', `/webhook-endpoints/${webhook.id}/test`)).json;
await pool.query(
  `insert into {schema}.key_reset (event_id, started_at, notify, total, replaced, finished_at)
   select id, $1, false, 1, 1, $1 from {schema}.event`,
  [clock.now],
);
const token = (purpose: Purpose, id: string) => signId(config.appSecret, purpose, id);

const picture = await readPicture(await png({ width: 200, height: 60 }), 'logo', '');
await insertPicture(pool, picture, clock.now);

/** What a parameter stands for where it is not what its name says elsewhere. */
const PARAMETERS: readonly (readonly [route: RegExp, values: Readonly<Record<string, string>>])[] = [
  [/^\/x\//, { token: token('export', exported.id) }],
  [/^\/team\/sign-in\//, { token: token('sign-in', signInId) }],
  [/^\/team\/members\//, { id: colleague.id }],
  [/^\/team\/api-keys\//, { id: await idOf('select id from {schema}.api_key') }],
  [/^\/api\/v1\/messages\//, { id: messageId }],
  [/^\/api\/v1\/exports\//, { id: exported.id }],
  [/^\/img\//, { hash: picture.hash }],
  [/\/sender(-domain)?s\//, { domain: 'studio.example' }],
  [/^\/(api\/v1\/webhook-endpoints|team\/webhooks)\//, { id: webhook.id, did: tested.id }],
  [/^\/team\/data\//, { hash: addressHash('ada@example.com') }],
];

/** Addresses of a route that lead to something real: of an event ahead, under way, over and cancelled where that differs. */
function addresses(route: string): string[] {
  if (route === '/assets/*') return [assetPath('team.css')];
  if (route === '/api/v1/registrants/data') return [`${route}?email=ada@example.com`];
  const ofUpcoming = /:(aid|mid|sendId|exportId)/.test(route);
  const all = (ofUpcoming ? [upcoming] : [upcoming, running, ended, cancelled]).map((event) => {
    const values: Readonly<Record<string, string>> = {
      ...{ ...event, token: token('stop-reminders', event.rid), kind: 'confirmation' },
      ...{ aid: announced.json.id, mid: messageId, sendId, exportId: exported.id },
      ...PARAMETERS.find(([pattern]) => pattern.test(route))?.[1],
    };
    // The question mark and what follows it as a part of the path, as mail programs make it.
    const page = /\{(\w+)(\\\.ics)?/.exec(route);
    if (page)
      return `/e/${event.slug}/${page[1]}${page[2] ? '.ics' : ''}%3F${event.pair.replace('&', '%26')}`;
    const path = route.replace(/:(\w+)/g, (_, name: string) => values[name] ?? `no-${name}`);
    return /^\/e\/:slug\/(live|room|registration|calendar)/.test(route) ? `${path}?${event.pair}` : path;
  });
  return [...new Set(all)];
}

const VISIT = [
  ...['recent_visit +', 'registrant.joined_at', 'registrant.joined_from', 'registrant.link_opened_at'],
  'visit +',
];

/** What a GET writes all the same, and why it may. Any other writes nothing. */
const WRITES: Readonly<Record<string, { readonly changes: readonly string[]; readonly why: string }>> = {
  '/e/:slug/live': {
    changes: VISIT,
    why: 'That somebody or something opened the link, and when a person first came in. It still opens as before.',
  },
  '/e/:slug/:page{live[^a-z0-9-].*}': {
    changes: VISIT,
    why: 'The same link, damaged on its way.',
  },
  '/x/:token': {
    changes: ['audit_entry +'],
    why: 'Who downloaded a file of personal data is in the audit log. The link still opens as before.',
  },
  '/api/v1/registrants/data': {
    changes: ['audit_entry +', 'rate_limit +'],
    why: 'That all that is held of a person was handed out is in the audit log. The same is given again.',
  },
  '/team/data/:hash/download': {
    changes: ['audit_entry +', 'rate_limit +'],
    why: 'The same, as a file for the team.',
  },
  '/team/oidc': {
    changes: ['rate_limit +'],
    why: 'We ask the identity provider for each of them: they are counted, so that nobody floods it through us.',
  },
};
/** A HEAD of it is counted, too; any other writes nothing at all. */
const COUNTED = '/team/oidc';

const VISITORS: readonly Readonly<Record<string, string>>[] = [
  {},
  { cookie: admin.cookie },
  { cookie: colleague.cookie },
  { ...key },
  PERSON,
];
// That it was used is noted at once, and then once a minute.
await app.request('/api/v1/events', { headers: { ...key } });

/** What requests of everybody to all addresses of a route change. Throws where an address leads nowhere for anybody. */
async function changesOf(method: string, route: string): Promise<string[]> {
  await pool.query('delete from {schema}.rate_limit');
  await pool.query('update {schema}.registrant set joined_at = null, joined_from = 0, link_opened_at = null');
  await pool.query('delete from {schema}.visit');
  await pool.query('delete from {schema}.recent_visit');
  const before = await readTables(pool);
  for (const address of addresses(route)) {
    const statuses: number[] = [];
    for (const headers of VISITORS) {
      const response = await app.fetch(address, { method, headers });
      await response.arrayBuffer();
      statuses.push(response.status);
    }
    // Nobody comes back from the provider here: test/team/oidc.test.ts has what opens a session.
    const least = route === '/team/oidc/callback' ? 400 : 399;
    if (method !== 'OPTIONS') expect(Math.min(...statuses), address).toBeLessThanOrEqual(least);
  }
  return changesBetween(before, await readTables(pool));
}

const routes = createRoutes(app).filter(({ method }) => method === 'GET');

describe('a request that only reads changes no row of any table', () => {
  it('and all routes are asked', () => {
    const paths = routes.map(({ path }) => path);
    expect(paths.length).toBeGreaterThan(60);
    expect(paths).toEqual(expect.arrayContaining(Object.keys(WRITES)));
  });

  it.each(routes)('OPTIONS and HEAD $path', async ({ path }) => {
    expect(await changesOf('OPTIONS', path)).toEqual([]);
    expect(await changesOf('HEAD', path)).toEqual(path === COUNTED ? WRITES[path]?.changes : []);
  });

  it.each(routes.filter(({ path }) => path !== '/x/:token'))('GET $path', async ({ path }) => {
    expect(await changesOf('GET', path)).toEqual(WRITES[path]?.changes ?? []);
  });
});

describe('a GET that writes', () => {
  it('a download notes in the audit log that it was made', async () => {
    const path = `/x/${token('export', exported.id)}`;
    const before = await readTables(pool);
    await (await app.fetch(path)).arrayBuffer();
    // The note is written after the last byte.
    await expect
      .poll(async () => changesBetween(before, await readTables(pool)))
      .toEqual(WRITES['/x/:token']?.changes);
  });

  it('a personal link with a wrong key is counted, and otherwise changes nothing', async () => {
    const before = await readTables(pool);
    await app.fetch('/e/running/live?email=ada%40example.com&key=0000');
    expect(changesBetween(before, await readTables(pool))).toEqual([
      ...['rate_limit +', 'wrong_key +', 'wrong_key_of_event +'],
    ]);
  });

  it('notes once a minute that a session and a key are in use', async () => {
    clock.advance(2 * MINUTE);
    const before = await readTables(pool);
    for (const headers of VISITORS) {
      await app.fetch('/team/events', { headers });
      await app.fetch('/api/v1/events', { headers });
    }
    const used = ['api_key.last_used_at', 'session.last_seen_at'];
    expect(changesBetween(before, await readTables(pool))).toEqual(used);
  });

  it('gives an aged session another cookie', async () => {
    clock.advance(TOKEN_LIVES_MS + MINUTE);
    const before = await readTables(pool);
    await app.fetch('/team/events', { headers: { cookie: admin.cookie } });
    const renewed = ['last_seen_at', 'old_token_hash', 'token_at', 'token_hash'];
    expect(changesBetween(before, await readTables(pool))).toEqual(renewed.map((name) => `session.${name}`));
  });
});
