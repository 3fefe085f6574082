import { expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { publish } from '../support/senders.ts';
import { signIn } from '../support/team.ts';
import { openTeamServer, useBrowser } from '../support/team-server.ts';

const dns = await openDnsServer();
const team = await openTeamServer({ DNS_SERVERS: dns.address, MAIL_FROM: 'Events <mail@events.example>' });

describeInBrowser('a sender domain in a browser', () => {
  const browser = useBrowser(team);

  it('is added, its records copied, checked, and chosen by an event; what is lost is said on the event’s pages', async () => {
    const admin = await signIn(team.app, { role: 'admin' });
    const page = await browser.open({ viewport: { width: 375, height: 800 } }, admin);
    await page.goto('/team/senders');
    await page.getByRole('textbox', { name: 'Domain' }).fill('gmail.com');
    await page.getByRole('button', { name: 'Add domain' }).click();
    await page.getByRole('link', { name: /belongs to a mail provider/ }).waitFor();
    await page.getByRole('textbox', { name: 'Domain' }).fill('studio.example');
    await page.getByRole('button', { name: 'Add domain' }).click();
    await page.getByRole('heading', { name: 'studio.example', level: 1 }).waitFor();
    await page.getByText('Nothing shows yet that studio.example is yours.').waitFor();
    const { records } = (await team.app.api('GET', '/sender-domains/studio.example')).json;
    for (const { name, value } of records) {
      expect(await page.locator(`[data-copy="${name}"]`).count()).toBeGreaterThan(0);
      expect(await page.locator(`[data-copy="${value}"]`).count()).toBe(1);
    }
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(375);
    publish(dns, records);
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('Checked: events can send from this domain.').waitFor();
    await page.getByText('The record shows that studio.example is yours.').waitFor();

    const event = await team.app.event();
    await page.goto(`/team/events/${event.id}/settings`);
    await page.getByLabel('Sender’s name').fill('Ada’s studio');
    await page.getByLabel('Sender’s address').fill('ada@other.example');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('link', { name: /must be of a verified sender domain/ }).waitFor();
    await page.getByLabel('Sender’s address').fill('ada@studio.example');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Changes saved.').waitFor();
    expect((await team.app.api('GET', `/events/${event.id}`)).json.fromAddress).toBe('ada@studio.example');

    await team.app.pool.query(
      `update {schema}.sender_domain set verified_at = null, lost_at = $1 where domain = 'studio.example'`,
      [team.app.clock.now],
    );
    await page.goto(`/team/events/${event.id}/mails`);
    await page.getByText('come from mail@events.example, and not from ada@studio.example').waitFor();
    await page.getByRole('link', { name: 'studio.example' }).first().click();
    await page.getByText('No longer verified').first().waitFor();
    if (process.env.SHOTS)
      await page.screenshot({ path: `${process.env.SHOTS}/journey.png`, fullPage: true });
    await page.getByRole('button', { name: 'Check now' }).click();
    await page.getByText('Checked: events can send from this domain.').waitFor();
    // The browser says it of the two forms that were refused.
    expect(team.complaints.filter((complaint) => !complaint.includes('422'))).toEqual([]);
  });
});
