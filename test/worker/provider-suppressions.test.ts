import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { addressHash } from '../../src/domain/address.ts';
import { liftAtProvider } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../../worker/context.ts';
import { lift as liftOne } from '../../worker/jobs/lift-at-provider.ts';
import { openApp } from '../support/app.ts';
import { openResend, openResendDelivery } from '../support/resend.ts';
import { signWebhook, suppressed, suppressionEvent } from '../support/resend-stand-in.ts';
import { type SentMail, sentMail } from '../support/sent-mail.ts';
import { signIn } from '../support/team.ts';
import { openDelivery } from '../support/worker.ts';

const SECRET = `whsec_${Buffer.from('the secret of the tests').toString('base64')}`;
const app = await openApp({
  RESEND_WEBHOOK_SECRET: SECRET,
  MAIL_FROM: 'Events <events@events.example.test>',
});
const resend = await openResend();
const { context } = openResendDelivery(app, resend);
const member = await signIn(app, { role: 'admin' });
type Origin = 'bounce' | 'complaint' | 'manual';

/** Posts a signed webhook as Resend does; it must be taken, and is applied. */
async function told(body: unknown, id = `msg_${randomUUID()}`): Promise<void> {
  const text = JSON.stringify(body);
  const timestamp = Math.floor(app.clock.now.getTime() / 1000);
  const { status } = await app.request('/webhooks/resend', {
    method: 'POST',
    headers: signWebhook({ id, timestamp, body: text, secrets: [SECRET] }),
    body: text,
  });
  expect(status).toBe(200);
  await app.intake.settled();
}

const tellList = (
  type: 'added' | 'removed',
  email: string,
  { origin = 'bounce' as Origin, secondsAgo = 0, id = undefined as string | undefined } = {},
) =>
  told(
    suppressionEvent(
      `suppression.${type}`,
      suppressed([], email, origin, app.clock.now.getTime()),
      app.clock.now.getTime() - secondsAgo * 1_000,
    ),
    id,
  );

/** What became of a mail, told by Resend. */
const tellMail = (mail: SentMail, type: string, data: Record<string, unknown> = {}, secondsAgo = 0) =>
  told({
    type: `email.${type}`,
    created_at: new Date(app.clock.now.getTime() - secondsAgo * 1_000).toISOString(),
    data: { email_id: mail.providerMessageId, tags: { message_id: mail.messageId }, ...data },
  });
const BOUNCE = { bounce: { type: 'Permanent', subType: 'General', message: 'gone', diagnosticCode: [] } };

async function active(email: string) {
  const { rows } = await app.pool.query<{ scope: string; reason: string; address: string | null }>(
    `select scope, reason, address, listed_by as "listedBy" from {schema}.suppression
     where address_hash = $1 and lifted_at is null order by created_at, id`,
    [addressHash(email)],
  );
  return rows;
}
const pendingLift = async (email: string) =>
  (await app.pool.query('select * from {schema}.provider_lift where address_hash = $1', [addressHash(email)]))
    .rows[0];
const jobsFor = async (email: string) =>
  app.boss.findJobs('lift-at-provider', { data: { addressHash: addressHash(email) }, queued: true });
/** Runs the jobs that wait for the address, as if each were due. */
async function lift(by: typeof context, addressHash: string) {
  for (const { data } of await app.boss.findJobs('lift-at-provider', { data: { addressHash }, queued: true }))
    await liftOne(by, liftAtProvider.payload.parse(data));
}
const allow = (email: string) => app.api('DELETE', `/suppressions/${encodeURIComponent(email)}`);
const auditOf = async (action: string) =>
  (await app.api('GET', `/audit?action=${action}&limit=5`)).json.items as { detail: object; actor: string }[];
const paneOf = ({ eventId, registrantId }: SentMail) => ({
  page: `/team/events/${eventId}/people?person=${registrantId}`,
  form: `/team/events/${eventId}/people/${registrantId}/lift`,
});
const listedAt = (email: string) => resend.suppressions.some((one) => one.email === email);

