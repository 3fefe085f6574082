import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Account, type Incoming, type Settings, type Team } from './resend/account.ts';
import type { AcceptedMail, LastEvent } from './resend/read-back.ts';
import {
  type DeliverOptions,
  type Delivery,
  deliver,
  type EmailEventType,
  type EventOptions,
  eventAbout,
} from './resend/webhooks.ts';

export type { Reaction, Settings, StandInRequest } from './resend/account.ts';
export type { StandInDomain } from './resend/domains.ts';
export type { ParsedMail } from './resend/mail.ts';
export type { AcceptedMail } from './resend/read-back.ts';
export { type StandInSuppression, suppressed, suppressionEvent } from './resend/suppressions.ts';
export type { StandInWebhook } from './resend/webhook-endpoints.ts';
export { deliver, eventAbout, signWebhook } from './resend/webhooks.ts';

export interface AnsweredRequest {
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  /** Null: the socket was destroyed, or no answer is coming. */
  readonly status: number | null;
  /** When it came in, by the stand-in's clock. */
  readonly at: number;
}

export interface ResendStandIn extends Team {
  /** For `RESEND_BASE_URL` and the SDK's `baseUrl`. */
  readonly url: string;
  /** A key that is allowed everything. */
  readonly apiKey: string;
  /** Everything that was asked, in the order of being dealt with. */
  readonly requests: AnsweredRequest[];
  /** Makes the events that tell of mails, notes them as the mails' last ones, and delivers them. */
  sendEvents(options: SendEventsOptions): Promise<Delivery[]>;
  /** Destroys what is open. */
  close(): Promise<void>;
}

export interface SendEventsOptions extends DeliverOptions, EventOptions {
  /** All that were accepted where absent. */
  readonly mails?: readonly AcceptedMail[] | undefined;
  /** For each mail, in the order of happening; `email.delivered` where absent. */
  readonly types?: readonly (EmailEventType | (string & {}))[] | undefined;
}

export type ResendStandInOptions = Partial<Settings> & { readonly apiKey?: string };

/** Resend's HTTP API as far as mails go, kept to what https://resend.com/docs/api-reference publishes. */
export async function openResendStandIn(options: ResendStandInOptions = {}): Promise<ResendStandIn> {
  const { apiKey = 're_stand_in', ...settings } = options;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => void serve(request, response));
  // Longer than any pause of a client, or its next request could meet a socket that is being closed.
  server.keepAliveTimeout = 600_000;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const standIn: ResendStandIn = {
    now: Date.now,
    rateLimit: null,
    quotas: { daily: null, monthly: null },
    answerAfterMs: 0,
    react: () => undefined,
    refusedDomains: new Set(),
    verifiedDomains: null,
    domains: [],
    suppressions: [],
    webhooks: [],
    keepBodies: true,
    ...settings,
    url: `http://127.0.0.1:${port}`,
    apiKey,
    apiKeys: new Map([[apiKey, 'full_access']]),
    accepted: [],
    requests: [],
    sendEvents({ mails = standIn.accepted, types = ['email.delivered'], at, extra, ...options }) {
      const first = at ?? standIn.now();
      const events = mails.flatMap((mail) =>
        types.map((type, index) => {
          mail.lastEvent = type.replace(/^email\./, '') as LastEvent;
          return eventAbout(mail, type, { at: first + index * 1000, extra });
        }),
      );
      return deliver(events, options);
    },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  const account = new Account(standIn);
  return standIn;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = standIn.now();
    const incoming = await read(request).catch(() => null);
    if (!incoming) return;
    const { method, path, idempotencyKey } = incoming;
    const { outcome, headers } = await account.answer(incoming, at);
    const status = typeof outcome === 'string' ? null : outcome.status;
    standIn.requests.push({ method, path, idempotencyKey, status, at });
    if (outcome === 'drop') request.socket.destroy();
    if (typeof outcome === 'string') return;
    const body = Buffer.from(outcome.body);
    response.writeHead(outcome.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': body.length,
      ...headers,
      ...outcome.headers,
    });
    response.end(body);
  }
}

async function read(request: IncomingMessage): Promise<Incoming> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(request, 'end');
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://stand-in');
  const { headers, method = 'GET' } = request;
  return {
    method,
    path: pathname,
    query: searchParams,
    idempotencyKey: headers['idempotency-key']?.toString() ?? null,
    authorization: headers.authorization ?? '',
    permissive: pathname === '/emails/batch' && headers['x-batch-validation'] === 'permissive',
    body: Buffer.concat(chunks),
  };
}
