import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn, testGuards } from '../support/team.ts';

const app = await openApp();
const ada = await signIn(app, { email: 'ada@team.example' });

interface Person {
  readonly id: string;
  readonly email: string;
}

/** An event with a registrant for each email, mail to whom bounced; `blocked`: their addresses get no mail. */
async function eventWith(
  emails: readonly string[],
  { blocked = true, ...changes }: Record<string, unknown> & { readonly blocked?: boolean } = {},
) {
  const event = await app.event(changes);
  const people: Person[] = [];
  for (const [i, email] of emails.entries()) {
    const { rows } = await app.pool.query<Person>(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, email_status, registered_at)
       values ($1, $2, 'Person', $3, $4, 'bounced', $5) returning id, email`,
      [event.id, email, `No${i}`, `key${i}${randomUUID()}`, new Date(app.clock.now.getTime() + i * 1000)],
    );
    people.push(...rows);
    if (blocked)
      await app.pool.query(
        `insert into {schema}.suppression (address_hash, address, scope, reason, created_at)
         values ({schema}.address_hash($1), $1, 'all', 'bounced', $2) on conflict do nothing`,
        [email, app.clock.now],
      );
  }
  return { id: event.id as string, people, path: `/team/events/${event.id}` };
}

const words = (html: string) =>
  html
    .replace(/^.*<main/s, '<main')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&amp;', '&')
    .replace(/\s+/g, ' ');

interface Row {
  readonly registrantId: string;
  readonly version: string;
  readonly email: string;
  readonly ticked: boolean;
  readonly error: string | null;
}

/** The rows of the page, as its form would send them. */
function rowsOf(html: string): Row[] {
  return html
    .split('<tr id="row-')
    .slice(1)
    .map((row) => ({
      registrantId: /name="registrantId" value="([^"]+)"/.exec(row)?.[1] ?? '',
      version: /name="version" value="([^"]+)"/.exec(row)?.[1] ?? '',
      email: /name="email"[^>]* value="([^"]*)"/.exec(row)?.[1] ?? '',
      ticked: /data-select[^>]* checked=""/.test(row),
      error: /class="field__error"[^>]*>([^<]*)/.exec(row)?.[1] ?? null,
    }));
}

/** What the form sends, with some emails typed over and other rows ticked. */
function formOf(
  html: string,
  typed: Readonly<Record<string, string>> = {},
  ticked?: readonly string[],
): Record<string, string[]> {
  const rows = rowsOf(html);
  const hidden = (name: string) =>
    new RegExp(`name="${name}" value="([^"]*)"`).exec(html)?.[1]?.replaceAll('&amp;', '&') ?? '';
  return {
    registrantId: rows.map(({ registrantId }) => registrantId),
    version: rows.map(({ version }) => version),
    email: rows.map(({ registrantId, email }) => typed[registrantId] ?? email),
    tick: [...(ticked ?? rows.filter((row) => row.ticked).map(({ registrantId }) => registrantId))],
    ...{ back: [hidden('back')], next: [hidden('next')] },
  };
}

async function registrants(eventId: string) {
  const { rows } = await app.pool.query<{ id: string; email: string; links: number }>(
    `select id, email, (select count(*)::int from {schema}.message where registrant_id = registrant.id and kind = 'access_link') as links
     from {schema}.registrant where event_id = $1 order by registered_at`,
    [eventId],
  );
  return rows;
}

const BOUNCED = ['ada@gmial.com', 'grace@example.com', 'alan@hotmial.com'];

