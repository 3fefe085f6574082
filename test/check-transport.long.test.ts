import { afterAll, expect, it } from 'vitest';
import { createDatabase } from './support/database.ts';
import { PRODUCTION } from './support/doctor.ts';
import { isReady, killAllParts, startPart } from './support/processes.ts';
import { openResend } from './support/resend.ts';

afterAll(killAllParts);

it('a server and two workers that start together warn once of what does not fit at the provider, and start all the same', async () => {
  const database = await createDatabase();
  afterAll(() => database.drop());
  const resend = await openResend();
  const env = {
    ...{ ...PRODUCTION, ...database.env },
    ...{ MAIL_TRANSPORT: 'resend', RESEND_API_KEY: resend.apiKey, RESEND_BASE_URL: resend.url },
  };
  const parts = await Promise.all([
    startPart('server', env),
    startPart('worker', { ...env, WORKER_PORT: '' }),
    startPart('worker', { ...env, WORKER_PORT: '' }),
  ]);
  const [server, ...workers] = parts;
  if (server) await isReady(server);
  await Promise.all(workers.map((worker) => worker.saysThat('worker ready')));
  await Promise.any(
    parts.map((part) => part.saysThat('No webhook at Resend leads to https://events.studio.example')),
  );
  expect(await Promise.all(parts.map((part) => part.stop()))).toEqual([0, 0, 0]);
  expect(resend.requests.filter(({ path }) => path === '/webhooks')).toHaveLength(1);
  const warnings = parts.flatMap((part) => part.output().match(/the set-up of the transport: /g) ?? []);
  expect(warnings).toHaveLength(2);
});
