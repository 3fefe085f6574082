import { describe, expect, it } from 'vitest';
import { dkimName } from '../../src/domain/dkim.ts';
import { senderCheck } from '../../worker/maintenance/sender-check.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { publish, verifiedDomain } from '../support/senders.ts';
import { openDelivery } from '../support/worker.ts';

const DAY = 24 * 3_600_000;
const dns = await openDnsServer();
const app = await openApp({ DNS_SERVERS: dns.address });
const add = (domain: unknown, more = {}) => app.api('POST', '/sender-domains', { domain, ...more });
const get = async (domain: string) => (await app.api('GET', `/sender-domains/${domain}`)).json;
const audited = async (action: string) =>
  (await app.api('GET', `/audit?action=${action}`)).json.items.map(
    ({ actor, detail }: { actor: string; detail: object }) => ({ actor, detail }),
  );

describe('a sender domain', () => {
  it('is added with its records, verified once they are there, and lets events send from it', async () => {
    const added = await add(' Studio.Example. ');
    expect(added.status).toBe(201);
    expect(added.json).toMatchObject({
      domain: 'studio.example',
      state: 'unverified',
      signing: 'ours',
      checks: null,
    });
    expect(added.json.records.map(({ name }: { name: string }) => name)).toEqual([
      '_access-mail.studio.example',
      dkimName(added.json.selector, 'studio.example'),
      'studio.example',
      '_dmarc.studio.example',
    ]);
    const again = await add('studio.example');
    expect([again.status, again.json]).toEqual([200, added.json]);

    const event = { fromName: 'Ada’s studio', fromAddress: 'ada@studio.example' };
    const early = await app.api('POST', '/events', { ...(await sampleEvent()), ...event });
    expect(early.status).toBe(422);
    expect(early.json.errors).toEqual([
      {
        path: 'fromAddress',
        message: expect.stringContaining('the checks of studio.example have not succeeded'),
      },
    ]);

    const failed = await app.api('POST', '/sender-domains/studio.example/check');
    expect([failed.status, failed.json.state]).toEqual([200, 'unverified']);
    expect(failed.json.checks.owner).toMatchObject({ verdict: 'fail', found: [] });
    publish(dns, failed.json.records);
    const checked = await app.api('POST', '/sender-domains/studio.example/check');
    expect(checked.json).toMatchObject({
      state: 'verified',
      verifiedAt: app.clock.now.toISOString(),
      records: [],
    });
    expect(await audited('sender_verified')).toHaveLength(1);

    const created = await app.event(event);
    expect(created).toMatchObject(event);
    const list = (await app.api('GET', '/sender-domains')).json;
    expect([list.items.length, list.nextCursor]).toEqual([1, null]);
    const refused = await app.api('DELETE', '/sender-domains/studio.example');
    expect([refused.status, refused.json.detail]).toEqual([409, expect.stringContaining(created.title)]);
    await app.api('PATCH', `/events/${created.id}`, { fromAddress: null });
    expect((await app.api('DELETE', '/sender-domains/studio.example')).status).toBe(204);
    expect((await app.api('GET', '/sender-domains/studio.example')).status).toBe(404);
  });

  it('gives its private key to nobody: not in an answer, and not in the database', async () => {
    await add('secret.example');
    for (const path of ['/sender-domains', '/sender-domains/secret.example'])
      expect((await app.api('GET', path)).text).not.toMatch(/private|BEGIN/i);
    const { rows } = await app.pool.query(
      `select to_jsonb(sender_domain)::text as row from {schema}.sender_domain where domain = 'secret.example'`,
    );
    expect(rows[0].row).not.toContain('BEGIN');
    expect(JSON.stringify(await audited('sender_added'))).not.toMatch(/private|BEGIN/i);
  });

  it('answers a repeated Idempotency-Key of a check as it did before', async () => {
    await add('again.example');
    const key = { 'idempotency-key': 'check-once' };
    const first = await app.api('POST', '/sender-domains/again.example/check', undefined, key);
    publish(dns, first.json.records);
    const second = await app.api('POST', '/sender-domains/again.example/check', undefined, key);
    expect([second.headers.get('idempotent-replayed'), second.json]).toEqual(['true', first.json]);
    expect((await app.api('POST', '/sender-domains/again.example/check')).json.state).toBe('verified');
  });

  it.each([
    ['', 'is missing'],
    ['10.0.0.1', 'no IP address'],
    ['[2001:db8::1]', 'no IP address'],
    ['10.1', 'like example.com'],
    ['localhost', 'local name'],
    ['printer.local', 'local name'],
    ['co.uk', 'anybody can register'],
    ['github.io', 'anybody can register'],
    ['gmail.com', 'belongs to a mail provider'],
    ['mail.gmail.com', 'belongs to a mail provider'],
    ['example', 'like example.com'],
    ['a b.example', 'like example.com'],
    ['-x.example', 'like example.com'],
    [`${'x'.repeat(64)}.example`, 'like example.com'],
    [`${'a.'.repeat(150)}example`, 'like example.com'],
    ['x'.repeat(400), 'at most 253'],
    [7, 'must be a domain'],
  ])('is not %j', async (domain, message) => {
    const { status, json } = await add(domain);
    expect(status).toBe(422);
    expect(json.errors).toEqual([{ path: 'domain', message: expect.stringContaining(message) }]);
  });

  it('may be one with letters beyond ASCII, and is known by its ASCII form', async () => {
    expect((await add('münchen.example')).json.domain).toBe('xn--mnchen-3ya.example');
    expect((await add('xn--mnchen-3ya.example')).status).toBe(200);
    expect((await app.api('GET', `/sender-domains/${encodeURIComponent('MÜNCHEN.example')}`)).status).toBe(
      200,
    );
  });

  it('takes a selector of the mail server only where that signs', async () => {
    const wrong = await add('relay.example', { relaySelector: 'google' });
    expect(wrong.json.errors).toEqual([{ path: 'relaySelector', message: expect.any(String) }]);
    const bad = await add('relay.example', { signing: 'relay', relaySelector: 'no selector' });
    expect([bad.status, bad.json.errors[0].path]).toEqual([422, 'relaySelector']);
    const { json } = await add('relay.example', { signing: 'relay', relaySelector: 'Google' });
    expect(json).toMatchObject({ signing: 'relay', selector: 'google' });
  });

  it('is not found by a name that nobody added, or that is none', async () => {
    for (const name of ['nobody.example', '127.0.0.1', '%20'])
      for (const [method, path] of [
        ['GET', ''],
        ['POST', '/check'],
        ['DELETE', ''],
      ] as const)
        expect((await app.api(method, `/sender-domains/${name}${path}`)).status).toBe(404);
  });
});

