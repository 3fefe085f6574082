import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn, testGuards } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);
const HOUR = 3_600_000;
const ID = '00000000-0000-4000-8000-000000000000';

/** How far somebody came: the rank of their mails' reports. */
const REACHED = { delivered: 30, opened: 40, clicked: 50 } as const;

interface Somebody {
  readonly email?: string;
  readonly reached?: keyof typeof REACHED;
  readonly joined?: boolean;
  readonly status?: string;
  readonly mailedHoursAgo?: number;
}

/** Registers people as if their mails had been reported on. */
async function add(eventId: string, ...people: readonly Somebody[]): Promise<void> {
  for (const { email, reached, joined = false, status = reached ?? 'sent', mailedHoursAgo = 5 } of people) {
    const at = new Date(app.clock.now.getTime() - mailedHoursAgo * HOUR);
    const { rows } = await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, email_status, email_status_at,
         reached_rank, joined_at, link_opened_at)
       values ($1, $2, '', '', 'key', $3, $4, $5, $6, $7) returning id`,
      [
        ...[eventId, email ?? `${randomUUID()}@example.com`, status, at],
        ...[reached ? REACHED[reached] : null, joined ? app.clock.now : null],
        joined || reached === 'clicked' ? app.clock.now : null,
      ],
    );
    await app.pool.query(
      `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, status, due_at, expires_at, accepted_at)
       values ($1, $2, 'confirmation', 'registration', 'urgent', $3, $4, $4::timestamptz + interval '1 day', $4)`,
      [eventId, rows[0]?.id, status, at],
    );
  }
}

const at = (domain: string, count: number, somebody: Somebody = {}) =>
  Array.from({ length: count }, (_, i) => ({ ...somebody, email: `p${i}@${domain}` }));
const overview = async (id: string) => (await member.get(`/team/events/${id}/overview`)).text;
const plain = (html: string) =>
  html
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', '’')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

testGuards(
  app,
  member,
  [
    ['GET', `/team/events/${ID}`],
    ['GET', `/team/events/${ID}/overview`],
    ['GET', `/team/events/${ID}/duplicate`],
    ['POST', `/team/events/${ID}/duplicate`],
    ['GET', `/team/events/${ID}/people/new`],
    ['POST', `/team/events/${ID}/people/new`],
  ],
  {},
);

describe('the overview of an event', () => {
  it('is where the event’s own address leads, and where its name in the list does', async () => {
    const { id, title } = await app.event({ title: 'Found in the list' });
    const { status, headers } = await member.get(`/team/events/${id}`);
    expect([status, headers.get('location')]).toEqual([303, `/team/events/${id}/overview`]);
    expect((await member.get('/team/events')).text).toContain(
      `<a href="/team/events/${id}" dir="auto" lang="en" class="event-title">${title}</a>`,
    );
    expect((await member.get(`/team/events/${ID}`)).status).toBe(404);
    expect((await member.get(`/team/events/${ID}/overview`)).status).toBe(404);
  });

  it('says what to do where nobody is registered', async () => {
    const { id, permalink } = await app.event();
    const text = await overview(id);
    expect(text).toContain('Nobody is registered yet');
    expect(text).toContain(`data-copy="${permalink}"`);
    expect(text).toContain(`href="/team/events/${id}/import"`);
    await app.api('POST', `/events/${id}/cancel`);
    const cancelled = await overview(id);
    expect(cancelled).toContain('The event was cancelled before anybody registered.');
    expect(cancelled).not.toContain(`href="/team/events/${id}/import"`);
  });

  it('has a step for each way that people came, and each leads to just these people', async () => {
    const { id } = await app.event();
    await add(
      id,
      ...([
        {},
        {},
        { status: 'bounced' },
        { reached: 'delivered' },
        { reached: 'opened' },
        { reached: 'opened' },
      ] as const),
      ...([{ reached: 'clicked' }, { reached: 'delivered', joined: true }, { joined: true }] as const),
    );
    const text = await overview(id);
    const steps = [
      ...text.matchAll(
        /class="funnel__step" href="([^"]+)"[^>]*><span class="funnel__label">([^<]+)<\/span><span class="funnel__count">(\d+)<\/span><span class="funnel__share">([^<]+)<\/span><svg.*?<\/svg>/g,
      ),
    ];
    expect(steps.map(([, , label, count, share]) => [label, Number(count), share])).toEqual([
      ['Registered', 9, '100 %'],
      ['Delivered', 5, '56 %'],
      ['Opened', 3, '33 %'],
      ['Link opened', 3, '33 %'],
      ['Joined', 2, '22 %'],
    ]);
    for (const [step, href = '', , count] of steps) {
      expect(step).toContain(`width="${Math.round((Number(count) / 9) * 10_000) / 100}%"`);
      const { text: people } = await member.get(href.replaceAll('&amp;', '&'));
      expect(people.match(/people__address/g), href).toHaveLength(Number(count));
    }
    expect(text).toMatch(/emailStatus=bounced[^"]*">1 person with an email problem/);
  });

  it('says that nothing was reported, instead of a row of zeros alone', async () => {
    const { id } = await app.event();
    await add(id, {}, { joined: true });
    expect(await overview(id)).toContain('No delivery was reported yet.');
    const { id: untracked } = await app.event();
    await add(untracked, { reached: 'delivered' });
    expect(await overview(untracked)).toContain('No opened mail was reported yet.');
  });

  it('draws the same counts of mails as its table says', async () => {
    const { id } = await app.event({ timeZone: 'Asia/Tokyo' });
    await add(id, {}, { mailedHoursAgo: 30 }, { mailedHoursAgo: 30 }, { mailedHoursAgo: 24 * 20 });
    await app.pool.query(
      `insert into {schema}.message (event_id, registrant_id, kind, dedupe_key, priority, due_at, expires_at)
       select event_id, id, 'reminder', 'reminder', 'bulk', $2, $2::timestamptz + interval '1 hour'
       from {schema}.registrant where event_id = $1`,
      [id, app.clock.now],
    );
    const text = await overview(id);
    const table = /<table[^>]*id="sends-table".*?<\/table>/s.exec(text)?.[0] ?? '';
    const rows = [...table.matchAll(/<tr id.*?<\/tr>/gs)].map(([row]) => {
      const name = /<th[^>]*>([^<]+)/.exec(row)?.[1];
      const numbers = [...row.matchAll(/table__value">([\d,]+)</g)].map(([, number]) => Number(number));
      return { name, confirmation: numbers[0], reminder: numbers[1] };
    });
    for (const kind of ['confirmation', 'reminder'] as const) {
      const chart = new RegExp(`<svg[^>]*data-kind="${kind}".*?</svg>`, 's').exec(text)?.[0] ?? '';
      const drawn = [...chart.matchAll(/data-count="(\d+)"><title>([^<]+): [\d,]+</g)].map(
        ([, count, name]) => ({
          name,
          count: Number(count),
        }),
      );
      const said = rows.flatMap(({ name, [kind]: count = 0 }) => (count > 0 ? [{ name, count }] : []));
      expect(drawn).toEqual(said);
      expect(drawn.reduce((sum, { count }) => sum + count, 0)).toBe(4);
    }
    // On the clocks of the event, not of the server.
    const day = new Intl.DateTimeFormat('en-GB', {
      ...{ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric', timeZone: 'Asia/Tokyo' },
    });
    expect(rows[0]?.name).toBe(day.format(app.clock.now.getTime() - 24 * 20 * HOUR));
  });
});

describe('the warning about a company', () => {
  const warned = (html: string) =>
    [...html.matchAll(/Nobody at <bdi>([^<]+)<\/bdi> has opened a mail/g)].map(([, domain]) => domain);

  it('comes where mail was delivered to five people or more and none of them has opened any', async () => {
    const { id, title } = await app.event();
    await add(
      id,
      ...at('silent.example', 6, { reached: 'delivered' }),
      ...at('gmail.com', 7, { reached: 'delivered' }),
      ...at('small.example', 4, { reached: 'delivered' }),
      ...at('fresh.example', 6, { reached: 'delivered', mailedHoursAgo: 0.5 }),
      ...at('nothing-known.example', 6),
      ...at('one-came.example', 6, { reached: 'delivered' }),
      ...at('one-opened.example', 5, { reached: 'delivered' }),
      { email: 'late@one-came.example', joined: true },
      { email: 'open@one-opened.example', reached: 'opened' },
    );
    const text = await overview(id);
    expect(warned(text)).toEqual(['silent.example']);
    const copied = /data-copy="([^"]*Hello[^"]*)"/.exec(text)?.[1] ?? '';
    expect(plain(copied)).toContain(`“${title}”. Your mail server has accepted our mails to 6 of them`);
    expect(copied).toContain(`- mail from ${app.config.mailFrom.address}\n`);
    expect(copied).toContain('- links to events.example.test\n');
    expect(copied).not.toContain('@silent.example');
    const { text: people } = await member.get(
      `/team/events/${id}/people?emailDomain=silent.example&delivered=true`,
    );
    expect(people.match(/people__address/g)).toHaveLength(6);
    expect(people).toContain('Only people whose mail was delivered, and people at silent.example.');
  });

  it('never comes where no mail program tells of opened mails', async () => {
    const { id } = await app.event();
    await add(
      id,
      ...at('silent.example', 6, { reached: 'delivered' }),
      ...at('b.example', 2, { joined: true }),
    );
    expect(warned(await overview(id))).toEqual([]);
  });
});

describe('the people that conditions leave', () => {
  it('can be sent their link, and nobody else', async () => {
    const { id } = await app.event();
    await add(
      id,
      { email: 'came@a.example', joined: true },
      { email: 'not@a.example' },
      { email: 'not@b.example' },
    );
    const fields = { scope: 'matching', joined: 'false', emailDomain: 'a.example' };
    const asked = await member.post(`/team/events/${id}/resend`, fields);
    const preview = await member.get(asked.headers.get('location') ?? '');
    expect(plain(preview.text)).toContain('Only people who did not join, and people at a.example.');
    const hidden = Object.fromEntries(
      [...preview.text.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
        ([, name, value]) => [name, value ?? ''],
      ),
    );
    expect(hidden).toMatchObject({ joined: 'false', emailDomain: 'a.example' });
    await member.post(`/team/events/${id}/resend`, { ...hidden, confirmed: '1' });
    const { rows } = await app.pool.query(
      `select email from {schema}.message join {schema}.registrant on registrant.id = registrant_id
       where message.event_id = $1 and kind = 'access_link'`,
      [id],
    );
    expect(rows).toEqual([{ email: 'not@a.example' }]);
  });

  it('are found with a search, a status and a page of their own, whatever else the address says', async () => {
    const { id } = await app.event();
    await add(
      id,
      { email: 'ada@a.example', reached: 'opened' },
      { email: 'adam@b.example', reached: 'opened' },
      { email: 'adar@a.example', reached: 'delivered' },
      { email: 'bob@xn--mnchen-3ya.example', reached: 'opened' },
    );
    const found = async (query: string) => {
      const { text } = await member.get(`/team/events/${id}/people?${query}&sort=email`);
      return [...text.matchAll(/people__address" dir="ltr" title="([^"@]+)/g)].map(([, name]) => name);
    };
    expect(await found('opened=true&q=ada')).toEqual(['ada', 'adam']);
    expect(await found('opened=true&q=ada&emailDomain=A.example')).toEqual(['ada']);
    expect(await found('opened=false')).toEqual(['adar']);
    expect(await found('emailStatus=delivered&opened=true')).toEqual([]);
    expect(await found('emailDomain=m%C3%BCnchen.example&emailDomain=b.example')).toEqual(['adam', 'bob']);
    expect(await found('opened=perhaps&emailDomain=%3Cscript%3E')).toHaveLength(4);
  });
});

describe('the head of an event’s pages', () => {
  it('has the public link, the number of people and what can be done with the event', async () => {
    const { id, permalink } = await app.event();
    await add(id, {});
    for (const page of ['overview', 'people', 'mails', 'exports', 'settings', 'import', 'duplicate']) {
      const { text } = await member.get(`/team/events/${id}/${page}`);
      expect(text).toContain(`data-copy="${permalink}"`);
      expect(text).toContain(`href="${permalink}"`);
      expect(text).toContain('1 person registered');
      for (const action of ['people/new', 'import', 'duplicate'])
        expect(text).toContain(`class="button button--quiet" href="/team/events/${id}/${action}"`);
    }
    await app.api('POST', `/events/${id}/cancel`);
    const { text } = await member.get(`/team/events/${id}/settings`);
    expect(text).toContain(`href="/team/events/${id}/duplicate"`);
    expect(text).not.toContain(`href="/team/events/${id}/people/new"`);
    expect(text).not.toContain(`href="/team/events/${id}/import"`);
  });
});

describe('duplicating an event', () => {
  const formOf = (html: string) =>
    Object.fromEntries(
      [...html.matchAll(/<input [^>]*>/g)].map(([tag]) => [
        / name="([^"]*)"/.exec(tag)?.[1] ?? '',
        / value="([^"]*)"/.exec(tag)?.[1] ?? '',
      ]),
    );
  const timesOf = async (location: string | null) => {
    const id = /events\/([^/]+)\/overview\?notice=event_copied$/.exec(location ?? '')?.[1];
    const { startsAt, endsAt, title, slug } = (await app.api('GET', `/events/${id}`)).json;
    return { startsAt, endsAt, title, slug };
  };

  it('suggests the same time some weeks on, and the end moves with the start without any script', async () => {
    const { id, title } = await app.event({
      // The clocks of Paris are set forward on the 28th.
      ...{ startsAt: '2027-03-24T17:00:00Z', endsAt: '2027-03-24T18:30:00Z', timeZone: 'Europe/Paris' },
    });
    const form = formOf((await member.get(`/team/events/${id}/duplicate`)).text);
    expect(form).toMatchObject({ startsAt: '2027-03-31T18:00', endsAt: '2027-03-31T19:30' });
    const moved = await member.post(`/team/events/${id}/duplicate`, {
      ...form,
      startsAt: '2027-04-02T09:15',
    });
    expect(await timesOf(moved.headers.get('location'))).toMatchObject({
      ...{ title, startsAt: '2027-04-02T07:15:00.000Z', endsAt: '2027-04-02T08:45:00.000Z' },
    });
    const both = await member.post(`/team/events/${id}/duplicate`, {
      ...{ ...form, startsAt: '2027-04-03T09:00', endsAt: '2027-04-03T12:00', slug: 'by-hand' },
    });
    expect(await timesOf(both.headers.get('location'))).toMatchObject({
      ...{ slug: 'by-hand', startsAt: '2027-04-03T07:00:00.000Z', endsAt: '2027-04-03T10:00:00.000Z' },
    });
  });

  it('suggests a time ahead where the event is long over', async () => {
    const { id } = await app.event({ startsAt: '2020-01-15T17:00:00Z', endsAt: '2020-01-15T18:00:00Z' });
    const { startsAt = '' } = formOf((await member.get(`/team/events/${id}/duplicate`)).text);
    const ahead = Temporal.PlainDateTime.from(startsAt).toZonedDateTime('Europe/Paris').epochMilliseconds;
    expect(ahead).toBeGreaterThan(app.clock.now.getTime());
    expect(ahead).toBeLessThanOrEqual(app.clock.now.getTime() + 8 * 24 * HOUR);
    expect(startsAt).toMatch(/T18:00$/);
  });

  it.each([
    [{ startsAt: '' }, 'Start is missing.'],
    [{ startsAt: '2027-03-28T02:30' }, 'Start does not exist on this day'],
    [{ startsAt: '2031-01-01T10:00', endsAt: '2031-01-01T09:00' }, 'End must be after the start.'],
    [{ slug: 'No slug' }, 'must be 1 to 80 of a-z'],
    [{ slug: 'slug-that-is-taken' }, 'is taken.'],
  ])('refuses %j at its field, and creates nothing', async (changes, message) => {
    if ((await app.pool.query(`select from {schema}.event where slug = 'slug-that-is-taken'`)).rowCount === 0)
      await app.event({ slug: 'slug-that-is-taken' });
    const { id } = await app.event({ timeZone: 'Europe/Paris' });
    const form = formOf((await member.get(`/team/events/${id}/duplicate`)).text);
    const count = async () => (await app.pool.query('select count(*) from {schema}.event')).rows[0].count;
    const before = await count();
    const { status, text } = await member.post(`/team/events/${id}/duplicate`, { ...form, ...changes });
    expect([status === 422 || status === 409, plain(text)]).toEqual([true, expect.stringContaining(message)]);
    expect(await count()).toBe(before);
  });
});

describe('adding a person', () => {
  const mailsOf = async (email: string) =>
    (
      await app.pool.query(
        `select kind from {schema}.message join {schema}.registrant on registrant.id = registrant_id where email = $1`,
        [email],
      )
    ).rows.map(({ kind }) => kind);

  it('registers them with the event’s own fields, and mails the link only where that is asked for', async () => {
    const { id } = await app.event({
      formFields: [
        { name: 'company', label: 'Company', type: 'text', required: true },
        { name: 'size', label: 'Size', type: 'select', options: ['small', 'large'] },
        { name: 'terms', label: 'I agree', type: 'consent' },
      ],
    });
    const path = `/team/events/${id}/people/new`;
    const { text } = await member.get(path);
    expect(text).toContain('Company');
    expect(text).not.toContain('I agree');
    const { status, headers } = await member.post(path, {
      ...{ email: ' Ada@Example.com ', firstName: 'Ada', locale: 'fr', field0: 'Engines', field1: 'large' },
      ...{ field2: 'yes', sendConfirmation: 'yes' },
    });
    expect([status, headers.get('location')]).toEqual([
      303,
      expect.stringMatching(/\/people\?person=[0-9a-f-]+&notice=person_added_mailed#pane$/),
    ]);
    const { json } = await app.api('GET', `/events/${id}/registrants`);
    expect(json.items).toMatchObject([
      {
        email: 'Ada@example.com',
        firstName: 'Ada',
        locale: 'fr',
        fields: { company: 'Engines', size: 'large' },
      },
    ]);
    expect(json.items[0].fields).not.toHaveProperty('terms');
    expect(await mailsOf('Ada@example.com')).toEqual(['confirmation']);
    const again = await member.post(path, { email: 'ada@example.com', sendConfirmation: 'yes' });
    expect(again.headers.get('location')).toContain('notice=person_known');
    const silent = await member.post(path, { email: 'grace@example.com' });
    expect(silent.headers.get('location')).toContain('notice=person_added#');
    expect(await mailsOf('grace@example.com')).toEqual([]);
  });

  it('sends nothing after the end, and refuses what is no email, a wrong option and a cancelled event', async () => {
    const past = await app.event({ startsAt: '2020-01-15T17:00:00Z', endsAt: '2020-01-15T18:00:00Z' });
    const added = await member.post(`/team/events/${past.id}/people/new`, {
      ...{ email: 'late@example.com', sendConfirmation: 'yes' },
    });
    expect(added.headers.get('location')).toContain('notice=person_added#');
    expect(await mailsOf('late@example.com')).toEqual([]);
    const { id } = await app.event({
      formFields: [{ name: 'size', label: 'Size', type: 'select', options: ['small'] }],
    });
    const refused = await member.post(`/team/events/${id}/people/new`, {
      ...{ email: 'nobody', firstName: 'Kept', field0: 'huge' },
    });
    expect(refused.status).toBe(422);
    expect(plain(refused.text)).toContain('Enter an email, like ada@example.com.');
    expect(plain(refused.text)).toContain('size must be one of: small.');
    expect(refused.text).toContain('value="Kept"');
    await app.api('POST', `/events/${id}/cancel`);
    const cancelled = await member.post(`/team/events/${id}/people/new`, { email: 'ada@example.com' });
    expect([cancelled.status, plain(cancelled.text)]).toEqual([
      409,
      expect.stringContaining('The event is cancelled: nobody can be registered any more.'),
    ]);
    expect((await app.api('GET', `/events/${id}`)).json.counts.registrants).toBe(0);
  });
});
