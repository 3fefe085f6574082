import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { takeRegistrations } from '../support/registrations.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';

const FORM = [
  { name: 'company', label: 'Company', type: 'text' },
  { name: 'size', label: 'Size', type: 'select', options: ['Small', 'Large'] },
  { name: 'news', label: 'Write to me', type: 'consent' },
];

describeInBrowser('a registration form, in a browser', async () => {
  const team = await openTeamServer({ TRUST_PROXY: '1' });
  const { app, complaints } = team;
  const { open, openAt } = useBrowser(team, { viewport: { width: 1440, height: 900 } });

  const formFieldsOf = async (id: string) => (await app.api('GET', `/events/${id}`)).json.formFields;
  const labels = (page: Page) => page.locator('.form-field__label').allTextContents();
  const row = (page: Page, number: number) => page.locator(`#field${number}`);
  const focused = (page: Page) => page.evaluate<string>('document.activeElement.id');
  /** The rows as they are once the server has answered. */
  const become = async (page: Page, expected: readonly string[]) =>
    expect.poll(() => labels(page)).toEqual(expected);

  test('is made with the mouse, and shown beside it in the language that is chosen', async () => {
    const event = await app.event();
    const page = await openAt(`/team/events/${event.id}/settings`);
    const preview = page.frameLocator('iframe[name="form-preview"]');
    await page.getByRole('button', { name: 'Add field' }).click();
    await become(page, ['Field 1']);
    // The field that was added has the keyboard, and the registration form is in sight.
    expect(await focused(page)).toBe('field0Label');
    expect(await page.getByRole('radio', { name: 'Registration form' }).isChecked()).toBe(true);
    await page.keyboard.type('Company');
    await become(page, ['Company']);
    await preview.getByText('Company').waitFor();
    await page.getByRole('button', { name: 'Add field' }).click();
    await become(page, ['Company', 'Field 2']);
    // What was typed and what was open stay.
    expect(await row(page, 0).locator('details').getAttribute('open')).not.toBeNull();
    expect(await page.getByLabel('Options, one a line').nth(1).isVisible()).toBe(false);
    await row(page, 1).getByLabel('Type').selectOption('Choice from a list');
    await row(page, 1).getByLabel('Label').fill('Size');
    await row(page, 1).getByLabel('Options, one a line').fill('Small\nLarge');
    await preview.locator('select option', { hasText: 'Large' }).waitFor({ state: 'attached' });
    await page.getByLabel('Another language').selectOption('German');
    await page.getByRole('button', { name: 'Add language' }).click();
    await row(page, 0).getByLabel('Label (German)').fill('Firma');
    await page.getByLabel('Language of the preview').selectOption('German');
    await preview.getByText('Firma').waitFor();
    await preview.getByText('Größe').waitFor({ state: 'detached' });
    await page.getByLabel('Language of the preview').selectOption('Arabic');
    await preview.locator('html[dir=rtl]').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByText('Saved').first().waitFor();
    expect(await formFieldsOf(event.id)).toMatchObject([
      { name: 'company', label: { en: 'Company', de: 'Firma' }, type: 'text' },
      { name: 'size', label: 'Size', type: 'select', options: ['Small', 'Large'] },
    ]);
    await page.context().close();
  });

  test('is put in order and thinned out with the keyboard alone', async () => {
    const event = await app.event({ formFields: FORM });
    const page = await openAt(`/team/events/${event.id}/settings`);
    await tabTo(page, '#field2-up');
    await page.keyboard.press('Enter');
    await become(page, ['Company', 'Write to me', 'Size']);
    expect(await focused(page)).toBe('field1-up');
    await page.keyboard.press('Space');
    await become(page, ['Write to me', 'Company', 'Size']);
    // At the top there is only the way down.
    expect(await focused(page)).toBe('field0-down');
    await page.keyboard.press('Enter');
    await become(page, ['Company', 'Write to me', 'Size']);
    expect(await focused(page)).toBe('field1-down');
    await tabTo(page, '#field1-remove');
    await page.keyboard.press('Enter');
    await become(page, ['Company', 'Size']);
    expect(await focused(page)).toBe('field1-remove');
    // Enter in a field saves, and presses none of the rows' buttons.
    await tabTo(page, page.getByLabel('Title'), 'Shift+Tab');
    await page.keyboard.press('Enter');
    await page.getByText('Saved').first().waitFor();
    expect((await formFieldsOf(event.id)).map(({ name }: { name: string }) => name)).toEqual([
      ...['company', 'size'],
    ]);
    await page.context().close();
  });

  test('is edited as ever where the server does not answer the rows’ buttons', async () => {
    const event = await app.event({ formFields: FORM });
    const page = await openAt(`/team/events/${event.id}/settings`);
    await page.route('**/settings', (route) => route.abort(), { times: 1 });
    await page.getByLabel('Title').fill('Typed and kept');
    await page.getByRole('button', { name: 'Remove: Company' }).click();
    await become(page, ['Size', 'Write to me']);
    expect(await page.getByLabel('Title').inputValue()).toBe('Typed and kept');
    await page.context().close();
  });

  test('without script is made, changed and answered, and a consent is withdrawn', async () => {
    const event = await app.event({ formFields: FORM.slice(0, 1) });
    const page = await openAt(`/team/events/${event.id}/settings`, { javaScriptEnabled: false });
    await page.getByLabel('Title').fill('Without script');
    await page.getByRole('button', { name: 'Add field' }).click();
    expect(new URL(page.url()).hash).toBe('#field1Label');
    expect(await page.getByLabel('Title').inputValue()).toBe('Without script');
    await row(page, 1).getByLabel('Type').selectOption('Consent');
    await row(page, 1)
      .getByLabel('Text that people agree to')
      .fill('Write to me: https://example.com/privacy');
    await page.getByRole('button', { name: 'Move up: Field 2' }).click();
    expect(await labels(page)).toEqual(['Write to me: https://example.com/privacy', 'Company']);
    await page.locator('.chip', { hasText: 'Registration form' }).click();
    await page.getByRole('button', { name: 'Update the preview: The registration form' }).click();
    await page.frameLocator('iframe[name="form-preview"]').getByText('Write to me').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(/notice=event_saved/);
    expect((await formFieldsOf(event.id)).map(({ name }: { name: string }) => name)).toEqual([
      ...['write_to_me_https_example_com_privacy', 'company'],
    ]);

    const visitor = await open({ javaScriptEnabled: false }, null);
    await visitor.goto(`/e/${event.slug}`);
    expect(
      await visitor.getByRole('link', { name: 'https://example.com/privacy' }).getAttribute('href'),
    ).toBe('https://example.com/privacy');
    await visitor.getByLabel('Email address').first().fill('ada@example.com');
    await visitor.getByLabel('Write to me').check();
    await visitor.getByRole('button', { name: 'Register' }).click();
    await visitor.waitForURL(/\/registered/);
    await takeRegistrations(app);
    const { json } = await app.api('GET', `/events/${event.id}/registrants`);
    const [ada] = json.items;
    expect(ada.consents).toMatchObject([
      { text: 'Write to me: https://example.com/privacy', withdrawnAt: null },
    ]);
    const { pathname, search } = new URL(ada.accessLink);
    await visitor.goto(`${pathname.replace(/live$/, 'registration')}${search}`);
    await visitor.getByLabel('Write to me').uncheck();
    await visitor.getByLabel('Company').fill('Analytical Engines');
    await visitor.getByRole('button', { name: 'Save changes' }).click();
    await visitor.getByText('Your changes are saved.').waitFor();
    await visitor.getByText('You withdrew your consent on').waitFor();
    await visitor.context().close();
    await page.goto(`/team/events/${event.id}/people?person=${ada.id}`);
    await page.getByText('Analytical Engines').first().waitFor();
    await page.getByText('Withdrew the consent').waitFor();

    // Removing what somebody answered is asked about.
    await page.goto(`/team/events/${event.id}/settings`);
    await page.getByRole('button', { name: 'Remove: Company' }).click();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.getByRole('heading', { name: 'Change fields that people have answered?' }).waitFor();
    await page.getByText('is removed. 1 answer stays.').waitFor();
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await page.waitForURL(/notice=event_saved/);
    expect((await app.api('GET', `/events/${event.id}/registrants`)).json.items[0].fields).toEqual({
      company: 'Analytical Engines',
    });
    await page.context().close();
  });

  test.each([
    ['375', 375],
    ['1440', 1440],
  ])('in all languages fits a page of %s pixels, light and dark, and axe finds nothing', async (_, width) => {
    const word = {
      en: 'Company',
      de: 'Unternehmensgrößenklassenangabe',
      ja: '会社の規模を教えてください',
      ar: 'حجم الشركة',
    };
    const formFields = ['text', 'textarea', 'select', 'checkbox', 'consent'].map((type) => ({
      ...{ name: type === 'text' ? 'company' : `of_${type}`, type, label: word, help: word, required: true },
      ...(type === 'select' && { options: ['Small', 'x'.repeat(200)] }),
    }));
    const event = await app.event({ formFields });
    const fields = { company: 'ACME', of_consent: 'yes', of_checkbox: 'yes' };
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
      ...{ email: 'ada@example.com', locale: 'de', fields, sendConfirmation: false },
    });
    const { pathname, search } = new URL(json.accessLink);
    const own = `${pathname.replace(/live$/, 'registration')}${search}`;
    const check = async (page: Page, path: string) => {
      await page.goto(path);
      await page.evaluate(
        'for (const row of document.querySelectorAll(".form-field > details")) row.open = true',
      );
      expect(await page.evaluate<number>('document.documentElement.scrollWidth'), path).toBeLessThanOrEqual(
        width,
      );
      expect(await findAxeViolations(page), path).toEqual([]);
    };
    for (const colorScheme of ['light', 'dark'] as const) {
      const look = { viewport: { width, height: 900 }, colorScheme };
      for (const locale of ['de', 'ja', 'ar']) {
        const visitor = await open({ ...look, locale }, null);
        for (const path of [`/e/${event.slug}`, own]) await check(visitor, path);
        await visitor.context().close();
      }
      const page = await open(look);
      for (const path of ['settings', `people?person=${json.id}`, 'exports'])
        await check(page, `/team/events/${event.id}/${path}`);
      await page.context().close();
    }
  });

  test('makes no console complain', () => {
    expect(complaints.filter((text) => !text.includes('net::ERR_FAILED') && !text.includes('422'))).toEqual(
      [],
    );
  });
});
