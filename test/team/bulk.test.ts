import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { type Answer, openApp } from '../support/app.ts';
import { signIn, type TestMember } from '../support/team.ts';

const app = await openApp();
const ada = await signIn(app, { email: 'ada@team.example' });

/** An event with so many registrants, nobody of whom got a mail. */
async function eventWith(people: number, changes?: Record<string, unknown>) {
  const event = await app.event(changes);
  const { rows } = await app.pool.query<{ id: string }>(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, registered_at)
     select $1::uuid, 'p' || n || '@' || ($1::uuid)::text || '.example', 'Person', 'No' || n, 'key' || n, $3::timestamptz + n * interval '1 second'
     from generate_series(1, $2::int) n returning id`,
    [event.id, people, app.clock.now],
  );
  return { id: event.id as string, ids: rows.map(({ id }) => id), path: `/team/events/${event.id}/resend` };
}

async function setStatus(ids: readonly string[], status: string) {
  await app.pool.query('update {schema}.registrant set email_status = $2 where id = any($1)', [ids, status]);
}

async function suppress(id: string, reason = 'bounced') {
  await app.pool.query(
    `insert into {schema}.suppression (address_hash, address, scope, reason, created_at)
     select {schema}.address_hash(email), email, 'all', $2, $3 from {schema}.registrant where id = $1`,
    [id, reason, app.clock.now],
  );
}

async function linksOf(eventId: string): Promise<string[]> {
  const { rows } = await app.pool.query(
    `select registrant_id from {schema}.message where event_id = $1 and kind = 'access_link' order by id`,
    [eventId],
  );
  return rows.map((row) => row.registrant_id);
}

/** The text of the page's main part. */
const words = (html: string) =>
  html
    .replace(/^.*<main/s, '<main')
    .replace(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replace(/\s+/g, ' ');

/** What the form of a preview sends when its button is pressed. */
function formOf(html: string): Record<string, string[]> {
  const form: Record<string, string[]> = {};
  for (const [tag] of html.matchAll(/<input type="hidden"[^>]*>/g)) {
    const name = /name="([^"]*)"/.exec(tag)?.[1] ?? '';
    form[name] = [...(form[name] ?? []), /value="([^"]*)"/.exec(tag)?.[1] ?? ''];
  }
  return form;
}

/** The page that a form leads to. */
async function follow(
  member: TestMember,
  path: string,
  fields: Record<string, string | readonly string[]>,
): Promise<Answer> {
  let answer = await member.post(path, fields);
  for (
    let to = answer.headers.get('location');
    answer.status === 303 && to;
    to = answer.headers.get('location')
  )
    answer = await member.get(to);
  return answer;
}

/** Looks at the preview and presses its button; returns where that leads. */
async function send(member: TestMember, path: string, fields: Record<string, string | readonly string[]>) {
  const preview = await follow(member, path, fields);
  return member.post(path, formOf(preview.text));
}

describe('the preview', () => {
  it('says how many of those selected get the link, and sends nothing', async () => {
    const { id, ids, path } = await eventWith(3);
    const { status, text } = await follow(ada, path, { scope: 'selected', registrantId: ids.slice(0, 2) });
    expect(status).toBe(200);
    expect(words(text)).toContain('Send the access link to 2 people?');
    expect(text).toContain('Send 2 links</button>');
    expect(formOf(text)).toMatchObject({
      scope: ['selected'],
      registrantId: ids.slice(0, 2),
      confirmed: ['1'],
    });
    expect(await linksOf(id)).toEqual([]);
  });

  it('names whom it skips, by reason, the first five and how many more', async () => {
    const { ids, path } = await eventWith(12);
    for (const id of ids.slice(0, 7)) await suppress(id);
    await suppress(ids[7] ?? '', 'provider');
    await ada.post(`${path.replace('/resend', '')}/resend`, {
      registrantId: ids.slice(8, 10),
      confirmed: '1',
    });
    const { text } = await follow(ada, path, { registrantId: [...ids, randomUUID()] });
    const said = words(text);
    expect(said).toContain('Send the access link to 2 people?');
    expect(said).toContain('You selected 13 people.');
    expect(said).toContain('11 people are skipped');
    expect(said).toMatch(/8 · Mail to their email is blocked.*No1 .*No5 .*and 3 more Correct these emails…/);
    expect(said).not.toContain('No6');
    expect(said).toMatch(/2 · They were sent their link within the last minute\. Person No9 .* Person No10/);
    expect(said).toMatch(/1 · They are not registered for this event/);
    expect(text).toMatch(/href="[^"]*\/correct\?scope=selected&amp;people=[\w-]+"/);
  });

  it.each([
    [{}, 'That is everybody who is registered: 4 people.', 4],
    [{ emailStatus: 'bounced' }, 'whom the filter shows: 2 people. People with the email status Bounced ', 2],
    [
      { emailStatus: ['bounced', 'none'] },
      '4 people. People with the email status Bounced or No mail yet ',
      4,
    ],
    [{ q: ' NO1 ' }, 'whom the filter shows: 1 person. People found by “NO1”', 1],
    [
      { q: 'no', emailStatus: 'bounced' },
      '2 people. People with the email status Bounced People found by “no”',
      2,
    ],
    [{ q: '%' }, 'No link to send', 0],
  ])('of all that match %j knows who they are', async (filter, sentence, count) => {
    const { id, ids, path } = await eventWith(4);
    await setStatus(ids.slice(0, 2), 'bounced');
    const { text } = await follow(ada, path, { scope: 'matching', ...filter });
    expect(words(text)).toContain(sentence);
    await ada.post(path, formOf(text));
    expect(await linksOf(id)).toHaveLength(count);
  });

  it('leads back to the list as it was filtered', async () => {
    const { id, path } = await eventWith(1);
    const filter = { q: 'No & 1', emailStatus: ['bounced', 'failed'] };
    const { text } = await follow(ada, path, { scope: 'matching', ...filter });
    const back = `/team/events/${id}/people?emailStatus=bounced&amp;emailStatus=failed&amp;q=No+%26+1`;
    expect(text).toContain(`href="${back}"`);
    const { status, headers } = await ada.get(path);
    expect([status, headers.get('location')]).toEqual([303, `/team/events/${id}/people`]);
  });

  it('without anybody selected goes back to the list and says so', async () => {
    const { id, path } = await eventWith(1);
    const { status, headers } = await ada.post(path, { scope: 'selected', q: 'x' });
    expect([status, headers.get('location')]).toEqual([
      303,
      `/team/events/${id}/people?q=x&notice=nobody_selected`,
    ]);
  });

  it('of a search that finds more than a job can name reaches all of them', async () => {
    const { id, path } = await eventWith(10_001);
    const { text } = await follow(ada, path, { scope: 'matching', q: 'person' });
    expect(words(text)).toContain('Send the access link to 10,001 people?');
    await ada.post(path, formOf(text));
    // The first slice; what is left is a job, which may hold a word that so many share.
    expect(await linksOf(id)).toHaveLength(5_000);
    const { rows } = await app.pool.query(
      `select data -> 'selection' as selection from {jobs}.job where name = 'fan-out' and data ->> 'eventId' = $1`,
      [id],
    );
    expect(rows).toEqual([{ selection: { q: 'person' } }]);
  });

  it.each([
    [-3, false, 'has ended'],
    [2, true, 'is cancelled'],
  ])(
    'of an event that starts in %i h (cancelled: %s) says why nothing goes out',
    async (hours, cancel, why) => {
      const at = (n: number) => new Date(app.clock.now.getTime() + n * 3_600_000).toISOString();
      const { id, ids, path } = await eventWith(1, { startsAt: at(hours), endsAt: at(hours + 1) });
      if (cancel) await app.api('POST', `/events/${id}/cancel`, {});
      for (const confirmed of [{}, { confirmed: '1' }]) {
        const { status, text } = await follow(ada, path, { registrantId: ids, ...confirmed });
        expect([status, words(text)]).toEqual([409, expect.stringContaining(why)]);
      }
      expect(await linksOf(id)).toEqual([]);
    },
  );

  it('shows names as they are written', async () => {
    const { ids, path } = await eventWith(1);
    await app.pool.query(
      `update {schema}.registrant set first_name = '<script>x', last_name = '"' where id = $1`,
      [ids[0]],
    );
    await suppress(ids[0] ?? '');
    const { text } = await follow(ada, path, { scope: 'matching', q: '<script>' });
    expect(text).toContain('&lt;script&gt;x');
    expect(text).not.toContain('<script>x');
  });

  it.each([
    { registrantId: 'x' },
    { scope: 'all' },
    { emailStatus: 'happy' },
    { q: 'x'.repeat(201), scope: 'matching' },
    { token: 'x', registrantId: randomUUID() },
  ])('refuses %j', async (fields) => {
    const { path } = await eventWith(1);
    expect((await ada.post(path, fields)).status).toBe(400);
  });
});

describe('once confirmed', () => {
  it('each gets one link, and the page of its progress follows', async () => {
    const { id, ids, path } = await eventWith(3);
    await suppress(ids[2] ?? '');
    const { status, headers } = await send(ada, path, { registrantId: ids });
    expect(status).toBe(303);
    const location = headers.get('location') ?? '';
    expect(location).toMatch(new RegExp(`^/team/events/${id}/resends/[0-9a-f-]{36}$`));
    expect((await linksOf(id)).sort()).toEqual(ids.slice(0, 2).sort());
    const { text } = await ada.get(location);
    const said = words(text);
    expect(said).toContain('Access link sent again to 2 people');
    expect(said).toContain('Started by ada@team.example');
    expect(said).toContain('2 waiting.');
    expect(said).toMatch(/1 person skipped 1 · Mail to their email/);
    expect(text).toContain('data-refresh="2"');
    const { rows } = await app.pool.query(
      `select actor, action, detail from {schema}.audit_entry where event_id = $1 and action = 'links_resent'`,
      [id],
    );
    expect(rows).toEqual([
      { actor: `team_member:${ada.id}`, action: 'links_resent', detail: { queued: '2' } },
    ]);
  });

  it('waits while sending is paused, and says so before and after; a handful that was picked does not', async () => {
    const { id, ids, path } = await eventWith(21);
    await app.api('POST', `/events/${id}/pause-sending`);
    const all = await follow(ada, path, { scope: 'matching' });
    expect(words(all.text)).toContain('go out as soon as sending is resumed');
    const few = await follow(ada, path, { registrantId: ids.slice(0, 20) });
    expect(words(few.text)).toContain('go out at once');
    const { headers } = await ada.post(path, formOf(all.text));
    const progress = await ada.get(headers.get('location') ?? '');
    expect(words(progress.text)).toContain('Sending is paused for this event.');
  });

  it('however often, and at once, it is sent, one send comes of it', async () => {
    const { id, ids, path } = await eventWith(3);
    const form = formOf((await follow(ada, path, { registrantId: ids })).text);
    const answers = await Promise.all([1, 2, 3].map(() => ada.post(path, form)));
    app.clock.advance(120_000);
    answers.push(await ada.post(path, form));
    expect(new Set(answers.map(({ headers }) => headers.get('location'))).size).toBe(1);
    expect(await linksOf(id)).toHaveLength(3);
    // The same people again by a preview of its own are another send.
    expect((await send(ada, path, { registrantId: ids })).headers.get('location')).not.toBe(
      answers[0]?.headers.get('location'),
    );
    expect(await linksOf(id)).toHaveLength(6);
  });

  it('a token is worth nothing for another event', async () => {
    const [one, other] = [await eventWith(1), await eventWith(1)];
    const form = formOf((await follow(ada, one.path, { scope: 'matching' })).text);
    const first = await ada.post(one.path, form);
    const second = await ada.post(other.path, form);
    expect([await linksOf(one.id), await linksOf(other.id)]).toEqual([one.ids, other.ids]);
    for (const { headers } of [first, second])
      expect(words((await ada.get(headers.get('location') ?? '')).text)).toContain('1 waiting.');
  });

  it('with nobody left to send to it says so instead', async () => {
    const { id, ids, path } = await eventWith(1);
    const form = formOf((await follow(ada, path, { registrantId: ids })).text);
    await send(ada, path, { registrantId: ids });
    const { status, text } = await follow(ada, path, form);
    expect([status, words(text)]).toEqual([200, expect.stringContaining('No link to send')]);
    expect(await linksOf(id)).toHaveLength(1);
  });

  it('those whose address was mended get it, the others stay skipped', async () => {
    const { id, ids, path } = await eventWith(2);
    await setStatus(ids, 'bounced');
    for (const one of ids) await suppress(one);
    await app.api('PATCH', `/events/${id}/registrants/${ids[0]}`, { email: 'mended@example.com' });
    // A corrected address has no status: it was selected in the list.
    const { text } = await follow(ada, path, { registrantId: ids });
    expect(words(text)).toMatch(
      /Send the access link to 1 person\?.*1 person is skipped 1 · Mail to their email/,
    );
    await ada.post(path, formOf(text));
    expect(await linksOf(id)).toEqual([ids[0]]);
  });
});

describe('the progress of a send', () => {
  async function sendTo(people: number) {
    const { id, ids, path } = await eventWith(people);
    const location = (await send(ada, path, { scope: 'matching' })).headers.get('location') ?? '';
    return { id, ids, location };
  }

  async function setMessages(eventId: string, statuses: Record<string, string>) {
    for (const [registrantId, status] of Object.entries(statuses))
      await app.pool.query(
        'update {schema}.message set status = $3 where event_id = $1 and registrant_id = $2',
        [eventId, registrantId, status],
      );
  }

  it('counts by status, and links to the list of each', async () => {
    const { id, ids, location } = await sendTo(5);
    const statuses = ['delivered', 'bounced', 'sent', 'not_sent', 'queued'];
    await setMessages(id, Object.fromEntries(ids.map((one, i) => [one, statuses[i] ?? ''])));
    const { text } = await ada.get(location);
    expect(words(text)).toContain('2 sent, 2 with problems, 1 waiting.');
    for (const status of statuses) expect(text).toContain(`/people?emailStatus=${status}"`);
    expect(text).toContain('value="4" max="5"');
  });

  it('is looked at again until it is settled', async () => {
    const { id, ids, location } = await sendTo(1);
    await setMessages(id, { [ids[0] ?? '']: 'sent' });
    const { text } = await ada.get(location);
    expect(words(text)).toContain('Done 1 sent.');
    expect(text).toContain('data-refresh="10"');
    app.clock.advance(11 * 60_000);
    expect((await ada.get(location)).text).not.toContain('data-refresh');
  });

  it('of thousands knows of those who are not in the ledger yet, and of those who never will be', async () => {
    const { id, location } = await sendTo(5_003);
    expect(await linksOf(id)).toHaveLength(5_000);
    expect(words((await ada.get(location)).text)).toContain('5,003 waiting.');
    await app.pool.query(`delete from {jobs}.job where name = 'fan-out' and data ->> 'eventId' = $1`, [id]);
    const { text } = await ada.get(location);
    expect(words(text)).toContain('5,000 waiting.');
    expect(words(text)).toContain('3 of the people counted got no mail');
  });

  it('is found under its own event only', async () => {
    const { location } = await sendTo(1);
    const other = await app.event();
    const sendId = location.split('/').at(-1);
    for (const path of [
      `/team/events/${other.id}/resends/${sendId}`,
      `/team/events/${other.id}/resends/${randomUUID()}`,
      `/team/events/${other.id}/resends/x`,
      `/team/events/x/resends/${sendId}`,
    ])
      expect((await ada.get(path)).status).toBe(404);
  });
});

describe('whoever', () => {
  it('is not signed in is sent to sign in, and nothing is sent', async () => {
    const { id, ids, path } = await eventWith(1);
    const posted = await app.form(path, { registrantId: ids[0] ?? '', confirmed: '1' });
    const looked = await app.request(`/team/events/${id}/resends/${randomUUID()}`);
    for (const { status, headers } of [posted, looked])
      expect([status, headers.get('location')]).toEqual([303, expect.stringMatching(/^\/team\/sign-in/)]);
    expect(await linksOf(id)).toEqual([]);
  });

  it('sends the form from another site is refused', async () => {
    const { id, ids, path } = await eventWith(1);
    const { status } = await app.form(
      path,
      { registrantId: ids[0] ?? '', confirmed: '1' },
      { cookie: ada.cookie, 'sec-fetch-site': 'cross-site' },
    );
    expect([status, await linksOf(id)]).toEqual([403, []]);
  });

  it('asks for an event that there is not gets 404', async () => {
    expect((await ada.post(`/team/events/${randomUUID()}/resend`, { scope: 'matching' })).status).toBe(404);
  });
});
