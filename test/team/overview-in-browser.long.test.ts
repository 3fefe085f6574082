import { expect, test } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';
import { checkTeamPages } from './check-team-pages.ts';
import { overviewPages } from './overview-samples.tsx';

checkTeamPages('an event in a picture, its copy, and somebody registered by hand', overviewPages());

describeInBrowser('an event’s overview in a browser', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const used = useBrowser(team);

  test('the public link is copied, somebody is added, and a step of the funnel leads to them', async () => {
    const event = await app.event();
    const page = await used.open({ permissions: ['clipboard-read', 'clipboard-write'] });
    await page.goto(`/team/events/${event.id}`);
    await page.getByRole('button', { name: 'Copy link' }).click();
    await page.locator('.public-link').getByText('Copied').waitFor();
    expect(await page.evaluate('navigator.clipboard.readText()')).toBe(event.permalink);
    await page.getByRole('link', { name: 'Add person', exact: true }).click();
    await page.getByLabel('Email', { exact: true }).fill('ada@example.com');
    await page.getByRole('button', { name: 'Add person' }).click();
    await page.getByText('The confirmation is on its way.').waitFor();
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('link', { name: /^Registered 1/ }).click();
    await page.getByText('ada@example.com').first().waitFor();
    await page.context().close();
  });

  test('the numbers behind the picture open, by keyboard alone, and axe finds nothing in them', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
    const page = await used.open();
    await page.goto(`/team/events/${event.id}/overview`);
    await tabTo(page, 'details.overview__more > summary');
    await page.keyboard.press('Enter');
    await page.getByRole('table', { name: 'Mails over time, in numbers' }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.context().close();
  });

  test('it renews itself, and leaves the keyboard, what is opened and the place where one has scrolled to', async () => {
    const event = await app.event();
    const register = (email: string) =>
      app.api('POST', `/events/${event.id}/registrants`, { email, firstName: 'Ada' });
    await register('ada@example.com');
    const page = await used.open({ viewport: { width: 1000, height: 400 } });
    await page.goto(`/team/events/${event.id}/overview`);
    await page.evaluate('window.sameLoad = true');
    await tabTo(page, 'details.overview__more > summary');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    await tabTo(page, 'a.overview__domain');
    await page.evaluate('scrollTo(0, 300)');
    const scrolled = await page.evaluate('scrollY');
    expect(scrolled).toBeGreaterThan(0);
    // The first mail waits for a worker, so the page looks often.
    await register('grace@example.com');
    await page.getByRole('link', { name: /^Registered 2/ }).waitFor();
    await page.getByRole('link', { name: '2 people registered' }).waitFor();
    expect(await page.evaluate('document.activeElement.matches("a.overview__domain")')).toBe(true);
    expect(await page.evaluate('scrollY')).toBe(scrolled);
    expect(await page.getByRole('table', { name: 'Mails over time, in numbers' }).isVisible()).toBe(true);
    // Without a mail under way it still looks, more seldom.
    await app.pool.query(`update {schema}.message set status = 'delivered' where event_id = $1`, [event.id]);
    await page.locator('#overview-live[data-refresh="15"]').waitFor();
    await app.pool.query('update {schema}.registrant set joined_at = now() where event_id = $1', [event.id]);
    await page.getByRole('link', { name: /^Joined 2/ }).waitFor();
    expect(await page.evaluate('window.sameLoad')).toBe(true);
    await page.context().close();
  });

  test.each([true, false])(
    'the end of a copy moves with its start (script: %s)',
    async (javaScriptEnabled) => {
      const event = await app.event({ timeZone: 'Europe/Paris', slug: `original-${javaScriptEnabled}` });
      const page = await used.open({ javaScriptEnabled });
      await page.goto(`/team/events/${event.id}/overview`);
      await page.getByRole('link', { name: 'Duplicate' }).click();
      await page.getByLabel('Start', { exact: true }).fill('2031-01-15T23:30');
      if (javaScriptEnabled)
        expect(await page.getByLabel('End', { exact: true }).inputValue()).toBe('2031-01-16T00:30');
      await page.getByRole('button', { name: 'Create the event' }).click();
      await page.getByText('Event created with the settings').waitFor();
      const id = /events\/([^/]+)\/overview/.exec(page.url())?.[1];
      expect((await app.api('GET', `/events/${id}`)).json).toMatchObject({
        ...{ startsAt: '2031-01-15T22:30:00.000Z', endsAt: '2031-01-15T23:30:00.000Z' },
      });
      await page.context().close();
    },
  );

  test('nothing complained', () => {
    expect(team.complaints).toEqual([]);
  });
});
