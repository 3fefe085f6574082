import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { copyFor } from '../../src/ui/copy/copy-for.ts';
import { openApp } from '../support/app.ts';
import { exportsOf } from '../support/exports.ts';
import { tablesWith } from '../support/find-text.ts';
import { importInto } from '../support/import.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { signIn } from '../support/team.ts';

const app = await openApp({ TRUST_PROXY: '1' });
const exports = exportsOf(app);
const send = importInto(app);
const HOUR = 3_600_000;

let visitors = 0;
const visitor = (language = 'en') => ({
  'x-forwarded-for': `198.51.${++visitors >> 8}.${visitors & 255}`,
  'accept-language': language,
});

const NEWS = {
  en: 'Write to me about further events.',
  de: 'Schreiben Sie mir von weiteren Veranstaltungen.',
};
const TERMS = 'I accept the terms at https://example.com/terms.';
const FORM = [
  { name: 'company', label: 'Company', type: 'text' },
  { name: 'news', label: NEWS, type: 'consent' },
  { name: 'terms', label: TERMS, type: 'consent', required: true },
];

interface Consent {
  readonly name: string;
  readonly text: string;
  readonly at: string;
  readonly withdrawnAt: string | null;
}

const withForm = (changes: Record<string, unknown> = {}) => app.event({ formFields: FORM, ...changes });
const said = (consents: readonly Consent[]) =>
  consents.map(({ name, text, withdrawnAt }) => `${name}: ${text}${withdrawnAt ? ' (withdrawn)' : ''}`);

async function people(event: { id: string }, filter = '') {
  const { json } = await app.api('GET', `/events/${event.id}/registrants?sort=email${filter}`);
  return json.items as { id: string; email: string; fields: object; consents: Consent[] }[];
}

async function registered(event: { id: string }, person: Record<string, unknown> = {}) {
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    ...{ email: 'ada@example.com', sendConfirmation: false, fields: { news: 'yes' }, ...person },
  });
  const { pathname, search } = new URL(json.accessLink);
  const path = `/events/${event.id}/registrants/${json.id}`;
  return {
    ...{ id: json.id as string, own: `${pathname.replace(/live$/, 'registration')}${search}`, path },
    now: async () => (await app.api('GET', path)).json as { fields: object; consents: Consent[] },
    audit: async () =>
      (await app.api('GET', `/audit?eventId=${event.id}`)).json.items
        .filter(({ registrantId }: { registrantId: string }) => registrantId === json.id)
        .map(
          ({ actor, action, detail }: { actor: string; action: string; detail: { field?: string } }) =>
            `${actor} ${action} ${detail.field ?? ''}`,
        ),
  };
}

/** The form of a page, as a browser would send it. */
function formIn(text: string, action: string): Record<string, string> {
  const form = parse(text).querySelector(
    `form[action^="${action.replaceAll('&', '&amp;')}"], form[action^="${action}"]`,
  );
  return Object.fromEntries(
    (form?.querySelectorAll('input, textarea, select') ?? []).flatMap((input) => {
      const isOff = input.getAttribute('type') === 'checkbox' && !input.hasAttribute('checked');
      const value =
        input.tagName === 'SELECT'
          ? input.querySelector('option[selected]')?.getAttribute('value')
          : input.getAttribute('value');
      return isOff ? [] : [[input.getAttribute('name') ?? '', value ?? '']];
    }),
  );
}

const open = async (path: string, language?: string) => app.request(path, { headers: visitor(language) });

/** Opens somebody's own page and sends its form with these changes; undefined: the box is not ticked. */
async function save(own: string, changes: Record<string, string | undefined>) {
  await app.pool.query('delete from {schema}.rate_limit');
  const form = { ...formIn((await open(own)).text, own), ...changes };
  const sent = Object.fromEntries(Object.entries(form).filter(([, value]) => value !== undefined));
  return app.form(own, sent as Record<string, string>, visitor());
}

