import { describe, expect, it } from 'vitest';
import type { Encoding } from '../../src/domain/import/encoding.ts';
import { openApp } from '../support/app.ts';
import { encode } from '../support/encode.ts';
import { importFileInto, importInto } from '../support/import.ts';

const app = await openApp();
const send = importInto(app);
const importFile = importFileInto(app);

describe('the bytes of a file', () => {
  const TEXT = 'email,first_name,last_name\r\nana@x.example,Zoë,Müller\r\nbo@x.example,Jörg,Weiß\r\n';
  const NAMES = [
    ['ana', 'Zoë', 'Müller'],
    ['bo', 'Jörg', 'Weiß'],
  ];

  it.each<[encoding: Encoding, mark: string]>([
    ['utf-8', ''],
    ['utf-8', '\ufeff'],
    ['utf-16le', ''],
    ['utf-16le', '\ufeff'],
    ['utf-16be', ''],
    ['utf-16be', '\ufeff'],
    ['windows-1252', ''],
  ])('in %s, marked by %j, are told from each other', async (encoding, mark) => {
    const result = await importFile(encode(mark + TEXT, encoding));
    expect(result).toMatchObject({ names: NAMES, rejected: [], warnings: [] });
  });

  it('are told by the first name that tells, however far down', async () => {
    const many = Array.from({ length: 9_000 }, (_, i) => `p${i}@many.example,Ada,Lovelace\n`).join('');
    const { id } = await app.event();
    await send(id, encode(`email,first_name,last_name\n${many}zz@x.example,Zoë,Müller\n`, 'windows-1252'));
    const { rows } = await app.pool.query(
      'select first_name from {schema}.registrant where event_id = $1 and email = $2',
      [...[id, 'zz@x.example']],
    );
    expect(rows).toEqual([{ first_name: 'Zoë' }]);
  });

  it('can be said to be in another encoding, and a doubtful one is said', async () => {
    const cyrillic = encode('email,first_name\nana@x.example,Анна\n', 'windows-1251');
    const guessed = await importFile(cyrillic);
    expect(guessed.warnings).toEqual([
      { line: 1, column: '', message: expect.stringContaining('the encoding could not be told for certain') },
    ]);
    const said = await importFile(cyrillic, '?encoding=windows-1251');
    expect(said).toMatchObject({ names: [['ana', 'Анна', '']], warnings: [] });
    const { id } = await app.event();
    const headers = { 'content-type': 'text/csv; charset=windows-1251' };
    await send(id, cyrillic, { headers });
    expect((await app.api('GET', `/events/${id}/registrants`)).json.items[0].firstName).toBe('Анна');
  });

  it('that are damaged in one cell cost that cell', async () => {
    const bytes = Buffer.concat([
      Buffer.from('email,first_name\na@x.example,Zoë Müller\nb@x.example,Zo'),
      Buffer.from([0xeb]),
      Buffer.from('\n'),
    ]);
    const result = await importFile(new Uint8Array(bytes));
    expect(result.created).toBe(2);
    expect(result.warnings).toEqual([
      {
        line: 3,
        column: 'first_name',
        message: expect.stringContaining('characters that could not be read'),
      },
    ]);
  });

  it.each([
    ['NUL characters', 'email,first_name\0\0\na@x.example,A\0nn\n'],
    ['CR alone', 'email,first_name\ra@x.example,Ann\r'],
    ['tabs', 'email\tfirst_name\na@x.example\tAnn\n'],
    ['vertical bars', 'email|first_name\na@x.example|Ann\n'],
    ['a separator of its own', 'sep=^\nemail^first_name\na@x.example^Ann\n'],
    ['a quoted separator line', '"sep=;"\nemail;first_name\na@x.example;Ann\n'],
    [
      'lines above the header',
      'My people\n\nExported on:,2026-11-20\n,,\nemail,first_name\na@x.example,Ann\n',
    ],
    ['rows that were quoted as a whole', '"email,first_name"\n"a@x.example,Ann"\n'],
    [
      'rows that stand in one cell, the delimiters of a spreadsheet behind',
      'email,first_name;;\na@x.example,Ann;;\n',
    ],
    ['the same, with quotes', 'email,first_name,Notes;;\na@x.example,"Ann","x, y";;\n'],
    ['a name that ends with a backslash', 'email,first_name,"a;\\\\",";"\na@x.example,Ann,"",""\n'],
    ['a column of addresses twice', 'Email,first_name,Email\na@x.example,Ann,\n,,\n'],
    ['an address in the second one', 'Email,first_name,Email\n,Ann,a@x.example\n'],
    ['a formula that keeps digits', 'email,first_name\na@x.example,"=""Ann"""\n'],
    ['two byte order marks', '\ufeff\ufeffemail,first_name\na@x.example,Ann\n'],
    ['an end mark of DOS', 'email,first_name\r\na@x.example,Ann\r\n\u001a'],
    ['the header again further down', 'email,first_name\na@x.example,Ann\nemail,first_name\n'],
    ['one column', 'first_name,email\nAnn,a@x.example'],
  ])('with %s are read', async (_, file) => {
    const result = await importFile(file);
    expect(result).toMatchObject({ names: [['a', 'Ann', '']], rejected: [], warnings: [] });
  });
});

