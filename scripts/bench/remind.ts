import { setTimeout as delay } from 'node:timers/promises';
import { createEvent } from '../../src/actions/event.ts';
import { transaction } from '../../src/db/pool.ts';
import { EVENT_DEFAULTS } from '../../src/domain/event.ts';
import { BenchError } from './bench-error.ts';
import { monotonicMs } from './clock.ts';
import { API_KEY, type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedRegistrants } from './seed.ts';
import { quantile } from './statistics.ts';

const COUNT = 10_000;
const PREFIX = 'reminded-';
/** From the end of the preparations to the time at which the reminder is due. */
const LEAD_MS = 5_000;
const PATIENCE_MS = 120_000;

/** How punctually a reminder reaches an event's registrants: from its due time to the mail server's acceptance. */
export async function benchRemind(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = options.count ?? COUNT;
  const waits = await withDatabase(lab, async (database) => {
    const { pool, boss } = database;
    const startsAt = new Date(Date.now() + LEAD_MS + 10 * 60_000);
    const event = await transaction(pool, (db) =>
      createEvent(
        { db, boss, now: new Date(), actor: 'bench', memberId: null },
        {
          ...EVENT_DEFAULTS,
          ...{ title: 'Designing calm software', slug: 'bench', description: 'An hour with Ada.', startsAt },
          ...{
            endsAt: new Date(startsAt.getTime() + 3_600_000),
            timeZone: 'Europe/Paris',
            reminderMinutes: [],
          },
          ...{ hostName: 'Ada Lovelace', replyTo: 'host@example.com' },
        },
      ),
    );
    await seedRegistrants(pool, event.id, { count, prefix: PREFIX });
    await database.settle();
    const worker = lab.startWorker(database);
    const server = await lab.startServer(database);
    await worker.says('worker ready');
    await lab.sink.begin({ watch: PREFIX });
    // Everything is ready: now the event gets the times that make its only reminder due in a moment.
    const dueAt = Date.now() + LEAD_MS;
    const due = monotonicMs() + LEAD_MS;
    const answer = await fetch(`${server.url}/api/v1/events/${event.id}`, {
      method: 'PATCH',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        startsAt: new Date(dueAt + 60_000),
        endsAt: new Date(dueAt + 3_660_000),
        reminderMinutes: [1],
      }),
    });
    if (!answer.ok) throw new BenchError(`The event was not changed: ${await answer.text()}`);
    for (;;) {
      const arrivals = await lab.sink.arrivals();
      if (arrivals.size >= count) {
        await Promise.all([worker.stop(), server.child.stop()]);
        return [...arrivals.values()].map((at) => at - due);
      }
      if (monotonicMs() - due > PATIENCE_MS)
        throw new BenchError(
          `${arrivals.size} of ${count} reminders came. The worker said:\n${worker.output()}`,
        );
      await delay(200);
    }
  });
  const seconds = (share: number) => quantile(waits, share) / 1000;
  return {
    bench: 'remind',
    table: [
      ['reminders', 'first', 'p50', 'p99', 'last'],
      [whole(count), ...[0, 0.5, 0.99, 1].map((share) => `${seconds(share).toFixed(2)} s`)],
    ],
    figures: { count, firstSeconds: seconds(0), p50Seconds: seconds(0.5), p99Seconds: seconds(0.99) },
    ratios: {},
    targets: { p99Seconds: { atMost: 30 } },
    notes: ['From the due time to the acceptance by the mail server, one worker.'],
  };
}