describe('an address that mail is allowed to again', () => {
  it('is taken off the provider’s list by a worker, and the webhook that follows changes nothing more', async () => {
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    suppressed(resend.suppressions, mail.email, 'bounce', app.clock.now.getTime());
    app.clock.advance(1_000);
    expect((await allow(mail.email)).status).toBe(204);
    expect(await active(mail.email)).toEqual([]);
    // Nothing was asked within the request: that is a job's.
    expect(listedAt(mail.email)).toBe(true);
    expect(await jobsFor(mail.email)).toHaveLength(1);
    const before = resend.requests.length;
    await lift(context, addressHash(mail.email));
    expect(resend.requests.slice(before)).toMatchObject([
      { method: 'DELETE', path: `/suppressions/${encodeURIComponent(mail.email)}`, status: 200 },
    ]);
    expect(await pendingLift(mail.email)).toBeUndefined();
    const entries = (await auditOf('suppression_lifted')).length;
    await tellList('removed', mail.email);
    expect(await auditOf('suppression_lifted')).toHaveLength(entries);
    // Twice, as jobs may run: nobody is asked again.
    await lift(context, addressHash(mail.email));
    expect(resend.requests).toHaveLength(before + 1);
  });

  it('need not be on the provider’s list', async () => {
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    await allow(mail.email);
    await lift(context, addressHash(mail.email));
    expect(resend.requests.at(-1)).toMatchObject({ method: 'DELETE', status: 404 });
    expect(await pendingLift(mail.email)).toBeUndefined();
  });

  it('is lifted from the person’s page as well', async () => {
    const mail = await sentMail(app);
    await tellMail(mail, 'complained');
    await member.post(paneOf(mail).form);
    expect(await jobsFor(mail.email)).toHaveLength(1);
  });

  it('is nobody’s business but ours where only an unsubscription was lifted', async () => {
    const email = `${randomUUID()}@example.com`;
    const mail = await sentMail(app, { email });
    await app.pool.query(
      `insert into {schema}.suppression (address_hash, address, scope, event_id, reason, created_at)
       values ($1, $2, 'reminders', $3, 'unsubscribed', $4)`,
      [addressHash(email), email, mail.eventId, app.clock.now],
    );
    expect((await allow(email)).status).toBe(204);
    expect(await jobsFor(email)).toEqual([]);
  });

  it('stays on the list where its registrant is corrected to another address', async () => {
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    await app.api('PATCH', mail.path, { email: `${randomUUID()}@example.com` });
    expect(await jobsFor(mail.email)).toEqual([]);
    expect(await active(mail.email)).toMatchObject([{ reason: 'bounced' }]);
  });

  it('needs nothing more where the transport keeps no list', async () => {
    const smtp = openDelivery(app, 'smtp://127.0.0.1:9');
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    await allow(mail.email);
    const before = resend.requests.length;
    await lift(smtp, addressHash(mail.email));
    expect(await pendingLift(mail.email)).toBeUndefined();
    expect(resend.requests).toHaveLength(before);
  });
});

