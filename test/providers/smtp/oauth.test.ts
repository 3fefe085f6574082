import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { afterAll, expect, it, onTestFinished } from 'vitest';
import type { OAuthConfig } from '../../../src/config.ts';
import { seal } from '../../../src/domain/sealed.ts';
import { createAccessTokens } from '../../../src/providers/access-token.ts';
import { createSmtpProvider } from '../../../src/providers/smtp/smtp.ts';
import { openApp } from '../../support/app.ts';
import { outgoingMail } from '../../support/outgoing-mail.ts';
import { openTokenServer, type TokenServer } from '../../support/token-server.ts';

const app = await openApp();
/** The tokens that the mail server takes, and those that it was shown, in order. */
const taken = new Set<string>();
const shown: string[] = [];
const mailServer = new SMTPServer({
  authMethods: ['XOAUTH2'],
  allowInsecureAuth: true,
  disabledCommands: ['STARTTLS'],
  onAuth({ username = '', accessToken = '' }, _session, callback) {
    shown.push(accessToken);
    if (username === 'events@example.com' && taken.has(accessToken))
      return callback(null, { user: username });
    callback(null, { data: { status: '401', schemes: 'bearer mac', scope: 'smtp' } });
  },
  onData(stream, _session, callback) {
    stream.resume();
    stream.on('end', () => callback());
  },
});
mailServer.listen(0, '127.0.0.1');
await once(mailServer.server, 'listening');
afterAll(() => new Promise<void>((resolve) => mailServer.close(resolve)));
const url = `smtp://events%40example.com@127.0.0.1:${(mailServer.server.address() as AddressInfo).port}`;

/** An authorization server of the test's own, and workers that send with its tokens. */
async function open(changes: Partial<OAuthConfig> = {}) {
  const { pool, config, clock } = app;
  const authority = await openTokenServer({ onToken: (token) => taken.add(token) });
  const settings = { ...authority.settings, refreshToken: null, ...changes };
  shown.length = 0;
  const openWorker = (own: Partial<OAuthConfig> = {}) => {
    const tokens = createAccessTokens({ ...settings, ...own }, 'SMTP_OAUTH', {
      ...{ pool, appSecret: config.appSecret, now: () => clock.now },
    });
    const from = { name: 'Events', address: 'events@example.com' };
    const provider = createSmtpProvider({ url, from, tags: false, tokens });
    onTestFinished(() => provider.close());
    return { tokens, send: () => provider.send(outgoingMail(), 'urgent') };
  };
  return { authority, openWorker };
}

it('one of many workers asks for a token, by the client’s own credentials, and all send with it', async () => {
  const { authority, openWorker } = await open({ scope: 'smtp' });
  const workers = Array.from({ length: 4 }, () => openWorker());
  const outcomes = await Promise.all(workers.flatMap(({ send }) => [send(), send(), send()]));
  expect(new Set(outcomes.map(({ type }) => type))).toEqual(new Set(['accepted']));
  expect(authority.asked).toEqual(['client_credentials']);
  expect(new Set(shown).size).toBe(1);
});

it('a token that ends within a minute is replaced, with the refresh token that came last', async () => {
  const { authority, openWorker } = await open();
  const { refreshToken } = authority.settings;
  expect(await openWorker({ refreshToken }).send()).toMatchObject({ type: 'accepted' });
  app.clock.advance(3_545_000);
  expect(await openWorker({ refreshToken }).send()).toMatchObject({ type: 'accepted' });
  // Each refresh token works once at this server: the second one was the newer one.
  expect(authority.asked).toEqual(['refresh_token', 'refresh_token']);
  expect(new Set(shown).size).toBe(2);
});

it('a token that the mail server refuses is replaced once, and the mail goes out', async () => {
  const { authority, openWorker } = await open();
  await openWorker().tokens.get();
  taken.clear();
  expect(await openWorker().send()).toMatchObject({ type: 'accepted' });
  expect(authority.asked).toEqual(['client_credentials', 'client_credentials']);
  expect(shown).toHaveLength(2);
});

it('no secret is kept in clear', async () => {
  const { authority, openWorker } = await open();
  const token = await openWorker().tokens.get();
  const { rows } = await app.pool.query<{ row: string }>(
    'select oauth_token::text as row from {schema}.oauth_token',
  );
  expect(rows.length).toBeGreaterThan(0);
  for (const { row } of rows)
    for (const secret of [token, authority.settings.clientSecret, authority.settings.refreshToken])
      expect(row).not.toContain(secret);
});

it('a refresh token that was taken back leaves that of the settings', async () => {
  const { authority, openWorker } = await open();
  const { refreshToken } = authority.settings;
  await openWorker({ refreshToken }).tokens.get();
  await app.pool.query(
    `update {schema}.oauth_token set refresh_token = $1, expires_at = now()
     where changed_at = (select max(changed_at) from {schema}.oauth_token)`,
    [seal(app.config.appSecret, 'oauth token', 'taken back')],
  );
  // This server takes each refresh token once: the one of the settings is used up, too.
  expect(await openWorker({ refreshToken }).send()).toMatchObject({
    type: 'sender_rejected',
    error: expect.stringContaining('invalid_grant'),
  });
  expect(authority.asked).toEqual(['refresh_token', 'refresh_token', 'refresh_token']);
});

it('settings that the token endpoint refuses are our fault, and say whose words these are', async () => {
  const { send } = (await open({ clientSecret: 'wrong' })).openWorker();
  const outcome = await send();
  expect(outcome).toMatchObject({ type: 'sender_rejected', scope: 'account' });
  expect(outcome).toHaveProperty(
    'error',
    expect.stringMatching(/^localhost:\d+ gives no access token for SMTP_OAUTH_\*: invalid_client/),
  );
  expect(shown).toEqual([]);
});

it.each([
  ['is away', (response) => response.destroy()],
  ['is in trouble', (response) => response.writeHead(503).end('<h1>later</h1>')],
  [
    'is busy',
    (response) =>
      response
        .writeHead(429, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: 'temporarily_unavailable' })),
  ],
] satisfies [string, NonNullable<TokenServer['refuse']>][])(
  'a token endpoint that %s means: later, and the next mail asks again',
  async (_, refuse) => {
    const { authority, openWorker } = await open();
    const { send } = openWorker();
    authority.refuse = refuse;
    expect(await send()).toMatchObject({ type: 'retry' });
    authority.refuse = null;
    expect(await send()).toMatchObject({ type: 'accepted' });
  },
);
