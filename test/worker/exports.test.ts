import { randomUUID } from 'node:crypto';
import PostalMime from 'postal-mime';
import { afterAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { applyEvents, keepEvents } from '../../src/actions/apply-delivery-events.ts';
import { revokeApiKey } from '../../src/db/api-key.ts';
import { removeTeamMember } from '../../src/db/team-member.ts';
import { MAX_ATTACHED_BYTES } from '../../src/domain/export-limits.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { everyText } from '../support/every-text.ts';
import { exportsOf, HELD_ADDRESS, holdingExports, readCsv, registerBytes } from '../support/exports.ts';
import { openInbox } from '../support/inbox.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { waitFor } from '../support/wait-for.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp();
const exports = exportsOf(app);
const server = await openAnsweringServer();
const delivery = openDelivery(app, server.url);
const another = openDelivery(app, server.url);
const holding = await holdingExports(app);

const deliver = (id: string, by = delivery) => deliverMessages(by, [{ id, jobId: randomUUID() }]);
const message = async (id: string) => (await app.api('GET', `/messages/${id}`)).json;
const newAddress = () => `team.${randomUUID()}@example.com`;

/** The mails that somebody got, read. */
const mailsTo = (address: string) =>
  Promise.all(server.taken.filter(({ to }) => to === address).map(({ source }) => PostalMime.parse(source)));

async function eventWith(people: number, changes: Record<string, unknown> = {}) {
  const event = await app.event(changes);
  await exports.register(
    event.id,
    Array.from({ length: people }, (_, i) => ({ email: `${i}.${randomUUID()}@example.com` })),
  );
  return event;
}

/** An event whose export stops at its last row while a test holds it, far beyond what is sent in one piece. */
async function heldEvent() {
  const event = await app.event();
  await app.pool.query(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
     select $1, case when n = 5000 then $2 else n || '@example.com' end, '', '', 'abcd', now() + n * interval '1 second'
     from generate_series(1, 5000) as n`,
    [event.id, HELD_ADDRESS],
  );
  return event;
}

async function messagesOf(exportId: string): Promise<string[]> {
  const { rows } = await app.pool.query<{ id: string }>(
    `select id from {schema}.team_message where kind = 'registrants_export' and about->'export'->>'id' = $1`,
    [exportId],
  );
  return rows.map(({ id }) => id);
}

describe('in the inbox', async () => {
  const inbox = await openInbox();
  afterAll(() => inbox.close());
  const byInbox = openDelivery(app, inbox.smtpUrl);

  async function mailTo(address: string) {
    const { messages } = await inbox.mailpit.searchMessages({
      query: `to:${address} tag:registrants_export`,
    });
    expect(messages).toHaveLength(1);
    const mail = await inbox.mailpit.getMessageSummary(messages[0]?.ID ?? '');
    const files = await Promise.all(
      mail.Attachments.map(async ({ PartID, FileName, ContentType }) => {
        const file = await inbox.mailpit.getMessageAttachment(mail.ID, PartID);
        return { FileName, ContentType, bytes: Buffer.from(await file.arrayBuffer()) };
      }),
    );
    return { mail, files };
  }

  it.each([
    ['csv', 'text/csv'],
    ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ])('an export as %s is attached, byte for byte what its link would give', async (format, contentType) => {
    const member = await exports.member(newAddress());
    const event = await eventWith(300, { title: 'Calm & quick', slug: `calm-${randomUUID()}` });
    const { json } = await exports.ask(event.id, { format }, member);
    expect(json.status).toBe('queued');
    await exports.make(json.id);
    const made = await exports.get(json.id);
    expect(made).toMatchObject({ status: 'running', rows: 300, attached: true, error: null });
    await deliver(made.messageId, byInbox);
    expect(await exports.get(json.id)).toMatchObject({ status: 'sent', rows: 300, error: null });
    const { mail, files } = await mailTo(member.email);
    const day = app.clock.now.toISOString().slice(0, 10);
    expect(files).toMatchObject([
      { FileName: `${event.slug}-registrants-${day}.${format}`, ContentType: contentType },
    ]);
    expect(files[0]?.bytes).toHaveLength(made.bytes);
    expect(files[0]?.bytes.equals(await exports.bytes(exports.link(json.id)))).toBe(true);
    expect(mail.Subject).toContain('Calm & quick');
    expect(mail.Text).toContain('bundle of credentials');
    expect(mail.HTML).toContain('bundle of credentials');
    expect(mail.Text + mail.HTML).not.toContain('/x/');
  });

  it('stands in no table, before it is mailed, while it is and after', async () => {
    const to = newAddress();
    const event = await eventWith(3);
    const made = await exports.made(event.id, { to, columns: ['email', 'access_key', 'time_zone'] });
    const before = await everyText(app.pool);
    await deliver(made.messageId, byInbox);
    const { files } = await mailTo(to);
    const file = files[0]?.bytes ?? Buffer.from('');
    const [, line = ''] = file.toString().split('\r\n');
    expect(line).toMatch(/^\S+@example\.com,abcd,$/);
    // Bytes stand in a table as hexadecimal, or in base64.
    const traces = [line, ...(['hex', 'base64'] as const).map((as) => file.subarray(0, 45).toString(as))];
    const after = await everyText(app.pool);
    expect(traces.filter((trace) => before.includes(trace) || after.includes(trace))).toEqual([]);
  });

  it('of an event without registrants brings the header', async () => {
    const to = newAddress();
    const event = await eventWith(0);
    const made = await exports.made(event.id, { to, columns: ['email', 'access_link'] });
    await deliver(made.messageId, byInbox);
    const { files } = await mailTo(to);
    expect(files[0]?.bytes.toString()).toBe('\ufeffemail,access_link\r\n');
  });

  it('of a list that is too long for a mail is a link to it, and shows it to nobody else', async () => {
    const to = newAddress();
    const event = await app.event();
    await registerBytes(app, event.id, 8_000_000);
    const made = await exports.made(event.id, { to });
    expect(made).toMatchObject({ rows: 80, attached: false, expiresAt: expect.any(String) });
    expect(made.bytes).toBeGreaterThan(MAX_ATTACHED_BYTES);
    await deliver(made.messageId, byInbox);
    const { mail, files } = await mailTo(to);
    expect(files).toEqual([]);
    const { link } = made;
    expect(mail.Text).toContain(`${link}\r\n`);
    expect(mail.HTML).toContain(`href="${link}"`);
    expect(mail.Text).toContain('bundle of credentials');
    const file = await exports.bytes(link);
    expect(file).toHaveLength(made.bytes);
    expect(file.toString('latin1').split('\r\n')).toHaveLength(82);

    const token = new URL(link).pathname.slice('/x/'.length);
    const { json } = await app.api('GET', `/messages/${made.messageId}/content`);
    expect(json.html).toContain('href="#hidden"');
    expect(json.text).toContain('bundle of credentials');
    expect(JSON.stringify(json)).not.toContain(token);
    expect(JSON.stringify(await message(made.messageId))).not.toContain(token);
    const kept = await everyText(app.pool);
    expect(kept).toContain(made.id);
    expect(kept).not.toContain(token);
  });
});

describe('what is attached', () => {
  it('has 7,000,000 bytes at the most: one more, and it is a link', async () => {
    const event = await app.event();
    // Of a file with this column alone: 7 bytes of header, and a line of its letters, two quotes and a line's end.
    await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, fields)
       select $1, n || '@example.com', '', '', 'abcd',
         jsonb_build_object('f1', repeat('x', case when n = 1 then 1989 else 1996 end))
       from generate_series(1, 3500) as n`,
      [event.id],
    );
    const largest = await exports.made(event.id, { columns: ['fields.f1'] });
    expect(largest).toMatchObject({ bytes: 7_000_000, attached: true });
    await app.pool.query(
      `update {schema}.registrant set fields = '{"f1": "${'x'.repeat(1990)}"}' where event_id = $1 and email = '1@example.com'`,
      [event.id],
    );
    app.clock.advance(61_000);
    const larger = await exports.made(event.id, { columns: ['fields.f1'] });
    expect(larger).toMatchObject({ bytes: 7_000_001, attached: false });
  });

  it('is the data of the moment when it leaves', async () => {
    const to = newAddress();
    const event = await eventWith(1);
    const made = await exports.made(event.id, { to, columns: ['email'] });
    await exports.register(event.id, [{ email: 'late@example.com' }]);
    await deliver(made.messageId);
    const [mail] = await mailsTo(to);
    const content = Buffer.from(mail?.attachments[0]?.content as ArrayBuffer);
    expect(readCsv(content).map(({ email }) => email)).toContain('late@example.com');
  });

  it('has those whom the filter names, as their statuses are when it leaves', async () => {
    const to = newAddress();
    const event = await app.event();
    const people = ['ada', 'bob', 'carol'].map((who) => ({ email: `${who}@example.com` }));
    await exports.register(event.id, people);
    const setStatus = (emails: string[], status: string) =>
      app.pool.query(
        'update {schema}.registrant set email_status = $3, email_status_at = now() where event_id = $1 and email = any($2)',
        [event.id, emails, status],
      );
    await setStatus(['ada@example.com', 'bob@example.com'], 'bounced');
    const made = await exports.made(event.id, {
      ...{ to, columns: ['email', 'email_status'], filter: { emailStatus: ['bounced'], q: 'example.com' } },
    });
    expect(made.rows).toBe(2);
    await setStatus(['ada@example.com'], 'delivered');
    await deliver(made.messageId);
    const [mail] = await mailsTo(to);
    const content = Buffer.from(mail?.attachments[0]?.content as ArrayBuffer);
    expect(readCsv(content)).toEqual([{ email: 'bob@example.com', email_status: 'bounced' }]);
  });
});

