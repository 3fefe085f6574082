import { describe, expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { importInto, streamOf } from '../support/import.ts';

const app = await openApp();
const send = importInto(app);
const encoder = new TextEncoder();

async function people(eventId: string) {
  const { json } = await app.api('GET', `/events/${eventId}/registrants?limit=200`);
  return json.items;
}

async function count(statement: string, eventId: string): Promise<number> {
  return (await app.pool.query(statement, [eventId])).rows[0].count;
}

const registered = (id: string) => count('select count(*) from {schema}.registrant where event_id = $1', id);
const confirmations = (id: string) =>
  count(
    `select count(*) from {schema}.message where event_id = $1 and kind = 'confirmation' and priority = 'bulk'`,
    id,
  );

describe('a CSV file', () => {
  it('registers its people with all their columns, and makes keys for those without one', async () => {
    const event = await app.event();
    const { status, json } = await send(
      event.id,
      `email,first_name,last_name,locale,time_zone,access_key,Company,Seat
 Ada@EXAMPLE.com ,Ada,Lovelace,fr-ca,Europe/London,Old-Key_1,Analytical Engines,12
grace@example.com,Grace,,,,,,
`,
    );
    expect([status, json]).toEqual([200, { created: 2, existing: 0, rejected: [], warnings: [] }]);
    const [ada, grace] = await people(event.id);
    expect(ada).toMatchObject({
      email: 'Ada@example.com',
      firstName: 'Ada',
      lastName: 'Lovelace',
      locale: 'fr-CA',
      timeZone: 'Europe/London',
      accessKey: 'Old-Key_1',
      fields: { Company: 'Analytical Engines', Seat: '12' },
    });
    expect(grace).toMatchObject({
      firstName: 'Grace',
      lastName: '',
      locale: null,
      timeZone: null,
      fields: {},
    });
    expect(grace.accessKey).toMatch(/^[0-9a-f]{22}$/);
    expect(await confirmations(event.id)).toBe(0);
    const { json: details } = await app.api('GET', `/events/${event.id}/registrants/${ada.id}`);
    expect(details.technical).toEqual({ registeredBy: 'import' });
  });

  it('keeps every name as it is', async () => {
    const names = [
      'Ada "the countess"',
      "O'Neil, Jr.",
      '=HYPERLINK("x")',
      '+1',
      '👩‍💻 Zoë',
      'عبد الله',
      'Ström; Åsa',
      '<b>{{x}}</b>',
      '__proto__',
    ];
    const notes = 'first line\r\nsecond "line"\n\nlast, line';
    const quoted = (cell: string) => `"${cell.replaceAll('"', '""')}"`;
    const rows = names.map((name, i) => `p${i}@example.com,${quoted(name)},${quoted(notes)}`);
    const event = await app.event();
    // One byte at a time: no character and no row is ever whole.
    const bytes = encoder.encode(['email,first_name,Notes', ...rows].join('\r\n'));
    const drip = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    expect((await send(event.id, drip)).json).toEqual({
      created: names.length,
      existing: 0,
      rejected: [],
      warnings: [],
    });
    const found = await people(event.id);
    expect(found.map((person: { firstName: string }) => person.firstName)).toEqual(names);
    expect(found[0].fields).toEqual({ Notes: notes });
  });

  it.each([
    [
      'from Excel: semicolons, a byte order mark, CR LF',
      '\ufeffEmail;First_Name;Company\r\na@example.com;A, B;X\r\n',
    ],
    ['with old line ends', 'email,first_name,Company\ra@example.com,"A, B",X\r'],
    ['without a last line end', 'email,first_name,Company\na@example.com,"A, B",X'],
    [
      'with empty lines and rows of nothing',
      'email,first_name,Company\n\n,,\na@example.com,"A, B",X\n\n  ,,\n\n',
    ],
    ['with quoted column names', '"email","first_name","Company"\na@example.com,"A, B",X\n'],
  ])('%s is understood', async (_, file) => {
    const event = await app.event();
    expect((await send(event.id, file)).json).toEqual({
      created: 1,
      existing: 0,
      rejected: [],
      warnings: [],
    });
    expect((await people(event.id))[0]).toMatchObject({ firstName: 'A, B', fields: { Company: 'X' } });
  });

  it('gives four digits where the event asks for them', async () => {
    const event = await app.event({ keyStyle: 'digits' });
    await send(event.id, 'email\na@example.com\n');
    expect((await people(event.id))[0].accessKey).toMatch(/^\d{4}$/);
  });

  it('sent again, or with an address twice, changes nobody', async () => {
    const event = await app.event();
    const file = 'email,first_name\na@example.com,Ada\nb@example.com,Bob\nA@Example.com,Other\n';
    expect((await send(event.id, file)).json).toEqual({
      created: 2,
      existing: 1,
      rejected: [],
      warnings: [],
    });
    expect((await send(event.id, file)).json).toEqual({
      created: 0,
      existing: 3,
      rejected: [],
      warnings: [],
    });
    expect((await people(event.id)).map((p: { firstName: string }) => p.firstName)).toEqual(['Ada', 'Bob']);
  });

  it('may be sent many times at once, in any order', async () => {
    const event = await app.event();
    const rows = Array.from({ length: 3_000 }, (_, i) => `p${i}@example.com`);
    const answers = await Promise.all(
      [rows, rows.toReversed(), rows].map((some) => send(event.id, ['email', ...some].join('\n'))),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.reduce((sum, { json }) => sum + json.created, 0)).toBe(3_000);
  });
});

describe('the further columns', () => {
  it('are at most fifty with those that the event has, filled in or not: else nothing is imported', async () => {
    const event = await app.event();
    const names = Array.from({ length: 50 }, (_, i) => `c${i}`);
    const file = (columns: readonly string[]) =>
      [
        ['email', ...columns].join(','),
        ['a@x.io', ...columns.map((name) => name.toUpperCase())].join(','),
      ].join('\n');
    const refused = await send(event.id, file([...names, 'd1', 'd2']));
    expect([refused.status, refused.json.detail]).toEqual([
      422,
      expect.stringContaining('at most 50 fields'),
    ]);
    expect(refused.json.errors).toHaveLength(52);
    expect(await people(event.id)).toEqual([]);
    expect((await send(event.id, file(names))).json).toMatchObject({ created: 1, existing: 0, rejected: [] });
    const another = await send(event.id, file(['c1', 'd1']));
    expect([another.status, another.json.errors.map(({ path }: { path: string }) => path)]).toEqual([
      422,
      ['d1'],
    ]);
    expect((await send(event.id, file(['c1']).replace('a@', 'b@'))).json.created).toBe(1);
    expect(Object.keys((await people(event.id))[0].fields)).toHaveLength(50);
  });

  it('of an export that registrants cannot be made with are left out, not kept as fields', async () => {
    const event = await app.event();
    const file =
      'email,registered_at,email_status,last_mail,joined_at,access_link,user_agent\na@x.io,2020-01-01T00:00:00Z,bounced,reminder,,https://x,curl\n';
    expect((await send(event.id, file)).json.created).toBe(1);
    expect((await people(event.id))[0]).toMatchObject({ fields: {}, emailStatus: null });
  });

  it('may be called as a column of ours is, behind `field:`', async () => {
    const event = await app.event();
    await send(event.id, 'email,field:email,field:Access_Link,field:field:x\na@x.io,1,2,3\n');
    expect((await people(event.id))[0]).toMatchObject({
      email: 'a@x.io',
      fields: { email: '1', Access_Link: '2', 'field:x': '3' },
    });
  });

  it('keep their values where no object has a place for the name', async () => {
    const event = await app.event();
    await send(event.id, 'email,__proto__,proto,constructor\na@x.io,1,2,3\n');
    expect((await people(event.id))[0]).toMatchObject({
      fields: { proto: '1', 'proto (2)': '2', constructor: '3' },
    });
  });

  it.each([
    ['many semicolons between commas', 'email,a;b;c;d,x\na@x.io,1,2\n', { 'a;b;c;d': '1', x: '2' }],
    ['many commas between semicolons', 'x;Email;a,b,c,d\n1;a@x.io;2\n', { x: '1', 'a,b,c,d': '2' }],
    ['both, quoted', '"a;email;b","email","c"\n1,a@x.io,2\n', { 'a;email;b': '1', c: '2' }],
  ])('their names may hold %s', async (_, file, fields) => {
    const event = await app.event();
    expect((await send(event.id, file)).json).toMatchObject({ created: 1, rejected: [], warnings: [] });
    expect((await people(event.id))[0]).toMatchObject({ email: 'a@x.io', fields });
  });
});

describe('a row that is wrong', () => {
  it('is rejected with its line and what stood there; a cell that is wrong is left out; the others are taken', async () => {
    const event = await app.event();
    const file = [
      'email,first_name,locale,time_zone,access_key,Notes',
      'a@example.com,A,,,,"two\r\nlines, and\n\nthree more"',
      'nobody,B,,,,',
      '',
      ',C,,,,',
      'd@example.com,D',
      `e@example.com,${'x'.repeat(201)},english please,Mars,a b,`,
      'f@example.com,F,,,,',
      'g@example.com,"G\u0007",,,,',
    ].join('\r\n');
    const { json } = await send(event.id, file);
    const left = (cell: string) => `; the cell has “${cell}” and was left out`;
    expect(json).toEqual({
      created: 5,
      existing: 0,
      rejected: [
        {
          line: 6,
          message: 'email: must be an e-mail address, like ada@example.com; the cell has “nobody”',
        },
        { line: 8, message: 'email: is missing; the row has “C”' },
      ],
      warnings: [
        {
          line: 10,
          column: 'locale',
          message: `must be a language tag, like en or fr-CA${left('english please')}`,
        },
        {
          line: 10,
          column: 'time_zone',
          message: `must be a time zone name, like Europe/Paris${left('Mars')}`,
        },
        {
          line: 10,
          column: 'access_key',
          message:
            'must be 4 to 64 letters, digits, - or _; the cell has “a b”. The person gets a new key: a link with the old one will not open',
        },
        {
          line: 10,
          column: 'first_name',
          message: `must have at most 200 characters${left(`${'x'.repeat(120)}…`)}`,
        },
        {
          line: 12,
          column: 'first_name',
          message: `must not contain control characters${left('G\u0007')}`,
        },
      ],
    });
    const found = await people(event.id);
    expect(found.find((person: { email: string }) => person.email === 'e@example.com')).toMatchObject({
      ...{ firstName: '', locale: null, timeZone: null, accessKey: expect.stringMatching(/^[0-9a-f]{22}$/) },
    });
  });

  it('is told one by one up to 1,000, then as a number', async () => {
    const event = await app.event();
    const { json } = await send(event.id, `email\n${'nobody\n'.repeat(1_500)}a@example.com\n`);
    expect(json.created).toBe(1);
    expect(json.rejected).toHaveLength(1_001);
    expect(json.rejected.at(-1)).toEqual({ line: 1_002, message: 'and 500 more from here on' });
  });

  it.each([
    ['a quote that is never closed', 'b@example.com,"B\nc@example.com,C\n', ['A\nB', 'B', 'C'], []],
    ['text after a closing quote', 'b@example.com,"B" x\nc@example.com,C\n', ['A\nB', '"B" x', 'C'], []],
    ['a quote inside of a cell', 'b@example.com,B"x\nc@example.com,C\n', ['A\nB', 'B"x', 'C'], []],
    [
      'a quote that closes in the next row',
      'b@example.com,"B\nc@example.com,C\nd@example.com,"D, E"\n',
      ['A\nB', 'B', 'C', 'D, E'],
      [],
    ],
    ['one without an address', '"b@,B\nc@example.com,C\n', ['A\nB', 'C'], [5]],
    ['an endless one', `${'x'.repeat(600_000)}\nc@example.com,C\n`, ['A\nB', 'C'], [5]],
  ])('%s costs no other', async (_, rest, notes, lines) => {
    const event = await app.event();
    const { status, json } = await send(event.id, `email,Notes\na@example.com,"A\nB"\n\n${rest}`);
    expect([status, json.created]).toEqual([200, notes.length]);
    expect(json.rejected.map(({ line }: { line: number }) => line)).toEqual(lines);
    const found = await people(event.id);
    expect(found.map(({ fields }: { fields: object }) => fields)).toEqual(notes.map((Notes) => ({ Notes })));
  });

  it('an opened quote followed by many lines costs none of them, and little time', async () => {
    const event = await app.event();
    const rows = Array.from({ length: 3_000 }, (_, i) => `p${i}@example.com,${'x'.repeat(400)}\n`);
    const { json } = await send(event.id, `email,Notes\na@example.com,"A\n${rows.join('')}`);
    expect([json.created, json.rejected]).toEqual([3_001, []]);
  });
});

describe('a header that is wrong', () => {
  it.each([
    ['no column email', 'first_name,last_name\nAda,Lovelace\n', 'email', 'is missing'],
    ['no header at all', 'ada@example.com,Ada\n', 'email', 'The file has “ada@example.com”, “Ada”'],
    ['too many', `email${','.repeat(1_600)}\n`, 'header', 'at most 1600'],
    ['far too many', `email${','.repeat(100_000)}\n`, 'header', 'at most 1600'],
    ['no end', `email${'x'.repeat(600_000)}`, 'line 1', 'larger than 512 KiB'],
    ['an empty file', '', '', 'empty'],
    ['a file of empty lines', '\r\n\r\n', '', 'empty'],
  ])('%s: 422 that says so, and nothing is written', async (_, file, path, message) => {
    const event = await app.event();
    const { status, json } = await send(event.id, file);
    expect(status).toBe(422);
    expect(json.errors).toContainEqual({ path, message: expect.stringContaining(message) });
    expect(await registered(event.id)).toBe(0);
  });
});

describe('an import', () => {
  it('sends confirmations through the bulk priority where they are asked for, a hundred a job', async () => {
    const event = await app.event();
    const file = `email\n${Array.from({ length: 1_250 }, (_, i) => `p${i}@example.com`).join('\n')}`;
    await send(event.id, file, { query: '?sendConfirmation=true' });
    expect(await confirmations(event.id)).toBe(1_250);
    const { rows } = await app.pool.query(
      `select jsonb_array_length(data->'messageIds') as size from {jobs}.job
       where name = 'deliver-bulk' and (data->'messageIds'->>0)::uuid in (select id from {schema}.message where event_id = $1)`,
      [event.id],
    );
    expect(rows.map(({ size }) => size).sort((a, b) => a - b)).toEqual([50, ...Array(12).fill(100)]);
    await send(event.id, file, { query: '?sendConfirmation=true' });
    expect(await confirmations(event.id)).toBe(1_250);
  });

  it('into a past event registers without a mail; into a cancelled or unknown one it is refused', async () => {
    const past = await app.event({ startsAt: '2020-01-01T10:00:00Z', endsAt: '2020-01-01T11:00:00Z' });
    const file = 'email\na@example.com\n';
    const { json } = await send(past.id, file, { query: '?sendConfirmation=true' });
    expect([json.created, await confirmations(past.id)]).toEqual([1, 0]);
    const cancelled = await app.event();
    await app.api('POST', `/events/${cancelled.id}/cancel`);
    expect((await send(cancelled.id, file)).status).toBe(409);
    expect((await send(crypto.randomUUID(), file)).status).toBe(404);
    expect((await send('no-id', file)).status).toBe(422);
  });

  it.each<[what: string, headers: Record<string, string>, query: string, status: number]>([
    ['another content type', { 'content-type': 'application/json' }, '', 415],
    ['an unknown encoding', { 'content-type': 'text/csv; charset=ebcdic' }, '', 415],
    ['a compressed body', { 'content-encoding': 'gzip' }, '', 415],
    ['a body announced as too large', { 'content-length': String(100 * 1024 * 1024 + 1) }, '', 413],
    ['a key that is none', { 'idempotency-key': 'a b' }, '', 400],
    ['an unknown API key', { authorization: 'Bearer wrong' }, '', 401],
    ['neither true nor false', {}, '?sendConfirmation=yes', 422],
    ['an encoding that is none', {}, '?encoding=ebcdic', 422],
    ['a mapping that is none', {}, '?map=email', 422],
    ['a mapping to what there is not', {}, '?map=mail:email', 422],
    ['a mapping of what there is not', {}, '?map=first_name:Name', 422],
    ['a mapping of two to one', {}, '?map=email:email,email:Mail', 422],
  ])('%s is refused, and nothing is written', async (_, headers, query, status) => {
    const event = await app.event();
    const answer = await send(event.id, 'email\na@example.com\n', { headers, query });
    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect(await registered(event.id)).toBe(0);
  });

  it('takes text/csv however it is written', async () => {
    const event = await app.event();
    const headers = { 'content-type': 'Text/CSV; header=present; charset="UTF-8"' };
    expect((await send(event.id, 'email\na@example.com\n', { headers })).status).toBe(200);
  });

  it('that breaks off keeps what was committed, and sent again adds the rest', async () => {
    const event = await app.event();
    const rows = Array.from({ length: 2_500 }, (_, i) => `p${i}@example.com\n`);
    function* pieces() {
      yield 'email\n';
      yield rows.slice(0, 1_200).join('');
      throw new Error('the client went away');
    }
    expect((await send(event.id, streamOf(pieces()))).status).toBe(400);
    expect(await registered(event.id)).toBe(1_000);
    expect((await send(event.id, `email\n${rows.join('')}`)).json).toMatchObject({
      created: 1_500,
      existing: 1_000,
    });
  });

  it.each([
    ['long rows', (i: number) => `p${i}@example.com,${'x'.repeat(60_000)}\n`],
    [
      'rows with much between them that comes to nothing',
      (i: number) => `p${i}@example.com,x${'\n'.repeat(60_000)}`,
    ],
  ])('of %s is committed by its bytes, long before there are a thousand rows', async (_, row) => {
    const event = await app.event();
    function* pieces() {
      yield 'email,Question\n';
      for (let i = 0; i < 40; i++) yield row(i);
      throw new Error('the client went away');
    }
    expect((await send(event.id, streamOf(pieces()))).status).toBe(400);
    expect(await registered(event.id)).toBeGreaterThanOrEqual(30);
  });

  it('writes registrants, messages and jobs of a batch together: when one fails, none of it is there', async () => {
    const event = await app.event();
    await app.pool.query(
      'alter table {schema}.message add constraint refuse check (dedupe_key <> $$registration$$) not valid',
    );
    const { status } = await send(event.id, 'email\na@example.com\n', { query: '?sendConfirmation=true' });
    await app.pool.query('alter table {schema}.message drop constraint refuse');
    expect([status, await registered(event.id)]).toEqual([500, 0]);
  });
});

describe('an Idempotency-Key of an import', () => {
  it('gets the same answer for the same file, and 422 for another, without importing', async () => {
    const event = await app.event();
    const headers = { 'idempotency-key': 'import-1' };
    const first = await send(event.id, 'email\na@example.com\nnobody\n', { headers });
    const again = await send(event.id, 'email\na@example.com\nnobody\n', { headers });
    expect(first.json).toMatchObject({ created: 1, existing: 0 });
    expect([again.status, again.json]).toEqual([200, first.json]);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    for (const [file, query] of [
      ['email\nb@example.com\n', ''],
      ['email\na@example.com\nnobody\n', '?sendConfirmation=true'],
    ] as const) {
      const other = await send(event.id, file, { headers, query });
      expect([other.status, other.json.type]).toEqual([422, 'urn:access-mail:idempotency-mismatch']);
    }
    expect(await registered(event.id)).toBe(1);
  });

  it('gives many at once one answer, also for a file that stops being CSV', async () => {
    const event = await app.event();
    const file = 'email\na@example.com\n"b';
    const answers = await Promise.all(
      Array.from({ length: 5 }, () => send(event.id, file, { headers: { 'idempotency-key': 'import-2' } })),
    );
    expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
    expect(answers[0]?.json.rejected).toHaveLength(1);
  });

  it('is free again after a refusal, and after 24 hours', async () => {
    const event = await app.event();
    const headers = { 'idempotency-key': 'import-3' };
    expect((await send(event.id, 'nobody\n', { headers })).status).toBe(422);
    expect((await send(event.id, 'email\na@example.com\n', { headers })).json.created).toBe(1);
    app.clock.advance(25 * 3_600_000);
    expect((await send(event.id, 'email\nb@example.com\n', { headers })).json.created).toBe(1);
  });
});
