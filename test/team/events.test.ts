import { randomUUID } from 'node:crypto';
import { describe, expect, it, vi } from 'vitest';
import { findEvent } from '../../src/db/event.ts';
import type { Event } from '../../src/domain/event.ts';
import { eventFormOf } from '../../src/team/events/read-event-form.ts';
import { openApp } from '../support/app.ts';
import { signIn, testGuards } from '../support/team.ts';

const app = await openApp();
/** Where the list is empty to begin with. */
const fresh = await openApp();
const member = await signIn(app);

const FORM = {
  title: 'Designing calm software',
  slug: '',
  description: 'One.\r\nTwo.',
  startsAt: '2031-01-15T18:00',
  endsAt: '2031-01-15T19:00',
  timeZone: 'Europe/Paris',
  hostName: 'Ada',
  replyTo: 'host@example.com',
  locale: 'en',
  roomUrl: '',
  keyStyle: 'hex',
  color: '#1F4FD8',
  logoUrl: '',
  reminder0: '1',
  reminder0Unit: 'days',
  reminder1: '90',
  reminder1Unit: 'minutes',
  reminder2: '',
  reminder2Unit: 'hours',
};
const HOSTILE = '</title><script>alert(1)</script>';

/** Makes an event through the form, and returns it as the API tells it. */
async function create(changes: Record<string, string> = {}) {
  const { status, headers, text } = await member.post('/team/events/new', { ...FORM, ...changes });
  if (status !== 303) throw new Error(text);
  const id = /\/team\/events\/([0-9a-f-]{36})\/overview\?notice=event_created$/.exec(
    headers.get('location') ?? '',
  )?.[1];
  return api(id ?? '');
}

const api = async (id: string) => (await app.api('GET', `/events/${id}`)).json;
const settings = (id: string) => `/team/events/${id}/settings`;
const register = (id: string, email = `${randomUUID()}@example.com`) =>
  app.api('POST', `/events/${id}/registrants`, { email, firstName: 'Ada' });

