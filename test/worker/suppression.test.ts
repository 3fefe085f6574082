import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { applyEvents, keepEvents } from '../../src/actions/apply-delivery-events.ts';
import { MAIL_KINDS } from '../../src/domain/kinds.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { type SentMail, sentAgain, sentMail } from '../support/sent-mail.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const server = await openAnsweringServer();
const delivery = openDelivery(app, server.url);

async function tell(
  { messageId }: SentMail,
  type: string,
  detail: Record<string, string> = {},
): Promise<void> {
  const context = { pool: app.pool, now: app.clock.now, ownAddresses: [] };
  const event = {
    source: 'resend',
    sourceId: randomUUID(),
    type,
    messageId,
    providerMessageId: null,
  } as const;
  await applyEvents(context, await keepEvents(context, [{ ...event, occurredAt: app.clock.now, detail }]));
}

const deliver = (id: string) => deliverMessages(delivery, [{ id, jobId: randomUUID() }]);
const resend = async ({ path }: SentMail): Promise<string> => {
  app.clock.advance(61_000);
  return (await app.api('POST', `${path}/resend`)).json.messageId;
};
const message = async (id: string) => (await app.api('GET', `/messages/${id}`)).json;
const list = async (email: string) =>
  (await app.api('GET', `/suppressions?email=${encodeURIComponent(email)}`)).json.items;

describe('an address that was refused for good', () => {
  it('gets nothing more; mended, its link goes out at once', async () => {
    const mail = await sentMail(app, { email: `ada.${randomUUID()}@gmial.com` });
    await tell(mail, 'bounced', { diagnostic: '550 5.1.1 no such user' });
    expect(await list(mail.email)).toMatchObject([
      { email: mail.email, scope: 'all', reason: 'bounced', detail: '550 5.1.1 no such user', eventId: null },
    ]);
    const id = await resend(mail);
    await deliver(id);
    expect(await message(id)).toMatchObject({
      status: 'dropped',
      attempts: 0,
      error: expect.stringContaining('permanently rejects mail'),
    });
    const seen = await mail.registrant();
    expect(seen).toMatchObject({ emailStatus: 'bounced', suppressions: [{ reason: 'bounced' }] });

    expect(seen.suggestedEmail).toBe(mail.email.replace('gmial', 'gmail'));
    const changed = await app.api('PATCH', mail.path, { email: seen.suggestedEmail, resend: true });
    expect(changed.json).toMatchObject({ email: seen.suggestedEmail, emailStatus: null });
    const after = await mail.registrant();
    expect(after).toMatchObject({ suggestedEmail: null, suppressions: [] });
    await deliver(after.messages[0].id);
    expect(server.taken.filter(({ to }) => to === seen.suggestedEmail)).toHaveLength(1);
    expect((await mail.registrant()).emailStatus).toBe('sent');
    const { rows } = await app.pool.query(
      `select * from {schema}.audit_entry where registrant_id = $1 and action = 'address_mended'`,
      [mail.registrantId],
    );
    expect(rows).toMatchObject([{ action: 'address_mended', detail: { from: 'bounced', resent: 'true' } }]);
    expect(JSON.stringify(rows)).not.toContain('@');
  });

  it('is refused by the mail server itself: the same', async () => {
    const event = await app.event();
    const email = `${randomUUID()}@example.com`;
    server.answers.set(email, '550 5.1.1 no such user');
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email });
    const path = `/events/${event.id}/registrants/${json.id}`;
    const [{ id }] = (await app.api('GET', path)).json.messages;
    await deliver(id);
    expect(await message(id)).toMatchObject({ status: 'bounced' });
    expect(await list(email)).toMatchObject([{ reason: 'bounced', messageId: id }]);
    server.answers.delete(email);
    const again = await resend({ path } as SentMail);
    await deliver(again);
    expect((await message(again)).status).toBe('dropped');
  });

  it('is skipped, and said to be, when links go out to many', async () => {
    const mail = await sentMail(app);
    const other = await sentMail(app, { eventId: mail.eventId });
    await tell(mail, 'bounced');
    app.clock.advance(61_000);
    const body = { registrantIds: [mail.registrantId, other.registrantId] };
    for (const dryRun of [true, false])
      expect((await app.api('POST', `/events/${mail.eventId}/resend`, { ...body, dryRun })).json).toEqual({
        queued: 1,
        skipped: [{ reason: 'suppressed', count: 1 }],
      });
    expect(
      (await app.api('POST', `/events/${mail.eventId}/resend`, { emailStatus: ['bounced'], dryRun: true }))
        .json,
    ).toEqual({ queued: 0, skipped: [{ reason: 'suppressed', count: 1 }] });
  });

  it('lifted by hand it gets mail again, and who lifted it is kept', async () => {
    const mail = await sentMail(app);
    await tell(mail, 'bounced');
    const path = `/suppressions/${encodeURIComponent(mail.email.toUpperCase())}`;
    expect((await app.api('DELETE', path)).status).toBe(204);
    expect((await app.api('DELETE', path)).status).toBe(404);
    expect(await list(mail.email)).toEqual([]);
    const id = await resend(mail);
    await deliver(id);
    expect((await message(id)).status).toBe('sent');
    // The same bounce, told by another way, does not bring it back; another mail's would.
    await tell(mail, 'bounced');
    expect(await list(mail.email)).toEqual([]);
    const { rows } = await app.pool.query(
      'select lifted_at, lifted_by from {schema}.suppression where message_id = $1',
      [mail.messageId],
    );
    expect(rows).toMatchObject([{ lifted_by: expect.stringMatching(/^api_key:/) }]);
  });

  it('stays protected when its registrant is erased, and is named nowhere', async () => {
    const mail = await sentMail(app);
    await tell(mail, 'bounced', { diagnostic: `550 ${mail.email} unknown` });
    await app.api('DELETE', mail.path);
    expect(await list(mail.email)).toEqual([]);
    const { rows } = await app.pool.query('select * from {schema}.suppression where message_id = $1', [
      mail.messageId,
    ]);
    expect(rows).toHaveLength(1);
    expect(JSON.stringify(rows)).not.toContain(mail.email);
    const again = await sentMail(app, { email: mail.email }, { status: 'queued', status_rank: 0 });
    await deliver(again.messageId);
    expect((await again.message()).status).toBe('dropped');
  });
});

