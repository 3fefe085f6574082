import type { Priority } from '../../domain/message.ts';
import { PriorityQueue } from '../priority-queue.ts';
import {
  type Attempt,
  type ConnectionOptions,
  type Credentials,
  type Envelope,
  openSmtpConnection,
  type SmtpConnection,
} from './connection.ts';

export interface PoolOptions {
  readonly connection: ConnectionOptions;
  /** Null: the server is not authenticated to. */
  readonly credentials: Credentials | null;
  /** At most so many at once; fewer for a while when the server takes fewer. */
  readonly maxConnections: number;
  /** A connection is replaced after so many mails: servers tend to end old ones in the middle of something. */
  readonly mailsPerConnection: number;
  /** A connection without work is closed after so long. */
  readonly idleMs: number;
  /** After so long another connection is tried where the server had refused one. */
  readonly regrowMs: number;
  /** How long `close` waits for mails under way. */
  readonly graceMs: number;
}

/** `not_attempted`: the pool was closed before the mail's turn came, or it may no longer leave. */
export type PoolResult = Attempt | 'not_attempted';

export interface SmtpPool {
  /**
   * Sends one mail when its turn comes; `compose` is called then, and returns null where the mail may not leave any
   * more. Rejects with what `compose` throws, and for no other reason.
   */
  send(priority: Priority, envelope: Envelope, compose: () => Buffer | null): Promise<PoolResult>;
  /** Mails under way end, those that wait are given back, every connection is closed. */
  close(): Promise<void>;
}

interface Job {
  readonly priority: Priority;
  readonly envelope: Envelope;
  readonly compose: () => Buffer | null;
  readonly resolve: (result: PoolResult) => void;
  readonly reject: (error: unknown) => void;
  /** How often it was passed on from a connection that would not take it. */
  moves: number;
}

const MAX_MOVES = 3;

/** Connections to one server, opened as there is work for them, each sending one mail after another. */
export function createSmtpPool(options: PoolOptions): SmtpPool {
  const { maxConnections, mailsPerConnection, idleMs, regrowMs, graceMs } = options;
  const queue = new PriorityQueue<Job>();
  /** Connections without work, the last one used at the end. Called with null, they close. */
  const idle: ((job: Job | null) => void)[] = [];
  const open = new Set<SmtpConnection>();
  const ends = new Set<Promise<void>>();
  const closing = new AbortController();
  let opening = 0;
  let limit = maxConnections;
  let regrow: NodeJS.Timeout | undefined;

  return {
    send(priority, envelope, compose) {
      return new Promise((resolve, reject) => {
        if (closing.signal.aborted) return resolve('not_attempted');
        const job = { priority, envelope, compose, resolve, reject, moves: 0 };
        const connection = idle.pop();
        if (connection) return connection(job);
        queue.add(job);
        openMore();
      });
    },
    async close() {
      closing.abort();
      clearTimeout(regrow);
      for (const job of queue.drain()) job.resolve('not_attempted');
      for (const connection of idle.splice(0)) connection(null);
      const hangUp = setTimeout(() => open.forEach((connection) => void connection.destroy()), graceMs);
      await Promise.all(ends);
      clearTimeout(hangUp);
    },
  };

  /**
   * One connection for each mail that waits, within the limit. The first goes alone: a server that is away, or refuses
   * our password, need not be asked twenty times at once.
   */
  function openMore(): void {
    const most = open.size ? limit : 1;
    while (open.size + opening < most && opening < queue.length) {
      const end = openAndServe().finally(() => ends.delete(end));
      ends.add(end);
    }
  }

  async function openAndServe(): Promise<void> {
    let wake: (() => void) | undefined;
    const onEnd = () => wake?.();
    opening++;
    let connection: SmtpConnection;
    try {
      const { connection: how, credentials } = options;
      connection = await openSmtpConnection({ options: how, credentials, signal: closing.signal, onEnd });
    } catch (failure) {
      opening--;
      return cannotOpen(failure as Error);
    }
    opening--;
    open.add(connection);
    while (!closing.signal.aborted && connection.isReady() && connection.sent < mailsPerConnection) {
      const job = queue.take() ?? (await nextJob());
      if (!job) break;
      openMore();
      await attempt(connection, job);
    }
    open.delete(connection);
    openMore();
    await connection.quit();

    /** The next mail to come; null after a while, or when the connection ends meanwhile. */
    function nextJob(): Promise<Job | null> {
      return new Promise((resolve) => {
        const waiting = (job: Job | null) => {
          clearTimeout(timer);
          wake = undefined;
          resolve(job);
        };
        wake = () => {
          idle.splice(idle.indexOf(waiting), 1);
          waiting(null);
        };
        const timer = setTimeout(wake, idleMs);
        idle.push(waiting);
      });
    }
  }

  /** With other connections, go on with those. Without, the server cannot be reached, and nobody need wait for it. */
  function cannotOpen(failure: Error): void {
    if (open.size + opening > 0) {
      shrinkTo(open.size + opening);
      return;
    }
    limit = maxConnections;
    for (const job of queue.drain()) job.resolve({ accepted: false, failure, handedOver: false });
  }

  function shrinkTo(connections: number): void {
    limit = Math.max(1, connections);
    clearTimeout(regrow);
    regrow = setTimeout(() => {
      limit = maxConnections;
      openMore();
    }, regrowMs).unref();
  }

  async function attempt(connection: SmtpConnection, job: Job): Promise<void> {
    let message: Buffer | null;
    try {
      message = job.compose();
    } catch (error) {
      return job.reject(error);
    }
    if (!message) return job.resolve('not_attempted');
    const result = await connection.send(job.envelope, message);
    if (result.accepted || !mayMove(result, connection, job)) return job.resolve(result);
    job.moves++;
    queue.putBack(job);
  }

  /**
   * Whether a mail failed for its connection's sake only: an old one that the server had left, or one too many (421,
   * RFC 5321, 3.8). It was not handed over, so it goes to another connection at once.
   */
  function mayMove(
    { failure, handedOver }: Extract<Attempt, { accepted: false }>,
    connection: SmtpConnection,
    job: Job,
  ): boolean {
    if (handedOver || closing.signal.aborted || job.moves === MAX_MOVES) return false;
    const used = connection.sent > 1;
    if (failure.responseCode !== 421) return used && !failure.responseCode && !connection.isReady();
    if (!used && open.size > 1) shrinkTo(open.size - 1);
    return used || open.size > 1;
  }
}
