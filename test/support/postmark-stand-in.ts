import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { deleteSuppressions, readAccount, type StandInWebhook } from './postmark/account.ts';
import { type Answer, apiError, json } from './postmark/answers.ts';
import {
  type ApiError,
  type ParsedMail,
  parseMail,
  type RawMail,
  type Rules,
  refusalOf,
} from './postmark/mail.ts';
import { readBack } from './postmark/read-back.ts';

/** A mail that counts as taken. */
export interface AcceptedMail extends ParsedMail {
  readonly id: string;
  /** When it was taken, by the stand-in's clock. */
  readonly at: number;
  /** What became of it, as its details say. */
  readonly events: MailEvent[];
}

export type MailEvent =
  | { readonly Type: 'Delivered' | 'Transient' | 'Opened' | 'LinkClicked' | 'SubscriptionChanged' }
  | { readonly Type: 'Bounced'; readonly bounce: { readonly Type: string; readonly Details: string } };

/** What `react` is asked about: a request that has the right token. */
export interface StandInRequest {
  readonly method: string;
  readonly path: string;
  /** Empty where the request reads back. */
  readonly mails: readonly ParsedMail[];
}

interface Failure {
  readonly status: number;
  /** Absent: a gateway's page, which is no JSON. */
  readonly code?: number;
  readonly message?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What happens to a request instead of an ordinary answer. Nothing taken: `fail`, `drop` (the socket is destroyed). Taken: `failAfter`,
 * `drop-after`, `hang` (no answer ever), and answers that cannot be read: `garbage-after` (no JSON), `short-after` (the last mail is
 * missing), `object-after` (no list), `nameless-after` (nothing says what became of the mails).
 */
export type Reaction =
  | { readonly fail: Failure }
  | { readonly failAfter: Failure }
  | 'drop'
  | 'drop-after'
  | 'hang'
  | 'garbage-after'
  | 'short-after'
  | 'object-after'
  | 'nameless-after';

type MaybeReaction = Reaction | undefined;

interface Settings extends Rules {
  now: () => number;
  /** How long a mail that was taken is missing in the search, in milliseconds. */
  listedAfterMs: number;
  answerAfterMs: number;
  /** Asked once a request; a promise holds the request until it settles. */
  react: (request: StandInRequest) => MaybeReaction | Promise<MaybeReaction>;
  confirmedDomains: ReadonlySet<string> | null;
  /** Addresses that it sends nothing to; of `complained` it lifts none. */
  inactive: Set<string>;
  complained: ReadonlySet<string>;
  streams: ReadonlySet<string>;
  archived: ReadonlySet<string>;
  deliveryType: 'Live' | 'Sandbox';
  webhooks: readonly StandInWebhook[];
  /** Refused by itself within a call that is taken, whatever the mail says; undefined: by the rules. */
  refuse: (mail: ParsedMail) => ApiError | undefined;
  /** Whether bodies stay in the record; long runs save the memory. */
  keepBodies: boolean;
}

export interface PostmarkStandIn extends Settings {
  /** For `POSTMARK_BASE_URL`. */
  readonly url: string;
  serverToken: string;
  /** The mails that count as taken, in order. */
  readonly accepted: AcceptedMail[];
  readonly requests: {
    readonly method: string;
    readonly path: string;
    readonly query: URLSearchParams;
    readonly mails: number;
    readonly bytes: number;
    /** Null: no answer came. */
    readonly status: number | null;
  }[];
  close(): Promise<void>;
}

export type PostmarkStandInOptions = Partial<Settings>;

const MOST_IN_BATCH = 500;
const LARGEST_BATCH = 50_000_000;
const LARGEST_MAIL = 10_000_000;

/**
 * Postmark's HTTP API as far as mails go, kept to what postmarkapp.com/developer publishes: no idempotency keys, no limit of requests,
 * an answer for each mail of a batch, and a search that learns of mails a while after they were taken.
 */
export async function openPostmarkStandIn(options: PostmarkStandInOptions = {}): Promise<PostmarkStandIn> {
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

  const standIn: PostmarkStandIn = {
    now: Date.now,
    listedAfterMs: 0,
    answerAfterMs: 0,
    react: () => undefined,
    refuse: () => undefined,
    confirmedDomains: null,
    inactive: new Set(),
    complained: new Set(),
    streams: new Set(['outbound', 'broadcast']),
    archived: new Set(),
    deliveryType: 'Live',
    webhooks: [],
    keepBodies: true,
    ...options,
    url: `http://127.0.0.1:${port}`,
    serverToken: randomUUID(),
    accepted: [],
    requests: [],
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return standIn;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    try {
      await once(request, 'end');
    } catch {
      return;
    }
    const body = Buffer.concat(chunks);
    const { pathname: path, searchParams: query } = new URL(request.url ?? '/', 'http://stand-in');
    const { method = 'GET' } = request;
    const { mails, answer } = await answerTo({ request, method, path, query, body });
    const status = typeof answer === 'string' ? null : answer.status;
    standIn.requests.push({ method, path, query, mails, bytes: body.length, status });
    if (answer === 'drop') request.socket.destroy();
    if (typeof answer === 'string') return;
    const bytes = Buffer.from(answer.body);
    response.writeHead(answer.status, {
      'content-type': 'application/json; charset=utf-8',
      'content-length': bytes.length,
      ...answer.headers,
    });
    response.end(bytes);
  }

  async function answerTo(incoming: {
    readonly request: IncomingMessage;
    readonly method: string;
    readonly path: string;
    readonly query: URLSearchParams;
    readonly body: Buffer;
  }): Promise<{ readonly mails: number; readonly answer: Answer | 'drop' | 'hang' }> {
    const { request, method, path, query, body } = incoming;
    const { headers } = request;
    if (headers['x-postmark-server-token'] !== standIn.serverToken)
      return {
        mails: 0,
        answer: apiError(
          401,
          10,
          'The Server Token you provided in the X-Postmark-Server-Token request header was invalid.',
        ),
      };
    const lifted = method === 'POST' ? deleteSuppressions(standIn, path, body) : undefined;
    if (lifted) return { mails: 0, answer: lifted };
    const raws = method === 'POST' ? mailsIn(path, headers, body) : [];
    if (!Array.isArray(raws)) return { mails: 0, answer: raws };
    const mails = raws.map(parseMail);
    const reaction = await standIn.react({ method, path, mails });
    const result = (answer: Answer | 'drop' | 'hang') => ({ mails: mails.length, answer });
    if (reaction === 'drop') return result('drop');
    if (typeof reaction === 'object' && 'fail' in reaction) return result(failed(reaction.fail));
    const answer =
      method === 'POST'
        ? take(path, mails)
        : (readAccount(standIn, path, query) ?? readBack(standIn, path, query));
    if (standIn.answerAfterMs > 0) await delay(standIn.answerAfterMs, null, { ref: false });
    return result(spoiled(answer, reaction));
  }

  /** postmarkapp.com/developer/api/email-api: each mail of a batch has an answer of its own, in the order of the mails. */
  function take(path: string, mails: readonly ParsedMail[]): Answer {
    const at = standIn.now();
    const answers = mails.map((mail) => {
      const refused = standIn.refuse(mail) ?? refusalOf(mail, standIn);
      if (refused) return refused;
      const id = randomUUID();
      const bodies = !standIn.keepBodies && {
        html: null,
        text: null,
        attachments: mail.attachments.map((attachment) => ({ ...attachment, Content: null })),
      };
      standIn.accepted.push({ ...mail, ...bodies, id, at, events: [] });
      return {
        To: mail.to,
        SubmittedAt: new Date(at).toISOString(),
        MessageID: id,
        ErrorCode: 0,
        Message: 'OK',
      };
    });
    const [first] = answers;
    if (path === '/email') return json(first?.ErrorCode ? 422 : 200, first);
    return json(200, answers);
  }
}

function failed({ status, code, message = 'Made up by a test.', headers }: Failure): Answer {
  const page = '<html><head><title>Bad Gateway</title></head><body>Bad Gateway</body></html>';
  const answer =
    code === undefined
      ? { status, body: page, headers: { 'content-type': 'text/html', ...headers } }
      : { ...apiError(status, code, message), headers };
  return answer;
}

function spoiled(answer: Answer, reaction: MaybeReaction): Answer | 'drop' | 'hang' {
  if (reaction === undefined) return answer;
  if (typeof reaction === 'object') return 'failAfter' in reaction ? failed(reaction.failAfter) : answer;
  switch (reaction) {
    case 'drop-after':
      return 'drop';
    case 'garbage-after':
      return { ...answer, body: '[{"ErrorCode":0,"Mess' };
    case 'short-after':
      return json(200, JSON.parse(answer.body).slice(0, -1));
    case 'object-after':
      return json(200, { ErrorCode: 0, Message: 'OK' });
    case 'nameless-after':
      return json(
        200,
        JSON.parse(answer.body).map(() => ({ ErrorCode: 0, Message: 'OK' })),
      );
    default:
      return 'hang';
  }
}

/** The mails of a request's body, or why there are none. */
function mailsIn(path: string, headers: IncomingMessage['headers'], body: Buffer): RawMail[] | Answer {
  if (path !== '/email' && path !== '/email/batch') return apiError(404, 0, 'Not found.');
  if (!headers['content-type']?.startsWith('application/json') || headers.accept !== 'application/json')
    return apiError(422, 409, 'The request must have the headers Accept and Content-Type: application/json.');
  if (body.length > LARGEST_BATCH) return { status: 413, body: 'Payload Too Large' };
  let parsed: unknown;
  try {
    parsed = JSON.parse(body.toString());
  } catch {
    return apiError(422, 402, 'Received invalid JSON input.');
  }
  const raws = path === '/email' ? [parsed] : parsed;
  if (!Array.isArray(raws) || !raws.every((raw) => typeof raw === 'object' && raw !== null))
    return apiError(422, 403, 'The JSON does not contain the fields we expect.');
  if (raws.length > MOST_IN_BATCH)
    return apiError(422, 410, `A batch may have at most ${MOST_IN_BATCH} messages.`);
  if (raws.some((raw) => Buffer.byteLength(JSON.stringify(raw)) > LARGEST_MAIL))
    return { status: 413, body: 'Payload Too Large' };
  return raws;
}
