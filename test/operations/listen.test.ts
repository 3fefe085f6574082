import { once } from 'node:events';
import { request } from 'node:http';
import { createServer } from 'node:net';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/config.ts';
import { listen } from '../../src/operations/listen.ts';
import { stopInOrder } from '../../src/operations/stop.ts';
import { findIdleQueue } from '../../src/operations/takes-jobs.ts';

const LOCAL = { host: '127.0.0.1', port: 0, setting: 'PORT' } as const;
const HOUR = 3_600_000;

describe('a port', () => {
  it('that is taken stops the start with one line that names another', async () => {
    const taken = createServer().listen(0, LOCAL.host);
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const opening = listen({ ...LOCAL, port, fetch: () => new Response() });
    await expect(opening).rejects.toThrow(ConfigError);
    await expect(opening).rejects.toThrow(
      new RegExp(`^PORT ${port} is taken by another program\\. Example: PORT=${port + 1}$`),
    );
    taken.close();
  });

  it('of an address that is not this machine’s stops the start with one line', async () => {
    await expect(listen({ ...LOCAL, host: '192.0.2.1', fetch: () => new Response() })).rejects.toThrow(
      /^HOST 192\.0\.2\.1 is no address of this machine\. Example: HOST=127\.0\.0\.1$/,
    );
  });

  it('cuts off a request that does not end in time when it closes', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const listener = await listen({
      ...LOCAL,
      fetch: () => {
        begin();
        return new Promise<Response>(() => undefined);
      },
    });
    const hanging = request({ host: LOCAL.host, port: listener.port }).end();
    const cut = once(hanging, 'error');
    await begun;
    await listener.close(0);
    expect(await cut).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});

describe('stopping in order', () => {
  it('stops the rest where one fails or does not end, and says which', async () => {
    const lines: string[] = [];
    const stream = new Writable({
      write(line, _, done) {
        lines.push(JSON.parse(String(line)).part);
        done();
      },
    });
    const stopped: string[] = [];
    await stopInOrder(pino(stream), [
      { name: 'first', withinMs: HOUR, stop: () => Promise.reject(new Error('broken')) },
      { name: 'second', withinMs: 0, stop: () => new Promise(() => undefined) },
      { name: 'third', withinMs: HOUR, stop: () => stopped.push('third') },
    ]);
    expect(stopped).toEqual(['third']);
    expect(lines).toEqual(['first', 'second']);
  });
});

describe('a worker takes jobs', () => {
  const worker = (name: string, count: number, lastFetchedOn: number | null) =>
    ({ name, count, lastFetchedOn }) as ReturnType<Parameters<typeof findIdleQueue>[0]['getWipData']>[number];
  const idle = (...workers: ReturnType<typeof worker>[]) =>
    findIdleQueue({ getWipData: () => workers }, new Date());

  it('where each queue was asked for some lately, or has some in hand', () => {
    expect(idle(worker('a', 0, Date.now()), worker('b', 1, Date.now() - HOUR))).toBeNull();
  });

  it('and not where one was asked long ago, or never, or there is none', () => {
    expect(idle(worker('a', 0, Date.now()), worker('b', 0, Date.now() - HOUR))).toBe(
      'No jobs are taken from the queue b.',
    );
    expect(idle(worker('a', 0, null))).toBe('No jobs are taken from the queue a.');
    expect(idle()).toBe('No jobs are taken.');
  });
});
