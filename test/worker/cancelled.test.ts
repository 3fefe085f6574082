import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { cancelRegistration } from '../../src/actions/cancelled-registration.ts';
import { fanOut } from '../../src/actions/fan-out.ts';
import { claim, loadDue } from '../../src/db/delivery.ts';
import { findEvent } from '../../src/db/event.ts';
import { transaction } from '../../src/db/pool.ts';
import type { Event } from '../../src/domain/event.ts';
import { FAN_OUT_KINDS } from '../../src/domain/kinds.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const { pool, boss } = app;
const server = await openAnsweringServer();
const delivery = openDelivery(app, server.url);

async function eventOf(people: number) {
  const { id } = await app.event();
  const ids: string[] = [];
  for (let i = 0; i < people; i++) {
    const body = { email: `p${i}@example.com`, sendConfirmation: false };
    ids.push((await app.api('POST', `/events/${id}/registrants`, body)).json.id);
  }
  return { event: (await findEvent(pool, { id })) as Event, ids };
}

const cancel = (event: Event, id: string) =>
  transaction(pool, (db) =>
    cancelRegistration({ db, boss, now: app.clock.now, actor: 'registrant' }, event, id),
  );
const about = ({ startsAt }: Event) => ({
  reminder: { minutesBefore: 60, startsAt: startsAt.toISOString() },
});
const remind = (event: Event) =>
  transaction(pool, (db) =>
    fanOut(
      { db, boss, now: app.clock.now },
      { event, kind: 'reminder', dedupeKey: 'r', selection: { all: true }, about: about(event) },
    ),
  );

async function mailsOf(event: Event) {
  const { rows } = await pool.query<{
    id: string;
    registrantId: string;
    status: string;
    error: string | null;
  }>(`select id, registrant_id as "registrantId", status, error from {schema}.message where event_id = $1`, [
    event.id,
  ]);
  return rows;
}

describe('whoever cancelled', () => {
  it.each(FAN_OUT_KINDS)('gets none of a %s to all', async (kind) => {
    const { event, ids } = await eventOf(3);
    await cancel(event, ids[1] ?? '');
    await app.pool.query(
      `update {schema}.event set cancelled_at = case when $2 = 'event_cancelled' then now() end where id = $1`,
      [event.id, kind],
    );
    if (kind === 'event_updated')
      await app.pool.query(
        `update {schema}.event_schedule set starts_at = starts_at - interval '1 day' where event_id = $1`,
        [event.id],
      );
    if (kind === 'follow_up_attended')
      await app.pool.query(`update {schema}.registrant set joined_at = now() where event_id = $1`, [
        event.id,
      ]);
    await transaction(pool, (db) =>
      fanOut(
        { db, boss, now: app.clock.now },
        {
          ...{ event, kind, dedupeKey: 'all', selection: { all: true } },
          ...(kind === 'reminder' && { about: about(event) }),
        },
      ),
    );
    expect((await mailsOf(event)).map(({ registrantId }) => registrantId).sort()).toEqual(
      [ids[0], ids[2]].sort(),
    );
  });

  it('is counted beforehand as skipped, by the API and by its dry run', async () => {
    const { event, ids } = await eventOf(2);
    await cancel(event, ids[0] ?? '');
    for (const dryRun of [true, false]) {
      const { json } = await app.api('POST', `/events/${event.id}/resend`, { registrantIds: ids, dryRun });
      expect(json).toEqual({ queued: 1, skipped: [{ reason: 'cancelled', count: 1 }] });
    }
  });

  it('while a reminder to all is put into the ledger, gets none: whichever comes first', async () => {
    for (let round = 0; round < 5; round++) {
      const { event, ids } = await eventOf(20);
      const left = ids.slice(0, 10);
      await Promise.all([remind(event), ...left.map((id) => cancel(event, id))]);
      const mails = await mailsOf(event);
      await deliverMessages(
        delivery,
        mails.map(({ id }) => ({ id, jobId: randomUUID() })),
      );
      const sent = (await mailsOf(event)).filter(({ status }) => status === 'sent');
      expect(sent.map(({ registrantId }) => registrantId).sort()).toEqual(ids.slice(10).sort());
      const ended = (await mailsOf(event)).filter(({ registrantId }) => left.includes(registrantId));
      for (const mail of ended)
        expect(mail).toMatchObject({ status: 'not_sent', error: 'The registrant cancelled.' });
    }
  });

  it('between the reading of a mail and its sending gets none: the worker looks once more when it takes it', async () => {
    const { event, ids } = await eventOf(1);
    await remind(event);
    const [mail] = await mailsOf(event);
    const { due } = await loadDue(pool, [{ id: mail?.id ?? '', jobId: randomUUID() }], app.clock.now);
    const frozen = {
      toAddress: 'p0@example.com',
      templateHash: 'x'.repeat(64),
      variables: {},
      subject: 'S',
      sender: null,
    };
    // As if the worker had written the mail already, and the cancellation could not end it.
    await pool.query('update {schema}.registrant set cancelled_at = now() where id = $1', [ids[0]]);
    const taken = await claim(
      pool,
      due.map((one) => ({
        ...frozen,
        ledger: one.ledger,
        id: one.id,
        batchId: null,
        attempts: 0,
        registrant: one.registrant,
      })),
      { workerId: randomUUID(), transport: 'smtp', now: app.clock.now },
    );
    expect([due.length, taken.size]).toEqual([1, 0]);
    await deliverMessages(delivery, [{ id: mail?.id ?? '', jobId: randomUUID() }]);
    expect(await mailsOf(event)).toMatchObject([{ status: 'not_sent', error: 'The registrant cancelled.' }]);
  });

  it('and comes back has no reminder that went by, and the next ones', async () => {
    const { event, ids } = await eventOf(1);
    await remind(event);
    await cancel(event, ids[0] ?? '');
    await app.api('POST', `/events/${event.id}/registrants/${ids[0]}/restore`);
    await remind(event);
    await transaction(pool, (db) =>
      fanOut(
        { db, boss, now: app.clock.now },
        { event, kind: 'reminder', dedupeKey: 'next', selection: { all: true }, about: about(event) },
      ),
    );
    expect((await mailsOf(event)).map(({ status }) => status).sort()).toEqual([
      'not_sent',
      'queued',
      'queued',
    ]);
  });
});
