import { afterAll, describe, expect, it } from 'vitest';
import { continueFanOut, continueScheduled } from '../../src/actions/fan-out.ts';
import { transaction } from '../../src/db/pool.ts';
import { deliver, fanOut, releaseScheduled } from '../../src/queue/jobs.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openInbox } from '../support/inbox.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openDelivery } from '../support/worker.ts';

const app = await openApp({ MAIL_FROM: 'Events <events@sender.example>' });
const inbox = await openInbox();
afterAll(() => inbox.close());
const worker = openDelivery(app, inbox.smtpUrl);
const HOUR = 3_600_000;
const at = (hours: number) => new Date(app.clock.now.getTime() + hours * HOUR).toISOString();
const TEXT = {
  subject: 'The slides for {{firstName}}',
  text: 'Dear {{firstName}},\n\n- one\n- two\n\nAll of it: https://studio.example/slides?a=1&b=2 and more.',
};

async function eventWith(locales: readonly string[], changes: Record<string, unknown> = {}) {
  const { id } = await app.event({ startsAt: at(48), endsAt: at(49), reminderMinutes: [], ...changes });
  const people = [];
  for (const locale of locales) people.push(await register(id, locale));
  return { id: id as string, people, path: `/events/${id}/announcements` };
}

async function register(eventId: string, locale: string) {
  const email = `${crypto.randomUUID()}@example.com`;
  const body = { email, firstName: 'Ada', locale, sendConfirmation: false };
  const { json } = await app.api('POST', `/events/${eventId}/registrants`, body);
  return json as { id: string; email: string; accessLink: string };
}

/** Takes the jobs whose time has come, as workers do, until none is left; `most` mails at the most. */
async function work(most = Number.POSITIVE_INFINITY, context = worker): Promise<void> {
  for (let left = most; left > 0; ) {
    const { rows } = await app.pool.query<{ id: string; name: string; data: object }>(
      `delete from {jobs}.job where id = (
         select id from {jobs}.job where name = any($1) and state = 'created' and start_after <= greatest($2, now()) limit 1
       ) returning id, name, data`,
      [[deliver.bulk.name, deliver.urgent.name, fanOut.name, releaseScheduled.name], app.clock.now],
    );
    const [job] = rows;
    if (!job) return;
    const action = { boss: app.boss, now: app.clock.now };
    if (job.name === fanOut.name)
      await transaction(app.pool, (db) =>
        continueFanOut({ ...action, db }, fanOut.payload.parse(job.data), job.id),
      );
    else if (job.name === releaseScheduled.name)
      await transaction(app.pool, (db) =>
        continueScheduled({ ...action, db }, releaseScheduled.payload.parse(job.data)),
      );
    else {
      const { messageIds } = deliver.bulk.payload.parse(job.data);
      const taken = messageIds.slice(0, left);
      left -= taken.length;
      await deliverMessages(
        context,
        taken.map((id) => ({ id, jobId: job.id })),
      );
      const rest = messageIds.slice(taken.length);
      if (rest.length > 0) await app.boss.send(deliver.bulk.name, { messageIds: rest });
    }
  }
}

