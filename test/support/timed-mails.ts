import { randomUUID } from 'node:crypto';
import { sendTimedMail } from '../../src/actions/timed-mail.ts';
import { transaction } from '../../src/db/pool.ts';
import { deliver, releaseHeld, timedMail } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../../worker/context.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { reminderCatchUp } from '../../worker/maintenance/reminder-catch-up.ts';
import { runService } from '../../worker/maintenance/service.ts';
import type { TestApp } from './app.ts';

const MINUTE = 60_000;

/** Events, people and the time that passes, with all that workers do by themselves, over the real delivery. */
export function openTimedMails(app: TestApp, worker: WorkerContext) {
  const at = (minutes: number) => new Date(app.clock.now.getTime() + minutes * MINUTE).toISOString();

  /** All jobs of these names that are due, taken as workers take them, until none is left. */
  async function work(names = [timedMail.name, deliver.bulk.name, releaseHeld.name]): Promise<void> {
    for (;;) {
      const { rows } = await app.pool.query<{ id: string; name: string; data: unknown }>(
        `delete from {jobs}.job where name = any($1) and state = 'created' and start_after <= $2 returning id, name, data`,
        [names, app.clock.now],
      );
      if (rows.length === 0) return;
      for (const { id: jobId, name, data } of rows)
        if (name === timedMail.name) {
          const { anchorAt, ...run } = timedMail.payload.parse(data);
          await transaction(app.pool, (db) =>
            sendTimedMail(
              { db, boss: app.boss, now: app.clock.now },
              { ...run, anchorAt: new Date(anchorAt) },
            ),
          );
        } else if (name === deliver.bulk.name)
          await deliverMessages(
            worker,
            deliver.bulk.payload.parse(data).messageIds.map((id) => ({ id, jobId })),
          );
    }
  }

  return {
    at,
    work,

    /** An event that starts in so many minutes and lasts an hour, without reminders. */
    event(minutes: number, more: Record<string, unknown> = {}) {
      return app.event({ startsAt: at(minutes), endsAt: at(minutes + 60), reminderMinutes: [], ...more });
    },

    async register(eventId: string): Promise<string> {
      const email = `${randomUUID()}@example.com`;
      const body = { email, sendConfirmation: false };
      return (await app.api('POST', `/events/${eventId}/registrants`, body)).json.id;
    },

    async join(...registrantIds: readonly string[]): Promise<void> {
      await app.pool.query(
        'update {schema}.registrant set joined_at = coalesce(joined_at, $2) where id = any($1)',
        [registrantIds, app.clock.now],
      );
    },

    change: (id: string, changes: Record<string, unknown>) => app.api('PATCH', `/events/${id}`, changes),

    closeRoom: (id: string) => app.api('POST', `/events/${id}/close`),

    /** Lets the time pass, with all that workers do; `lost`: nobody takes the jobs of timed mails. */
    async pass(minutes: number, { lost = false } = {}): Promise<void> {
      app.clock.advance(minutes * MINUTE);
      if (lost)
        await app.pool.query(`delete from {jobs}.job where name = $1 and start_after <= $2`, [
          timedMail.name,
          app.clock.now,
        ]);
      await work();
      await runService(worker, reminderCatchUp);
      await work();
    },

    /** Which mails somebody has, with their statuses. */
    async got(registrantId: string): Promise<string[]> {
      const { rows } = await app.pool.query<{ said: string }>(
        `select kind || ' ' || status || case when held then ' (held)' else '' end as said from {schema}.message
         where registrant_id = $1 order by id`,
        [registrantId],
      );
      return rows.map(({ said }) => said);
    },
  };
}
