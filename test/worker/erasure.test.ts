import { randomUUID } from 'node:crypto';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { applyEvents, keepEvents } from '../../src/actions/apply-delivery-events.ts';
import { unsubscribe } from '../../src/actions/unsubscribe.ts';
import { findUnapplied, matchWaiting } from '../../src/db/delivery-event.ts';
import { transaction } from '../../src/db/pool.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { tablesWith } from '../support/find-text.ts';
import { signWebhook } from '../support/resend-stand-in.ts';
import { openFaultServer, type Reaction, type Step } from '../support/smtp-fault-server.ts';
import { openDelivery } from '../support/worker.ts';

const SECRET = `whsec_${Buffer.from('a secret of the tests').toString('base64')}`;
const app = await openApp({ RESEND_WEBHOOK_SECRET: SECRET });
const server = await openFaultServer();
afterAll(() => server.close());
const event = await app.event();

let count = 0;
async function somebody() {
  // Without digits: a mail greets nobody by a name that looks like a telephone number.
  const tag = `${++count}${randomUUID().slice(0, 8)}`.replace(/\d/g, (digit) =>
    'qrstuvwxyz'.charAt(Number(digit)),
  );
  const person = { email: `zerlina.${tag}@example.com`, firstName: `Zerlina${tag}`, lastName: `Quast${tag}` };
  const key = { 'idempotency-key': `register ${tag}`.replace(' ', '-') };
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, person, key);
  const path = `/events/${event.id}/registrants/${json.id}`;
  const id: string = (await app.api('GET', path)).json.messages[0].id;
  const texts = [`zerlina.${tag}`, person.firstName, person.lastName, json.accessKey as string];
  return {
    ...{ ...person, id, path, registrantId: json.id as string },
    /** As servers speak of somebody. */
    words: `<${person.email}> (${person.firstName} ${person.lastName}, zerlina.${tag})`,
    erase: async () => expect((await app.api('DELETE', path)).status).toBe(204),
    // What a worker found out with another mail is nothing to this one.
    send: () => deliverMessages(openDelivery(app, server.url), [{ id, jobId: randomUUID() }]),
    traces: () => tablesWith(app, texts),
  };
}
type Somebody = Awaited<ReturnType<typeof somebody>>;

/** A bounce mail as the recipient's server sends it. */
async function bounce({ email, id, words }: Somebody) {
  const lines = [
    ...['From: MAILER-DAEMON@mx.example', 'MIME-Version: 1.0'],
    'Content-Type: multipart/report; report-type=delivery-status; boundary=b',
    ...['', '--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx', ''],
    ...[`Final-Recipient: rfc822; ${email}`, 'Action: failed', 'Status: 5.1.1'],
    `Diagnostic-Code: smtp; 550 5.1.1 ${words}: User unknown`,
    ...[
      '',
      '--b',
      'Content-Type: text/rfc822-headers',
      '',
      `Message-ID: <${id}@localhost.test>`,
      '',
      '--b--',
      '',
    ],
  ];
  const { json } = await app.request('/webhooks/bounce', {
    method: 'POST',
    headers: { authorization: `Bearer ${app.config.bootstrapApiKey}`, 'content-type': 'message/rfc822' },
    body: lines.join('\r\n'),
  });
  expect(json).toMatchObject({ messageId: id, applied: true });
}

async function webhook({ email, id, words }: Somebody, type = 'email.bounced') {
  const body = JSON.stringify({
    ...{ type, created_at: app.clock.now.toISOString() },
    data: {
      ...{ email_id: randomUUID(), to: [email], subject: words, tags: { message_id: id } },
      bounce: {
        type: 'Permanent',
        subType: 'General',
        message: words,
        diagnosticCode: [`550 5.1.1 ${words}`],
      },
      failed: { reason: words },
    },
  });
  const signed = { id: `msg_${randomUUID()}`, timestamp: Math.floor(app.clock.now.getTime() / 1000), body };
  const { status } = await app.request('/webhooks/resend', {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...signWebhook({ ...signed, secrets: [SECRET] }) },
    body,
  });
  expect(status).toBe(200);
  await app.intake.settled();
}

/** A server that answers a step when the registrant was erased, and not before. */
async function erasedAt(step: Step, answer: (one: Somebody) => Reaction | undefined): Promise<Somebody> {
  const one = await somebody();
  let isOnTheWire = false;
  server.react = (at, { to }) => {
    // Before RCPT the session knows no recipient.
    if (at !== step || (at !== 'RCPT' && to !== one.email) || isOnTheWire) return undefined;
    isOnTheWire = true;
    return one.erase();
  };
  const isAnswered = { yet: false };
  const react = server.react;
  server.react = (at, session) => {
    const first = react(at, session);
    if (first !== undefined) {
      isAnswered.yet = true;
      // The answer comes at the next step that can be refused.
      return first;
    }
    return isAnswered.yet ? answer(one) : undefined;
  };
  await one.send();
  server.react = () => undefined;
  expect(isOnTheWire).toBe(true);
  return one;
}

beforeEach(() => app.pool.query('delete from {schema}.circuit_breaker'));