async function mailTo(email: string) {
  const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email}` });
  expect(messages).toHaveLength(1);
  const id = messages[0]?.ID ?? '';
  const mail = await inbox.mailpit.getMessageSummary(id);
  return { ...mail, headers: await inbox.mailpit.getMessageHeaders(id) };
}

const statusesOf = async (eventId: string) =>
  (
    await app.pool.query<{ status: string; error: string | null }>(
      `select status, error from {schema}.message where event_id = $1 and kind = 'announcement' order by registrant_id`,
      [eventId],
    )
  ).rows;

const unsubscribe = (link: string) =>
  app.request(link, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  });

describe('an announcement', () => {
  it('arrives in both parts with its links, the way in and the way to stop such mails', async () => {
    const { people, path, id } = await eventWith(['en']);
    const { json } = await app.api('POST', path, TEXT);
    await work();
    const mail = await mailTo(people[0]?.email ?? '');
    expect(mail.Subject).toBe('The slides for Ada');
    expect(mail.Text.replaceAll('\r\n', '\n')).toMatch(
      /^Dear Ada,\n\n- one\n- two\n\nAll of it: https:\/\/studio.example\/slides\?a=1&b=2\nand more\.\n/,
    );
    expect(mail.HTML).toContain('href="https://studio.example/slides?a=1&amp;b=2"');
    expect(mail.Text).toContain(people[0]?.accessLink);
    const [header] = mail.headers['List-Unsubscribe'] ?? [];
    const link = /^<(.+)>$/.exec(header ?? '')?.[1] ?? '';
    expect(mail.headers['List-Unsubscribe-Post']).toEqual(['List-Unsubscribe=One-Click']);
    expect(mail.HTML).toContain(`href="${link}"`);
    expect((await app.api('GET', `${path}/${json.id}`)).json).toMatchObject({
      ...{ state: 'sent', counts: { sent: 1 } },
    });
    const { items } = (await app.api('GET', `/messages?registrantId=${people[0]?.id}`)).json;
    const content = await app.api('GET', `/messages/${items[0].id}/content`);
    expect(content.json.subject).toBe('The slides for Ada');
    // Unsubscribed, the same person gets no further one; and this one's neighbour does.
    await unsubscribe(link);
    const neighbour = await register(id, 'en');
    const again = await app.api('POST', path, { ...TEXT, subject: 'More' });
    expect(again.json).toMatchObject({ queued: 1, skipped: [{ reason: 'suppressed', count: 1 }] });
    await work();
    expect((await mailTo(neighbour.email)).Subject).toBe('More');
  });

  it('says to each what there is in their language', async () => {
    const { people, path } = await eventWith(['fr-CA', 'ja', 'ar', 'en'], { locale: 'en' });
    const text = (word: string) => ({ subject: word, text: `${word} {{date}}` });
    await app.api('POST', path, {
      ...text('Others'),
      texts: { fr: text('Bonjour'), ar: text('مرحبًا') },
    });
    await work();
    const subjects = await Promise.all(people.map(async ({ email }) => (await mailTo(email)).Subject));
    expect(subjects).toEqual(['Bonjour', 'Others', 'مرحبًا', 'Others']);
    // The frame is in the person's language, whatever the text is in.
    const [fr, ja] = await Promise.all(people.map(({ email }) => mailTo(email)));
    expect(fr?.Text).toMatch(/Bonjour .*2026|Bonjour .*20\d\d/);
    expect(ja?.HTML).toContain('lang="ja"');
    expect(ja?.Text).toContain('配信を停止する');
  });

  it('cancelled while half of it is sent, leaves the rest', async () => {
    const { id, path } = await eventWith(['en', 'en', 'en', 'en', 'en', 'en']);
    const { json } = await app.api('POST', path, TEXT);
    await work(3);
    const cancelled = await app.api('POST', `${path}/${json.id}/cancel`);
    expect(cancelled.json).toMatchObject({ state: 'cancelled', counts: { sent: 3, not_sent: 3 } });
    await work();
    const statuses = await statusesOf(id);
    expect(statuses.filter(({ status }) => status === 'sent')).toHaveLength(3);
    expect(statuses.filter(({ error }) => error === 'The announcement was cancelled.')).toHaveLength(3);
    // Another one is not touched by it.
    await app.api('POST', path, { ...TEXT, subject: 'Another' });
    await work();
    expect((await statusesOf(id)).filter(({ status }) => status === 'sent')).toHaveLength(9);
  });

  it('cancelled while a mail server puts it off, is not tried again', async () => {
    const server = await openAnsweringServer();
    const { id, path, people } = await eventWith(['en']);
    server.answers.set(people[0]?.email ?? '', '451 4.3.0 later');
    const { json } = await app.api('POST', path, TEXT);
    await work(Number.POSITIVE_INFINITY, openDelivery(app, server.url));
    expect(await statusesOf(id)).toMatchObject([{ status: 'queued' }]);
    await app.api('POST', `${path}/${json.id}/cancel`);
    app.clock.advance(HOUR);
    await work();
    expect(await statusesOf(id)).toEqual([{ status: 'not_sent', error: 'The announcement was cancelled.' }]);
  });

  it('cancelled while a worker has it in hand and fails, is not tried again', async () => {
    const { id, path } = await eventWith(['en']);
    const { json } = await app.api('POST', path, TEXT);
    await app.pool.query(
      `update {schema}.message set status = 'sending', claimed_by = gen_random_uuid(), lease_until = $2, attempts = 1 where event_id = $1`,
      [id, app.clock.now],
    );
    await app.api('POST', `${path}/${json.id}/cancel`);
    expect(await statusesOf(id)).toMatchObject([{ status: 'sending' }]);
    await app.pool.query(
      `update {schema}.message set status = 'queued', claimed_by = null, lease_until = null where event_id = $1`,
      [id],
    );
    await work();
    expect(await statusesOf(id)).toEqual([{ status: 'not_sent', error: 'The announcement was cancelled.' }]);
  });

  it('waits while sending is paused', async () => {
    const { id, path, people } = await eventWith(['en']);
    await app.api('POST', `/events/${id}/pause-sending`);
    await app.api('POST', path, TEXT);
    await work();
    expect(await statusesOf(id)).toMatchObject([
      { status: 'queued', error: 'Sending is paused for this event.' },
    ]);
    await app.api('POST', `/events/${id}/resume-sending`);
    await work();
    expect((await mailTo(people[0]?.email ?? '')).Subject).toBe('The slides for Ada');
  });
});

describe('an announcement at a time', () => {
  it('leaves then, and not to who unsubscribed, cancelled, was removed or registered since', async () => {
    const { id, path, people } = await eventWith(['en', 'en', 'en', 'en', 'en']);
    const [stays, leaves, removed, cancels, gone] = people;
    await app.api('POST', `/events/${id}/registrants/${gone?.id}/cancel`);
    const { json } = await app.api('POST', path, { ...TEXT, sendAt: at(5) });
    expect([json.queued, json.skipped]).toEqual([4, []]);
    await work();
    expect(await statusesOf(id)).toMatchObject([0, 1, 2, 3].map(() => ({ status: 'scheduled' })));
    await app.api('POST', `/events/${id}/registrants/${cancels?.id}/cancel`);
    const { signedLink } = await import('../../src/domain/signed-id.ts');
    const { publicUrl, appSecret } = app.config;
    await unsubscribe(signedLink(publicUrl, appSecret, 'stop-reminders', leaves?.id ?? ''));
    await app.api('DELETE', `/events/${id}/registrants/${removed?.id}`);
    const late = await register(id, 'en');
    app.clock.advance(5 * HOUR - 1);
    await work();
    expect((await app.api('GET', `${path}/${json.id}`)).json.state).toBe('scheduled');
    app.clock.advance(1);
    await work();
    expect((await app.api('GET', `${path}/${json.id}`)).json).toMatchObject({
      ...{ state: 'sent', counts: { sent: 1, dropped: 1, not_sent: 2 } },
    });
    expect((await mailTo(stays?.email ?? '')).Subject).toBe('The slides for Ada');
    const { messages } = await inbox.mailpit.searchMessages({ query: `to:${late.email}` });
    expect(messages).toEqual([]);
  });

  it('stays at its time when the event moves, and is too late where the event ends before', async () => {
    const { id, path } = await eventWith(['en']);
    await app.api('POST', path, { ...TEXT, sendAt: at(40) });
    await app.api('PATCH', `/events/${id}`, { startsAt: at(10), endsAt: at(11) });
    app.clock.advance(40 * HOUR);
    await work();
    expect(await statusesOf(id)).toMatchObject([{ status: 'not_sent' }]);
  });

  it('of many leaves slice by slice, and once', async () => {
    const { id, path } = await eventWith([]);
    await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
       select $1::uuid, 'p' || n || '@' || ($1::uuid)::text || '.example', 'Person', '', 'key' || n
       from generate_series(1, 10002) n`,
      [id],
    );
    const { json } = await app.api('POST', path, { ...TEXT, sendAt: at(1) });
    expect(json.queued).toBe(10_002);
    const counts = async () => (await app.api('GET', `${path}/${json.id}`)).json.counts;
    // What is not in the ledger yet counts as queued.
    expect(await counts()).toEqual({ scheduled: 5_000, queued: 5_002 });
    const take = async (name: string) =>
      (
        await app.pool.query<{ id: string; data: object }>(
          `delete from {jobs}.job where name = $1 and state = 'created' and start_after <= greatest($2, now()) returning id, data`,
          [name, app.clock.now],
        )
      ).rows;
    for (let i = 0; i < 2; i++)
      for (const job of await take(fanOut.name))
        await transaction(app.pool, (db) =>
          continueFanOut({ db, boss: app.boss, now: app.clock.now }, fanOut.payload.parse(job.data), job.id),
        );
    expect(await counts()).toEqual({ scheduled: 10_002 });
    app.clock.advance(HOUR);
    for (;;) {
      const jobs = await take(releaseScheduled.name);
      if (jobs.length === 0) break;
      for (const { data } of jobs)
        await transaction(app.pool, (db) =>
          continueScheduled({ db, boss: app.boss, now: app.clock.now }, releaseScheduled.payload.parse(data)),
        );
    }
    expect(await counts()).toEqual({ queued: 10_002 });
    const delivered = await take(deliver.bulk.name);
    const ids = delivered.flatMap(({ data }) => deliver.bulk.payload.parse(data).messageIds);
    expect([ids.length, new Set(ids).size]).toEqual([10_002, 10_002]);
  });
});
