import { expect, test } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { exportsOf } from '../support/exports.ts';
import { signIn } from '../support/team.ts';
import { openTeamServer, useBrowser } from '../support/team-server.ts';

describeInBrowser('the active columns', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const { register } = exportsOf(app);
  const used = useBrowser(team);

  async function openEvent() {
    const event = await app.event();
    await register(
      event.id,
      Array.from({ length: 45 }, (_, i) => ({ email: `p${i}@example.com`, fields: { Company: `C${i}` } })),
    );
    return `/team/events/${event.id}/people`;
  }

  const heads = async (page: Awaited<ReturnType<typeof team.openPage>>) =>
    page.getByRole('columnheader').allInnerTexts();

  test('each tick applies at once, and the list, its scroll, its ticks and the popover stay', async () => {
    const path = await openEvent();
    const page = await used.open();
    await page.goto(path);
    await page.getByRole('checkbox', { name: 'Select p44' }).check();
    await page.evaluate('window.stays = true');
    await page.getByText('Active columns').first().click();
    await page.evaluate('scrollTo(0, 150)');
    const company = page.getByRole('checkbox', { name: 'Company' });
    await company.check();
    await page.getByRole('columnheader', { name: 'Company' }).waitFor();
    await page.getByRole('cell', { name: 'C44', exact: true }).waitFor();
    expect(await company.isVisible()).toBe(true);
    expect(await page.evaluate('document.activeElement.value')).toBe('fields.Company');
    expect(await page.evaluate('[scrollY, window.stays]')).toEqual([150, true]);
    expect(await page.getByText('1 person selected').isVisible()).toBe(true);
    expect(new URL(page.url()).search).toBe('');
    expect(await findAxeViolations(page)).toEqual([]);
    await page.goto(path);
    await page.getByRole('columnheader', { name: 'Company' }).waitFor();
    await page.getByText('Active columns').first().click();
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByRole('columnheader', { name: 'Company' }).waitFor({ state: 'detached' });
    expect(await page.getByRole('checkbox', { name: 'Company' }).isChecked()).toBe(false);
    expect(team.complaints).toEqual([]);
    await page.context().close();
  });

  test('ticks faster than they are saved are all saved', async () => {
    const path = await openEvent();
    const page = await used.open();
    await page.goto(path);
    await page.getByText('Active columns').first().click();
    for (const name of ['Access key', 'Language', 'Company', 'Time zone', 'Language'])
      await page.getByRole('checkbox', { name, exact: true }).click();
    await page.getByRole('columnheader', { name: 'Time zone' }).waitFor();
    await page.getByRole('columnheader', { name: 'Language' }).waitFor({ state: 'detached' });
    const shown = await heads(page);
    await page.reload();
    expect(await heads(page)).toEqual(shown);
    expect(shown.join()).toMatch(/Access key.*Time zone.*Company/i);
    await page.context().close();
  });

  test('a server that is away does not leave a tick that says what is not so', async () => {
    const path = await openEvent();
    const page = await used.open();
    await page.goto(path);
    await page.route('**/people/columns', (route) => route.abort(), { times: 1 });
    await page.getByText('Active columns').first().click();
    await page.getByRole('checkbox', { name: 'Source', exact: true }).click();
    await page.getByText('Columns saved for you.').waitFor();
    await page.getByRole('columnheader', { name: 'Source', exact: true }).waitFor();
    await page.context().close();
  });

  test('without script there is Apply', async () => {
    const path = await openEvent();
    const page = await used.open({ javaScriptEnabled: false }, await signIn(app));
    await page.goto(path);
    await page.getByText('Active columns').first().click();
    await page.getByRole('checkbox', { name: 'Company' }).check();
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.getByRole('columnheader', { name: 'Company' }).waitFor();
    await page.getByText('Active columns').first().click();
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.getByText('Columns saved for you.').waitFor();
    expect((await heads(page)).join()).not.toContain('Company');
    await page.context().close();
  });

  test.each([
    [375, 'light'],
    [1440, 'dark'],
  ] as const)('at %i px they are on the screen (%s)', async (width, colorScheme) => {
    const path = await openEvent();
    const page = await used.open({ viewport: { width, height: 800 }, colorScheme });
    await page.goto(path);
    await page.getByText('Active columns').first().click();
    const box = await page.locator('.popover__panel:popover-open').boundingBox();
    expect(box && box.x >= 0 && box.x + box.width <= width && box.y >= 0 && box.y + box.height <= 800).toBe(
      true,
    );
    await page.context().close();
  });
});
