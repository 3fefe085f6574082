import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { startGuarded } from '../../scripts/embedded/guard.ts';
import { findExecutable } from './find-program.ts';
import { selfSigned } from './smtp-self-signed.ts';

export type ServerName = 'Postfix' | 'Exim' | 'OpenSMTPD';

export interface MailServer {
  readonly url: string;
  /** Its certificate, in PEM. */
  readonly ca: string;
  close(): Promise<void>;
}

/** Nobody has this address; every server here refuses it. */
export const GONE = 'gone@example.com';
/** In bytes: no server here takes a larger mail. */
export const LARGEST = 100 * 1024;

const PROGRAMS: Readonly<Record<ServerName, string>> = {
  Postfix: 'usr/lib/postfix/sbin/master',
  Exim: 'usr/sbin/exim4',
  OpenSMTPD: 'usr/sbin/smtpd',
};
/** Where packages were unpacked: they cannot be installed beside each other. */
const UNPACKED = process.env.TEST_MAIL_SERVERS ?? '';

/** Each runs in a mount namespace of its own, which takes root. */
const mayRun = process.getuid?.() === 0 && spawnSync('unshare', ['--mount', 'true']).status === 0;

/** The path of a server's program, or null: it is not here, or may not run. */
export function findMailServer(name: ServerName): string | null {
  if (!mayRun) return null;
  return findExecutable([UNPACKED, '/'].filter(Boolean).map((root) => join(root, PROGRAMS[name])));
}