/** The values of a page's form as a browser would send them unchanged. */
function formOf(html: string): Record<string, string> {
  const plain = (text: string) =>
    text.replace(
      /&(amp|lt|gt|quot|#x27);/g,
      (_, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" })[name] ?? '',
    );
  const attribute = (tag: string, name: string) =>
    plain(new RegExp(` ${name}="([^"]*)"`).exec(tag)?.[1] ?? '');
  const values: Record<string, string> = {};
  for (const [tag] of html.matchAll(/<input [^>]*>/g)) {
    const name = attribute(tag, 'name');
    if (name && (!/type="(?:radio|checkbox)"/.test(tag) || / checked=""/.test(tag)))
      values[name] = attribute(tag, 'value');
  }
  for (const [, tag = '', inside = ''] of html.matchAll(/<(select [^>]*)>(.*?)<\/select>/gs))
    values[attribute(tag, 'name')] = attribute(
      /<option[^>]* selected=""[^>]*>/.exec(inside)?.[0] ?? '',
      'value',
    );
  for (const [, tag = '', inside = ''] of html.matchAll(/<(textarea [^>]*)>(.*?)<\/textarea>/gs))
    values[attribute(tag, 'name')] = plain(inside);
  return values;
}

describe('the list of events', () => {
  it('invites to make the first one where there is none, and then has it', async () => {
    const member = await signIn(fresh);
    const empty = await member.get('/team/events');
    expect(empty.status).toBe(200);
    expect(empty.text).toContain('No events yet');
    const event = await fresh.event({
      ...{ title: HOSTILE, startsAt: '2031-01-15T17:00:00Z', endsAt: '2031-01-15T18:00:00Z' },
    });
    const { text } = await member.get('/team/events');
    expect(text).toContain('&lt;/title&gt;&lt;script&gt;');
    expect(text).not.toContain(HOSTILE);
    expect(text).toContain(`href="/team/events/${event.id}/people"`);
    expect(text).toContain(`href="${event.permalink}"`);
    expect(text).toContain('title="Wed 15 Jan 2031, 18:00 – 19:00 CET (Europe/Paris)"');
    expect(text).toContain(
      '<span>Wed 15 Jan 2031</span> <span class="event-time__hours">18:00 – 19:00 CET</span>',
    );
  });

  it('shows what comes next first, marks what runs, and has what ended or was cancelled in lists of their own', async () => {
    const member = await signIn(fresh);
    const hours = (n: number) => new Date(fresh.clock.now.getTime() + n * 3_600_000).toISOString();
    const event = (title: string, from: number) =>
      fresh.event({ title, startsAt: hours(from), endsAt: hours(from + 2) });
    const titlesIn = (html: string) =>
      [...html.matchAll(/class="event-title">([^<]*)</g)].map(([, title]) => title);
    const shown = async (path: string) => (await member.get(path)).text;
    await event('Ended a day ago', -26);
    await event('Ended just now', -3);
    await event('Runs', -1);
    for (const from of [-50, 50]) {
      const { id } = await event(`Cancelled ${from}`, from);
      await fresh.api('POST', `/events/${id}/cancel`, {});
    }
    for (let i = 0; i < 25; i++) await event(`Ahead ${i}`, 1000 + i);

    const first = await shown('/team/events');
    expect(titlesIn(first).slice(0, 3)).toEqual(['Runs', 'Ahead 0', 'Ahead 1']);
    expect(titlesIn(first)).toHaveLength(25);
    expect(first).toContain('Running now');
    expect(first).toMatch(/aria-current="page">Upcoming <span class="segments__count">27</);
    const next = /href="(\/team\/events\?cursor=[^"]+)"/.exec(first)?.[1] ?? '';
    expect(titlesIn(await shown(next))).toEqual([
      'Ahead 24',
      '&lt;/title&gt;&lt;script&gt;alert(1)&lt;/script&gt;',
    ]);
    expect((await member.get('/team/events?cursor=nonsense')).status).toBe(422);

    const ended = await shown('/team/events?show=ended');
    expect(titlesIn(ended)).toEqual(['Ended just now', 'Ended a day ago']);
    expect(ended).not.toContain('No room yet');
    expect(titlesIn(await shown('/team/events?show=cancelled'))).toEqual(['Cancelled 50', 'Cancelled -50']);
    expect(titlesIn(await shown('/team/events?show=nonsense'))).toEqual(titlesIn(first));
  });

  it('counts people by email status; the bounced are a link to them', async () => {
    const event = await create();
    const { json } = await register(event.id);
    await app.pool.query(`update {schema}.registrant set email_status = 'bounced' where id = $1`, [json.id]);
    const { text } = await member.get('/team/events');
    expect(text).toMatch(
      new RegExp(
        `class="event-status event-status--bad" href="/team/events/${event.id}/people\\?emailStatus=bounced"[^>]*>1 bounced<`,
      ),
    );
  });
});

