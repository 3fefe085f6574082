import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { describe, expect, it } from 'vitest';
import { feedback } from '../../../scripts/doctor/feedback.ts';
import { sendMail } from '../../../scripts/doctor/send-mail.ts';
import { transport } from '../../../scripts/doctor/transport.ts';
import { WANTED_EVENTS } from '../../../src/providers/resend/events.ts';
import { createDatabase } from '../../support/database.ts';
import { atEnd, brief, PRODUCTION, runCheck } from '../../support/doctor.ts';
import { openResend } from '../../support/resend.ts';
import type { StandInDomain, StandInWebhook } from '../../support/resend-stand-in.ts';
import { openAnsweringServer } from '../../support/smtp-answers.ts';
import { selfSigned } from '../../support/smtp-self-signed.ts';
import { openTokenServer } from '../../support/token-server.ts';

async function openMailServer(options: ConstructorParameters<typeof SMTPServer>[0] = {}) {
  const seen = { mails: 0 };
  const server = new SMTPServer({
    ...selfSigned('localhost'),
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onAuth({ username, password }, _session, callback) {
      if (username === 'events' && password === 'right') return callback(null, { user: username });
      callback(Object.assign(new Error('5.7.8 authentication failed'), { responseCode: 535 }));
    },
    onMailFrom(_address, _session, callback) {
      seen.mails++;
      callback();
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  atEnd(() => new Promise<void>((resolve) => server.close(resolve)));
  const address = server.server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, seen };
}

describe('a mail server', async () => {
  const server = await openMailServer();
  const offersTls = await openMailServer({ disabledCommands: [] });

  it.each([
    [
      'that takes the password',
      () => `smtp://events:right@127.0.0.1:${server.port}`,
      'ok',
      /takes the sign-in of events\.$/,
    ],
    ['that wants none', () => `smtp://127.0.0.1:${server.port}`, 'ok', /answers; SMTP_URL names no user\.$/],
    [
      'that refuses the password',
      () => `smtp://events:wrong@127.0.0.1:${server.port}`,
      'error',
      /refuses the sign-in of events: .*5\.7\.8 authentication failed/,
    ],
    [
      'whose certificate nobody trusts',
      () => `smtp://events:right@127.0.0.1:${offersTls.port}`,
      'error',
      /certificate of 127\.0\.0\.1:\d+ is not trusted/,
    ],
    [
      'that nobody runs',
      () => 'smtp://events:right@127.0.0.1:9',
      'error',
      /127\.0\.0\.1:9 cannot be used: .*ECONNREFUSED/,
    ],
    [
      'of a name that nobody knows',
      () => 'smtp://events:right@nowhere.invalid:587',
      'error',
      /nowhere\.invalid:587 cannot be used/,
    ],
  ])('%s is told from the others, and gets no mail', async (_, url, level, says) => {
    const found = await runCheck(transport, { SMTP_URL: url() });
    expect(found).toMatchObject([{ about: 'Transport', level, message: expect.stringMatching(says) }]);
    expect(JSON.stringify(found)).not.toMatch(/:right@|wrong@/);
    expect(server.seen.mails).toBe(0);
  });

  it('of development is said to be one', async () => {
    const env = {
      NODE_ENV: 'development',
      MAILPIT_URL: 'http://127.0.0.1:8025',
      SMTP_URL: `smtp://127.0.0.1:${server.port}`,
    };
    expect(brief(await runCheck(transport, env))[0]).toContain('no mail leaves this machine');
  });

  it('with access tokens that the token service refuses says whose words they are', async () => {
    const database = await createDatabase();
    atEnd(database.drop);
    const tokens = await openTokenServer({ onToken: () => undefined });
    const env = {
      ...database.env,
      SMTP_URL: `smtp://events@127.0.0.1:${server.port}`,
      SMTP_OAUTH_TOKEN_URL: tokens.settings.tokenUrl.href,
      SMTP_OAUTH_CLIENT_ID: 'access-mail',
      SMTP_OAUTH_REFRESH_TOKEN: 'one that was taken back',
    };
    expect(await runCheck(transport, env, { usesDatabase: true })).toMatchObject([
      { level: 'error', message: expect.stringMatching(/gives no access token for SMTP_OAUTH/) },
    ]);
    expect(await runCheck(transport, env)).toMatchObject([{ level: 'skipped' }]);
  });
});

describe('Resend', async () => {
  const resend = await openResend();
  const SECRET = 'whsec_b25lIG9mIHRoZSB0ZXN0cyE=';
  const RESEND = {
    ...{ MAIL_TRANSPORT: 'resend', RESEND_API_KEY: resend.apiKey, RESEND_BASE_URL: resend.url },
    RESEND_WEBHOOK_SECRET: SECRET,
  };
  const domain: StandInDomain = { id: 'd1', name: 'studio.example', status: 'verified', records: [] };
  const webhook: StandInWebhook = {
    ...{ id: 'w1', endpoint: `${PRODUCTION.PUBLIC_URL}/webhooks/resend`, status: 'enabled' },
    ...{ events: WANTED_EVENTS, signing_secret: SECRET },
  };
  const ALL = ['ok Transport', 'ok Sending domain', 'ok Link tracking', 'ok Webhook', 'ok Provider’s clock'];
  const levels = (found: readonly { level: string; about: string }[]) =>
    found.map(({ level, about }) => `${level} ${about}`);

  async function look(
    { domains = [domain], webhooks = [webhook] }: { domains?: StandInDomain[]; webhooks?: StandInWebhook[] },
    env: Record<string, string> = {},
    now = () => new Date(),
  ) {
    resend.domains = domains;
    resend.webhooks = webhooks;
    return runCheck(transport, { ...RESEND, ...env }, { now });
  }

  it('in order is found to be, and gets no mail', async () => {
    expect(levels(await look({}))).toEqual(ALL);
    expect(resend.accepted).toEqual([]);
    expect(resend.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it.each([
    [
      'a domain that is not there',
      { domains: [] },
      'error Sending domain',
      /studio\.example.* is not in the account/,
    ],
    [
      'a domain that is not verified',
      { domains: [{ ...domain, status: 'pending' }] },
      'error Sending domain',
      /not verified at Resend \(pending\)/,
    ],
    [
      'click tracking',
      { domains: [{ ...domain, click_tracking: true }] },
      'warning Link tracking',
      /click tracking is on.*access links/,
    ],
    [
      'open tracking',
      { domains: [{ ...domain, open_tracking: true }] },
      'warning Link tracking',
      /open tracking is on/,
    ],
    [
      'no webhook',
      { webhooks: [] },
      'warning Webhook',
      /No webhook at Resend leads to https:\/\/events\.studio\.example\/webhooks\/resend:/,
    ],
    [
      'a webhook that leads elsewhere',
      { webhooks: [{ ...webhook, endpoint: 'https://old.example/webhooks/resend' }] },
      'warning Webhook',
      /one leads to https:\/\/old\.example/,
    ],
    [
      'a webhook that was disabled',
      { webhooks: [{ ...webhook, status: 'disabled' }] },
      'error Webhook',
      /is disabled/,
    ],
    [
      'a webhook that signs otherwise',
      { webhooks: [{ ...webhook, signing_secret: 'whsec_b3RoZXI=' }] },
      'error Webhook',
      /not the secret/,
    ],
    [
      'a webhook without bounces',
      { webhooks: [{ ...webhook, events: WANTED_EVENTS.filter((name) => name !== 'email.bounced') }] },
      'warning Webhook',
      /does not tell of email\.bounced\.$/,
    ],
    [
      'a webhook for all events, with a slash',
      { webhooks: [{ ...webhook, events: null, endpoint: `${webhook.endpoint}/` }] },
      'ok Webhook',
      /what becomes of mails/,
    ],
  ] as [string, { domains?: StandInDomain[]; webhooks?: StandInWebhook[] }, string, RegExp][])(
    'with %s is told so',
    async (_, account, finding, says) => {
      const found = await look(account);
      const [level, ...about] = finding.split(' ');
      expect(found).toContainEqual(
        expect.objectContaining({ level, about: about.join(' '), message: expect.stringMatching(says) }),
      );
      expect(JSON.stringify(found)).not.toMatch(/whsec_|re_stand_in/);
    },
  );

  it('that could not reach this machine is not asked for a webhook', async () => {
    const found = await look(
      { webhooks: [] },
      { NODE_ENV: 'development', PUBLIC_URL: 'http://localhost:3000' },
    );
    expect(levels(found)).toContain('skipped Webhook');
  });

  it('whose webhook nobody could verify here is an error', async () => {
    expect(levels(await look({}, { RESEND_WEBHOOK_SECRET: '' }))).toContain('error Webhook');
  });

  it('tells a key that is wrong, one that may only send, an account that asks too much, and nobody there', async () => {
    resend.apiKeys.set('re_sends_only', 'sending_access');
    expect(levels(await look({}, { RESEND_API_KEY: 're_wrong' }))[0]).toBe('error Transport');
    const restricted = await look({}, { RESEND_API_KEY: 're_sends_only' });
    expect(restricted[0]).toMatchObject({
      level: 'warning',
      message: expect.stringContaining('nothing else'),
    });
    resend.react = () => ({ fail: { status: 429, name: 'rate_limit_exceeded' } });
    expect(levels(await look({}))[0]).toBe('warning Transport');
    resend.react = () => 'drop';
    expect(levels(await look({}))).toEqual(['error Transport']);
    resend.react = () => undefined;
    expect(levels(await look({}, { RESEND_BASE_URL: 'http://127.0.0.1:9' }))).toEqual(['error Transport']);
  });

  it.each([
    [-90, 'warning', /\d\d seconds behind Resend’s/],
    [600, 'error', /10 minutes ahead of Resend’s\. Webhooks are refused/],
  ])('%d seconds from our clock is told', async (seconds, level, says) => {
    const now = () => new Date(Date.now() + seconds * 1_000);
    const found = await look({}, {}, now);
    expect(found.at(-1)).toMatchObject({
      about: 'Provider’s clock',
      level,
      message: expect.stringMatching(says),
    });
  });
});

describe('a test mail', async () => {
  const server = await openAnsweringServer();

  it('goes through the transport, and its refusal is told', async () => {
    const env = { SMTP_URL: server.url };
    expect(await runCheck(sendMail('ada@example.com'), env)).toMatchObject([{ level: 'ok' }]);
    expect(server.taken).toMatchObject([{ to: 'ada@example.com', from: 'events@studio.example' }]);
    expect(server.taken[0]?.source).toContain('https://events.studio.example');
    server.answers.set('bob@example.com', '550 5.1.1 no such user');
    expect(await runCheck(sendMail('bob@example.com'), env)).toMatchObject([
      { level: 'error', message: expect.stringContaining('no such user') },
    ]);
  });

  it('goes through Resend as well', async () => {
    const database = await createDatabase();
    atEnd(database.drop);
    const resend = await openResend();
    const env = {
      ...database.env,
      ...{ MAIL_TRANSPORT: 'resend', RESEND_API_KEY: resend.apiKey, RESEND_BASE_URL: resend.url },
    };
    expect(await runCheck(sendMail('ada@example.com'), env, { usesDatabase: true })).toMatchObject([
      { level: 'ok' },
    ]);
    expect(resend.accepted).toMatchObject([{ to: ['ada@example.com'] }]);
  });
});

it.each([
  ['nobody', {}, 'warning'],
  [
    'a provider’s webhook',
    { POSTMARK_WEBHOOK_USER: 'postmark', POSTMARK_WEBHOOK_PASSWORD: 'sixteen letters!' },
    'ok',
  ],
  ['a bounce mailbox', { BOUNCE_IMAP_URL: 'imaps://bounces:pw@mail.example/INBOX' }, 'ok'],
  ['the transport itself', { MAIL_TRANSPORT: 'resend', RESEND_API_KEY: 're_1' }, 'skipped'],
  ['nobody, in development', { NODE_ENV: 'development' }, 'skipped'],
])('says whether anybody tells what becomes of mails: %s', async (_, env, level) => {
  expect(await runCheck(feedback, env as Record<string, string>)).toMatchObject([{ level }]);
});
