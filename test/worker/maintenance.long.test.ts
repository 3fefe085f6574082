import { pino } from 'pino';
import { afterAll, describe, expect, it } from 'vitest';
import { MAINTENANCE_SERVICES, type ServiceName } from '../../src/domain/maintenance.ts';
import { createDeliveryMetrics, readSeries } from '../../src/operations/delivery-metrics.ts';
import { startBoss } from '../../src/queue/boss.ts';
import type { WorkerContext } from '../../worker/context.ts';
import { inTurn, runService, type Service } from '../../worker/maintenance/service.ts';
import { registerMaintenance, SERVICES } from '../../worker/maintenance/services.ts';
import { openApp } from '../support/app.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';
import { openResend, openResendDelivery } from '../support/resend.ts';
import { waitFor } from '../support/wait-for.ts';

const app = await openApp();
const resend = await openResend();
/** With a provider that can be asked, so that each service has something to read. */
const { context } = openResendDelivery(app, resend);
const MINUTE = 60_000;

/** How often each service ended so. */
async function ended({ metrics }: WorkerContext, result: 'ok' | 'failed'): Promise<Record<string, number>> {
  const series = await readSeries(metrics.registry);
  return Object.fromEntries(
    MAINTENANCE_SERVICES.map((service) => [
      service,
      series.get(`access_mail_maintenance_runs_total{service="${service}",result="${result}"}`) ?? Number.NaN,
    ]),
  );
}

/** A confirmation whose job was lost long enough ago. */
async function stuckMessage(): Promise<() => Promise<number>> {
  const event = await app.event();
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    email: `${crypto.randomUUID()}@example.com`,
  });
  const { rows } = await app.pool.query<{ id: string }>(
    'select id from {schema}.message where registrant_id = $1',
    [json.id],
  );
  const [id] = rows.map((row) => row.id);
  await app.pool.query(`delete from {jobs}.job where data->'messageIds' ? $1`, [id]);
  app.clock.advance(3 * MINUTE);
  return async () =>
    (await app.pool.query(`select 1 from {jobs}.job where data->'messageIds' ? $1`, [id])).rows.length;
}

async function without(table: string, run: () => Promise<void>): Promise<void> {
  await app.pool.query(`alter table {schema}.${table} rename to hidden`);
  try {
    await run();
  } finally {
    await app.pool.query(`alter table {schema}.hidden rename to ${table}`);
  }
}

describe('a maintenance service', () => {
  it('is one of those that are named, each once', () => {
    expect(SERVICES.map(({ name }) => name)).toEqual([...MAINTENANCE_SERVICES]);
  });

  it.each<[table: string, failing: ServiceName[]]>([
    ['idempotent_answer', ['cleaner']],
    ['worker_counter', ['cleaner']],
    ['sign_in', ['cleaner']],
    ['session', ['cleaner']],
    ['batch', ['cleaner']],
    ['delivery_event', ['event-matcher']],
    ['unmatched_event', ['event-matcher', 'cleaner']],
    ['timed_mail_run', ['reminder-catch-up']],
    ['event', ['reminder-catch-up', 'mail-domains', 'retention']],
    ['mail_domain', ['cleaner', 'mail-domains']],
    ['event_retention', ['retention']],
    ['message', ['rescuer', 'reconciler', 'cleaner']],
    ['team_message', ['rescuer', 'reconciler', 'retention']],
  ])('stops no other when it fails for want of the table %s', async (table, failing) => {
    const jobs = await stuckMessage();
    const fresh = { ...context, metrics: createDeliveryMetrics() };
    await without(table, async () => {
      for (const service of SERVICES) await runService(fresh, service);
    });
    const failed = await ended(fresh, 'failed');
    expect(MAINTENANCE_SERVICES.filter((name) => failed[name])).toEqual(failing);
    const ok = await ended(fresh, 'ok');
    expect(MAINTENANCE_SERVICES.filter((name) => !ok[name])).toEqual(failing);
    expect(await jobs()).toBe(failing.includes('rescuer') ? 0 : 1);
  });

  it('says in the log which one failed, and why', async () => {
    const lines: string[] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(line) });
    const broken: Service = {
      name: 'cleaner',
      schedule: '* * * * *',
      run: () => Promise.reject(new Error('the disk is full')),
    };
    await runService({ ...context, log }, broken);
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { service: 'cleaner', err: { message: 'the disk is full' }, msg: 'a maintenance service failed' },
    ]);
  });

  it('takes each of its steps although others fail, and fails with all that went wrong', async () => {
    const taken: number[] = [];
    const run = inTurn([1, 2, 3, 4], async (n) => {
      taken.push(n);
      if (n % 2) throw new Error(`no ${n}`);
    });
    const error: unknown = await run.catch((reason) => reason);
    expect(taken).toEqual([1, 2, 3, 4]);
    expect((error as AggregateError).errors.map((one: Error) => one.message)).toEqual(['no 1', 'no 3']);
    await expect(
      inTurn([1, 2], (n) => (n === 1 ? Promise.reject(new Error('alone')) : Promise.resolve())),
    ).rejects.toThrow('alone');
  });
});

describe('the services of a worker', () => {
  it('have a queue and a schedule each, and go on while one of them fails', async () => {
    const boss = await startBoss({
      database: app.config.database,
      pool: app.pool,
      role: 'work',
      onError: () => undefined,
    });
    afterAll(() => boss.stop({ graceful: true, timeout: HANGS_AFTER_MS }));
    const running = { ...context, boss, metrics: createDeliveryMetrics() };
    const jobs = await stuckMessage();
    await registerMaintenance(running);
    const schedules = await boss.getSchedules();
    expect(Object.fromEntries(schedules.map(({ name, cron }) => [name, cron]))).toEqual(
      Object.fromEntries(SERVICES.map(({ name, schedule }) => [name, schedule])),
    );
    await without('timed_mail_run', async () => {
      for (const name of MAINTENANCE_SERVICES) await boss.send(name, {});
      await waitFor(async () => {
        const [ok, failed] = [await ended(running, 'ok'), await ended(running, 'failed')];
        for (const name of MAINTENANCE_SERVICES)
          expect([name, (name === 'reminder-catch-up' ? failed : ok)[name]]).not.toEqual([name, 0]);
      });
    });
    expect(await jobs()).toBe(1);
    // The next run of the one that failed is no worse for it.
    await boss.send('reminder-catch-up', {});
    await waitFor(async () => expect((await ended(running, 'ok'))['reminder-catch-up']).toBeGreaterThan(0));
  });

  it('wait or run once at a time each', async () => {
    await app.pool.query(`delete from {jobs}.job where name = 'cleaner'`);
    await app.boss.send('cleaner', {}, { startAfter: 3_600 });
    expect(await app.boss.send('cleaner', {}, { startAfter: 3_600 })).toBeNull();
  });
});
