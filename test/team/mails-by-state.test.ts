import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { countdownText, durationText } from '../../src/team/mails/duration-text.ts';
import { openApp } from '../support/app.ts';
import { signIn, testGuards } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app, { email: 'grace@team.example' });
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const mailsPath = (id: string) => `/team/events/${id}/mails`;
const step = (id: string, minutes: number | string, what: string) =>
  `/team/events/${id}/mails/reminder/${minutes}/${what}`;

const asText = (html: string) =>
  html
    .replace(/<[^>]*>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replace(/\s+/g, ' ');

/** A section of the page, as text. */
function section(html: string, title: string): string {
  return asText(html.split('<section class="section"').find((part) => part.includes(`>${title}</h2>`)) ?? '');
}

/** A line of the list of what comes up, or a row of a table, as text. */
function rowOf(html: string, name: string): string {
  return asText(html.split(/<tr|<li/).find((part) => part.includes(`>${name}</a>`)) ?? '');
}

async function register(eventId: string, email = `${randomUUID()}@example.com`): Promise<string> {
  const body = { email, firstName: 'Ada', sendConfirmation: false };
  return (await app.api('POST', `/events/${eventId}/registrants`, body)).json.id;
}

async function add(
  eventId: string,
  registrantId: string,
  mail: { kind: string; dedupeKey?: string; status: string },
): Promise<void> {
  await app.pool.query(
    `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, status, expires_at, accepted_at)
     values ($1, $2, $3, $4, 'bulk', $5, $6, $7)`,
    [
      ...[eventId, registrantId, mail.kind, mail.dedupeKey ?? randomUUID(), mail.status],
      ...[app.clock.now, new Date('2026-01-01T12:00:00Z')],
    ],
  );
}

describe('a countdown', () => {
  it.each([
    [30_000, 'in less than a minute'],
    [MINUTE, 'in 1 minute'],
    [12 * MINUTE - 1, 'in 12 minutes'],
    [2 * HOUR, 'in 2 hours'],
    [3 * HOUR + 4.5 * MINUTE, 'in 3 hours 5 minutes'],
    [26 * HOUR - 10 * MINUTE, 'in 1 day 2 hours'],
    [48 * HOUR, 'in 2 days'],
    [-5, 'in less than a minute'],
  ])('of %i ms says %s', (ms, says) => {
    expect(countdownText(new Date(ms), new Date(0))).toBe(says);
  });

  it('names a reminder in the largest unit that fits', () => {
    expect([2880, 90, 60, 1].map(durationText)).toEqual(['2 days', '90 minutes', '1 hour', '1 minute']);
  });
});

describe('the Mails tab', () => {
  it('says what is sent next, with its countdown and its exact time', async () => {
    const startsAt = new Date(app.clock.now.getTime() + 25.5 * HOUR);
    const event = await app.event({
      ...{ startsAt: startsAt.toISOString(), endsAt: new Date(startsAt.getTime() + HOUR).toISOString() },
      reminderMinutes: [1440, 60],
    });
    await register(event.id);
    const { status, text } = await member.get(mailsPath(event.id));
    expect(status).toBe(200);
    expect(section(text, 'Coming up')).toMatch(
      /Reminder, 1 day before Next To 1 person · Default text in 1 hour 30 minutes Send now… Skip once/,
    );
    expect(rowOf(text, 'Reminder, 1 hour before')).toContain('in 1 day 1 hour');
    const due = new Date(startsAt.getTime() - 24 * HOUR).toISOString();
    expect(text).toMatch(new RegExp(`<time [^>]*dateTime="${due}" title="[^"]* (CET|CEST)"`, 'i'));
    expect(text).toContain('data-refresh="30"');
    expect(section(text, 'Sent when something happens')).toContain('Confirmation Right after registration');
  });

  it('shows what goes out now with its progress, and looks again soon', async () => {
    const event = await app.event({ reminderMinutes: [180] });
    for (const status of ['queued', 'sending', 'delivered'])
      await add(event.id, await register(event.id), { kind: 'access_link', status });
    const { text } = await member.get(mailsPath(event.id));
    expect(section(text, 'Going out now')).toContain('Access link, sent by the team 1 of 3 sent');
    expect(text).toContain('value="1" max="3"');
    expect(text).toContain('data-refresh="3"');
  });

  it('leads from each count to those people, and to nobody else', async () => {
    const event = await app.event({ reminderMinutes: [60] });
    const [ada, grace, alan] = [
      await register(event.id, 'ada@example.com'),
      await register(event.id, 'grace@example.com'),
      await register(event.id, 'alan@example.com'),
    ] as const;
    const current = `60 min before ${event.startsAt}`;
    await app.pool.query(
      `insert into {schema}.timed_mail_run (event_id, anchor_at, minutes, begun_at) values ($1, $2, 60, now())`,
      [event.id, new Date(event.startsAt)],
    );
    await add(event.id, ada, { kind: 'reminder', dedupeKey: current, status: 'delivered' });
    await add(event.id, grace, { kind: 'reminder', dedupeKey: current, status: 'bounced' });
    await add(event.id, alan, { kind: 'reminder', dedupeKey: 'an earlier start', status: 'delivered' });
    await add(event.id, alan, { kind: 'access_link', status: 'delivered' });
    const { text } = await member.get(mailsPath(event.id));
    const linkOf = (row: string, words: string) => {
      const part = text.split('<tr').find((one) => one.includes(`>${row}</a>`)) ?? '';
      const link = [...part.matchAll(/<a [^>]*href="([^"]+)"[^>]*>([^<]*)/g)].find(
        ([, , said]) => said === words,
      );
      return link?.[1]?.replaceAll('&amp;', '&') ?? `no link ${words} in ${row}`;
    };
    const who = async (row: string, words: string) =>
      [...(await member.get(linkOf(row, words))).text.matchAll(/>(\w+@example\.com)</g)].map(
        ([, one]) => one,
      );
    expect(await who('Reminder, 1 hour before', '1 delivered')).toEqual(['ada@example.com']);
    expect(await who('Reminder, 1 hour before', '1 bounced')).toEqual(['grace@example.com']);
    expect(await who('Earlier reminders', '1 delivered')).toEqual(['alan@example.com']);
    expect(await who('Access link, sent by the team', '1 delivered')).toEqual(['alan@example.com']);
    const removed = linkOf('Reminder, 1 hour before', '1 delivered');
    await app.api('DELETE', `/events/${event.id}/registrants/${ada}`);
    expect((await member.get(removed)).text).toContain('Removed person');
  });

  it('pages through recipients a hundred at a time', async () => {
    const event = await app.event();
    await app.pool.query(
      `with people as (
         insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
         select $1::uuid, 'p' || n || '@' || ($1::uuid)::text || '.example', 'No', n::text, 'key' || n from generate_series(1, 103) n
         returning id
       )
       insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, status, expires_at)
       select $1, id, 'confirmation', 'once', 'bulk', 'sent', now() from people`,
      [event.id],
    );
    const first = await member.get(`${mailsPath(event.id)}/confirmation/people?status=sent`);
    const rows = (html: string) => html.match(/<tr id=/g)?.length;
    expect(rows(first.text)).toBe(100);
    const next = /href="([^"]+)" rel="next"/.exec(first.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    expect(rows((await member.get(next)).text)).toBe(3);
  });

  it('says what becomes of reminders of an event that is cancelled, has ended, or has none', async () => {
    const cancelled = await app.event();
    await app.api('POST', `/events/${cancelled.id}/cancel`);
    const { text } = await member.get(mailsPath(cancelled.id));
    expect(text).toContain('only the mail that says so goes out');
    expect(rowOf(text, 'Reminder, 10 minutes before')).toContain('Not sent: the event is cancelled');
    expect(text).not.toContain('Skip once');
    expect(text).not.toContain('Pause sending');
    const ended = await app.event({ startsAt: '2020-01-15T17:00:00Z', endsAt: '2020-01-15T18:00:00Z' });
    const over = (await member.get(mailsPath(ended.id))).text;
    expect(over).toContain('no more mail goes out for it');
    expect(over).not.toMatch(/Send now|data-refresh="/);
    const bare = await app.event({ reminderMinutes: [] });
    expect((await member.get(mailsPath(bare.id))).text).toContain('No reminder is ahead');
  });
});