describe('a provider that does not lift', () => {
  it('is asked again by the ladder while it is away, and what was allowed here stays allowed', async () => {
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    suppressed(resend.suppressions, mail.email, 'bounce', app.clock.now.getTime());
    await allow(mail.email);
    resend.react = () => ({ fail: { status: 500, name: 'application_error', message: `no ${mail.email}` } });
    await lift(context, addressHash(mail.email));
    const first = await pendingLift(mail.email);
    expect(first).toMatchObject({
      attempts: 1,
      failed_at: null,
      error: expect.stringContaining('application_error'),
    });
    expect(first.error).not.toContain('@');
    const jobs = await jobsFor(mail.email);
    const waits = jobs.map(({ startAfter }) => startAfter.getTime() - app.clock.now.getTime());
    expect(jobs).toHaveLength(2);
    expect(Math.max(...waits)).toBeGreaterThanOrEqual(8_000);
    expect(Math.max(...waits)).toBeLessThanOrEqual(12_000);
    expect(await active(mail.email)).toEqual([]);
    const { page } = paneOf(mail);
    expect((await member.get(page)).text).toContain('The mail provider could not be asked yet');
    resend.react = () => undefined;
    await lift(context, addressHash(mail.email));
    expect(listedAt(mail.email)).toBe(false);
    expect(await pendingLift(mail.email)).toBeUndefined();
    expect((await member.get(page)).text).not.toContain('Blocked by the mail provider');
  });

  it('is taken off the list of the second transport, too, and asked for again until both have', async () => {
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    await allow(mail.email);
    let isAway = true;
    const asked: string[] = [];
    const second: WorkerContext['provider'] = {
      ...context.provider,
      name: 'second',
      async liftSuppression(address) {
        asked.push(address);
        return isAway ? { type: 'failed', error: 'away', again: true } : { type: 'lifted' };
      },
    };
    const both = { ...context, fallback: { ...context, provider: second } };
    await lift(both, addressHash(mail.email));
    expect(await pendingLift(mail.email)).toMatchObject({ error: 'away' });
    isAway = false;
    await lift(both, addressHash(mail.email));
    expect(asked).toEqual([mail.email, mail.email]);
    expect(await pendingLift(mail.email)).toBeUndefined();
  });

  it('is asked no longer than a day', async () => {
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    await allow(mail.email);
    resend.react = () => ({ fail: { status: 503, name: 'service_unavailable' } });
    app.clock.advance(24 * 3_600_000);
    await lift(context, addressHash(mail.email));
    resend.react = () => undefined;
    expect(await pendingLift(mail.email)).toMatchObject({ failed_at: app.clock.now });
  });

  it.each([
    ['a key that may only send', { status: 401, name: 'restricted_api_key' }],
    [
      'an account without that part of the API',
      { status: 404, name: 'not_found', message: 'The requested endpoint does not exist.' },
    ],
  ])('refuses for good (%s): the team is told, and can ask again', async (_, fail) => {
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    suppressed(resend.suppressions, mail.email, 'bounce', app.clock.now.getTime());
    await allow(mail.email);
    resend.react = () => ({ fail });
    await lift(context, addressHash(mail.email));
    resend.react = () => undefined;
    const [entry] = await auditOf('suppression_not_lifted');
    expect(entry).toMatchObject({
      actor: 'mail_provider',
      detail: { provider: 'resend', reason: expect.stringContaining(fail.name) },
    });
    const { page, form } = paneOf(mail);
    const { text } = await member.get(page);
    expect(text).toContain('did not take it off its own list');
    expect(text).toContain('Ask the provider again');
    expect((await member.get('/team/audit')).text).toContain('still blocks an address');
    await member.post(form);
    await lift(context, addressHash(mail.email));
    expect(listedAt(mail.email)).toBe(false);
    expect((await allow(mail.email)).status).toBe(404);
  });

  it('is forgotten with the address, once its person is erased', async () => {
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    await allow(mail.email);
    await app.api('DELETE', mail.path);
    expect(await pendingLift(mail.email)).toBeUndefined();
    await lift(context, addressHash(mail.email));
  });
});

