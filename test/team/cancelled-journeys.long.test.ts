import { expect, it } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { openTeamServer, useBrowser } from '../support/team-server.ts';

const team = await openTeamServer();
const { app } = team;

describeInBrowser('the team, in a browser', () => {
  const pages = useBrowser(team);

  it('cancels a registration, takes it back, and erases the person everywhere', async () => {
    const event = await app.event();
    const person = { email: 'mary@example.com', firstName: 'Mary', sendConfirmation: false };
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, person);
    const page = await pages.open();
    await page.goto(`/team/events/${event.id}/people?person=${json.id}`);
    const pane = page.locator('#pane');
    const now = async () => (await app.api('GET', `/events/${event.id}/registrants/${json.id}`)).json;
    await pane.locator('summary[aria-label^="Actions for"]').click();
    await pane.getByRole('button', { name: 'Cancel registration' }).click();
    await page.getByText('Registration cancelled.', { exact: false }).first().waitFor();
    await pane.getByText('Cancelled by', { exact: false }).waitFor();
    expect((await now()).cancelledAt).not.toBeNull();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('Registration restored.', { exact: false }).first().waitFor();
    expect((await now()).cancelledAt).toBeNull();

    await pane.locator('summary[aria-label^="Actions for"]').click();
    await pane.getByRole('link', { name: 'All data of this person' }).click();
    await page.waitForURL('**/team/data/*');
    expect(page.url()).not.toContain('mary');
    expect(await findAxeViolations(page)).toEqual([]);
    const download = page.waitForEvent('download');
    await page.getByRole('link', { name: 'Download all of it' }).click();
    expect((await download).suggestedFilename()).toBe('personal-data.json');
    await page.getByLabel('Type the email to confirm').fill('mary@example.org');
    await page.getByRole('button', { name: 'Erase everywhere' }).click();
    await page.getByText('Type the email that is shown above', { exact: false }).first().waitFor();
    await page.getByLabel('Type the email to confirm').fill('Mary@example.com');
    await page.getByRole('button', { name: 'Erase everywhere' }).click();
    await page.getByText('Everything held of this email is erased.').first().waitFor();
    expect((await app.api('GET', `/events/${event.id}/registrants/${json.id}`)).status).toBe(404);
    expect(team.complaints.filter((complaint) => !complaint.includes('422'))).toEqual([]);
    await page.context().close();
  });
});