describe('whether whoever asked may have it', () => {
  it.each<[string, (member: Awaited<ReturnType<typeof exports.member>>) => Promise<unknown>]>([
    ['the key was revoked', ({ keyId }) => revokeApiKey(app.pool, keyId, app.clock.now)],
    ['the member left', ({ id }) => removeTeamMember(app.pool, id, app.clock.now)],
  ])('is asked again when the job runs: %s, and a mail says why there is none', async (_, leave) => {
    const member = await exports.member();
    const event = await eventWith(1);
    const { id } = (await exports.ask(event.id, {}, member)).json;
    await leave(member);
    await exports.make(id);
    const failed = await exports.get(id);
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringContaining('may no longer have') });
    await deliver(failed.messageId);
    const [mail, ...more] = await mailsTo(member.email);
    expect(more).toEqual([]);
    expect(mail?.subject).toContain('could not be exported');
    expect(mail?.text).toContain('may no longer have it');
    expect(mail?.attachments).toEqual([]);
    expect(await exports.get(id)).toMatchObject({ status: 'failed', rows: 0 });
  });

  it('is asked again when its mail is made: that says why instead of bringing it', async () => {
    const [asking, receiving] = [await exports.member(), await exports.member()];
    const event = await eventWith(1);
    const made = await exports.made(event.id, { to: receiving.email }, asking);
    expect(made.status).toBe('running');
    await removeTeamMember(app.pool, receiving.id, app.clock.now);
    await deliver(made.messageId);
    const [mail] = await mailsTo(receiving.email);
    expect(mail?.subject).toContain('could not be exported');
    expect(mail?.attachments).toEqual([]);
    expect(await exports.get(made.id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('may no longer have'),
    });
    expect((await app.request(made.link)).status).toBe(404);
    const { rows } = await app.pool.query(
      `select detail->>'failure' as failure from {schema}.audit_entry where action = 'export_failed' and detail->>'exportId' = $1`,
      [made.id],
    );
    expect(rows).toEqual([{ failure: 'not_allowed' }]);
  });

  it('is asked again when its mail is tried again: it is not sent', async () => {
    const member = await exports.member();
    const made = await exports.made((await eventWith(1)).id, {}, member);
    server.answers.set(member.email, '451 try again later');
    await deliver(made.messageId);
    server.answers.clear();
    expect(await exports.get(made.id)).toMatchObject({
      status: 'running',
      error: expect.stringContaining('451'),
    });
    await removeTeamMember(app.pool, member.id, app.clock.now);
    app.clock.advance(15_000);
    await deliver(made.messageId);
    expect(await mailsTo(member.email)).toEqual([]);
    expect(await exports.get(made.id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('may no longer have'),
    });
  });
});

