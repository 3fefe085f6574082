import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { API_KEY, openApp } from '../support/app.ts';
import { encode } from '../support/encode.ts';
import { signIn } from '../support/team.ts';

const app = await openApp();
const ada = await signIn(app);

const MIB = 1024 * 1024;

type Body = string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;

/** The file as the page's script sends it. */
async function sendFile(
  eventId: string,
  body: Body,
  query: Record<string, string> = {},
  headers: Record<string, string> = {},
) {
  return app.request(`/team/events/${eventId}/import?${new URLSearchParams(query)}`, {
    method: 'POST',
    headers: { cookie: ada.cookie, 'sec-fetch-site': 'same-origin', 'content-type': 'text/csv', ...headers },
    body,
    ...(body instanceof ReadableStream && { duplex: 'half' }),
  });
}

/** The form as a browser without script sends it. */
async function sendForm(eventId: string, file: File | null, fields: Record<string, string> = {}) {
  const form = new FormData();
  form.set('file', file ?? new File([], ''));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const headers = { cookie: ada.cookie, 'sec-fetch-site': 'same-origin' };
  return app.request(`/team/events/${eventId}/import`, { method: 'POST', headers, body: form });
}

const csv = (text: string) => new File([text], 'people.csv', { type: 'text/csv' });

/** The text of what came of the file. */
function outcome(html: string): string {
  return (
    html
      .replace(/^.*id="import-result"[^>]*>/s, '')
      .replace(/Columns<\/h2>.*$/s, '')
      // Of what can be chosen, what is.
      .replace(/<option(?![^>]* selected)[^>]*>[^<]*<\/option>/g, '')
      .replace(/<[^>]+>/g, ' ')
      .replace(/[\s→]+/g, ' ')
  );
}

async function count(statement: string, eventId: string): Promise<number> {
  return (await app.pool.query(statement, [eventId])).rows[0].count;
}
const registered = (id: string) => count('select count(*) from {schema}.registrant where event_id = $1', id);
const confirmations = (id: string) =>
  count(`select count(*) from {schema}.message where event_id = $1 and kind = 'confirmation'`, id);
const audited = (id: string) =>
  count(
    `select count(*) from {schema}.audit_entry where event_id = $1 and action = 'registrants_imported'`,
    id,
  );

const FILE = `Email,First_Name,last_name,locale,Company,registered_at,utm_source
ada@example.com,Ada,Lovelace,fr-ca,Analytical Engines,2020-01-01,newsletter
grace@example.com,Grace,Hopper,,,,
no address,Nobody,,,,,
ADA@example.com,Again,,,,,
`;

