import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { dkimRecord, publicKeyOf } from '../../src/domain/dkim.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { openPostmark, openPostmarkDelivery } from '../support/postmark.ts';
import { publish } from '../support/senders.ts';

const dns = await openDnsServer();
const postmark = await openPostmark();
const app = await openApp({
  MAIL_TRANSPORT: 'postmark',
  POSTMARK_SERVER_TOKEN: postmark.serverToken,
  POSTMARK_BASE_URL: postmark.url,
  MAIL_FROM: 'Events <events@events.example>',
  DNS_SERVERS: dns.address,
});
const { context } = openPostmarkDelivery(app, postmark);
const check = async (domain: string) => (await app.api('POST', `/sender-domains/${domain}/check`)).json;
let people = 0;

async function verified(domain: string) {
  const { json } = await app.api('POST', '/sender-domains', { domain });
  publish(dns, json.records);
  const checked = await check(domain);
  expect(checked.state).toBe('verified');
}

async function queued(changes: Record<string, unknown>): Promise<string> {
  const event = await app.event(changes);
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    ...{ email: `r${++people}@example.com`, sendConfirmation: false },
  });
  const sent = await app.api('POST', `/events/${event.id}/registrants/${json.id}/resend`);
  return sent.json.messageId;
}

const deliver = (ids: readonly string[]) => {
  const jobId = randomUUID();
  return deliverMessages(
    context,
    ids.map((id) => ({ id, jobId })),
  );
};
const status = async (id: string) => (await app.api('GET', `/messages/${id}`)).json.status;

describe('a sender domain over Postmark', () => {
  it('needs the proof that it is ours, and Postmark’s Return-Path as an alias', async () => {
    const { json } = await app.api('POST', '/sender-domains', { domain: 'studio.example' });
    expect(json).toMatchObject({ signing: 'relay', selector: null });
    expect(json.records).toEqual([
      expect.objectContaining({ name: '_access-mail.studio.example' }),
      { type: 'CNAME', name: 'pm-bounces.studio.example', value: 'pm.mtasv.net' },
      expect.objectContaining({ name: '_dmarc.studio.example' }),
    ]);
    expect(await check('studio.example')).toMatchObject({
      state: 'unverified',
      checks: {
        provider: null,
        spf: { verdict: 'fail', message: expect.stringContaining('no alias (CNAME) of pm.mtasv.net') },
        dkim: { verdict: 'unknown', message: expect.stringContaining('Postmark signs each mail') },
      },
    });
    publish(dns, json.records);
    expect(await check('studio.example')).toMatchObject({
      state: 'verified',
      checks: { owner: { verdict: 'pass' }, spf: { verdict: 'pass' } },
    });
  });

  it('counts as well by Postmark’s own key, where its selector is named', async () => {
    const { json } = await app.api('POST', '/sender-domains', {
      ...{ domain: 'keyed.example', signing: 'relay', relaySelector: '20261129pm' },
    });
    expect(json).toMatchObject({ signing: 'relay', selector: '20261129pm' });
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 });
    publish(dns, [
      ...json.records.filter(({ type }: { type: string }) => type === 'TXT'),
      {
        type: 'TXT',
        name: '20261129pm._domainkey.keyed.example',
        value: dkimRecord(publicKeyOf(privateKey)),
      },
    ]);
    expect(await check('keyed.example')).toMatchObject({
      state: 'verified',
      checks: { dkim: { verdict: 'pass', message: expect.stringContaining('Postmark signs each mail') } },
    });
  });
});

describe('mails of sender domains over Postmark', () => {
  it('that Postmark refuses for their sender wait alone, and others go out in the same call', async () => {
    await verified('refused.example');
    await verified('taken.example');
    const refused = await queued({ fromAddress: 'a@refused.example' });
    const taken = await queued({ fromAddress: 'a@taken.example' });
    const site = await queued({});
    postmark.confirmedDomains = new Set(['taken.example', 'events.example']);
    const before = postmark.requests.length;
    await deliver([refused, taken, site]);
    expect(postmark.requests.slice(before)).toMatchObject([{ method: 'POST', mails: 3 }]);
    expect([await status(refused), await status(taken), await status(site)]).toEqual([
      'queued',
      'sent',
      'sent',
    ]);
    const { rows } = await app.pool.query('select scope, key from {schema}.circuit_breaker');
    expect(rows).toEqual([{ scope: 'sender_domain', key: 'refused.example' }]);
    expect((await app.api('GET', '/suppressions')).json.items).toEqual([]);
  });
});
