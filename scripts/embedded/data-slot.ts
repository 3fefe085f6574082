import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { EmbeddedError } from './embedded-error.ts';
import { type SlotLock, takeLock } from './slot-lock.ts';

const secretsShape = z.object({ appSecret: z.string().min(32), apiKey: z.string().min(32) });
/** What a checkout keeps for itself: the signing secret and the API key for development. */
export type Secrets = z.infer<typeof secretsShape>;

const runningShape = z.object({
  databaseUrl: z.string(),
  databaseSchema: z.string(),
  smtpUrl: z.string().optional(),
  mailpitUrl: z.string().optional(),
  appSecret: z.string(),
  publicUrl: z.string(),
});
/** What other commands need to work with the parts of a running `npm start`. */
export type Running = z.infer<typeof runningShape>;

/** A folder that one `npm start` at a time uses: its secrets, its Postgres, its mails. */
export interface DataSlot {
  readonly folder: string;
  readonly secrets: Secrets;
  readonly postgresFolder: string;
  readonly inboxFolder: string;
  /** Tells other commands of this checkout where everything is; `null` when it no longer is. */
  announce(running: Running | null): void;
  release(): void;
}

/**
 * Takes a slot of `dataFolder` for this process: the free one last used with the same port, so that what runs
 * side by side finds its own data again, in whichever order it comes back; else the lowest free one.
 */
export function takeSlot(dataFolder: string, port: number): DataSlot {
  const slots = existingSlots(dataFolder);
  const samePort = slots.filter((slot) => lastPort(join(dataFolder, slot)) === port);
  for (const name of new Set([...samePort, ...slots])) {
    const slot = isOurs(join(dataFolder, name)) ? tryToTake(join(dataFolder, name), port) : null;
    if (slot) return slot;
  }
  // Null when another process made and took it as we looked; then there is one more to look at.
  return tryToTake(join(dataFolder, nextNumber(slots)), port) ?? takeSlot(dataFolder, port);
}

/** Takes slot 1 for a moment's work on the database that `npm start` uses; null while an `npm start` has it. */
export function takeFirstSlot(dataFolder: string): DataSlot | null {
  return tryToTake(join(dataFolder, '1'), null);
}

/** What the `npm start` with the lowest slot announced; null when none is running (or it is another user's). */
export function findRunning(dataFolder: string): Running | null {
  for (const name of existingSlots(dataFolder)) {
    try {
      const lock = takeLock(join(dataFolder, name, 'lock'));
      lock?.release();
      if (!lock) return runningShape.parse(readJson(join(dataFolder, name, 'running.json')));
    } catch {
      // Not announced yet, or not ours to read.
    }
  }
  return null;
}

/** A slot that another user made is that user's, even where we may write: root's files there are closed to us. */
function isOurs(folder: string): boolean {
  return process.getuid?.() === 0 || statSync(folder).uid === process.getuid?.();
}

function existingSlots(dataFolder: string): string[] {
  if (!existsSync(dataFolder)) return [];
  const names = readdirSync(dataFolder).filter((name) => /^[1-9]\d*$/.test(name));
  return names.sort((a, b) => Number(a) - Number(b));
}

function nextNumber(slots: readonly string[]): string {
  let number = 1;
  while (slots.includes(String(number))) number++;
  return String(number);
}

function tryToTake(folder: string, port: number | null): DataSlot | null {
  const lock = openSlot(folder);
  if (!lock) return null;
  const runningFile = join(folder, 'running.json');
  const announce = (running: Running | null) =>
    running ? writeJson(runningFile, running) : rmSync(runningFile, { force: true });
  announce(null);
  if (port !== null) writeJson(join(folder, 'last-use.json'), { port });
  return {
    folder,
    secrets: openSecrets(join(folder, 'secrets.json')),
    postgresFolder: join(folder, 'postgres'),
    inboxFolder: join(folder, 'inbox'),
    announce,
    release: () => {
      announce(null);
      lock.release();
    },
  };
}

function openSlot(folder: string): SlotLock | null {
  try {
    mkdirSync(folder, { recursive: true });
    // Others may pass through to what is theirs (Postgres runs under another account for root), not look around.
    chmodSync(folder, 0o711);
    return takeLock(join(folder, 'lock'));
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new EmbeddedError(
      `Cannot keep data in ${folder} (${message}); make that folder yours, or set DATA_DIR to one that is.`,
      { cause },
    );
  }
}

function openSecrets(file: string): Secrets {
  if (existsSync(file)) {
    const found = secretsShape.safeParse(readJson(file));
    if (found.success) return found.data;
    throw new EmbeddedError(`${file} is damaged; delete it, and new secrets are made at the next start.`);
  }
  const secrets = {
    appSecret: randomBytes(32).toString('base64url'),
    apiKey: `am_dev_${randomBytes(24).toString('hex')}`,
  };
  writeJson(file, secrets);
  return secrets;
}

function lastPort(folder: string): number | null {
  const found = z.object({ port: z.number() }).safeParse(readJson(join(folder, 'last-use.json')));
  return found.success ? found.data.port : null;
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

/** Whole or not at all: a kill between two writes must not leave half a file. */
function writeJson(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}