describe('the import page', () => {
  it('has a form for a file, and says what the columns mean', async () => {
    const event = await app.event();
    const { status, text } = await ada.get(`/team/events/${event.id}/import`);
    expect(status).toBe(200);
    expect(text).toMatch(/<form[^>]*enctype="multipart\/form-data"/i);
    expect(text).toMatch(/<input[^>]*type="file"/);
    for (const words of ['access_key', 'Up to 100 MiB', '20 MiB', 'Check the file', 'utm_source'])
      expect(text).toContain(words);
  });

  it('of a cancelled event has none, and takes no file', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/cancel`, {});
    const { text } = await ada.get(`/team/events/${event.id}/import`);
    expect(text).toContain('registration is closed');
    expect(text).not.toContain('type="file"');
    const answer = await sendFile(event.id, FILE, { step: 'import' });
    expect([answer.status, await registered(event.id)]).toEqual([409, 0]);
    expect(outcome(answer.text)).toContain('registration is closed');
  });

  it('of an event that is over says that no mail goes out', async () => {
    const at = (hours: number) => new Date(app.clock.now.getTime() + hours * 3_600_000).toISOString();
    const event = await app.event({ startsAt: at(-3), endsAt: at(-2) });
    const { text } = await ada.get(`/team/events/${event.id}/import`);
    expect(text).toContain('The event has ended, so no confirmations are sent.');
    expect(text).toMatch(/<input[^>]*id="sendConfirmation"[^>]*disabled/);
    const answer = await sendFile(event.id, 'email\na@example.com\n', {
      step: 'import',
      sendConfirmation: 'yes',
    });
    expect(outcome(answer.text)).toContain('1 person imported Nobody was notified.');
    expect(await confirmations(event.id)).toBe(0);
  });
});

describe.each([
  ['sent by the script', (id: string, step: string) => sendFile(id, FILE, { step })],
  ['sent by the form', (id: string, step: string) => sendForm(id, csv(FILE), { step })],
] as const)('a file %s', (_, send) => {
  it('to be checked is told of in full, and changes nothing', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, { email: 'Grace@example.com' });
    const { status, text } = await send(event.id, 'check');
    const said = outcome(text);
    expect(status).toBe(200);
    expect(said).toContain('1 person would be imported, 1 row has a problem');
    expect(said).toContain('new 1 already registered, or twice in the file 2 rejected 1');
    expect(said).toContain('Import 1 person');
    expect(said).toMatch(/Line 4 email: must be an e-mail address/);
    expect(said).toMatch(
      /Email ada@example.com Email First_Name.*locale fr-ca Language Company Analytical Engines Custom field registered_at 2020-01-01 Ignored/,
    );
    expect(said).toMatch(/The first 3 rows .*Ada Lovelace.*fr-CA.*a new one.*Company : Analytical Engines/);
    expect([await registered(event.id), await audited(event.id)]).toEqual([1, 0]);
  });

  it('to be imported is, and nobody is written to', async () => {
    const event = await app.event();
    const { status, text } = await send(event.id, 'import');
    const said = outcome(text);
    expect(status).toBe(200);
    expect(said).toContain('2 people imported Nobody was notified.');
    expect(said).toContain('new 2 already registered, or twice in the file 1 rejected 1');
    expect(said).toMatch(/Line 4 email: must be an e-mail address/);
    expect(text).toContain(`href="/team/events/${event.id}/people"`);
    expect([await registered(event.id), await confirmations(event.id)]).toEqual([2, 0]);
    const { rows } = await app.pool.query(
      'select actor, detail from {schema}.audit_entry where event_id = $1 and action = $2',
      [event.id, 'registrants_imported'],
    );
    expect(rows).toEqual([
      { actor: `team_member:${ada.id}`, detail: { created: '2', existing: '1', rejected: '1' } },
    ]);
  });
});

describe('a file', () => {
  it('can bring a confirmation to each new person', async () => {
    const event = await app.event();
    const byScript = await sendFile(event.id, 'email\na@example.com\n', {
      step: 'import',
      sendConfirmation: 'yes',
    });
    expect(outcome(byScript.text)).toContain('1 person imported Their confirmations are being sent.');
    const file = csv('email\na@example.com\nb@example.com\n');
    await sendForm(event.id, file, { step: 'import', sendConfirmation: 'yes' });
    expect(await confirmations(event.id)).toBe(2);
  });

  it('is checked to its end, in little memory, against all who are registered', async () => {
    const event = await app.event();
    await sendFile(event.id, ['email', ...addresses(0, 2_500)].join('\n'), { step: 'import' });
    const file = ['email', ...addresses(1_000, 6_000), ...addresses(5_000, 6_000), 'x'].join('\n');
    const said = outcome((await sendFile(event.id, file)).text);
    expect(said).toContain('3,500 people would be imported, 1 row has a problem');
    expect(said).toContain('already registered, or twice in the file 2,500');
    expect(await registered(event.id)).toBe(2_500);
  });

  it('shows fifty problems, folds others up, and counts the rest', async () => {
    const event = await app.event();
    const { text } = await sendFile(event.id, ['email', ...Array(1_200).fill('x')].join('\n'));
    const said = outcome(text);
    expect(said).toContain('Nobody would be imported, 1,200 rows have problems');
    expect(said).not.toContain('Import 0');
    expect(text.split('<details class="more">')[0]?.match(/Line \d+/g)).toHaveLength(50);
    expect(said).toContain('Show 951 more');
    expect(said).toContain('Line 1002 and 200 more from here on');
  });

  it('shows its words as they are written', async () => {
    const event = await app.event();
    const file = 'email,first_name,<b>x</b>\na@example.com,<script>,"<i>"\n"<u>",,\n';
    const { text } = await sendFile(event.id, file);
    for (const words of ['&lt;script&gt;', '&lt;b&gt;x&lt;/b&gt;', '&lt;i&gt;'])
      expect(text).toContain(words);
    expect(text).not.toMatch(/<b>x|<i>|<u>|<script>/);
  });

  it.each([
    ['empty', '', 'the file is empty'],
    [
      'a workbook',
      'PK\x03\x04\x14\x00\x06\x00',
      'This is a workbook (.xlsx or .ods), not a CSV file: open it and save it as “CSV UTF-8”.',
    ],
    ['an old workbook', new Uint8Array([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), 'an old Excel workbook'],
    ['a PDF', '%PDF-1.7\n', 'This is a PDF'],
    ['a web page', '<!DOCTYPE html><table><tr><td>email</td></tr></table>', 'This is a web page'],
    ['a picture', new Uint8Array([0x89, 0x50, 0x4e, 0x47, 1, 2, 3, 4, 5, 6, 7, 8]), 'no text file'],
    ['without an address', 'name\nAda\n', 'No column was recognised as the email address.'],
  ])('%s is refused plainly', async (_, file, why) => {
    const event = await app.event();
    for (const step of ['check', 'import']) {
      const { status, text } = await sendFile(event.id, file, { step });
      expect([status, outcome(text)]).toEqual([422, expect.stringContaining('The file cannot be imported')]);
      expect(outcome(text)).toContain(why);
    }
    expect(await registered(event.id)).toBe(0);
  });

  it.each([
    [
      'in Latin-1',
      new Uint8Array(Buffer.from('email,first_name\na@example.com,Zoë\n', 'latin1')),
      'Encoding Windows-1252 (Western Europe) , cells separated by commas , columns named in line 1 .',
    ],
    [
      'with a cell too many',
      'email\na@example.com,Ada\n',
      'Line 2 has 2 cells where the header has 1; left out: “Ada”',
    ],
    [
      'with a cell that is wrong',
      'email,time_zone\na@example.com,Mars\n',
      'Line 2 time_zone: must be a time zone name, like Europe/Paris; the cell has “Mars” and was left out',
    ],
  ])('%s is told of line by line', async (_, file, why) => {
    const event = await app.event();
    const { status, text } = await sendFile(event.id, file);
    expect([status, outcome(text)]).toEqual([200, expect.stringContaining(why)]);
  });

  it('of more than 100 MiB is refused before it is read, where its length is said', async () => {
    const event = await app.event();
    const headers = { 'content-length': String(100 * MIB + 1) };
    const { status, text } = await sendFile(event.id, 'email\n', {}, headers);
    expect([status, outcome(text)]).toEqual([413, expect.stringContaining('larger than 100 MiB')]);
  });

  it('in a form of more than 20 MiB is refused, where its length is said and where not', async () => {
    const event = await app.event();
    const large = await sendForm(event.id, new File([new Uint8Array(20 * MIB + 70_000)], 'a.csv'));
    expect([large.status, outcome(large.text)]).toEqual([413, expect.stringContaining('larger than 20 MiB')]);
    const said = await sendFile(
      event.id,
      'x',
      {},
      {
        'content-type': 'multipart/form-data; boundary=x',
        'content-length': String(30 * MIB),
      },
    );
    expect(said.status).toBe(413);
  });

  it('must be chosen, and be one', async () => {
    const event = await app.event();
    const none = await sendForm(event.id, null, { step: 'import' });
    expect([none.status, outcome(none.text)]).toEqual([422, expect.stringContaining('Choose a file first.')]);
    const broken = await sendFile(event.id, 'x', {}, { 'content-type': 'multipart/form-data; boundary=x' });
    expect(broken.status).toBe(400);
    const other = await sendFile(event.id, '{}', {}, { 'content-type': 'application/json' });
    expect(other.status).toBe(415);
  });

  it('that breaks off in the middle is said to have', async () => {
    const event = await app.event();
    const stream = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('email\na@example.com\n')),
      pull: (controller) => controller.error(new Error('gone')),
    });
    const { status, text } = await sendFile(event.id, stream);
    expect([status, outcome(text)]).toEqual([400, expect.stringContaining('broke off before its end')]);
  });
});

describe('the columns of a file', () => {
  const FILE = 'Kontakt;Wer;Firma\na@example.com;Ada Lovelace;ACME\n';
  const signatureOf = (html: string) => /name="signature" value="([0-9a-f]{64})"/.exec(html)?.[1] ?? '';
  const choices = (html: string) =>
    [...html.matchAll(/<select[^>]* name="(column-\d+)"[^>]*>(.*?)<\/select>/gs)].map(
      ([, name, options]) => [name, /value="([^"]*)" selected/.exec(options ?? '')?.[1]] as const,
    );

  it('that cannot be told are named, the closest to the address is offered, and all can be chosen', async () => {
    const event = await app.event();
    const { status, text } = await sendFile(event.id, FILE);
    expect([status, outcome(text)]).toEqual([422, expect.stringContaining('Kontakt comes closest')]);
    expect(outcome(text)).toContain('Choose the columns');
    expect(choices(text)).toEqual([
      ['column-0', 'email'],
      ['column-1', 'field'],
      ['column-2', 'field'],
    ]);
  });

  it('are as they were chosen, by the script and by the form, and are remembered for the next such file', async () => {
    const event = await app.event();
    const signature = signatureOf((await sendFile(event.id, FILE)).text);
    const chosen = { signature, 'column-0': 'email', 'column-1': 'full_name' };
    const checked = await sendFile(event.id, FILE, chosen);
    expect([checked.status, outcome(checked.text)]).toEqual([200, expect.stringContaining('Ada Lovelace')]);
    // A check changes nothing.
    expect((await sendFile(event.id, FILE)).status).toBe(422);
    await sendForm(event.id, csv(FILE), { ...chosen, 'column-2': 'skip', step: 'import' });
    const { rows } = await app.pool.query(
      'select email, first_name, last_name, fields from {schema}.registrant where event_id = $1',
      [event.id],
    );
    expect(rows).toEqual([{ email: 'a@example.com', first_name: 'Ada', last_name: 'Lovelace', fields: {} }]);
    const other = await app.event();
    const again = await sendFile(other.id, FILE.replaceAll('a@', 'b@'));
    expect(outcome(again.text)).toContain('These are the columns that your team chose for the last file');
    expect(choices(again.text).map(([, value]) => value)).toEqual(['email', 'full_name', 'skip']);
    // The API goes by names alone.
    const headers = { 'content-type': 'text/csv', authorization: `Bearer ${API_KEY}` };
    const path = `/api/v1/events/${other.id}/registrants/import`;
    expect((await app.request(path, { method: 'POST', headers, body: FILE })).status).toBe(422);
    // Back to what the names say: forgotten.
    await sendFile(other.id, FILE, { signature, 'column-0': 'email', 'column-1': 'field', step: 'import' });
    expect(choices((await sendFile(other.id, FILE)).text).map(([, value]) => value)).toEqual([
      'email',
      'field',
      'field',
    ]);
  });

  it('chosen for one file are not those of another', async () => {
    const event = await app.event();
    const signature = signatureOf((await sendFile(event.id, FILE)).text);
    const { text } = await sendFile(event.id, 'email;first_name;Firma\na@example.com;Ada;ACME\n', {
      ...{ signature, 'column-0': 'skip', 'column-2': 'email' },
    });
    expect(choices(text).map(([, value]) => value)).toEqual(['email', 'first_name', 'field']);
  });

  it('that are chosen for nothing there is, or by another place, are as their names say', async () => {
    const event = await app.event();
    const file = 'email,first_name\na@example.com,Ada\n';
    const signature = signatureOf((await sendFile(event.id, file)).text);
    for (const wrong of [{ 'column-1': 'sudo' }, { 'column-99': 'email' }, { 'column-x': 'email' }]) {
      const { status, text } = await sendFile(event.id, file, { signature, ...wrong });
      expect([status, choices(text).map(([, value]) => value)]).toEqual([200, ['email', 'first_name']]);
    }
  });

  it('are read in the encoding that is chosen, and the page says which it took', async () => {
    const event = await app.event();
    const bytes = encode('email,first_name\na@example.com,Анна\n', 'windows-1251');
    const guessed = outcome((await sendFile(event.id, bytes)).text);
    expect(guessed).toContain('(a guess: check the names below)');
    const { text } = await sendFile(event.id, bytes, { encoding: 'windows-1251' });
    expect(outcome(text)).toContain('Encoding Windows-1251 (Cyrillic) , cells separated by commas');
    expect(outcome(text)).toContain('Анна');
    expect(text).toMatch(/value="windows-1251" selected/);
  });
});

describe('whoever', () => {
  it('is not signed in is sent to sign in, and nobody is imported', async () => {
    const event = await app.event();
    const path = `/team/events/${event.id}/import`;
    const answers = [
      await app.request(path),
      await sendFile(event.id, FILE, { step: 'import' }, { cookie: '' }),
    ];
    for (const { status, headers } of answers)
      expect([status, headers.get('location')]).toEqual([303, expect.stringMatching(/^\/team\/sign-in/)]);
    expect(await registered(event.id)).toBe(0);
  });

  it('sends a file from another site is refused', async () => {
    const event = await app.event();
    const { status } = await sendFile(event.id, FILE, { step: 'import' }, { 'sec-fetch-site': 'cross-site' });
    expect([status, await registered(event.id)]).toEqual([403, 0]);
  });

  it('imports into an event that there is not gets 404', async () => {
    for (const id of [randomUUID(), 'x']) {
      expect((await ada.get(`/team/events/${id}/import`)).status).toBe(404);
      expect((await sendFile(id, FILE)).status).toBe(404);
    }
  });
});

function addresses(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, i) => `p${from + i}@example.com`);
}
