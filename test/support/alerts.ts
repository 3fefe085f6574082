import { randomUUID } from 'node:crypto';
import { parse } from 'node-html-parser';
import { pino } from 'pino';
import PostalMime from 'postal-mime';
import { afterAll, expect } from 'vitest';
import { startBoss } from '../../src/queue/boss.ts';
import { createContext, type WorkerContext } from '../../worker/context.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { registerAlerts } from '../../worker/jobs/post-notice.ts';
import { alerts } from '../../worker/maintenance/alerts.ts';
import { digests } from '../../worker/maintenance/digests.ts';
import { openApp } from './app.ts';
import { HANGS_AFTER_MS } from './hang-guard.ts';
import { openAnsweringServer } from './smtp-answers.ts';
import { waitFor } from './wait-for.ts';
import { openReceiver, status } from './webhooks.ts';
import { openDelivery } from './worker.ts';

export const OPS = ['ops@team.example', 'grace@team.example'];

/** A message of the ledger to whom ALERT_TO names. */
export interface ToldMail {
  readonly id: string;
  readonly to: string;
  readonly kind: string;
  readonly status: string;
  readonly error: string | null;
  readonly subject: string | null;
}

/** An app whose alerts go to two addresses and a chat, with a worker that posts by itself and looks when it is told to. */
export async function openAlerts({ mail = true, chat = true }: { mail?: boolean; chat?: boolean } = {}) {
  const receiver = await openReceiver();
  const server = await openAnsweringServer();
  const app = await openApp({
    ...(mail && { ALERT_TO: OPS.join(', ') }),
    // As secret as Slack's.
    ...(chat && { ALERT_WEBHOOK_URL: `${receiver.url}/T00/B00/sesame` }),
  });
  const delivery = openDelivery(app, server.url);
  const boss = await startBoss({
    ...{ database: app.config.database, pool: app.pool, role: 'work', onError: () => undefined },
  });
  afterAll(() => boss.stop({ graceful: true, timeout: HANGS_AFTER_MS }));
  const logged: string[] = [];
  const log = pino({ level: 'trace' }, { write: (line) => void logged.push(line) });
  const worker: WorkerContext = { ...delivery, boss, log };
  await registerAlerts(worker);
  const never = new AbortController().signal;

  /** What a worker does each minute, as others may do beside it; and all mails to them leave, as far as the mail server takes them. */
  async function look(workers = 1): Promise<void> {
    await Promise.all(Array.from({ length: workers }, () => digests.run(worker, never)));
    await Promise.all(Array.from({ length: workers }, () => alerts.run(worker, never)));
    await deliver();
  }

  async function deliver(): Promise<void> {
    const waiting = (await mails()).filter(({ status }) => status === 'queued');
    await deliverMessages(
      // A new worker: one that has just looked knows of circuit breakers that are closed meanwhile.
      createContext(worker),
      waiting.map(({ id }) => ({ id, jobId: randomUUID() })),
    );
  }

  async function mails(): Promise<ToldMail[]> {
    const { rows } = await app.pool.query<ToldMail>(
      `select id, to_address as to, kind, status, error, subject from {schema}.team_message
       where kind in ('alert', 'digest') order by id`,
    );
    return rows;
  }

  /** Resolves once the chat was told all, or has not taken it for good. Returns what it was told. */
  async function chatted(): Promise<string[]> {
    await waitFor(async () => {
      const { rows } = await app.pool.query(
        `select state from {jobs}.job where name = 'post-notice' and state < 'completed'`,
      );
      expect(rows).toEqual([]);
    });
    return receiver.received.map(({ body }) => body.text);
  }

  return {
    ...{ app, worker, receiver, server, look, mails, chatted, logged },
    /** The mails that the mail server took, as people read them. */
    async read() {
      const sources = server.taken.filter(({ to }) => OPS.includes(to)).map(({ source }) => source);
      return Promise.all(
        sources.map(async (source) => {
          const { subject = '', text = '', html = '' } = await PostalMime.parse(source);
          return { source, subject, text, title: parse(html).querySelector('h1')?.text ?? '' };
        }),
      );
    },
    /** Begins anew: nothing was raised, told or sent. */
    async reset(): Promise<void> {
      receiver.answer = status(204);
      await chatted();
      await app.pool.query(
        `delete from {schema}.alert; delete from {schema}.send; delete from {schema}.circuit_breaker;
         delete from {schema}.alert_notice; delete from {jobs}.job where name = 'post-notice';
         update {schema}.message set status = 'not_sent' where status in ('queued', 'sending', 'scheduled');
         update {schema}.team_message set status = 'not_sent' where status in ('queued', 'sending', 'scheduled');
         insert into {schema}.event_digest select id, ends_at, now() from {schema}.event on conflict do nothing;
         update {schema}.team_message set kind = 'sign_in', dedupe_key = id::text where kind in ('alert', 'digest')`,
      );
      app.clock.now = new Date();
      server.taken.length = 0;
      server.sender = null;
      receiver.received.length = 0;
    },
  };
}

export type Alerting = Awaited<ReturnType<typeof openAlerts>>;
