import { expect, test } from 'vitest';
import { embedSnippet } from '../../src/public/embed/snippet.tsx';
import { describeInFirefox, useFirefox } from '../support/firefox.ts';
import { openForeignSite } from '../support/foreign-site.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { openTeamServer } from '../support/team-server.ts';
import { waitFor } from '../support/wait-for.ts';

// The main journey once more, in the other engine.
describeInFirefox('the form on a page of another site, in Firefox', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const firefox = useFirefox(team);
  const site = await openForeignSite();

  test('follows what is in it, sends a registration with its source, and puts the focus on the thanks', async () => {
    const event = await app.event({ embedOrigins: [site.origin] });
    const address = site.page(embedSnippet(team.url, event).join('\n'), {
      policy: `default-src 'none'; script-src ${team.url}; frame-src ${team.url}; img-src 'self'`,
    });
    const { page, shot, ask, close } = await firefox.open();
    await page.goto(address);
    const frame = await waitFor(async () => {
      const found = page.frames().find((one) => one.url().includes('/embed'));
      if (!found) throw new Error('There is no frame.');
      await found.waitForSelector('#register-email', { visible: true });
      return found;
    });
    const fits = () =>
      waitFor(async () =>
        expect(await ask('document.querySelector("iframe").clientHeight')).toBe(
          await frame.evaluate('Math.ceil(document.body.getBoundingClientRect().height)'),
        ),
      );
    await fits();
    expect(await ask('document.activeElement.tagName')).toBe('BODY');
    await shot('embed');
    await frame.locator('#register-email').fill('ada');
    await frame.locator('button').click();
    await frame.waitForSelector('[role=alert]:focus');
    await fits();
    await frame.locator('#register-email').fill('ada@example.com');
    await frame.locator('button').click();
    await frame.waitForSelector('[data-answer]:focus');
    await fits();
    await shot('embed-thanks');
    await takeRegistrations(app);
    const [ada] = (await app.api('GET', `/events/${event.id}/registrants`)).json.items;
    const { technical } = (await app.api('GET', `/events/${event.id}/registrants/${ada.id}`)).json;
    expect(technical).toMatchObject({ registeredBy: 'form', referrer: address });
    expect(firefox.complaints).toEqual([]);
    await close();
  });

  test('says in its place that the site is not allowed', async () => {
    const event = await app.event({ embedOrigins: ['https://elsewhere.example'] });
    const page = await firefox.open();
    await page.page.goto(site.page(embedSnippet(team.url, event).join('\n')));
    await page.see(`Add ${site.origin} to the allowed sites`);
    await page.miss('iframe');
    await page.close();
  });
});
