import { parse } from 'node-html-parser';
import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);

const EVENT = {
  ...{ title: 'Calm software', startsAt: '2031-01-15T18:00', endsAt: '2031-01-15T19:00' },
  ...{ timeZone: 'Europe/Paris', locale: 'en', keyStyle: 'hex' },
};
const FORM = [
  { name: 'company', label: { en: 'Company', de: 'Firma' }, type: 'text', help: 'As on the invoice' },
  { name: 'size', label: 'Size', type: 'select', options: ['Small', 'Large'], required: true },
  { name: 'news', label: 'Write to me', type: 'consent' },
];

type Form = Readonly<Record<string, string>>;

/** The event's form on a page, as a browser without script would send it; ticks that are off are left out. */
function formIn(text: string): Record<string, string> {
  const form = parse(text).querySelector('#event-form');
  return Object.fromEntries(
    (form?.querySelectorAll('input, textarea, select') ?? []).flatMap((input) => {
      const type = input.getAttribute('type') ?? '';
      if (['checkbox', 'radio'].includes(type) && !input.hasAttribute('checked')) return [];
      const value =
        input.tagName === 'SELECT'
          ? (input.querySelector('option[selected]') ?? input.querySelector('option'))?.getAttribute('value')
          : input.tagName === 'TEXTAREA'
            ? input.text
            : input.getAttribute('value');
      return [[input.getAttribute('name') ?? '', value ?? '']];
    }),
  );
}

const labelsIn = (text: string) =>
  parse(text)
    .querySelectorAll('.form-field__label')
    .map((label) => label.text);

const withForm = (changes: Record<string, unknown> = {}) => app.event({ formFields: FORM, ...changes });
const pathOf = ({ id }: { id: string }) => `/team/events/${id}/settings`;
const formFieldsOf = async ({ id }: { id: string }) =>
  (await app.api('GET', `/events/${id}`)).json.formFields;

async function settings(event: { id: string }) {
  return formIn((await member.get(pathOf(event))).text);
}

