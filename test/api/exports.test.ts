import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KNOWN_COLUMNS } from '../../src/domain/export-columns.ts';
import { MAX_FIELD_NAMES } from '../../src/domain/form-fields.ts';
import { newRegistrant } from '../../src/domain/input.ts';
import { openApp } from '../support/app.ts';
import { exportsOf, readCsv } from '../support/exports.ts';
import { cellText } from '../support/hostile-text.ts';

const app = await openApp();
const exports = exportsOf(app);
const { ask, made, rows, register } = exports;
const ours = await exports.member();
/** Many imports: with a key of their own they meet no limit of the others'. */
const importer = await exports.apiKey(null);

const jobsOf = async (eventId: string): Promise<number> =>
  (
    await app.pool.query(
      `select count(*) from {jobs}.job where name = 'export'
         and (data->>'exportId')::uuid in (select id from {schema}.export where event_id = $1)`,
      [eventId],
    )
  ).rows[0].count;

async function registerOver(eventId: string, person: Record<string, unknown>) {
  const { status, json } = await app.api('POST', `/events/${eventId}/registrants`, {
    email: `${randomUUID()}@example.com`,
    sendConfirmation: false,
    ...person,
  });
  return { status, json };
}

async function importInto(eventId: string, file: Uint8Array<ArrayBuffer> | string) {
  const { json } = await app.request(`/api/v1/events/${eventId}/registrants/import`, {
    method: 'POST',
    headers: { authorization: `Bearer ${importer.key}`, 'content-type': 'text/csv' },
    body: file,
  });
  return json;
}

/** What makes registrants the same. A field that says nothing is none: a file cannot tell them apart. */
async function people(eventId: string) {
  const { rows: found } = await app.pool.query(
    `select email, first_name, last_name, locale, time_zone, access_key,
       (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each_text(fields) where value <> '') as fields,
       (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each_text(source) where value <> '') as source
     from {schema}.registrant where event_id = $1 order by lower(email)`,
    [eventId],
  );
  return found;
}