describe('the form of a new event', () => {
  it('makes the event that the API would make', async () => {
    const event = await create();
    expect(event).toMatchObject({
      title: 'Designing calm software',
      description: 'One.\nTwo.',
      startsAt: '2031-01-15T17:00:00.000Z',
      endsAt: '2031-01-15T18:00:00.000Z',
      timeZone: 'Europe/Paris',
      hostName: 'Ada',
      replyTo: 'host@example.com',
      roomUrl: null,
      logoUrl: null,
      color: '#1f4fd8',
      reminderMinutes: [1440, 90],
    });
    const { rows } = await app.pool.query(
      `select actor from {schema}.audit_entry where action = 'event_created' and event_id = $1`,
      [event.id],
    );
    expect(rows).toEqual([{ actor: `team_member:${member.id}` }]);
  });

  it('has what most events need in sight, and opens the rest where something in it is wrong', async () => {
    const fresh = (await member.get('/team/events/new')).text;
    expect(fresh).toContain('<details class="event-more"><summary>');
    const more = (changes: Record<string, string>) =>
      member.post('/team/events/new', { ...FORM, ...changes }).then(({ text }) => text);
    expect(await more({ title: '' })).toContain('<details class="event-more"><summary>');
    for (const changes of [
      { color: 'red' },
      { reminder1: '0' },
      { slug: 'Not a slug' },
      { field0Label: 'x', field0Type: 'y' },
    ])
      expect(await more(changes as unknown as Record<string, string>)).toContain(
        '<details class="event-more" open="">',
      );
  });

  it('has each time zone with its offset at the start, or now', async () => {
    expect((await member.get('/team/events/new')).text).toMatch(
      /<option value="Asia\/Tokyo">Asia\/Tokyo \(UTC\+09:00\)<\/option>/,
    );
    const inSummer = { ...FORM, title: '', startsAt: '2031-07-15T18:00', endsAt: '2031-07-15T19:00' };
    const { text } = await member.post('/team/events/new', inSummer);
    expect(text).toContain('<option value="Europe/Paris" selected="">Europe/Paris (UTC+02:00)</option>');
  });

  it('stands in the zone of the latest event', async () => {
    await create({ timeZone: 'Asia/Tokyo' });
    expect(formOf((await member.get('/team/events/new')).text)).toMatchObject({
      timeZone: 'Asia/Tokyo',
      reminder0: '1',
      reminder0Unit: 'days',
      reminder2: '10',
      reminder2Unit: 'minutes',
    });
  });

  it.each([
    [{ title: '' }, 'title', 'Title is missing.'],
    [{ title: 'x'.repeat(201) }, 'title', 'Title must have at most 200 characters.'],
    [{ slug: 'Not a slug' }, 'slug', 'Page URL must be 1 to 80 of a-z, 0-9 and -'],
    [{ startsAt: '' }, 'startsAt', 'Start is missing.'],
    [{ startsAt: '2031-02-30T10:00' }, 'startsAt', 'Start must be a day and a time'],
    [{ endsAt: '2031-01-15T18:00' }, 'endsAt', 'End must be after the start.'],
    [{ startsAt: '2031-03-30T02:30' }, 'startsAt', 'Start does not exist on this day in Europe/Paris'],
    [{ timeZone: 'Mars/Base' }, 'timeZone', 'Time zone must be a time zone name'],
    [{ roomUrl: 'javascript:alert(1)' }, 'roomUrl', 'Room must be an address'],
    [{ replyTo: 'nobody' }, 'replyTo', 'Reply-to must be an e-mail address'],
    [{ color: 'red' }, 'color', 'Use a hex colour like #1f4fd8.'],
    [{ reminder1: '0' }, 'reminder1', 'Reminder 2 must be a whole number'],
    [{ reminder1: '1.5' }, 'reminder1', 'Reminder 2 must be a whole number'],
  ])(
    'with %o is shown again with what was typed, and what is wrong at its field',
    async (changes, field, message) => {
      const typed = { ...FORM, hostName: HOSTILE, ...changes };
      const { status, text } = await member.post('/team/events/new', typed);
      expect(status).toBe(422);
      expect(text).toContain(`<a href="#${field}">${message}`);
      expect(text).toMatch(
        new RegExp(`id="${field}-error">${message.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}`),
      );
      expect(formOf(text)).toMatchObject({ hostName: HOSTILE, endsAt: typed.endsAt, reminder0: '1' });
      expect(text).not.toContain(HOSTILE);
    },
  );

  it('asks which of two is meant where a time happens twice', async () => {
    const twice = { startsAt: '2031-10-26T02:30', endsAt: '2031-10-26T04:00' };
    const { status, text } = await member.post('/team/events/new', { ...FORM, ...twice });
    expect(status).toBe(422);
    expect(text).toContain('Start happens twice on this day in Europe/Paris');
    expect(text).toContain('The second: Central European Standard Time, GMT+01:00');
    expect((await create({ ...twice, startsAtTurn: 'first' })).startsAt).toBe('2031-10-26T00:30:00.000Z');
    expect((await create({ ...twice, startsAtTurn: 'second' })).startsAt).toBe('2031-10-26T01:30:00.000Z');
  });

  it('says that an address is taken', async () => {
    const { slug } = await create();
    const { status, text } = await member.post('/team/events/new', { ...FORM, slug });
    expect(status).toBe(422);
    expect(text).toContain('Page URL is taken.');
  });
});

