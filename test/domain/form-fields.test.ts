import { describe, expect, it } from 'vitest';
import { COLUMNS, fileName } from '../../src/domain/columns.ts';
import { columnHeader, exportColumns } from '../../src/domain/export-columns.ts';
import { formChanges } from '../../src/domain/form-changes.ts';
import {
  type FormField,
  type FormFieldType,
  fieldLabels,
  formFieldsInput,
  inFormOrder,
  isColumnName,
  nameFromLabel,
} from '../../src/domain/form-fields.ts';
import { readHeader } from '../../src/domain/import/columns.ts';
import { fitToForm } from '../../src/domain/import/fit-to-form.ts';

const field = (name: string, type: FormFieldType = 'text', more: Partial<FormField> = {}): FormField => ({
  ...{ name, type, label: name, required: false, help: null },
  options: type === 'select' ? ['One', 'Two'] : [],
  ...more,
});

describe('the name of a field', () => {
  it.each([
    ['Company size', 'company_size'],
    ['  What’s your role? ', 'what_s_your_role'],
    ['Größe', 'größe'],
    ['会社名', '会社名'],
    ['الشركة', 'الشركة'],
    ['???', 'field'],
    ['Email', 'email_2'],
    ['First name', 'first_name_2'],
    ['__proto__', 'proto'],
    ['I agree to receive the newsletter of ACME and its partners', 'i_agree_to_receive_the_newsletter_of'],
    ['x'.repeat(100), 'x'.repeat(40)],
  ])('is made from the label %j', (label, name) => {
    expect(nameFromLabel(label, new Set())).toBe(name);
    const input = [{ name, label, type: 'text' }];
    expect(formFieldsInput.safeParse(input).success).toBe(true);
  });

  it('is none that another field has', () => {
    expect(nameFromLabel('Company', new Set(['company', 'company_2']))).toBe('company_3');
  });

  it('is none of a column, however it is written', () => {
    for (const key of Object.keys(COLUMNS))
      for (const name of [key, fileName(key), key.toUpperCase()])
        expect([name, isColumnName(name)]).toEqual([name, true]);
    for (const name of ['company', 'mail', 'name', 'emails']) expect(isColumnName(name)).toBe(false);
  });
});

describe('the labels of a form', () => {
  it('are those of the event’s language, short, and no two the same', () => {
    const formFields = [
      field('a', 'text', { label: { en: 'Company', de: 'Firma' } }),
      field('b', 'text', { label: 'Firma' }),
      field('c', 'consent', { label: 'w'.repeat(300) }),
    ];
    expect([...fieldLabels({ formFields, locale: 'de' })]).toEqual([
      ['a', 'Firma (a)'],
      ['b', 'Firma (b)'],
      ['c', `${'w'.repeat(59)}…`],
    ]);
    expect(fieldLabels({ formFields, locale: 'en' }).get('a')).toBe('Company');
  });

  it('stand over the columns of an export, in the form’s order, before what came in beside it', () => {
    const form = {
      locale: 'en',
      formFields: [
        field('size', 'select', { label: 'Size' }),
        field('news', 'consent', { label: 'News, please' }),
        field('role', 'text', { label: 'Email' }),
        field('desk', 'text', { label: 'Other' }),
      ],
    };
    const headers = (names: readonly string[] | null) =>
      exportColumns(names, ['Other', 'news', 'size'], form).map(columnHeader);
    const own = [
      // Their names: a label may change, and programs read such files.
      ...['size', 'news', 'news: given', 'news: withdrawn', 'role', 'desk', 'Other'],
    ];
    expect(headers(['fields'])).toEqual(own);
    expect(headers(null).filter((header) => own.includes(header))).toEqual(own);
    expect(headers(['fields.news', 'fields.gone'])).toEqual([
      ...['news', 'news: given', 'news: withdrawn', 'gone'],
    ]);
    expect(inFormOrder(form, ['Other', 'news'])).toEqual(['size', 'news', 'role', 'desk', 'Other']);
  });

  it('of an export are the same fields in an import, and its times of consents are left out', () => {
    const formFields = [
      field('company', 'text', { label: { en: 'Company', fr: 'Entreprise' } }),
      field('news', 'consent', { label: `${'I agree to this '.repeat(20)}` }),
    ];
    const headers = exportColumns(['email', 'fields'], [], { formFields, locale: 'fr' }).map(columnHeader);
    const columns = fitToForm(readHeader(headers), formFields);
    expect(columns.map((column) => (column.is === 'field' ? column.field : column.is))).toEqual([
      ...['known', 'company', 'news', 'left_out', 'left_out'],
    ]);
  });
});

describe('a change of a form', () => {
  const before = [field('a'), field('b', 'select'), field('c', 'checkbox'), field('d', 'text')];
  it.each([
    ['nothing', before, []],
    [
      'the order, a label and what is required',
      [...before].reverse().map((one) => ({ ...one, required: true })),
      [],
    ],
    ['a field gone', before.slice(1), ['a removed']],
    ['another type', [field('a', 'select'), ...before.slice(1)], ['a type']],
    [
      'a checkbox that is a consent now',
      [...before.slice(0, 2), field('c', 'consent'), field('d')],
      ['c type'],
    ],
    ['one line that is several now', [field('a', 'textarea'), ...before.slice(1)], []],
    [
      'an option more',
      [field('a'), field('b', 'select', { options: ['One', 'Two', 'X'] }), ...before.slice(2)],
      [],
    ],
    [
      'an option less',
      [field('a'), field('b', 'select', { options: ['One'] }), ...before.slice(2)],
      ['b options'],
    ],
  ])('says what it is to the answers: %s', (_, after, said) => {
    expect(formChanges(before, after).map(({ name, change }) => `${name} ${change}`)).toEqual(said);
  });
});
