import { once } from 'node:events';
import {
  chownSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ImapFlow } from 'imapflow';
import { type Account, postgresAccount } from '../../scripts/embedded/account.ts';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { startGuarded } from '../../scripts/embedded/guard.ts';
import { findDovecot } from './find-dovecot.ts';
import { selfSigned } from './smtp-self-signed.ts';

export const PASSWORD = 'p:ä/ss@w+rd';

export interface Dovecot {
  /** Of `imap:`, with STARTTLS; `tlsPort`: of `imaps:`. */
  readonly port: number;
  readonly tlsPort: number;
  /** Its certificate, in PEM. */
  readonly ca: string;
  /** Puts a mail into a folder, as a delivery agent does, and returns the path of its file. */
  deliver(user: string, mail: string | Uint8Array, folder?: string): string;
  /** The subjects of the mails in a folder, with their flags, in order; null: there is no such folder. */
  list(user: string, folder?: string): Promise<{ subject: string; flags: string[] }[] | null>;
  /** A session of somebody else with the mailbox. */
  open<T>(user: string, work: (client: ImapFlow) => Promise<T>): Promise<T>;
  /** Logins that were tried and refused so far. */
  refusedLogins(): number;
  /** `start` starts it again, with the same mailboxes. */
  stop(): Promise<void>;
  start(): Promise<void>;
  /** Stops it, and deletes its mailboxes. */
  close(): Promise<void>;
}

/**
 * Starts a Dovecot of the test's own on ports of 127.0.0.1. Any user may log in with PASSWORD, and has an empty mailbox of their own.
 * It ends when it is closed, and with the test run, however that ends. `settings`: more of its own, as lines. Throws where
 * there is none (`findDovecot` tells).
 */
export async function openDovecot({
  settings = [],
}: {
  settings?: readonly string[];
} = {}): Promise<Dovecot> {
  const command = findDovecot();
  if (!command) throw new Error('There is no Dovecot.');
  // Its processes all run as one ordinary account, and need no rights of root's.
  const account = postgresAccount();
  const name = account?.name ?? userInfo().username;
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-dovecot-'));
  const own = (path: string) => {
    if (account) chownSync(path, account.uid, account.gid);
    return path;
  };
  own(folder);
  const made = (path: string) => {
    mkdirSync(path, { recursive: true });
    return own(path);
  };
  const [run, state, homes] = ['run', 'state', 'homes'].map((part) => made(join(folder, part)));
  const { cert, key } = selfSigned('localhost');
  const written = (file: string, text: string) => {
    const path = join(folder, file);
    writeFileSync(path, text, { mode: 0o600 });
    return own(path);
  };
  const ports = { imap: await freePort(), imaps: await freePort() };
  const configuration = written(
    'dovecot.conf',
    `
base_dir = ${run}
state_dir = ${state}
log_path = /dev/stderr
protocols = imap
listen = 127.0.0.1
default_internal_user = ${name}
default_internal_group = ${groupOf(account)}
default_login_user = ${name}
first_valid_uid = 1
ssl = yes
ssl_cert = <${written('cert.pem', cert)}
ssl_key = <${written('key.pem', key)}
ssl_dh =
auth_failure_delay = 0
mail_location = maildir:~/Maildir
mail_max_userip_connections = 50
passdb {
  driver = static
  args = password=${PASSWORD}
}
userdb {
  driver = static
  args = uid=${account?.uid ?? process.getuid?.()} gid=${account?.gid ?? process.getgid?.()} home=${homes}/%u
}
service anvil {
  chroot =
  # Without it the answer to a wrong password comes later each time.
  unix_listener anvil-auth-penalty {
    mode = 0
  }
}
service imap-login {
  chroot =
  inet_listener imap {
    port = ${ports.imap}
  }
  inet_listener imaps {
    port = ${ports.imaps}
    ssl = yes
  }
}
${settings.join('\n')}
`,
  );
  const logFile = join(folder, 'log');
  let guard: ReturnType<typeof startGuarded> | null = null;
  let delivered = 0;

  const dovecot: Dovecot = {
    port: ports.imap,
    tlsPort: ports.imaps,
    ca: cert,
    deliver(user, mail, into = 'INBOX') {
      const maildir = join(homes ?? '', user, 'Maildir', into === 'INBOX' ? '' : `.${into}`);
      for (const path of [
        join(homes ?? '', user),
        maildir,
        ...['cur', 'new', 'tmp'].map((part) => join(maildir, part)),
      ])
        made(path);
      const path = join(maildir, 'new', `${1_700_000_000 + ++delivered}.M${delivered}.test`);
      writeFileSync(path, mail, { mode: 0o600 });
      return own(path);
    },
    list: (user, path = 'INBOX') =>
      dovecot.open(user, async (client) => {
        if (!(await client.list()).some((each) => each.path === path)) return null;
        await client.mailboxOpen(path, { readOnly: true });
        if (!client.mailbox || client.mailbox.exists === 0) return [];
        const mails = await client.fetchAll('1:*', { envelope: true, flags: true });
        return mails.map(({ envelope, flags }) => ({
          subject: envelope?.subject ?? '',
          flags: [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort(),
        }));
      }),
    async open(user, work) {
      const client = new ImapFlow({
        ...{ host: 'localhost', port: ports.imaps, secure: true, tls: { ca: cert } },
        ...{ auth: { user, pass: PASSWORD }, logger: false, disableAutoIdle: true },
      });
      await client.connect();
      try {
        return await work(client);
      } finally {
        await client.logout();
      }
    },
    refusedLogins: () => readFileSync(logFile, 'utf8').match(/auth failed/g)?.length ?? 0,
    async stop() {
      if (!guard) return;
      const ended = once(guard, 'exit');
      guard.stdin?.end();
      guard = null;
      await ended;
    },
    async close() {
      await dovecot.stop();
      rmSync(folder, { recursive: true, force: true });
    },
    async start() {
      const log = openSync(logFile, 'a', 0o600);
      guard = startGuarded({
        ...{ command, args: ['-F', '-c', configuration], account, cwd: folder, log },
        ...{ stopSignal: 'INT', deleteAfterwards: null },
      });
      closeSync(log);
      while (!(await answers(ports.imap))) {
        if (guard.exitCode !== null)
          throw new Error(`Dovecot did not start. It said:\n${readFileSync(logFile, 'utf8')}`);
        await delay(20);
      }
    },
  };
  await dovecot.start();
  return dovecot;
}

function groupOf(account: Account | null): string {
  const gid = account?.gid ?? process.getgid?.();
  const lines = readFileSync('/etc/group', 'utf8').split('\n');
  return lines.find((line) => line.split(':')[2] === String(gid))?.split(':')[0] ?? 'nogroup';
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