describe('asking for an export', () => {
  it('with a key of one’s own goes to oneself, or to somebody else of the team', async () => {
    const event = await app.event();
    const { status, json } = await ask(event.id, { format: 'xlsx' }, ours);
    expect([status, json]).toEqual([
      202,
      {
        id: expect.any(String),
        eventId: event.id,
        status: 'queued',
        format: 'xlsx',
        columns: 'all',
        filter: null,
        to: ours.email,
        requestedBy: `api_key:${ours.keyId}`,
        rows: 0,
        bytes: 0,
        attached: null,
        error: null,
        messageId: null,
        requestedAt: app.clock.now.toISOString(),
        finishedAt: null,
        expiresAt: null,
        withdrawnAt: null,
      },
    ]);
    expect((await app.api('GET', `/exports/${json.id}`)).json).toEqual(json);
    expect(await jobsOf(event.id)).toBe(1);
    const { email } = await exports.member();
    expect((await ask(event.id, { to: email.toUpperCase() }, ours)).status).toBe(202);
  });

  it('with a member’s key to a foreign address is refused; with a key that is nobody’s it may go anywhere', async () => {
    const event = await app.event();
    const foreign = await ask(event.id, { to: 'foreign@example.com' }, ours);
    expect([foreign.status, foreign.json.errors]).toEqual([
      422,
      [{ path: 'to', message: 'must be the address of a team member' }],
    ]);
    expect((await ask(event.id, { to: 'foreign@example.com' })).status).toBe(202);
    const program = await exports.apiKey(null);
    const nobody = await ask(event.id, {}, program);
    expect([nobody.status, nobody.json.errors]).toEqual([422, [{ path: 'to', message: 'is missing' }]]);
    expect((await ask(event.id, { to: 'anywhere@example.com' }, program)).status).toBe(202);
  });

  it.each<[what: string, body: Record<string, unknown>, path: string, message: string]>([
    ['an unknown column', { columns: ['email', 'shoeSize'] }, 'columns.1', 'is unknown; there are email'],
    ['an unknown format', { format: 'pdf' }, 'format', 'csv'],
    ['no format', { format: undefined }, 'format', ''],
    ['no columns', { columns: undefined }, 'columns', 'must be "all" or a list'],
    ['an empty list', { columns: [] }, 'columns', 'names no column'],
    ['one column for a list', { columns: 'email' }, 'columns', 'must be "all" or a list'],
    ['a column twice', { columns: ['accessKey', 'access_key'] }, 'columns.1', 'is there twice: access_key'],
    ['a field that nobody can have', { columns: ['fields.a\0b'] }, 'columns.0', 'control characters'],
    ['no address', { to: 'team' }, 'to', 'must be an e-mail address'],
    ['something else', { rows: 10 }, 'rows', 'is not known here'],
  ])('%s: 422 that names it, and nothing is begun', async (_, body, path, message) => {
    const event = await app.event();
    const { status, json } = await ask(event.id, body);
    expect([status, json.errors]).toEqual([422, [{ path, message: expect.stringContaining(message) }]]);
    expect((await app.api('GET', `/events/${event.id}/exports`)).json.items).toEqual([]);
  });

  it('of an unknown event, or after an unknown export: 404', async () => {
    expect((await ask(randomUUID())).status).toBe(404);
    expect((await app.api('GET', `/events/${randomUUID()}/exports`)).status).toBe(404);
    for (const method of ['GET', 'DELETE'])
      expect((await app.api(method, `/exports/${randomUUID()}`)).status).toBe(404);
    expect((await app.api('POST', `/events/${randomUUID()}/rotate-keys`)).status).toBe(404);
  });

  it('again within a minute is the same export and one job; 61 seconds later another', async () => {
    const event = await app.event();
    const first = (await ask(event.id)).json;
    app.clock.advance(59_000);
    expect((await ask(event.id, { to: 'ANYBODY@example.com' })).json).toEqual(first);
    expect(await jobsOf(event.id)).toBe(1);
    app.clock.advance(2_000);
    expect((await ask(event.id)).json.id).not.toBe(first.id);
    expect(await jobsOf(event.id)).toBe(2);
  });

  it('ten times at once is one export', async () => {
    const event = await app.event();
    const answers = await Promise.all(Array.from({ length: 10 }, () => ask(event.id)));
    expect(new Set(answers.map(({ status, json }) => `${status} ${json.id}`)).size).toBe(1);
    expect(await jobsOf(event.id)).toBe(1);
  });

  it('for another format, other columns, somebody else or by somebody else is another', async () => {
    const event = await app.event();
    const requests = [
      ask(event.id),
      ask(event.id, { format: 'xlsx' }),
      ask(event.id, { columns: ['email'] }),
      ask(event.id, { columns: ['email', 'first_name'] }),
      ask(event.id, { columns: ['first_name', 'email'] }),
      ask(event.id, { to: 'other@example.com' }),
      ask(event.id, {}, ours),
      ask((await app.event()).id),
    ];
    const ids = (await Promise.all(requests)).map(({ json }) => json.id);
    expect(new Set(ids).size).toBe(requests.length);
    expect((await ask(event.id, { columns: ['firstName', 'email'] })).json.id).toBe(ids[4]);
  });

  it('again after it was withdrawn is another', async () => {
    const event = await app.event();
    const { id } = (await ask(event.id)).json;
    expect((await app.api('DELETE', `/exports/${id}`)).status).toBe(204);
    expect((await ask(event.id)).json.id).not.toBe(id);
  });

  it('is listed by event, newest first, in pages', async () => {
    const event = await app.event();
    const ids: string[] = [];
    for (const to of ['a@example.com', 'b@example.com', 'c@example.com'])
      ids.unshift((await ask(event.id, { to })).json.id);
    const list = async (query: string) =>
      (await app.api('GET', `/events/${event.id}/exports?limit=2${query}`)).json;
    const first = await list('');
    const second = await list(`&cursor=${first.nextCursor}`);
    expect([...first.items, ...second.items].map(({ id }: { id: string }) => id)).toEqual(ids);
    expect(second.nextCursor).toBeNull();
    expect((await app.api('GET', `/events/${event.id}/exports?cursor=x`)).status).toBe(422);
  });
});

