import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { openTeamServer, useBrowser } from '../support/team-server.ts';

/** Instants in which a pane is being closed; the last is when the browser has the new address and Turbo does not know it yet. */
const INSTANTS = {
  'its answer is put in': `document.addEventListener('turbo:frame-render', () => history.back(), { once: true })`,
  'it is loaded': `document.addEventListener('turbo:frame-load', () => history.back(), { once: true })`,
  'the address changes': `
    const push = history.pushState;
    history.pushState = (...entry) => {
      history.pushState = push;
      push.apply(history, entry);
      history.back();
    }`,
};

/** Opens the first person's pane, to its very end: the events below are to be those of closing it. */
async function open(page: Page): Promise<void> {
  await page.evaluate(`new Promise((opened) => {
    document.addEventListener('turbo:load', () => opened(), { once: true });
    document.querySelector('.person__link').click();
  })`);
}

describeInBrowser('going back on the People page', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const used = useBrowser(team);

  test.each(Object.entries(INSTANTS))(
    'shows the person of the address again, also while a pane is being closed and %s',
    async (_, goBack) => {
      const event = await app.event();
      const person = { email: 'ada@example.com', firstName: 'Ada', lastName: 'Lovelace' };
      const { id } = (await app.api('POST', `/events/${event.id}/registrants`, person)).json;
      const page = await used.openAt(`/team/events/${event.id}/people`);
      await open(page);
      await page.evaluate(`new Promise((gone) => {
        addEventListener('popstate', () => gone(), { once: true });
        ${goBack};
        document.querySelector('[data-pane-close]').click();
      })`);
      await page.locator('#pane-title', { hasText: 'Ada Lovelace' }).waitFor();
      expect(new URL(page.url()).searchParams.get('person')).toBe(id);
      await page.context().close();
    },
  );

  test('nothing complained', () => {
    expect(team.complaints).toEqual([]);
  });
});
