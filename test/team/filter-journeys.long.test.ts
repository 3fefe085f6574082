import { expect, test } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { exportsOf } from '../support/exports.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';

describeInBrowser('the filter of the People page', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const { register } = exportsOf(app);
  const used = useBrowser(team);

  async function openEvent() {
    const event = await app.event();
    await register(
      event.id,
      Array.from({ length: 12 }, (_, i) => ({
        email: `p${i}@${i < 4 ? 'b.example' : 'example.com'}`,
        fields: { Ticket: i % 2 ? 'VIP' : 'Standard' },
      })),
    );
    return `/team/events/${event.id}/people`;
  }

  const rows = (page: Awaited<ReturnType<typeof team.openPage>>) =>
    page.locator('tbody .people__address').allInnerTexts();

  test('is set, kept as a view and taken away again by keyboard alone', async () => {
    const path = await openEvent();
    const page = await used.open();
    await page.goto(path);
    await tabTo(page, 'summary[aria-label="Filter people"]');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Apply' }).waitFor();
    await tabTo(page, '#filter-by-joined');
    // Changes what is chosen, as everywhere.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator('#filter-by-joined').inputValue()).toBe('false');
    await tabTo(page, '#filter-by-emailDomain');
    await page.keyboard.type('b.example');
    await tabTo(page, '#filter-by-fieldName');
    await page.keyboard.type('Ticket');
    await tabTo(page, '#filter-by-fieldValue');
    await page.keyboard.type('VIP');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${path}?joined=false&emailDomain=b.example&field.Ticket=VIP`);
    expect((await rows(page)).sort()).toEqual(['p1@b.example', 'p3@b.example']);
    expect(
      await page.getByRole('list', { name: 'Active filters' }).getByRole('listitem').allInnerTexts(),
    ).toEqual(['Joined: no', 'Email at b.example', 'Ticket: VIP']);
    expect(await findAxeViolations(page)).toEqual([]);
    await tabTo(page, '.saved-views summary');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Save view' }).waitFor();
    await tabTo(page, '#view-name');
    await page.keyboard.type('VIPs at B');
    await page.keyboard.press('Enter');
    await page.getByText('View saved.').waitFor();
    await page
      .getByRole('navigation', { name: 'Saved views' })
      .getByRole('link', { name: 'VIPs at B' })
      .waitFor();
    await tabTo(page, 'a[aria-label="Remove the filter Email at b.example"]');
    await page.keyboard.press('Enter');
    await page.waitForURL(`**${path}?joined=false&field.Ticket=VIP`);
    await page.getByText('6 people match').waitFor();
    await page.getByRole('link', { name: 'VIPs at B' }).click();
    await page.waitForURL(`**${path}?joined=false&emailDomain=b.example&field.Ticket=VIP`);
    await page.getByText('2 people match').waitFor();
    await page.getByText('Edit view').click();
    await page.getByRole('button', { name: 'Delete view' }).click();
    await page.getByText('View deleted.').waitFor();
    expect(new URL(page.url()).pathname).toBe(path);
    await page.getByText('12 people', { exact: true }).waitFor();
    expect(team.complaints).toEqual([]);
    await page.context().close();
  });

  test('works without script on a phone, and nothing scrolls sideways', async () => {
    const path = await openEvent();
    const page = await used.open({ javaScriptEnabled: false, viewport: { width: 375, height: 800 } });
    await page.goto(path);
    await page.locator('summary', { hasText: 'Filter' }).click();
    await page.locator('#filter-by-joined').selectOption('No');
    await page.getByLabel('Field', { exact: true }).selectOption('Ticket');
    await page.getByLabel('is exactly').first().fill('VIP');
    const wide = await page.evaluate('document.documentElement.scrollWidth - innerWidth');
    expect(wide).toBeLessThanOrEqual(0);
    await page.getByRole('button', { name: 'Apply' }).click();
    await page.waitForURL(`**${path}?joined=false&field.Ticket=VIP`);
    expect(await rows(page)).toHaveLength(6);
    await page.locator('summary', { hasText: 'Save view' }).click();
    await page.getByLabel('Name', { exact: true }).fill('VIPs not joined');
    await page.getByRole('button', { name: 'Save view' }).click();
    await page.getByText('View saved.').waitFor();
    await page.getByRole('link', { name: 'Remove the filter Joined: no' }).click();
    await page.waitForURL(`**${path}?field.Ticket=VIP`);
    await page.context().close();
  });
});
