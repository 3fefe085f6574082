import { randomUUID } from 'node:crypto';
import { readConfig } from '../../src/config.ts';
import { createPool } from '../../src/db/pool.ts';
import { createLogger } from '../../src/log.ts';
import { createProvider } from '../../src/providers/create-provider.ts';
import { startBoss } from '../../src/queue/boss.ts';
import { createContext } from '../../worker/context.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { nameIds, type Planned, planSample } from './ledger.ts';
import { POSTAL_ADDRESS } from './people.ts';
import type { Sample } from './samples.ts';

export const PUBLIC_URL = 'https://events.example.com';
export const MAIL_DOMAIN = 'example.com';
export const APP_SECRET = 'the samples lead nowhere, so all may know this';
/** What a delivery job carries at most. */
const BATCH = 100;

/** A sample that went through the worker; `error`: why it did not leave. */
export interface Sent extends Planned {
  readonly error: string | null;
}

/** The part of an environment that names a database. */
export type DatabaseEnv = { readonly DATABASE_URL: string; readonly DATABASE_SCHEMA?: string };

/**
 * Sends the samples as a worker does, each at its own time, on a migrated database that is thrown away afterwards.
 * Nothing of them depends on the machine or the day: not their ids, links or dates.
 */
export async function sendSamples(
  samples: readonly Sample[],
  { databaseEnv, smtpUrl }: { readonly databaseEnv: DatabaseEnv; readonly smtpUrl: string },
): Promise<Sent[]> {
  const config = readConfig({
    ...databaseEnv,
    SMTP_URL: smtpUrl,
    PUBLIC_URL,
    MAIL_FROM: `Events <events@${MAIL_DOMAIN}>`,
    MAIL_POSTAL_ADDRESS: POSTAL_ADDRESS,
    // Sign the links in them, and nothing else.
    APP_SECRET,
    LOG_LEVEL: 'silent',
  });
  const onError = () => undefined;
  const pool = createPool(config.database, { max: 5, onError });
  const boss = await startBoss({ database: config.database, pool, role: 'enqueue', onError });
  let clock = new Date(0);
  const now = () => clock;
  const provider = createProvider(config, { pool, now });
  const context = createContext({ config, pool, boss, provider, log: createLogger(config), now });
  try {
    const planned: Planned[] = [];
    const client = await pool.connect();
    try {
      await client.query('begin');
      await nameIds(client);
      for (const sample of samples) planned.push(await planSample(client, sample));
      await client.query('commit');
    } finally {
      client.release();
    }
    for (const group of inOrder(planned)) {
      clock = group[0]?.sentAt ?? clock;
      const jobId = randomUUID();
      await deliverMessages(
        context,
        group.map(({ messageId }) => ({ id: messageId, jobId })),
      );
    }
    const { rows } = await pool.query<{ id: string; status: string; error: string | null }>(
      `select id, status, error from {schema}.message
       union all select id, status, error from {schema}.team_message`,
    );
    const left = new Map(rows.map((row) => [row.id, row]));
    return planned.map((one) => {
      const { status, error } = left.get(one.messageId) ?? { status: 'lost', error: null };
      return { ...one, error: status === 'sent' ? null : `${status}: ${error ?? 'no reason'}` };
    });
  } finally {
    await provider.close();
    await boss.stop({ graceful: false });
    await pool.end();
  }
}

/** What leaves at one time in one priority goes together, up to a job's fill; earlier ones first. */
function inOrder(planned: readonly Planned[]): Planned[][] {
  const groups = Map.groupBy(planned, ({ sentAt, priority }) => `${sentAt.toISOString()} ${priority}`);
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, group]) =>
      Array.from({ length: Math.ceil(group.length / BATCH) }, (_, i) =>
        group.slice(i * BATCH, (i + 1) * BATCH),
      ),
    );
}
