import { once } from 'node:events';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer } from 'node:https';
import { describe, expect, it } from 'vitest';
import { bounceMailbox } from '../../../scripts/doctor/bounce-mailbox.ts';
import { publicAddress } from '../../../scripts/doctor/public-address.ts';
import { senderRecords } from '../../../scripts/doctor/sender-records.ts';
import { freePort } from '../../../scripts/embedded/free-port.ts';
import { INSTALLATION_HEADER, installationId } from '../../../src/domain/installation.ts';
import { openApp } from '../../support/app.ts';
import { openDnsServer } from '../../support/dns-server.ts';
import { atEnd, brief, runCheck, SECRET } from '../../support/doctor.ts';
import { selfSigned } from '../../support/smtp-self-signed.ts';

const OURS: RequestListener = (_request, response) => {
  response.setHeader(INSTALLATION_HEADER, installationId(SECRET));
  response.end('{"status":"ok"}');
};

async function open(answer: RequestListener, certificate: ReturnType<typeof selfSigned> | null) {
  const server = certificate ? createServer(certificate, answer) : createHttpServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  atEnd(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return `${certificate ? 'https' : 'http'}://localhost:${port}`;
}

describe('the public address', () => {
  it.each([
    ['that leads here', OURS, null, [/^warning .* open on this machine only/]],
    [
      'that leads to another installation',
      (_, response) => response.setHeader(INSTALLATION_HEADER, 'feedbeef').end(),
      null,
      [/^error .*another APP_SECRET/],
    ],
    [
      'that leads to another program',
      (_, response) => response.end('hello'),
      null,
      [/^error .*answered by something else \(HTTP 200\)/],
    ],
    [
      'behind which no server runs',
      (_, response) => response.writeHead(502).end(),
      null,
      [/^error .*something else \(HTTP 502\)/],
    ],
    [
      'whose certificate has expired',
      OURS,
      selfSigned('localhost', -2),
      [/^error Certificate: It expired on /, /^error .*does not answer/],
    ],
    [
      'whose certificate nobody trusts',
      OURS,
      selfSigned('localhost', 24 * 90),
      [/^error Certificate: It is not trusted: .*SELF_SIGNED/i, /^error .*does not answer/],
    ],
  ] as [string, RequestListener, ReturnType<typeof selfSigned> | null, RegExp[]][])(
    '%s is told from the others',
    async (_, answer, certificate, says) => {
      const found = brief(await runCheck(publicAddress, { PUBLIC_URL: await open(answer, certificate) }));
      expect(found).toEqual(says.map((pattern) => expect.stringMatching(pattern)));
    },
  );

  it('that nobody knows, or where nobody listens, opens no link', async () => {
    const [unknown] = await runCheck(publicAddress, { PUBLIC_URL: 'https://events.invalid' });
    expect(unknown).toMatchObject({
      level: 'error',
      message: expect.stringContaining('no link in any mail opens'),
    });
    const found = await runCheck(publicAddress, { PUBLIC_URL: `https://localhost:${await freePort()}` });
    expect(found).toMatchObject([{ level: 'error', message: expect.stringContaining('ECONNREFUSED') }]);
  });

  it('is known by what the server itself says of its installation', async () => {
    const app = await openApp({ APP_SECRET: SECRET });
    const { headers } = await app.request('/healthz');
    expect(headers.get(INSTALLATION_HEADER)).toBe(installationId(SECRET));
    expect(installationId(`${SECRET},an older one that still opens what it signed`)).toBe(
      installationId(SECRET),
    );
    expect(installationId(`another ${SECRET}`)).not.toBe(installationId(SECRET));
  });
});

describe('the DNS of who sends', async () => {
  const dns = await openDnsServer({
    'mail.relay.example': { a: ['192.0.2.25'] },
    'studio.example': { txt: ['v=spf1 a:mail.relay.example ~all'] },
    '_dmarc.studio.example': { txt: ['v=DMARC1; p=none'] },
    'bare.example': { a: ['192.0.2.1'] },
    'silent.example': { silent: true },
    '_dmarc.silent.example': { silent: true },
  });
  const ENV = { SMTP_URL: 'smtp://mail.relay.example', DNS_SERVERS: dns.address };

  it.each([
    ['studio.example', ['ok SPF', 'warning DKIM', 'ok DMARC']],
    ['bare.example', ['error SPF', 'warning DKIM', 'error DMARC']],
  ])('is told a line a record: %s', async (domain, levels) => {
    const found = await runCheck(senderRecords, { ...ENV, MAIL_FROM: `Events <events@${domain}>` });
    expect(found.map(({ level, about }) => `${level} ${about}`)).toEqual(levels);
    expect(found.every(({ message }) => message.startsWith(`${domain}: `))).toBe(true);
    if (domain === 'bare.example') expect(found[0]?.advice).toMatch(/^In the DNS: TXT bare\.example v=spf1/);
  });

  it('of a domain that belongs to a mail provider is an error, and in development nobody’s business', async () => {
    const gmail = { ...ENV, MAIL_FROM: 'someone@gmail.com' };
    expect(brief(await runCheck(senderRecords, gmail))).toEqual([
      expect.stringMatching(/^error .*belongs to a mail provider/),
    ]);
    const inbox = { ...ENV, NODE_ENV: 'development', MAILPIT_URL: 'http://127.0.0.1:8025' };
    expect(await runCheck(senderRecords, inbox)).toMatchObject([{ level: 'skipped' }]);
  });

  it('of sender domains is summed up in a line each', async () => {
    const app = await openApp();
    await app.api('POST', '/sender-domains', { domain: 'bare.example' });
    const found = await runCheck(senderRecords, { ...ENV, ...app.databaseEnv }, { usesDatabase: true });
    expect(found.at(-1)).toMatchObject({
      about: 'Sender domain',
      level: 'warning',
      message: expect.stringContaining('bare.example is not in order'),
    });
  });
});

describe('the bounce mailbox', () => {
  it('that is not set is skipped, and one that cannot be reached is an error without its password', async () => {
    expect(await runCheck(bounceMailbox, {})).toMatchObject([{ level: 'skipped' }]);
    const found = await runCheck(bounceMailbox, {
      BOUNCE_IMAP_URL: 'imap://bounces:hush-hush@127.0.0.1:9/INBOX',
    });
    expect(found).toMatchObject([{ level: 'error', message: expect.stringContaining('127.0.0.1:9') }]);
    expect(JSON.stringify(found)).not.toContain('hush-hush');
  });
});