describe('a reminder', () => {
  it('is skipped with one click, which can be undone', async () => {
    const event = await app.event();
    const skipped = await member.post(step(event.id, 60, 'skip'));
    expect([skipped.status, skipped.headers.get('location')]).toEqual([
      303,
      `${mailsPath(event.id)}?notice=reminder_skipped`,
    ]);
    const { text } = await member.get(mailsPath(event.id));
    expect(rowOf(text, 'Reminder, 1 hour before')).toMatch(
      /Skipped Does not go out · skipped by grace@team\.example .* Send now… Undo/,
    );
    expect(rowOf(text, 'Reminder, 10 minutes before')).toContain('Next');
    await member.post(step(event.id, 60, 'undo-skip'));
    expect(rowOf((await member.get(mailsPath(event.id))).text, 'Reminder, 1 hour before')).toContain(
      'Skip once',
    );
    const audit = (await member.get(`/team/audit?event=${event.id}`)).text;
    expect(asText(audit)).toContain('skipped the reminder 1 hour before');
  });

  it('is sent now after one question with the number of people, and not again', async () => {
    const event = await app.event();
    for (let i = 0; i < 2; i++) await register(event.id);
    const blocked = await register(event.id, 'gone@example.com');
    await app.pool.query(
      `insert into {schema}.suppression (address_hash, address, scope, reason, created_at)
       select {schema}.address_hash(email), email, 'all', 'bounced', now() from {schema}.registrant where id = $1`,
      [blocked],
    );
    const path = step(event.id, 60, 'send-now');
    const asked = await member.get(path);
    expect(asked.status).toBe(200);
    expect(asText(asked.text)).toContain('Send the reminder to 2 people now?');
    expect(asText(asked.text)).toMatch(/1 skipped · /);
    expect(asText(asked.text)).toContain('in 2 hours');
    expect((await app.api('GET', `/events/${event.id}/reminders`)).json.items[1].state).toBe('ahead');
    const sent = await member.post(path);
    expect([sent.status, sent.headers.get('location')]).toEqual([
      303,
      `${mailsPath(event.id)}?notice=reminder_sent_now`,
    ]);
    expect(section((await member.get(mailsPath(event.id))).text, 'Going out now')).toContain('0 of 2 sent');
    for (const again of [await member.post(path), await member.get(path)]) {
      expect(again.status).toBe(409);
      expect(again.text).toContain('This reminder was sent already.');
      expect(again.text).toContain('Going out now');
    }
  });

  it('of an event without anybody is sent to nobody, and the page says so', async () => {
    const event = await app.event();
    expect(asText((await member.get(step(event.id, 60, 'send-now'))).text)).toContain(
      'Nobody would get this reminder',
    );
    const { headers } = await member.post(step(event.id, 60, 'send-now'));
    expect(headers.get('location')).toContain('reminder_for_nobody');
  });
});

