import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { listEventFields } from '../../src/db/event-field.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { type Answer, openApp } from '../support/app.ts';
import { importInto } from '../support/import.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { signIn } from '../support/team.ts';

const app = await openApp({ TRUST_PROXY: '1' });
let visitors = 0;
const visitor = () => ({ 'x-forwarded-for': `198.51.${++visitors >> 8}.${visitors & 255}` });

const send = importInto(app);

const FORM = [
  { name: 'company', label: { en: 'Company', fr: 'Entreprise' }, type: 'text', required: true },
  { name: 'size', label: 'Company size', type: 'select', options: ['1–10', 'more'], help: 'About' },
  { name: 'news', label: 'Send me news', type: 'checkbox' },
  { name: 'terms', label: 'I agree', type: 'consent', required: true },
  { name: 'question', label: 'Your question', type: 'textarea' },
];

const NEW_EVENT = {
  ...{ title: 'New', timeZone: 'UTC', startsAt: '2031-01-01T10:00:00Z', endsAt: '2031-01-01T11:00:00Z' },
};

const withForm = (formFields: unknown = FORM) => app.event({ formFields });
const GOOD = { company: 'ACME', terms: 'yes' };

function register(slug: string, fields: Record<string, string>, email = 'ada@example.com'): Promise<Answer> {
  return app.request(`/e/${slug}/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...visitor() },
    body: JSON.stringify({ email, fields }),
  });
}

async function fieldsOf(event: { id: string }): Promise<Record<string, string>[]> {
  await takeRegistrations(app);
  const { json } = await app.api('GET', `/events/${event.id}/registrants`);
  return json.items.map(({ fields }: { fields: Record<string, string> }) => fields);
}

/** What the form that goes to `action` has in it, as a browser would send it. */
function formIn({ text }: Answer, action: string): Record<string, string> {
  const form = parse(text).querySelector(`form[action="${action}"]`);
  const values: Record<string, string> = {};
  for (const input of form?.querySelectorAll('input, textarea, select') ?? []) {
    const isTicked =
      !['checkbox', 'radio'].includes(input.getAttribute('type') ?? '') || input.hasAttribute('checked');
    const chosen =
      input.tagName === 'SELECT'
        ? (input.querySelector('option[selected]') ?? input.querySelector('option'))?.getAttribute('value')
        : input.tagName === 'TEXTAREA'
          ? input.text
          : input.getAttribute('value');
    if (isTicked) values[input.getAttribute('name') ?? ''] = chosen ?? '';
  }
  return values;
}

const errorsOf = ({ json }: Answer) =>
  json.errors.map(({ path, message }: { path: string; message: string }) => `${path}: ${message}`);

describe('an event’s form', () => {
  it('is kept as it was given, with what was left out', async () => {
    const event = await withForm();
    expect(event.formFields[0]).toEqual({ ...FORM[0], options: [], help: null });
    expect(event.formFields[1]).toEqual({ ...FORM[1], required: false });
    const changed = await app.api('PATCH', `/events/${event.id}`, { formFields: FORM.slice(1, 2) });
    expect(changed.json.formFields).toHaveLength(1);
    expect((await app.api('PATCH', `/events/${event.id}`, { title: 'Other' })).json.formFields).toHaveLength(
      1,
    );
    expect((await app.event()).formFields).toEqual([]);
  });

  const only = (field: Record<string, unknown>) => [{ name: 'a', label: 'A', type: 'text', ...field }];
  const clash = 'formFields.0.name: is what a column of every registrant is called: choose another name';
  it.each([
    [
      '31 fields',
      Array.from({ length: 31 }, (_, i) => ({ name: `f${i}`, label: 'F', type: 'text' })),
      'formFields: at most 30 fields',
    ],
    ['a name twice', [FORM[0], FORM[0]], 'formFields.1.name: is another field’s name: company'],
    [
      'a select without options',
      only({ type: 'select' }),
      'formFields.0.options: are missing: a select needs at least one',
    ],
    [
      'one option twice',
      only({ type: 'select', options: ['S', 'L', ' S '] }),
      'formFields.0.options: have one twice: S',
    ],
    [
      'an option with a line break',
      only({ type: 'select', options: ['S', 'L\nM'] }),
      'formFields.0.options.1: must be one line',
    ],
    ['an empty option', only({ type: 'select', options: [' '] }), 'formFields.0.options.0: is missing'],
    [
      'options of a text',
      only({ options: ['x'] }),
      'formFields.0.options: must be empty: only a select has options',
    ],
    ['a consent without text', only({ type: 'consent', label: ' ' }), 'formFields.0.label: is missing'],
    [
      'a consent without a label',
      only({ type: 'consent', label: undefined }),
      'formFields.0.label: is missing',
    ],
    [
      'a consent without text in one language',
      only({ type: 'consent', label: { en: 'Yes', de: '' } }),
      'formFields.0.label.de: is missing',
    ],
    [
      'a label of 10,000 characters',
      only({ label: 'x'.repeat(10_000) }),
      'formFields.0.label: must have at most 500 characters',
    ],
    [
      'a consent of 10,000 characters',
      only({ type: 'consent', label: 'x'.repeat(10_000) }),
      'formFields.0.label: must have at most 2000 characters',
    ],
    ['a name of a column', only({ name: 'email' }), clash],
    ['a name of a column of a file', only({ name: 'first_name' }), clash],
    ['a name of a column, as people write it', only({ name: 'First name' }), clash],
    ['a name that keeps no value', only({ name: '__proto__' }), 'formFields.0.name: must not be __proto__'],
    ['an unknown type', only({ type: 'file' }), 'formFields.0.type: Invalid option'],
    ['an unknown language', only({ label: { xx: 'A' } }), 'formFields.0.label.xx: is not known here'],
    ['no label in any language', only({ label: {} }), 'formFields.0.label: names no language'],
    [
      'a label that is no text',
      only({ label: null }),
      'formFields.0.label: must be a text, or texts by language (en, fr, de, es, pt, ja, ar)',
    ],
    ['something else', only({ onchange: 'x' }), 'formFields.0.onchange: is not known here'],
  ])('is refused with %s', async (_, formFields, error) => {
    const event = await app.event();
    for (const [method, path, body] of [
      ['PATCH', `/events/${event.id}`, { formFields }],
      ['POST', '/events', { ...NEW_EVENT, formFields }],
    ] as const) {
      const answer = await app.api(method, path, body);
      expect(answer.status).toBe(422);
      expect(errorsOf(answer)[0]).toContain(error);
    }
    expect((await app.api('GET', `/events/${event.id}`)).json.formFields).toEqual([]);
  });

  it('may be as large as it can be, in all languages', async () => {
    const text = (length: number) =>
      Object.fromEntries(LANGUAGES.map((language) => [language, '語'.repeat(length)]));
    const formFields = Array.from({ length: 30 }, (_, i) => ({
      ...{ name: `f${i}`, label: text(200), help: text(200), type: 'text' },
    }));
    expect((await withForm(formFields)).formFields).toHaveLength(30);
    const member = await signIn(app);
    const event = await withForm(formFields);
    const path = `/team/events/${event.id}/settings`;
    const form = formIn(await member.get(path), path);
    expect((await member.post(path, form)).headers.get('location')).toContain('event_unchanged');
    expect((await member.post(`${path}/preview/form`, form)).status).toBe(200);
    expect((await member.post(path, { ...form, field0Label: 'x'.repeat(3_000_000) })).status).toBe(413);
  });

  it('may have a wording of 2,000 characters to agree to', async () => {
    const label = 'w'.repeat(2_000);
    expect((await withForm(only({ type: 'consent', label }))).formFields[0].label).toBe(label);
  });

  it('says what a change means to the answers before it is made, and leaves them as they are', async () => {
    const event = await withForm();
    for (const fields of [{ ...GOOD, size: 'more' }, { company: 'B', size: '1–10' }, { company: 'C' }])
      await app.api('POST', `/events/${event.id}/registrants`, {
        ...{ email: `${fields.company}@example.com`, fields, sendConfirmation: false },
      });
    const before = await fieldsOf(event);
    const next = [
      { name: 'firm', label: 'Company', type: 'text' },
      { ...FORM[1], options: ['1–10'] },
      { ...FORM[3], type: 'checkbox' },
    ];
    const patch = async (body: Record<string, unknown>) =>
      (await app.api('PATCH', `/events/${event.id}`, { formFields: next, ...body })).json;
    const answered = [
      { name: 'company', change: 'removed', answers: 3 },
      { name: 'size', change: 'options', answers: 1 },
      { name: 'terms', change: 'type', answers: 1 },
    ];
    expect((await patch({ dryRun: true })).answered).toEqual(answered);
    expect((await app.api('GET', `/events/${event.id}`)).json.formFields).toHaveLength(5);
    expect((await patch({})).answered).toEqual(answered);
    expect(await fieldsOf(event)).toEqual(before);
    // Nobody has answered what is gone now, and nothing is said of what stays.
    expect(await patch({ formFields: next.slice(1) })).not.toHaveProperty('answered');
    expect(await patch({ title: 'Other', formFields: undefined })).not.toHaveProperty('answered');
  });

  it('is on the page in the visitor’s language, and comes back with what was typed and what is wrong', async () => {
    const event = await withForm();
    const headers = { 'accept-language': 'fr', ...visitor() };
    const page = (await app.request(`/e/${event.slug}`, { headers })).text;
    expect(page).toContain('<bdi>Entreprise</bdi>');
    expect(page).toContain('<bdi>Company size</bdi>');
    const send = (fields: Record<string, string>) =>
      app.form(`/e/${event.slug}/register`, { email: 'form@example.com', ...fields }, visitor());
    const wrong = await send({ 'field.company': '', 'field.size': 'huge', 'field.question': 'Is it\r\non?' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toMatch(/href="#field-0">Company: Fill in this field\./);
    expect(wrong.text).toMatch(/href="#field-1">Company size: Choose/);
    expect(wrong.text).toMatch(/href="#field-3">I agree: Fill in/);
    expect(wrong.text).toContain('on?</textarea>');
    expect((await send({ 'field.company': 'ACME', 'field.terms': 'yes', 'field.other': 'x' })).status).toBe(
      422,
    );
    const right = await send({
      ...{ 'field.company': ' ACME ', 'field.size': 'more', 'field.terms': 'yes', 'field.news': 'on' },
      'field.question': 'Is it\r\non?',
    });
    expect(right.status).toBe(303);
    expect(await fieldsOf(event)).toEqual([
      { company: 'ACME', size: 'more', news: 'yes', terms: 'yes', question: 'Is it\non?' },
    ]);
  });

  it.each([
    ['without what must be there', {}, ['fields.company: is missing', 'fields.terms: is missing']],
    ['with a refused consent', { company: 'A', terms: 'no' }, ['fields.terms: is missing']],
    ['with none of the options', { ...GOOD, size: '7' }, ['fields.size: must be one of: 1–10, more']],
    [
      'with a field that it does not have',
      { ...GOOD, x: 'y' },
      ['fields.x: is not a field of this event’s form'],
    ],
    [
      'with line breaks in one line',
      { ...GOOD, company: 'a\nb' },
      ['fields.company: cannot be taken as it is'],
    ],
    [
      'with a name of every object',
      { ...GOOD, constructor: 'x' },
      ['fields.constructor: is not a field of this event’s form'],
    ],
  ])('refuses a registration %s', async (_, fields, errors) => {
    const event = await withForm();
    const answer = await register(event.slug, fields as Record<string, string>);
    expect([answer.status, errorsOf(answer)]).toEqual([422, errors]);
    expect(await fieldsOf(event)).toEqual([]);
  });

  it('checks the API’s fields that it knows, and needs none', async () => {
    const event = await withForm();
    const path = `/events/${event.id}/registrants`;
    const wrong = await app.api('POST', path, { email: 'a@example.com', fields: { size: '7' } });
    expect([wrong.status, errorsOf(wrong)]).toEqual([422, ['fields.size: must be one of: 1–10, more']]);
    const right = await app.api('POST', path, {
      email: 'a@example.com',
      fields: { news: 'TRUE', other: 'x' },
    });
    expect([right.status, right.json.fields]).toEqual([201, { news: 'yes', other: 'x' }]);
  });

  it('reads a choice in another spelling, where one alone is meant, whoever gives it', async () => {
    const event = await withForm([
      {
        name: 'size',
        label: 'Size',
        type: 'select',
        options: ['1–10', '11 – 50', 'More than 50', 'more than 50 '],
      },
    ]);
    const given = ['1-10', '11-50', ' 1–10 ', 'More  than 50'];
    const answers = await Promise.all(
      given.map((size, i) => register(event.slug, { size }, `public${i}@example.com`)),
    );
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 422]);
    for (const [i, size] of given.slice(0, 3).entries()) {
      const path = `/events/${event.id}/registrants`;
      const { json } = await app.api('POST', path, { email: `api${i}@example.com`, fields: { size } });
      expect(json.fields).toEqual({ size: ['1–10', '11 – 50', '1–10'][i] });
    }
  });

  it('checks a file’s cells as it checks the API’s fields: what is wrong costs the cell, and is said', async () => {
    const event = await withForm();
    const file = [
      'email,Company size *,entreprise,NEWS,terms,Your question,Other',
      'ada@example.com,1-10,"ACME\nInc.",Ja,WAHR,"Is it\non?",x',
      `bob@example.com,huge,${'y'.repeat(2_001)},maybe,later,,z`,
      'cid@example.com,,,no,,,',
    ].join('\n');
    const { json, status } = await send(event.id, file);
    expect(status).toBe(200);
    const left = (cell: string) => `; the cell has “${cell}” and was left out`;
    expect(json).toEqual({
      ...{ created: 3, existing: 0, rejected: [] },
      warnings: [
        {
          ...{ line: 5, column: 'entreprise' },
          message: `must have at most 2000 characters${left(`${'y'.repeat(120)}…`)}`,
        },
        { line: 5, column: 'Company size *', message: `must be one of: 1–10, more${left('huge')}` },
        { line: 5, column: 'NEWS', message: `must be yes or no${left('maybe')}` },
        { line: 5, column: 'terms', message: `must be yes or no${left('later')}` },
      ],
    });
    const { items } = (await app.api('GET', `/events/${event.id}/registrants?sort=registeredAt`)).json;
    const kept = Object.fromEntries(
      items.map(({ email, fields }: Record<string, string>) => [email, fields]),
    );
    expect(kept).toEqual({
      'ada@example.com': {
        ...{ size: '1–10', company: 'ACME Inc.', news: 'yes', terms: 'yes', question: 'Is it\non?' },
        Other: 'x',
      },
      'bob@example.com': { Other: 'z' },
      'cid@example.com': {},
    });
  });

  it('takes the column that has a field’s own name for it, and another of the same label as one of the file’s own', async () => {
    const event = await withForm();
    const { json } = await send(event.id, 'email,Company Size,size\nada@example.com,huge,more\n');
    expect(json.warnings).toEqual([]);
    expect(await fieldsOf(event)).toEqual([{ 'Company Size': 'huge', size: 'more' }]);
  });

  it('names some of many options', async () => {
    const options = Array.from({ length: 100 }, (_, i) => `${i} ${'x'.repeat(190)}`);
    const event = await withForm([{ name: 'many', label: 'Many', type: 'select', options }]);
    const { json } = await send(event.id, 'email,many\nada@example.com,none\n');
    expect(json.warnings[0].message).toBe(
      `must be one of: ${options[0]} … (100 in all); the cell has “none” and was left out`,
    );
  });

  it('is edited in the settings, where what the API gave in several languages stays', async () => {
    const member = await signIn(app);
    const event = await withForm();
    const path = `/team/events/${event.id}/settings`;
    const { text } = await member.get(path);
    expect(text).toMatch(/name="field0Label"[^>]*>Company<\/textarea>/);
    const save = async (changes: Record<string, string>) =>
      member.post(path, { ...formIn(await member.get(path), path), ...changes });
    const form = formIn(await member.get(path), path);
    const rows = Object.entries(form).filter(([name]) => !name.startsWith('field2'));
    const saved = await member.post(path, {
      ...{ ...Object.fromEntries(rows), field1Label: 'Size' },
      ...{ field5Label: 'City', field5Type: 'text', field5Required: 'yes' },
    });
    expect(saved.headers.get('location')).toContain('event_saved');
    const { formFields } = (await app.api('GET', `/events/${event.id}`)).json;
    expect(formFields.map(({ name }: { name: string }) => name)).toEqual([
      ...['company', 'size', 'terms', 'question', 'city'],
    ]);
    expect(formFields[0].label).toEqual({ en: 'Company', fr: 'Entreprise' });
    expect(formFields[1]).toMatchObject({ label: 'Size', options: ['1–10', 'more'], help: 'About' });
    expect(formFields[4]).toMatchObject({ type: 'text', required: true });
    const wrong = await save({ field5Label: 'Kind', field5Type: 'select', field5Options: '' });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('href="#field5Options"');
    const same = await save({});
    expect(same.headers.get('location')).toContain('event_unchanged');
  });
});

describe('the names of an event’s fields', () => {
  const names = (count: number, prefix = 'f') =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${prefix}${i}`, 'x']));
  const add = (event: { id: string }, email: string, fields: Record<string, string>) =>
    app.api('POST', `/events/${event.id}/registrants`, { email, fields });
  const csv = (event: { id: string }, body: string) =>
    app.request(`/api/v1/events/${event.id}/registrants/import`, {
      method: 'POST',
      headers: {
        authorization: 'Bearer test_key_that_is_long_enough_for_anybody',
        'content-type': 'text/csv',
      },
      body,
    });

  it('are at most fifty: the API and imports say so, and take those that are there', async () => {
    const event = await app.event();
    expect((await add(event, 'a@example.com', names(49))).status).toBe(201);
    const tooMany = await add(event, 'b@example.com', { f1: 'x', g1: 'x', g2: 'x' });
    expect([tooMany.status, tooMany.json.errors.map(({ path }: { path: string }) => path)]).toEqual([
      422,
      ['fields.g1', 'fields.g2'],
    ]);
    expect((await app.api('GET', `/events/${event.id}`)).json.counts.registrants).toBe(1);
    const refused = await csv(event, 'email,g1,g2\nc@example.com,1,2\n');
    expect([refused.status, refused.json.detail]).toEqual([
      422,
      expect.stringContaining('at most 50 fields'),
    ]);
    const taken = await csv(event, 'email,f1,g1\nc@example.com,1,2\n');
    expect([taken.status, taken.json.created]).toEqual([200, 1]);
    expect(await listEventFields(app.pool, event.id)).toHaveLength(50);
  });

  it('leave a place for what the form asks for', async () => {
    const event = await withForm([{ name: 'mine', label: 'Mine', type: 'text' }]);
    expect((await add(event, 'a@example.com', names(50))).status).toBe(422);
    expect((await add(event, 'a@example.com', names(49))).status).toBe(201);
    expect((await register(event.slug, { mine: 'x' }, 'places@example.com')).status).toBe(202);
    expect(await fieldsOf(event)).toContainEqual({ mine: 'x' });
    expect(await listEventFields(app.pool, event.id)).toHaveLength(50);
  });

  it('go with the last person who has them, and stay while somebody does', async () => {
    const event = await app.event();
    const people = [
      await add(event, 'a@example.com', { both: 'x', 'Secret of A': 'x' }),
      await add(event, 'b@example.com', { both: 'y', own: 'y' }),
    ];
    expect(await listEventFields(app.pool, event.id)).toEqual(['both', 'own', 'Secret of A']);
    for (const [i, left] of [['both', 'own'], []].entries()) {
      await app.api('DELETE', `/events/${event.id}/registrants/${people[i]?.json.id}`);
      expect(await listEventFields(app.pool, event.id)).toEqual(left);
      const { rows } = await app.pool.query<{ name: string }>(
        'select name from {schema}.event_field where event_id = $1 order by name',
        [event.id],
      );
      expect(rows.map(({ name }) => name)).toEqual(left);
    }
    // Their places are free again.
    expect((await add(event, 'c@example.com', names(50))).status).toBe(201);
  });

  it('are right where a witness was lost in another way', async () => {
    const event = await app.event();
    await add(event, 'a@example.com', { x: '1' });
    await add(event, 'b@example.com', { x: '2' });
    await app.pool.query('update {schema}.event_field set registrant_id = null where event_id = $1', [
      event.id,
    ]);
    expect(await listEventFields(app.pool, event.id)).toEqual(['x']);
    await app.pool.query(`update {schema}.registrant set fields = '{}' where event_id = $1`, [event.id]);
    expect(await listEventFields(app.pool, event.id)).toEqual([]);
  });
});