describe('a complaint', () => {
  it('stops what was not asked for, and no link that was', async () => {
    const mail = await sentMail(app);
    await tell(mail, 'complained');
    expect(await list(mail.email)).toMatchObject([{ scope: 'unrequested', reason: 'complained' }]);
    const id = await resend(mail);
    await deliver(id);
    expect((await message(id)).status).toBe('sent');
    for (const kind of ['reminder', 'event_updated', 'event_cancelled'] as const)
      expect(MAIL_KINDS[kind].stoppedBy).toContain('unrequested');
    for (const kind of ['confirmation', 'access_link', 'self_serve_link', 'new_key', 'sign_in'] as const)
      expect(MAIL_KINDS[kind].stoppedBy).toEqual(['all']);
  });
});

describe('mails that come back for now', () => {
  it('five in a row without a delivery stop the address, over all its events', async () => {
    const first = await sentMail(app);
    const other = await sentMail(app, { email: first.email });
    const mails = [first, other, await sentAgain(app, first), await sentAgain(app, other)];
    for (const mail of mails) await tell(mail, 'soft_bounced', { diagnostic: '452 4.2.2 mailbox full' });
    expect(await list(first.email)).toEqual([]);
    expect((await first.registrant()).emailStatus).toBe('deferred');
    await tell(await sentAgain(app, first), 'soft_bounced');
    expect(await list(first.email)).toMatchObject([{ scope: 'all', reason: 'soft_bounces' }]);
  });

  it('a delivery between begins the count anew', async () => {
    const first = await sentMail(app);
    for (let i = 0; i < 4; i++) await tell(await sentAgain(app, first), 'soft_bounced');
    await tell(await sentAgain(app, first), 'delivered');
    for (let i = 0; i < 4; i++) await tell(await sentAgain(app, first), 'soft_bounced');
    expect(await list(first.email)).toEqual([]);
  });
});

describe('the list', () => {
  it('pages, newest first', async () => {
    const mails = [await sentMail(app), await sentMail(app), await sentMail(app)];
    for (const mail of mails) {
      app.clock.advance(1_000);
      await tell(mail, 'bounced');
    }
    const page = (await app.api('GET', '/suppressions?limit=2')).json;
    expect(page.items.map(({ email }: { email: string }) => email)).toEqual([
      mails[2]?.email,
      mails[1]?.email,
    ]);
    const next = (await app.api('GET', `/suppressions?limit=1&cursor=${page.nextCursor}`)).json;
    expect(next.items[0].email).toBe(mails[0]?.email);
    expect((await app.api('GET', '/suppressions?cursor=nonsense')).status).toBe(422);
  });
});
