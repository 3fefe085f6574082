import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import { CONNECTION } from '../db/client.ts';
import { HostClient } from '../db/host-client.ts';
import { within } from '../lib/remember.ts';

/** A dead connection may give no error, so it is asked: milliseconds between two questions, and for each answer. */
const HEARTBEAT_MS = 8_000;
const ANSWER_MS = 5_000;
const RECONNECT_MS = 1_000;
/** A lost connection is replaced within five seconds of the database being there again. */
const MOST_RECONNECT_MS = 4_000;

export interface Listening {
  readonly url: string;
  readonly channel: string;
  readonly onNotification: (payload: string) => void;
  /** After each `listen`, the first included: what was announced before may have been missed. */
  readonly onListening: () => void;
  /** The connection was lost; another one is being made. */
  readonly onError: (error: Error) => void;
  /** For tests. */
  readonly heartbeatMs?: number;
  readonly answerMs?: number;
}

/**
 * Listens on a connection of its own, because `listen` belongs to a session and a transaction pooler gives none. A lost
 * connection is replaced until `close`. Rejects where the first one cannot be made.
 */
export async function listen(options: Listening): Promise<{ close(): Promise<void> }> {
  const { heartbeatMs = HEARTBEAT_MS, onError } = options;
  const closing = new AbortController();
  let client = await connect(options);
  const running = run();
  return {
    async close() {
      closing.abort();
      await running;
    },
  };

  async function run(): Promise<void> {
    for (;;) {
      const lost = await whileAlive(client);
      await discard(client);
      if (closing.signal.aborted) return;
      onError(lost);
      const next = await reconnect();
      if (!next) return;
      client = next;
    }
  }

  /** Resolves with why the connection is of no more use. */
  async function whileAlive(current: pg.Client): Promise<Error> {
    const broken = new AbortController();
    current.on('error', (error) => broken.abort(error));
    current.on('end', () => broken.abort(new Error('The connection that listens has ended.')));
    const over = AbortSignal.any([closing.signal, broken.signal]);
    for (;;) {
      await pause(heartbeatMs, over);
      if (over.aborted) return over.reason;
      const silent = await isSilent(current, options);
      if (silent) return silent;
    }
  }

  /** Null: closed meanwhile. */
  async function reconnect(): Promise<pg.Client | null> {
    for (let wait = RECONNECT_MS; ; wait = Math.min(2 * wait, MOST_RECONNECT_MS)) {
      await pause(wait, closing.signal);
      if (closing.signal.aborted) return null;
      try {
        return await connect(options);
      } catch {
        // The log has said it when the connection was lost.
      }
    }
  }
}

/** Ends early, and without an error, when `over` is aborted. */
async function pause(ms: number, over: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal: over }).catch(() => undefined);
}

async function connect({ url, channel, onNotification, onListening }: Listening): Promise<pg.Client> {
  const client = new HostClient({
    connectionString: url,
    application_name: 'access-mail listen',
    ...CONNECTION,
    query_timeout: ANSWER_MS,
  });
  // An error before the caller hears of this connection rejects what it waits for as well.
  client.on('error', () => undefined);
  client.on('notification', ({ payload }) => onNotification(payload ?? ''));
  try {
    await client.connect();
    await client.query(`listen ${client.escapeIdentifier(channel)}`);
  } catch (error) {
    await discard(client);
    throw error;
  }
  onListening();
  return client;
}

/** Why the connection hears nothing any more; null where it still listens. */
async function isSilent(
  client: pg.Client,
  { channel, answerMs = ANSWER_MS }: Listening,
): Promise<Error | null> {
  const asked = client
    .query<{ listens: boolean; isReadOnly: boolean }>(
      `select exists (select from pg_listening_channels() as active where active = $1) as listens,
         current_setting('transaction_read_only') = 'on' as "isReadOnly"`,
      [channel],
    )
    .then(
      ({ rows }) => {
        if (!rows[0]?.listens) return new Error(`The connection no longer listens on ${channel}.`);
        // Nothing is announced there: it may be the old primary of a failover.
        return rows[0].isReadOnly
          ? new Error('The server of the connection that listens takes no changes.')
          : null;
      },
      (error: Error) => error,
    );
  return within(asked, answerMs, new Error('The connection that listens gives no answer.'));
}

/** Closes a connection, and does not wait for a dead one: it never tells that it has ended. */
async function discard(client: pg.Client): Promise<void> {
  client.removeAllListeners('notification');
  const ended = client.end().catch(() => undefined);
  await within(ended, RECONNECT_MS, undefined);
  client.connection.stream.destroy();
}
