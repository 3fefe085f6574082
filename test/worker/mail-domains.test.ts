import { describe, expect, it } from 'vitest';
import { askForDomains } from '../../src/actions/mail-domain.ts';
import { transaction } from '../../src/db/pool.ts';
import { createDns } from '../../src/lib/dns.ts';
import { lookUpDomains } from '../../src/queue/jobs.ts';
import { askDns, lookUpDueDomains } from '../../worker/mail-domains/look-up.ts';
import { cleaner } from '../../worker/maintenance/cleaner.ts';
import { mailDomains } from '../../worker/maintenance/mail-domains.ts';
import { openApp } from '../support/app.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { openDelivery } from '../support/worker.ts';

const dns = await openDnsServer({
  'gmail.com': { mx: [[5, 'mx.gmail.com']] },
  'address-only.example': { a: ['192.0.2.2'] },
  'takes-none.example': { mx: [[0, '']] },
  'takes-none-and-says-where.example': {
    mx: [
      [0, ''],
      [10, 'mx.example'],
    ],
  },
  'nothing.example': { txt: ['v=spf1 -all'] },
  'broken.example': { fails: true },
});
const app = await openApp({ DNS_SERVERS: dns.address });
const worker = openDelivery(app, 'smtp://127.0.0.1:9');
const HOUR = 3_600_000;

const lookUp = () => lookUpDueDomains(worker);
const runService = () => mailDomains.run(worker, new AbortController().signal);
const asked = (domain: string) => dns.asked.filter((question) => question === `MX ${domain}`).length;
const register = async (eventId: string, email: string) =>
  (await app.api('POST', `/events/${eventId}/registrants`, { email })).json;
const statusOf = async (eventId: string, id: string) =>
  (await app.api('GET', `/events/${eventId}/registrants/${id}`)).json.emailDomainStatus;
const domains = async () =>
  (await app.pool.query<{ domain: string }>('select domain from {schema}.mail_domain order by 1')).rows.map(
    ({ domain }) => domain,
  );

describe('what the DNS says of a domain', () => {
  it.each([
    ['has a mail server', 'gmail.com', 'ok'],
    ['has an address, to which mail goes then', 'address-only.example', 'ok'],
    ['says that it takes no mail', 'takes-none.example', 'no_mail'],
    ['names a server beside that', 'takes-none-and-says-where.example', 'ok'],
    ['exists, with neither server nor address', 'nothing.example', 'no_mail'],
    ['does not exist', 'gmial.com', 'does_not_exist'],
    ['gives no answer that tells', 'broken.example', null],
  ])('%s: %s is %s', async (_, domain, status) => {
    expect(await askDns(createDns([dns.address]), domain)).toBe(status);
  });

  it('is not known where the server of its addresses gives no answer', async () => {
    const silent = { type: 'unknown', reason: 'ETIMEOUT' } as const;
    const none = { type: 'none', nameExists: true } as const;
    expect(await askDns({ mx: async () => none, addresses: async () => silent }, 'x.example')).toBeNull();
    expect(await askDns({ mx: async () => silent, addresses: async () => none }, 'x.example')).toBeNull();
  });

  it('counts where a server denies the name to a question for mail alone', async () => {
    const denied = { type: 'none', nameExists: false } as const;
    const found = { type: 'found', values: ['192.0.2.1'] } as const;
    expect(await askDns({ mx: async () => denied, addresses: async () => found }, 'x.example')).toBe('ok');
    const exists = { type: 'none', nameExists: true } as const;
    expect(await askDns({ mx: async () => denied, addresses: async () => exists }, 'x.example')).toBe(
      'no_mail',
    );
  });
});

