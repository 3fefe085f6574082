import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { signIn } from '../support/team.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';

const TEXT =
  'Dear {{firstName}},\n\nbefore we start:\n- the slides\n- a reading list\n\nhttps://studio.example/before';

describeInBrowser('announcing, in a browser', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const browser = useBrowser(team);

  async function eventWith(locales: readonly string[]) {
    const { id } = await app.event();
    for (const locale of locales)
      await app.api('POST', `/events/${id}/registrants`, {
        email: `${crypto.randomUUID()}@example.com`,
        ...{ firstName: `Ada ${locale}`, locale, sendConfirmation: false },
      });
    return { id: id as string, path: `/team/events/${id}` };
  }

  const sent = async (id: string) =>
    (await app.pool.query(`select from {schema}.message where event_id = $1 and kind = 'announcement'`, [id]))
      .rowCount;

  const preview = (page: Page) => page.frameLocator('iframe[name="preview"]');

  async function isWellMade(page: Page): Promise<void> {
    expect(await findAxeViolations(page)).toEqual([]);
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
  }

  test.each([375, 1440])(
    'written, corrected, sent to some and followed by mouse, at %i pixels',
    async (width) => {
      const { id, path } = await eventWith(['en', 'fr', 'de']);
      // One of their own: a member gets a sample a minute.
      const member = await signIn(app);
      const page = await browser.open({ viewport: { width, height: 900 } }, member);
      await page.goto(`${path}/people`);
      await page.getByRole('checkbox', { name: 'Select Ada fr' }).check();
      await page.getByRole('checkbox', { name: 'Select Ada de' }).check();
      await page.getByRole('button', { name: 'Write to these…' }).click();
      await page.getByText('2 people selected by you').waitFor();
      await page.getByLabel('Subject', { exact: true }).fill('Before we start');
      await page.getByLabel('Text', { exact: true }).fill('Dear {{prenom}}');
      await page.locator('#text-error', { hasText: 'There is no variable “prenom”' }).waitFor();
      await isWellMade(page);
      await page.getByLabel('Text', { exact: true }).fill('Dear ');
      await page.getByRole('button', { name: 'Insert {{firstName}}' }).click();
      expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe('Dear {{firstName}}');
      await page.getByLabel('Text', { exact: true }).fill(TEXT);
      await preview(page).getByText('a reading list', { exact: true }).waitFor();
      await page.getByText('Texts in other languages').click();
      await page.getByLabel('Subject in French').fill('Avant de commencer');
      await page.getByLabel('Text in French').fill('Bonjour {{firstName}}');
      await page.getByLabel('Preview as').selectOption({ label: 'Ada fr (French)' });
      await preview(page).getByText('Bonjour Ada fr', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Send me a sample' }).click();
      await page.getByText(`Sample sent to ${member.email}.`).waitFor();
      await isWellMade(page);
      await page.getByRole('button', { name: 'Review', exact: true }).click();
      await page.getByRole('heading', { name: 'Send to 2 people?' }).waitFor();
      await preview(page).getByText('Bonjour Ada fr', { exact: true }).waitFor();
      await isWellMade(page);
      await page.getByRole('button', { name: 'Edit' }).click();
      await page.getByRole('heading', { name: 'New announcement' }).waitFor();
      expect(await page.getByLabel('Text', { exact: true }).inputValue()).toBe(TEXT);
      await preview(page).getByText('Bonjour Ada fr', { exact: true }).waitFor();
      await page.getByRole('button', { name: 'Review', exact: true }).click();
      await page.getByRole('button', { name: 'Send to 2 people' }).dblclick();
      await page.getByText('2 waiting.').waitFor();
      await isWellMade(page);
      expect(await sent(id)).toBe(2);
      // What happens meanwhile is shown without anybody doing anything.
      await app.pool.query(`update {schema}.message set status = 'delivered' where event_id = $1`, [id]);
      await page.getByText('2 sent.').waitFor();
      await page.getByRole('link', { name: /Show people with the status Delivered/ }).click();
      await page.getByText('Ada de').waitFor();
      await page.goto(`${path}/mails`);
      await page.getByRole('link', { name: 'Before we start', exact: true }).waitFor();
      await isWellMade(page);
      await page.context().close();
    },
  );

  test('scheduled and cancelled with the keyboard alone', async () => {
    const { id, path } = await eventWith(['en', 'en']);
    const page = await browser.open({ timezoneId: 'America/New_York' });
    await page.goto(`${path}/announcements`);
    await tabTo(page, 'a[href$="/announcements/new"]');
    await page.keyboard.press('Enter');
    await page.locator('#subject').waitFor();
    await tabTo(page, '#subject');
    await page.keyboard.type('A word');
    await tabTo(page, '#text');
    await page.keyboard.type('Hello');
    await tabTo(page, 'form#announcement button.button--primary');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Send to 2 people?' }).waitFor();
    await tabTo(page, 'input[name="when"]');
    await page.keyboard.press('ArrowDown');
    await page.getByText('Time zone: America/New York').waitFor();
    const soon = new Date(app.clock.now.getTime() + 3_600_000);
    const wall = new Intl.DateTimeFormat('sv', {
      ...{ dateStyle: 'short', timeStyle: 'short', timeZone: 'America/New_York' },
    }).format(soon);
    await page.getByLabel('Time', { exact: true }).fill(wall.replace(' ', 'T'));
    await tabTo(page, 'form#review button.button--primary');
    await page.keyboard.press('Enter');
    await page.getByText('Scheduled', { exact: true }).first().waitFor();
    await isWellMade(page);
    expect(await sent(id)).toBe(2);
    await tabTo(page, '#cancel-announcement');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Cancel this announcement?' }).waitFor();
    await isWellMade(page);
    await tabTo(page, 'button.button--danger');
    await page.keyboard.press('Enter');
    await page.getByText('Announcement cancelled.').waitFor();
    await page.context().close();
  });

  test('without script: preview, mistakes, sample, review and sending', async () => {
    const { id, path } = await eventWith(['en']);
    const page = await browser.open({ javaScriptEnabled: false });
    await page.goto(`${path}/announcements/new`);
    await page.getByLabel('Subject', { exact: true }).fill('A word');
    await page.getByLabel('Text', { exact: true }).fill('See example.com');
    await page.getByRole('button', { name: 'Review', exact: true }).click();
    await page.getByRole('link', { name: /Text: Line 1, column 5/ }).waitFor();
    await page.getByLabel('Text', { exact: true }).fill('See https://studio.example/');
    await page.getByRole('button', { name: /Update the preview/ }).click();
    await preview(page).getByRole('link', { name: 'https://studio.example/' }).waitFor();
    await page.getByRole('button', { name: 'Review', exact: true }).click();
    await page.getByRole('button', { name: 'Edit' }).click();
    expect(await page.getByLabel('Subject', { exact: true }).inputValue()).toBe('A word');
    await page.getByRole('button', { name: 'Review', exact: true }).click();
    await page.getByRole('button', { name: 'Send to 1 person' }).click();
    await page.getByText('1 waiting.').waitFor();
    expect(await sent(id)).toBe(1);
    expect(await page.locator('meta[http-equiv="refresh"]').count()).toBe(1);
    await page.context().close();
  });

  test('nothing complains', () => {
    expect(team.complaints.filter((one) => !one.includes('Failed to load resource'))).toEqual([]);
  });
});
