import { createDatabaseClock } from '../../src/db/clock.ts';
import { createPool, type DatabaseConfig } from '../../src/db/pool.ts';
import { type Finding, findingsOf } from '../../src/domain/finding.ts';
import { within } from '../../src/lib/remember.ts';
import { alerts, testAlert } from './alerts.ts';
import { bounceMailbox } from './bounce-mailbox.ts';
import type { Check, CheckContext } from './check.ts';
import { checkDatabase } from './database.ts';
import { feedback } from './feedback.ts';
import { mailQueue, webhookEndpoints } from './mail-queue.ts';
import { publicAddress } from './public-address.ts';
import { sendMail } from './send-mail.ts';
import { senderRecords } from './sender-records.ts';
import type { Settings } from './settings.ts';
import { transport } from './transport.ts';
import { workers } from './workers.ts';

/** In the order in which they are told. A new one is a row here. */
const CHECKS: readonly Check[] = [
  transport,
  senderRecords,
  feedback,
  bounceMailbox,
  publicAddress,
  workers,
  mailQueue,
  webhookEndpoints,
  alerts,
];

const DATABASE_MS = 25_000;

/** All that is found, in order. Never rejects: a check that fails or takes too long is a finding itself. */
export async function examine(settings: Settings, sendTo: string | null): Promise<readonly Finding[]> {
  const { config, database } = settings;
  const ofDatabase = await guarded('Database', DATABASE_MS, () => checkDatabase(settings));
  const isUsable =
    database !== null && ofDatabase.every(({ level }) => level !== 'error' && level !== 'skipped');
  const first = [...settings.findings, ...ofDatabase];
  const checks = sendTo === null ? CHECKS : [...CHECKS, sendMail(sendTo), testAlert];
  if (!config)
    return [
      ...first,
      ...checks.map(({ about }) => skipped(about, 'The settings above have to be right first.')),
    ];
  const parts = isUsable
    ? await openParts(database)
    : { pool: null, now: () => new Date(), end: async () => {} };
  try {
    const context = { settings, config, pool: parts.pool, now: parts.now };
    const found = await Promise.all(checks.map((check) => runCheck(check, context, database)));
    return [...first, ...found.flat()];
  } finally {
    await parts.end();
  }
}

async function openParts(database: DatabaseConfig) {
  const onError = () => undefined;
  const pool = createPool(database, { max: 4, onError });
  const clock = await createDatabaseClock(pool, { onError });
  return {
    pool,
    now: clock.now,
    async end() {
      clock.stop();
      // A statement of a check that took too long may still wait.
      await within(pool.end(), 1_000, undefined);
    },
  };
}

function runCheck(
  check: Check,
  context: Omit<CheckContext, 'signal'>,
  database: DatabaseConfig | null,
): Promise<readonly Finding[]> {
  const { about, timeoutMs } = check;
  return guarded(about, timeoutMs, async (signal) => {
    if (check.needs === 'settings') return check.run({ ...context, signal });
    const { pool } = context;
    if (!pool || !database) return [skipped(about, 'The database has to be usable first.')];
    return check.run({ ...context, pool, database, signal });
  });
}

/** Its own time and its own errors. */
export async function guarded(
  about: string,
  timeoutMs: number,
  run: (signal: AbortSignal) => Promise<readonly Finding[]>,
): Promise<readonly Finding[]> {
  const found = findingsOf(about);
  const late = found.error(
    `It could not be looked at within ${timeoutMs / 1_000} seconds.`,
    'Run this again; where it stays so, the network between here and there is the place to look.',
  );
  const stopping = new AbortController();
  try {
    return await within(run(stopping.signal), timeoutMs, [late]);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return [
      found.error(`It could not be looked at: ${reason}`, 'Run this again; where it stays so, report it.'),
    ];
  } finally {
    stopping.abort();
  }
}

function skipped(about: string, why: string): Finding {
  return findingsOf(about).skipped(why);
}
