import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { authenticate, dkimVerify } from 'mailauth';
import { afterAll, describe, expect, it } from 'vitest';
import { sendSample } from '../../src/actions/sample.ts';
import { sendSignInLink } from '../../src/actions/sign-in.ts';
import { transaction } from '../../src/db/pool.ts';
import { addressHash } from '../../src/domain/address.ts';
import { dkimName, dkimRecord, publicKeyOf } from '../../src/domain/dkim.ts';
import { createDns } from '../../src/lib/dns.ts';
import { createLogger } from '../../src/log.ts';
import { createProvider } from '../../src/providers/create-provider.ts';
import { askOnce } from '../../src/senders/resolver.ts';
import { createContext, type WorkerContext } from '../../worker/context.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp, type TestApp } from '../support/app.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { verifiedDomain } from '../support/senders.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const dns = await openDnsServer({
  [dkimName('site', 'events.example')]: { txt: [dkimRecord(publicKeyOf(privateKey))] },
});
const server = await openAnsweringServer();
const settings = {
  SMTP_URL: server.url,
  MAIL_FROM: 'Events <mail@events.example>',
  DNS_SERVERS: dns.address,
};
const app = await openApp({
  ...settings,
  DKIM_KEY: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  DKIM_SELECTOR: 'site',
});
const worker = openWith(app);
await verifiedDomain(app, dns, 'studio.example');
await verifiedDomain(app, dns, 'xn--mnchen-3ya.example');
await verifiedDomain(app, dns, 'relay.example', { signing: 'relay' });
let people = 0;

function openWith({ config, pool, boss, clock }: TestApp): WorkerContext {
  const now = () => clock.now;
  const provider = createProvider(config, { pool, now });
  afterAll(() => provider.close());
  return createContext({ config, pool, boss, provider, log: createLogger(config), now });
}

/** Somebody registered for an event with this sender, with their confirmation waiting. */
async function queued(changes: Record<string, unknown>, to = app) {
  const event = await to.event(changes);
  const email = `s${++people}@example.com`;
  const { json } = await to.api('POST', `/events/${event.id}/registrants`, { email, firstName: 'Ada' });
  const { messages } = (await to.api('GET', `/events/${event.id}/registrants/${json.id}`)).json;
  return { id: messages[0].id as string, email, event, registrant: json };
}

const deliver = (ids: readonly string[], by = worker) =>
  deliverMessages(
    by,
    ids.map((id) => ({ id, jobId: randomUUID() })),
  );