describe('the preview', () => {
  it('shows the public page and the mail that the form would make, and keeps nothing', async () => {
    const before = (await app.api('GET', '/events')).json.items.length;
    const page = await member.post('/team/events/new/preview/page', {
      ...FORM,
      description: 'We look at:\r\n- one thing\r\n- another',
      locale: 'fr',
      field0Label: 'Company',
      field0Type: 'text',
    });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-security-policy')).toMatch(
      /default-src 'none'.*sandbox allow-same-origin/,
    );
    expect(page.text).toContain('Designing calm software');
    expect(page.text).toContain('lang="fr"');
    expect(page.text).toContain('<li>one thing</li>');
    expect(page.text).toContain('Company');
    expect(page.text).toContain('/assets/accent/1f4fd8.css');
    expect(page.text).toContain('<body inert');
    expect(page.text).not.toContain('<script');
    const mail = await member.post('/team/events/new/preview/mail', FORM);
    expect(mail.text).toContain('<b>Subject:</b> You&#x27;re in: Designing calm software, Wed 15 Jan');
    expect(mail.text).toContain('/e/designing-calm-software/live?');
    expect((await app.api('GET', '/events')).json.items).toHaveLength(before);
  });

  it('shows what can be read so far, and never fails', async () => {
    const { text } = await member.post('/team/events/new/preview/page', {
      ...{ title: HOSTILE, startsAt: 'x', endsAt: '', timeZone: 'Mars/Base', color: 'red', locale: '!' },
      ...{ field0Label: 'Kept', field0Type: 'text', field1Label: 'Bad', field1Type: 'nothing' },
    });
    expect(text).toContain('&lt;/title&gt;&lt;script&gt;');
    expect(text).toContain('Kept');
    expect(text).not.toMatch(/>Bad<|undefined|NaN|Invalid Date/);
    for (const shown of ['page', 'mail']) {
      expect((await member.get(`/team/events/new/preview/${shown}`)).text).toContain('Your event');
      expect((await member.post(`/team/events/new/preview/${shown}`, {})).status).toBe(200);
    }
  });

  it('of an event shows it as saved, and with what is typed; the mail has its custom text', async () => {
    const event = await create();
    await app.api('PUT', `/events/${event.id}/words/confirmation`, { subject: 'Ours: {{eventTitle}}' });
    const path = `${settings(event.id)}/preview`;
    expect((await member.get(`${path}/page`)).text).toContain('Designing calm software');
    const typed = { ...FORM, title: 'Another title', slug: event.slug };
    expect((await member.post(`${path}/page`, typed)).text).toContain('Another title');
    expect((await member.post(`${path}/mail`, typed)).text).toContain('<b>Subject:</b> Ours: Another title');
    expect((await api(event.id)).title).toBe('Designing calm software');
  });
});

describe('an event without a room', () => {
  it('says so in the list and in its settings, until it has one or is over', async () => {
    const event = await create({ title: 'Without a room' });
    const warned = async () =>
      [
        /Without a room<\/a>(?:(?!<tr).)*No room yet/s.test((await member.get('/team/events')).text),
        (await member.get(settings(event.id))).text.includes('No room yet</p>'),
      ] as const;
    expect(await warned()).toEqual([true, true]);
    await app.api('PATCH', `/events/${event.id}`, { roomUrl: 'https://meet.example/x' });
    expect(await warned()).toEqual([false, false]);
    await app.api('PATCH', `/events/${event.id}`, { roomUrl: null });
    await app.api('POST', `/events/${event.id}/cancel`);
    expect(await warned()).toEqual([false, false]);
  });
});

describe('the pages of an event', () => {
  const tabs = ['overview', 'people', 'mails', 'exports', 'settings'];

  it('read its row once each', async () => {
    const { id } = await app.event();
    await register(id);
    const asked = vi.spyOn(app.pool, 'query');
    const reads: Record<string, number> = {};
    for (const tab of tabs) {
      asked.mockClear();
      expect((await member.get(`/team/events/${id}/${tab}`)).status).toBe(200);
      reads[tab] = asked.mock.calls.filter(([text]) =>
        /from \{schema\}\.event where id = \$1/.test(String(text)),
      ).length;
    }
    asked.mockRestore();
    expect(reads).toEqual(Object.fromEntries(tabs.map((tab) => [tab, 1])));
  });

  it('say that sending is paused, with the way to where it is resumed, until it is', async () => {
    const { id } = await app.event();
    const isSaid = () =>
      Promise.all(
        tabs.map(async (tab) =>
          /href="\/team\/events\/[^"]*\/mails">Sending is paused</.test(
            (await member.get(`/team/events/${id}/${tab}`)).text,
          ),
        ),
      );
    const all = (said: boolean) => tabs.map(() => said);
    expect(await isSaid()).toEqual(all(false));
    await member.post(`/team/events/${id}/sending/pause`);
    expect(await isSaid()).toEqual(all(true));
    await member.post(`/team/events/${id}/sending/resume`);
    expect(await isSaid()).toEqual(all(false));
  });
});

