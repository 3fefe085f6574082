import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { copyFor } from '../../src/ui/copy/copy-for.ts';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';

const team = await openTeamServer();
const { app } = team;
const FORM = [
  { name: 'company', label: 'Company', type: 'text', required: true },
  { name: 'news', label: 'Send me news', type: 'consent' },
];

async function registered(person: Record<string, unknown> = {}) {
  const event = await app.event({ formFields: FORM, replyTo: 'host@example.com' });
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    ...{ email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace', sendConfirmation: false },
    ...{ fields: { company: 'ACME' }, ...person },
  });
  const { pathname, search } = new URL(json.accessLink);
  return {
    own: `${pathname.replace(/live$/, 'registration')}${search}`,
    live: pathname + search,
    now: async () => (await app.api('GET', `/events/${event.id}/registrants/${json.id}`)).json,
  };
}

const fits = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth');

describeInBrowser('a registrant’s own page, in a browser', () => {
  const pages = useBrowser(team);

  describe.each([
    ['with scripts', true],
    ['without', false],
  ])('%s', (_, javaScriptEnabled) => {
    it('is saved, cancelled and restored with the mouse, and each step says what it did', async () => {
      const { own, now, live } = await registered();
      const copy = copyFor('en').registration;
      const page = await pages.open({ javaScriptEnabled });
      await page.goto(own);
      await page.getByLabel('First name').fill('Augusta');
      await page.getByLabel('Company').fill('');
      await page.getByLabel('Send me news').check();
      await page.getByRole('button', { name: copy.save }).click();
      // The browser holds a required field back by itself; the server says it, too.
      expect(await now()).toMatchObject({ firstName: 'Ada' });
      await page.getByLabel('Company').fill('Engines');
      await page.getByRole('button', { name: copy.save }).click();
      await page.getByText(copy.saved).waitFor();
      expect(await now()).toMatchObject({
        firstName: 'Augusta',
        fields: { company: 'Engines', news: 'yes' },
      });
      await page.reload();
      expect(await page.getByLabel('First name').inputValue()).toBe('Augusta');

      await page.getByRole('link', { name: copy.cannotCome }).click();
      await page.getByRole('heading', { level: 1, name: copy.cancelTitle }).waitFor();
      await page.getByRole('link', { name: copy.keep }).click();
      await page.getByRole('link', { name: copy.cannotCome }).click();
      await page.getByRole('button', { name: copy.cancel }).click();
      await page.getByRole('heading', { level: 1, name: copy.cancelledTitle }).waitFor();
      expect((await now()).cancelledAt).not.toBeNull();
      // The link into the room asks whether they come after all.
      await page.goto(live);
      await page.getByRole('button', { name: copy.restore }).click();
      await page.getByText(copy.restored).waitFor();
      expect((await now()).cancelledAt).toBeNull();
      await page.getByRole('link', { name: copy.toEvent }).click();
      await page.waitForURL(`**${live}`);
      await page.context().close();
    });
  });

  it('is cancelled and restored with the keyboard alone', async () => {
    const { own, now } = await registered();
    const page = await pages.open();
    await page.goto(own);
    await tabTo(page, 'a[href*="do=cancel"]');
    await page.keyboard.press('Enter');
    await page.waitForURL('**do=cancel');
    await tabTo(page, 'form button');
    await page.keyboard.press('Enter');
    await page.waitForURL('**done=cancelled');
    expect((await now()).cancelledAt).not.toBeNull();
    await tabTo(page, 'form button');
    await page.keyboard.press('Enter');
    await page.waitForURL('**done=restored');
    expect((await now()).cancelledAt).toBeNull();
    await page.context().close();
  });

  it.each(['de', 'ar', 'ja'] as const)(
    'has nothing that axe finds, and fits a phone, in %s',
    async (locale) => {
      const { own } = await registered({ locale });
      for (const colorScheme of ['light', 'dark'] as const)
        for (const width of [375, 1440]) {
          const page = await pages.open({ colorScheme, viewport: { width, height: 800 } });
          for (const path of [own, `${own}&done=saved`, `${own}&do=cancel`]) {
            await page.goto(path);
            expect([path, await findAxeViolations(page), await fits(page)]).toEqual([path, [], true]);
          }
          await page.context().close();
        }
    },
  );

  it('tells the second of two windows that it was changed', async () => {
    const { own, now } = await registered();
    const copy = copyFor('en').registration;
    const [one, two] = [await pages.open(), await pages.open()];
    for (const page of [one, two]) await page.goto(own);
    await one.getByLabel('First name').fill('One');
    await one.getByRole('button', { name: copy.save }).click();
    await one.getByText(copy.saved).waitFor();
    await two.getByLabel('First name').fill('Two');
    await two.getByRole('button', { name: copy.save }).click();
    await two.getByText(copy.changedMeanwhile).waitFor();
    expect([(await now()).firstName, await two.getByLabel('First name').inputValue()]).toEqual([
      'One',
      'Two',
    ]);
    expect(await findAxeViolations(two)).toEqual([]);
    await two.getByRole('button', { name: copy.save }).click();
    await two.getByText(copy.saved).waitFor();
    expect((await now()).firstName).toBe('Two');
    for (const page of [one, two]) await page.context().close();
  });
});
