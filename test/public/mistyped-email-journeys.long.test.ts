import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { copyFor } from '../../src/ui/copy/copy-for.ts';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { openDnsServer } from '../support/dns-server.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

const dns = await openDnsServer({ 'gmail.com': { mx: [[5, 'mx.gmail.com']] } });
const mailServer = await openAnsweringServer();
const team = await openTeamServer({
  DNS_SERVERS: dns.address,
  MAIL_FROM: 'Events <events@example.com>',
  TRUST_PROXY: '1',
});
const { app } = team;
// Jobs are taken by the machine's clock.
await openWorker(app, mailServer.url);
const copy = copyFor('en');
const { suggestion, registered } = copy;

let visitor = 0;
/** A browser of its own address: the limits are those of one each. */
function another(options: { javaScriptEnabled?: boolean; width?: number } = {}) {
  const { javaScriptEnabled = true, width = 1280 } = options;
  return {
    ...{ javaScriptEnabled, viewport: { width, height: 800 } },
    extraHTTPHeaders: { 'x-forwarded-for': `203.0.113.${++visitor}` },
  };
}
const person = () => `maria${visitor}`;
const people = async (eventId: string) => (await app.api('GET', `/events/${eventId}/registrants`)).json.items;
const emails = async (eventId: string) =>
  (await people(eventId)).map(({ email }: { email: string }) => email).sort();
const fits = (page: Page) =>
  page.evaluate<boolean>('document.documentElement.scrollWidth <= document.documentElement.clientWidth');
const focused = (page: Page) => page.evaluate<string>('document.activeElement?.id ?? ""');

