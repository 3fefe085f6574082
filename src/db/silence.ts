import type pg from 'pg';
import { QUEUE_MS, SILENCE_MS, STATEMENT_LIMIT_MS, type StatementLimit } from './statement-limits.ts';

const TICK_MS = 500;

/** A connection that is open and leads nowhere: a statement had no answer within its limit. */
export class NoAnswer extends Error {
  readonly code = 'NO_ANSWER';
}

interface Watched {
  isOpen: boolean;
  limit: StatementLimit;
  readonly usualLimit: StatementLimit;
  /** When it was made, and when the server last said anything, as `performance.now()` counts. */
  openedAt: number;
  heardAt: number;
  /** What it is asked for at the moment. */
  asked: {
    readonly statement: unknown;
    /** As `performance.now()` counts. */
    readonly at: number;
    waitedMs: number;
    bytesRead: number;
  } | null;
  readonly listener: SilenceListener;
}

/** Who knows the other connections of a pool. `askedAt`: when the statement was sent that has no answer. */
export interface SilenceListener {
  /** Whether it may be waiting for its turn in a pooler. */
  isQueued?(askedAt: number): boolean;
  /** The connection was given up. */
  onSilent?(askedAt: number): void;
}

const watched = new WeakMap<pg.ClientBase, Watched>();
const asking = new Set<pg.Client>();
let timer: NodeJS.Timeout | undefined;

/**
 * Gives a connection up when a statement has no answer within its limit: the statement rejects with `NoAnswer`, and the pool
 * replaces the connection. Only the time is counted in which this process ran and the server owed us something: not that of a process
 * that was stopped, of rows that nobody reads, or between two pages of a cursor.
 */
export function watchForSilence(
  client: pg.Client,
  limit: StatementLimit,
  listener: SilenceListener = {},
): void {
  const never = { openedAt: Number.POSITIVE_INFINITY, heardAt: Number.NEGATIVE_INFINITY };
  const state: Watched = { isOpen: true, limit, usualLimit: limit, ...never, asked: null, listener };
  watched.set(client, state);
  client.on('connect', () => {
    state.openedAt = performance.now();
    state.heardAt = state.openedAt;
  });
  client.on('drain', () => answered(client));
  client.on('end', () => {
    answered(client);
    state.isOpen = false;
  });
}

/** To be called when a statement is sent. */
export function noteStatement(client: pg.Client, statement: unknown): void {
  const state = stateOf(client);
  if (!state.isOpen) return;
  state.asked = { statement, at: performance.now(), waitedMs: 0, bytesRead: bytesReadOf(client) };
  asking.add(client);
  timer ??= setInterval(look, TICK_MS).unref();
}

/** Of the statements that follow. */
export function limitOf(client: pg.ClientBase): StatementLimit {
  return stateOf(client).limit;
}

/** Where `limit` is longer it counts for the statements that follow, until `resetLimit`. Returns whether it is. */
export function raiseLimit(client: pg.ClientBase, limit: StatementLimit): boolean {
  const state = stateOf(client);
  if (STATEMENT_LIMIT_MS[limit] <= STATEMENT_LIMIT_MS[state.limit]) return false;
  state.limit = limit;
  return true;
}

/** Back to what counts for all statements of this connection. */
export function resetLimit(client: pg.ClientBase): void {
  const state = stateOf(client);
  state.limit = state.usualLimit;
}

/** When the server last said anything over this connection, as `performance.now()` counts. */
export function heardAt(client: pg.ClientBase): number {
  return stateOf(client).heardAt;
}

/** When the connection was made, as `performance.now()` counts. */
export function openedAt(client: pg.ClientBase): number {
  return stateOf(client).openedAt;
}

/** Whether a connection that was there at this moment has had an answer since. */
export function isHeardSince(client: pg.ClientBase, moment: number): boolean {
  const state = stateOf(client);
  return state.openedAt <= moment && state.heardAt > moment;
}

/** Ends a connection without waiting for the other side. What it was asked rejects with `error`. */
export function giveUp(client: pg.Client, error: NoAnswer): void {
  client.connection.stream.destroy(error);
}

function stateOf(client: pg.ClientBase): Watched {
  const state = watched.get(client);
  if (!state)
    throw new Error('Statements have limits on a connection of a pool of ours, and not on the pool.');
  return state;
}

function answered(client: pg.Client): void {
  const state = stateOf(client);
  if (state.asked) {
    state.asked = null;
    state.heardAt = performance.now();
  }
  asking.delete(client);
  if (asking.size > 0) return;
  clearInterval(timer);
  timer = undefined;
}

function look(): void {
  for (const client of [...asking]) {
    const state = stateOf(client);
    const { asked } = state;
    if (!asked) continue;
    const bytesRead = bytesReadOf(client);
    if (bytesRead !== asked.bytesRead) {
      asked.bytesRead = bytesRead;
      asked.waitedMs = 0;
      state.heardAt = performance.now();
    } else if (owesUs(client, asked.statement)) asked.waitedMs += TICK_MS;
    const mayTakeMs = STATEMENT_LIMIT_MS[state.limit] + SILENCE_MS;
    if (asked.waitedMs < mayTakeMs) continue;
    if (asked.waitedMs < mayTakeMs + QUEUE_MS && state.listener.isQueued?.(asked.at)) continue;
    asking.delete(client);
    giveUp(client, new NoAnswer(`The database gave no answer for ${asked.waitedMs / 1000} s.`));
    state.listener.onSilent?.(asked.at);
  }
}

/** Whether it is the server's turn, and not ours: to read what has arrived, or to ask a cursor for its next page. */
function owesUs(client: pg.Client, statement: unknown): boolean {
  if (client.connection.stream.readableLength > 0) return false;
  return !(
    typeof statement === 'object' &&
    statement !== null &&
    'state' in statement &&
    statement.state === 'idle'
  );
}

function bytesReadOf({ connection: { stream } }: pg.Client): number {
  return 'bytesRead' in stream && typeof stream.bytesRead === 'number' ? stream.bytesRead : 0;
}