describe('the rows of a registration form, without script', () => {
  it('are added, filled in, moved and removed on the page of a new event, and nothing typed is lost', async () => {
    const path = '/team/events/new';
    const fresh = await member.get(path);
    expect(labelsIn(fresh.text)).toEqual([]);
    let form: Form = { ...formIn(fresh.text), ...EVENT };
    const press = async (row: string, typed: Form = {}) => {
      const { status, text } = await member.post(path, { ...form, ...typed, row });
      expect(status).toBe(422);
      expect(text).not.toContain('needs attention');
      expect(text).toContain('<details class="event-more" open="">');
      form = formIn(text);
      expect(form.title).toBe(EVENT.title);
      return labelsIn(text);
    };
    expect(await press('add')).toEqual(['Field 1']);
    expect(await press('add', { field0Label: 'Company' })).toEqual(['Company', 'Field 2']);
    const second = {
      field1Label: 'Size',
      field1Type: 'select',
      field1Options: 'Small\r\nLarge',
      field1Required: 'yes',
    };
    expect(await press('add', second)).toEqual(['Company', 'Size', 'Field 3']);
    expect(await press('up 2', { field2Label: 'News', field2Type: 'consent' })).toEqual([
      'Company',
      'News',
      'Size',
    ]);
    expect(await press('down 0')).toEqual(['News', 'Company', 'Size']);
    expect(await press('up 0')).toEqual(['News', 'Company', 'Size']);
    expect(await press('down 2')).toEqual(['News', 'Company', 'Size']);
    expect(await press('remove 1')).toEqual(['News', 'Size']);
    expect(await press('sing 1')).toEqual(['News', 'Size']);
    // One that is left empty is none.
    expect(await press('add')).toEqual(['News', 'Size', 'Field 3']);
    const { headers } = await member.post(path, form);
    const [, id = ''] = /\/team\/events\/([^/]+)\/overview/.exec(headers.get('location') ?? '') ?? [];
    expect(await formFieldsOf({ id })).toEqual([
      { name: 'news', label: 'News', type: 'consent', options: [], required: false, help: null },
      {
        name: 'size',
        label: 'Size',
        type: 'select',
        options: ['Small', 'Large'],
        required: true,
        help: null,
      },
    ]);
  });

  it('show what is saved, and saved unchanged they change nothing', async () => {
    const event = await withForm();
    const form = await settings(event);
    expect(form).toMatchObject({
      'field0Label-de': 'Firma',
      field1Options: 'Small\nLarge',
      field2Name: 'news',
    });
    const { headers } = await member.post(pathOf(event), form);
    expect(headers.get('location')).toContain('event_unchanged');
  });

  it('keep a field’s name when its label changes, and take another one that is written', async () => {
    const event = await withForm();
    const form = await settings(event);
    await member.post(pathOf(event), {
      ...form,
      field0Label: 'Organisation',
      field1Name: 'employees',
      field2Name: '',
    });
    expect((await formFieldsOf(event)).map(({ name }: { name: string }) => name)).toEqual([
      ...['company', 'employees', 'news'],
    ]);
    expect((await formFieldsOf(event))[0].label).toEqual({ en: 'Organisation', de: 'Firma' });
  });

  it('have a plain text as long as nobody adds a language, and several with one', async () => {
    const event = await withForm({ formFields: [{ name: 'a', label: 'One', type: 'text', help: 'Help' }] });
    let form: Form = await settings(event);
    expect(form).not.toHaveProperty('field0Label-fr');
    const { status, text } = await member.post(pathOf(event), {
      ...form,
      row: 'language',
      addLanguage: 'fr',
    });
    expect(status).toBe(422);
    form = formIn(text);
    expect(form).toMatchObject({ 'field0Label-fr': '', 'field0Help-fr': '', field0Label: 'One' });
    // Nothing was written in it: it stays one text.
    expect((await member.post(pathOf(event), form)).headers.get('location')).toContain('event_unchanged');
    await member.post(pathOf(event), { ...form, 'field0Label-fr': 'Un' });
    expect(await formFieldsOf(event)).toMatchObject([{ label: { en: 'One', fr: 'Un' }, help: 'Help' }]);
    form = await settings(event);
    expect(form).toMatchObject({ fieldLanguages: 'fr', 'field0Label-fr': 'Un', 'field0Help-fr': '' });
    const without = formIn((await member.post(pathOf(event), { ...form, row: 'language-out fr' })).text);
    expect(without).not.toHaveProperty('field0Label-fr');
    await member.post(pathOf(event), without);
    expect((await formFieldsOf(event))[0].label).toBe('One');
  });

  it('stay in their languages when the event gets another one', async () => {
    const event = await withForm();
    await member.post(pathOf(event), { ...(await settings(event)), locale: 'de' });
    expect((await formFieldsOf(event)).map(({ label }: { label: unknown }) => label)).toEqual([
      ...[{ en: 'Company', de: 'Firma' }, 'Size', 'Write to me'],
    ]);
    expect(await settings(event)).toMatchObject({
      ...{ fieldLanguage: 'de', field0Label: 'Firma', 'field0Label-en': 'Company', field1Label: 'Size' },
    });
  });

  it.each([
    [{ field0Label: ' ' }, 'field0Label', 'Field 1: its label is missing.', { 'field0Label-de': '' }],
    [{ field2Label: '' }, 'field2Label', 'Field 3: its label is missing.', {}],
    [
      { field0Label: 'x'.repeat(10_000) },
      'field0Label',
      'Field 1: its label must have at most 500 characters.',
      {},
    ],
    [{ field1Options: 'S\nM\nS' }, 'field1Options', 'Field 2: its options have one twice: S.', {}],
    [{ field1Options: ' \n' }, 'field1Options', 'Field 2: its options are missing', {}],
    [
      { field1Options: `S\n\n${'x'.repeat(201)}` },
      'field1Options',
      'Field 2: its options (number 2) must have at most 200 characters.',
      {},
    ],
    [
      { field0Name: 'first_name' },
      'field0Name',
      'Field 1: its name is what a column of every registrant is called',
      {},
    ],
    [{ field0Name: 'size' }, 'field1Name', 'Field 2: its name is another field’s name: size.', {}],
    [{ field0Type: 'file' }, 'field0Type', 'Field 1: its type is not one of the options.', {}],
    [
      { 'field0Label-de': 'x'.repeat(501) },
      'field0Label',
      'Field 1: its label must have at most 500 characters.',
      {},
    ],
  ])('say at its place what is wrong with %o', async (changes, id, message, more) => {
    const event = await withForm();
    const typed = { ...(await settings(event)), hostName: 'Kept', ...changes, ...more } as Form;
    const { status, text } = await member.post(pathOf(event), typed);
    expect(status).toBe(422);
    expect(text).toContain(`<a href="#${id}">${message}`);
    expect(text).toContain(`id="${id}-error">${message}`);
    expect(formIn(text)).toMatchObject({ hostName: 'Kept', field1Label: 'Size' });
    expect(await formFieldsOf(event)).toMatchObject(FORM);
  });

  it('are 30 at most: more are refused at their place, and nothing typed is lost', async () => {
    const event = await withForm();
    const rows = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, i) => [`field${i}Label`, `Label ${i}`]));
    const form = await settings(event);
    const base = Object.fromEntries(Object.entries(form).filter(([name]) => !/^field\d/.test(name)));
    const { status, text } = await member.post(pathOf(event), { ...base, ...rows(31) });
    expect(status).toBe(422);
    const message = 'A registration form has at most 30 fields: remove some.';
    expect(text).toContain(`<a href="#formFields">${message}`);
    expect(text).toContain(`id="formFields-error">${message}`);
    expect(labelsIn(text)).toHaveLength(31);
    expect(formIn(text).field30Label).toBe('Label 30');
    const full = await member.post(pathOf(event), { ...base, ...rows(30), row: 'add' });
    expect(labelsIn(full.text)).toHaveLength(30);
    expect(full.text).toContain('A form has at most 30 fields.');
  });
});