describeInBrowser('in a browser,', () => {
  const pages = useBrowser(team);

  describe('a mistyped email', () => {
    async function openEvent(options: Parameters<typeof another>[0] = {}) {
      const event = await app.event();
      const page = await pages.open(another(options), null);
      await page.goto(`/e/${event.slug}`);
      const form = page.locator('#register');
      return { event, page, form, email: form.getByLabel('Email address') };
    }

    describe('with scripts', () => {
      it('is asked about once the field is left, and one tap takes what was meant', async () => {
        const { event, page, form, email } = await openEvent();
        await email.fill(`${person()}@gmial.com`);
        expect(await form.getByRole('status').textContent()).toBe('');
        await form.getByLabel('First name').click();
        const use = form.getByRole('button', { name: suggestion.use(`${person()}@gmail.com`) });
        await use.waitFor();
        expect(await form.getByRole('status').textContent()).toBe(
          suggestion.question(`${person()}@gmail.com`),
        );
        expect(await findAxeViolations(page)).toEqual([]);
        await use.click();
        expect(await email.inputValue()).toBe(`${person()}@gmail.com`);
        expect(await form.getByRole('status').textContent()).toBe(suggestion.taken(`${person()}@gmail.com`));
        await form.getByRole('button', { name: copy.register.submit }).click();
        await page.waitForURL('**/registered');
        await waitFor(async () => expect(await emails(event.id)).toEqual([`${person()}@gmail.com`]));
        await page.context().close();
      });

      it('can be kept, and is not asked about again', async () => {
        const { event, page, form, email } = await openEvent();
        await email.fill(`${person()}@gmial.com`);
        await email.blur();
        await form.getByRole('button', { name: suggestion.keep(`${person()}@gmial.com`) }).click();
        expect(await form.getByRole('status').textContent()).toBe('');
        await form.getByLabel('First name').click();
        await form.getByRole('button', { name: copy.register.submit }).click();
        await page.waitForURL('**/registered');
        await waitFor(async () => expect(await emails(event.id)).toEqual([`${person()}@gmial.com`]));
        await page.context().close();
      });

      it('is asked about by the server where the form is sent before anybody answered', async () => {
        const { event, page, form, email } = await openEvent();
        await email.fill(`${person()}@gmial.com`);
        await form.getByLabel('First name').fill('Maria');
        await email.press('Enter');
        await form.locator('button[name=useEmail]').first().waitFor();
        expect(await form.getByLabel('First name').inputValue()).toBe('Maria');
        expect(await emails(event.id)).toEqual([]);
        await form.getByRole('button', { name: suggestion.use(`${person()}@gmail.com`) }).click();
        await page.waitForURL('**/registered');
        await waitFor(async () => expect(await emails(event.id)).toEqual([`${person()}@gmail.com`]));
        await page.context().close();
      });

      it('is no longer asked about while somebody types on, and typing is never held up', async () => {
        const { page, form, email } = await openEvent();
        await email.fill(`${person()}@gmial.com`);
        await email.blur();
        await form.getByRole('button', { name: suggestion.use(`${person()}@gmail.com`) }).waitFor();
        await email.press('End');
        await email.press('Backspace');
        expect(await form.getByRole('status').textContent()).toBe('');
        expect(await form.locator('[data-suggestion] button').count()).toBe(0);
        // The look-up never ends: nothing waits for it.
        await page.route('**/suggested-domain*', () => undefined);
        await email.fill(`${person()}@gmal.com`);
        await page.keyboard.press('Tab');
        await page.keyboard.type('Maria');
        expect(await form.getByLabel('First name').inputValue()).toBe('Maria');
        await page.context().close();
      });

      it('is told by its domain alone', async () => {
        const { page, form, email } = await openEvent();
        const request = page.waitForRequest('**/suggested-domain*');
        await email.fill(`${person()}@gmial.com`);
        await email.blur();
        expect(new URL((await request).url()).search).toBe('?domain=gmial.com');
        await form.locator('[data-suggestion] button').first().waitFor();
        await page.context().close();
      });

      it('does not move the button under a pointer that is pressed', async () => {
        const { page, form, email } = await openEvent();
        await email.fill(`${person()}@gmial.com`);
        const button = form.getByRole('button', { name: copy.register.submit });
        await button.scrollIntoViewIfNeeded();
        const box = await button.boundingBox();
        if (!box) throw new Error('The button has no place.');
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
        const answered = page.waitForResponse('**/suggested-domain*');
        await page.mouse.down();
        await answered;
        expect((await button.boundingBox())?.y).toBe(box.y);
        await page.mouse.up();
        // The click counts: the server asks.
        await form.locator('button[name=useEmail]').first().waitFor();
        await page.context().close();
      });

      it('is corrected with the keyboard alone', async () => {
        const { event, page, form, email } = await openEvent();
        await email.focus();
        await page.keyboard.type(`${person()}@gmial.com`);
        await page.keyboard.press('Tab');
        const use = form.getByRole('button', { name: suggestion.use(`${person()}@gmail.com`) });
        await use.waitFor();
        await tabTo(page, use, 'Shift+Tab');
        await page.keyboard.press('Enter');
        expect(await focused(page)).toBe('register-email');
        expect(await email.inputValue()).toBe(`${person()}@gmail.com`);
        await page.keyboard.press('Enter');
        await page.waitForURL('**/registered');
        await waitFor(async () => expect(await emails(event.id)).toEqual([`${person()}@gmail.com`]));
        await page.context().close();
      });
    });

    describe('without', () => {
      it.each([
        ['taken', 0, 'gmail.com'],
        ['kept', 1, 'gmial.com'],
      ] as const)('is asked about on the next page, and %s', async (_, button, domain) => {
        const { event, page, form, email } = await openEvent({ javaScriptEnabled: false, width: 375 });
        await email.fill(`${person()}@gmial.com`);
        await form.getByLabel('Last name').fill('Rossi');
        await form.getByRole('button', { name: copy.register.submit }).click();
        await page.getByText(suggestion.question(`${person()}@gmail.com`)).waitFor();
        expect(await fits(page)).toBe(true);
        expect(await form.getByLabel('Last name').inputValue()).toBe('Rossi');
        await form.locator('button[name=useEmail]').nth(button).click();
        await page.waitForURL('**/registered');
        await waitFor(async () => expect(await emails(event.id)).toEqual([`${person()}@${domain}`]));
        expect((await people(event.id))[0].lastName).toBe('Rossi');
        await page.context().close();
      });

      it('sends what stands in the field by Enter, and not the suggestion', async () => {
        const { event, page, form, email } = await openEvent({ javaScriptEnabled: false });
        await email.fill(`${person()}@gmial.com`);
        await form.getByRole('button', { name: copy.register.submit }).click();
        await page.getByText(suggestion.question(`${person()}@gmail.com`)).waitFor();
        await email.fill(`${person()}@gmail.com.br`);
        await email.press('Enter');
        await page.waitForURL('**/registered');
        await waitFor(async () => expect(await emails(event.id)).toEqual([`${person()}@gmail.com.br`]));
        await page.context().close();
      });
    });
  });

  describe('the thank-you page', () => {
    async function register(domain: string, options: Parameters<typeof another>[0] = {}) {
      const event = await app.event({ hostName: 'Ada' });
      const page = await pages.open(another(options), null);
      await page.goto(`/e/${event.slug}`);
      const form = page.locator('#register');
      await form.getByLabel('Email address').fill(`${person()}@${domain}`);
      await form.getByRole('button', { name: copy.register.submit }).click();
      const kept = form.getByRole('button', { name: suggestion.keep(`${person()}@${domain}`) });
      await page.waitForURL(/\/(?:register|registered)$/);
      if (await kept.count()) await kept.click();
      await page.waitForURL('**/registered');
      return { event, page };
    }
    const arrived = (to: string) => mailServer.taken.filter((mail) => mail.to === to).length;

    it('warns by itself within seconds that the domain does not exist, and one tap corrects the address', async () => {
      const { event, page } = await register('gmial.com', { width: 375 });
      await page.getByText(registered.wrongDomain.does_not_exist('gmial.com')).waitFor();
      expect(await fits(page)).toBe(true);
      expect(await findAxeViolations(page)).toEqual([]);
      // The form that changes it has opened.
      await page.getByRole('button', { name: registered.change }).waitFor();
      await page.getByRole('button', { name: suggestion.use(`${person()}@gmail.com`) }).click();
      await page.getByText(registered.changed).waitFor();
      await page.getByText(registered.sentTo(`${person()}@gmail.com`)).waitFor();
      await waitFor(async () => expect(await emails(event.id)).toEqual([`${person()}@gmail.com`]));
      await waitFor(() => expect(arrived(`${person()}@gmail.com`)).toBe(1));
      await page.context().close();
    });

    it('warns without scripts too, once it is looked at again', async () => {
      const { event, page } = await register('gmial.com', { javaScriptEnabled: false });
      const warning = page.getByText(registered.wrongDomain.does_not_exist('gmial.com'));
      // It loads itself again; nobody touches it.
      await warning.waitFor();
      await page.getByLabel('Email address').fill(`${person()}@gmail.com`);
      await page.getByRole('button', { name: registered.change }).click();
      await page.getByText(registered.sentTo(`${person()}@gmail.com`)).waitFor();
      await waitFor(async () => expect(await emails(event.id)).toEqual([`${person()}@gmail.com`]));
      await page.context().close();
    });

    it('changes the address and sends the link again, with the keyboard alone', async () => {
      const { event, page } = await register('gmail.com', { width: 375 });
      const first = `${person()}@gmail.com`;
      await page.getByText(registered.sentTo(first)).waitFor();
      expect(await findAxeViolations(page)).toEqual([]);
      expect(await fits(page)).toBe(true);
      await waitFor(() => expect(arrived(first)).toBe(1));
      const [{ accessLink: dead }] = await people(event.id);
      await tabTo(page, page.getByText(registered.wrongAddress));
      await page.keyboard.press('Enter');
      await tabTo(page, '#change-email');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type(`right-${first}`);
      await page.keyboard.press('Enter');
      await page.getByText(registered.sentTo(`right-${first}`)).waitFor();
      await waitFor(() => expect(arrived(`right-${first}`)).toBe(1));
      expect((await page.request.get(dead)).status()).toBe(403);
      await tabTo(page, page.getByRole('button', { name: registered.sendAgain }));
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: copy.linkRequested.title }).waitFor();
      await waitFor(() => expect(arrived(`right-${first}`)).toBe(2));
      await page.context().close();
    });

    it('hands out a calendar file without a link, and leads to calendars on the web in windows of their own', async () => {
      const { page } = await register('gmail.com');
      const download = page.waitForEvent('download');
      await page.getByRole('link', { name: registered.calendars.file }).click();
      expect((await download).suggestedFilename()).toMatch(/\.ics$/);
      for (const name of [registered.calendars.google, registered.calendars.outlook]) {
        const link = page.getByRole('link', { name });
        expect(await link.getAttribute('target')).toBe('_blank');
        expect(await link.getAttribute('href')).toMatch(
          /^https:\/\/(?:calendar\.google|outlook\.live)\.com\//,
        );
        expect(await link.getAttribute('href')).not.toMatch(/key(?:=|%3D)/i);
      }
      await page.context().close();
    });

    it('shows nothing of it to the next person at the same address', async () => {
      const { event, page } = await register('gmail.com');
      const mine = person();
      const other = await pages.open(another(), null);
      await other.goto(`/e/${event.slug}/registered`);
      await other.getByText(registered.sent).waitFor();
      expect(await other.content()).not.toContain(mine);
      for (const one of [page, other]) await one.context().close();
    });

    it('has left no complaint in any console', () => {
      // The server's question is a page of its own, with the status 422.
      const unexpected = team.complaints.filter((text) => !/status of 4(?:22|03)/.test(text));
      expect(unexpected).toEqual([]);
    });
  });
});
