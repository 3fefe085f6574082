import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { importFileInto } from '../support/import.ts';

const importFile = importFileInto(await openApp());

const FOLDER = new URL('../fixtures/imports/', import.meta.url);
const fileOf = (name: string) => new Uint8Array(readFileSync(new URL(name, FOLDER)));

const ANA = ['ana', 'Ana', 'Réal'];
const BO = ['bo', 'Bo', 'Oak'];
const HELENE = [
  ['ana', 'Hélène', 'd’Artagnan'],
  ['bo', 'François', 'Lefèvre'],
];
const TARO = [
  ['ana', '太郎', '山田'],
  ['bo', '花子', '佐藤'],
];

/** Where a platform's people are not just Ana and Bo; and the lines that are no people. */
const EXPECTED: Readonly<
  Record<string, { names?: string[][]; rejected?: number[]; existing?: number; details?: object[] }>
> = {
  'zoom-webinar-attendees.csv': { rejected: [15, 16, 17] },
  'teams-attendance.csv': { rejected: [12], existing: 1 },
  'goto-webinar.csv': { details: [{ timeZone: 'Europe/Brussels' }, { timeZone: 'America/New_York' }] },
  'hubspot.csv': {
    details: [
      { locale: 'fr-CA', timeZone: 'America/Toronto' },
      { locale: 'en', timeZone: null },
    ],
  },
  'mailchimp.csv': { details: [{ timeZone: 'Europe/Paris' }, { timeZone: null }] },
  'outlook-contacts.csv': { details: [{ locale: 'fr' }, { locale: null }] },
  'salesforce.csv': { details: [{ locale: 'fr' }, { locale: 'en-US' }] },
  'google-forms-portuguese.csv': { details: [{ locale: 'pt-BR' }, { locale: 'en' }] },
  'google-forms-french.csv': {
    names: [
      ['ana', 'Ana', 'RÉAL'],
      ['bo', 'Bo', 'OAK'],
    ],
  },
  'google-forms-arabic.csv': {
    names: [
      ['ana', 'آنا', 'ريال'],
      ['bo', 'بو', 'أوك'],
    ],
  },
  'excel-german.csv': {
    names: [
      ['ana', 'Jörg', 'Müller'],
      ['bo', 'Zoë', 'Weiß'],
    ],
    details: [
      { locale: 'de', timeZone: 'Europe/Amsterdam', fields: { Firma: 'Groß & Söhne' } },
      { locale: 'fr', timeZone: 'Europe/Berlin' },
    ],
  },
  'excel-french.csv': { names: HELENE, details: [{ fields: { Société: 'L’Atelier' } }, {}] },
  'excel-french-mac.csv': { names: HELENE, details: [{ fields: { Société: 'L’Atelier' } }, {}] },
  'excel-japanese.csv': {
    names: TARO,
    details: [{ locale: 'ja', fields: { 会社名: '株式会社テスト' } }, { locale: 'en' }],
  },
  'excel-japanese-names.csv': { names: TARO },
  'excel-unicode-text.csv': {
    names: [
      ['ana', 'Jörg', 'Müller'],
      ['bo', 'Zoë "Zo"', 'Weiß'],
    ],
  },
  'eventbrite.csv': {
    details: [
      {
        fields: {
          'Buyer email': 'cleo@platform.example',
          'What would you like to learn in this session, and which questio…': 'Less, better',
        },
      },
      {},
    ],
  },
  'livestorm.csv': { details: [{ fields: { Attended: 'Yes' } }, {}] },
};

describe('an export', () => {
  const files = readdirSync(FOLDER).filter((name) => name.endsWith('.csv'));

  it.each(files)('of %s is imported with its names', async (name) => {
    const { names = [ANA, BO], rejected = [], existing = 0, details } = EXPECTED[name] ?? {};
    const result = await importFile(fileOf(name));
    expect(result.names).toEqual(names);
    expect([result.created, result.existing, result.warnings]).toEqual([names.length, existing, []]);
    expect(result.rejected.map(({ line }: { line: number }) => line)).toEqual(rejected);
    if (details) expect(result.people).toMatchObject(details);
  });

  it('is there for each one that something particular is expected of', () => {
    expect(files).toEqual(expect.arrayContaining(Object.keys(EXPECTED)));
  });
});

describe('a file that went wrong once', () => {
  it.each<[file: string, names: string[][]]>([
    ['02-zoom-registration-report', [ANA, BO]],
    ['03-eventbrite-attendees', [ANA, BO]],
    ['04-tito-tickets', [ANA]],
    ['07-teams-registration-utf16-tab', [ANA]],
    ['08-tab-separated-utf8', [ANA]],
    ['09-excel-german-cp1252', [['ana', 'Jörg', 'Müller']]],
    ['10-excel-german-utf8', [['ana', 'Jörg', 'Müller']]],
    ['12-excel-sep-line', [ANA]],
    ['16-duplicate-columns', [['ana', 'Ana', 'Real']]],
    ['18-mailchimp', [ANA]],
    ['22-zoom-short-rows', [['ana', 'Ana', 'Real'], BO]],
    ['24-trailing-comma-header', [['ana', 'Ana', 'Real']]],
    [
      '31-unescaped-quotes',
      [['ana', 'Ana "Annie"', 'Real'], BO, ['cy', '"Cy" Jr', 'Elm'], ['dee', 'Dee', 'Fir']],
    ],
    ['32-email-capital-hyphen', [['ana', 'Ana', 'Real']]],
  ])('%s is imported with its names', async (file, names) => {
    const result = await importFile(fileOf(`handed/${file}.csv`));
    expect(result).toMatchObject({ names, rejected: [], warnings: [] });
  });

  it('25-zones-and-languages keeps all eight people, and says which cell it left out', async () => {
    const result = await importFile(fileOf('handed/25-zones-and-languages.csv'));
    expect(result.people.map(({ locale, timeZone }: Record<string, string>) => [locale, timeZone])).toEqual([
      ['en', 'Europe/Paris'],
      ['en-US', 'Europe/Paris'],
      ['de-DE', 'Europe/Berlin'],
      ['fr', 'Europe/Paris'],
      [null, 'Europe/Berlin'],
      ['pt-BR', 'America/Sao_Paulo'],
      ['zh-Hant-TW', 'Asia/Calcutta'],
      ['en', null],
    ]);
    expect(result.rejected).toEqual([]);
    expect(result.warnings).toEqual([
      {
        line: 9,
        column: 'time_zone',
        message: 'must be a time zone name, like Europe/Paris; the cell has “UTC+2” and was left out',
      },
    ]);
  });

  it('21-dirty-addresses shows each cell that is no address as it was', async () => {
    const result = await importFile(fileOf('handed/21-dirty-addresses.csv'));
    const cells = new Map([
      [10, 'ana9@dirty.example, ana10@dirty.example'],
      [11, 'ana11 @dirty.example'],
      [12, 'ana12@dirty'],
    ]);
    for (const [line, cell] of cells) {
      const said = result.rejected.find((each: { line: number }) => each.line === line);
      if (said) expect(said.message).toContain(`“${cell}”`);
    }
    expect(result.created + result.rejected.length).toBe(12);
    expect(result.rejected).toContainEqual({ line: 12, message: expect.stringContaining('“ana12@dirty”') });
  });
});
