import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { MailpitClient } from 'mailpit-api';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { type Inbox, startInbox } from '../../scripts/inbox/inbox.ts';
import type { WebhookOptions } from '../../scripts/inbox/webhook.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';
import { waitUntil } from '../support/wait-for.ts';

const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
});

/** Hears webhooks; `answer` may as well never do so. */
async function startReceiver(answer: (response: ServerResponse) => void) {
  const heard: { request: IncomingMessage; body: Record<string, unknown> }[] = [];
  const receiver = { heard, open: 0, mostOpen: 0, url: '' };
  const server = createServer(async (request, response) => {
    receiver.open++;
    receiver.mostOpen = Math.max(receiver.mostOpen, receiver.open);
    response.once('close', () => receiver.open--);
    heard.push({ request, body: JSON.parse(await text(request)) });
    answer(response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  receiver.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/webhooks/mailpit`;
  stops.push(() => {
    server.close();
    server.closeAllConnections();
  });
  return receiver;
}

async function openInbox(webhookUrl: string, webhook: WebhookOptions = {}) {
  const lines: string[] = [];
  const report = (line: string) => void lines.push(line);
  const inbox = await startInbox({
    maxMessages: 0,
    webhookUrl,
    webhook: { report, patience: HANGS_AFTER_MS, ...webhook },
  });
  stops.push(() => inbox.stop());
  /** How many all lines together say of `what`. */
  const told = (what: string) =>
    lines.reduce((sum, line) => sum + Number(new RegExp(`(\\d+) ${what}`).exec(line)?.[1] ?? 0), 0);
  return { inbox, lines, told };
}

async function send(inbox: Inbox, count: number, mail: SendMailOptions = {}): Promise<void> {
  const transport = createTransport({ url: inbox.smtpUrl, pool: true, maxConnections: 5 } as { url: string });
  const one = { from: 'Ann Bee <ann@example.test>', to: 'Zoé <zoe@example.test>', text: 'Hello', ...mail };
  const messageId = (index: number) => ({ messageId: `<mail.${index}@example.test>` });
  await Promise.all(
    Array.from({ length: count }, (_, i) => transport.sendMail({ ...messageId(i + 1), ...one })),
  );
  transport.close();
}

const countOf = async (inbox: Inbox) => (await new MailpitClient(inbox.httpUrl).listMessages()).total;

it('tells of a mail as Mailpit does', async () => {
  const receiver = await startReceiver((response) => response.end());
  const { inbox, lines } = await openInbox(receiver.url);
  await send(inbox, 1, { subject: 'Héllo', headers: { 'X-Tags': 'confirmation, en' } });

  await waitUntil(() => receiver.heard.length > 0);
  const { messages } = await new MailpitClient(inbox.httpUrl).listMessages();
  expect(receiver.heard[0]?.body).toEqual({
    ID: messages[0]?.ID,
    MessageID: 'mail.1@example.test',
    Read: false,
    From: { Name: 'Ann Bee', Address: 'ann@example.test' },
    To: [{ Name: 'Zoé', Address: 'zoe@example.test' }],
    Cc: [],
    Bcc: [],
    ReplyTo: [],
    Subject: 'Héllo',
    Created: messages[0]?.Created,
    Username: '',
    Tags: ['confirmation', 'en'],
    Size: messages[0]?.Size,
    Attachments: 0,
    Snippet: 'Hello',
  });
  const { method, headers } = receiver.heard[0]?.request ?? {};
  expect(method).toBe('POST');
  expect(headers?.['content-type']).toBe('application/json');
  expect(headers?.['user-agent']).toMatch(/^access-mail-inbox\/\S+ \(like Mailpit\)$/);
  expect(lines).toEqual([]);
});

it('tells of each of 300 mails once, at most four at a time', async () => {
  const held: ServerResponse[] = [];
  let holds = true;
  const receiver = await startReceiver((response) => void (holds ? held.push(response) : response.end()));
  const { inbox, lines } = await openInbox(receiver.url);
  await send(inbox, 300);
  await waitUntil(() => held.length === 4);
  holds = false;
  for (const response of held) response.end();

  await waitUntil(() => receiver.heard.length === 300);
  const ids = receiver.heard.map(({ body }) => body.MessageID);
  const sent = Array.from({ length: 300 }, (_, index) => `mail.${index + 1}@example.test`);
  expect(ids.toSorted()).toEqual(sent.toSorted());
  expect(receiver.mostOpen).toBe(4);
  expect(lines).toEqual([]);
});

it('takes mails while nobody hears of them, and says so', async () => {
  const url = `http://127.0.0.1:${await freePort()}/webhooks/mailpit`;
  const { inbox, lines, told } = await openInbox(url, { pauseBetweenLines: 20 });
  await send(inbox, 20);
  expect(await countOf(inbox)).toBe(20);
  await waitUntil(() => told('failed') === 20);
  expect(lines[0]).toContain(`webhook ${url} did not get through: 1 failed (connect ECONNREFUSED`);
});

it('writes one line where all fail, and tries none again', async () => {
  const receiver = await startReceiver((response) => response.writeHead(503).end('not now'));
  const { inbox, lines } = await openInbox(receiver.url);
  await send(inbox, 20);
  await waitUntil(() => receiver.heard.length === 20);
  await send(inbox, 1, { messageId: '<after@example.test>' });
  await waitUntil(() => receiver.heard.length === 21);
  expect(new Set(receiver.heard.map(({ body }) => body.MessageID)).size).toBe(21);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('1 failed (it answered 503)');
});

it('takes mails while the receiver hangs, lets so many wait, counts the rest, and stops at once', async () => {
  const receiver = await startReceiver(() => undefined);
  const { inbox, told } = await openInbox(receiver.url, { mostWaiting: 10, pauseBetweenLines: 20 });
  await send(inbox, 20);
  expect(await countOf(inbox)).toBe(20);
  await waitUntil(() => told('dropped') === 6);
  await waitUntil(() => receiver.heard.length === 4);
  expect(told('failed')).toBe(0);
  await inbox.stop();
  stops.pop();
  await waitUntil(() => receiver.open === 0);
});

it('gives up on an answer that does not come, and goes on', async () => {
  let answers = false;
  const receiver = await startReceiver((response) => void (answers && response.end()));
  const { inbox, lines, told } = await openInbox(receiver.url, { patience: 50, pauseBetweenLines: 20 });
  await send(inbox, 6);
  await waitUntil(() => told('failed') === 6);
  expect(lines[0]).toContain('timeout');
  answers = true;
  // On a slow machine this one may be given up on as well, before it arrives: another one gets through.
  await waitUntil(async () => {
    await send(inbox, 1, { messageId: '<after@example.test>' });
    return receiver.heard.some(({ body }) => body.MessageID === 'after@example.test');
  });
});