describe('the file', () => {
  it('tells everything of a registrant, in the order of the columns', async () => {
    const event = await app.event({ slug: `all-${randomUUID()}` });
    const { json } = await registerOver(event.id, {
      email: 'Ada+events@example.com',
      firstName: 'Ada',
      lastName: 'Lovelace',
      locale: 'fr-CA',
      timeZone: 'Europe/London',
      fields: { Company: 'Analytical Engines', Seat: '12' },
      source: {
        utmSource: 'news',
        utmMedium: 'mail',
        utmCampaign: 'spring',
        utmTerm: 'calm',
        utmContent: 'top',
        referrer: 'https://blog.example/',
      },
    });
    const at = app.clock.now.toISOString().replace(/\.\d+Z$/, 'Z');
    const { messageId } = (await app.api('POST', `/events/${event.id}/registrants/${json.id}/resend`)).json;
    await app.pool.query(`update {schema}.message set status = 'delivered', accepted_at = $2 where id = $1`, [
      messageId,
      '2026-03-01T10:20:30Z',
    ]);
    await app.pool.query(
      `update {schema}.registrant set email_status = 'delivered', email_status_at = $2, joined_at = $3, joined_from = 2,
         link_opened_at = $2 where id = $1`,
      [json.id, '2026-03-01T10:20:31Z', '2026-03-02T11:00:00+02:00'],
    );
    const [row] = await rows(event.id);
    // Names and order, too: whoever reads such files relies on both.
    expect(Object.entries(row ?? {})).toEqual(
      Object.entries({
        email: 'Ada+events@example.com',
        first_name: 'Ada',
        last_name: 'Lovelace',
        registered_at: at,
        locale: 'fr-CA',
        time_zone: 'Europe/London',
        Company: 'Analytical Engines',
        Seat: '12',
        utm_source: 'news',
        utm_medium: 'mail',
        utm_campaign: 'spring',
        utm_term: 'calm',
        utm_content: 'top',
        referrer: 'https://blog.example/',
        registered_by: 'api',
        user_agent: '',
        email_status: 'delivered',
        email_status_at: '2026-03-01T10:20:31Z',
        last_mail: 'access_link',
        last_mail_status: 'delivered',
        last_mail_at: '2026-03-01T10:20:30Z',
        link_opened_at: '2026-03-01T10:20:31Z',
        joined_at: '2026-03-02T09:00:00Z',
        joined_from: '2',
        cancelled_at: '',
        access_key: json.accessKey,
        access_link: json.accessLink,
      }),
    );
    const link = new URL(row?.access_link ?? '');
    expect((await app.request(`${link.pathname}${link.search}`)).status).toBe(200);
  });

  it('of a choice has those columns, in their order', async () => {
    const event = await app.event();
    await register(event.id, [
      { email: 'a@example.com', firstName: 'Ada', fields: { Seat: '1', Company: 'X' } },
      { email: 'b@example.com', firstName: 'Bob' },
    ]);
    const columns = ['accessKey', 'fields.Seat', 'first_name', 'fields', 'email'];
    expect((await exports.file(event.id, { columns })).toString()).toBe(
      '\ufeffaccess_key,Seat,first_name,Company,email\r\nabcd,1,Ada,X,a@example.com\r\nabcd,,Bob,,b@example.com\r\n',
    );
  });

  it('of an event without registrants is its header', async () => {
    const event = await app.event();
    const found = await made(event.id);
    expect(found).toMatchObject({ rows: 0, attached: true });
    expect((await exports.bytes(found.link)).toString()).toBe(`\ufeff${KNOWN_COLUMNS.join(',')}\r\n`);
    expect((await exports.file(event.id, { format: 'xlsx' })).toString('latin1', 0, 2)).toBe('PK');
  });

  it('does not name whoever was removed', async () => {
    const event = await app.event();
    const { json } = await registerOver(event.id, { firstName: 'Gone', fields: { Company: 'Gone Inc' } });
    await registerOver(event.id, { email: 'stays@example.com' });
    await app.api('DELETE', `/events/${event.id}/registrants/${json.id}`);
    const file = await exports.file(event.id);
    expect(readCsv(file)).toMatchObject([{ email: 'stays@example.com' }]);
    expect(file.toString()).not.toMatch(/Gone|Company/);
  });

  it('has a column for each field, whatever it is called', async () => {
    const event = await app.event();
    const fields = {
      email: 'not theirs',
      Access_Link: 'none',
      'field:x': '1',
      '=1+1': '2',
      'a "quoted", name': '3',
      'a;b': '4',
      ['漢'.repeat(64)]: '5',
      '👩‍💻': '6',
      constructor: '7',
    };
    await register(event.id, [{ email: 'real@example.com', fields }]);
    expect(await rows(event.id)).toMatchObject([
      {
        email: 'real@example.com',
        'field:email': 'not theirs',
        'field:Access_Link': 'none',
        'field:field:x': '1',
        "'=1+1": '2',
        'a "quoted", name': '3',
        'a;b': '4',
        ['漢'.repeat(64)]: '5',
        '👩‍💻': '6',
        constructor: '7',
      },
    ]);
  });

  it('is CSV as RFC 4180 and Excel have it, byte for byte', async () => {
    const event = await app.event();
    await register(event.id, [
      { email: 'a@example.com', firstName: 'Ada "the countess"', fields: { 'a,b': 'one\r\ntwo\nthree' } },
      { email: 'b@example.com', firstName: '=1+1', fields: { 'a,b': '\t' } },
      { email: 'c@example.com', firstName: 'Ünï, Ç', fields: {} },
    ]);
    const columns = ['first_name', 'fields', 'email'];
    expect((await exports.file(event.id, { columns })).toString('hex')).toBe(
      Buffer.from(
        '\ufefffirst_name,"a,b",email\r\n' +
          '"Ada ""the countess""","one\r\ntwo\nthree",a@example.com\r\n' +
          "'=1+1,'\t,b@example.com\r\n" +
          '"Ünï, Ç",,c@example.com\r\n',
      ).toString('hex'),
    );
  });

  it('keeps hostile names, and lets none of them be a formula', async () => {
    const names = [
      '=HYPERLINK("https://evil.example","x")',
      '+1',
      '-1',
      '@x',
      '＝1',
      '＋1',
      '－1',
      '＠x',
      "'=1",
      "O'Neil",
      'A, "B"',
      'A;B',
      '👩‍💻 Zoë',
      'عبد الله',
      'שלום',
      '<b>{{x}}</b>',
      '\\.',
      '\\N',
      'null',
      'x'.repeat(200),
    ];
    const event = await app.event();
    for (const [i, firstName] of names.entries())
      expect((await registerOver(event.id, { email: `n${i}@example.com`, firstName })).status).toBe(201);
    const cells = (await rows(event.id, { columns: ['first_name', 'email'] })).map((row) => row.first_name);
    expect(cells).toEqual(names.map((name) => (/^'?[=+\-@＝＋－＠]/.test(name) ? `'${name}` : name)));
  });

  it('has nothing of what nobody can be registered with: NUL, tabs and line breaks in a name', async () => {
    const event = await app.event();
    for (const firstName of ['a\0b', 'a\tb', 'a\nb']) {
      const { status, json } = await registerOver(event.id, { firstName });
      expect([status, json.errors[0].path]).toEqual([422, 'firstName']);
    }
    expect((await registerOver(event.id, { fields: { a: 'x\0' } })).status).toBe(422);
    expect((await registerOver(event.id, { fields: { 'a\0': 'x' } })).status).toBe(422);
    expect(await rows(event.id)).toEqual([]);
    expect((await registerOver(event.id, { fields: { note: 'a\tb\nc' } })).status).toBe(201);
    expect(await rows(event.id)).toMatchObject([{ note: 'a\tb\nc' }]);
  });

  it('of one column that is empty has a line for each registrant all the same', async () => {
    const event = await app.event();
    await register(event.id, [{}, { fields: { Seat: '1' } }, {}]);
    const file = await exports.file(event.id, { columns: ['fields.Seat'] });
    expect(file.toString()).toMatch(/^\ufeffSeat\r\n(""|)\r\n"1"\r\n(""|)\r\n$/);
  });
});

describe('an export imported into another event', () => {
  const text = (max: number, { lines = false } = {}) =>
    cellText.map((t) => (lines ? t : t.replace(/[\t\r\n]/g, '')).slice(0, max).trim());
  const fieldName = fc.oneof(
    { weight: 4, arbitrary: text(64) },
    {
      weight: 1,
      arbitrary: fc.constantFrom('email', 'EMAIL', 'access_key', 'field:a', 'Access_Link', 'fields'),
    },
  );
  const address = fc
    .tuple(
      fc.string({ unit: fc.constantFrom(...`aZ0.'=+-_!#$%&*/?^{|}~\``), minLength: 1, maxLength: 20 }),
      fc.nat(1_000_000),
    )
    .map(([local, n]) => `${local}@x${n}.example.com`);
  const person = fc.record({
    email: address,
    firstName: text(200),
    lastName: text(200),
    locale: fc.constantFrom(null, 'en', 'fr-CA', 'zh-Hant-TW'),
    timeZone: fc.constantFrom(null, 'Europe/Paris', 'UTC', 'America/Argentina/Buenos_Aires'),
    fields: fc.dictionary(fieldName, text(2_000, { lines: true }), { maxKeys: 6 }),
    source: fc.record({ utmSource: text(500), utmContent: text(500), referrer: text(2_000) }),
    accessKey: fc.string({
      unit: fc.constantFrom(...'aZ09-_'),
      minLength: 4,
      maxLength: 64,
    }),
  });
  // What the API takes. A file cannot say whether U+FFFD is a letter or one that was lost.
  const registrable = person.filter(
    (p) => newRegistrant.safeParse(p).success && !JSON.stringify(p).includes('\ufffd'),
  );

  it('registers the same people with the same keys, whatever they are called', async () => {
    const event = await app.event();
    const found = await made(event.id);
    await fc.assert(
      fc.asyncProperty(
        fc.uniqueArray(registrable, { maxLength: 30, selector: ({ email }) => email.toLowerCase() }),
        async (persons) => {
          fc.pre(new Set(persons.flatMap(({ fields = {} }) => Object.keys(fields))).size <= MAX_FIELD_NAMES);
          await app.pool.query('delete from {schema}.registrant where event_id = $1', [event.id]);
          await app.pool.query('delete from {schema}.event_field where event_id = $1', [event.id]);
          await register(
            event.id,
            persons.map((p) => newRegistrant.parse(p)).map((p) => ({ ...p, accessKey: p.accessKey ?? '' })),
          );
          const file = new Uint8Array(await exports.bytes(found.link));
          const other = randomUUID();
          await app.pool.query(
            `insert into {schema}.event select (jsonb_populate_record(event, jsonb_build_object('id', $2::text, 'slug', $2::text))).*
             from {schema}.event where id = $1`,
            [event.id, other],
          );
          expect(await importInto(other, file)).toEqual({
            created: persons.length,
            existing: 0,
            rejected: [],
            warnings: [],
          });
          expect(await people(other)).toEqual(await people(event.id));
        },
      ),
      { numRuns: 15 },
    );
  });

  it('of an event whose registrants have as many fields together as they may: the same', async () => {
    const [event, other] = [await app.event(), await app.event()];
    await register(
      event.id,
      Array.from({ length: 5 }, (_, i) => ({
        fields: Object.fromEntries(Array.from({ length: 10 }, (_, k) => [`f${i * 10 + k}`, `${i} ${k}`])),
      })),
    );
    const file = await exports.file(event.id);
    expect((await importInto(other.id, new Uint8Array(file))).created).toBe(5);
    expect(await people(other.id)).toEqual(await people(event.id));
  });

  it('after Excel saved it with semicolons: the same', async () => {
    const [event, other] = [await app.event(), await app.event()];
    await register(event.id, [
      { email: 'a@example.com', firstName: '=1', fields: { 'Size; cm': '1;2', 'a "b"': "'=x" } },
      { email: 'b@example.com', lastName: 'Ünï, Ç', fields: { 'Size; cm': 'one\ntwo' }, accessKey: '-a_1' },
    ]);
    const [header = {}] = await rows(event.id);
    const quoted = (cell: string) => (/[;"\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
    const lines = [Object.keys(header), ...(await rows(event.id)).map((row) => Object.values(row))];
    const saved = lines.map((cells) => `${cells.map(quoted).join(';')}\r\n`).join('');
    expect(await importInto(other.id, `\ufeff${saved}`)).toMatchObject({ created: 2, rejected: [] });
    expect(await people(other.id)).toEqual(await people(event.id));
  });

  it('sends no mail, and lets the old keys in', async () => {
    const [event, other] = [await app.event(), await app.event()];
    const { json } = await registerOver(event.id, { email: 'moved@example.com' });
    await importInto(other.id, new Uint8Array(await exports.file(event.id)));
    const live = `/e/${other.slug}/live?email=moved%40example.com&key=${json.accessKey}`;
    expect((await app.request(live)).status).toBe(200);
    expect(
      (await app.pool.query('select from {schema}.team_message where event_id = $1', [other.id])).rowCount,
    ).toBe(0);
  });
});
