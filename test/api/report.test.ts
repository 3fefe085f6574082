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
      funnel: {
        ...{ registered: 0, mailed: 0, delivered: 0, opened: 0, linkOpened: 0, joined: 0 },
        joinedUncertain: 0,
      },
      ...{ cancelled: 0, byDomain: [], byEmailStatus: [], byLanguage: [], bySource: [], byCampaign: [] },
      ...{ answers: [], registrations: [], attendance: [], sends: [] },
      erasure: { dueAt: null, toldAt: null, begunAt: null, erasedAt: null, erased: 0 },
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
    expect(funnel).toEqual({
      ...{ registered: 6, mailed: 5, delivered: 3, opened: 2, linkOpened: 2, joined: 1 },
      joinedUncertain: 0,
    });
    expect(byDomain).toEqual([
      { domain: 'other.example', registered: 4, delivered: 1, opened: 0, joined: 1, bounced: 1 },
      { domain: 'company.example', registered: 2, delivered: 2, opened: 2, joined: 0, bounced: 1 },
    ]);
  });

  it('groups people by what is known of them, days by the event’s clocks and five minutes from when the doors open', async () => {
    const event = await app.event({
      ...{ timeZone: 'Asia/Tokyo', doorsOpenMinutes: 12 },
      formFields: [
        { name: 'size', label: 'Size', type: 'select', options: ['small', 'large'] },
        { name: 'notes', label: 'Notes', type: 'text' },
      ],
    });
    const doors = Date.parse(event.startsAt) - 12 * 60_000;
    const person = (
      n: number,
      registeredAt: string,
      joinedMinutes: number | null,
      more: Record<string, unknown>,
    ) =>
      app.pool.query(
        `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at, joined_at, locale, fields,
           source, cancelled_at)
         values ($1, $2, '', '', 'key', $3, $4, $5, $6, $7, $8)`,
        [
          ...[event.id, `p${n}@example.com`, new Date(registeredAt)],
          joinedMinutes === null ? null : new Date(doors + joinedMinutes * 60_000),
          ...[more.locale ?? null, more.fields ?? {}, more.source ?? {}, more.cancelled ? new Date() : null],
        ],
      );
    await person(1, '2026-01-01T14:59:00Z', 0, { locale: 'fr', source: { utmSource: 'letter' } });
    // In Tokyo it is the next day.
    await person(2, '2026-01-01T15:00:00Z', 4.9, { fields: { size: 'small', notes: 'x' } });
    await person(3, '2026-01-01T16:00:00Z', 5, {
      fields: { size: 'small' },
      source: { utmSource: 'letter', utmCampaign: 'May' },
    });
    await person(4, '2026-01-04T16:00:00Z', null, { fields: { size: 'large' }, source: { utmSource: '' } });
    await person(5, '2026-01-04T16:00:00Z', 5, { fields: { size: 'large' }, locale: 'fr', cancelled: true });
    expect(await report(event.id)).toMatchObject({
      funnel: { registered: 4, joined: 3 },
      cancelled: 1,
      byEmailStatus: [{ emailStatus: 'none', registered: 4 }],
      byLanguage: [
        { language: null, registered: 3, joined: 2 },
        { language: 'fr', registered: 1, joined: 1 },
      ],
      bySource: [
        { source: 'letter', registered: 2, joined: 2 },
        { source: null, registered: 2, joined: 1 },
      ],
      byCampaign: [
        { campaign: null, registered: 3, joined: 2 },
        { campaign: 'May', registered: 1, joined: 1 },
      ],
      answers: [
        { name: 'size', value: 'small', registered: 2, joined: 2 },
        { name: 'size', value: 'large', registered: 1, joined: 0 },
      ],
      registrations: [
        { date: '2026-01-01', registered: 1 },
        { date: '2026-01-02', registered: 2 },
        { date: '2026-01-05', registered: 1 },
      ],
      attendance: [
        { at: new Date(doors).toISOString(), joined: 2 },
        { at: new Date(doors + 300_000).toISOString(), joined: 1 },
      ],
    });
  });

  it('forgets what became of mails to an address that was corrected', async () => {
    const mail = await sentMail(app);
    await tell(mail, 'opened');
    await app.api('PATCH', mail.path, { email: `new-${randomUUID()}@example.com` });
    expect((await report(mail.eventId)).funnel).toMatchObject({ delivered: 0, opened: 0 });
  });

  it('puts the mails of one send together, also those that are tried again later, and urgent ones by the hour', async () => {
    const { id: eventId } = await app.event();
    const add = async (
      kind: string,
      priority: string,
      dueAt: string,
      status: string,
      { send = 'registration', madeAt = dueAt } = {},
    ) => {
      const { json: person } = await app.api('POST', `/events/${eventId}/registrants`, {
        ...{ email: `${randomUUID()}@example.com`, sendConfirmation: false },
      });
      await app.pool.query(
        `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, status, due_at, expires_at, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, '2031-01-01Z', $8)`,
        [eventId, person.id, kind, send, priority, status, new Date(dueAt), new Date(madeAt)],
      );
    };
    await add('confirmation', 'urgent', '2030-01-01T10:05:00Z', 'delivered');
    await add('confirmation', 'urgent', '2030-01-01T10:55:00Z', 'bounced');
    await add('confirmation', 'urgent', '2030-01-01T11:05:00Z', 'sent');
    // Two imports, a send each.
    await add('confirmation', 'bulk', '2030-01-01T12:00:00Z', 'sent');
    await add('confirmation', 'bulk', '2030-01-01T12:10:00Z', 'sent');
    // The mail server asked to come again later.
    await add('confirmation', 'urgent', '2030-01-01T11:01:00Z', 'sent', { madeAt: '2030-01-01T10:59:00Z' });
    await add('confirmation', 'bulk', '2030-01-01T14:10:00Z', 'queued', { madeAt: '2030-01-01T12:10:00Z' });
    // Two reminders of one hour, a send each.
    await add('reminder', 'bulk', '2030-01-02T10:00:00Z', 'delivered', { send: '60 minutes before' });
    await add('reminder', 'bulk', '2030-01-02T10:00:00Z', 'delivered', { send: '60 minutes before' });
    await add('reminder', 'bulk', '2030-01-02T10:50:00Z', 'not_sent', { send: '10 minutes before' });
    await add('reminder', 'bulk', '2030-01-02T10:05:00Z', 'queued', { send: '60 minutes before' });
    await add('reminder', 'bulk', '2030-01-02T10:55:00Z', 'delivered', { send: '60 minutes before' });
    // A sample is nobody's mail.
    await app.pool.query(
      `insert into {schema}.team_message (event_id, kind, dedupe_key, priority, status, to_address, due_at, expires_at)
       values ($1, 'reminder', 'sample', 'urgent', 'sent', 'team@example.com', '2030-01-02T10:50:00Z', '2031-01-01Z')`,
      [eventId],
    );
    expect((await report(eventId)).sends).toEqual([
      {
        kind: 'confirmation',
        dueAt: '2030-01-01T10:05:00.000Z',
        counts: { delivered: 1, bounced: 1, sent: 1 },
      },
      { kind: 'confirmation', dueAt: '2030-01-01T11:05:00.000Z', counts: { sent: 1 } },
      { kind: 'confirmation', dueAt: '2030-01-01T12:00:00.000Z', counts: { sent: 1 } },
      { kind: 'confirmation', dueAt: '2030-01-01T12:10:00.000Z', counts: { sent: 1, queued: 1 } },
      { kind: 'reminder', dueAt: '2030-01-02T10:00:00.000Z', counts: { delivered: 3, queued: 1 } },
      { kind: 'reminder', dueAt: '2030-01-02T10:50:00.000Z', counts: { not_sent: 1 } },
    ]);
  });
});
