import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { SMTPServer } from 'smtp-server';
import { expect, it } from 'vitest';
import { INSTALLATION_HEADER, installationId } from '../../../src/domain/installation.ts';
import { openApp } from '../../support/app.ts';
import { openDnsServer } from '../../support/dns-server.ts';
import { atEnd, PRODUCTION, SECRET } from '../../support/doctor.ts';
import { openDovecot, PASSWORD } from '../../support/dovecot.ts';
import { findDovecot } from '../../support/find-dovecot.ts';
import { selfSigned } from '../../support/smtp-self-signed.ts';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

interface Said {
  readonly about: string;
  readonly level: string;
  readonly message: string;
}

async function doctor(env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, ['--import', 'tsx', 'scripts/doctor.ts', '--json'], {
    cwd: PROJECT,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const [status] = await once(child, 'close');
  const { findings } = JSON.parse(output) as { findings: Said[] };
  return { status, output, findings };
}

/** For NODE_EXTRA_CA_CERTS: a certificate to trust. */
function fileWith(certificate: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'access-mail-doctor-')), 'ca.pem');
  writeFileSync(path, certificate);
  return path;
}

it('npm run doctor finds nothing wrong where everything is in order, over TLS, and reveals no secret', async () => {
  const app = await openApp({ APP_SECRET: SECRET });
  // As a worker leaves it.
  await app.pool.query('update {jobs}.queue set monitor_on = now()');
  const certificate = selfSigned('localhost', 24 * 90);
  const mail = new SMTPServer({
    ...certificate,
    logger: false,
    onAuth: ({ username }, _session, callback) => callback(null, { user: username }),
  });
  mail.listen(0, 'localhost');
  await once(mail.server, 'listening');
  atEnd(() => new Promise<void>((resolve) => mail.close(resolve)));
  const web = createServer(certificate, (_request, response) => {
    response.setHeader(INSTALLATION_HEADER, installationId(SECRET));
    response.end('{"status":"ok"}');
  });
  web.listen(0, 'localhost');
  await once(web, 'listening');
  atEnd(() => {
    web.closeAllConnections();
    web.close();
  });
  const portOf = (server: { address(): unknown }) => (server.address() as { port: number }).port;
  const dns = await openDnsServer({
    localhost: { a: ['192.0.2.25'] },
    'studio.example': { txt: ['v=spf1 ip4:192.0.2.25 ~all'] },
    '_dmarc.studio.example': { txt: ['v=DMARC1; p=none'] },
  });
  const mailPassword = 'the-password-of-the-mail-server';
  const env = {
    ...{ NODE_EXTRA_CA_CERTS: fileWith(certificate.cert) },
    ...{ ...PRODUCTION, ...app.databaseEnv, DNS_SERVERS: dns.address },
    SMTP_URL: `smtp://events:${mailPassword}@localhost:${portOf(mail.server)}`,
    PUBLIC_URL: `https://localhost:${portOf(web)}`,
  };
  const { status, output, findings } = await doctor(env);
  expect(findings.filter(({ level }) => level === 'error')).toEqual([]);
  expect(status).toBe(0);
  const levelOf = (about: string) => findings.find((finding) => finding.about === about)?.level;
  for (const about of [
    'Database',
    'Schema',
    'Rights',
    'Pooler',
    'Transport',
    'SPF',
    'DMARC',
    'Certificate',
    'Workers',
  ])
    expect([about, levelOf(about)]).toEqual([about, 'ok']);
  expect(findings.find(({ about }) => about === 'Transport')?.message).toMatch(
    /takes the sign-in of events, encrypted\.$/,
  );
  for (const secret of [mailPassword, SECRET]) expect(output).not.toContain(secret);
});

it.runIf(findDovecot() !== null)(
  'npm run doctor signs in to a real bounce mailbox, and changes nothing in it',
  async () => {
    const dovecot = await openDovecot();
    atEnd(dovecot.close);
    dovecot.deliver('bounces', 'Subject: a report\r\n\r\nIt came back.\r\n');
    const look = (password: string) =>
      doctor({
        ...PRODUCTION,
        NODE_EXTRA_CA_CERTS: fileWith(dovecot.ca),
        BOUNCE_IMAP_URL: `imaps://bounces:${encodeURIComponent(password)}@localhost:${dovecot.tlsPort}/INBOX`,
      });
    const mailbox = ({ findings }: Awaited<ReturnType<typeof look>>) =>
      findings.find(({ about }) => about === 'Bounce mailbox');
    const right = await look(PASSWORD);
    expect(mailbox(right)).toMatchObject({
      level: 'ok',
      message: 'bounces at localhost can be read: INBOX.',
    });
    for (const secret of [PASSWORD, encodeURIComponent(PASSWORD)]) expect(right.output).not.toContain(secret);
    expect(await dovecot.list('bounces')).toEqual([{ subject: 'a report', flags: [] }]);
    expect(mailbox(await look('wrong-password'))).toMatchObject({
      level: 'error',
      message: expect.stringContaining('refuses the user name or the password'),
    });
  },
);
