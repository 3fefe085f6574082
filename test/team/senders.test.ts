import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { publish } from '../support/senders.ts';
import { signIn, versionIn } from '../support/team.ts';

const dns = await openDnsServer();
const app = await openApp({ DNS_SERVERS: dns.address, MAIL_FROM: 'Events <mail@events.example>' });
const admin = await signIn(app, { role: 'admin' });
const member = await signIn(app);
const records = async (domain: string) => (await app.api('GET', `/sender-domains/${domain}`)).json.records;

describe('the page of sender domains', () => {
  it('says that there is none, and takes one with its records, which it shows to be copied', async () => {
    const empty = (await admin.get('/team/senders')).text;
    expect(empty).toContain('No sender domains yet');
    expect(empty).toContain('mail@events.example');
    const added = await admin.post('/team/senders', { domain: 'Studio.example', signing: 'ours' });
    expect([added.status, added.headers.get('location')]).toEqual([
      303,
      '/team/senders/studio.example?notice=sender_added',
    ]);
    const page = (await admin.get('/team/senders/studio.example')).text;
    for (const { name, value } of await records('studio.example')) {
      expect(page).toContain(`data-copy="${name}"`);
      expect(page).toContain(`data-copy="${value}"`);
    }
    expect(page).toContain('Not verified yet');
    const again = await admin.post('/team/senders', { domain: 'studio.example', signing: 'ours' });
    expect(again.headers.get('location')).toBe('/team/senders/studio.example?notice=sender_there');
  });

  it('checks now, in words for each record, and says that the domain is verified', async () => {
    const failed = await admin.post('/team/senders/studio.example/check');
    expect(failed.headers.get('location')).toContain('notice=sender_failing');
    publish(dns, await records('studio.example'));
    const checked = await admin.post('/team/senders/studio.example/check');
    expect(checked.headers.get('location')).toContain('notice=sender_in_order');
    const page = (await admin.get('/team/senders/studio.example')).text;
    expect(page).toContain('Verified');
    expect(page).toContain('We sign each mail, and the key is published.');
    for (const name of ['a-name.example']) dns.zone.set(name, { fails: true });
    expect((await admin.get('/team/senders')).text).toContain('href="/team/senders/studio.example"');
  });

  it('says that the DNS did not answer', async () => {
    await admin.post('/team/senders', { domain: 'slow.example', signing: 'ours' });
    for (const { name } of await records('slow.example')) dns.zone.set(name, { fails: true });
    const checked = await admin.post('/team/senders/slow.example/check');
    expect(checked.headers.get('location')).toContain('notice=sender_unknown');
  });

  it.each([
    ['', 'The domain is missing'],
    ['10.0.0.1', 'no IP address'],
    ['gmail.com', 'belongs to a mail provider'],
    ['co.uk', 'anybody can register'],
    ['<b>x', 'must be a domain'],
  ])('refuses %j with its reason at the field', async (domain, reason) => {
    const { status, text } = await admin.post('/team/senders', { domain, signing: 'ours' });
    expect(status).toBe(422);
    expect(text).toContain(reason);
    expect(text).not.toContain('<b>x');
  });

  it('lets the mail server sign, and makes a new key that signs once it is published', async () => {
    const path = '/team/senders/studio.example';
    const selector = async () => (await app.api('GET', '/sender-domains/studio.example')).json.selector;
    const before = await selector();
    const same = await admin.post(`${path}/signing`, { signing: 'ours', relaySelector: 'ignored here' });
    expect([same.headers.get('location'), await selector()]).toEqual([
      `${path}?notice=event_unchanged`,
      before,
    ]);
    const wrong = await admin.post(`${path}/signing`, { signing: 'relay', relaySelector: 'no selector' });
    expect([wrong.status, wrong.text.includes('The selector must be a selector')]).toEqual([422, true]);
    await admin.post(`${path}/signing`, { signing: 'relay', relaySelector: 'google' });
    expect(await selector()).toBe('google');
    expect((await admin.get(`${path}/key`)).text).toContain('Make a new key for studio.example?');
    await admin.post(`${path}/key`);
    expect(await selector()).not.toBe(before);
    const { rows } = await app.pool.query(
      `select signs from {schema}.sender_domain where domain = 'studio.example'`,
    );
    expect(rows).toEqual([{ signs: false }]);
    publish(dns, await records('studio.example'));
    await admin.post(`${path}/check`);
    expect((await app.api('GET', '/sender-domains/studio.example')).json.state).toBe('verified');
  });

  it('shows members everything, and lets admins alone change it', async () => {
    const page = (await member.get('/team/senders/studio.example')).text;
    expect(page).toContain('studio.example');
    expect(page).not.toContain('Check now');
    expect((await member.get('/team/senders')).text).not.toContain('Add a domain');
    for (const path of [
      '',
      '/studio.example/check',
      '/studio.example/signing',
      '/studio.example/key',
      '/studio.example/remove',
    ])
      expect((await member.post(`/team/senders${path}`, { domain: 'x.example' })).status).toBe(403);
    expect((await admin.get('/team/senders/nobody.example')).status).toBe(404);
    expect((await admin.get('/team/senders/gmail.com')).status).toBe(404);
  });

  it('keeps a domain that events send from, and removes it once none does', async () => {
    const event = await app.event({ fromAddress: 'ada@studio.example' });
    const refused = await admin.post('/team/senders/studio.example/remove');
    expect(refused.status).toBe(409);
    const page = (await admin.get('/team/senders/studio.example')).text;
    expect(page).toContain(`/team/events/${event.id}/settings`);
    expect(page).toContain('Give them another sender first.');
    await app.api('PATCH', `/events/${event.id}`, { fromAddress: null });
    expect((await admin.get('/team/senders/studio.example/remove')).text).toContain('Remove studio.example?');
    const removed = await admin.post('/team/senders/studio.example/remove');
    expect(removed.headers.get('location')).toBe('/team/senders?notice=sender_removed');
    const log = (await admin.get('/team/audit')).text;
    expect(log).toContain('removed the sender domain studio.example');
  });
});

it('an event’s settings take its sender, and refuse one of another domain at its field', async () => {
  await admin.post('/team/senders', { domain: 'set.example', signing: 'ours' });
  publish(dns, await records('set.example'));
  await admin.post('/team/senders/set.example/check');
  const event = await app.event();
  const path = `/team/events/${event.id}/settings`;
  const page = await member.get(path);
  expect(page.text).toContain('At set.example.');
  const form = {
    ...{ title: event.title, slug: event.slug, timeZone: 'Europe/Paris', locale: 'en', keyStyle: 'hex' },
    ...{ startsAt: '2030-01-15T18:00', endsAt: '2030-01-15T19:00', version: versionIn(page), step: 'move' },
  };
  const refused = await member.post(path, { ...form, fromName: 'Ada', fromAddress: 'ada@other.example' });
  expect(refused.status).toBe(422);
  expect(refused.text).toContain('href="#fromAddress"');
  expect(refused.text).toContain('must be of a verified sender domain');
  const saved = await member.post(path, { ...form, fromName: 'Ada', fromAddress: 'ada@set.example' });
  expect(saved.status).toBe(303);
  expect((await app.api('GET', `/events/${event.id}`)).json).toMatchObject({
    fromName: 'Ada',
    fromAddress: 'ada@set.example',
  });
});