describe('the table', () => {
  it('shows only people whom the conditions of the list leave, and goes back to that list', async () => {
    const { id, path } = await eventWith(BOUNCED);
    const fields = { scope: 'matching', emailDomain: ['example.com', 'gmial.com'], joined: 'false' };
    const { headers } = await ada.post(`${path}/correct`, fields);
    const address = headers.get('location') ?? '';
    const { text } = await ada.get(address);
    expect(rowsOf(text).map(({ email }) => email)).toEqual(['ada@gmail.com', 'grace@example.com']);
    const answer = await ada.post(`${path}/corrections`, formOf(text));
    const list = new URL(answer.headers.get('location') ?? '', app.config.publicUrl).searchParams;
    expect([list.getAll('emailDomain'), list.get('joined')]).toEqual([fields.emailDomain, 'false']);
    expect((await registrants(id)).map(({ email }) => email)).toEqual([
      'ada@gmail.com',
      'grace@example.com',
      'alan@hotmial.com',
    ]);
  });

  it('shows old and suggested emails, those with a suggestion first and ticked', async () => {
    const { path } = await eventWith(BOUNCED);
    const { status, text } = await ada.get(`${path}/correct?scope=matching&emailStatus=bounced`);
    expect(status).toBe(200);
    expect(rowsOf(text).map(({ email, ticked }) => [email, ticked])).toEqual([
      ['ada@gmail.com', true],
      ['alan@hotmail.com', true],
      ['grace@example.com', false],
    ]);
    const said = words(text);
    expect(said).toContain('Mail does not reach 3 people; for 2 a correct email is suggested.');
    expect(said).toContain('Correct & send 2');
    expect(said).toContain('ada@gmial.com rejected permanently');
  });

  it('is reached from the list’s selection, and holds only those whom no mail reaches', async () => {
    const { id, path, people } = await eventWith(['ada@gmial.com', 'grace@example.com']);
    const { json: fine } = await app.api('POST', `/events/${id}/registrants`, {
      ...{ email: 'fine@example.com', sendConfirmation: false },
    });
    const chosen = [people[0]?.id ?? '', fine.id];
    const { status, headers } = await ada.post(`${path}/correct`, {
      scope: 'selected',
      registrantId: chosen,
    });
    expect(status).toBe(303);
    const { text } = await ada.get(headers.get('location') ?? '');
    expect(rowsOf(text).map(({ registrantId }) => registrantId)).toEqual([people[0]?.id]);
    const all = await ada.post(`${path}/correct`, { scope: 'matching', q: 'no1', emailStatus: 'bounced' });
    expect(rowsOf((await ada.get(all.headers.get('location') ?? '')).text)).toMatchObject([
      { registrantId: people[1]?.id },
    ]);
  });

  it('is where a resend leads that would reach nobody, and is offered where it would skip somebody', async () => {
    const { id, path, people } = await eventWith(['ada@gmial.com']);
    const preview = await ada.post(`${path}/resend`, { scope: 'matching', emailStatus: 'bounced' });
    const { status, headers } = await ada.get(preview.headers.get('location') ?? '');
    const to = headers.get('location') ?? '';
    expect([status, to]).toEqual([303, expect.stringMatching(/\/correct\?.*notice=emails_to_correct/)]);
    expect(rowsOf((await ada.get(to)).text)).toMatchObject([{ registrantId: people[0]?.id, ticked: true }]);
    await app.api('POST', `/events/${id}/registrants`, {
      email: 'fine@example.com',
      sendConfirmation: false,
    });
    const mixed = await ada.post(`${path}/resend`, { scope: 'matching' });
    const { text } = await ada.get(mixed.headers.get('location') ?? '');
    expect(words(text)).toContain('Correct this email…');
    expect(text).toContain(`href="${path}/correct?scope=matching"`);
  });

  it('says where there is nothing to correct, or nobody was selected, or too many', async () => {
    const { path } = await eventWith([]);
    expect(words((await ada.get(`${path}/correct?scope=matching`)).text)).toContain('Nothing to correct');
    const nobody = await ada.post(`${path}/correct`, { scope: 'selected' });
    expect(nobody.headers.get('location')).toContain('nobody_selected');
    const many = await ada.post(`${path}/correct`, {
      registrantId: Array.from({ length: 201 }, () => randomUUID()),
    });
    expect(many.headers.get('location')).toContain('too_many_to_correct');
  });

  it.each([
    'people=x',
    'people=',
    'emailStatus=happy',
    'after=x',
    `after=s${'-'.repeat(36)}`,
    `q=${'x'.repeat(201)}`,
  ])('has no address with %s', async (query) => {
    const { path } = await eventWith([]);
    expect((await ada.get(`${path}/correct?${query}`)).status).toBe(400);
  });
});