function mailTo(email: string) {
  const taken = server.taken.filter(({ to }) => to === email);
  expect(taken).toHaveLength(1);
  const [mail] = taken;
  if (!mail) throw new Error('no mail was taken');
  const head = mail.source.slice(0, mail.source.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ');
  const header = (name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1] ?? null;
  return { ...mail, header };
}

const resolver = () => askOnce(createDns([dns.address])).resolver;

/** What a receiver finds: each signature's domain and result. */
async function signatures(source: string) {
  const { results } = await dkimVerify(source, { resolver: resolver() });
  return results.map(({ signingDomain, selector, status }) => ({
    signingDomain,
    selector,
    result: status.result,
  }));
}

describe('mails over SMTP', () => {
  it('come from whom each event chose, in one batch, and each is signed for its own domain', async () => {
    const ours = await queued({ fromName: 'Ada’s studio', fromAddress: 'ada@studio.example' });
    const umlaut = await queued({ fromAddress: 'ada@münchen.example' });
    const named = await queued({ fromName: 'Ada “the” Count' });
    const plain = await queued({});
    const relayed = await queued({ fromAddress: 'ada@relay.example' });
    await deliver([ours, umlaut, named, plain, relayed].map(({ id }) => id));

    const mail = mailTo(ours.email);
    expect(mail.from).toBe('ada@studio.example');
    expect(mail.header('Message-ID')).toBe(`<${ours.id}@studio.example>`);
    expect(mail.header('From')).toMatch(/ <ada@studio\.example>$/);
    const { json } = await app.api('GET', '/sender-domains/studio.example');
    expect(await signatures(mail.source)).toEqual([
      { signingDomain: 'studio.example', selector: json.selector, result: 'pass' },
    ]);
    const { dmarc } = await authenticate(mail.source, {
      sender: mail.from,
      ip: '192.0.2.1',
      helo: 'mail.example',
      resolver: resolver(),
    });
    expect(dmarc ? dmarc.status.result : null).toBe('pass');

    const international = mailTo(umlaut.email);
    expect(international.header('From')).toBe('"Events" <ada@xn--mnchen-3ya.example>');
    expect(await signatures(international.source)).toMatchObject([
      { signingDomain: 'xn--mnchen-3ya.example', result: 'pass' },
    ]);
    const byName = mailTo(named.email);
    expect(byName.from).toBe('mail@events.example');
    expect(byName.header('From')).toMatch(/ <mail@events\.example>$/);
    const site = [{ signingDomain: 'events.example', selector: 'site', result: 'pass' }];
    expect(await signatures(byName.source)).toEqual(site);
    const bySite = mailTo(plain.email);
    expect(bySite.header('From')).toBe('"Events" <mail@events.example>');
    expect(bySite.header('Message-ID')).toBe(`<${plain.id}@events.example>`);
    expect(await signatures(bySite.source)).toEqual(site);
    const unsigned = mailTo(relayed.email);
    expect([unsigned.from, unsigned.header('DKIM-Signature')]).toEqual(['ada@relay.example', null]);
  });

  it('are signed over the very bytes that arrive: dots at line starts, long lines, other scripts, files', async () => {
    const cases = [
      { fromAddress: 'ada@studio.example', title: '.', description: `.\n..\n${'word '.repeat(400)}` },
      { fromAddress: 'ada@studio.example', title: 'مرحبا بالعالم', description: 'ünï\n\n \t \n' },
      { fromAddress: 'ada@studio.example', title: 'x'.repeat(200), description: '   trailing   \n\n\n' },
    ];
    const mails = [];
    for (const one of cases) mails.push(await queued(one));
    await deliver(mails.map(({ id }) => id));
    for (const { email } of mails) {
      const { source } = mailTo(email);
      expect(await signatures(source)).toMatchObject([{ result: 'pass' }]);
      expect(await signatures(source.replace('Hi Ada', 'Hi Eve'))).toMatchObject([{ result: 'neutral' }]);
      expect(await signatures(source.replace(/^Subject: /m, 'Subject: Re: '))).toMatchObject([
        { result: 'fail' },
      ]);
    }
  });

  it('that can be stopped with one click have both headers of RFC 8058 signed', async () => {
    const { event, email } = await queued({ fromAddress: 'ada@studio.example' });
    const { json } = await app.api('POST', `/events/${event.id}/announcements`, {
      subject: 'News',
      text: 'Hello',
    });
    const { items } = (await app.api('GET', `/messages?kind=announcement`)).json;
    expect(json.queued).toBe(1);
    await deliver(items.map(({ id }: { id: string }) => id));
    const { source, header } = mailTo(email);
    expect(header('List-Unsubscribe-Post')).toBe('List-Unsubscribe=One-Click');
    expect(header('DKIM-Signature')).toMatch(/h=[^;]*list-unsubscribe:list-unsubscribe-post/);
    expect(await signatures(source)).toMatchObject([{ result: 'pass' }]);
  });

  it('to the team come from the site, a sample as registrants get it', async () => {
    const { event } = await queued({ fromName: 'Ada’s studio', fromAddress: 'ada@studio.example' });
    const { id, email } = await signIn(app);
    await transaction(app.pool, (db) =>
      sendSample(
        { db, boss: app.boss, now: app.clock.now, actor: `team_member:${id}`, memberId: id },
        event.id,
        {
          kind: 'confirmation',
          language: 'en',
          words: { subject: null, introduction: null, signature: null },
        },
      ),
    );
    await transaction(app.pool, (db) =>
      sendSignInLink(
        { db, boss: app.boss, now: app.clock.now },
        {
          addressHash: addressHash(email),
          dedupeKey: randomUUID(),
          language: 'en',
          nextPath: '/team',
          browserHash: null,
        },
      ),
    );
    const { rows } = await app.pool.query<{ id: string; kind: string }>(
      `select id, kind from {schema}.team_message where to_address = $1`,
      [email],
    );
    await deliver(rows.map((row) => row.id));
    const sentAs = (kind: string) => {
      const message = rows.find((row) => row.kind === kind)?.id;
      return server.taken.find(({ source }) => message && source.includes(`<${message}@`))?.from;
    };
    expect([sentAs('sign_in'), sentAs('confirmation')]).toEqual([
      'mail@events.example',
      'ada@studio.example',
    ]);
  });

  it('go on from the same sender after a first attempt, whatever the event says by then, and a changed sender takes over what nobody got', async () => {
    const uncertain = await queued({ fromAddress: 'ada@studio.example' });
    const refused = await queued({ fromAddress: 'ada@studio.example' });
    for (const { email } of [uncertain, refused]) server.answers.set(email, '451 4.7.1 try again');
    await deliver([uncertain.id, refused.id]);
    await app.pool.query('update {schema}.message set uncertain_attempts = 1 where id = $1', [uncertain.id]);
    for (const { email } of [uncertain, refused]) server.answers.delete(email);
    for (const { event } of [uncertain, refused])
      await app.api('PATCH', `/events/${event.id}`, { fromAddress: 'eve@relay.example' });
    app.clock.advance(20_000);
    await deliver([uncertain.id, refused.id]);
    expect(mailTo(uncertain.email).from).toBe('ada@studio.example');
    expect(mailTo(uncertain.email).header('Message-ID')).toBe(`<${uncertain.id}@studio.example>`);
    expect(mailTo(refused.email).from).toBe('eve@relay.example');
  });

  it('come from the site once the domain is lost, under the event’s name, with answers to the chosen address, and every page says so', async () => {
    await verifiedDomain(app, dns, 'lost.example');
    const lost = await queued({ fromName: 'Ada’s studio', fromAddress: 'ada@lost.example' });
    const replies = await queued({ fromAddress: 'ada@lost.example', replyTo: 'host@example.com' });
    const setLost = (at: Date | null) =>
      app.pool.query(
        `update {schema}.sender_domain set verified_at = case when $1::timestamptz is null then now() end, lost_at = $1
         where domain = 'lost.example'`,
        [at],
      );
    await setLost(app.clock.now);
    await deliver([lost.id, replies.id]);
    const mail = mailTo(lost.email);
    expect([mail.from, mail.header('Reply-To')]).toEqual(['mail@events.example', 'ada@lost.example']);
    expect(mail.header('From')).toMatch(/ <mail@events\.example>$/);
    expect(await signatures(mail.source)).toMatchObject([
      { signingDomain: 'events.example', result: 'pass' },
    ]);
    expect(mailTo(replies.email).header('Reply-To')).toBe('host@example.com');

    const member = await signIn(app);
    const page = (await member.get(`/team/events/${lost.event.id}/people`)).text;
    expect(page).toContain('come from mail@events.example, and not from ada@lost.example');
    expect((await member.get('/team/events')).text).toContain('href="/team/senders/lost.example"');
    await setLost(null);
    expect((await member.get('/team/events')).text).not.toContain('href="/team/senders/lost.example"');
  });

  it('that the server refuses for their sender wait alone: others go out meanwhile', async () => {
    await verifiedDomain(app, dns, 'refused.example');
    const one = await queued({ fromAddress: 'ada@refused.example' });
    const two = await queued({ fromAddress: 'ada@refused.example' });
    const other = await queued({ fromAddress: 'ada@studio.example' });
    server.answers.set(one.email, '553 5.7.1 Sender address rejected: not owned by user');
    await deliver([one.id]);
    await deliver([two.id, other.id]);
    mailTo(other.email);
    const state = async ({ id }: { id: string }) => (await app.api('GET', `/messages/${id}`)).json;
    expect(await state(two)).toMatchObject({
      status: 'queued',
      error: expect.stringContaining('Sender address'),
    });
    const { rows } = await app.pool.query('select scope, key from {schema}.circuit_breaker');
    expect(rows).toEqual([{ scope: 'sender_domain', key: 'refused.example' }]);
    const member = await signIn(app);
    // The state of mail is read once a second.
    await waitFor(async () =>
      expect((await member.get('/team/events')).text.includes('href="/team/senders/refused.example"')).toBe(
        true,
      ),
    );
    server.answers.delete(one.email);
    app.clock.advance(130_000);
    await deliver([two.id]);
    await deliver([one.id]);
    expect([(await state(one)).status, (await state(two)).status]).toEqual(['sent', 'sent']);
    expect((await app.pool.query('select from {schema}.circuit_breaker')).rowCount).toBe(0);
  });

  it('keep the Return-Path of BOUNCE_ADDRESS', async () => {
    const bouncing = await openApp({ ...settings, BOUNCE_ADDRESS: 'bounces@bounce.example' });
    const by = openWith(bouncing);
    await verifiedDomain(bouncing, dns, 'bounced.example');
    const { id, email } = await queued({ fromAddress: 'ada@bounced.example' }, bouncing);
    await deliver([id], by);
    const { from, header, source } = mailTo(email);
    expect(bouncing.config.bounceAddresses?.findMessageId(from)).toBe(id);
    expect(header('From')).toContain('<ada@bounced.example>');
    expect(await signatures(source)).toMatchObject([{ signingDomain: 'bounced.example', result: 'pass' }]);
  });
});

it('a bounce report finds its message whatever domain its Message-ID has', async () => {
  const { id, email } = await queued({ fromAddress: 'ada@studio.example' });
  await deliver([id]);
  const report = [
    'From: MAILER-DAEMON@mx.example',
    'To: ada@studio.example',
    'Subject: Undelivered',
    'MIME-Version: 1.0',
    'Content-Type: multipart/report; report-type=delivery-status; boundary="b"',
    '',
    '--b',
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example',
    '',
    `Final-Recipient: rfc822; ${email}`,
    'Action: failed',
    'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 no such user',
    '',
    '--b',
    'Content-Type: text/rfc822-headers',
    '',
    `Message-ID: <${id}@studio.example>`,
    '',
    '--b--',
    '',
  ].join('\r\n');
  const { status } = await app.request('/webhooks/bounce', {
    method: 'POST',
    headers: { authorization: `Bearer ${app.config.bootstrapApiKey}`, 'content-type': 'message/rfc822' },
    body: report,
  });
  expect(status).toBe(202);
  expect((await app.api('GET', `/messages/${id}`)).json.status).toBe('bounced');
});

it('the calendar file names the event’s sender as its organiser where it has no reply-to', async () => {
  const { registrant, event } = await queued({ fromName: 'Ada’s studio', fromAddress: 'ada@studio.example' });
  const query = new URLSearchParams({ email: registrant.email, key: registrant.accessKey });
  const { text } = await app.request(`/e/${event.slug}/calendar.ics?${query}`);
  expect(text.replaceAll('\r\n ', '')).toContain('mailto:ada@studio.example');
});
