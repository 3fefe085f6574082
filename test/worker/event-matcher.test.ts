import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { applyEvents, keepEvents } from '../../src/actions/apply-delivery-events.ts';
import { recordAcceptances } from '../../src/db/delivery.ts';
import { eventMatcher } from '../../worker/maintenance/event-matcher.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { keyOf } from '../support/message-key.ts';
import { type SentMail, sentMail } from '../support/sent-mail.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const worker = openDelivery(app, 'smtp://127.0.0.1:9');
const DAY = 86_400_000;
const match = () => runService(worker, eventMatcher);

/** What Resend says, kept and not applied. Returns its own id of it. */
async function keep(
  type: string,
  about: { readonly messageId?: string; readonly providerMessageId: string },
): Promise<string> {
  const { sourceId } = await kept(type, about);
  return sourceId;
}

async function kept(type: string, about: Parameters<typeof keep>[1]) {
  const sourceId = randomUUID();
  const keys = await keepEvents({ pool: app.pool, now: app.clock.now, ownAddresses: [] }, [
    {
      source: 'resend',
      sourceId,
      type,
      messageId: about.messageId ?? null,
      providerMessageId: about.providerMessageId,
      occurredAt: app.clock.now,
      detail: {},
    },
  ]);
  return { sourceId, keys };
}

/** The same, applied at once as the server does. */
async function tell(type: string, about: Parameters<typeof keep>[1]): Promise<void> {
  const { keys } = await kept(type, about);
  await applyEvents({ pool: app.pool, now: app.clock.now, ownAddresses: [] }, keys);
}

afterEach(() => app.pool.query('delete from {schema}.unmatched_event'));

/** Whether it is in the status of its message, or given up. */
const isApplied = async (sourceId: string) => {
  const { rows } = await app.pool.query<{ applied: boolean }>(
    `select applied from {schema}.delivery_event where source_id = $1
     union all select not is_waiting from {schema}.unmatched_event where source_id = $1`,
    [sourceId],
  );
  return rows.length === 1 && rows[0]?.applied;
};

const statusOf = async (mail: SentMail) => (await mail.message()).status;
const accept = async (mail: SentMail, id = mail.providerMessageId) =>
  recordAcceptances(
    app.pool,
    [{ ...(await keyOf(app.pool, mail.messageId)), providerMessageId: id }],
    app.clock.now,
    null,
  );

/** About mails of another product on the same account. */
const foreignEvents = (count: number, receivedAt: Date) =>
  app.pool.query(
    `insert into {schema}.unmatched_event
       (source, source_id, type, provider_message_id, occurred_at, detail, received_at, is_waiting)
     select 'resend', gen_random_uuid()::text, 'delivered', gen_random_uuid()::text, $2, '{}', $2, true
     from generate_series(1, $1)`,
    [count, receivedAt],
  );

describe('the event matcher', () => {
  it('applies our late events however many foreign ones wait before them', async () => {
    await foreignEvents(10_001, new Date(app.clock.now.getTime() - 3_600_000));
    const mail = await sentMail(app, {}, { known: false });
    const event = await keep('bounced', { providerMessageId: mail.providerMessageId });
    await match();
    expect(await isApplied(event)).toBe(false);
    await accept(mail);
    await match();
    expect(await statusOf(mail)).toBe('bounced');
    expect(await isApplied(event)).toBe(true);
  });

  it('applies events of a known message whose server died before it did', async () => {
    const mail = await sentMail(app);
    await keep('delivered', { messageId: mail.messageId, providerMessageId: mail.providerMessageId });
    await match();
    expect(await statusOf(mail)).toBe('delivered');
  });

  it('applies an event that has waited for hours as soon as the provider’s id is recorded', async () => {
    const mail = await sentMail(app, {}, { known: false });
    await keep('bounced', { providerMessageId: mail.providerMessageId });
    app.clock.advance(5 * 3_600_000);
    await match();
    expect(await statusOf(mail)).toBe('sent');
    await accept(mail);
    await match();
    expect(await statusOf(mail)).toBe('bounced');
  });

  it.each([
    ['came in the moment in which the provider’s id was recorded', 60_000],
    ['was missed then, before it is given up', 3 * DAY + 60_000],
  ])('finds the message of an event that %s', async (_, ageMs) => {
    const mail = await sentMail(app, {}, { known: false });
    const event = await keep('bounced', { providerMessageId: mail.providerMessageId });
    // As if the two statements had not seen each other's rows.
    await app.pool.query('update {schema}.message set provider_message_id = $2 where id = $1', [
      mail.messageId,
      mail.providerMessageId,
    ]);
    app.clock.advance(ageMs);
    await match();
    expect(await statusOf(mail)).toBe('bounced');
    expect(await isApplied(event)).toBe(true);
  });

  it('applies an old event that has its message now, although others of that age are given up', async () => {
    const mail = await sentMail(app, {}, { known: false });
    const [ours, foreign] = [
      await keep('bounced', { providerMessageId: mail.providerMessageId }),
      await keep('bounced', { providerMessageId: randomUUID() }),
    ];
    app.clock.advance(4 * DAY);
    await accept(mail);
    await match();
    expect([await isApplied(ours), await isApplied(foreign)]).toEqual([true, true]);
    expect(await statusOf(mail)).toBe('bounced');
  });

  it('does not give up an event of ours that could not be applied, and applies it once it can', async () => {
    const mail = await sentMail(app);
    const event = await keep('bounced', { providerMessageId: mail.providerMessageId });
    app.clock.advance(4 * DAY);
    await app.pool.query('alter table {schema}.suppression rename to hidden');
    await match();
    await app.pool.query('alter table {schema}.hidden rename to suppression');
    expect(await isApplied(event)).toBe(false);
    await match();
    expect(await statusOf(mail)).toBe('bounced');
  });

  it('gives foreign events up after three days', async () => {
    const event = await keep('delivered', { providerMessageId: randomUUID() });
    app.clock.advance(3 * DAY - 1_000);
    await match();
    expect(await isApplied(event)).toBe(false);
    app.clock.advance(2_000);
    await match();
    expect(await isApplied(event)).toBe(true);
  });
});

describe.each(['sent', 'delivered'])(
  'a webhook "%s" that comes before the acceptance is recorded',
  (type) => {
    it('leaves room for the provider’s id, by which later webhooks without our id are matched', async () => {
      const mail = await sentMail(app, {}, { status: 'sending', status_rank: 0, known: false });
      const { messageId, providerMessageId } = mail;
      await tell(type, { messageId, providerMessageId });
      // Before our own record the provider's id says nothing to us.
      const early = await keep('opened', { providerMessageId });
      await match();
      expect(await isApplied(early)).toBe(false);
      await accept(mail);
      expect(await mail.message()).toMatchObject({ providerMessageId, status: type });
      await match();
      expect(await statusOf(mail)).toBe('opened');
      await tell('bounced', { providerMessageId });
      expect(await statusOf(mail)).toBe('bounced');
    });

    it('keeps what it says when the acceptance is recorded, also a second time and under another id', async () => {
      const mail = await sentMail(app, {}, { status: 'sending', status_rank: 0, known: false });
      const { messageId, providerMessageId } = mail;
      await tell(type, { messageId, providerMessageId });
      const { acceptedAt } = await mail.message();
      app.clock.advance(1_000);
      await accept(mail);
      await accept(mail, randomUUID());
      expect(await mail.message()).toMatchObject({ providerMessageId, status: type, acceptedAt });
    });
  },
);