describe('correcting', () => {
  it('corrects those ticked and sends each the link; the others stay as they are', async () => {
    const { id, path, people } = await eventWith(BOUNCED);
    const list = `${path}/correct?scope=matching&emailStatus=bounced`;
    const { status, headers } = await ada.post(`${path}/corrections`, formOf((await ada.get(list)).text));
    expect([status, headers.get('location')]).toEqual([
      303,
      `${path}/people?emailStatus=bounced&notice=emails_corrected`,
    ]);
    expect(await registrants(id)).toEqual([
      { id: people[0]?.id, email: 'ada@gmail.com', links: 1 },
      { id: people[1]?.id, email: 'grace@example.com', links: 0 },
      { id: people[2]?.id, email: 'alan@hotmail.com', links: 1 },
    ]);
    const { rows } = await app.pool.query(
      `select actor, detail from {schema}.audit_entry where event_id = $1 and action = 'address_mended'`,
      [id],
    );
    expect(rows).toEqual(
      Array(2).fill({ actor: `team_member:${ada.id}`, detail: { from: 'bounced', resent: 'true' } }),
    );
    expect(rowsOf((await ada.get(list)).text)).toHaveLength(1);
  });

  it('keeps each error in its row, as it was typed, and the others go through', async () => {
    const { id, path, people } = await eventWith([
      ...BOUNCED,
      'barbara@example.com',
      'katherine@example.com',
    ]);
    await app.api('POST', `/events/${id}/registrants`, {
      email: 'taken@example.com',
      sendConfirmation: false,
    });
    await eventWith(['blocked@example.com']);
    const [one, two, three, four, five] = people.map((person) => person.id);
    const { text } = await ada.get(`${path}/correct?scope=matching`);
    const typed = {
      ...{
        [two ?? '']: 'taken@example.com',
        [three ?? '']: 'not an email',
        [four ?? '']: 'blocked@example.com',
      },
    };
    const all = people.map((person) => person.id);
    const answer = await ada.post(`${path}/corrections`, formOf(text, typed, all));
    expect(answer.status).toBe(422);
    const rows = new Map(rowsOf(answer.text).map((row) => [row.registrantId, row]));
    expect([...rows.keys()].sort()).toEqual([two, three, four, five].sort());
    expect(rows.get(two ?? '')).toMatchObject({
      ...{ email: 'taken@example.com', ticked: true, error: 'Another person is registered with this email.' },
    });
    expect(rows.get(three ?? '')).toMatchObject({
      ...{ email: 'not an email', error: 'Enter an email address, like ada@example.com.' },
    });
    expect(rows.get(four ?? '')?.error).toContain('is blocked, too');
    expect(rows.get(five ?? '')?.error).toContain('Mail does not reach this email');
    expect(words(answer.text)).toContain('1 email is corrected. 4 rows need attention.');
    expect((await registrants(id)).find((person) => person.id === one)).toMatchObject({
      ...{ email: 'ada@gmail.com', links: 1 },
    });
    // What came back can be sent again.
    const again = { [two ?? '']: 'grace@example.org', [three ?? '']: 'alan@example.org' };
    const second = await ada.post(
      `${path}/corrections`,
      formOf(answer.text, again, [two ?? '', three ?? '']),
    );
    expect(second.status).toBe(422);
    expect(rowsOf(second.text).map(({ registrantId, error }) => [registrantId, error])).toEqual([
      [four, 'Tick this row to correct it.'],
    ]);
    expect((await registrants(id)).filter(({ links }) => links === 1)).toHaveLength(3);
  });

  it('does not lose what was typed in a row that was not ticked', async () => {
    const { id, path, people } = await eventWith(['grace@example.com']);
    const one = people[0]?.id ?? '';
    const { text } = await ada.get(`${path}/correct?scope=matching`);
    const answer = await ada.post(`${path}/corrections`, formOf(text, { [one]: 'grace@example.org' }, []));
    expect(rowsOf(answer.text)).toMatchObject([
      { email: 'grace@example.org', ticked: false, error: 'Tick this row to correct it.' },
    ]);
    expect(await registrants(id)).toMatchObject([{ email: 'grace@example.com' }]);
    const none = await ada.post(`${path}/corrections`, formOf(text, {}, []));
    expect([none.status, words(none.text)]).toEqual([
      422,
      expect.stringContaining('Tick the people whose new email is right.'),
    ]);
  });

  it('sent twice corrects once and sends one link', async () => {
    const { id, path } = await eventWith(['ada@gmial.com']);
    const form = formOf((await ada.get(`${path}/correct?scope=matching`)).text);
    const answers = await Promise.all([1, 2].map(() => ada.post(`${path}/corrections`, form)));
    answers.push(await ada.post(`${path}/corrections`, form));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await registrants(id)).toMatchObject([{ email: 'ada@gmail.com', links: 1 }]);
  });

  it('gives two rows that name one email to the first of them', async () => {
    const { id, path, people } = await eventWith(['ada@gmial.com', 'ada@gmal.com']);
    const form = formOf((await ada.get(`${path}/correct?scope=matching`)).text);
    const { status, text } = await ada.post(`${path}/corrections`, form);
    expect([status, rowsOf(text)]).toMatchObject([
      422,
      [{ registrantId: people[1]?.id, error: 'Another person is registered with this email.' }],
    ]);
    expect((await registrants(id))[0]).toMatchObject({ email: 'ada@gmail.com', links: 1 });
  });

  it('does not overwrite what somebody else has corrected meanwhile, and goes on without who was removed', async () => {
    const { id, path, people } = await eventWith(['ada@gmial.com', 'grace@gmial.com']);
    const [one, two] = people.map((person) => person.id);
    const form = formOf((await ada.get(`${path}/correct?scope=matching`)).text);
    await app.api('PATCH', `/events/${id}/registrants/${one}`, { email: 'ada@example.org' });
    await app.api('DELETE', `/events/${id}/registrants/${two}`);
    const { status, text } = await ada.post(`${path}/corrections`, form);
    expect([status, rowsOf(text)]).toMatchObject([422, [{ registrantId: one }]]);
    expect(words(text)).toContain('Someone else has changed this person meanwhile');
    expect(words(text)).toContain('1 person is not registered any more.');
    expect((await registrants(id))[0]).toMatchObject({ email: 'ada@example.org', links: 0 });
  });

  it('corrects people of this event only', async () => {
    const [one, other] = [await eventWith(['ada@gmial.com']), await eventWith(['grace@gmial.com'])];
    const form = formOf((await ada.get(`${other.path}/correct?scope=matching`)).text);
    await ada.post(`${one.path}/corrections`, form);
    expect(await registrants(other.id)).toMatchObject([{ email: 'grace@gmial.com' }]);
  });

  it('of an event that has ended corrects and sends nothing', async () => {
    const at = (n: number) => new Date(app.clock.now.getTime() + n * 3_600_000).toISOString();
    const { id, path } = await eventWith(['ada@gmial.com'], { startsAt: at(-3), endsAt: at(-2) });
    const { text } = await ada.get(`${path}/correct?scope=matching`);
    expect(words(text)).toMatch(/Correct 1 .*no access link is sent|no access link is sent.* Correct 1 /);
    const { headers } = await ada.post(`${path}/corrections`, formOf(text));
    expect(headers.get('location')).toContain('emails_corrected_only');
    expect(await registrants(id)).toMatchObject([{ email: 'ada@gmail.com', links: 0 }]);
  });

  it.each([
    [{ registrantId: ['x'] }],
    [{ email: [] }],
    [{ version: ['v', 'v'] }],
    [
      {
        registrantId: Array(101).fill(randomUUID()),
        email: Array(101).fill(''),
        version: Array(101).fill(''),
      },
    ],
    [{ back: ['emailStatus=happy'] }],
    [{ next: ['elsewhere'] }],
  ])('refuses a form with %j', async (changes) => {
    const { id, path } = await eventWith(['ada@gmial.com']);
    const form = formOf((await ada.get(`${path}/correct?scope=matching`)).text);
    expect((await ada.post(`${path}/corrections`, { ...form, ...changes })).status).toBe(400);
    expect(await registrants(id)).toMatchObject([{ email: 'ada@gmial.com' }]);
  });
});