describe('withdrawn', () => {
  const withdraw = async (id: string) => expect((await app.api('DELETE', `/exports/${id}`)).status).toBe(204);

  it('before its job runs: nothing is made and nothing is sent', async () => {
    const { id } = (await exports.ask((await eventWith(1)).id)).json;
    await withdraw(id);
    await exports.make(id);
    expect(await exports.get(id)).toMatchObject({
      status: 'failed',
      error: 'It was cancelled before it was ready.',
      messageId: null,
      rows: 0,
    });
    expect(await messagesOf(id)).toEqual([]);
  });

  it('while it is made: nothing is sent', async () => {
    const { id } = (await exports.ask((await heldEvent()).id)).json;
    const letGo = await holding.hold();
    const making = exports.make(id);
    await holding.waiting(making);
    expect((await exports.get(id)).status).toBe('running');
    await withdraw(id);
    await letGo();
    await making;
    expect(await exports.get(id)).toMatchObject({
      status: 'failed',
      error: 'It was cancelled before it was ready.',
    });
    expect(await messagesOf(id)).toEqual([]);
  });

  it('while its mail waits, or waits to be tried again: it is not sent', async () => {
    for (const tried of [false, true]) {
      const to = newAddress();
      const made = await exports.made((await eventWith(1)).id, { to });
      if (tried) {
        server.answers.set(to, '451 try again later');
        await deliver(made.messageId);
        server.answers.clear();
        app.clock.advance(15_000);
      }
      await withdraw(made.id);
      expect(await message(made.messageId)).toMatchObject({
        status: 'not_sent',
        error: 'The export was withdrawn.',
      });
      await deliver(made.messageId);
      expect(await mailsTo(to)).toEqual([]);
      expect(await exports.get(made.id)).toMatchObject({
        status: 'failed',
        error: 'The export was withdrawn.',
      });
    }
  });
});

