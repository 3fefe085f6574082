import { randomBytes } from 'node:crypto';
import { afterAll, describe, expect, it } from 'vitest';
import { sendSample } from '../../src/actions/sample.ts';
import { transaction } from '../../src/db/pool.ts';
import { CUSTOMISABLE_KINDS, type CustomisableKind } from '../../src/domain/kinds.ts';
import { openApp } from '../support/app.ts';
import { openInbox } from '../support/inbox.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

const app = await openApp({ MAIL_FROM: 'Events <events@sender.example>' });
const inbox = await openInbox();
afterAll(() => inbox.close());
await openWorker(app, inbox.smtpUrl);

const OURS = { subject: null, introduction: null, signature: null };
const newAddress = () => `grace.${randomBytes(6).toString('hex')}@team.example`;

async function send(
  eventId: string,
  member: { readonly id: string },
  sample: Partial<Parameters<typeof sendSample>[2]> = {},
): Promise<string> {
  const { pool, boss, clock } = app;
  return transaction(pool, (db) =>
    sendSample(
      { db, boss, now: clock.now, actor: `team_member:${member.id}`, memberId: member.id },
      eventId,
      { kind: 'confirmation', language: 'en', words: OURS, ...sample },
    ),
  );
}

function mailTo(address: string) {
  return waitFor(async () => {
    const { messages } = await inbox.mailpit.searchMessages({ query: `to:${address}` });
    const [found] = messages;
    // Mailpit writes tags down one by one, after the mail.
    if (found?.Tags.length !== 2) throw new Error('not yet');
    return inbox.mailpit.getMessageSummary(found.ID);
  });
}

describe('a sample', () => {
  it.each(CUSTOMISABLE_KINDS)(
    'of %s arrives at the member who asks, as a registrant would get it',
    async (kind: CustomisableKind) => {
      const event = await app.event({ hostName: 'Maya Lindqvist' });
      const member = await signIn(app, { email: newAddress() });
      await send(event.id, member, { kind });
      const mail = await mailTo(member.email);
      expect(mail.Tags).toEqual([kind, 'en'].sort());
      expect(mail.Subject).toContain('Designing calm software');
      expect(mail.Text).toContain('Hi Ada,');
      expect(`${mail.Subject}${mail.HTML}${mail.Text}`).not.toMatch(/\{\{|undefined|NaN|\[object/);
    },
  );

  it('says the words that were typed, in the language that was chosen, saved or not', async () => {
    const event = await app.event();
    const member = await signIn(app, { email: newAddress() });
    const words = { ...OURS, subject: 'Bald: {{eventTitle}}', introduction: 'Guten Tag {{lastName}}.' };
    await send(event.id, member, { words, language: 'de' });
    const mail = await mailTo(member.email);
    expect(mail.Subject).toBe('Bald: Designing calm software');
    expect(mail.Text).toContain('Guten Tag Lovelace.');
    expect(mail.Tags).toEqual(['confirmation', 'de']);
    expect((await app.api('GET', `/events/${event.id}/words`)).json.items).toEqual([]);
  });

  it('holds links that open nothing, and stop nobody’s reminders', async () => {
    const event = await app.event();
    const { json: ada } = await app.api('POST', `/events/${event.id}/registrants`, {
      ...{ email: 'ada@example.com', firstName: 'Ada', sendConfirmation: false },
    });
    const member = await signIn(app, { email: newAddress() });
    await send(event.id, member, { kind: 'reminder' });
    const mail = await mailTo(member.email);
    expect(mail.Text).not.toContain(ada.accessKey);
    const link = (part: string) => new URL(new RegExp(`https://\\S+${part}\\S+`).exec(mail.Text)?.[0] ?? '');
    const path = ({ pathname, search }: URL) => pathname + search;
    expect((await app.request(path(link('/live')))).status).toBe(403);
    expect((await app.request(path(link('/u/')))).status).toBe(404);
    expect((await app.form(path(link('/u/')), {})).status).toBe(404);
  });

  it('counts nowhere, and changes nobody’s status, even of a registrant with the member’s address', async () => {
    const event = await app.event();
    const member = await signIn(app, { email: newAddress() });
    const { json: registrant } = await app.api('POST', `/events/${event.id}/registrants`, {
      ...{ email: member.email, firstName: 'Grace', sendConfirmation: false },
    });
    const id = await send(event.id, member, { kind: 'access_link' });
    await mailTo(member.email);
    await waitFor(async () => {
      expect((await app.api('GET', `/messages/${id}`)).json).toMatchObject({
        ...{ status: 'sent', kind: 'access_link', registrantId: null, to: member.email },
      });
    });
    const { emailStatus, messages } = (
      await app.api('GET', `/events/${event.id}/registrants/${registrant.id}`)
    ).json;
    expect([emailStatus, messages]).toEqual([null, []]);
    expect((await app.api('GET', `/events/${event.id}`)).json.counts).toEqual({
      registrants: 1,
      byEmailStatus: {},
    });
    const page = (await member.get(`/team/events/${event.id}/mails`)).text;
    expect(page).not.toContain('1 sent');
    const { rows } = await app.pool.query(
      `select actor, action, detail from {schema}.audit_entry where event_id = $1`,
      [event.id],
    );
    expect(rows).toContainEqual({
      ...{ actor: `team_member:${member.id}`, action: 'sample_sent', detail: { kind: 'access_link' } },
    });
  });

  it('comes after its member stopped the reminders of the event: they asked for it', async () => {
    const event = await app.event();
    const member = await signIn(app, { email: newAddress() });
    await app.pool.query(
      `insert into {schema}.suppression (address_hash, address, scope, event_id, reason, created_at)
       values ({schema}.address_hash($1), $1, 'reminders', $2, 'unsubscribed', now())`,
      [member.email, event.id],
    );
    await send(event.id, member, { kind: 'reminder' });
    expect((await mailTo(member.email)).Tags).toEqual(['en', 'reminder']);
  });

  it('is for members only', async () => {
    const event = await app.event();
    await expect(send(event.id, { id: '0192f3a4-5b6c-7d8e-9f00-112233445566' })).rejects.toMatchObject({
      code: 'forbidden',
    });
  });
});
