import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { encode } from '../support/encode.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';

const csv = (name: string, text: string) => ({ name, mimeType: 'text/csv', buffer: Buffer.from(text) });

describeInBrowser('sending to many and importing, in a browser', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const { openAt } = useBrowser(team);
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'access-mail-import-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function eventWith(people: number) {
    const { id } = await app.event();
    const { rows } = await app.pool.query(
      `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
       select $1::uuid, 'p' || n || '@' || ($1::uuid)::text || '.example', 'Person', 'No' || n, 'key' || n
       from generate_series(1, $2::int) n returning id`,
      [id, people],
    );
    return { id: id as string, ids: rows.map((row) => row.id as string), path: `/team/events/${id}` };
  }

  const registered = async (id: string) =>
    (await app.pool.query('select count(*) from {schema}.registrant where event_id = $1', [id])).rows[0]
      .count;

  test('whoever bounced is chosen, looked at, sent to and followed, by mouse', async () => {
    const { ids, path, id } = await eventWith(3);
    await app.pool.query(`update {schema}.registrant set email_status = 'bounced' where id = any($1)`, [ids]);
    await app.pool.query(
      `insert into {schema}.suppression (address_hash, address, scope, reason, created_at)
       select {schema}.address_hash(email), email, 'all', 'bounced', now() from {schema}.registrant where id = $1`,
      [ids[2]],
    );
    const page = await openAt(`${path}/people?emailStatus=bounced`);
    await page.getByRole('checkbox', { name: /All 3 people that match/ }).check();
    await page.getByRole('button', { name: /Resend access link/ }).click();
    await page.getByRole('heading', { name: 'Send the access link to 2 people?' }).waitFor();
    await page.getByText('1 person is skipped').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'Cancel' }).click();
    await page.waitForURL(`**${path}/people?emailStatus=bounced`);
    await page.getByRole('checkbox', { name: /All 3 people that match/ }).check();
    await page.getByRole('button', { name: /Resend access link/ }).click();
    await page.getByRole('button', { name: 'Send 2 links' }).dblclick();
    await page.getByText('2 waiting.').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    // What happens meanwhile is shown without anybody doing anything.
    await app.pool.query(`update {schema}.message set status = 'delivered' where event_id = $1`, [id]);
    await page.getByText('2 sent.').waitFor();
    expect(await page.locator('[data-announcer]').textContent()).toBe('Done.');
    expect((await app.pool.query('select from {schema}.bulk_send where event_id = $1', [id])).rowCount).toBe(
      1,
    );
    // Where nobody would get the link the emails are corrected, and each gets it at the new one.
    await page.goto(`${path}/people?emailStatus=bounced`);
    await page.getByRole('checkbox', { name: /Select .*No3/ }).check();
    await page.getByRole('button', { name: /Resend access link/ }).click();
    await page.getByRole('heading', { name: 'Correct emails' }).waitFor();
    await page.getByText('Mail does not reach these people.').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('textbox', { name: /New email of Person No3/ }).fill('no3@example.org');
    await page.getByRole('button', { name: 'Correct & send 1', exact: true }).click();
    await page.getByText('Emails corrected. The access links are on their way.').waitFor();
    const { rows } = await app.pool.query(
      `select email, (select count(*)::int from {schema}.message where registrant_id = registrant.id) as mails
       from {schema}.registrant where id = $1`,
      [ids[2]],
    );
    expect(rows).toEqual([{ email: 'no3@example.org', mails: 1 }]);
  });

  async function bounced(emails: readonly string[]) {
    const { id } = await app.event();
    for (const [i, email] of emails.entries())
      await app.pool.query(
        `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key, email_status, registered_at)
         values ($1, $2, 'Person', $3, $4, 'bounced', now() + $5 * interval '1 second')`,
        [id, email, `No${i + 1}`, `key${i}`, i],
      );
    return { id: id as string, path: `/team/events/${id}` };
  }
  const emailsOf = async (id: string) =>
    (
      await app.pool.query<{ email: string }>(
        'select email from {schema}.registrant where event_id = $1 order by registered_at',
        [id],
      )
    ).rows.map(({ email }) => email);

  test('emails of many are corrected by mouse: the button counts, a mistake stays in its row', async () => {
    const { id, path } = await bounced(['a@gmial.com', 'b@example.com', 'c@hotmial.com', 'd@gmial.com']);
    const page = await openAt(`${path}/people`);
    await page.getByRole('checkbox', { name: /All 4 people that match/ }).check();
    await page.getByRole('button', { name: 'Correct emails…' }).click();
    await page.getByRole('button', { name: 'Correct & send 3', exact: true }).waitFor();
    await page.getByRole('checkbox', { name: 'Correct the email of Person No4' }).uncheck();
    await page.getByRole('button', { name: 'Correct & send 2', exact: true }).waitFor();
    // Whoever types means the row.
    await page.getByRole('textbox', { name: 'New email of Person No2' }).fill('a@gmail.com');
    await page.getByRole('button', { name: 'Correct & send 3', exact: true }).click();
    await page.getByText('2 emails are corrected. 1 row needs attention.').waitFor();
    expect(await emailsOf(id)).toEqual(['a@gmail.com', 'b@example.com', 'c@hotmail.com', 'd@gmial.com']);
    const field = page.getByRole('textbox', { name: 'New email of Person No2' });
    expect(await field.inputValue()).toBe('a@gmail.com');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await findAxeViolations(page)).toEqual([]);
    await field.fill('b@example.org');
    await page.getByRole('button', { name: 'Correct & send 1', exact: true }).click();
    await page.getByText('Emails corrected').waitFor();
    expect((await emailsOf(id))[1]).toBe('b@example.org');
  });

  test('emails of many are corrected by keyboard only', async () => {
    const { id, path } = await bounced(['a@gmial.com', 'b@example.com']);
    const page = await openAt(`${path}/correct?scope=matching`);
    await tabTo(page, page.getByRole('checkbox', { name: 'Correct the email of Person No1' }));
    await page.keyboard.press('Space');
    await tabTo(page, page.getByRole('textbox', { name: 'New email of Person No2' }));
    await page.keyboard.press('Control+A');
    await page.keyboard.type('b@example.org');
    await tabTo(page, page.getByRole('button', { name: 'Correct & send 1', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByText('Emails corrected').waitFor();
    expect(await emailsOf(id)).toEqual(['a@gmial.com', 'b@example.org']);
  });

  test('emails of many are corrected without script', async () => {
    const { id, path } = await bounced(['a@gmial.com', 'b@example.com']);
    const page = await openAt(`${path}/people?emailStatus=bounced`, { javaScriptEnabled: false });
    await page.getByRole('checkbox', { name: /All 2 people that match/ }).check();
    await page.getByRole('button', { name: 'Correct emails…' }).click();
    await page.getByRole('textbox', { name: 'New email of Person No2' }).fill('b@example.org');
    await page.getByRole('button', { name: /Correct & send/ }).click();
    await page.getByText('Tick this row to correct it.').waitFor();
    await page.getByRole('checkbox', { name: 'Correct the email of Person No2' }).check();
    await page.getByRole('button', { name: /Correct & send/ }).click();
    await page.getByText('Emails corrected').waitFor();
    expect(await emailsOf(id)).toEqual(['a@gmail.com', 'b@example.org']);
  });

  test('a few are chosen and sent to by keyboard only', async () => {
    const { path, id } = await eventWith(3);
    const page = await openAt(`${path}/people`);
    for (const i of [0, 1]) {
      await tabTo(page, page.locator('input[data-select]').nth(i));
      await page.keyboard.press('Space');
    }
    await tabTo(page, page.getByRole('button', { name: /Resend access link/ }), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Send the access link to 2 people?' }).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Send 2 links' }));
    await page.keyboard.press('Enter');
    await page.getByText('2 waiting.').waitFor();
    const { rowCount } = await app.pool.query('select from {schema}.message where event_id = $1', [id]);
    expect(rowCount).toBe(2);
  });

  test('a file is chosen once, checked, and imported, and never leaves the page', async () => {
    const { path, id } = await eventWith(1);
    const page = await openAt(`${path}/import`);
    const file = csv(
      'people.csv',
      'email,first_name\nada@example.com,Ada\nx,Nobody\nada@example.com,Twice\n',
    );
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Check the file' }).click();
    const heading = page.getByRole('heading', { name: '1 person would be imported, 1 row has a problem' });
    await heading.waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('import-result');
    expect(await findAxeViolations(page)).toEqual([]);
    expect(await registered(id)).toBe(1);
    await page.getByRole('button', { name: 'Import 1 person' }).click();
    await page.getByRole('heading', { name: '1 person imported' }).waitFor();
    expect(await registered(id)).toBe(2);
    expect(await findAxeViolations(page)).toEqual([]);
    // Another file: what was said of the first is gone.
    await page.locator('input[type=file]').setInputFiles(csv('other.csv', 'PK\u0003\u0004'));
    expect(await page.locator('#import-outcome').count()).toBe(0);
    await page.getByRole('button', { name: 'Import', exact: true }).click();
    await page.getByText('This is a workbook').waitFor();
    expect(page.url()).toBe(`${team.url}${path}/import`);
  });

  test('a file is imported by keyboard only, with confirmations', async () => {
    const { path, id } = await eventWith(0);
    const page = await openAt(`${path}/import`);
    await page.locator('input[type=file]').setInputFiles(csv('people.csv', 'email\nada@example.com\n'));
    await tabTo(page, page.getByRole('checkbox', { name: 'Send a confirmation to each new registrant' }));
    await page.keyboard.press('Space');
    await tabTo(page, page.getByRole('button', { name: 'Import', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByText('Their confirmations are being sent.').waitFor();
    await tabTo(page, page.getByRole('link', { name: 'View people' }));
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${path}/people`);
    expect((await app.pool.query('select from {schema}.message where event_id = $1', [id])).rowCount).toBe(1);
  });

  test('large files that are refused early are told of, not torn off', async () => {
    const { path } = await eventWith(0);
    const page = await openAt(`${path}/import`);
    const large = join(folder, 'large.csv');
    await writeFile(large, `name\n${'x'.repeat(79)}\n`.repeat(200_000));
    await page.locator('input[type=file]').setInputFiles(large);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('No column was recognised as the email address').waitFor();
    const tooLarge = join(folder, 'too-large.csv');
    await writeFile(tooLarge, '');
    await truncate(tooLarge, 100 * 1024 * 1024 + 1);
    await page.locator('input[type=file]').setInputFiles(tooLarge);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('The file is larger than 100 MiB').waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('import-result');
  });

  test('whoever was signed out meanwhile is sent to sign in', async () => {
    const { path } = await eventWith(0);
    const page = await openAt(`${path}/import`);
    await page.locator('input[type=file]').setInputFiles(csv('people.csv', 'email\nada@example.com\n'));
    await page.context().clearCookies();
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.waitForURL('**/team/sign-in?*');
  });

  test('without script a file is sent as a form, and chosen again to be imported', async () => {
    const { path, id } = await eventWith(0);
    const page = await openAt(`${path}/import`, { javaScriptEnabled: false });
    expect(await page.locator('#file-hint').innerText()).toContain('20 MiB while this page’s script is off');
    const file = csv('people.csv', 'email\nada@example.com\n');
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByRole('heading', { name: '1 person would be imported' }).waitFor();
    expect(await page.locator('#import-result').innerText()).toContain('Choose the file again first');
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Import 1 person' }).click();
    await page.getByRole('heading', { name: '1 person imported' }).waitFor();
    expect(await registered(id)).toBe(1);
  });

  test('columns that nobody could tell are chosen, and remembered for the next file', async () => {
    const { path, id } = await eventWith(0);
    const page = await openAt(`${path}/import`);
    const file = csv('people.csv', 'Kontakt;Wer;Firma\nada@example.com;Ada Lovelace;ACME\n');
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByRole('heading', { name: 'Choose the columns' }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    const becomes = (column: string) => page.getByRole('combobox', { name: `What ${column} becomes` });
    expect(await becomes('Kontakt').inputValue()).toBe('email');
    // A person has one address: chosen for another column, it leaves this one.
    await becomes('Firma').selectOption('email');
    expect(await becomes('Kontakt').inputValue()).toBe('field');
    await becomes('Kontakt').selectOption('email');
    await becomes('Wer').selectOption('full_name');
    await page.getByRole('button', { name: 'Check again' }).click();
    await page.getByRole('heading', { name: '1 person would be imported' }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Import 1 person' }).click();
    await page.getByRole('heading', { name: '1 person imported' }).waitFor();
    const { rows } = await app.pool.query(
      'select first_name, last_name, fields from {schema}.registrant where event_id = $1',
      [id],
    );
    expect(rows).toEqual([{ first_name: 'Ada', last_name: 'Lovelace', fields: { Firma: 'ACME' } }]);
    await page.locator('input[type=file]').setInputFiles(file);
    await page.getByRole('button', { name: 'Check the file' }).click();
    await page.getByText('These are the columns that your team chose').waitFor();
    expect(await becomes('Wer').inputValue()).toBe('full_name');
  });

  test('an encoding that was told wrongly is corrected, with and without script', async () => {
    const { path } = await eventWith(0);
    const buffer = Buffer.from(encode('email,first_name\nada@example.com,Анна\n', 'windows-1251'));
    const file = { name: 'people.csv', mimeType: 'text/csv', buffer };
    for (const javaScriptEnabled of [true, false]) {
      const page = await openAt(`${path}/import`, { javaScriptEnabled });
      await page.locator('input[type=file]').setInputFiles(file);
      await page.getByRole('button', { name: 'Check the file' }).click();
      await page.getByText('a guess').waitFor();
      await page.getByRole('combobox', { name: 'Encoding' }).selectOption('windows-1251');
      if (!javaScriptEnabled) await page.locator('input[type=file]').setInputFiles(file);
      await page.getByRole('button', { name: 'Check again' }).click();
      await page.getByRole('row', { name: /Анна/ }).first().waitFor();
    }
  });

  test('nothing of it complains on the console', () => {
    // A status of 4xx is an answer here, which the browser notes all the same.
    expect(team.complaints.filter((text) => !text.includes('Failed to load resource'))).toEqual([]);
  });
});