describe('a mapping', () => {
  const FILE = 'Kontakt;Wer;Firma;Notiz\na@x.example;Ada Lovelace;ACME;x\n';

  it('says what the names do not', async () => {
    const { id } = await app.event();
    const { status, json } = await send(id, FILE);
    expect([status, json.errors]).toEqual([
      422,
      [
        {
          path: 'email',
          message: expect.stringMatching(/“Kontakt”, “Wer”, “Firma”, “Notiz”.*map=email:Kontakt/),
        },
      ],
    ]);
    const query = `?map=${encodeURIComponent('email:Kontakt,full_name:Wer,skip:Notiz')}`;
    const result = await importFile(FILE, query);
    expect(result.names).toEqual([['a', 'Ada', 'Lovelace']]);
    expect(result.people[0]).toMatchObject({ fields: { Firma: 'ACME' } });
  });

  it('of one request is not that of the next', async () => {
    const { id } = await app.event();
    await send(id, FILE, { query: '?map=email:Kontakt' });
    expect((await send(id, FILE)).status).toBe(422);
  });

  it('finds the header, below lines that name nothing', async () => {
    const result = await importFile(`Liste\n\n${FILE}`, '?map=email:Kontakt,first_name:Wer');
    expect(result.names).toEqual([['a', 'Ada Lovelace', '']]);
  });

  it('belongs to what an Idempotency-Key promises', async () => {
    const { id } = await app.event();
    const headers = { 'idempotency-key': 'import-mapped' };
    expect((await send(id, FILE, { headers, query: '?map=email:Kontakt' })).status).toBe(200);
    expect((await send(id, FILE, { headers, query: '?map=email:Kontakt' })).status).toBe(200);
    const other = await send(id, FILE, { headers, query: '?map=email:Kontakt,first_name:Wer' });
    expect(other.json.type).toBe('urn:access-mail:idempotency-mismatch');
  });
});

describe('an access key', () => {
  it('of digits gets back the zeros that a spreadsheet dropped, and says so', async () => {
    const file =
      'email,access_key\na@x.example,123\nb@x.example,7\nc@x.example,0456\nd@x.example,12a\ne@x.example,1.2E+3\n';
    const result = await importFile(file, '', { keyStyle: 'digits' });
    expect(result.created).toBe(5);
    expect(result.people.map(({ accessKey }: Record<string, string>) => accessKey)).toEqual([
      '0123',
      '0007',
      '0456',
      expect.stringMatching(/^\d{4}$/),
      expect.stringMatching(/^\d{4}$/),
    ]);
    expect(
      result.warnings.map(({ line, column, message }: Record<string, string>) => [line, column, message]),
    ).toEqual([
      [2, 'access_key', '“123” was read as 0123: a spreadsheet drops the zeros that a number begins with'],
      [3, 'access_key', expect.stringContaining('0007')],
      [5, 'access_key', expect.stringContaining('gets a new key')],
      [6, 'access_key', expect.stringContaining('a spreadsheet took it for a number')],
    ]);
  });

  it('of another event that is too short is left out, and says so', async () => {
    const result = await importFile('email,access_key\na@x.example,123\n');
    expect(result.people[0]?.accessKey).toMatch(/^[0-9a-f]{22}$/);
    expect(result.warnings).toEqual([
      { line: 2, column: 'access_key', message: expect.stringContaining('“123”') },
    ]);
  });
});

describe('a row', () => {
  it('that is short is filled up, and one that is long loses what has no column', async () => {
    const result = await importFile(
      'email,first_name,last_name\na@x.example,Ann\nb@x.example,Bo,Oak,,\nc@x.example,Cy,Elm,x,y\n',
    );
    expect(result.names).toEqual([
      ['a', 'Ann', ''],
      ['b', 'Bo', 'Oak'],
      ['c', 'Cy', 'Elm'],
    ]);
    expect(result.warnings).toEqual([
      { line: 4, column: '', message: 'has 5 cells where the header has 3; left out: “x”, “y”' },
    ]);
  });

  it('with a whole name beside two others keeps it where it says more', async () => {
    const result = await importFile(
      'Email,Name,First Name,Last Name\na@x.example,Annie,Ann,Oak\nb@x.example,Bo Oak,Bo,Oak\nc@x.example,"Elm, Cy",,\n',
    );
    expect(result.names).toEqual([
      ['a', 'Ann', 'Oak'],
      ['b', 'Bo', 'Oak'],
      ['c', 'Cy', 'Elm'],
    ]);
    expect(result.people.map(({ fields }: { fields: object }) => fields)).toEqual([
      { Name: 'Annie' },
      {},
      {},
    ]);
  });

  it('that has a cell too long for a field, or two wrong, keeps its person', async () => {
    const result = await importFile(
      `email,first_name,utm_source,Notes\na@x.example,"A\u0007",${'s'.repeat(600)},${'n'.repeat(2_001)}\n`,
    );
    expect(result.people).toMatchObject([{ firstName: '', fields: {} }]);
    expect(result.warnings.map(({ column }: { column: string }) => column).sort()).toEqual([
      'Notes',
      'first_name',
      'utm_source',
    ]);
  });
});

describe('a cell', () => {
  it.each(['(', '(a/', '"', ' ', ',', '@', '[x', '-'])(
    'made of %j without end costs itself, and little time',
    async (piece) => {
      const cell = `"${piece.repeat(100_000 / piece.length).replaceAll('"', '""')}"`
        .slice(0, 100_000)
        .replace(/"*$/, '"');
      const file = `email,Name,Language,Time zone,access_key\na@x.example,${cell},${cell},${cell},${cell}\nb@x.example,Bo,,,\n`;
      const result = await importFile(file);
      expect(result.names.at(-1)).toEqual(['b', 'Bo', '']);
      expect(result.names).toHaveLength(result.created);
    },
  );

  it('that an export guarded against formulas is bare again, an address as well', async () => {
    const result = await importFile("email,first_name\n'+ana@x.example,'=A1\n");
    expect(result.names).toEqual([['+ana', '=A1', '']]);
  });
});
