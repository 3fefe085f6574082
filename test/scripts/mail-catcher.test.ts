import { createServer, type Server } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { type MailCatcher, openMailCatcher } from '../../scripts/support/mail-catcher.ts';

// No Mailpit of this machine is part of the test.
const NO_MAILPIT = { MAILPIT_URL: 'http://127.0.0.1:9' };
const opened: (MailCatcher | Server)[] = [];
afterEach(async () => {
  for (const it of opened.splice(0)) await ('stop' in it ? it.stop() : it.close());
});

async function open(env: Record<string, string>, avoidPorts: number[] = []) {
  const catcher = await openMailCatcher({ ...NO_MAILPIT, ...env }, { avoidPorts });
  opened.push(catcher);
  const port = (url: string | null) => Number(new URL(url ?? '').port);
  return { http: port(catcher.httpUrl), smtp: port(catcher.smtpUrl) };
}

async function occupy(port: number): Promise<void> {
  const server = createServer();
  opened.push(server);
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
}

it('the inbox listens where INBOX_PORT and INBOX_SMTP_PORT say', async () => {
  const [http, smtp] = [await freePort(), await freePort()];
  expect(await open({ INBOX_PORT: `${http}`, INBOX_SMTP_PORT: `${smtp}` })).toEqual({ http, smtp });
});

it.each(['INBOX_PORT', 'INBOX_SMTP_PORT'])('a taken %s stops the start in one line', async (name) => {
  const port = await freePort();
  await occupy(port);
  const other = name === 'INBOX_PORT' ? 'INBOX_SMTP_PORT' : 'INBOX_PORT';
  await expect(open({ [name]: `${port}`, [other]: '0' })).rejects.toThrow(
    `${name} ${port} is taken by another program. Example: ${name}=${port + 1}`,
  );
});

it('a second inbox takes the next free ports, and none that the server is about to take', async () => {
  const first = await open({});
  const second = await open({}, [first.http + 1]);
  expect(second.http).toBeGreaterThan(first.http + 1);
  expect(second.smtp).toBeGreaterThan(first.smtp);
  expect(second.http).toBeLessThan(9025);
});

it.each(['resend', 'postmark'])('mails that leave through %s need no inbox', async (MAIL_TRANSPORT) => {
  expect(await openMailCatcher({ ...NO_MAILPIT, MAIL_TRANSPORT }, {})).toMatchObject({
    ...{ smtpUrl: null, httpUrl: null },
  });
});