describe('a consent', () => {
  it('given with the public form is kept in the words that stood there, with the time', async () => {
    const event = await withForm();
    const path = `/e/${event.slug}`;
    for (const [language, email] of [
      ['de', 'a@example.com'],
      ['en', 'b@example.com'],
      ['fr', 'c@example.com'],
    ] as const) {
      const page = await open(path, language);
      const form = formIn(page.text, `${path}/register`);
      const sent = { ...form, email, 'field.news': 'yes', 'field.terms': 'yes' };
      // Sent by a browser that prefers another language by now: what was shown counts.
      expect((await app.form(`${path}/register`, sent, visitor('ja'))).status).toBe(303);
    }
    const at = app.clock.now.toISOString();
    await takeRegistrations(app);
    const found = await people(event);
    expect(found.map(({ consents }) => said(consents))).toEqual([
      [`news: ${NEWS.de}`, `terms: ${TERMS}`],
      [`news: ${NEWS.en}`, `terms: ${TERMS}`],
      [`news: ${NEWS.en}`, `terms: ${TERMS}`],
    ]);
    expect(found[0]?.consents[0]).toEqual({ name: 'news', text: NEWS.de, at, withdrawnAt: null });
    expect(found[0]?.fields).toEqual({ news: 'yes', terms: 'yes' });
  });

  it('is asked for again where its words have changed since the form was opened', async () => {
    const event = await withForm();
    const path = `/e/${event.slug}`;
    const form = formIn((await open(path)).text, `${path}/register`);
    const changed = FORM.map((field) =>
      field.name === 'terms' ? { ...field, label: 'Harder terms.' } : field,
    );
    await app.api('PATCH', `/events/${event.id}`, { formFields: changed });
    const typed = {
      email: 'ada@example.com',
      'field.company': 'ACME',
      'field.news': 'yes',
      'field.terms': 'yes',
    };
    const refused = await app.form(`${path}/register`, { ...form, ...typed }, visitor());
    expect(refused.status).toBe(422);
    expect(refused.text).toContain(copyFor('en').form.fieldProblems.changed);
    const again = formIn(refused.text, `${path}/register`);
    expect(again).toMatchObject({ 'field.company': 'ACME', 'field.news': 'yes' });
    expect(again).not.toHaveProperty('field.terms');
    expect((await app.form(`${path}/register`, { ...again, 'field.terms': 'yes' }, visitor())).status).toBe(
      303,
    );
    await takeRegistrations(app);
    expect(said((await people(event))[0]?.consents ?? [])).toEqual([
      `news: ${NEWS.en}`,
      'terms: Harder terms.',
    ]);
  });

  it('that is required must be given with the form and its JSON, and is nobody’s to require over the API', async () => {
    const event = await withForm();
    const post = (body: object, language = 'en') =>
      app.request(`/e/${event.slug}/register`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...visitor(language) },
        body: JSON.stringify(body),
      });
    const refused = await post({ email: 'a@example.com', fields: { news: 'yes' } });
    expect([refused.status, refused.json.errors]).toEqual([
      422,
      [{ path: 'fields.terms', message: 'is missing' }],
    ]);
    const fields = { news: 'yes', terms: 'yes' };
    expect((await post({ email: 'a@example.com', fields }, 'de')).status).toBe(202);
    expect((await post({ email: 'b@example.com', locale: 'de-CH', fields })).status).toBe(202);
    await takeRegistrations(app);
    await registered(event, { email: 'c@example.com', locale: 'de', fields: { news: 'true' } });
    await registered(event, { email: 'd@example.com', fields: { news: 'no' } });
    expect((await people(event)).map(({ consents }) => said(consents))).toEqual([
      [`news: ${NEWS.de}`, `terms: ${TERMS}`],
      [`news: ${NEWS.de}`, `terms: ${TERMS}`],
      [`news: ${NEWS.de}`],
      [],
    ]);
  });

  it('comes in with a file, in the words that the form has then', async () => {
    const event = await withForm();
    const file = `email,locale,${NEWS.en},terms\na@example.com,de,ja,x\nb@example.com,,yes,\nc@example.com,,no,maybe\n`;
    const { json } = await send(event.id, file);
    expect(json).toMatchObject({ created: 3, warnings: [{ column: 'terms' }] });
    expect((await people(event)).map(({ consents }) => said(consents))).toEqual([
      [`news: ${NEWS.de}`, `terms: ${TERMS}`],
      [`news: ${NEWS.en}`],
      [],
    ]);
  });

  it('is withdrawn and given again by the registrant, and the history stays', async () => {
    const event = await withForm();
    const { own, now, audit } = await registered(event, { locale: 'en' });
    const page = (await open(own)).text;
    expect(page).toContain(NEWS.en);
    expect(page).toContain('You agreed on ');
    const first = (await now()).consents;
    app.clock.now = new Date(app.clock.now.getTime() + HOUR);
    // Also the required one is not asked for here.
    expect((await save(own, { 'field.news': undefined })).status).toBe(303);
    const withdrawn = await now();
    expect(withdrawn.consents).toEqual([{ ...first[0], withdrawnAt: app.clock.now.toISOString() }]);
    expect(withdrawn.fields).toEqual({});
    expect((await audit()).sort()).toEqual([
      'registrant consent_withdrawn news',
      'registrant registrant_changed ',
    ]);
    expect((await open(own)).text).toContain('You withdrew your consent on ');
    app.clock.now = new Date(app.clock.now.getTime() + HOUR);
    await save(own, { 'field.news': 'yes', 'field.company': 'ACME' });
    const again = await now();
    expect(again.consents).toEqual([
      ...withdrawn.consents,
      { name: 'news', text: NEWS.en, at: app.clock.now.toISOString(), withdrawnAt: null },
    ]);
    expect(again.fields).toEqual({ news: 'yes', company: 'ACME' });
  });

  it('keeps its words whatever becomes of the form, and can be withdrawn all the same', async () => {
    const event = await withForm();
    const { own, now } = await registered(event, { fields: { news: 'yes', terms: 'yes' } });
    const before = (await now()).consents;
    const changed = [{ name: 'news', label: 'Quite another thing', type: 'consent' }];
    await app.api('PATCH', `/events/${event.id}`, { formFields: changed });
    const { text } = await open(own);
    // The one still asked for stands in the form, the other beneath it; both in the words agreed to.
    expect(text).toContain(NEWS.en);
    expect(text).toContain('I accept the terms at');
    expect(text).not.toContain('Quite another thing');
    await save(own, { 'field.company': undefined, firstName: 'Ada' });
    expect((await now()).consents).toEqual(before);
    const answer = await app.form(own, { intent: 'withdraw', consent: 'terms' }, visitor());
    expect(answer.headers.get('location')).toBe(`${own}&done=withdrawn`);
    expect(said((await now()).consents)).toEqual([`news: ${NEWS.en}`, `terms: ${TERMS} (withdrawn)`]);
    expect((await now()).fields).toEqual({ news: 'yes' });
    // Given again, it is the words that there are by now.
    await save(own, { 'field.news': undefined });
    expect((await open(own)).text).toContain('Quite another thing');
    await save(own, { 'field.news': 'yes' });
    expect(said((await now()).consents).at(-1)).toBe('news: Quite another thing');
  });

  it('can be withdrawn when the event is over, was cancelled, or the registration is', async () => {
    for (const end of ['ended', 'cancelled', 'registration']) {
      const event = await withForm();
      const { own, now, path } = await registered(event, { email: `${end}@example.com` });
      if (end === 'cancelled') await app.api('POST', `/events/${event.id}/cancel`);
      if (end === 'registration') await app.api('POST', `${path}/cancel`);
      if (end === 'ended') app.clock.now = new Date(app.clock.now.getTime() + 48 * HOUR);
      const { text } = await open(own);
      expect(text).toContain(copyFor('en').registration.consents.withdraw);
      const sent = formIn(text.slice(text.indexOf('id="consents"')), own);
      expect((await app.form(own, sent, visitor())).status).toBe(303);
      expect(said((await now()).consents)).toEqual([`news: ${NEWS.en} (withdrawn)`]);
      expect((await open(own)).text).not.toContain(copyFor('en').registration.consents.withdraw);
      // A second time, and of one that nobody gave, nothing happens.
      const before = await now();
      for (const consent of ['news', 'terms', 'company', 'other'])
        expect((await app.form(own, { intent: 'withdraw', consent }, visitor())).status).toBe(303);
      expect(await now()).toEqual(before);
    }
  });

  it('from before consents were kept stays a tick without words, until it is withdrawn', async () => {
    const event = await withForm();
    const { own, now, id } = await registered(event);
    await app.pool.query('update {schema}.registrant set consents = null where id = $1', [id]);
    await save(own, { firstName: 'Ada' });
    expect(await now()).toMatchObject({ fields: { news: 'yes' }, consents: [] });
    await save(own, { 'field.news': undefined });
    expect(await now()).toMatchObject({ fields: {}, consents: [] });
    await save(own, { 'field.news': 'yes' });
    expect(said((await now()).consents)).toEqual([`news: ${NEWS.en}`]);
  });

  it('counts anew where somebody who cancelled registers once more', async () => {
    const event = await withForm();
    const { path, now } = await registered(event, { fields: { news: 'yes', terms: 'yes' } });
    await app.api('POST', `${path}/cancel`);
    const form = { email: 'ada@example.com', 'field.terms': 'yes' };
    expect((await app.form(`/e/${event.slug}/register`, form, visitor())).status).toBe(303);
    await takeRegistrations(app);
    expect(said((await now()).consents)).toEqual([`news: ${NEWS.en} (withdrawn)`, `terms: ${TERMS}`]);
    expect((await now()).fields).toEqual({ terms: 'yes' });
  });

  it('is filtered by while it stands', async () => {
    const event = await withForm();
    await registered(event, { email: 'a@example.com' });
    const { own } = await registered(event, { email: 'b@example.com' });
    const standing = async () => (await people(event, '&field.news=yes')).map(({ email }) => email);
    expect(await standing()).toEqual(['a@example.com', 'b@example.com']);
    await save(own, { 'field.news': undefined });
    expect(await standing()).toEqual(['a@example.com']);
  });

  it('stands in exports with the times at which it was given and withdrawn', async () => {
    const event = await withForm();
    await registered(event, { email: 'a@example.com', fields: { company: 'ACME', terms: 'yes' } });
    const { own } = await registered(event, { email: 'b@example.com' });
    const given = `${app.clock.now.toISOString().slice(0, 19)}Z`;
    app.clock.now = new Date(app.clock.now.getTime() + HOUR);
    const withdrawn = `${app.clock.now.toISOString().slice(0, 19)}Z`;
    await save(own, { 'field.news': undefined });
    const columns = [
      ...['email', 'company', 'news', 'news: given', 'news: withdrawn'],
      ...['terms', 'terms: given', 'terms: withdrawn'],
    ];
    const rows = await exports.rows(event.id, { columns: ['email', 'fields'] });
    expect(Object.keys(rows[0] ?? {})).toEqual(columns);
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['a@example.com', 'ACME', '', '', '', 'yes', given, ''],
      ['b@example.com', '', '', given, withdrawn, '', '', ''],
    ]);
    // Such a file comes in again: the times are nobody's to give.
    const other = await withForm();
    const file = await exports.file(event.id, { columns: ['email', 'fields'], format: 'csv' });
    expect((await send(other.id, new Uint8Array(file))).json).toMatchObject({ created: 2, warnings: [] });
    expect((await people(other)).map(({ fields }) => fields)).toEqual([
      { company: 'ACME', terms: 'yes' },
      {},
    ]);
  });

  it('is among what is held of a person, and goes with them; another event’s form has the fields, and nobody’s consents', async () => {
    const wording = 'Words that only this person agreed to: zyzzyva.';
    const event = await withForm({ formFields: [{ name: 'own', label: wording, type: 'consent' }] });
    await registered(event, { email: 'erased@example.com', fields: { own: 'yes' } });
    await app.api('PATCH', `/events/${event.id}`, { formFields: FORM });
    const copy = await app.api('POST', `/events/${event.id}/copy`, {
      ...{ startsAt: '2031-01-01T10:00:00Z', endsAt: '2031-01-01T11:00:00Z' },
    });
    expect(copy.json.formFields).toMatchObject(FORM);
    expect(await people(copy.json)).toEqual([]);
    const form = { email: 'erased@example.com', 'field.terms': 'yes' };
    await app.form(`/e/${copy.json.slug}/register`, form, visitor());
    const data = (await app.api('GET', '/registrants/data?email=erased@example.com')).json;
    expect(said(data.registrations[0].consents)).toEqual([`own: ${wording}`]);
    expect(said(data.waitingRegistrations[0].consents)).toEqual([`terms: ${TERMS}`]);
    expect(await tablesWith(app, ['zyzzyva'])).toHaveLength(1);
    await app.api('DELETE', '/registrants/data?email=erased@example.com');
    expect(await tablesWith(app, ['zyzzyva'])).toEqual([]);
    await takeRegistrations(app);
    expect(await people(copy.json)).toEqual([]);
  });

  it('is told on the team’s page with its words and times, and its withdrawal in the timeline', async () => {
    const member = await signIn(app);
    const event = await withForm();
    const { own, id } = await registered(event, { fields: { news: 'yes', company: 'ACME', Extra: 'x' } });
    const pane = async () => {
      const page = parse((await member.get(`/team/events/${event.id}/people?person=${id}`)).text);
      const section = (name: string) => page.querySelector(`section[aria-labelledby=${name}]`)?.text ?? '';
      return { answers: section('answers'), consents: section('consents'), steps: section('registration') };
    };
    const given = await pane();
    expect(given.answers).toMatch(/Company\s*ACME\s*Extra\s*x/);
    expect(given.consents).toContain(NEWS.en);
    expect(given.consents).toContain('Given ');
    expect([given.consents, given.steps].join()).not.toContain('ithdr');
    app.clock.now = new Date(app.clock.now.getTime() + HOUR);
    await save(own, { 'field.news': undefined, 'field.company': 'Engines' });
    const after = await pane();
    expect(after.answers).toMatch(/Company\s*Engines/);
    expect(after.consents).toMatch(/Given .*, withdrawn .*Withdrawn/);
    expect(after.steps).toContain(`Withdrew the consent “${NEWS.en}”`);
    const { text } = await member.get(`/team/audit`);
    expect(text).toContain('withdrew the consent “<bdi>news</bdi>”');
  });
});