describe('the settings', () => {
  it('show the event as it is; saved unchanged they change nothing', async () => {
    const event = await create({ title: 'A "quoted" & <b>title</b>' });
    const form = formOf((await member.get(settings(event.id))).text);
    expect(form).toMatchObject({
      title: 'A "quoted" & <b>title</b>',
      startsAt: '2031-01-15T18:00',
      slug: event.slug,
    });
    const { status, headers } = await member.post(settings(event.id), form);
    expect([status, headers.get('location')]).toEqual([303, `${settings(event.id)}?notice=event_unchanged`]);
    expect((await api(event.id)).revision).toBe(0);
  });

  it('keep the seconds of times that stay as they are', async () => {
    const event = await app.event({ startsAt: '2031-10-26T01:30:15Z', endsAt: '2031-10-26T03:00:00Z' });
    const form = formOf((await member.get(settings(event.id))).text);
    expect(form.startsAtTurn).toBe('second');
    await member.post(settings(event.id), { ...form, title: 'Renamed' });
    expect(await api(event.id)).toMatchObject({
      title: 'Renamed',
      startsAt: '2031-10-26T01:30:15.000Z',
      revision: 0,
    });
  });

  it('ask before the event is moved, with what follows, and write to people if that is chosen', async () => {
    const event = await create();
    for (let i = 0; i < 3; i++) await register(event.id);
    const form = formOf((await member.get(settings(event.id))).text);
    const asked = await member.post(settings(event.id), {
      ...form,
      startsAt: '2031-01-15T20:00',
      endsAt: '2031-01-15T21:00',
    });
    expect(asked.status).toBe(422);
    expect(asked.text).toContain('Reschedule the event?');
    expect(asked.text).toContain('Wed 15 Jan 2031, 20:00 – 21:00 CET');
    expect(asked.text).toContain('2 reminders move to the new time.');
    expect(asked.text).toContain('Notify everyone who was told the old time (3)');
    expect((await api(event.id)).revision).toBe(0);

    const back = await member.post(settings(event.id), { ...formOf(asked.text), step: 'edit' });
    expect(formOf(back.text)).toMatchObject({ startsAt: '2031-01-15T20:00' });
    expect((await api(event.id)).revision).toBe(0);

    const moved = await member.post(settings(event.id), {
      ...formOf(asked.text),
      step: 'move',
      notify: 'yes',
    });
    expect(moved.headers.get('location')).toBe(`${settings(event.id)}?notice=event_moved_told`);
    expect(await api(event.id)).toMatchObject({ startsAt: '2031-01-15T19:00:00.000Z', revision: 1 });
    const { rows } = await app.pool.query(
      `select count(*) from {schema}.message where event_id = $1 and kind = 'event_updated'`,
      [event.id],
    );
    expect(rows).toEqual([{ count: 3 }]);
  });

  it('move it without a mail where that is chosen', async () => {
    const event = await create();
    await register(event.id);
    const form = formOf((await member.get(settings(event.id))).text);
    const { headers } = await member.post(settings(event.id), {
      ...form,
      timeZone: 'America/New_York',
      step: 'move',
      notify: 'no',
    });
    expect(headers.get('location')).toContain('notice=event_moved');
    expect(await api(event.id)).toMatchObject({
      startsAt: '2031-01-15T23:00:00.000Z',
      timeZone: 'America/New_York',
    });
    const { rows } = await app.pool.query(
      `select from {schema}.message where event_id = $1 and kind = 'event_updated'`,
      [event.id],
    );
    expect(rows).toEqual([]);
  });

  it('refuse what the form of a new event refuses, and what somebody else has changed meanwhile', async () => {
    const [event, other] = [await create(), await create({ title: 'Other' })];
    const form = formOf((await member.get(settings(event.id))).text);
    const post = (changes: Record<string, string>) =>
      member.post(settings(event.id), { ...form, ...changes });
    expect((await post({ title: ' ' })).text).toContain('Title is missing.');
    expect((await post({ slug: '' })).text).toContain('Page URL is missing.');
    expect([(await post({ slug: other.slug })).status, (await post({ slug: other.slug })).text]).toEqual([
      422,
      expect.stringContaining('Page URL is taken.'),
    ]);
    app.clock.advance(1000);
    await app.api('PATCH', `/events/${event.id}`, { hostName: 'Grace' });
    const stale = await post({ title: 'Mine' });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('Someone else has changed the event');
    expect((await member.post(settings(event.id), formOf(stale.text))).status).toBe(303);
    expect(await api(event.id)).toMatchObject({ title: 'Mine', hostName: 'Ada' });
  });
});

