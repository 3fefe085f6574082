import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { applyEvents, keepEvents } from '../../src/actions/apply-delivery-events.ts';
import { openApp } from '../support/app.ts';
import { type SentMail, sentAgain, sentMail } from '../support/sent-mail.ts';
import { setJoined } from '../support/visitors.ts';

const app = await openApp();

async function tell({ messageId }: SentMail, type: string): Promise<void> {
  const context = { pool: app.pool, now: app.clock.now, ownAddresses: [] };
  const event = {
    source: 'resend',
    sourceId: randomUUID(),
    type,
    messageId,
    providerMessageId: null,
  } as const;
  const told = { ...event, occurredAt: app.clock.now, detail: {} };
  await applyEvents(context, await keepEvents(context, [told]));
}

const report = async (eventId: string) => (await app.api('GET', `/events/${eventId}/report`)).json;

describe('the report on an event', () => {
  it('is empty where nobody is registered, and 404 where there is no event', async () => {
    const { id } = await app.event();
    expect(await report(id)).toEqual({
      funnel: { registered: 0, mailed: 0, delivered: 0, opened: 0, linkOpened: 0, joined: 0 },
      byDomain: [],
      sends: [],
    });
    expect((await app.api('GET', `/events/${randomUUID()}/report`)).status).toBe(404);
  });

  it('counts how far people came by any of their mails, whatever became of the latest', async () => {
    const eventId = (await app.event()).id;
    const to = (email: string) => sentMail(app, { eventId, email });
    const opened = await to('opened@company.example');
    await tell(opened, 'opened');
    const clicked = await to('clicked@company.example');
    await tell(clicked, 'clicked');
    const complained = await to('complained@other.example');
    await tell(complained, 'complained');
    const bounced = await to('bounced@other.example');
    await tell(bounced, 'bounced');
    const joined = await to('joined@other.example');
    await setJoined(app.pool, [joined.registrantId], app.clock.now);
    await app.api('POST', `/events/${eventId}/registrants`, {
      ...{ email: 'quiet@other.example', sendConfirmation: false },
    });
    const gone = await to('gone@gone.example');
    await tell(gone, 'opened');
    await app.api('DELETE', gone.path);
    // Who opened the first mail has opened one, although the second was delivered only, or came back.
    await tell(await sentAgain(app, opened), 'delivered');
    await tell(await sentAgain(app, clicked), 'bounced');
    expect((await opened.registrant()).emailStatus).toBe('delivered');
    const { funnel, byDomain } = await report(eventId);
    expect(funnel).toEqual({ registered: 6, mailed: 5, delivered: 3, opened: 2, linkOpened: 2, joined: 1 });
    expect(byDomain).toEqual([
      { domain: 'other.example', registered: 4, delivered: 1, opened: 0, joined: 1, bounced: 1 },
      { domain: 'company.example', registered: 2, delivered: 2, opened: 2, joined: 0, bounced: 1 },
    ]);
  });

  it('forgets what became of mails to an address that was corrected', async () => {
    const mail = await sentMail(app);
    await tell(mail, 'opened');
    await app.api('PATCH', mail.path, { email: `new-${randomUUID()}@example.com` });
    expect((await report(mail.eventId)).funnel).toMatchObject({ delivered: 0, opened: 0 });
  });

  it('puts the mails of one kind together that were due together', async () => {
    const { id: eventId } = await app.event();
    const { json: ada } = await app.api('POST', `/events/${eventId}/registrants`, {
      ...{ email: 'ada@example.com', sendConfirmation: false },
    });
    const add = (kind: string, priority: string, dueAt: string, status: string, registrantId = ada.id) =>
      app.pool.query(
        `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, status, due_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7, '2031-01-01Z')`,
        [eventId, registrantId, kind, randomUUID(), priority, status, new Date(dueAt)],
      );
    await add('confirmation', 'urgent', '2030-01-01T10:05:00Z', 'delivered');
    await add('confirmation', 'urgent', '2030-01-01T10:55:00Z', 'bounced');
    await add('confirmation', 'urgent', '2030-01-01T11:05:00Z', 'sent');
    // Two reminders of one hour, a send each.
    await add('reminder', 'bulk', '2030-01-02T10:00:00Z', 'delivered');
    await add('reminder', 'bulk', '2030-01-02T10:00:00Z', 'delivered');
    await add('reminder', 'bulk', '2030-01-02T10:50:00Z', 'not_sent');
    // A sample is nobody's mail.
    await add('reminder', 'urgent', '2030-01-02T10:50:00Z', 'sent', null);
    expect((await report(eventId)).sends).toEqual([
      { kind: 'confirmation', dueAt: '2030-01-01T10:05:00.000Z', counts: { delivered: 1, bounced: 1 } },
      { kind: 'confirmation', dueAt: '2030-01-01T11:05:00.000Z', counts: { sent: 1 } },
      { kind: 'reminder', dueAt: '2030-01-02T10:00:00.000Z', counts: { delivered: 2 } },
      { kind: 'reminder', dueAt: '2030-01-02T10:50:00.000Z', counts: { not_sent: 1 } },
    ]);
  });
});
