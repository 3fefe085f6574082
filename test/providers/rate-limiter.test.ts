import { beforeEach, describe, expect, it } from 'vitest';
import { takePermit } from '../../src/db/rate-limit.ts';
import { createRateLimiter } from '../../src/providers/rate-limiter.ts';
import { openApp } from '../support/app.ts';

const { pool } = await openApp();
const provider = 'resend';
const perSecond = async () =>
  (await pool.query('select calls_per_second as n from {schema}.provider_rate')).rows[0]?.n;

beforeEach(async () => {
  await pool.query('delete from {schema}.provider_rate');
  await takePermit(pool, provider, 60_000);
});

describe('the rate of calls', () => {
  it.each<[what: string, headers: Record<string, string> | null]>([
    ["a gateway's error page", { 'content-type': 'text/html' }],
    ['no number', { 'ratelimit-limit': 'many' }],
    ['zero', { 'ratelimit-limit': '0' }],
    ['no answer at all', null],
  ])('stays as it is known where an answer says nothing of it: %s', async (_, headers) => {
    const [one, other] = [
      createRateLimiter({ pool, provider, connections: 20 }),
      createRateLimiter({ pool, provider, connections: 20 }),
    ];
    await one.readHeaders({ 'ratelimit-limit': '10' });
    await other.readHeaders({ 'ratelimit-limit': '10' });
    await one.readHeaders(headers);
    expect(await perSecond()).toBe(10);
    await other.readHeaders({ 'ratelimit-limit': '10' });
    expect(await perSecond()).toBe(10);
  });

  it('has no limit where a success never named one, and has it as soon as one does', async () => {
    const limiter = createRateLimiter({ pool, provider, connections: 20 });
    await limiter.readHeaders({}, false);
    expect(await perSecond()).toBe(2);
    await limiter.readHeaders({}, true);
    expect(await perSecond()).toBe(null);
    await limiter.readHeaders({ 'ratelimit-limit': '10' }, true);
    await createRateLimiter({ pool, provider, connections: 20 }).readHeaders({}, true);
    expect(await perSecond()).toBe(10);
  });

  it('gives no permit, and says when there may be one, during a pause; however long that was to be, half a minute', async () => {
    const limiter = createRateLimiter({ pool, provider, connections: 20 });
    await limiter.pause(3_600);
    const result = await limiter.permit('urgent');
    expect(result).toMatchObject({ granted: false });
    const retryInMs = result.granted ? null : result.retryInMs;
    expect(retryInMs).toBeLessThanOrEqual(30_000);
    expect(retryInMs).toBeGreaterThan(10_000);
    expect(await limiter.permit('bulk')).toMatchObject({ granted: false });
  });
});