describe('cancelling', () => {
  it('asks with the number of people, and writes to them if that is chosen', async () => {
    const event = await create();
    await register(event.id);
    await register(event.id);
    const asked = await member.get(`${settings(event.id)}/cancel`);
    expect(asked.text).toContain('Cancel the event for 2 people?');
    expect(asked.text).toContain('Notify everyone who is registered (2)');
    expect((await api(event.id)).cancelledAt).toBeNull();
    const { status, headers } = await member.submit(`${settings(event.id)}/cancel`, { notify: 'yes' });
    expect([status, headers.get('location')]).toEqual([
      303,
      `${settings(event.id)}?notice=event_cancelled_told`,
    ]);
    expect((await api(event.id)).cancelledAt).not.toBeNull();

    const { text } = await member.get(settings(event.id));
    expect(text).toContain('The event is cancelled. It cannot be changed.');
    expect(text).toMatch(/<input[^>]* disabled=""[^>]*name="title"|<input[^>]*name="title"[^>]* disabled=""/);
    expect((await member.post(settings(event.id), FORM)).status).toBe(409);
    expect((await member.get(`${settings(event.id)}/cancel`)).status).toBe(409);
    expect((await member.post(`${settings(event.id)}/cancel`)).status).toBe(409);
  });

  it('is not for what is over, which can still be given a replay', async () => {
    const event = await app.event({ startsAt: '2020-01-15T17:00:00Z', endsAt: '2020-01-15T18:00:00Z' });
    expect((await member.get(settings(event.id))).text).toContain(
      'The event has ended. You can still add a replay',
    );
    const replayUrl = 'https://video.example/1';
    const form = eventFormOf((await findEvent(app.pool, event)) as Event).values;
    const saved = await member.submit(settings(event.id), { ...form, replayUrl });
    expect([saved.status, (await api(event.id)).replayUrl]).toEqual([303, replayUrl]);
    expect((await member.post(`${settings(event.id)}/cancel`)).status).toBe(409);
  });
});

