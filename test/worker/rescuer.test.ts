import { describe, expect, it } from 'vitest';
import { rescuer } from '../../worker/maintenance/rescuer.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const worker = openDelivery(app, 'smtp://127.0.0.1:9');
const MINUTE = 60_000;
const rescue = () => runService(worker, rescuer);

/** A confirmation on its way, and the job that names it. */
async function queued() {
  const event = await app.event();
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    email: `${crypto.randomUUID()}@example.com`,
  });
  const { rows } = await app.pool.query<{ id: string }>(
    'select id from {schema}.message where registrant_id = $1',
    [json.id],
  );
  const id = rows[0]?.id ?? '';
  return {
    id,
    jobs: async () =>
      (await app.pool.query(`select 1 from {jobs}.job where data->'messageIds' ? $1`, [id])).rows.length,
    loseJob: () => app.pool.query(`delete from {jobs}.job where data->'messageIds' ? $1`, [id]),
    changeJob: (changes: string) =>
      app.pool.query(`update {jobs}.job set ${changes} where data->'messageIds' ? $1`, [id]),
  };
}

describe('the rescuer', () => {
  it('gives a message that lost its job another one, two minutes after it was due', async () => {
    const mail = await queued();
    await mail.loseJob();
    await rescue();
    expect(await mail.jobs()).toBe(0);
    app.clock.advance(3 * MINUTE);
    await rescue();
    expect(await mail.jobs()).toBe(1);
    await rescue();
    expect(await mail.jobs()).toBe(1);
  });

  it('finds it although the queue has older jobs to do', async () => {
    const [busy, stuck] = [await queued(), await queued()];
    await busy.changeJob(`created_on = now() - interval '1 hour', start_after = now() - interval '1 hour'`);
    await stuck.loseJob();
    app.clock.advance(3 * MINUTE);
    await rescue();
    expect([await busy.jobs(), await stuck.jobs()]).toEqual([1, 1]);
  });

  it.each([
    ['waits', `state = 'created'`],
    ['is tried again soon', `state = 'retry', start_after = now() + interval '1 minute'`],
    ['runs', `state = 'active', started_on = now() - interval '20 minutes'`],
  ])('gives a message no second job while one that names it %s', async (_, changes) => {
    const mail = await queued();
    await mail.changeJob(changes);
    app.clock.advance(3 * MINUTE);
    await rescue();
    expect(await mail.jobs()).toBe(1);
  });

  it.each([
    ['has ended', `state = 'completed', completed_on = now()`],
    ['has failed for good', `state = 'failed', completed_on = now()`],
    ['is for much later', `start_after = now() + interval '1 day'`],
  ])('gives a message a second job where the one that names it %s', async (_, changes) => {
    const mail = await queued();
    await mail.changeJob(changes);
    app.clock.advance(3 * MINUTE);
    await rescue();
    expect(await mail.jobs()).toBe(2);
  });

  it('gives a message whose worker died a job a minute after its lease ran out', async () => {
    const mail = await queued();
    await mail.loseJob();
    await app.pool.query(
      `update {schema}.message set status = 'sending', claimed_at = $2, lease_until = $2, claimed_by = $3, attempts = 1 where id = $1`,
      [mail.id, app.clock.now, crypto.randomUUID()],
    );
    app.clock.advance(MINUTE / 2);
    await rescue();
    expect(await mail.jobs()).toBe(0);
    app.clock.advance(MINUTE);
    await rescue();
    expect(await mail.jobs()).toBe(1);
  });

  it('keeps the priority of what it rescues', async () => {
    const mail = await queued();
    await app.pool.query(`update {schema}.message set priority = 'bulk' where id = $1`, [mail.id]);
    await mail.loseJob();
    app.clock.advance(3 * MINUTE);
    await rescue();
    const { rows } = await app.pool.query(`select name from {jobs}.job where data->'messageIds' ? $1`, [
      mail.id,
    ]);
    expect(rows).toEqual([{ name: 'deliver-bulk' }]);
  });
});
