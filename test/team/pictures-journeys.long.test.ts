import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { expect, it } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { jpeg, SVG } from '../support/pictures.ts';
import { openTeamServer, useBrowser } from '../support/team-server.ts';

const team = await openTeamServer();
const { app } = team;
const folder = mkdtempSync(join(tmpdir(), 'access-mail-pictures-'));
const file = (name: string, bytes: Buffer) => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const COVER = file('cover.jpg', await jpeg({ width: 1600, height: 900 }));
const SMALL = file('small.jpg', await jpeg({ width: 700, height: 400 }));
const FALSE = file('false.jpg', SVG);
const LARGE = file('large.png', Buffer.alloc(10 * 1024 * 1024 + 1));
const eventNow = async (id: string) => (await app.api('GET', `/events/${id}`)).json;
const preview = (page: Page) => page.frameLocator('iframe[name="page-preview"]');
const save = (page: Page) => page.getByRole('button', { name: 'Save' }).first().click();

describeInBrowser('pictures in the form of an event', () => {
  const browser = useBrowser(team);

  it('are shown as soon as they are chosen, keep what was typed, and are saved with it', async () => {
    const event = await app.event();
    const page = await browser.openAt(`/team/events/${event.id}/settings`);
    await page.getByLabel('Title').fill('Typed meanwhile');
    await page.getByLabel('Cover (optional)', { exact: true }).setInputFiles(COVER);
    await page.getByText('Uploaded. Save to keep it.').waitFor();
    await preview(page).locator('.cover img').waitFor();
    expect((await eventNow(event.id)).coverUrl).toBeNull();
    await save(page);
    await page.getByText('Changes saved.').waitFor();
    const saved = await eventNow(event.id);
    expect([saved.title, saved.coverUrl]).toEqual(['Typed meanwhile', expect.stringContaining('/img/')]);

    await page.getByRole('button', { name: 'Remove the cover' }).click();
    await preview(page).locator('.cover').waitFor({ state: 'detached' });
    await save(page);
    await page.getByText('Changes saved.').waitFor();
    expect((await eventNow(event.id)).coverUrl).toBeNull();
    expect(await findAxeViolations(page)).toEqual([]);
  });

  it('are refused at their field, and the form stays as it is', async () => {
    const event = await app.event();
    const page = await browser.openAt(`/team/events/${event.id}/settings`);
    const cover = page.locator('[data-picture="cover"]');
    await page.getByLabel('Title').fill('Typed meanwhile');
    await page.locator('#coverFile').setInputFiles(FALSE);
    await cover.getByText('Cover is an SVG, which can hold scripts').waitFor();
    await page.locator('#coverFile').setInputFiles(LARGE);
    await cover.getByText('It may have 10 MB: make it smaller.').waitFor();
    await page.locator('#coverFile').setInputFiles(SMALL);
    await cover.getByText('It is small and may look soft').waitFor();
    expect(await cover.locator('[data-picture-error]').isHidden()).toBe(true);
    expect(await page.getByLabel('Title').inputValue()).toBe('Typed meanwhile');
  });

  it('go with the form where the network was away', async () => {
    const event = await app.event();
    const page = await browser.openAt(`/team/events/${event.id}/settings`);
    await page.route('**/team/pictures/*', (route) => route.abort());
    await page.locator('#hostFile').setInputFiles(COVER);
    await page.getByText('It is sent when you save.').waitFor();
    await save(page);
    await page.getByText('Changes saved.').waitFor();
    expect((await eventNow(event.id)).hostPictureUrl).toContain('/img/');
  });

  it('are those of a new event, too, without script', async () => {
    const page = await browser.open({ javaScriptEnabled: false });
    await page.goto('/team/events/new');
    await page.getByText('More: description').click();
    await page.getByLabel('Title').fill('Without script');
    await page.locator('#startsAt').fill('2031-01-15T18:00');
    await page.locator('#endsAt').fill('2031-01-15T17:00');
    await page.locator('#coverFile').setInputFiles(COVER);
    await page.getByRole('button', { name: 'Create event' }).click();
    await page.getByText('1 field needs attention').waitFor();
    expect(await page.locator('[data-picture="cover"] img').getAttribute('src')).toMatch(/^\/img\//);
    await page.locator('#endsAt').fill('2031-01-15T19:00');
    await page.getByRole('button', { name: 'Create event' }).click();
    await page.waitForURL(/overview/);
    const id = /events\/([0-9a-f-]+)/.exec(page.url())?.[1] ?? '';
    const made = await eventNow(id);
    expect(made.coverUrl).toContain('/img/');

    // With script the public page runs nothing of the data in it, and complains of nothing.
    const visitor = await browser.open({}, null);
    const before = team.complaints.length;
    await visitor.goto(`/e/${made.slug}`);
    await visitor.locator('.cover img').waitFor();
    expect(await visitor.evaluate("document.querySelector('.cover img').naturalWidth")).toBe(1200);
    expect(team.complaints.slice(before)).toEqual([]);
  });
});
