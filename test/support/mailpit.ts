import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { findProgram } from './find-program.ts';

/** Something that takes mails and has Mailpit's API. */
export interface Catcher {
  readonly smtpUrl: string;
  readonly httpUrl: string;
  readonly isMailpit: boolean;
  stop(): Promise<void>;
}

/** How to open a real Mailpit: the one MAILPIT_URL and SMTP_URL name, else a `mailpit` on the PATH; null without. */
export function findMailpit(): (() => Promise<Catcher>) | null {
  const { MAILPIT_URL: httpUrl, SMTP_URL: smtpUrl } = process.env;
  if (httpUrl && smtpUrl) return async () => ({ smtpUrl, httpUrl, isMailpit: true, stop: async () => {} });
  const program = findMailpitProgram();
  return program ? () => startMailpit(program) : null;
}

/** Where the program is; null: not on this machine. */
export function findMailpitProgram(): string | null {
  return findProgram('mailpit');
}

/** A Mailpit of one's own. `more`: arguments (`mailpit --help`). */
export async function startMailpit(program: string, more: readonly string[] = []): Promise<Catcher> {
  const [smtp, http] = [await freePort(), await freePort()];
  const args = ['--smtp', `127.0.0.1:${smtp}`, '--listen', `127.0.0.1:${http}`, '--max', '0', ...more];
  const child = spawn(program, args, { stdio: 'ignore' });
  const httpUrl = `http://127.0.0.1:${http}`;
  for (let ready = false; !ready; ) {
    if (child.exitCode !== null) throw new Error('Mailpit did not start.');
    ready = await fetch(`${httpUrl}/readyz`).then(
      (answer) => answer.ok,
      () => delay(50, false),
    );
  }
  return {
    smtpUrl: `smtp://127.0.0.1:${smtp}`,
    httpUrl,
    isMailpit: true,
    stop: async () => {
      child.kill();
      await once(child, 'exit');
    },
  };
}