describe('nothing brings an erased person back', () => {
  it('finds who is there', async () => {
    const one = await somebody();
    expect((await one.traces()).length).toBeGreaterThan(1);
  });

  it('queued: the worker comes after the erasure', async () => {
    const one = await somebody();
    await one.erase();
    await one.send();
    expect(await one.traces()).toEqual([]);
  });

  it('queued: then a bounce and a webhook come all the same', async () => {
    const one = await somebody();
    await one.erase();
    await bounce(one);
    for (const type of ['email.bounced', 'email.failed', 'email.complained', 'email.delivery_delayed'])
      await webhook(one, type);
    expect(await one.traces()).toEqual([]);
  });

  it.each([
    ['refused for good', '550 5.1.1'],
    ['refused for now', '451 4.2.1'],
    ['refused for who we are', '550 5.7.1 relaying denied for'],
    ['the line is closed', '421 4.3.2'],
  ])('on the wire, and then %s in words that name them', async (_, code) => {
    const one = await erasedAt('DATA', (who) => `${code} ${who.words}` as Reaction);
    expect(await one.traces()).toEqual([]);
  });

  it.each(['RCPT', 'DATA', 'body', 'dot', 'taken'] as const)(
    'on the wire, at %s, and the line drops',
    async (step) => {
      const one = await erasedAt(step, () => 'drop');
      expect(await one.traces()).toEqual([]);
    },
  );

  it.each(['RCPT', 'DATA', 'dot', 'taken'] as const)('on the wire, at %s, and it is taken', async (step) => {
    const one = await erasedAt(step, () => undefined);
    await bounce(one);
    expect(await one.traces()).toEqual([]);
  });

  it('sent: a late bounce, a webhook, an unsubscription', async () => {
    const one = await somebody();
    await one.send();
    const { rows } = await app.pool.query('select status from {schema}.message where id = $1', [one.id]);
    expect(rows).toEqual([{ status: 'sent' }]);
    const registrant = (await app.api('GET', one.path)).json;
    await one.erase();
    await bounce(one);
    await webhook(one);
    await transaction(app.pool, (db) => unsubscribe({ db, now: app.clock.now }, event, registrant));
    expect(await one.traces()).toEqual([]);
    // What is told of the mail stays.
    const { json } = await app.api('GET', `/messages/${one.id}`);
    expect(json).toMatchObject({ status: 'bounced', to: null });
    expect(json.events.map(({ type }: { type: string }) => type)).toContain('bounced');
  });

  it('bounced, deferred, complained of: what was told before goes with them', async () => {
    const one = await somebody();
    await one.send();
    await bounce(one);
    await webhook(one, 'email.delivery_delayed');
    await webhook(one, 'email.complained');
    const { json } = await app.api('GET', `/messages/${one.id}`);
    const told = JSON.stringify([json.error, json.events]);
    expect(told).toContain('550 5.1.1 <[address]>');
    expect(told).not.toMatch(/zerlina|quast/i);
    await one.erase();
    expect(await one.traces()).toEqual([]);
  });

  it('a report that named no message of ours finds it after the erasure', async () => {
    const one = await somebody();
    const providerMessageId = randomUUID();
    const told = {
      ...{ source: 'resend', sourceId: randomUUID(), type: 'bounced', messageId: null, providerMessageId },
      ...{ occurredAt: app.clock.now, detail: { diagnostic: `550 5.1.1 ${one.words}`, status: '5.1.1' } },
    };
    const context = { pool: app.pool, now: app.clock.now, ownAddresses: [] };
    await keepEvents(context, [told]);
    await app.pool.query('update {schema}.message set provider_message_id = $2 where id = $1', [
      one.id,
      providerMessageId,
    ]);
    await one.erase();
    const range = { recent: new Date(0), old: app.clock.now };
    await matchWaiting(app.pool, range, 100);
    await applyEvents(context, await findUnapplied(app.pool, 100));
    expect(await one.traces()).toEqual([]);
  });

  it('answers that were kept for a repeated request go with them', async () => {
    const one = await somebody();
    const key = { 'idempotency-key': `preview-${one.id}` };
    const at = `/events/${event.id}/words/confirmation/preview`;
    const preview = await app.api('POST', at, { registrantId: one.registrantId }, key);
    expect(preview.text).toContain(one.firstName);
    await app.api('POST', `${one.path}/rotate-key`, undefined, { 'idempotency-key': `rotate-${one.id}` });
    await app.api('POST', `${one.path}/resend`, undefined, { 'idempotency-key': `resend-${one.id}` });
    await app.api('POST', `/events/${event.id}/exports`, {
      columns: 'all',
      format: 'csv',
      to: 'x@team.example',
    });
    await one.erase();
    expect(await one.traces()).toEqual([]);
    // The key is free again: the same request says that nobody is there.
    expect((await app.api('POST', at, { registrantId: one.registrantId }, key)).status).toBe(404);
  });

  it('an answer that is written while they are erased is not kept', async () => {
    const one = await somebody();
    const pending: Promise<unknown>[] = [];
    const ask = (n: number) =>
      app.api(
        'POST',
        `/events/${event.id}/registrants`,
        { email: one.email },
        { 'idempotency-key': `r${n}-${one.id}` },
      );
    for (let n = 0; n < 4; n++) pending.push(ask(n));
    pending.push(app.api('DELETE', one.path));
    await Promise.all(pending);
    // Whoever asked last may have registered them anew: those are erased as well.
    const { json } = await app.api('GET', `/events/${event.id}/registrants?q=${one.email}`);
    for (const { id } of json.items) await app.api('DELETE', `/events/${event.id}/registrants/${id}`);
    expect(await one.traces()).toEqual([]);
  });
});