describe('ten thousand whom no mail reaches', () => {
  it('come a hundred a page, those with a suggestion first wherever they stand, and a page leads to the next', async () => {
    const { id, path } = await eventWith([]);
    await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, email_status, registered_at)
       select $1::uuid, 'p' || n || '@' || case when n % 90 = 0 then 'gmial.com' else 'company' || n % 500 || '.example' end,
         'Person', 'No' || n, 'key' || n, 'bounced', $2::timestamptz + n * interval '1 second'
       from generate_series(1, 10000) n`,
      [id, app.clock.now],
    );
    const first = await ada.get(`${path}/correct?scope=matching&emailStatus=bounced`);
    expect(words(first.text)).toContain(
      'Mail does not reach 10,000 people; for 111 a correct email is suggested.',
    );
    const rows = rowsOf(first.text);
    expect([rows.length, rows.filter(({ ticked }) => ticked).length]).toEqual([100, 100]);
    const done = await ada.post(`${path}/corrections`, formOf(first.text));
    const to = done.headers.get('location') ?? '';
    expect(to).toMatch(
      /\/correct\?scope=matching&emailStatus=bounced&after=s[0-9a-f-]{36}&notice=emails_corrected$/,
    );
    const second = rowsOf((await ada.get(to)).text);
    expect([second.length, second.filter(({ ticked }) => ticked).length]).toEqual([100, 11]);
    const seen = new Set([...rows, ...second].map(({ registrantId }) => registrantId));
    expect(seen.size).toBe(200);
    let page = (await ada.get(to)).text;
    for (let i = 0; i < 2; i++) {
      const next = /href="([^"]+)" rel="next"/.exec(page)?.[1]?.replaceAll('&amp;', '&') ?? '';
      page = (await ada.get(next)).text;
      for (const { registrantId } of rowsOf(page)) seen.add(registrantId);
    }
    expect(seen.size).toBe(400);
  });
});

describe('every route', async () => {
  const { path } = await eventWith([]);
  const routes = [
    ['GET', `${path}/correct?scope=matching`],
    ['POST', `${path}/correct`],
    ['POST', `${path}/corrections`],
  ] as const;
  testGuards(app, ada, routes, { registrantId: randomUUID() });

  it('of an event that is not there is 404', async () => {
    const other = `/team/events/${randomUUID()}`;
    expect((await ada.get(`${other}/correct`)).status).toBe(404);
    expect((await ada.post(`${other}/corrections`, { registrantId: randomUUID() })).status).toBe(404);
  });
});
