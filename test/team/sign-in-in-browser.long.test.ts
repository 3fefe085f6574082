import type { Page } from 'playwright-core';
import { afterAll, expect, it } from 'vitest';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { saveTeamMember } from '../../src/db/team-member.ts';
import { signInCode } from '../../src/domain/signed-id.ts';
import { describeInBrowser } from '../support/browser.ts';
import { openIdentityProvider } from '../support/identity-provider.ts';
import { openInbox } from '../support/inbox.ts';
import { openTeamServer, useBrowser } from '../support/team-server.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

// The provider is on another site than we are, as it is in life: `localhost` there, an address here.
const port = await freePort();
const url = `http://127.0.0.1:${port}`;
const provider = await openIdentityProvider(`${url}/team/oidc/callback`);
const team = await openTeamServer({
  PUBLIC_URL: url,
  OIDC_ISSUER: provider.issuer,
  OIDC_CLIENT_ID: provider.clientId,
  OIDC_CLIENT_SECRET: provider.clientSecret,
  OIDC_LABEL: 'Example Login',
});
const { app } = team;
const inbox = await openInbox();
await openWorker(app, inbox.smtpUrl);
afterAll(() => inbox.close());

describeInBrowser('signing in, in a browser', () => {
  const used = useBrowser(team);
  let page: Page;

  async function open(path: string): Promise<void> {
    page = await used.open({}, null);
    await page.goto(path);
  }

  it('goes through a provider on another site, and to where somebody wanted to go', async () => {
    const email = 'grace@provider.example';
    await saveTeamMember(app.pool, { email, role: 'member' });
    provider.account = { email, email_verified: true };
    await open('/team/audit?action=signed_in');
    await page.click('text=Sign in with Example Login');
    await page.waitForURL(`${url}/team/audit?action=signed_in`);
    expect(await page.textContent('.top-bar__address')).toBe(email);
  });

  it('goes by the six digits of the mail, typed where it was asked for', async () => {
    const email = 'ada@code.example';
    await saveTeamMember(app.pool, { email, role: 'member' });
    await open('/team/audit');
    await page.fill('#email', email);
    await page.press('#email', 'Enter');
    await page.waitForSelector('#code');
    await page.fill('#code', '12');
    await page.press('#code', 'Enter');
    expect(await page.textContent('#code-error')).toBe('Enter the six digits from the email.');
    const text = await waitFor(async () => {
      const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email}` });
      expect(messages).toHaveLength(1);
      return (await inbox.mailpit.getMessageSummary(messages[0]?.ID ?? '')).Text;
    });
    const { rows } = await app.pool.query<{ id: string }>('select id from {schema}.sign_in');
    const code = signInCode(app.config.appSecret, rows[0]?.id ?? '');
    expect(text).toContain(code);
    await page.fill('#code', code);
    await page.press('#code', 'Enter');
    await page.waitForURL(`${url}/team/audit`);
    expect(await page.textContent('.top-bar__address')).toBe(email);
  });

  it.each([
    [375, 'light'],
    [375, 'dark'],
    [1440, 'light'],
    [1440, 'dark'],
  ] as const)('fits %i pixels, %s', async (width, colorScheme) => {
    page = await used.open({ viewport: { width, height: 800 }, colorScheme }, null);
    const shot = async (name: string) => {
      if (process.env.LOOK)
        await page.screenshot({ path: `${process.env.LOOK}/${name}-${width}-${colorScheme}.png` });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(width);
    };
    await page.goto('/team/sign-in');
    await shot('sign-in');
    await page.fill('#email', `someone.${width}.${colorScheme}@a-rather-long-domain-of-a-company.example`);
    await page.press('#email', 'Enter');
    await page.waitForSelector('#code');
    await shot('sent');
  });
});
