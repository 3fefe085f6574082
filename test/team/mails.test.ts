import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { CUSTOMISABLE_KINDS } from '../../src/domain/kinds.ts';
import { openApp } from '../support/app.ts';
import { signIn, testGuards } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app, { email: 'grace@team.example' });

const HOSTILE = '</textarea></title><script>alert(1)</script>';
const WORDS = {
  subject: 'Seats are ready: {{eventTitle}}',
  introduction: 'Dear {{firstName}},\r\nwe look forward to you.',
  signature: '',
  language: 'en',
};
const words = (id: string, kind = 'confirmation') => `/team/events/${id}/mails/${kind}`;
const saved = async (id: string) => (await app.api('GET', `/events/${id}/words`)).json.items;

describe('the words of a kind', () => {
  it.each(CUSTOMISABLE_KINDS)('of %s can be written beside their preview', async (kind) => {
    const event = await app.event();
    const { status, text } = await member.get(words(event.id, kind));
    expect(status).toBe(200);
    expect(text).toContain('<code>{{firstName}}</code>');
    expect(text).toContain('<bdi>Lovelace</bdi>');
    expect(text).toMatch(/Ours: <bdi>[^<]*Designing calm software/);
    const frame = await member.get(`${words(event.id, kind)}/frame?language=de`);
    expect(frame.text).toContain('<b>Subject:</b> ');
    expect(frame.text).toContain('lang="de"');
    expect(frame.headers.get('content-security-policy')).toMatch(/sandbox/);
    expect(frame.text).not.toMatch(/\{\{|undefined|NaN|\[object/);
  });

  it('are saved, shown, and taken back after a question', async () => {
    const event = await app.event();
    const path = words(event.id);
    const { status, headers } = await member.submit(path, WORDS);
    expect([status, headers.get('location')]).toEqual([303, `${path}?notice=words_saved`]);
    expect(await saved(event.id)).toMatchObject([
      {
        subject: WORDS.subject,
        introduction: 'Dear {{firstName}},\nwe look forward to you.',
        signature: null,
      },
    ]);
    expect((await member.get(path)).text).toContain('value="Seats are ready: {{eventTitle}}"');
    expect((await member.get(`${path}/frame`)).text).toContain('Seats are ready: Designing calm software');
    expect((await member.get(`/team/events/${event.id}/mails`)).text).toContain('>Customised</a>');
    expect((await member.get(`${path}/reset`)).text).toContain('Use the default text for');
    expect(await saved(event.id)).toHaveLength(1);
    expect((await member.submit(`${path}/reset`)).headers.get('location')).toBe(`${path}?notice=words_ours`);
    expect(await saved(event.id)).toEqual([]);
    expect((await member.get(`${path}/reset`)).headers.get('location')).toBe(path);
  });

  it('that are all empty are ours', async () => {
    const event = await app.event();
    const nothing = { subject: ' ', introduction: '', signature: '' };
    expect((await member.submit(words(event.id), nothing)).headers.get('location')).toContain('words_ours');
    await member.submit(words(event.id), WORDS);
    expect((await member.submit(words(event.id), nothing)).headers.get('location')).toContain('words_ours');
    expect(await saved(event.id)).toEqual([]);
  });

  it('with a mistake are never saved, sent or shown, but come back as typed with the mistake at its field', async () => {
    const event = await app.event();
    const typed = { ...WORDS, subject: 'Hello {{frist}}', introduction: HOSTILE, language: 'fr' };
    for (const path of [words(event.id), `${words(event.id)}/sample`]) {
      const { status, text } = await member.post(path, typed);
      expect(status).toBe(422);
      expect(text).toMatch(/id="subject-error">Line 1, column \d+: /);
      expect(text).toContain('value="Hello {{frist}}"');
      expect(text).toContain('&lt;/textarea&gt;');
      expect(text).not.toContain(HOSTILE);
      expect(text).toContain('<option value="fr" selected="">');
    }
    expect(await saved(event.id)).toEqual([]);
    const check = await member.post(`${words(event.id)}/check`, typed);
    expect(check.json.errors).toMatchObject([{ path: 'subject', message: expect.stringContaining('frist') }]);
    expect((await member.post(`${words(event.id)}/check`, WORDS)).json).toEqual({ errors: [] });
    expect((await member.post(`${words(event.id)}/frame`, typed)).text).toContain('This text has mistakes');
    const { rows } = await app.pool.query('select from {schema}.message where event_id = $1', [event.id]);
    expect(rows).toEqual([]);
  });

  it('can be seen as they are typed; a name that is a script stays a name', async () => {
    const event = await app.event({ title: HOSTILE });
    const { text } = await member.post(`${words(event.id)}/frame`, {
      ...WORDS,
      introduction: 'As typed: <b>{{lastName}}</b>',
    });
    expect(text).toContain('As typed: &lt;b&gt;Lovelace&lt;/b&gt;');
    expect(text).not.toContain('<script');
    expect(await saved(event.id)).toEqual([]);
    expect((await member.get(words(event.id))).text).not.toContain('<script>');
  });
});

describe('a sample', () => {
  it('is sent to whoever asks, with the words that are typed; the next one of the kind a minute later', async () => {
    const event = await app.event();
    const { status, text } = await member.post(`${words(event.id)}/sample`, WORDS);
    expect(status).toBe(200);
    expect(text).toContain('A sample is on its way to grace@team.example.');
    expect(text).toContain('value="Seats are ready: {{eventTitle}}"');
    const again = await member.post(`${words(event.id)}/sample`, WORDS);
    expect([again.status, Number(again.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect(again.text).toContain('one sample of a kind per minute');
    expect((await member.post(`${words(event.id, 'reminder')}/sample`, WORDS)).status).toBe(200);
    const other = await signIn(app);
    expect((await other.post(`${words(event.id)}/sample`, WORDS)).status).toBe(200);
    const { rows } = await app.pool.query(
      'select kind, to_address, registrant_id from {schema}.message where event_id = $1 order by id',
      [event.id],
    );
    expect(rows).toEqual([
      { kind: 'confirmation', to_address: 'grace@team.example', registrant_id: null },
      { kind: 'reminder', to_address: 'grace@team.example', registrant_id: null },
      { kind: 'confirmation', to_address: other.email, registrant_id: null },
    ]);
    expect(await saved(event.id)).toEqual([]);
  });
});

describe('every route', async () => {
  const { id } = await app.event();
  const routes = [
    ['GET', words(id)],
    ['POST', words(id)],
    ['POST', `${words(id)}/check`],
    ['GET', `${words(id)}/frame`],
    ['POST', `${words(id)}/frame`],
    ['POST', `${words(id)}/sample`],
    ['GET', `${words(id)}/reset`],
    ['POST', `${words(id)}/reset`],
  ] as const;

  testGuards(app, member, routes, WORDS);

  it.each(routes)('%s %s of an event or a kind that is not there', async (method, path) => {
    const send = (to: string) => (method === 'GET' ? member.get(to) : member.post(to, WORDS));
    expect((await send(path.replace(id, randomUUID()))).status).toBe(404);
    if (path.includes('confirmation'))
      for (const kind of ['sign_in', 'registrants_export', 'constructor'])
        expect((await send(path.replace('confirmation', kind))).status).toBe(404);
  });
});
