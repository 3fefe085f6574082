import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDatabaseClock } from '../../src/db/clock.ts';
import type { Pool } from '../../src/db/pool.ts';

const NOON = Date.UTC(2027, 0, 15, 12);
const HOUR = 3_600_000;

/** By the right clock. The machine's is an hour behind, and the test's timers move both. */
const trueTime = () => NOON + performance.now();

/** A database whose clock is `ahead` of the machine's, in milliseconds, and which takes its time. */
function database() {
  const state = { ahead: 0, thereMs: 0, backMs: 0, failing: false, asked: 0 };
  const wait = (ms: number) => (ms ? new Promise((resolve) => setTimeout(resolve, ms)) : null);
  const client = {
    release: () => undefined,
    async query() {
      state.asked++;
      await wait(state.thereMs);
      if (state.failing) throw new Error('no database');
      const epochMs = trueTime() + state.ahead;
      await wait(state.backMs);
      return { rows: [{ epochMs }] };
    },
  };
  const pool = { connect: async () => client } as unknown as Pool;
  return { state, pool };
}

const open = async (pool: Pool, onError: (error: Error) => void = () => undefined) => {
  const opening = createDatabaseClock(pool, { onError });
  await vi.advanceTimersByTimeAsync(5_000);
  return opening;
};

beforeEach(() => void vi.useFakeTimers({ now: NOON - HOUR, toFake: [...FAKED] }));
afterEach(() => void vi.useRealTimers());
const FAKED = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance'] as const;

describe('the clock', () => {
  it('is the database’s from the start, whatever the machine’s says', async () => {
    const { pool } = database();
    const clock = await open(pool);
    expect(clock.now().getTime()).toBe(trueTime());
    expect(Date.now()).toBeLessThan(NOON);
    clock.stop();
  });

  it('goes on by itself between two questions, and does not see the machine’s being set', async () => {
    const { state, pool } = database();
    const clock = await open(pool);
    for (const wrong of [5 * HOUR, -5 * HOUR]) {
      vi.setSystemTime(Date.now() + wrong);
      await vi.advanceTimersByTimeAsync(4_000);
      expect(clock.now().getTime()).toBe(trueTime());
    }
    expect(state.asked).toBe(2);
    clock.stop();
  });

  it('takes the middle of the round trip as the moment of the answer', async () => {
    const { state, pool } = database();
    Object.assign(state, { thereMs: 300, backMs: 100 });
    const clock = await open(pool);
    expect(clock.now().getTime() - trueTime()).toBe(100);
    clock.stop();
  });

  it('follows the database’s being set, forward and back', async () => {
    const { state, pool } = database();
    const clock = await open(pool);
    for (const ahead of [HOUR, -HOUR]) {
      state.ahead = ahead;
      await vi.advanceTimersByTimeAsync(10_000);
      expect(clock.now().getTime() - trueTime()).toBe(ahead);
    }
    clock.stop();
  });

  it('keeps what it knows when a question fails, and says so', async () => {
    const errors: string[] = [];
    const { state, pool } = database();
    const clock = await open(pool, (error) => errors.push(error.message));
    state.failing = true;
    await vi.advanceTimersByTimeAsync(20_000);
    expect(errors).toEqual(['no database', 'no database']);
    expect(clock.now().getTime()).toBe(trueTime());
    clock.stop();
  });

  it('passes over an answer that took more than a second, unless it knows nothing yet', async () => {
    const { state, pool } = database();
    Object.assign(state, { backMs: 2_000 });
    const clock = await open(pool);
    expect(clock.now().getTime() - trueTime()).toBe(-1_000);
    state.backMs = 0;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(clock.now().getTime()).toBe(trueTime());
    Object.assign(state, { backMs: 2_000, ahead: HOUR });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(clock.now().getTime()).toBe(trueTime());
    clock.stop();
  });

  it('is the machine’s where the database never answered, and the database’s from then on', async () => {
    const { state, pool } = database();
    state.failing = true;
    const clock = await open(pool);
    expect(clock.now().getTime()).toBe(Date.now());
    state.failing = false;
    await vi.advanceTimersByTimeAsync(10_000);
    expect(clock.now().getTime()).toBe(trueTime());
    clock.stop();
  });

  it('asks no more once it is stopped, and one question at a time', async () => {
    const { state, pool } = database();
    const clock = await open(pool);
    state.thereMs = 25_000;
    await vi.advanceTimersByTimeAsync(30_000);
    expect(state.asked).toBe(2);
    clock.stop();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(state.asked).toBe(2);
  });
});
