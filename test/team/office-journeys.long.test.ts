import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { openInbox } from '../support/inbox.ts';
import { signIn } from '../support/team.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

describeInBrowser('a member of the team, in a browser', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const { open } = useBrowser(team);
  let inbox: Awaited<ReturnType<typeof openInbox>>;
  const run = Math.random().toString(36).slice(2, 10);
  let count = 0;
  const newAddress = () => `ada.${run}.${++count}@team.example`;

  beforeAll(async () => {
    inbox = await openInbox();
    await openWorker(app, inbox.smtpUrl);
  });
  afterAll(async () => {
    await inbox.close();
    expect(team.complaints).toEqual([]);
  });

  const mailTo = (email: string, kind: string) =>
    waitFor(async () => {
      const { messages } = await inbox.mailpit.searchMessages({ query: `to:${email} tag:${kind}` });
      return inbox.mailpit.getMessageSummary(messages[0]?.ID ?? '');
    });

  async function eventWithPeople() {
    const event = await app.event();
    const person = {
      email: 'grace@example.com',
      firstName: 'Grace',
      fields: { Company: 'Navy' },
      sendConfirmation: false,
    };
    await app.api('POST', `/events/${event.id}/registrants`, person);
    return { ...event, exports: `/team/events/${event.id}/exports` };
  }

  it('signs in by mail, asks for an export with a mouse, and gets it', async () => {
    const email = newAddress();
    await signIn(app, { email });
    const event = await eventWithPeople();
    const page = await open({}, null);
    await page.goto(event.exports);
    await page.getByLabel('Your email address').fill(email);
    await page.getByRole('button', { name: 'Send me a link' }).click();
    const { Text } = await mailTo(email, 'sign_in');
    const link = /http\S+\/team\/sign-in\/[\w-]{43}/.exec(Text)?.[0] ?? '';
    await page.goto(link);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(`**${event.exports}`);

    await page.getByLabel('Selected columns').check();
    for (const name of ['First name', 'Last name', 'Email status'])
      await page.getByLabel(name, { exact: true }).uncheck();
    await page.getByLabel('Company').check();
    await page.getByRole('button', { name: 'Request export' }).click();
    await page.getByText('Export requested.').waitFor();
    // The list keeps itself current.
    await page.getByText('Attached to the mail').waitFor();
    await page.getByText('Sent', { exact: true }).waitFor();
    const mail = await mailTo(email, 'registrants_export');
    expect(mail.Attachments).toMatchObject([{ ContentType: 'text/csv' }]);

    await page.getByRole('link', { name: /^Revoke link of the export/ }).click();
    await page.getByRole('button', { name: 'Revoke link' }).click();
    await page.getByText('The link to the export is revoked.').waitFor();
    await page.getByRole('link', { name: 'Audit log' }).click();
    await page.getByText('revoked the link to an export of Designing calm software').waitFor();
  });

  it('asks for an export with the keyboard alone', async () => {
    const event = await eventWithPeople();
    const page = await open({}, await signIn(app, { email: newAddress() }));
    await page.goto(event.exports);
    await tabTo(page, '[name=format]');
    await page.keyboard.press('ArrowRight');
    await tabTo(page, '[name=which]');
    await page.keyboard.press('ArrowRight');
    await tabTo(page, '[name=columns][value=access_key]');
    await page.keyboard.press('Space');
    await tabTo(page, 'button.button--primary');
    await page.keyboard.press('Enter');
    await page.getByText('Export requested.').waitFor();
    await tabTo(page, '.export-table__columns summary');
    await page.keyboard.press('Enter');
    await page.getByText('Access key', { exact: true }).last().waitFor();
    const { json } = await app.api('GET', `/events/${event.id}/exports`);
    expect(json.items[0]).toMatchObject({
      format: 'xlsx',
      columns: expect.arrayContaining(['access_key', 'email']),
    });
  });

  it('asks for an export without script', async () => {
    const event = await eventWithPeople();
    const member = await signIn(app, { email: newAddress() });
    const page = await open({ javaScriptEnabled: false }, member);
    await page.goto(event.exports);
    await page.getByRole('button', { name: 'Request export' }).click();
    await page.getByText('Export requested.').waitFor();
    await expect
      .poll(async () => {
        await page.goto(event.exports);
        return page.getByText('Attached to the mail').count();
      })
      .toBe(1);
  });

  it('makes a key with the keyboard alone, copies and revokes it', async () => {
    const admin = await signIn(app, { role: 'admin', email: newAddress() });
    const page = await open({ permissions: ['clipboard-read', 'clipboard-write'] }, admin);
    await page.goto('/team/api-keys');
    await tabTo(page, '[name=name]');
    await page.keyboard.type(`website ${run}`);
    await tabTo(page, '[name=scopes][value=send]');
    await page.keyboard.press('Space');
    await tabTo(page, 'button.button--primary');
    await page.keyboard.press('Enter');
    await page.getByText('it is shown only once').waitFor();
    await tabTo(page, '[data-copy]');
    await page.keyboard.press('Enter');
    await page.getByText('Copied').first().waitFor();
    const key = await page.evaluate<string>('navigator.clipboard.readText()');
    const headers = { authorization: `Bearer ${key}` };
    const status = async () => (await app.request('/api/v1/events', { headers })).status;
    expect(await status()).toBe(200);
    await tabTo(page, 'main a.button');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: `Revoke website ${run}` }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL('**/revoke');
    await tabTo(page, 'button.button--danger');
    await page.keyboard.press('Enter');
    await page.getByText('Key revoked').waitFor();
    expect(await status()).toBe(401);
  });

  it('adds a member, makes them an admin, and removes them', async () => {
    const admin = await signIn(app, { role: 'admin', email: newAddress() });
    const page = await open({}, admin);
    const email = newAddress();
    await page.goto('/team/members');
    await page.getByLabel('Email address').fill(email);
    await page.getByRole('button', { name: 'Send invitation' }).click();
    await page.getByText('The invitation is on its way.').waitFor();
    const choose = async (name: string) => {
      await page.getByLabel(`Actions for ${email}`).click();
      await page.getByRole('link', { name }).filter({ visible: true }).click();
    };
    await choose('Make an admin…');
    await page.getByRole('button', { name: 'Make an admin' }).click();
    await page.getByText('Role changed.').waitFor();
    await choose('Remove from the team…');
    await page.getByRole('button', { name: 'Remove from the team' }).click();
    await page.getByText('Member removed from the team.').waitFor();
    expect(await page.getByText(email).count()).toBe(0);

    await page.goto('/team/audit');
    await page.getByLabel('Who').selectOption(admin.email);
    await page.getByLabel('What').selectOption('Member removed');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByText(`${admin.email} removed ${email} from the team`).waitFor();
    await expect.poll(() => page.getByRole('rowheader').count()).toBe(1);
  });

  it('signs another browser out', async () => {
    const email = newAddress();
    const [here, there] = [await signIn(app, { email }), await signIn(app, { email })];
    const [page, other] = [await open({}, here), await open({}, there)];
    await other.goto('/team/account');
    await page.goto('/team/account');
    await page.getByRole('button', { name: 'Sign out the other device' }).click();
    await page.getByText('All other devices are signed out.').waitFor();
    await other.reload();
    await other.waitForURL('**/team/sign-in?next=%2Fteam%2Faccount');
  });
});
