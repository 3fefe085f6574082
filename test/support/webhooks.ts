import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, expect } from 'vitest';
import { transaction } from '../../src/db/pool.ts';
import { findDueEndpoints, listEndpoints } from '../../src/db/webhook-endpoint.ts';
import { expandOutbox } from '../../src/db/webhook-outbox.ts';
import { webhooks } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../../worker/context.ts';
import { sendWebhooks } from '../../worker/webhooks/send-webhooks.ts';
import type { TestApp } from './app.ts';
import { openDelivery } from './worker.ts';

/** A request that a receiver got. */
export interface Received {
  readonly id: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: bodies of every shape
  readonly body: any;
}

type Answer = (received: Received, response: ServerResponse, request: IncomingMessage) => void;

/** Answers with a status and nothing else. */
export const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(code, headers).end();

export interface Receiver {
  readonly url: string;
  readonly received: Received[];
  /** How requests are answered from now on. */
  answer: Answer;
  /** Every connection so far. */
  connections: number;
  /** Resolves once this many came. */
  got(count: number): Promise<Received[]>;
}

/** A receiver of webhooks on loopback. It ends with the suite. */
export async function openReceiver(answer: Answer = status(204)): Promise<Receiver> {
  let heard = Promise.withResolvers<void>();
  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const text = Buffer.concat(parts).toString();
    const { headers, url: path = '' } = request;
    const one = { id: String(headers['webhook-id']), path, headers, text, body: JSON.parse(text) };
    receiver.received.push(one);
    receiver.answer(one, response, request);
    heard.resolve();
    heard = Promise.withResolvers();
  });
  server.on('connection', () => {
    receiver.connections++;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const receiver: Receiver = {
    url: `http://127.0.0.1:${port}/hooks`,
    received: [],
    answer,
    connections: 0,
    async got(count) {
      while (receiver.received.length < count) await heard.promise;
      return receiver.received;
    },
  };
  return receiver;
}

/** Adds an endpoint over the API. */
export async function addEndpoint(
  app: TestApp,
  body: { readonly url: string } & Readonly<Record<string, unknown>>,
): Promise<{ readonly id: string; readonly secret: string; readonly path: string }> {
  const { status: code, json } = await app.api('POST', '/webhook-endpoints', { events: ['*'], ...body });
  expect([code, json.errors]).toEqual([201, undefined]);
  return { id: json.id, secret: json.secret, path: `/webhook-endpoints/${json.id}` };
}

/** Throws where the signature does not fit, as a receiver's own check would. */
export function verify({ text, headers }: Received, secret: string): unknown {
  return new Webhook(secret).verify(text, headers as Record<string, string>);
}

/** Makes events and deliveries of all that waits in the outbox, as a worker does before it sends. */
export async function expandAll({ pool }: Pick<TestApp, 'pool'>): Promise<void> {
  for (const { id } of await listEndpoints(pool))
    while ((await transaction(pool, (db) => expandOutbox(db, id))) > 0);
}

/** What a worker sends webhooks with, and a way to have all sent that is due at the app's clock. */
export function openSending(app: TestApp): {
  readonly context: WorkerContext;
  send(): Promise<void>;
} {
  const context = openDelivery(app, 'smtp://127.0.0.1:9');
  const never = new AbortController().signal;
  return {
    context,
    async send() {
      // What triggers write is dated by the database, which is ahead of a clock that stands still.
      const { rows } = await app.pool.query<{ now: Date }>('select now()');
      if (rows[0] && rows[0].now > app.clock.now) app.clock.now = new Date(rows[0].now.getTime() + 1);
      for (const id of await findDueEndpoints(app.pool, app.clock.now, webhooks.name))
        await sendWebhooks(context, id, never);
    },
  };
}
