import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import { alerts, testAlert } from '../../../scripts/doctor/alerts.ts';
import { atEnd, brief, runCheck } from '../../support/doctor.ts';

const posts: string[] = [];
let answer = 200;
const chat = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  posts.push(Buffer.concat(parts).toString());
  response.writeHead(answer).end();
});
await new Promise<void>((resolve) => chat.listen(0, '127.0.0.1', resolve));
atEnd(() => chat.close());
const { port } = chat.address() as AddressInfo;
const WEBHOOK = { ALERT_WEBHOOK_URL: `http://127.0.0.1:${port}/services/very-secret` };

beforeEach(() => {
  posts.length = 0;
  answer = 200;
});

describe('alerts', () => {
  it('that go to nobody are warned of in production, and passed over in development', async () => {
    expect(await runCheck(alerts, {})).toMatchObject([{ level: 'warning', advice: expect.any(String) }]);
    expect(await runCheck(alerts, { NODE_ENV: 'development' })).toMatchObject([{ level: 'skipped' }]);
  });

  it('say where they go, without the secret of the webhook, and none is sent', async () => {
    const env = { ALERT_TO: 'ops@studio.example, lead@studio.example', ...WEBHOOK };
    const found = await runCheck(alerts, env);
    expect(brief(found)).toEqual([`ok Alerts: They go to 2 addresses and the webhook at 127.0.0.1:${port}.`]);
    expect(posts).toEqual([]);
  });

  it('are tried at the webhook where a test is asked for', async () => {
    expect(await runCheck(testAlert, WEBHOOK)).toMatchObject([{ about: 'Test alert', level: 'ok' }]);
    expect(JSON.parse(posts[0] ?? '')).toMatchObject({ text: expect.stringContaining('alerts arrive here') });
    answer = 404;
    const refused = await runCheck(testAlert, WEBHOOK);
    expect(refused).toMatchObject([{ level: 'error', message: expect.stringContaining('It answered 404.') }]);
    expect(JSON.stringify(refused)).not.toContain('very-secret');
    expect(await runCheck(testAlert, {})).toMatchObject([{ level: 'skipped' }]);
  });
});