describe('an export under way', () => {
  it('counts its rows while it runs, and is sent when the mail server took its mail', async () => {
    const event = await heldEvent();
    const { id } = (await exports.ask(event.id)).json;
    expect(await exports.get(id)).toMatchObject({ status: 'queued', rows: 0 });
    let clock = performance.now();
    // Half a second goes by between any two pieces of the file. A key that is used at no other time: its limit counts
    // by the same clock.
    const { key } = await exports.apiKey(null);
    const time = vi.spyOn(performance, 'now').mockImplementation(() => {
      clock += 1_000;
      return clock;
    });
    const letGo = await holding.hold();
    const making = exports.make(id);
    await holding.waiting(making);
    const half = await waitFor(async () => {
      const headers = { authorization: `Bearer ${key}` };
      const { json } = await app.api('GET', `/exports/${id}`, undefined, headers);
      expect(json.rows).toBeGreaterThan(1_000);
      return json;
    });
    time.mockRestore();
    expect(half).toMatchObject({ status: 'running', messageId: null, finishedAt: null });
    expect(half.rows).toBeLessThan(5_000);
    expect(half.bytes).toBeGreaterThan(half.rows * 50);
    await letGo();
    await making;
    const made = await exports.get(id);
    expect(made).toMatchObject({ status: 'running', rows: 5_000, finishedAt: app.clock.now.toISOString() });
    await deliver(made.messageId);
    expect((await exports.get(id)).status).toBe('sent');
  });

  it('whose mail comes back has failed, with what the mail server said', async () => {
    const to = newAddress();
    const made = await exports.made((await eventWith(1)).id, { to });
    server.answers.set(to, '550 5.1.1 no such user');
    await deliver(made.messageId);
    server.answers.clear();
    expect(await exports.get(made.id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('no such user'),
    });
  });

  it('whose database connection dies starts again, from the start, and is mailed once', async () => {
    const to = newAddress();
    const { id } = (await exports.ask((await heldEvent()).id, { to })).json;
    const letGo = await holding.hold();
    const making = exports.make(id);
    const pid = await holding.waiting(making);
    await app.pool.query('select pg_terminate_backend($1)', [pid]);
    await expect(making).rejects.toThrow();
    expect(await exports.get(id)).toMatchObject({ status: 'running', messageId: null });
    await letGo();
    await exports.make(id);
    const made = await exports.get(id);
    expect(made).toMatchObject({ rows: 5_000 });
    // The job that came again after all was done.
    await exports.make(id);
    for (const messageId of await messagesOf(id)) await deliver(messageId);
    expect(await mailsTo(to)).toHaveLength(1);
  });

  it('whose worker is told to stop is left to the next one', async () => {
    const { id } = (await exports.ask((await heldEvent()).id)).json;
    const letGo = await holding.hold();
    const stopping = new AbortController();
    const making = exports.make(id, stopping.signal);
    await holding.waiting(making);
    stopping.abort(new Error('The worker stops.'));
    await letGo();
    await expect(making).rejects.toThrow('The worker stops.');
    expect((await exports.get(id)).status).toBe('running');
    await exports.make(id);
    expect((await exports.get(id)).rows).toBe(5_000);
    expect(await messagesOf(id)).toHaveLength(1);
  });

  it('at two workers at once is mailed once', async () => {
    const to = newAddress();
    const { id } = (await exports.ask((await heldEvent()).id, { to })).json;
    const letGo = await holding.hold();
    const making = [exports.make(id), exports.make(id)];
    await holding.waiting(...making);
    await letGo();
    await Promise.all(making);
    const [messageId, ...others] = await messagesOf(id);
    expect(others).toEqual([]);
    await Promise.all([deliver(messageId ?? ''), deliver(messageId ?? '', another)]);
    expect(await mailsTo(to)).toHaveLength(1);
    const { rows } = await app.pool.query(
      `select from {schema}.audit_entry where action = 'export_made' and detail->>'exportId' = $1`,
      [id],
    );
    expect(rows).toHaveLength(1);
  });

  it('that fails five times for no known reason is given up, and a mail says so', async () => {
    const to = newAddress();
    const { id } = (await exports.ask((await eventWith(2)).id, { to })).json;
    const rename = (from: string, name: string) =>
      app.pool.query(`alter function {schema}.${from}(text) rename to ${name}`);
    await rename('encode_uri_component', 'encode_uri_component_mislaid');
    for (let i = 1; i <= 4; i++) await expect(exports.make(id)).rejects.toThrow('encode_uri_component');
    expect(await exports.get(id)).toMatchObject({ status: 'running', error: null });
    await exports.make(id);
    await rename('encode_uri_component_mislaid', 'encode_uri_component');
    const failed = await exports.get(id);
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringContaining('on our side') });
    await deliver(failed.messageId);
    const [mail] = await mailsTo(to);
    expect(mail?.text).toContain('Something on our side kept failing');
    await exports.make(id);
    expect(await messagesOf(id)).toHaveLength(1);
  });

  it('with more fields than a file has columns has all of them: the last ones share a column', async () => {
    const event = await eventWith(1);
    await app.pool.query(
      `update {schema}.registrant set fields = (
         select jsonb_object_agg('field ' || lpad(n::text, 4, '0'), 'value ' || n) from generate_series(1, 1700) as n
       ) where event_id = $1`,
      [event.id],
    );
    await app.pool.query(
      `insert into {schema}.event_field (event_id, name)
       select $1, 'field ' || lpad(n::text, 4, '0') from generate_series(1, 1700) as n`,
      [event.id],
    );
    const made = await exports.made(event.id);
    expect(made).toMatchObject({ rows: 1, error: null });
    const [row = {}] = readCsv(await exports.bytes(made.link));
    const header = Object.keys(row);
    expect(header.length).toBeLessThanOrEqual(1_600);
    const further = JSON.parse(row.further_fields ?? '');
    const own = header.filter((name) => /^field \d/.test(name));
    expect(own.length + Object.keys(further).length).toBe(1_700);
    expect(further['field 1700']).toBe('value 1700');
    expect(row['field 0001']).toBe('value 1');
  });
});