describe('fields that people have answered', () => {
  it('are changed after a question that counts the answers, and the answers stay', async () => {
    const event = await withForm();
    const path = pathOf(event);
    for (const [i, fields] of [
      { company: 'ACME', size: 'Small', news: 'yes' },
      { company: 'Initech', size: 'Large' },
    ].entries())
      await app.api('POST', `/events/${event.id}/registrants`, { email: `p${i}@example.com`, fields });
    const form: Form = await settings(event);
    // A label, the order, an option more: nothing is asked.
    const harmless = { ...form, field0Label: 'Firm', field1Options: 'Small\nLarge\nHuge' };
    expect((await member.post(path, harmless)).headers.get('location')).toContain('event_saved');
    const removed = formIn((await member.post(path, { ...(await settings(event)), row: 'remove 2' })).text);
    const typed = { ...removed, field0Name: 'firm', field1Options: 'Large\nHuge' };
    const asked = await member.post(path, typed);
    expect(asked.status).toBe(422);
    const said = parse(asked.text)
      .querySelectorAll('.confirm__list li')
      .map((item) => item.text.replace(/\s+/g, ' ').trim());
    expect(said).toEqual([
      'Firm: gets the name firm, and begins there without answers. 2 answers stay under the name company.',
      'Size: loses options. 1 answer stays with an option that is removed.',
      'Write to me: is removed. 1 answer stays.',
    ]);
    expect(await formFieldsOf(event)).toHaveLength(3);
    const confirm = Object.fromEntries(
      parse(asked.text)
        .querySelectorAll('form[action$=settings] input')
        .map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']),
    );
    const back = await member.post(path, { ...confirm, step: 'edit' });
    expect(formIn(back.text)).toMatchObject({ field0Name: 'firm', field0Was: 'company' });
    expect((await member.post(path, confirm)).headers.get('location')).toContain('event_saved');
    expect((await formFieldsOf(event)).map(({ name }: { name: string }) => name)).toEqual(['firm', 'size']);
    const { json } = await app.api('GET', `/events/${event.id}/registrants?sort=email`);
    expect(json.items.map(({ fields }: { fields: object }) => fields)).toEqual([
      { company: 'ACME', size: 'Small', news: 'yes' },
      { company: 'Initech', size: 'Large' },
    ]);
  });

  it('and an event that moves ask two questions, one after the other', async () => {
    const event = await withForm({ startsAt: '2031-01-15T17:00:00Z', endsAt: '2031-01-15T18:00:00Z' });
    await app.api('POST', `/events/${event.id}/registrants`, {
      email: 'p@example.com',
      fields: { company: 'A' },
    });
    const path = pathOf(event);
    const without = formIn((await member.post(path, { ...(await settings(event)), row: 'remove 0' })).text);
    const first = await member.post(path, {
      ...without,
      startsAt: '2031-01-15T20:00',
      endsAt: '2031-01-15T21:00',
    });
    const valuesIn = (text: string) =>
      Object.fromEntries(
        parse(text)
          .querySelectorAll('form[action$=settings] input[type=hidden]')
          .map((input) => [input.getAttribute('name') ?? '', input.getAttribute('value') ?? '']),
      );
    expect(first.text).toContain('Change fields that people have answered?');
    const second = await member.post(path, valuesIn(first.text));
    expect(second.text).toContain('Reschedule the event?');
    const done = await member.post(path, { ...valuesIn(second.text), step: 'move' });
    expect(done.headers.get('location')).toContain('event_moved');
    expect(await formFieldsOf(event)).toHaveLength(2);
  });
});

