import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { publicKeyOf } from '../../src/domain/dkim.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { openResend, openResendDelivery } from '../support/resend.ts';
import { publish } from '../support/senders.ts';

const KEY = `p=${publicKeyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey)}`;
const dns = await openDnsServer({ 'amazonses.com': { txt: ['v=spf1 ip4:199.255.192.0/22 -all'] } });
const resend = await openResend();
const app = await openApp({
  MAIL_TRANSPORT: 'resend',
  RESEND_API_KEY: resend.apiKey,
  RESEND_BASE_URL: resend.url,
  MAIL_FROM: 'Events <events@events.example>',
  DNS_SERVERS: dns.address,
});
const { context } = openResendDelivery(app, resend);
let people = 0;

/** As Resend describes a domain that was added there. */
const atResend = (name: string, status: 'pending' | 'verified' = 'verified') => ({
  id: randomUUID() as string,
  name,
  status,
  records: [
    { record: 'SPF', name: 'send', type: 'MX', value: 'feedback-smtp.eu-west-1.amazonses.com', priority: 10 },
    { record: 'SPF', name: 'send', type: 'TXT', value: '"v=spf1 include:amazonses.com ~all"' },
    { record: 'DKIM', name: 'resend._domainkey', type: 'TXT', value: KEY },
  ] as const,
});

const check = async (domain: string) => (await app.api('POST', `/sender-domains/${domain}/check`)).json;

async function verified(domain: string) {
  resend.domains = [...resend.domains, atResend(domain)];
  const { json } = await app.api('POST', '/sender-domains', { domain });
  expect(json).toMatchObject({ signing: 'relay', selector: null });
  publish(dns, (await check(domain)).records);
  const checked = await check(domain);
  expect(checked).toMatchObject({ state: 'verified', checks: { provider: { verdict: 'pass' } } });
  return checked;
}

async function queued(changes: Record<string, unknown>) {
  const event = await app.event(changes);
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    email: `r${++people}@example.com`,
    sendConfirmation: false,
  });
  const sent = await app.api('POST', `/events/${event.id}/registrants/${json.id}/resend`);
  return { event, id: sent.json.messageId as string };
}

const deliver = (ids: readonly string[], jobId: string = randomUUID()) =>
  deliverMessages(
    context,
    ids.map((id) => ({ id, jobId })),
  );
const status = async (id: string) => (await app.api('GET', `/messages/${id}`)).json.status;
const acceptedOf = (id: string) => resend.accepted.filter(({ tags }) => tags.message_id === id);

beforeEach(() => {
  resend.apiKeys.set(resend.apiKey, 'full_access');
  resend.verifiedDomains = null;
  resend.react = () => undefined;
});

describe('a sender domain over Resend', () => {
  it('needs the records that Resend names, and to be verified there', async () => {
    await app.api('POST', '/sender-domains', { domain: 'studio.example' });
    const unknown = await check('studio.example');
    expect(unknown.checks.provider).toMatchObject({
      verdict: 'fail',
      message: expect.stringContaining('does not know'),
    });

    resend.domains = [atResend('other.example'), atResend('studio.example', 'pending')];
    const pending = await check('studio.example');
    expect(pending.records).toEqual(
      expect.arrayContaining([
        { type: 'TXT', name: 'send.studio.example', value: 'v=spf1 include:amazonses.com ~all' },
        { type: 'TXT', name: 'resend._domainkey.studio.example', value: KEY },
      ]),
    );
    publish(dns, pending.records);
    const published = await check('studio.example');
    expect(published).toMatchObject({
      state: 'unverified',
      checks: {
        owner: { verdict: 'pass' },
        spf: { verdict: 'pass', message: expect.stringContaining('send.studio.example') },
        dkim: { verdict: 'pass', message: expect.stringContaining('Resend signs') },
        provider: { verdict: 'fail', message: expect.stringContaining('“pending”') },
      },
    });
    resend.domains = [atResend('studio.example')];
    expect((await check('studio.example')).state).toBe('verified');
  });

  it('is checked by its DNS alone where the key may only send, and says so', async () => {
    resend.apiKeys.set(resend.apiKey, 'sending_access');
    await app.api('POST', '/sender-domains', { domain: 'restricted.example' });
    publish(dns, [
      ...(await check('restricted.example')).records,
      { type: 'TXT', name: 'resend._domainkey.restricted.example', value: KEY },
    ]);
    expect(await check('restricted.example')).toMatchObject({
      state: 'verified',
      checks: {
        provider: { verdict: 'unknown', message: expect.stringContaining('may send mails and read nothing') },
      },
    });
  });

  it('stays what it is while Resend does not answer', async () => {
    await verified('silent.example');
    resend.react = () => ({ fail: { status: 503, name: 'service_unavailable', message: 'Try later.' } });
    const checked = await check('silent.example');
    expect(checked).toMatchObject({
      state: 'verified',
      failingSince: null,
      checks: { provider: { verdict: 'unknown' } },
    });
  });
});

describe('mails over Resend', () => {
  it('come from whom each event chose, a call a sender domain', async () => {
    await verified('one.example');
    const mails = [
      await queued({ fromName: 'Ada “A.”', fromAddress: 'ada@one.example' }),
      await queued({}),
      await queued({ fromAddress: 'eve@one.example' }),
    ];
    resend.requests.length = 0;
    await deliver(mails.map(({ id }) => id));
    const sent = mails.map(({ id }) => acceptedOf(id)[0]);
    expect(sent.map((mail) => mail?.from)).toEqual([
      '"Ada “A.”" <ada@one.example>',
      '"Events" <events@events.example>',
      '"Events" <eve@one.example>',
    ]);
    expect(sent.map((mail) => mail?.headers['Message-ID'])).toEqual([
      `<${mails[0]?.id}@one.example>`,
      `<${mails[1]?.id}@events.example>`,
      `<${mails[2]?.id}@one.example>`,
    ]);
    expect(resend.requests.filter(({ method }) => method === 'POST')).toHaveLength(2);
  });

  it('are the same bytes under the same key when the answer was lost and the event has another sender by then', async () => {
    await verified('lost.example');
    const { event, id } = await queued({ fromAddress: 'ada@lost.example' });
    resend.react = () => 'drop-after';
    const job = randomUUID();
    await deliver([id], job);
    resend.react = () => undefined;
    await app.api('PATCH', `/events/${event.id}`, { fromAddress: null });
    app.clock.advance(60_000);
    await deliver([id], job);
    expect(await status(id)).toBe('sent');
    expect(acceptedOf(id).map(({ from }) => from)).toEqual(['"Events" <ada@lost.example>']);
    expect(resend.requests.filter(({ status: answered }) => answered === 409)).toEqual([]);
  });

  it('that Resend refuses for their domain hold up no others, and take the event’s new sender', async () => {
    await verified('refused.example');
    resend.verifiedDomains = new Set(['events.example']);
    const refused = await queued({ fromAddress: 'ada@refused.example' });
    const other = await queued({});
    await deliver([refused.id, other.id]);
    expect([await status(refused.id), await status(other.id)]).toEqual(['queued', 'sent']);
    const { rows } = await app.pool.query('select scope, key from {schema}.circuit_breaker');
    expect(rows).toEqual([{ scope: 'sender_domain', key: 'refused.example' }]);

    await app.api('PATCH', `/events/${refused.event.id}`, { fromAddress: null });
    app.clock.advance(61_000);
    await deliver([refused.id]);
    expect(await status(refused.id)).toBe('sent');
    expect(acceptedOf(refused.id).map(({ from }) => from)).toEqual(['"Events" <events@events.example>']);
  });
});
