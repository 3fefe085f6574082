import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { readSeries } from '../../src/operations/delivery-metrics.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { reconciler } from '../../worker/maintenance/reconciler.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { openResend, openResendDelivery } from '../support/resend.ts';

const app = await openApp();
const began = app.clock.now.getTime();
// Its clock goes on by itself, and steps as ours does.
const resend = await openResend({ now: () => Date.now() + app.clock.now.getTime() - began });
const { context } = openResendDelivery(app, resend);
const QUARTER = 15 * 60_000 + 1_000;

/** So many links, handed over to Resend. */
async function sent(count: number, react: typeof resend.react = () => undefined) {
  const hours = (n: number) => new Date(app.clock.now.getTime() + n * 3_600_000).toISOString();
  const event = await app.event({ startsAt: hours(100), endsAt: hours(101) });
  const csv = Array.from({ length: count }, () => `${randomUUID()}@example.com`).join('\n');
  await app.request(`/api/v1/events/${event.id}/registrants/import`, {
    method: 'POST',
    headers: { authorization: 'Bearer test_key_that_is_long_enough_for_anybody', 'content-type': 'text/csv' },
    body: `email\n${csv}\n`,
  });
  const { rows } = await app.pool.query<{ id: string }>(
    'select id from {schema}.registrant where event_id = $1',
    [event.id],
  );
  await app.api('POST', `/events/${event.id}/resend`, { registrantIds: rows.map(({ id }) => id) });
  const messages = await app.pool.query<{ id: string }>(
    'select id from {schema}.message where event_id = $1',
    [event.id],
  );
  const ids = messages.rows.map(({ id }) => id);
  resend.react = react;
  const jobId = randomUUID();
  for (let i = 0; i < ids.length; i += 100)
    await deliverMessages(
      context,
      ids.slice(i, i + 100).map((id) => ({ id, jobId })),
    );
  resend.react = () => undefined;
  const statuses = async () => {
    const { rows: counted } = await app.pool.query<{ status: string; count: number }>(
      'select status, count(*) from {schema}.message where event_id = $1 group by status',
      [event.id],
    );
    return Object.fromEntries(counted.map(({ status, count: n }) => [status, n]));
  };
  const mails = resend.accepted.filter(({ tags }) => ids.includes(tags.message_id ?? ''));
  return { ids, event, statuses, mails };
}

const lookUps = () => resend.requests.filter(({ method }) => method === 'GET').length;

describe('mails of which the provider says nothing', () => {
  it('are asked about after a quarter of an hour, and repaired', async () => {
    const { mails, statuses, event } = await sent(4);
    const [one, two, three] = mails;
    if (one && two && three)
      [one.lastEvent, two.lastEvent, three.lastEvent] = ['delivered', 'bounced', 'opened'];
    await runService(context, reconciler);
    expect(lookUps()).toBe(0);
    app.clock.advance(QUARTER);
    await runService(context, reconciler);
    expect(lookUps()).toBe(4);
    expect(await statuses()).toEqual({ delivered: 1, bounced: 1, opened: 1, sent: 1 });
    const { json } = await app.api('GET', `/events/${event.id}`);
    expect(json.counts.byEmailStatus).toEqual({ delivered: 1, bounced: 1, opened: 1, sent: 1 });
    expect((await app.api('GET', '/suppressions')).json.items).toHaveLength(1);
    const counted = await readSeries(context.metrics.registry);
    expect(counted.get('access_mail_messages_reconciled_total')).toBe(4);
    expect(counted.get('access_mail_reconciliation_repaired_total')).toBe(3);
  });

  it('are asked about again after an hour, a day, and then no more; those that told something not at all', async () => {
    const before = lookUps();
    app.clock.advance(3_600_000 + 1_000);
    await runService(context, reconciler);
    expect(lookUps() - before).toBe(1);
    app.clock.advance(86_400_000 + 1_000);
    await runService(context, reconciler);
    await runService(context, reconciler);
    expect(lookUps() - before).toBe(2);
    app.clock.advance(86_400_000 * 3);
    await runService(context, reconciler);
    expect(lookUps() - before).toBe(2);
  });

  it('are looked for in the list where they are many: a request for a hundred', async () => {
    const { mails, statuses } = await sent(250);
    for (const mail of mails) mail.lastEvent = 'delivered';
    app.clock.advance(QUARTER);
    const before = lookUps();
    await runService(context, reconciler);
    expect(lookUps() - before).toBeLessThanOrEqual(4);
    expect(await statuses()).toEqual({ delivered: 250 });
  });

  it('nobody knows whether they left: found, they were sent', async () => {
    const { ids, statuses, mails } = await sent(3, () => 'drop-after');
    expect(mails).toHaveLength(3);
    // Their deadline passes before the call could be made again.
    await app.pool.query(`update {schema}.message set expires_at = $2, due_at = $2 where id = any($1)`, [
      ids,
      app.clock.now,
    ]);
    await deliverMessages(
      context,
      ids.map((id) => ({ id, jobId: randomUUID() })),
    );
    expect(await statuses()).toEqual({ unknown: 3 });
    const [one] = mails;
    if (one) one.lastEvent = 'delivered';
    app.clock.advance(61_000);
    await runService(context, reconciler);
    expect(await statuses()).toEqual({ delivered: 1, sent: 2 });
  });

  it('the provider is away: nothing changes, the run has failed, and they are asked about later', async () => {
    const { statuses } = await sent(1);
    app.clock.advance(QUARTER);
    resend.react = () => ({ fail: { status: 500, name: 'application_error' } });
    await runService(context, reconciler);
    resend.react = () => undefined;
    expect(await statuses()).toEqual({ sent: 1 });
    const counted = await readSeries(context.metrics.registry);
    expect(counted.get('access_mail_maintenance_runs_total{service="reconciler",result="failed"}')).toBe(1);
    const before = lookUps();
    app.clock.advance(11 * 60_000);
    await runService(context, reconciler);
    expect(lookUps()).toBeGreaterThan(before);
  });
});
