import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '../../scripts/embedded/free-port.ts';

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
  const folders = (process.env.PATH ?? '').split(':').filter(Boolean);
  const program = folders.map((folder) => join(folder, 'mailpit')).find(isExecutable);
  return program ? () => startMailpit(program) : null;
}

async function startMailpit(program: string): Promise<Catcher> {
  const [smtp, http] = [await freePort(), await freePort()];
  const args = ['--smtp', `127.0.0.1:${smtp}`, '--listen', `127.0.0.1:${http}`, '--max', '0'];
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

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
