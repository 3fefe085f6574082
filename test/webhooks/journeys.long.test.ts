import { describe, expect, it } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { signIn } from '../support/team.ts';
import { openTeamServer, useBrowser } from '../support/team-server.ts';
import { addEndpoint, openReceiver, openSending, status } from '../support/webhooks.ts';

const team = await openTeamServer();
const { app } = team;
const { send } = openSending(app);
const admin = await signIn(app, { role: 'admin' });

describe('in a browser an admin', () => {
  const browser = useBrowser(team);

  it('adds an endpoint, copies its secret, tests it, sees the answer come, and finds nothing that keeps anybody out', async () => {
    const receiver = await openReceiver((_, response) => void response.writeHead(200).end('thank you'));
    const page = await browser.open({}, admin);
    await page.goto('/team/webhooks');
    await page.getByRole('link', { name: 'Add endpoint' }).click();
    await page.getByLabel('URL').fill('ftp://example.com');
    await page.getByRole('button', { name: 'Add endpoint' }).click();
    await page.getByRole('alert').getByText('The URL must be an address').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByLabel('URL').fill(receiver.url);
    await page.getByRole('button', { name: 'Add endpoint' }).click();
    await page.getByText(/^whsec_/).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('link', { name: 'I have copied it' }).click();
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.getByText('Not sent yet').waitFor();
    await send();
    // The page looks by itself.
    await page.getByText('thank you').waitFor();
    await page.getByText('Delivered').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send again' }).click();
    await page.getByText('Shortly').waitFor();
    await send();
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1);
    expect(receiver.received).toHaveLength(2);
  });

  it.each([375, 1_440])('finds every page in order at %i pixels', async (width) => {
    const [good, gone] = [await openReceiver(), await openReceiver(status(410))];
    const path = '/with/a/path/that/is/rather/long?token=0123456789abcdef0123456789abcdef0123456789abcdef';
    const one = await addEndpoint(app, { url: `${good.url}${path}` });
    const off = await addEndpoint(app, { url: `${gone.url}${path}`, events: ['registrant.*'] });
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, { email: `ada-${width}@example.com` });
    await send();
    const { items } = (await app.api('GET', `${one.path}/deliveries`)).json;
    const page = await browser.open({ viewport: { width, height: 900 } }, admin);
    for (const at of [
      ...[
        '',
        '/new',
        `/${one.id}`,
        `/${one.id}?status=failed`,
        `/${off.id}`,
        `/${one.id}/edit`,
        `/${one.id}/rotate`,
      ],
      ...[`/${one.id}/delete`, `/${one.id}/deliveries/${items[0].id}`],
    ]) {
      await page.goto(`/team/webhooks${at}`);
      expect([at, await findAxeViolations(page)]).toEqual([at, []]);
      const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
      expect([at, over]).toEqual([at, 0]);
    }
  });
});
