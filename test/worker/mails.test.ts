import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { openInbox } from '../support/inbox.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

const app = await openApp({
  MAIL_FROM: 'Events <events@sender.example>',
  MAIL_POSTAL_ADDRESS: '1 High Street, London',
});
const inbox = await openInbox();
afterAll(() => inbox.close());
await openWorker(app, inbox.smtpUrl);

/** An address of its own for each test: the inbox may be shared. */
const newAddress = () => `ada.${randomBytes(6).toString('hex')}@example.com`;

async function mailsTo(address: string, kind: string, count = 1) {
  return waitFor(async () => {
    const { messages } = await inbox.mailpit.searchMessages({ query: `to:${address} tag:${kind}` });
    expect(messages).toHaveLength(count);
    // Mailpit writes them down one by one, after the mail.
    for (const { Tags } of messages) expect(Tags).toHaveLength(2);
    return Promise.all(messages.map(({ ID }) => inbox.mailpit.getMessageSummary(ID)));
  });
}

async function register(changes: Record<string, unknown> = {}, eventChanges: Record<string, unknown> = {}) {
  const event = await app.event({ replyTo: 'host@example.com', ...eventChanges });
  const email = newAddress();
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    email,
    firstName: 'Ada',
    ...changes,
  });
  return { event, email, registrant: json, path: `/events/${event.id}/registrants/${json.id}` };
}