it('an event takes no address of a domain that nobody added, keeps the one it has, and may have a name alone', async () => {
  const event = await app.event({ fromName: 'Ada' });
  const refused = await app.api('PATCH', `/events/${event.id}`, { fromAddress: 'ada@nobody.example' });
  expect([refused.status, refused.json.errors]).toEqual([
    422,
    [{ path: 'fromAddress', message: expect.stringContaining('nobody.example is none') }],
  ]);
  // As a domain that was removed leaves it.
  await app.pool.query(`update {schema}.event set from_address = 'ada@gone.example' where id = $1`, [
    event.id,
  ]);
  const kept = await app.api('PATCH', `/events/${event.id}`, {
    fromAddress: 'ada@gone.example',
    title: 'New',
  });
  expect([kept.status, kept.json.title]).toEqual([200, 'New']);
});

describe('the daily check', () => {
  const one = openDelivery(app, 'smtp://127.0.0.1:9');
  const two = openDelivery(app, 'smtp://127.0.0.1:9');
  const run = () => Promise.all([runService(one, senderCheck), runService(two, senderCheck)]);
  const questions = () => dns.asked.filter((asked) => asked === 'TXT _access-mail.daily.example').length;

  it('looks at each domain once over all workers, takes nothing back in a hurry, and says so', async () => {
    await verifiedDomain(app, dns, 'daily.example');
    await app.event({ title: 'Daily', fromAddress: 'ada@daily.example', startsAt: at(60), endsAt: at(61) });
    await run();
    const asked = questions();
    await run();
    expect(questions()).toBe(asked);

    app.clock.advance(DAY);
    await run();
    expect(questions()).toBe(asked + 1);
    expect((await get('daily.example')).state).toBe('verified');

    // A DNS that does not answer decides nothing, and is asked again soon.
    const zone = new Map(dns.zone);
    for (const name of zone.keys()) if (name.endsWith('daily.example')) dns.zone.set(name, { fails: true });
    app.clock.advance(DAY);
    await run();
    expect(await get('daily.example')).toMatchObject({
      state: 'verified',
      failingSince: null,
      checks: { owner: { verdict: 'unknown' } },
    });
    app.clock.advance(3_600_000 + 1);
    await run();
    expect(questions()).toBe(asked + 3);

    for (const name of zone.keys()) if (name.endsWith('daily.example')) dns.zone.delete(name);
    for (const state of ['failing', 'failing', 'failing', 'lost']) {
      app.clock.advance(DAY);
      await run();
      expect((await get('daily.example')).state).toBe(state);
    }
    const check = { actor: 'sender_check', detail: { domain: 'daily.example' } };
    expect(await audited('sender_failing')).toEqual([check]);
    expect(await audited('sender_lost')).toEqual([check]);
    const refused = await app.api('POST', '/events', {
      ...(await sampleEvent()),
      fromAddress: 'ada@daily.example',
    });
    expect(refused.status).toBe(422);

    for (const [name, records] of zone) dns.zone.set(name, records);
    app.clock.advance(DAY);
    await run();
    expect(await get('daily.example')).toMatchObject({ state: 'verified', failingSince: null });
  });
});

function at(days: number): string {
  return new Date(app.clock.now.getTime() + days * DAY).toISOString();
}

async function sampleEvent() {
  return { title: 'Calm', startsAt: at(1), endsAt: at(2), timeZone: 'UTC' };
}
