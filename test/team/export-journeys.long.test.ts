import type { Page } from 'playwright-core';
import { afterAll, expect, test } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { exportsOf, readCsv } from '../support/exports.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';

/** In Livestorm: Export, Registrants, all columns, Request export. */
const STEPS_OF_LIVESTORM = 4;

describeInBrowser('exports from the People page', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const exports = exportsOf(app);
  const used = useBrowser(team);
  afterAll(() => expect(team.complaints).toEqual([]));

  async function openEvent() {
    const event = await app.event();
    await exports.register(
      event.id,
      ['ada', 'bob', 'carol', 'dan'].map((who) => ({ email: `${who}@example.com`, firstName: who })),
    );
    await app.pool.query(
      `update {schema}.registrant set email_status = 'bounced', email_status_at = now()
       where event_id = $1 and first_name in ('ada', 'bob', 'carol')`,
      [event.id],
    );
    return { id: event.id as string, people: `/team/events/${event.id}/people` };
  }

  const latest = async (eventId: string) =>
    (await app.api('GET', `/events/${eventId}/exports`)).json.items[0];

  /** Who is in the file of the last export. */
  async function exported(eventId: string): Promise<string[]> {
    const { id } = await latest(eventId);
    await exports.make(id);
    const { text } = await used.member.get(new URL(exports.link(id)).pathname);
    const file = readCsv(Buffer.from(text));
    return file.map(({ first_name }) => first_name ?? '').sort();
  }

  /** The page, and how many clicks were made on it by `click`. */
  async function open(path: string, options = {}) {
    const page = await used.open(options);
    await page.goto(path);
    let clicks = 0;
    const click = async (name: string) => {
      clicks++;
      await page
        .getByRole('button', { name, exact: true })
        .or(page.getByLabel(name, { exact: true }))
        .click();
    };
    return { page, click, clicks: () => clicks };
  }

  const dialogOf = (page: Page, title: string) =>
    page
      .getByRole('dialog', { name: 'Export', includeHidden: true })
      .filter({ has: page.getByRole('heading', { name: title, includeHidden: true }) });

  const choose = (page: Page, name: string) =>
    page
      .getByLabel('Export people')
      .and(page.locator('summary'))
      .click()
      .then(() => page.getByRole('button', { name }).click());

  test('all columns of everybody are three clicks from the list, one fewer than in Livestorm, and the list stays', async () => {
    const { id, people } = await openEvent();
    const { page, click, clicks } = await open(`${people}?q=example&sort=email`);
    await page.evaluate('window.stays = true');
    await click('Export people');
    await click('All registrants');
    await dialogOf(page, 'Export all registrants').waitFor();
    expect(await page.getByRole('radio', { name: 'All columns' }).isChecked()).toBe(true);
    expect(await findAxeViolations(page)).toEqual([]);
    await click('Request export');
    await page.getByText('Export requested. We will email it when it is ready.').waitFor();
    expect(clicks()).toBeLessThan(STEPS_OF_LIVESTORM);
    expect(await page.getByRole('dialog').count()).toBe(0);
    expect(new URL(page.url()).search).toBe('?q=example&sort=email');
    expect(await page.evaluate('window.stays')).toBe(true);
    expect(await latest(id)).toMatchObject({
      columns: 'all',
      format: 'csv',
      to: used.member.email,
      filter: null,
    });
    await page.getByRole('link', { name: 'Exports', exact: true }).last().click();
    await page.getByRole('heading', { name: 'Past exports' }).waitFor();
    expect(await exported(id)).toEqual(['ada', 'bob', 'carol', 'dan']);
    await page.context().close();
  });

  test('the current filter and the selection say how many they are, and export those', async () => {
    const { id, people } = await openEvent();
    const { page } = await open(`${people}?emailStatus=bounced&q=example`);
    await choose(page, 'Current filter (3)');
    const dialog = dialogOf(page, 'Export the current filter');
    await dialog.getByText('3 people').waitFor();
    await dialog.getByText('Bounced · “example”').waitFor();
    await dialog.getByRole('radio', { name: 'Excel' }).check();
    await dialog.getByRole('button', { name: 'Request export' }).click();
    await page.getByText('Export requested.').waitFor();
    expect(await latest(id)).toMatchObject({
      format: 'xlsx',
      filter: { emailStatus: ['bounced'], registrants: 3 },
    });

    for (const who of ['ada', 'carol']) await page.getByRole('checkbox', { name: `Select ${who}` }).check();
    await choose(page, 'Selection (2)');
    await dialogOf(page, 'Export the selection').getByText('2 people').waitFor();
    await page.getByRole('button', { name: 'Request export' }).click();
    await page.getByText('Export requested.').last().waitFor();
    await page.goto(`/team/events/${id}/exports`);
    await page.getByText('2 selected').waitFor();
    expect(await exported(id)).toEqual(['ada', 'carol']);
    await page.context().close();
  });

  test('by keyboard: nothing selected cannot be exported, and Escape or Cancel leave the dialog', async () => {
    const { id, people } = await openEvent();
    const { page } = await open(people);
    await tabTo(page, 'summary[aria-label="Export people"]');
    await page.keyboard.press('Enter');
    expect(await page.getByRole('button', { name: 'Selection (0)' }).isDisabled()).toBe(true);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    const dialog = dialogOf(page, 'Export all registrants');
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await choose(page, 'All registrants');
    await dialog.waitFor();
    await dialog.getByRole('button', { name: 'Cancel' }).click();
    await dialog.waitFor({ state: 'hidden' });
    expect(await latest(id)).toBeUndefined();
    await page.context().close();
  });

  test('without script the Exports page comes with the choice made', async () => {
    const { id, people } = await openEvent();
    const { page } = await open(`${people}?emailStatus=bounced`, { javaScriptEnabled: false });
    await page.getByRole('checkbox', { name: 'Select ada' }).check();
    await choose(page, 'Selection');
    await page.getByRole('heading', { name: 'Export the selection' }).waitFor();
    await page.getByText('1 person').waitFor();
    await page.getByRole('button', { name: 'Request export' }).click();
    await page.getByText('Export requested.').waitFor();
    expect(await exported(id)).toEqual(['ada']);
    await page.goto(`${people}?emailStatus=bounced`);
    await page.getByRole('checkbox', { name: 'All 3 people that match' }).check();
    await choose(page, 'Selection');
    await page.getByRole('heading', { name: 'Export the current filter' }).waitFor();
    await page.getByRole('link', { name: 'Export all registrants instead' }).click();
    await page.getByRole('heading', { name: 'Export all registrants' }).waitFor();
    await page.goto(people);
    await choose(page, 'Selection');
    await page.getByText('Nobody was selected.').waitFor();
    await page.context().close();
  });

  test.each([
    [375, 'dark'],
    [1440, 'light'],
  ] as const)('at %i px the dialog and the menus are on the screen (%s)', async (width, colorScheme) => {
    const { people } = await openEvent();
    const { page } = await open(people, { viewport: { width, height: 800 }, colorScheme });
    await page.getByLabel('Export people').click();
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    await page.getByRole('button', { name: 'All registrants' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    await dialog.getByRole('radio', { name: 'Selected columns' }).check();
    const box = await dialog.boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= 800).toBe(
      true,
    );
    expect(await findAxeViolations(page)).toEqual([]);
    await page.context().close();
  });
});