describe('a registrant at a domain that does not exist', () => {
  it('is told of at once over the API, found by a filter, and sent the confirmation all the same', async () => {
    const event = await app.event();
    const maria = await register(event.id, 'maria@gmial.com');
    const ada = await register(event.id, 'ada@gmail.com');
    expect(maria.emailDomainStatus).toBeNull();
    await lookUp();
    expect(await statusOf(event.id, maria.id)).toBe('does_not_exist');
    expect(await statusOf(event.id, ada.id)).toBe('ok');
    const found = await app.api(
      'GET',
      `/events/${event.id}/registrants?emailDomainStatus=does_not_exist,no_mail`,
    );
    expect(found.json.items.map(({ id }: { id: string }) => id)).toEqual([maria.id]);
    const wrong = await app.api('GET', `/events/${event.id}/registrants?emailDomainStatus=mail`);
    expect([wrong.status, wrong.json.errors]).toEqual([
      422,
      [{ path: 'emailDomainStatus', message: 'must be one of ok, no_mail, does_not_exist' }],
    ]);
    const { json } = await app.api('GET', `/messages?registrantId=${maria.id}`);
    expect(json.items).toMatchObject([{ kind: 'confirmation', status: 'queued' }]);
  });

  it('is asked for whichever way they come: by form, import and correction', async () => {
    const event = await app.event();
    await app.form(`/e/${event.slug}/register`, { email: 'by-form@form.example' });
    await takeRegistrations(app);
    await app.api(
      'POST',
      `/events/${event.id}/registrants/import`,
      'email\na@import.example\nb@import.example',
      {
        'content-type': 'text/csv',
      },
    );
    const registrant = await register(event.id, 'ada@gmail.com');
    await app.api('PATCH', `/events/${event.id}/registrants/${registrant.id}`, {
      email: 'ada@corrected.example',
    });
    await lookUp();
    const { json } = await app.api('GET', `/events/${event.id}/registrants`);
    expect(json.items.map((one: { emailDomainStatus: string }) => one.emailDomainStatus)).toEqual(
      Array.from({ length: 4 }, () => 'does_not_exist'),
    );
    expect(asked('import.example')).toBe(1);
  });

  it('has an address in a job of none', async () => {
    const { rows } = await app.pool.query<{ data: unknown }>('select data from {jobs}.job where name = $1', [
      lookUpDomains.name,
    ]);
    expect(rows.length).toBeGreaterThan(0);
    for (const { data } of rows) expect(data).toEqual({});
  });
});