describe('pausing', () => {
  it('is one click, said on the page, and ends with another', async () => {
    const event = await app.event();
    await register(event.id);
    const paused = await member.post(`/team/events/${event.id}/sending/pause`);
    expect([paused.status, paused.headers.get('location')]).toEqual([
      303,
      `${mailsPath(event.id)}?notice=sending_paused`,
    ]);
    const { text } = await member.get(mailsPath(event.id));
    expect(section(text, 'Coming up')).toContain('Sending is paused since');
    expect(section(text, 'Coming up')).not.toContain('Pause sending');
    expect(asText((await member.get(step(event.id, 60, 'send-now'))).text)).toContain('Sending is paused:');
    const waits = await member.post(step(event.id, 60, 'send-now'));
    expect(waits.headers.get('location')).toContain('reminder_waits');
    expect(section((await member.get(mailsPath(event.id))).text, 'Waiting')).toContain(
      '0 of 1 sent, the rest waits while sending is paused',
    );
    await member.post(`/team/events/${event.id}/sending/resume`);
    expect(section((await member.get(mailsPath(event.id))).text, 'Coming up')).toContain('Pause sending');
  });

  it('keeps no settings from being saved that were opened before', async () => {
    const event = await app.event();
    const settings = await member.get(`/team/events/${event.id}/settings`);
    const version = /name="version" value="([^"]+)"/.exec(settings.text)?.[1];
    await member.post(`/team/events/${event.id}/sending/pause`);
    const after = await member.get(`/team/events/${event.id}/settings`);
    expect(/name="version" value="([^"]+)"/.exec(after.text)?.[1]).toBe(version);
  });

  it('of an event that is cancelled is refused with its reason', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/cancel`);
    const { status, text } = await member.post(`/team/events/${event.id}/sending/pause`);
    expect([status, text]).toEqual([409, expect.stringContaining('The event is cancelled')]);
  });
});

describe('a nudge and follow-ups', () => {
  const AFTER = {
    reminderMinutes: [],
    nudge: { minutesAfter: 5 },
    followUps: { attended: { minutesAfter: 30 }, missed: { minutesAfter: 1440 } },
  };
  const stepOf = (id: string, kind: string, minutes: number, what: string) =>
    `${mailsPath(id)}/${kind}/${minutes}/${what}`;
  const joined = (id: string) =>
    app.pool.query('update {schema}.registrant set joined_at = now() where id = $1', [id]);

  it('stand among what comes up, in the order of their times, with whom they are for', async () => {
    const event = await app.event(AFTER);
    const { text } = await member.get(mailsPath(event.id));
    const coming = section(text, 'Coming up');
    expect(coming).toMatch(
      /Nudge, 5 minutes after the start .*Next.* To those who have not come in .*in 2 hours 5 minutes.*Follow-up: attended, 30 minutes after the end .*To those who came in .*in 3 hours 30 minutes.*Follow-up: missed, 1 day after the end/,
    );
    expect(coming).not.toContain('Send now');
    const bare = await app.event({ reminderMinutes: [] });
    const off = section((await member.get(mailsPath(bare.id))).text, 'Sent when something happens');
    expect(off).toContain('No nudge is set');
    expect(off).toContain('No follow-up is set');
  });

  it('are skipped once, which can be undone, and the audit log says so', async () => {
    const event = await app.event(AFTER);
    const skipped = await member.post(stepOf(event.id, 'nudge', 5, 'skip'));
    expect(skipped.headers.get('location')).toBe(`${mailsPath(event.id)}?notice=timed_mail_skipped`);
    const { text } = await member.get(mailsPath(event.id));
    expect(rowOf(text, 'Nudge, 5 minutes after the start')).toContain('Skipped');
    await member.post(stepOf(event.id, 'nudge', 5, 'undo-skip'));
    await member.post(stepOf(event.id, 'follow_up_missed', 1440, 'skip'));
    const now = (await member.get(mailsPath(event.id))).text;
    expect(rowOf(now, 'Nudge, 5 minutes after the start')).not.toContain('Skipped');
    expect(rowOf(now, 'Follow-up: missed, 1 day after the end')).toContain('Does not go out');
    const audit = asText((await member.get(`/team/audit?event=${event.id}`)).text);
    expect(audit).toContain('skipped the nudge 5 minutes after the start of');
    expect(audit).toContain('skipped the follow-up 1 day after the end of');
  });

  it('a skipped one stays skipped where the event moves', async () => {
    const event = await app.event(AFTER);
    await member.post(stepOf(event.id, 'nudge', 5, 'skip'));
    await member.post(stepOf(event.id, 'follow_up_missed', 1440, 'skip'));
    const later = (iso: string) => new Date(new Date(iso).getTime() + 5 * HOUR).toISOString();
    const { startsAt, endsAt } = event;
    await app.api('PATCH', `/events/${event.id}`, { startsAt: later(startsAt), endsAt: later(endsAt) });
    const { text } = await member.get(mailsPath(event.id));
    expect(rowOf(text, 'Nudge, 5 minutes after the start')).toContain('Skipped');
    expect(rowOf(text, 'Follow-up: missed, 1 day after the end')).toContain('Skipped');
    expect(rowOf(text, 'Follow-up: attended, 30 minutes after the end')).not.toContain('Skipped');
  });

  it('are sent by hand to those whom they are for, once their time can have come', async () => {
    const event = await app.event(AFTER);
    const [came, missed] = [await register(event.id), await register(event.id)];
    await joined(came);
    const early = await member.post(stepOf(event.id, 'nudge', 5, 'send-now'));
    expect([early.status, asText(early.text)]).toEqual([409, expect.stringContaining('has not started yet')]);
    const open = await member.get(stepOf(event.id, 'follow_up_missed', 1440, 'send-now'));
    expect([open.status, asText(open.text)]).toEqual([409, expect.stringContaining('is not closed yet')]);
    app.clock.advance(2 * HOUR + MINUTE);
    const asked = await member.get(stepOf(event.id, 'nudge', 5, 'send-now'));
    expect(asText(asked.text)).toContain('Send the nudge to 1 person now?');
    const nudged = await member.post(stepOf(event.id, 'nudge', 5, 'send-now'));
    expect(nudged.headers.get('location')).toContain('timed_mail_sent_now');
    app.clock.advance(2 * HOUR);
    const kinds = async (id: string) =>
      (
        await app.pool.query<{ kind: string }>(
          'select kind from {schema}.message where registrant_id = $1 order by id',
          [id],
        )
      ).rows.map(({ kind }) => kind);
    expect([await kinds(came), await kinds(missed)]).toEqual([[], ['nudge']]);
    const after = await member.get(stepOf(event.id, 'follow_up_missed', 1440, 'send-now'));
    expect(asText(after.text)).toContain('It goes to those who did not come in.');
    await member.post(stepOf(event.id, 'follow_up_missed', 1440, 'send-now'));
    await member.post(stepOf(event.id, 'follow_up_attended', 30, 'send-now'));
    expect([await kinds(came), await kinds(missed)]).toEqual([
      ['follow_up_attended'],
      ['nudge', 'follow_up_missed'],
    ]);
    const again = await member.post(stepOf(event.id, 'follow_up_missed', 1440, 'send-now'));
    expect(asText(again.text)).toContain('This follow-up was sent already.');
    const nobody = await app.event({ ...AFTER, startsAt: event.startsAt, endsAt: event.endsAt });
    const none = await member.get(stepOf(nobody.id, 'follow_up_attended', 30, 'send-now'));
    expect(asText(none.text)).toContain('Nobody came in.');
    const sent = await member.post(stepOf(nobody.id, 'follow_up_attended', 30, 'send-now'));
    expect(sent.headers.get('location')).toContain('timed_mail_for_nobody');
  });

  it('stand above an event that has ended as long as they are to come, and can be paused', async () => {
    const event = await app.event(AFTER);
    await register(event.id);
    app.clock.advance(3.4 * HOUR);
    const { text } = await member.get(mailsPath(event.id));
    expect(asText(text)).toContain('The event has ended: only its follow-ups go out.');
    expect(section(text, 'Coming up')).toContain('Follow-up: missed');
    expect(text).toContain('id="pause-sending"');
    const paused = await member.post(`/team/events/${event.id}/sending/pause`);
    expect(paused.headers.get('location')).toContain('sending_paused');
    expect(asText((await member.get(mailsPath(event.id))).text)).toContain('Waits while sending is paused');
    const at = (hours: number) => new Date(app.clock.now.getTime() + hours * HOUR).toISOString();
    const over = await app.event({ ...AFTER, startsAt: at(-300), endsAt: at(-299) });
    expect(asText((await member.get(mailsPath(over.id))).text)).toContain('no more mail goes out for it');
    expect((await member.post(`/team/events/${over.id}/sending/pause`)).status).toBe(409);
  });

  it('a nudge that would come when a shortened event is over is told as not sent', async () => {
    const event = await app.event({ ...AFTER, nudge: { minutesAfter: 50 } });
    const endsAt = new Date(new Date(event.startsAt).getTime() + 30 * MINUTE).toISOString();
    expect((await app.api('PATCH', `/events/${event.id}`, { endsAt })).status).toBe(200);
    const { text } = await member.get(mailsPath(event.id));
    expect(rowOf(text, 'Nudge, 50 minutes after the start')).toContain('Not sent: the event is over by then');
  });
});

describe('every route', async () => {
  const { id } = await app.event();
  const routes = [
    ['GET', mailsPath(id)],
    ['GET', `${mailsPath(id)}/confirmation/people?status=sent`],
    ['GET', step(id, 60, 'send-now')],
    ['POST', step(id, 60, 'send-now')],
    ['POST', step(id, 60, 'skip')],
    ['POST', step(id, 60, 'undo-skip')],
    ['POST', `/team/events/${id}/sending/pause`],
    ['POST', `/team/events/${id}/sending/resume`],
  ] as const;

  testGuards(app, member, routes, {});

  it.each(routes)('%s %s of an event or a reminder that is not there', async (method, path) => {
    const send = (to: string) => (method === 'GET' ? member.get(to) : member.post(to));
    expect((await send(path.replace(id, randomUUID()))).status).toBe(404);
    if (path.includes('/60/'))
      for (const other of ['61', '0', 'soon', '-1', '1e99'])
        expect((await send(path.replace('/60/', `/${other}/`))).status).toBe(404);
  });

  it.each(['', '?status=happy', '?status=sent&part=soon', '?status=sent&before=x'])(
    'recipients%s are none',
    async (query) => {
      expect((await member.get(`${mailsPath(id)}/confirmation/people${query}`)).status).toBe(404);
      expect((await member.get(`${mailsPath(id)}/sign_in/people?status=sent`)).status).toBe(404);
    },
  );
});