describe('a mail to the team', () => {
  const tell = async (messageId: string, type: string, detail: Record<string, string> = {}) => {
    const context = { pool: app.pool, now: app.clock.now, ownAddresses: [] };
    const about = { messageId, providerMessageId: null, detail };
    const told = {
      source: 'resend',
      sourceId: randomUUID(),
      type,
      ...about,
      occurredAt: app.clock.now,
    } as const;
    return applyEvents(context, await keepEvents(context, [told]));
  };
  let email: string;
  let eventId: string;
  let path: string;

  /** Somebody of the team who is registered for the event, too. */
  beforeEach(async () => {
    email = newAddress();
    const event = await app.event();
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
      email,
      sendConfirmation: false,
    });
    path = `/events/${event.id}/registrants/${json.id}`;
    eventId = event.id;
  });
  const registrant = async () => (await app.api('GET', path)).json;
  const suppressions = async () => (await app.api('GET', `/suppressions?email=${email}`)).json.items;

  it('says nothing about a registrant with the same address, whatever becomes of it', async () => {
    const made = await exports.made(eventId, { to: email });
    await deliver(made.messageId);
    for (const fact of ['delivered', 'opened', 'deferred', 'soft_bounced']) {
      expect(await tell(made.messageId, fact)).toBe(1);
      expect(await registrant()).toMatchObject({ emailStatus: null, messages: [] });
    }
    expect(await message(made.messageId)).toMatchObject({ status: 'opened', registrantId: null });
    expect((await exports.get(made.id)).status).toBe('sent');
    expect(await suppressions()).toEqual([]);
  });

  it('that came back for good stops the address: the next export is not sent, and says why', async () => {
    const made = await exports.made(eventId, { to: email });
    await deliver(made.messageId);
    await tell(made.messageId, 'bounced', { diagnostic: '550 5.1.1 no such user' });
    expect(await exports.get(made.id)).toMatchObject({ status: 'failed', error: '550 5.1.1 no such user' });
    expect(await suppressions()).toMatchObject([
      { scope: 'all', reason: 'bounced', messageId: made.messageId },
    ]);
    expect((await registrant()).emailStatus).toBeNull();
    app.clock.advance(61_000);
    const next = await exports.made(eventId, { to: email });
    await deliver(next.messageId);
    expect(await exports.get(next.id)).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('permanently rejects mail'),
    });
    expect(await mailsTo(email)).toHaveLength(1);
  });

  it('that the mail server refuses for good stops the address as well, and leaves the registrant alone', async () => {
    const made = await exports.made(eventId, { to: email });
    server.answers.set(email, '550 5.1.1 no such user');
    await deliver(made.messageId);
    server.answers.clear();
    expect(await suppressions()).toMatchObject([{ scope: 'all', reason: 'bounced' }]);
    expect((await registrant()).emailStatus).toBeNull();
  });
});