describe('the preview of a registration form', () => {
  it('is in the language that is chosen, with what is typed', async () => {
    const event = await withForm();
    const typed = { ...(await settings(event)), field1Label: 'How many are you?' };
    const shown = async (previewLanguage: string) =>
      (await member.post(`${pathOf(event)}/preview/form`, { ...typed, previewLanguage })).text;
    const english = await shown('');
    for (const text of ['Company', 'How many are you?', 'As on the invoice', 'lang="en"'])
      expect(english).toContain(text);
    const german = await shown('de');
    for (const text of ['Firma', 'How many are you?', 'lang="de"', 'Anmelden'])
      expect(german).toContain(text);
    expect(german).not.toContain('Company');
    expect(await shown('ar')).toContain('dir="rtl"');
    expect((await member.get('/team/events/new/preview/form')).status).toBe(200);
    const headers = (await member.get(`${pathOf(event)}/preview/form`)).headers;
    expect(headers.get('content-security-policy')).toContain('sandbox');
  });
});

describe('answers on the team’s pages', () => {
  const answered = async () => {
    const event = await withForm();
    for (const [email, fields] of [
      ['a@example.com', { company: 'ACME', size: 'Small', news: 'yes', 'Badge name': 'A' }],
      ['b@example.com', { size: 'Large' }],
    ] as const)
      await app.api('POST', `/events/${event.id}/registrants`, { email, fields });
    return event;
  };

  it('stand in columns called as the form calls them, in its order, before what came in beside', async () => {
    const event = await answered();
    const path = `/team/events/${event.id}/people`;
    const columns = ['company', 'size', 'news', 'Badge name'].map((name) => `fields.${name}`);
    await member.post(`${path}/columns`, { column: columns.toReversed() });
    const page = parse((await member.get(path)).text);
    const heads = page.querySelectorAll('#people th').map((head) => head.text.trim());
    expect(heads.filter((head) => ['Company', 'Size', 'Write to me', 'Badge name'].includes(head))).toEqual([
      ...['Company', 'Size', 'Write to me', 'Badge name'],
    ]);
    const chooser = page.querySelectorAll('#columns-form label').map((label) => label.text.trim());
    expect(chooser.slice(-4)).toEqual(['Company', 'Size', 'Write to me', 'Badge name']);
    await member.post(`${path}/columns`, { usual: 'yes' });
  });

  it('are chosen from a list in the filter, by their labels', async () => {
    const event = await answered();
    const path = `/team/events/${event.id}/people`;
    const found = async (query: string) => {
      const { headers } = await member.get(`${path}/filter?${query}`);
      const { text } = await member.get(headers.get('location') ?? '');
      return {
        location: decodeURIComponent(headers.get('location') ?? ''),
        people: ['a@example.com', 'b@example.com'].filter((email) => text.includes(`title="${email}"`)),
        chips: parse(text)
          .querySelectorAll('.active-filter__words')
          .map((chip) => chip.text),
        menu: parse(text).querySelector('form.people-filter'),
      };
    };
    const some = await found('field.size=Small&field.news=yes');
    expect(some.people).toEqual(['a@example.com']);
    expect(some.chips).toEqual(['Write to me: yes', 'Size: Small']);
    expect(some.menu?.querySelector('[name="field.size"] option[selected]')?.text).toBe('Small');
    expect(some.menu?.querySelectorAll('[name="field.size"] option').map((option) => option.text)).toEqual([
      ...['Any', 'Small', 'Large'],
    ]);
    // What is typed is only asked for where there is nothing to choose from.
    expect(some.menu?.querySelectorAll('[name=fieldName] option').map((option) => option.text)).toEqual([
      ...['None', 'Company', 'Badge name'],
    ]);
    const back = encodeURIComponent('field.size=Small&field.company=ACME');
    expect((await found(`back=${back}&field.size=Large`)).chips).toEqual(['Company: ACME', 'Size: Large']);
    expect((await found(`back=${back}&field.size=`)).chips).toEqual(['Company: ACME']);
    const gone = await found('field.size=Huge');
    expect(gone.menu?.querySelector('[name="field.size"] option[selected]')?.text).toBe('Huge');
  });

  it('stand in the form of an export by their labels, answered or not', async () => {
    const event = await withForm();
    const { text } = await member.get(`/team/events/${event.id}/exports`);
    const group = parse(text)
      .querySelectorAll('.export-form__group')
      .find((one) => one.text.startsWith('Further fields'));
    expect(group?.querySelectorAll('label').map((label) => label.text)).toEqual([
      ...['Company', 'Size', 'Write to me'],
    ]);
  });
});
