import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn, testGuards } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);
const HOUR = 3_600_000;
const at = (hours: number) => new Date(app.clock.now.getTime() + hours * HOUR).toISOString();
const TEXT = { subject: 'News of {{eventTitle}}', text: 'Hello {{firstName}}, see https://studio.example/' };

async function eventWith(count: number, changes: Record<string, unknown> = {}) {
  const { id } = await app.event({ startsAt: at(48), endsAt: at(49), timeZone: 'UTC', ...changes });
  const ids: string[] = [];
  for (let i = 0; i < count; i++) {
    const email = `${crypto.randomUUID()}@example.com`;
    const body = { email, firstName: `Ada ${i}`, sendConfirmation: false };
    ids.push((await app.api('POST', `/events/${id}/registrants`, body)).json.id);
  }
  return { id: id as string, ids, path: `/team/events/${id}/announcements` };
}

/** What a page's form carries hidden. */
function hiddenIn(html: string): Record<string, string> {
  const decode = (text: string) =>
    text
      .replaceAll('&quot;', '"')
      .replaceAll('&#x27;', "'")
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&amp;', '&');
  return Object.fromEntries(
    [...html.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(
      ([, name = '', value = '']) => [name, decode(value)],
    ),
  );
}

const sentTo = async (eventId: string) =>
  (
    await app.pool.query<{ registrantId: string; status: string; dueAt: Date }>(
      `select registrant_id as "registrantId", status, due_at as "dueAt" from {schema}.message
       where event_id = $1 and kind = 'announcement' order by id`,
      [eventId],
    )
  ).rows;

describe('writing an announcement', () => {
  it('leads over a review, which counts, to its progress; a form sent twice sends once', async () => {
    const { id, ids, path } = await eventWith(3);
    await app.pool.query(
      `insert into {schema}.suppression (address_hash, address, scope, reason, created_at)
       select {schema}.address_hash(email), email, 'all', 'bounced', now() from {schema}.registrant where id = $1`,
      [ids[0]],
    );
    const { text: form } = await member.get(`${path}/new`);
    expect(form).toContain('Everybody who is registered');
    expect(form).toContain('Ada 2');
    const review = await member.post(`${path}/review`, { ...TEXT, to: '', as: `person:${ids[1]}` });
    expect(review.status).toBe(200);
    expect(review.text).toContain('Send to 2 people?');
    expect(review.text).toContain('1 person is skipped');
    expect(review.text).toContain('rejected permanently');
    expect(await sentTo(id)).toEqual([]);
    const fields = { ...hiddenIn(review.text), when: 'now' };
    expect(fields).toMatchObject(TEXT);
    const [first, second] = [await member.post(path, fields), await member.post(path, fields)];
    expect([first.status, second.headers.get('location')]).toEqual([303, first.headers.get('location')]);
    expect((await sentTo(id)).map(({ registrantId }) => registrantId)).toEqual([ids[1], ids[2]]);
    const progress = await member.get(first.headers.get('location') ?? '');
    expect(progress.text).toContain('2 waiting.');
    expect(progress.text).toContain('News of Designing calm software');
    expect(progress.text).toContain('data-refresh="2"');
    expect((await member.get(path)).text).toContain('2 queued');
    const mails = await member.get(`/team/events/${id}/mails`);
    expect(mails.text).toContain('News of Designing calm software');
    const audit = await member.get('/team/audit');
    expect(audit.text).toContain('announcement to 2 registrants');
  });

  it('shows what is wrong at its field, in each language, and keeps what was typed', async () => {
    const { path } = await eventWith(1);
    const { status, text } = await member.post(`${path}/review`, {
      ...TEXT,
      text: 'Hi {{prenom}}',
      'texts.fr.text': 'Voir http://studio.example',
      to: '',
    });
    expect(status).toBe(422);
    expect(text).toContain('Text: Line 1, column 6: There is no variable “prenom”');
    expect(text).toContain('Subject in French: is missing');
    expect(text).toContain('href="#texts.fr.text"');
    expect(text).toContain('Voir http://studio.example</textarea>');
    expect(text).toMatch(/<details class="event-more" open/);
  });

  it('checks while it is typed, and does not yet miss what is not written', async () => {
    const { path } = await eventWith(1);
    const errors = async (fields: Record<string, string>) =>
      (await member.post(`${path}/check`, fields)).json.errors;
    expect(await errors({ subject: 'News' })).toEqual([]);
    expect(await errors({ subject: 'News', text: '{{x}}' })).toMatchObject([{ path: 'text' }]);
  });

  it('previews the mail of a real person, in their language', async () => {
    const { id, ids, path } = await eventWith(1, { locale: 'en' });
    await app.api('PATCH', `/events/${id}/registrants/${ids[0]}`, { locale: 'fr' });
    const fields = { ...TEXT, 'texts.fr.subject': 'Des nouvelles', 'texts.fr.text': 'Bonjour {{firstName}}' };
    const real = await member.post(`${path}/preview`, { ...fields, as: `person:${ids[0]}` });
    expect(real.text).toContain('Des nouvelles');
    expect(real.text).toContain('Bonjour Ada 0');
    const invented = await member.post(`${path}/preview`, { ...fields, as: 'language:ja' });
    expect(invented.text).toContain('lang="ja"');
    expect(invented.text).toContain('Hello Ada, see');
    const bad = await member.post(`${path}/preview`, { ...fields, text: '{{x}}' });
    expect([bad.status, bad.text]).toEqual([422, expect.stringContaining('could not be sent')]);
  });

  it('sends a sample to whoever asks, once a minute', async () => {
    const { id, path } = await eventWith(0);
    const { status, text } = await member.post(`${path}/sample`, { ...TEXT, as: 'language:de', to: '' });
    expect(status).toBe(200);
    expect(text).toContain(`Sample sent to ${member.email}.`);
    const { rows } = await app.pool.query(
      `select kind, to_address as "to", about from {schema}.team_message where event_id = $1`,
      [id],
    );
    expect(rows).toEqual([
      {
        ...{ kind: 'announcement', to: member.email },
        about: {
          sample: {
            language: 'de',
            words: { subject: TEXT.subject, introduction: TEXT.text, signature: null },
          },
        },
      },
    ]);
    expect((await member.post(`${path}/sample`, { ...TEXT, to: '' })).status).toBe(429);
    expect((await member.post(`${path}/sample`, { ...TEXT, text: '{{x}}', to: '' })).status).toBe(422);
  });

  it('goes back from the review with all that was written', async () => {
    const { path } = await eventWith(1);
    const review = await member.post(`${path}/review`, {
      ...TEXT,
      'texts.fr.subject': 'A',
      'texts.fr.text': 'B',
    });
    const { status, text } = await member.post(`${path}/new`, hiddenIn(review.text));
    expect(status).toBe(200);
    expect(text).toContain('value="News of {{eventTitle}}"');
    expect(text).toContain('>B</textarea>');
    expect(text).toContain('data-preview-first');
  });
});

describe('whom it goes to', () => {
  it('those who were selected on the People page', async () => {
    const { id, ids, path } = await eventWith(3);
    const chosen = [ids[0] ?? '', ids[2] ?? ''];
    const picked = await member.post(`${path}/select`, { scope: 'selected', registrantId: chosen });
    expect(picked.status).toBe(303);
    const form = await member.get(picked.headers.get('location') ?? '');
    expect(form.text).toContain('2 people selected by you');
    const { to = '' } = hiddenIn(form.text);
    const review = await member.post(`${path}/review`, { ...TEXT, to });
    expect(review.text).toContain('Send to 2 people?');
    await member.post(path, { ...hiddenIn(review.text), when: 'now' });
    expect((await sentTo(id)).map(({ registrantId }) => registrantId)).toEqual(chosen);
  });

  it('those whom its filter finds, said in words', async () => {
    const { ids, path } = await eventWith(2);
    await app.pool.query(`update {schema}.registrant set joined_at = now() where id = $1`, [ids[0]]);
    const { headers } = await member.post(`${path}/select`, { scope: 'matching', q: 'Ada', joined: 'false' });
    const form = await member.get(headers.get('location') ?? '');
    expect(form.text).toContain('Joined: no · “Ada”');
    const review = await member.post(`${path}/review`, { ...TEXT, to: hiddenIn(form.text).to ?? '' });
    expect(review.text).toContain('Send to 1 person?');
  });

  it('nobody: it says so, and cannot be sent', async () => {
    const { id, path } = await eventWith(1);
    expect((await member.post(`${path}/select`, { scope: 'selected' })).headers.get('location')).toContain(
      'notice=nobody_selected',
    );
    const to = 'scope=matching&joined=true';
    const review = await member.post(`${path}/review`, { ...TEXT, to });
    expect(review.text).toContain('Nobody would get this announcement');
    expect(review.text).not.toContain('>Send to');
    const sent = await member.post(path, { ...TEXT, to, when: 'now' });
    expect([sent.status, sent.text]).toEqual([422, expect.stringContaining('Nobody would get this')]);
    expect(await sentTo(id)).toEqual([]);
  });
});

describe('an announcement at a time', () => {
  const fields = { ...TEXT, to: '', when: 'later', zone: 'America/New_York' };

  it('is on the clock that the page says', async () => {
    const { id, path } = await eventWith(1, {
      startsAt: '2031-01-15T17:00:00Z',
      endsAt: '2031-01-15T18:00:00Z',
    });
    const { headers } = await member.post(path, { ...fields, sendAt: '2031-01-15T09:30' });
    expect(await sentTo(id)).toMatchObject([
      { status: 'scheduled', dueAt: new Date('2031-01-15T14:30:00Z') },
    ]);
    const page = await member.get(headers.get('location') ?? '');
    expect(page.text).toContain('Goes out');
    expect(page.text).toContain('It will be sent later.');
  });

  it.each([
    ['', 'Choose a day and a time.'],
    ['2020-01-01T10:00', 'is in the past'],
    ['2099-01-01T10:00', 'is after the end of the event'],
    ['2031-03-09T02:30', 'The clocks are set forward over this time'],
  ])('%j is refused at its field', async (sendAt, message) => {
    const { id, path } = await eventWith(1, {
      startsAt: '2031-05-15T17:00:00Z',
      endsAt: '2031-05-15T18:00:00Z',
    });
    const { status, text } = await member.post(path, { ...fields, sendAt });
    expect(status).toBe(422);
    expect(text).toContain(`Time: ${message}`);
    expect(text).toContain(`value="${sendAt}"`);
    expect(await sentTo(id)).toEqual([]);
  });

  it('is cancelled after a question, once', async () => {
    const { id, path } = await eventWith(2);
    const { json } = await app.api('POST', `/events/${id}/announcements`, { ...TEXT, sendAt: at(5) });
    const asked = await member.get(`${path}/${json.id}/cancel`);
    expect(asked.text).toContain('2 people have not been sent it yet');
    const done = await member.post(`${path}/${json.id}/cancel`);
    expect(done.headers.get('location')).toContain('notice=announcement_cancelled');
    expect((await sentTo(id)).map(({ status }) => status)).toEqual(['not_sent', 'not_sent']);
    expect((await member.get(`${path}/${json.id}`)).text).not.toContain('Cancel announcement…');
    const who = await member.get(`${path}/${json.id}/people?status=not_sent`);
    expect(who.text).toContain('Ada 1');
    const template = await member.get(`${path}/new?from=${json.id}`);
    expect(template.text).toContain('value="News of {{eventTitle}}"');
  });

  it('one that was sent stays so', async () => {
    const { id, path } = await eventWith(1);
    const { json } = await app.api('POST', `/events/${id}/announcements`, TEXT);
    await app.pool.query(`update {schema}.message set status = 'delivered' where event_id = $1`, [id]);
    const done = await member.post(`${path}/${json.id}/cancel`);
    expect(done.headers.get('location')).toContain('notice=announcement_ended');
    expect((await app.api('GET', `/events/${id}/announcements/${json.id}`)).json.state).toBe('sent');
  });
});

it('an event that is cancelled or over has no form, and says why', async () => {
  const { id, path } = await eventWith(1);
  await app.api('POST', `/events/${id}/cancel`);
  for (const answer of [
    await member.get(`${path}/new`),
    await member.post(`${path}/review`, { ...TEXT, to: '' }),
    await member.post(path, { ...TEXT, to: '', when: 'now' }),
  ])
    expect([answer.status, answer.text]).toEqual([409, expect.stringContaining('The event is cancelled')]);
  expect((await member.get(path)).text).not.toContain('New announcement');
});

it('what is not there is not found', async () => {
  const { path } = await eventWith(1);
  const other = await eventWith(1);
  const { json } = await app.api('POST', `/events/${other.id}/announcements`, TEXT);
  for (const id of [json.id, crypto.randomUUID(), 'x'])
    for (const rest of ['', '/cancel', '/people?status=sent'])
      expect((await member.get(`${path}/${id}${rest}`)).status).toBe(404);
  expect((await member.get(`${path}/new?scope=selected&people=x`)).status).toBe(400);
});

const guarded = await eventWith(1);
testGuards(
  app,
  member,
  [
    ['GET', guarded.path],
    ['GET', `${guarded.path}/new`],
    ['POST', guarded.path],
    ['POST', `${guarded.path}/review`],
    ['POST', `${guarded.path}/preview`],
    ['POST', `${guarded.path}/sample`],
    ['POST', `${guarded.path}/${guarded.id}/cancel`],
  ],
  { ...TEXT, to: '', when: 'now' },
);