describe('an address on the provider’s list', () => {
  it.each([
    ['bounce', 'all', 'bounced'],
    ['complaint', 'unrequested', 'complained'],
    ['manual', 'all', 'provider'],
    ['something_new', 'all', 'provider'],
  ])('because of a %s gets here: %s, %s', async (origin, scope, reason) => {
    const mail = await sentMail(app);
    await tellList('added', mail.email.toUpperCase(), { origin: origin as Origin });
    expect(await active(mail.email)).toEqual([{ scope, reason, address: mail.email, listedBy: 'resend' }]);
    app.clock.advance(1_000);
    await tellList('removed', mail.email, { origin: origin as Origin });
    expect(await active(mail.email)).toEqual([]);
  });

  it('of whom nobody is registered is kept by its hash alone', async () => {
    const email = `${randomUUID()}@example.com`;
    await tellList('added', email);
    expect(await active(email)).toMatchObject([{ reason: 'bounced', address: null }]);
    const mail = await sentMail(app, { email }, { status: 'queued', status_rank: 0 });
    expect((await mail.registrant()).suppressions).toMatchObject([{ reason: 'bounced' }]);
  });

  it('whose bounce is known already has one entry, in either order', async () => {
    for (const order of [0, 1]) {
      const mail = await sentMail(app);
      const both = [() => tellMail(mail, 'bounced', BOUNCE), () => tellList('added', mail.email)];
      for (const tell of order === 0 ? both : both.reverse()) await tell();
      expect(await active(mail.email)).toMatchObject([{ scope: 'all', reason: 'bounced' }]);
    }
  });

  it('is suppressed once, however often and under whatever id it is told', async () => {
    const mail = await sentMail(app);
    const id = `msg_${randomUUID()}`;
    for (const again of [id, id, undefined]) await tellList('added', mail.email, { id: again });
    expect(await active(mail.email)).toHaveLength(1);
  });

  it('that left it is not suppressed by what happened before and is told late', async () => {
    const mail = await sentMail(app);
    await tellList('removed', mail.email, { secondsAgo: 10 });
    await tellList('added', mail.email, { secondsAgo: 60 });
    expect(await active(mail.email)).toEqual([]);
    await tellList('added', mail.email, { secondsAgo: 5 });
    expect(await active(mail.email)).toHaveLength(1);
    await tellList('removed', mail.email, { secondsAgo: 8 });
    expect(await active(mail.email)).toHaveLength(1);
  });

  it('that the team allowed mail to since is not suppressed by an older word', async () => {
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    app.clock.advance(60_000);
    await allow(mail.email);
    await tellList('added', mail.email, { secondsAgo: 61 });
    expect(await active(mail.email)).toEqual([]);
    app.clock.advance(60_000);
    await tellList('added', mail.email);
    expect(await active(mail.email)).toHaveLength(1);
  });

  it('is named by a webhook without a usable address: it is kept, and changes nothing', async () => {
    for (const email of [undefined, '', 'nobody', 42])
      await told({ type: 'suppression.added', created_at: app.clock.now.toISOString(), data: { email } });
  });
});

describe('an address that left the provider’s list', () => {
  it.each([
    ['a bounce that the provider told', 'bounce', ['bounced', BOUNCE], []],
    ['a bounce, where a complaint left the list', 'complaint', ['bounced', BOUNCE], ['bounced']],
    ['a complaint that the provider told', 'complaint', ['complained', {}], []],
    ['a mail that the provider did not attempt', 'bounce', ['suppressed', {}], []],
    ['a mail that it did not attempt, of an entry by hand', 'manual', ['suppressed', {}], []],
  ] as const)('is allowed or not after %s', async (_, origin, [type, data], left) => {
    const mail = await sentMail(app);
    await tellMail(mail, type, data, 10);
    expect(await active(mail.email)).toHaveLength(1);
    await tellList('removed', mail.email, { origin });
    expect((await active(mail.email)).map(({ reason }) => reason)).toEqual(left);
    // No loop: what the provider said is not asked of it.
    expect(await jobsFor(mail.email)).toEqual([]);
    if (left.length === 0)
      expect((await auditOf('suppression_lifted'))[0]).toMatchObject({ actor: 'mail_provider' });
  });

  it.each(['soft_bounces', 'unsubscribed', 'bounced', 'complained'])(
    'stays blocked for what we found by ourselves: %s',
    async (reason) => {
      const mail = await sentMail(app);
      await app.pool.query(
        `insert into {schema}.suppression (address_hash, address, scope, reason, message_id, created_at)
         values ($1, $2, 'all', $3, $4, $5)`,
        [addressHash(mail.email), mail.email, reason, mail.messageId, app.clock.now],
      );
      for (const origin of ['bounce', 'complaint', 'manual'] as const)
        await tellList('removed', mail.email, { origin });
      expect(await active(mail.email)).toMatchObject([{ reason }]);
    },
  );

  it('stays blocked for what happened after it left', async () => {
    const mail = await sentMail(app);
    await tellMail(mail, 'bounced', BOUNCE);
    await tellList('removed', mail.email, { secondsAgo: 30 });
    expect(await active(mail.email)).toMatchObject([{ reason: 'bounced' }]);
  });
});
