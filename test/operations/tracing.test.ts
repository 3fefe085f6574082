import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, describe, expect, it } from 'vitest';
import { startTracing } from '../../src/operations/tracing.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitUntil } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

/** What came at the collector, as bytes. */
const received: { readonly path: string; readonly type: string; readonly body: Buffer }[] = [];
const collector = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const type = request.headers['content-type'] ?? '';
  received.push({ path: request.url ?? '', type, body: Buffer.concat(parts) });
  response.writeHead(200).end();
});
collector.listen(0, '127.0.0.1');
await once(collector, 'listening');
afterAll(() => new Promise((resolve) => collector.close(resolve)));

const OTEL_EXPORTER_OTLP_ENDPOINT = `http://127.0.0.1:${(collector.address() as AddressInfo).port}`;
// Its exporter reads the environment itself.
Object.assign(process.env, {
  OTEL_EXPORTER_OTLP_ENDPOINT,
  OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment=tests',
});
const app = await openApp({ OTEL_EXPORTER_OTLP_ENDPOINT });
const tracing = await startTracing(app.config.tracing, 'server');
const mailServer = await openAnsweringServer();
await openWorker(app, mailServer.url);
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

describe('a registration', () => {
  it('is one trace from the request through the jobs to the mail server, without an address in it', async () => {
    const event = await app.event();
    const { status } = await app.request(`/e/${event.slug}/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: `00-${TRACE}-00f067aa0ba902b7-01` },
      body: JSON.stringify({ email: 'ada@example.com' }),
    });
    expect(status).toBe(202);
    const { jobsSchema } = app.config.database;
    // A job's span ends with the job.
    await waitUntil(async () => {
      const { rows } = await app.pool.query<{ name: string }>(
        `select name from ${jobsSchema}.job where state = 'completed' and name in ('registration', 'deliver-urgent')`,
      );
      return rows.length === 2;
    });
    expect(mailServer.taken).toHaveLength(1);
    await tracing.stop();
    const [first] = received;
    expect(first).toMatchObject({ path: '/v1/traces', type: 'application/x-protobuf' });
    const all = Buffer.concat(received.map(({ body }) => body));
    const text = all.toString('latin1');
    for (const name of [
      'POST /e/:slug/register',
      ...[
        'send registration',
        'process registration',
        'send deliver-urgent',
        'process deliver-urgent',
        'send smtp',
      ],
      ...['access-mail-server', 'deployment.environment', 'accepted'],
    ])
      expect(text).toContain(name);
    // Each of those spans and of the statements' jobs belongs to the trace that the request came with.
    expect(text.split(Buffer.from(TRACE, 'hex').toString('latin1')).length - 1).toBeGreaterThanOrEqual(6);
    expect(text).not.toContain('ada@');
  });
});

it('each answer and each line of the log names its request', async () => {
  const ids = await Promise.all(
    ['from-a-proxy.1', undefined, 'not "one" of ours'].map(async (given) => {
      const { headers } = await app.request('/healthz', given ? { headers: { 'x-request-id': given } } : {});
      return headers.get('x-request-id');
    }),
  );
  expect(ids[0]).toBe('from-a-proxy.1');
  expect(ids[1]).toMatch(/^[0-9a-f-]{36}$/);
  expect(ids[2]).toMatch(/^[0-9a-f-]{36}$/);
});