describe('the confirmation', () => {
  it('brings the personal link in both parts and a calendar file', async () => {
    const { email, registrant, event } = await register();
    const [mail] = await mailsTo(email, 'confirmation');
    expect(mail?.Subject).toMatch(/^You're in: Designing calm software, /);
    expect(mail?.From).toMatchObject({ Name: 'Events', Address: 'events@sender.example' });
    expect(mail?.ReplyTo).toMatchObject([{ Address: 'host@example.com' }]);
    expect(mail?.Text).toContain(`${registrant.accessLink}\r\n`);
    expect(mail?.HTML).toContain(`href="${registrant.accessLink.replaceAll('&', '&amp;')}"`);
    expect(mail?.HTML).toContain('Hi Ada,');
    expect(mail?.HTML).toContain('1 High Street, London');
    expect(mail?.Tags).toEqual(['confirmation', 'en']);
    expect(mail?.Attachments).toMatchObject([{ FileName: 'event.ics', ContentType: 'text/calendar' }]);
    const file = await inbox.mailpit.getMessageAttachment(mail?.ID ?? '', mail?.Attachments[0]?.PartID ?? '');
    const text = await file.text();
    expect(text).toContain('METHOD:PUBLISH');
    expect(text.replaceAll('\r\n ', '')).toContain(registrant.accessLink);
    expect(event.counts.registrants).toBe(0);
  });

  it('leads into the calendar first, and into the event where it starts within the hour', async () => {
    const first = async (minutes: number) => {
      const startsAt = new Date(Date.now() + minutes * 60_000).toISOString();
      const endsAt = new Date(Date.now() + (minutes + 60) * 60_000).toISOString();
      const { email } = await register({}, { startsAt, endsAt });
      const [mail] = await mailsTo(email, 'confirmation');
      return /\/e\/[^/]+\/([a-z.]+)\?/.exec(mail?.Text ?? '')?.[1];
    };
    expect(await first(30)).toBe('live');
    expect(await first(24 * 60)).toBe('calendar');
  });

  it('carries the headers of the contract', async () => {
    const { email, registrant } = await register();
    const [mail] = await mailsTo(email, 'confirmation');
    const [message] = (await app.api('GET', `/messages?registrantId=${registrant.id}`)).json.items;
    const headers = await inbox.mailpit.getMessageHeaders(mail?.ID);
    expect(mail?.MessageID).toBe(`${message.id}@sender.example`);
    expect(headers['Auto-Submitted']).toEqual(['auto-generated']);
    expect(headers['X-Entity-Ref-Id'] ?? headers['X-Entity-Ref-ID']).toEqual([message.id]);
    expect(headers['X-Tags']).toEqual(['confirmation, en']);
    expect(headers['List-Unsubscribe']).toBeUndefined();
  });

  it('is kept exactly as sent, and its way is told', async () => {
    const { email, registrant, path, event } = await register({ firstName: '<b>"Ünï" & {{accessLink}} 💡' });
    const [mail] = await mailsTo(email, 'confirmation');
    await app.api('PATCH', `/events/${event.id}`, { title: 'Renamed afterwards' });
    const message = await waitFor(async () => {
      const { messages } = (await app.api('GET', path)).json;
      expect(messages).toMatchObject([{ status: 'sent' }]);
      return messages[0];
    });
    expect(message).toMatchObject({ subject: mail?.Subject, attempts: 1, transport: 'smtp', error: null });
    expect(message.events.map((event: { type: string }) => event.type)).toEqual([
      'queued',
      'sending',
      'sent',
    ]);
    const { json: content } = await app.api('GET', `/messages/${message.id}/content`);
    expect(content.subject).toBe(mail?.Subject);
    const lines = (text: string | undefined) => text?.replaceAll('\r\n', '\n').trimEnd();
    expect(lines(mail?.HTML)).toBe(lines(content.html));
    expect(lines(mail?.Text)).toBe(lines(content.text));
    expect((await app.api('GET', path)).json).toMatchObject({
      emailStatus: 'sent',
      emailStatusAt: expect.any(String),
    });
    expect((await app.api('GET', `/events/${event.id}`)).json.counts).toEqual({
      registrants: 1,
      byEmailStatus: { sent: 1 },
    });
    expect(registrant.emailStatus).toBeNull();
  });

  it('speaks the registrant’s language and clock', async () => {
    const { email } = await register(
      { locale: 'fr-CA', timeZone: 'America/Toronto' },
      { startsAt: '2027-01-15T17:00:00Z', endsAt: '2027-01-15T18:00:00Z' },
    );
    const [mail] = await mailsTo(email, 'fr');
    expect(mail?.Text).toContain('vendredi 15 janvier 2027');
    expect(mail?.Text).toMatch(/12\s?h/);
    expect(mail?.Tags).toEqual(['confirmation', 'fr']);
  });
});

describe('the link again', () => {
  it('comes when a team member sends it', async () => {
    const { email, path, registrant } = await register({ sendConfirmation: false });
    const { json } = await app.api('POST', `${path}/resend`);
    const [mail] = await mailsTo(email, 'access_link');
    expect(mail?.MessageID).toBe(`${json.messageId}@sender.example`);
    expect(mail?.Text).toContain(registrant.accessLink);
  });

  it('comes when the registrant asks for it, and to nobody else', async () => {
    const { email, event, registrant } = await register({ sendConfirmation: false });
    const stranger = newAddress();
    await app.form(`/e/${event.slug}/access-link`, { email: stranger });
    await app.form(`/e/${event.slug}/access-link`, { email: email.toUpperCase() });
    const [mail] = await mailsTo(email, 'self_serve_link');
    expect(mail?.Text).toContain(registrant.accessLink);
    const strangers = await inbox.mailpit.searchMessages({ query: `to:${stranger}` });
    expect(strangers.messages).toEqual([]);
    const { rows } = await app.pool.query(
      `select count(*) from {schema}.message where kind = 'self_serve_link' and event_id = $1`,
      [event.id],
    );
    expect(rows[0].count).toBe(1);
  });

  it('goes to the mended address', async () => {
    const { path } = await register({ sendConfirmation: false });
    const mended = newAddress();
    const { json } = await app.api('PATCH', path, { email: mended, resend: true });
    const [mail] = await mailsTo(mended, 'access_link');
    expect(mail?.Text).toContain(json.accessLink);
  });

  it('is not sent after its registrant was removed', async () => {
    const { email, path, registrant } = await register();
    await mailsTo(email, 'confirmation');
    const [message] = (await app.api('GET', `/messages?registrantId=${registrant.id}`)).json.items;
    expect((await app.api('DELETE', path)).status).toBe(204);
    const { status, json } = await app.api('GET', `/messages/${message.id}/content`);
    expect([status, json.detail]).toEqual([410, expect.stringContaining('erased')]);
  });
});
