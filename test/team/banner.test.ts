import { expect, it } from 'vitest';
import { type BreakerKey, closeBreakers, openBreaker } from '../../src/db/circuit-breaker.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';

// What a server found out stands for some seconds: each has its own.
const [well, late, refused, partly, bridged] = await Promise.all([
  openApp(),
  openApp(),
  openApp(),
  openApp(),
  openApp(),
]);

it('says nothing while mail goes out', async () => {
  const { text } = await (await signIn(well)).get('/team/events');
  expect(text).not.toMatch(/Mail is late|No mail goes out/);
});

it('says on every page that mail is late, and for how long', async () => {
  const event = await late.event();
  await late.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
  late.clock.advance(5 * 60_000);
  const member = await signIn(late);
  for (const path of ['/team/events', `/team/events/${event.id}/people`, '/team/audit'])
    expect((await member.get(path)).text).toMatch(/Mail is late: .* 5 minutes\. /);
});

it('says that the mail server refuses us, in its words and as text', async () => {
  const now = refused.clock.now;
  const reason = '535 5.7.8 <b>wrong</b> password';
  await openBreaker(refused.pool, 'smtp', { scope: 'account', key: '', openedAt: now, reason, probeAt: now });
  const { text } = await (await signIn(refused)).get('/team/events');
  expect(text).toContain('Sending has stopped: the mail server rejects our mails.');
  expect(text).toContain(
    '535 5.7.8 &lt;b&gt;wrong&lt;/b&gt; password” Check the user and the password in SMTP_URL.',
  );
  expect((await refused.request('/readyz')).json.mail).toEqual({ state: 'refused', reason });
});

it('says that mail goes by the second transport, with the first’s words, and nothing of it once that refuses us, too', async () => {
  const { pool, clock, request } = bridged;
  const reason = '535 5.7.8 <b>wrong</b> password';
  const breaker = { scope: 'account', key: '', openedAt: clock.now, probeAt: clock.now } as const;
  await openBreaker(pool, 'resend', { ...breaker, reason }, { fallback: 'smtp', isFallback: false });
  const person = await signIn(bridged);
  const { text } = await person.get('/team/events');
  expect(text).toContain(
    'Sending goes through the second transport (smtp). The first (resend) takes no mail: “',
  );
  expect(text).toContain('“535 5.7.8 &lt;b&gt;wrong&lt;/b&gt; password” Check the user');
  expect(text).toContain('class="banner banner--warning"');
  const since = clock.now.toISOString();
  const ready = await request('/readyz');
  expect([ready.status, ready.json.mail]).toEqual([
    200,
    { state: 'fallback', reason, fallback: { from: 'resend', to: 'smtp', since } },
  ]);
  const metrics = async () => (await request('/metrics?scope=cluster')).text;
  expect(await metrics()).toMatch(/^access_mail_sending_by_fallback 1$/m);
  expect(await metrics()).toMatch(/^access_mail_circuit_breakers_open\{scope="account"\} 0$/m);

  await openBreaker(pool, 'smtp', { ...breaker, reason: 'suspended' }, { fallback: null, isFallback: true });
  await waitFor(async () =>
    expect((await request('/readyz')).json.mail).toEqual({ state: 'refused', reason }),
  );
  expect((await person.get('/team/events')).text).toContain('Sending has stopped');
  expect(await metrics()).toMatch(/^access_mail_sending_by_fallback 0$/m);

  // The first takes mail again: what the second said of us matters to nobody.
  await closeBreakers(pool, 'resend', [{ scope: 'account', key: '' }], clock.now);
  await waitFor(async () =>
    expect((await request('/readyz')).json.mail).toEqual({ state: 'ok', reason: null }),
  );
});

const member = await signIn(partly);
const REASON = '550 5.7.1 <i>spam</i>';

async function open(app: TestApp, key: BreakerKey, reason = REASON): Promise<void> {
  const at = app.clock.now;
  await openBreaker(app.pool, 'smtp', { ...key, openedAt: at, reason, probeAt: at });
  app.clock.advance(1);
}

/** The banner's HTML once it says this, without what belongs to its parts' layout. */
async function banner(said: string): Promise<string> {
  let found = '';
  await waitFor(async () => {
    const { text } = await member.get('/team/events');
    found =
      /<div class="banner banner--warning"[^>]*><p>(.*?)<\/p>/s.exec(text)?.[1]?.replace(/<!-- -->/g, '') ??
      '';
    expect(found).toContain(said);
  });
  return found;
}

const ESCAPED = '“550 5.7.1 &lt;i&gt;spam&lt;/i&gt;”';
const REST = `${ESCAPED} Only these mails are waiting. We try again every minute, and no mail is lost.`;

it('names the domain, the kind or the event whose mails are refused, the widest first, and says how many more', async () => {
  const domain = { scope: 'recipient_domain', key: 'b&b.example' } as const;
  await open(partly, domain);
  expect(await banner('the domain')).toBe(
    `The mail server rejects mails to the domain b&amp;b.example. ${REST}`,
  );
  await open(partly, { scope: 'recipient_domain', key: 'example.com' });
  expect(await banner('more')).toMatch(
    /the domain b&amp;b\.example\. .* The same is true of 1 more recipient domain\.$/,
  );

  const kind = { scope: 'event', key: 'sign_in' } as const;
  await open(partly, kind);
  expect(await banner('of the kind')).toBe(
    `The mail server rejects mails of the kind “Sign-in link”. ${REST} The same is true of 2 more recipient domains.`,
  );

  await closeBreakers(partly.pool, 'smtp', [kind, domain], partly.clock.now);
  const { id } = await partly.event({ title: 'Calm <b>software</b>' });
  await open(partly, { scope: 'event', key: id });
  for (let n = 0; n < 2; n++) await open(partly, { scope: 'event', key: crypto.randomUUID() });
  expect(await banner('of the event')).toBe(
    `The mail server rejects the mails of the event <a href="/team/events/${id}/mails"><bdi>Calm &lt;b&gt;software&lt;/b&gt;</bdi></a>. ` +
      `${REST} The same is true of 2 more events and 1 more recipient domain.`,
  );
  expect((await member.get(`/team/events/${id}/mails`)).status).toBe(200);
});

it('is partly refused only while the account is not refused and nothing is late', async () => {
  const state = async () => (await partly.request('/readyz')).json.mail;
  await waitFor(async () => expect(await state()).toEqual({ state: 'partly_refused', reason: REASON }));
  const event = await partly.event();
  await partly.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
  partly.clock.advance(5 * 60_000);
  await waitFor(async () => expect(await state()).toEqual({ state: 'late', reason: null }));
  await open(partly, { scope: 'account', key: '' }, '535 wrong');
  await waitFor(async () => expect(await state()).toEqual({ state: 'refused', reason: '535 wrong' }));
});

it('says of an event that is no longer there that mails of one event are refused', async () => {
  const app = await openApp();
  await open(app, { scope: 'event', key: crypto.randomUUID() });
  const { text } = await (await signIn(app)).get('/team/events');
  expect(text).toContain('The mail server rejects mails of one event. “550 5.7.1');
});
