import { randomUUID } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { GRACE_MS } from '../../src/db/delivery.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const MINUTE = 60_000;
const CONTENT = '550 5.7.1 message content rejected';
const RELAY = '550 relay not permitted';
const POLICY = '550 5.7.1 mail from your network is not accepted here';

const app = await openApp();
const server = await openAnsweringServer();
// A new worker for each test: what one found out stays with it for a second.
let worker = openDelivery(app, server.url);

beforeEach(async () => {
  worker = openDelivery(app, server.url);
  server.answers.clear();
  server.contents.clear();
  server.taken.length = 0;
  await app.pool.query('delete from {schema}.circuit_breaker');
});

interface Asked {
  readonly answer?: string;
  readonly content?: string;
  readonly domain?: string;
}

async function queued(eventId: string, { answer, content, domain = 'example.com' }: Asked = {}) {
  const email = `${randomUUID()}@${domain}`;
  if (answer) server.answers.set(email, answer);
  if (content) server.contents.set(email, content);
  const { json } = await app.api('POST', `/events/${eventId}/registrants`, { email });
  const message = async () => (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items[0];
  return { email, message, id: (await message()).id as string };
}

async function deliver(...messages: readonly { readonly id: string }[]): Promise<void> {
  for (const { id } of messages) await deliverMessages(worker, [{ id, jobId: randomUUID() }]);
}

const openBreakers = async () =>
  (await app.pool.query('select scope, key from {schema}.circuit_breaker order by scope, key')).rows;
const wasTaken = ({ email }: { readonly email: string }) => server.taken.some(({ to }) => to === email);

describe('a circuit breaker', () => {
  it('for the content of one event holds back that event, spends no attempt, and nobody else waits', async () => {
    const [poison, other] = [await app.event(), await app.event()];
    const refused = await Promise.all(
      Array.from({ length: 4 }, () => queued(poison.id, { content: CONTENT })),
    );
    const fine = await queued(other.id);
    await deliver(...refused, fine);
    expect(await openBreakers()).toEqual([{ scope: 'event', key: poison.id }]);
    expect(wasTaken(fine)).toBe(true);
    const [first, , third, fourth] = await Promise.all(refused.map(({ message }) => message()));
    for (const waiting of [first, third, fourth])
      expect(waiting).toMatchObject({
        status: 'queued',
        attempts: 0,
        error: expect.stringContaining('content'),
      });
  });

  it('for one recipient domain lets mails to other domains pass', async () => {
    const event = await app.event();
    const strict = { answer: POLICY, domain: 'strict.example' };
    await deliver(...(await Promise.all([strict, strict, strict].map((asked) => queued(event.id, asked)))));
    expect(await openBreakers()).toEqual([{ scope: 'recipient_domain', key: 'strict.example' }]);
    const [there, elsewhere] = [await queued(event.id, { domain: 'Strict.example' }), await queued(event.id)];
    await deliver(there, elsewhere);
    expect([wasTaken(there), wasTaken(elsewhere)]).toEqual([false, true]);
  });

  it('closes by one mail a minute that tries', async () => {
    const event = await app.event();
    const refused = await Promise.all(
      Array.from({ length: 3 }, () => queued(event.id, { content: CONTENT })),
    );
    await deliver(...refused);
    const [next, after] = [await queued(event.id), await queued(event.id)];
    await deliver(next, after);
    expect(server.taken).toEqual([]);
    app.clock.advance(MINUTE);
    await deliver(next, after);
    expect([wasTaken(next), wasTaken(after)]).toEqual([true, true]);
    expect(await openBreakers()).toEqual([]);
  });

  it('opens for the account once five different domains refuse us in a row', async () => {
    const event = await app.event();
    const domains = ['one', 'two', 'three', 'four', 'five'].map((name) => `${name}.example`);
    const refused = await Promise.all(domains.map((domain) => queued(event.id, { answer: POLICY, domain })));
    await deliver(...refused.slice(0, 4));
    expect(await openBreakers()).toEqual([]);
    await deliver(...refused.slice(4));
    expect(await openBreakers()).toEqual([{ scope: 'account', key: '' }]);
  });

  it('opens for the account at once where the words are about all our mail, and the mail waits', async () => {
    const event = await app.event();
    const refused = await queued(event.id, { answer: RELAY, domain: 'one.example' });
    await deliver(refused);
    expect(await openBreakers()).toEqual([{ scope: 'account', key: '' }]);
    expect(await refused.message()).toMatchObject({
      status: 'queued',
      attempts: 0,
      error: expect.stringContaining('relay not permitted'),
    });
    expect(
      (await app.api('GET', `/suppressions?email=${encodeURIComponent(refused.email)}`)).json.items,
    ).toEqual([]);
  });

  it('is about one company alone where others take our mail, whatever its words', async () => {
    const event = await app.event();
    const company = { answer: RELAY, domain: 'company.example' };
    const first = await queued(event.id, company);
    await deliver(first);
    expect(await openBreakers()).toEqual([{ scope: 'account', key: '' }]);
    // Another mail is the next probe, and shows that the company speaks for itself.
    app.clock.advance(MINUTE);
    await deliver(await queued(event.id));
    expect(await openBreakers()).toEqual([]);
    app.clock.advance(MINUTE);
    await deliver(first, await queued(event.id, company), await queued(event.id, company));
    expect(await openBreakers()).toEqual([{ scope: 'recipient_domain', key: 'company.example' }]);
    const elsewhere = await queued(event.id);
    await deliver(elsewhere);
    expect(wasTaken(elsewhere)).toBe(true);
  });

  it('does not open for the account while other mails are accepted', async () => {
    const events = await Promise.all(Array.from({ length: 6 }, () => app.event()));
    const other = await app.event();
    for (const { id } of events)
      await deliver(await queued(id, { content: CONTENT }), await queued(other.id));
    expect(await openBreakers()).toEqual([]);
  });
});

it('a mail whose worker died while a breaker was open goes out when the server takes mail again', async () => {
  const event = await app.event();
  const mail = await queued(event.id);
  const { now } = app.clock;
  await app.pool.query(
    `update {schema}.message set status = 'sending', claimed_at = $2, claimed_by = $3, lease_until = $2, attempts = 1
     where id = $1`,
    [mail.id, now, randomUUID()],
  );
  await app.pool.query(
    `insert into {schema}.circuit_breaker (provider, scope, key, opened_at, reason, probe_at)
     values ('smtp', 'account', '', $1, '535 wrong password', $2)`,
    [now, new Date(now.getTime() + MINUTE)],
  );
  await deliver(mail);
  app.clock.advance(GRACE_MS);
  await deliver(mail);
  expect(await mail.message()).toMatchObject({ status: 'queued', error: '535 wrong password' });
  app.clock.advance(MINUTE);
  await deliver(mail);
  expect(wasTaken(mail)).toBe(true);
});