/** Starts one that passes every mail on to a port of 127.0.0.1. It ends when it is closed, and with the test run. */
export async function openMailServer(name: ServerName, nextHop: number): Promise<MailServer> {
  const program = findMailServer(name);
  if (!program) throw new Error(`There is no ${name}.`);
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-mta-'));
  // Their processes run under accounts of their own.
  chmodSync(folder, 0o711);
  const port = await freePort();
  const { cert, key } = selfSigned('localhost');
  const write = (file: string, text: string, mode = 0o644) => {
    writeFileSync(join(folder, file), text, { mode });
    return join(folder, file);
  };
  const given = { folder, port, nextHop, program, cert: write('cert.pem', cert), key: write('key.pem', key) };
  // Accounts that the machine may not have, in the server's own mount namespace alone.
  const accounts = ['postfix', 'postdrop', 'opensmtpd', 'opensmtpq', 'Debian-exim'].map((account, i) => {
    return `${account}:x:${9_001 + i}:`;
  });
  write('group', `${withoutThem(readFileSync('/etc/group', 'utf8'))}${accounts.join('\n')}\n`);
  const people = accounts.map((account) => `${account}${account.split(':')[2]}::/nonexistent:/bin/false`);
  write('passwd', `${withoutThem(readFileSync('/etc/passwd', 'utf8'))}${people.join('\n')}\n`);
  const { files, command } = SETTINGS[name](given);
  for (const [file, text] of Object.entries(files)) write(file, text);
  const script = write(
    'start.sh',
    `set -e
cd ${folder}
mount --bind passwd /etc/passwd
mount --bind group /etc/group
${command}
`,
  );
  const log = openSync(join(folder, 'log'), 'a', 0o600);
  const guard = startGuarded({
    command: 'unshare',
    args: ['--mount', 'sh', script],
    account: null,
    cwd: folder,
    log,
    stopSignal: 'INT',
    deleteAfterwards: null,
  });
  closeSync(log);
  const ended = new Promise((resolve) => guard.once('exit', resolve));
  while (!(await answers(port))) {
    if (guard.exitCode !== null)
      throw new Error(`${name} did not start. It said:\n${readFileSync(join(folder, 'log'), 'utf8')}`);
    await delay(20);
  }
  return {
    url: `smtp://${name === 'Exim' ? 'events:secret@' : ''}localhost:${port}`,
    ca: cert,
    async close() {
      guard.stdin?.end();
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface Given {
  readonly folder: string;
  readonly port: number;
  readonly nextHop: number;
  readonly program: string;
  readonly cert: string;
  readonly key: string;
}

/** What each needs: files in its folder, and the end of the shell script that starts it. */
const SETTINGS: Readonly<
  Record<ServerName, (given: Given) => { files: Readonly<Record<string, string>>; command: string }>
> = {
  Postfix: ({ folder, port, nextHop, program, cert, key }) => ({
    files: {
      'main.cf': `
compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
daemon_directory = ${dirname(program)}
shlib_directory = ${dirname(dirname(program))}
maillog_file = ${folder}/mail.log
maillog_file_prefixes = ${folder}
myhostname = postfix.example
mydestination =
alias_maps =
local_recipient_maps =
mynetworks = 127.0.0.0/8
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
relayhost = [127.0.0.1]:${nextHop}
message_size_limit = ${LARGEST}
smtpd_peername_lookup = no
smtpd_tls_security_level = may
smtpd_tls_cert_file = ${cert}
smtpd_tls_key_file = ${key}
smtpd_recipient_restrictions = check_recipient_access inline:{ { ${GONE} = 550 5.1.1 no such user } }, permit_mynetworks, reject
`,
      'master.cf': [
        `127.0.0.1:${port} inet n - n - - smtpd`,
        'postlog unix-dgram n - n - 1 postlogd',
        'cleanup unix n - n - 0 cleanup',
        'qmgr unix n - n 300 1 qmgr',
        'tlsmgr unix - - n 1000? 1 tlsmgr',
        ...['anvil', 'scache'].map((service) => `${service} unix - - n - 1 ${service}`),
        'rewrite unix - - n - - trivial-rewrite',
        ...['bounce', 'defer', 'trace'].map((service) => `${service} unix - - n - 0 bounce`),
        ...['smtp', 'error', 'proxymap'].map((service) => `${service} unix - - n - - ${service}`),
        'relay unix - - n - - smtp',
        'retry unix - - n - - error',
        '',
      ].join('\n'),
    },
    command: `
mkdir -p data queue/pid queue/public queue/maildrop queue/private
cd queue && mkdir active bounce corrupt defer deferred flush hold incoming saved trace && cd ..
chown postfix data queue/* && chown root queue/pid
chgrp postdrop queue/public queue/maildrop
touch mail.log
exec ${program} -d -c ${folder}`,
  }),

  Exim: ({ folder, port, nextHop, program, cert, key }) => ({
    files: {
      'exim.conf': `
primary_hostname = exim.example
exim_path = ${program}
local_interfaces = 127.0.0.1
daemon_smtp_ports = ${port}
spool_directory = ${folder}/spool
log_file_path = ${folder}/spool/%slog
message_size_limit = ${LARGEST}
keep_environment =
host_lookup =
rfc1413_query_timeout = 0s
smtp_accept_max = 100
smtp_accept_queue_per_connection = 0
tls_advertise_hosts = *
tls_certificate = ${cert}
tls_privatekey = ${key}
acl_smtp_rcpt = rcpt
begin acl
rcpt:
  deny recipients = ${GONE}
       message = 5.1.1 no such user
  accept authenticated = *
  deny message = relaying needs a login
begin routers
pass:
  driver = manualroute
  route_list = * 127.0.0.1 byname
  self = send
  transport = pass
begin transports
pass:
  driver = smtp
  port = ${nextHop}
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_condition = \${if and {{eq{$auth2}{events}}{eq{$auth3}{secret}}}}
`,
    },
    command: `
mkdir spool
chown Debian-exim spool cert.pem key.pem
exec ${program} -C ${folder}/exim.conf -bdf -q1h`,
  }),

  OpenSMTPD: ({ folder, port, nextHop, program }) => ({
    files: {
      'smtpd.conf': `
smtp max-message-size ${LARGEST}
listen on 127.0.0.1 port ${port} hostname localhost
action "pass" relay host smtp://127.0.0.1:${nextHop}
match from any for rcpt-to "${GONE}" reject
match from any for any action "pass"
`,
    },
    command: `
for folder in /var/spool /var/lib /run; do mount -t tmpfs none $folder; done
mkdir -p /var/lib/opensmtpd/empty /var/spool/smtpd
chmod 711 /var/spool/smtpd
exec ${program} -d -f ${folder}/smtpd.conf`,
  }),
};

/** A file of accounts without those that a server is to have. */
function withoutThem(accounts: string): string {
  return accounts.replace(/^(?:postfix|postdrop|opensmtpd|opensmtpq|Debian-exim):.*\n/gm, '');
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
