import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { defaultText } from '../../emails/overrides/default-text.ts';
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

describe('the text of a kind', () => {
  it.each(CUSTOMISABLE_KINDS)(
    'of %s can be customised beside its preview, beginning with the default',
    async (kind) => {
      const event = await app.event();
      const { status, text } = await member.get(`${words(event.id, kind)}?language=de`);
      expect(status).toBe(200);
      expect(text).toContain('<code>{{firstName}}</code>');
      expect(text).toContain('<bdi>Lovelace</bdi>');
      const usual = defaultText(kind, 'de', event);
      expect(text).toContain(`value="${usual.subject}"`);
      expect(text).toContain(`>${usual.introduction}</textarea>`);
      const frame = await member.get(`${words(event.id, kind)}/preview?language=de`);
      expect(frame.text).toContain('<b>Subject:</b> ');
      expect(frame.text).toContain('lang="de"');
      expect(frame.headers.get('content-security-policy')).toMatch(
        /default-src 'none'.*sandbox allow-same-origin/,
      );
      expect(frame.text).not.toMatch(/\{\{|undefined|NaN|\[object/);
    },
  );

  it('is saved, shown, and reset after a question', async () => {
    const event = await app.event();
    const path = words(event.id);
    const { status, headers } = await member.submit(path, WORDS);
    expect([status, headers.get('location')]).toEqual([303, `${path}?language=en&notice=text_saved`]);
    expect(await saved(event.id)).toMatchObject([
      {
        language: 'en',
        subject: WORDS.subject,
        introduction: 'Dear {{firstName}},\nwe look forward to you.',
        signature: null,
      },
    ]);
    expect((await member.get(path)).text).toContain('value="Seats are ready: {{eventTitle}}"');
    expect((await member.get(`${path}/preview`)).text).toContain('Seats are ready: Designing calm software');
    expect((await member.get(`/team/events/${event.id}/mails`)).text).toContain('>Customised</a>');
    const asked = (await member.get(`${path}/reset`)).text;
    expect(asked).toContain('Use the default text for Confirmation, English?');
    expect(await saved(event.id)).toHaveLength(1);
    const reset = await member.submit(`${path}/reset?language=en`, { language: 'en' });
    expect(reset.headers.get('location')).toBe(`${path}?language=en&notice=text_default`);
    expect(await saved(event.id)).toEqual([]);
    expect((await member.get(`${path}/reset`)).headers.get('location')).toBe(`${path}?language=en`);
  });

  it('is one for each language, and its page stays in the language', async () => {
    const event = await app.event({ locale: 'fr-CA' });
    const path = words(event.id);
    expect((await member.get(path)).text).toContain('aria-current="page" data-discards="custom-text">French');
    const german = { ...WORDS, subject: 'Es geht los: {{eventTitle}}', introduction: '', language: 'de' };
    const done = await member.submit(`${path}?language=de`, german);
    expect(done.headers.get('location')).toBe(`${path}?language=de&notice=text_saved`);
    expect(await saved(event.id)).toMatchObject([
      { language: 'de', subject: german.subject, introduction: null, signature: null },
    ]);
    const page = (await member.get(`${path}?language=de`)).text;
    expect(page).toContain('For mails in German.');
    expect(page).toContain(`value="${german.subject}"`);
    expect((await member.get(path)).text).toContain('They use the default text now.');
    const preview = (language: string) => member.get(`${path}/preview?language=${language}`);
    expect((await preview('de')).text).toContain('Es geht los: Designing calm software');
    expect((await preview('fr')).text).not.toContain('Es geht los');
  });

  it('that says the default, or nothing, is not kept', async () => {
    const event = await app.event();
    const path = words(event.id);
    const usual = { ...defaultText('confirmation', 'en', event), language: 'en' };
    const nothing = { subject: ' ', introduction: '', signature: '', language: 'en' };
    for (const text of [usual, nothing]) {
      await member.submit(path, WORDS);
      expect(await saved(event.id)).toHaveLength(1);
      expect((await member.submit(path, text)).headers.get('location')).toContain('text_default');
      expect(await saved(event.id)).toEqual([]);
    }
  });

  it('of all other languages is used where a language has none, and a language can go back to the default', async () => {
    const event = await app.event();
    const path = words(event.id);
    const shared = { ...WORDS, subject: 'For everybody', introduction: '', language: 'all' };
    expect((await member.submit(`${path}?language=all`, shared)).headers.get('location')).toBe(
      `${path}?language=all&notice=text_saved`,
    );
    const page = (await member.get(`${path}?language=es`)).text;
    expect(page).toContain('They use the text for all other languages now.');
    expect(page).toContain('value="For everybody"');
    expect((await member.get(`${path}/preview?language=es`)).text).toContain('<b>Subject:</b> For everybody');
    // What is used anyway is not kept once more.
    const same = { ...shared, language: 'es' };
    expect((await member.submit(`${path}?language=es`, same)).headers.get('location')).toContain(
      'text_shared',
    );
    expect(await saved(event.id)).toHaveLength(1);
    const usual = { ...defaultText('confirmation', 'es', event), language: 'es' };
    expect((await member.submit(`${path}?language=es`, usual)).headers.get('location')).toContain(
      'text_saved',
    );
    expect(await saved(event.id)).toMatchObject([
      { language: null, subject: 'For everybody' },
      { language: 'es', subject: null, introduction: null, signature: null },
    ]);
    expect((await member.get(`${path}/preview?language=es`)).text).not.toContain('For everybody');
    const reset = await member.submit(`${path}/reset?language=es`, { language: 'es' });
    expect(reset.headers.get('location')).toContain('text_shared');
  });

  it('with a mistake is never saved, sent or shown, but comes back as typed with the mistake at its field', async () => {
    const event = await app.event();
    const typed = { ...WORDS, subject: 'Hello {{frist}}', introduction: HOSTILE, language: 'fr' };
    for (const path of [words(event.id), `${words(event.id)}/sample`]) {
      const { status, text } = await member.post(path, typed);
      expect(status).toBe(422);
      expect(text).toMatch(/id="subject-error">Line 1, column \d+: /);
      expect(text).toContain('value="Hello {{frist}}"');
      expect(text).toContain('&lt;/textarea&gt;');
      expect(text).not.toContain(HOSTILE);
      expect(text).toContain('aria-current="page" data-discards="custom-text">French');
    }
    expect(await saved(event.id)).toEqual([]);
    const check = await member.post(`${words(event.id)}/check`, typed);
    expect(check.json.errors).toMatchObject([{ path: 'subject', message: expect.stringContaining('frist') }]);
    expect((await member.post(`${words(event.id)}/check`, WORDS)).json).toEqual({ errors: [] });
    const preview = await member.post(`${words(event.id)}/preview`, typed);
    expect([preview.status, preview.text.includes('could not be sent')]).toEqual([422, true]);
    const { rows } = await app.pool.query('select from {schema}.message where event_id = $1', [event.id]);
    expect(rows).toEqual([]);
  });

  it('can be seen as it is typed; a name that is a script stays a name', async () => {
    const event = await app.event({ title: HOSTILE });
    const { text } = await member.post(`${words(event.id)}/preview`, {
      ...WORDS,
      introduction: 'As typed: <b>{{lastName}}</b>',
    });
    expect(text).toContain('As typed: &lt;b&gt;Lovelace&lt;/b&gt;');
    expect(text).not.toContain('<script>');
    expect(await saved(event.id)).toEqual([]);
    expect((await member.get(words(event.id))).text).not.toContain('<script>');
  });

  it('that somebody else has changed meanwhile is not replaced unasked', async () => {
    const event = await app.event();
    const path = words(event.id);
    const version = /name="version" value="([^"]*)"/.exec((await member.get(path)).text)?.[1] ?? '';
    await app.api('PUT', `/events/${event.id}/words/confirmation`, { language: 'en', subject: 'Theirs' });
    const { status, text } = await member.post(path, { ...WORDS, version });
    expect([status, text.includes('Someone else has changed this text.')]).toEqual([409, true]);
    expect(text).toContain('value="Seats are ready: {{eventTitle}}"');
    expect(await saved(event.id)).toMatchObject([{ subject: 'Theirs' }]);
  });
});

describe('a sample', () => {
  it('is sent to whoever asks, with the text that is typed; the next one of the kind a minute later', async () => {
    const event = await app.event();
    const { status, text } = await member.post(`${words(event.id)}/sample`, { ...WORDS, language: 'ja' });
    expect(status).toBe(200);
    expect(text).toContain('Sample sent to grace@team.example.');
    expect(text).toContain('value="Seats are ready: {{eventTitle}}"');
    expect(text).toContain('aria-current="page" data-discards="custom-text">Japanese');
    const again = await member.post(`${words(event.id)}/sample`, WORDS);
    expect([again.status, Number(again.headers.get('retry-after'))]).toEqual([429, expect.any(Number)]);
    expect(again.text).toContain('One sample of a kind a minute');
    expect((await member.post(`${words(event.id, 'reminder')}/sample`, WORDS)).status).toBe(200);
    const other = await signIn(app);
    expect((await other.post(`${words(event.id)}/sample`, WORDS)).status).toBe(200);
    const { rows } = await app.pool.query(
      `select kind, to_address, about->'sample'->>'language' as language,
         about->'sample'->'words'->>'subject' as subject
       from {schema}.team_message where event_id = $1 order by id`,
      [event.id],
    );
    const sample = { subject: WORDS.subject };
    expect(rows).toEqual([
      { ...sample, kind: 'confirmation', to_address: 'grace@team.example', language: 'ja' },
      { ...sample, kind: 'reminder', to_address: 'grace@team.example', language: 'en' },
      { ...sample, kind: 'confirmation', to_address: other.email, language: 'en' },
    ]);
    expect(await saved(event.id)).toEqual([]);
  });
});

describe('every route', async () => {
  const { id } = await app.event();
  const routes = [
    ['GET', `/team/events/${id}/mails`],
    ['GET', words(id)],
    ['POST', words(id)],
    ['POST', `${words(id)}/check`],
    ['GET', `${words(id)}/preview`],
    ['POST', `${words(id)}/preview`],
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
