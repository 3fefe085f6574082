import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { reminderCatchUp } from '../../worker/maintenance/reminder-catch-up.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { openInbox } from '../support/inbox.ts';
import { waitFor } from '../support/wait-for.ts';
import { openDelivery, openWorker } from '../support/worker.ts';

const app = await openApp({ MAIL_FROM: 'Events <events@sender.example>' });
const inbox = await openInbox();
afterAll(() => inbox.close());
await openWorker(app, inbox.smtpUrl);
const worker = openDelivery(app, inbox.smtpUrl);
const HOUR = 3_600_000;
const at = (hours: number) => new Date(app.clock.now.getTime() + hours * HOUR).toISOString();

async function mailTo(address: string, kind: string) {
  return waitFor(async () => {
    const { messages } = await inbox.mailpit.searchMessages({ query: `to:${address} tag:${kind}` });
    expect(messages).toHaveLength(1);
    const id = messages[0]?.ID ?? '';
    const mail = await inbox.mailpit.getMessageSummary(id);
    return { ...mail, headers: await inbox.mailpit.getMessageHeaders(id) };
  });
}

type Mail = Awaited<ReturnType<typeof mailTo>>;

async function calendarOf(mail: Mail): Promise<string> {
  const file = await inbox.mailpit.getMessageAttachment(mail.ID, mail.Attachments[0]?.PartID ?? '');
  return (await file.text()).replaceAll('\r\n ', '');
}

async function registered(eventChanges: Record<string, unknown> = {}, person: Record<string, unknown> = {}) {
  const event = await app.event({
    startsAt: '2027-01-15T17:00:00Z',
    endsAt: '2027-01-15T18:00:00Z',
    replyTo: 'host@example.com',
    ...eventChanges,
  });
  const email = `ada.${randomBytes(6).toString('hex')}@example.com`;
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    email,
    firstName: 'Ada',
    timeZone: 'America/New_York',
    sendConfirmation: false,
    ...person,
  });
  return { event, email, registrant: json, path: `/events/${event.id}` };
}

describe('a reminder', () => {
  it('says how long it is until the start, brings the link, and can be stopped with one click', async () => {
    const { email, registrant } = await registered({ startsAt: at(24.5), endsAt: at(25.5) });
    app.clock.advance(0.5 * HOUR);
    await runService(worker, reminderCatchUp);
    const mail = await mailTo(email, 'reminder');
    expect(mail.Subject).toMatch(/^Starts tomorrow at \d\d:\d\d: Designing calm software$/);
    expect(mail.Text).toContain(`${registrant.accessLink}\r\n`);
    const [header] = mail.headers['List-Unsubscribe'] ?? [];
    const link = /^<(https:\/\/events\.example\.test\/u\/[\w-]{43})>$/.exec(header ?? '')?.[1] ?? '';
    expect(mail.headers['List-Unsubscribe-Post']).toEqual(['List-Unsubscribe=One-Click']);
    expect(mail.Text).toContain(link);
    expect(mail.HTML).toContain(`href="${link}"`);
    const stopped = await app.request(link, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: 'List-Unsubscribe=One-Click',
    });
    expect(stopped.text).toContain('You are unsubscribed');
  });

  it('that leaves late does not promise more time than is left', async () => {
    const { email } = await registered({ startsAt: at(2), endsAt: at(3) });
    app.clock.advance(1.5 * HOUR);
    await runService(worker, reminderCatchUp);
    expect((await mailTo(email, 'reminder')).Subject).toBe('Starts in 30 minutes: Designing calm software');
  });
});

describe('new times', () => {
  it('old and new in the registrant’s zone, the event’s clock beside them, the calendar entry raised', async () => {
    const { email, path, registrant } = await registered();
    await app.api('PATCH', path, {
      startsAt: '2027-03-16T17:00:00Z',
      endsAt: '2027-03-16T18:00:00Z',
      notify: true,
    });
    const mail = await mailTo(email, 'event_updated');
    expect(mail.Subject).toBe('New time: Designing calm software, Tue 16 Mar, 13:00');
    // In March New York has changed its clocks, and Paris has not.
    expect(mail.Text).toMatch(/15 January 2027.*12:00/);
    expect(mail.Text).toMatch(/16 March 2027.*13:00/);
    expect(mail.Text).toContain('18:00');
    expect(mail.headers['List-Unsubscribe']).toBeUndefined();
    const calendar = await calendarOf(mail);
    expect(calendar).toContain('SEQUENCE:1');
    expect(calendar).toContain('METHOD:PUBLISH');
    expect(calendar).toContain('DTSTART:20270316T170000Z');
    expect(calendar).toContain(`UID:${registrant.id}`);
  });

  it('on the other side of the date line it is another day', async () => {
    const { email, path } = await registered({}, { timeZone: 'Pacific/Auckland' });
    await app.api('PATCH', path, {
      startsAt: '2027-01-16T17:30:00Z',
      endsAt: '2027-01-16T18:00:00Z',
      notify: true,
    });
    const mail = await mailTo(email, 'event_updated');
    expect(mail.Text).toMatch(/16 January 2027.*0?6:00/);
    expect(mail.Text).toMatch(/17 January 2027.*0?6:30/);
  });
});

describe('a cancellation', () => {
  it('says so, takes the entry out of the calendar, and leads nowhere', async () => {
    const { email, path, registrant, event } = await registered();
    await app.api('POST', `${path}/cancel`, { notify: true });
    const mail = await mailTo(email, 'event_cancelled');
    expect(mail.Subject).toBe('Cancelled: Designing calm software');
    expect(mail.HTML).not.toContain('/live?');
    expect(mail.Text).not.toContain('/live?');
    const calendar = await calendarOf(mail);
    expect(calendar).toContain('METHOD:CANCEL');
    expect(calendar).toContain('STATUS:CANCELLED');
    expect(calendar).toContain('SEQUENCE:1');
    const page = await app.request(registrant.accessLink);
    expect(page.status).toBe(200);
    expect(page.text).toContain('This event was cancelled');
    const file = await app.request(registrant.accessLink.replace('/live?', '/calendar.ics?'));
    expect(file.text).toContain('METHOD:CANCEL');
    expect(event.cancelledAt).toBeNull();
  });
});
