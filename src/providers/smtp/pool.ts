import type { Priority } from '../../domain/message.ts';
import { PriorityQueue } from '../priority-queue.ts';
import type { Clearance } from '../provider.ts';
import { needsSmtpUtf8 } from '../wire-address.ts';
import {
  type ConnectionOptions,
  type Credentials,
  openSmtpConnection,
  type SmtpConnection,
} from './connection.ts';
import type { SmtpFailure } from './outcome.ts';
import type { Attempt, Envelope, Turn } from './session.ts';

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
  /** For so long a server that lost its place between commands sent at once gets one at a time. */
  readonly oneByOneMs: number;
  /** How long `close` waits for mails under way. */
  readonly graceMs: number;
}

export interface SmtpPool {
  /**
   * Sends one mail when its turn comes; `compose` is called then. Rejects with what `compose` throws, and for no other reason.
   * `not_attempted`: it may no longer leave, or the pool was closed before.
   */
  send(job: Pick<Job, 'priority' | 'envelope' | 'compose' | 'clearance'>): Promise<Attempt>;
  /** Mails under way end, those that wait are given back, every connection is closed. */
  close(): Promise<void>;
}

interface Job {
  readonly priority: Priority;
  readonly envelope: Envelope;
  readonly compose: () => Buffer;
  readonly clearance: Clearance;
  readonly resolve: (result: Attempt) => void;
  readonly reject: (error: unknown) => void;
  /** How often it was passed on from a connection that would not take it. */
  moves: number;
}

/** The code of a mail that the server's extensions do not carry: it is not even tried. */
export const NEEDS_SMTPUTF8 = 'ENEEDSUTF8';
const NOT_CARRIED: SmtpFailure = {
  code: NEEDS_SMTPUTF8,
  message:
    'The mail server does not take addresses with letters beyond ASCII before the @ (it offers no SMTPUTF8).',
};

const MAX_MOVES = 3;

/** Connections to one server, opened as there is work for them, each sending one mail after another. */
export function createSmtpPool(options: PoolOptions): SmtpPool {
  const { maxConnections, mailsPerConnection, idleMs, regrowMs, oneByOneMs, graceMs } = options;
  const queue = new PriorityQueue<Job>();
  /** Connections without work, the last one used at the end. Called with null, they close. */
  const idle: ((job: Job | null) => void)[] = [];
  const open = new Set<SmtpConnection>();
  const ends = new Set<Promise<void>>();
  const closing = new AbortController();
  let opening = 0;
  let limit = maxConnections;
  let regrow: NodeJS.Timeout | undefined;
  let oneByOneUntil = 0;

  return {
    send(given) {
      return new Promise((resolve, reject) => {
        if (closing.signal.aborted) return resolve('not_attempted');
        const job = { ...given, resolve, reject, moves: 0 };
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
      for (const connection of open) connection.stop();
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
    let begun = 0;
    opening++;
    let connection: SmtpConnection;
    try {
      connection = await openSmtpConnection({
        options: options.connection,
        credentials: options.credentials,
        signal: closing.signal,
        mayPipeline: () => performance.now() >= oneByOneUntil,
        onLostPlace: () => {
          oneByOneUntil = performance.now() + oneByOneMs;
        },
        onEnd: () => wake?.(),
      });
    } catch (failure) {
      opening--;
      return cannotOpen(failure as Error);
    }
    opening--;
    open.add(connection);
    if (closing.signal.aborted) connection.stop();
    await connection.serve({ take, wait });
    open.delete(connection);
    openMore();
    await connection.quit();

    function take(): Turn | null {
      while (mayGoOn()) {
        const job = queue.take();
        if (!job) return null;
        const turn = turnOf(job);
        if (turn) return turn;
      }
      return null;
    }

    async function wait(): Promise<Turn | null> {
      while (mayGoOn()) {
        const job = await nextJob();
        if (!job) return null;
        const turn = turnOf(job) ?? take();
        if (turn) return turn;
      }
      return null;
    }

    function mayGoOn(): boolean {
      return !closing.signal.aborted && !connection.isOver && begun < mailsPerConnection;
    }

    /** Null: what becomes of it is known already. */
    function turnOf(job: Job): Turn | null {
      const { envelope, clearance } = job;
      if (!clearance.mayBegin()) {
        job.resolve('not_attempted');
        return null;
      }
      if (needsSmtpUtf8(envelope.to) && !connection.takesUtf8) {
        job.resolve({ accepted: false, failure: NOT_CARRIED, handedOver: false });
        return null;
      }
      let content: Buffer;
      try {
        content = job.compose();
      } catch (error) {
        job.reject(error);
        return null;
      }
      const isFirst = begun++ === 0;
      openMore();
      return {
        envelope,
        content,
        mayLeave: () => clearance.mayLeave(),
        settle: (attempt) => settle(job, attempt, { connection, isFirst }),
      };
    }

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

  function settle(job: Job, attempt: Attempt, on: { connection: SmtpConnection; isFirst: boolean }): void {
    if (attempt === 'not_attempted' || attempt.accepted || attempt.handedOver) job.resolve(attempt);
    else if (closing.signal.aborted && !attempt.failure.responseCode) job.resolve('not_attempted');
    else if (job.moves < MAX_MOVES && mayMove(attempt.failure, on)) {
      job.moves++;
      queue.putBack(job);
      idle.pop()?.(queue.take() ?? null);
    } else job.resolve(attempt);
  }

  /**
   * Whether a mail failed for its connection's sake only: an old one that the server had left, or one too many (421,
   * RFC 5321, 3.8). It was not handed over, so it goes to another connection at once.
   */
  function mayMove(
    { responseCode }: SmtpFailure,
    { connection, isFirst }: { connection: SmtpConnection; isFirst: boolean },
  ): boolean {
    if (closing.signal.aborted) return false;
    if (responseCode !== 421) return !isFirst && !responseCode && connection.isOver;
    if (isFirst && open.size > 1) shrinkTo(open.size - 1);
    return !isFirst || open.size > 1;
  }
}