describe('changing all keys', () => {
  it('asks with the number of links, and tells afterwards what became of them', async () => {
    const event = await create();
    const before = (await register(event.id)).json;
    await register(event.id);
    const asked = await member.get(`${settings(event.id)}/keys`);
    expect(asked.text).toContain('Reset the access links of 2 people?');
    expect(asked.text).toContain('2 links stop working');
    const { headers } = await member.submit(`${settings(event.id)}/keys`, { notify: 'yes' });
    expect(headers.get('location')).toBe(`${settings(event.id)}?notice=keys_rotated#keys`);
    expect((await member.get(settings(event.id))).text).toContain(
      '2 links stopped working, 2 new links were mailed.',
    );
    const after = (await app.api('GET', `/events/${event.id}/registrants/${before.id}`)).json;
    expect(after.accessKey).not.toBe(before.accessKey);
  });

  it('says how far it is where there are many', async () => {
    const event = await create();
    await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
       select $1, n || '@example.com', '', '', 'old-key', $2 from generate_series(1, 1250) as n`,
      [event.id, app.clock.now],
    );
    const asked = `${settings(event.id)}/keys`;
    const { headers } = await member.submit(asked, { notify: 'yes' });
    expect(headers.get('location')).toBe(asked);
    const { text } = await member.get(asked);
    expect(text).toContain('1,000 of 1,250 people have their new link.');
    expect(text).toContain('Everyone is sent their new link as soon as all links are made.');
    expect(text).not.toContain(`action="${asked}"`);
    // The same form, sent once more by somebody who still has it open.
    const again = await member.post(asked, { version: 'of the page before', notify: 'yes' });
    expect(again.headers.get('location')).toBe(asked);
  });

  it('says so where nobody has one, and mails nothing for what is over', async () => {
    const event = await create();
    expect((await member.get(`${settings(event.id)}/keys`)).text).toContain('Nobody is registered yet');
    const over = await app.event({ startsAt: '2020-01-15T17:00:00Z', endsAt: '2020-01-15T18:00:00Z' });
    await register(over.id);
    const asked = await member.get(`${settings(over.id)}/keys`);
    expect(asked.text).toContain('The event has ended');
    expect(asked.text).not.toContain('name="notify"');
    const refused = await member.submit(`${settings(over.id)}/keys`, { notify: 'yes' });
    expect([refused.status, refused.text.includes('no links are sent')]).toEqual([409, true]);
    expect((await member.submit(`${settings(over.id)}/keys`)).status).toBe(303);
  });
});

describe('every route', async () => {
  const { id } = await app.event({ title: 'For everybody' });
  const routes = [
    ['GET', '/team/events'],
    ['GET', '/team/events/new'],
    ['POST', '/team/events/new'],
    ['GET', '/team/events/new/preview/page'],
    ['POST', '/team/events/new/preview/page'],
    ['GET', '/team/events/new/preview/mail'],
    ['POST', '/team/events/new/preview/mail'],
    ['GET', `${settings(id)}/preview/page`],
    ['POST', `${settings(id)}/preview/page`],
    ['GET', `${settings(id)}/preview/mail`],
    ['POST', `${settings(id)}/preview/mail`],
    ['GET', settings(id)],
    ['POST', settings(id)],
    ['GET', `${settings(id)}/cancel`],
    ['POST', `${settings(id)}/cancel`],
    ['GET', `${settings(id)}/keys`],
    ['POST', `${settings(id)}/keys`],
  ] as const;

  testGuards(app, member, routes, FORM);

  it.each(routes.filter(([, path]) => path.includes(id)))(
    '%s %s of an event that is not there',
    async (method, path) => {
      for (const unknown of [randomUUID(), 'none']) {
        const to = path.replace(id, unknown);
        expect((await (method === 'GET' ? member.get(to) : member.post(to))).status).toBe(404);
      }
    },
  );
});

describe('mails after the start and the end', () => {
  const AFTER = {
    ...{ nudge: 'yes', nudgeAfter: '5', nudgeAfterUnit: 'minutes' },
    ...{ followUpAttended: 'yes', followUpAttendedAfter: '2', followUpAttendedAfterUnit: 'hours' },
    ...{ followUpMissedAfter: '1', followUpMissedAfterUnit: 'days' },
  };

  it('are set in the form, shown as they are, and stay where nothing is changed', async () => {
    const { id, nudge, followUps } = await create(AFTER);
    expect({ nudge, followUps }).toEqual({
      nudge: { minutesAfter: 5 },
      followUps: { attended: { minutesAfter: 120 }, missed: null },
    });
    const { text } = await member.get(settings(id));
    const shown = formOf(text);
    expect(shown).toMatchObject({
      ...{ nudge: 'yes', nudgeAfter: '5', followUpAttended: 'yes', followUpAttendedAfter: '2' },
      ...{ followUpAttendedAfterUnit: 'hours', followUpMissedAfter: '1', followUpMissedAfterUnit: 'hours' },
    });
    expect(shown.followUpMissed).toBeUndefined();
    const saved = await member.post(settings(id), shown);
    expect(saved.headers.get('location')).toContain('event_unchanged');
    const { nudge: _, followUpAttended: __, ...off } = shown;
    await member.post(settings(id), { ...off, followUpMissed: 'yes' });
    expect(await api(id)).toMatchObject({
      nudge: null,
      followUps: { attended: null, missed: { minutesAfter: 60 } },
    });
  });

  it.each([
    [{ nudgeAfter: '' }, 'nudgeAfter', 'must be a whole number, from 1 minute to 30 days'],
    [{ nudgeAfter: '0' }, 'nudgeAfter', 'must be a whole number, from 1 minute to 30 days'],
    [{ nudgeAfter: '60' }, 'nudgeAfter', 'must be less than the 60 minutes that the event lasts'],
    [{ followUpAttendedAfter: '1.5' }, 'followUpAttendedAfter', 'must be a whole number, from 0 to 30 days'],
    [
      { followUpAttendedAfter: '31', followUpAttendedAfterUnit: 'days' },
      'followUpAttendedAfter',
      'must be a whole number, from 0 to 30 days',
    ],
  ])('%o is refused at its field', async (changes, field, message) => {
    const { status, text } = await member.post('/team/events/new', { ...FORM, ...AFTER, ...changes });
    expect(status).toBe(422);
    expect(text).toContain(`href="#${field}"`);
    expect(text).toContain(message);
    // What was typed stands there still.
    expect(formOf(text)).toMatchObject({ nudge: 'yes', ...changes });
  });
});