describe('the DNS', () => {
  it('is asked once for a domain, however many come from it, in however many workers', async () => {
    const event = await app.event();
    dns.zone.set('big.example', { mx: [[1, 'mx.big.example']] });
    const rows = Array.from({ length: 3_000 }, (_, i) => `p${i}@${i % 3 ? 'big' : 'small'}.example`);
    await app.api('POST', `/events/${event.id}/registrants/import`, ['email', ...rows].join('\n'), {
      'content-type': 'text/csv',
    });
    await Promise.all(Array.from({ length: 8 }, lookUp));
    await Promise.all(Array.from({ length: 20 }, (_, i) => register(event.id, `later${i}@big.example`)));
    await lookUp();
    expect([asked('big.example'), asked('small.example')]).toEqual([1, 1]);
    const { json } = await app.api(
      'GET',
      `/events/${event.id}/registrants?emailDomainStatus=does_not_exist&limit=200`,
    );
    expect(json.items).toHaveLength(200);
  });

  it('is asked again for a domain that gave no answer, each time later, and then no more', async () => {
    const event = await app.event();
    const registrant = await register(event.id, 'ada@broken.example');
    const before = asked('broken.example');
    await lookUp();
    const pauses = [1, 5, 30, 120, 360].map((minutes) => minutes * 60_000);
    for (const [i, pause] of pauses.entries()) {
      expect(asked('broken.example') - before).toBe(i + 1);
      app.clock.advance(pause - 1);
      await runService();
      expect(asked('broken.example') - before).toBe(i + 1);
      app.clock.advance(1);
      await runService();
    }
    app.clock.advance(23 * HOUR);
    await runService();
    expect(asked('broken.example') - before).toBe(pauses.length + 1);
    expect(await statusOf(event.id, registrant.id)).toBeNull();
    await cleaner.run(worker, new AbortController().signal);
    app.clock.advance(HOUR);
    await cleaner.run(worker, new AbortController().signal);
    expect(await domains()).not.toContain('broken.example');
  });

  it('is asked again for a wrong domain, and believed once that is corrected; no answer changes nothing', async () => {
    const event = await app.event({
      startsAt: new Date(app.clock.now.getTime() + 48 * HOUR).toISOString(),
      endsAt: new Date(app.clock.now.getTime() + 49 * HOUR).toISOString(),
    });
    const registrant = await register(event.id, 'ada@new.example');
    await lookUp();
    expect(await statusOf(event.id, registrant.id)).toBe('does_not_exist');
    dns.zone.set('new.example', { fails: true });
    app.clock.advance(HOUR);
    await runService();
    expect(await statusOf(event.id, registrant.id)).toBe('does_not_exist');
    dns.zone.set('new.example', { mx: [[1, 'mx.new.example']] });
    app.clock.advance(60_000);
    await runService();
    expect(await statusOf(event.id, registrant.id)).toBe('ok');
    const before = asked('new.example');
    app.clock.advance(23 * HOUR);
    await register(event.id, 'grace@new.example');
    await lookUp();
    expect(asked('new.example')).toBe(before);
    // A day later it is not known any more, and the next one asks.
    app.clock.advance(HOUR);
    await register(event.id, 'mary@new.example');
    await lookUp();
    expect(asked('new.example')).toBe(before + 1);
  });

  it('is asked by another worker where one dies', async () => {
    const event = await app.event();
    const registrant = await register(event.id, 'ada@abandoned.example');
    await app.pool.query('update {schema}.mail_domain set claimed_until = $1 where domain = $2', [
      new Date(app.clock.now.getTime() + 60_000),
      'abandoned.example',
    ]);
    await lookUp();
    expect(asked('abandoned.example')).toBe(0);
    app.clock.advance(60_000);
    await runService();
    expect(await statusOf(event.id, registrant.id)).toBe('does_not_exist');
  });
});

describe('a domain', () => {
  it('is forgotten once nobody has it: a wrong one within an hour, a right one within a day', async () => {
    const event = await app.event();
    dns.zone.set('lovelace.example', { mx: [[1, 'mx.lovelace.example']] });
    const [right, wrong, other] = [
      await register(event.id, 'ada@lovelace.example'),
      await register(event.id, 'ada@lovelcae.example'),
      await register(event.id, 'grace@stays.example'),
    ];
    await lookUp();
    for (const { id } of [right, wrong]) await app.api('DELETE', `/events/${event.id}/registrants/${id}`);
    app.clock.advance(HOUR);
    await runService();
    expect(await domains()).not.toContain('lovelcae.example');
    expect(await domains()).toContain('stays.example');
    expect(await statusOf(event.id, other.id)).toBe('does_not_exist');
    app.clock.advance(23 * HOUR);
    await cleaner.run(worker, new AbortController().signal);
    expect(await domains()).not.toContain('lovelace.example');
  });

  it('that is made up for examples is asked for nowhere while trying things out', async () => {
    const quiet = await openApp();
    const asking = { ...openDelivery(quiet, 'smtp://127.0.0.1:9'), dns: createDns([dns.address]) };
    const trying = { ...asking, config: { ...asking.config, dnsServers: null } };
    await transaction(quiet.pool, (db) =>
      askForDomains({ db, boss: quiet.boss, now: quiet.clock.now }, ['ada@example.com', 'ada@real.dev']),
    );
    await lookUpDueDomains(trying);
    expect([asked('example.com'), asked('real.dev')]).toEqual([0, 1]);
  });
});
