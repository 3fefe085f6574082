import { afterAll, expect, test } from 'vitest';
import { saveTeamMember } from '../../src/db/team-member.ts';
import { signInCode } from '../../src/domain/signed-id.ts';
import { describeInFirefox, type FirefoxPage, useFirefox } from '../support/firefox.ts';
import { openInbox } from '../support/inbox.ts';
import { signIn } from '../support/team.ts';
import { openTeamServer } from '../support/team-server.ts';
import { waitFor } from '../support/wait-for.ts';
import { openWorker } from '../support/worker.ts';

const PHONE = { width: 375, height: 740 };
/** An undo of a resend is offered for so long (`UNDO_MS`). */
const UNDO_MS = 5_000;

// The main journeys once more, in the other engine.
describeInFirefox('in Firefox', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const firefox = useFirefox(team);
  const inbox = await openInbox();
  await openWorker(app, inbox.smtpUrl);
  afterAll(() => inbox.close());
  const member = await signIn(app, { role: 'admin' });
  const asMember = { member } as const;

  async function eventWith(count: number) {
    const event = await app.event();
    const ids: string[] = [];
    for (let i = 0; i < count; i++) {
      const person = { email: `p${i}@${event.slug}.example`, firstName: `Person ${i}`, lastName: 'Lovelace' };
      const answer = await app.api('POST', `/events/${event.id}/registrants`, {
        ...person,
        sendConfirmation: false,
      });
      ids.push(answer.json.id);
    }
    return { id: event.id as string, slug: event.slug as string, ids, path: `/team/events/${event.id}` };
  }
  const fits = async ({ ask }: FirefoxPage, what: string) =>
    expect(await ask<number>('document.documentElement.scrollWidth - innerWidth'), what).toBeLessThanOrEqual(
      0,
    );

  test('a member signs in by the digits of the mail, and is where they wanted to go', async () => {
    const email = 'ada@firefox.example';
    const { id } = await saveTeamMember(app.pool, { email, role: 'member' });
    const page = await firefox.open();
    await page.goto('/team/audit');
    await page.fill('#email', email);
    await page.click('button', 'Send me a link');
    await page.page.waitForSelector('#code');
    await page.shot('code');
    // The worker makes it, after the page.
    const signInId = await waitFor(async () => {
      const { rows } = await app.pool.query<{ id: string }>(
        'select id from {schema}.sign_in where team_member_id = $1',
        [id],
      );
      expect(rows).toHaveLength(1);
      return rows[0]?.id ?? '';
    });
    await page.fill('#code', signInCode(app.config.appSecret, signInId));
    await page.page.keyboard.press('Enter');
    await page.see('Audit log');
    expect(new URL(page.page.url()).pathname).toBe('/team/audit');
    await page.close();
  });

  test('a row opens beside the list, keys step and close, and a sent link is followed to the mail server', async () => {
    const { path, ids } = await eventWith(30);
    const page = await firefox.open(asMember);
    await page.goto(`${path}/people?sort=email&direction=ascending`);
    await page.ask('window.sameLoad = true');
    const row = `document.getElementById('row-${ids[4]}')`;
    await page.ask(`${row}.scrollIntoView({ block: 'center' })`);
    const place = () => page.ask<number>(`Math.round(${row}.getBoundingClientRect().top)`);
    const before = await place();
    const isOpen = (i: number) =>
      page.until(
        `document.querySelector('#pane-title')?.textContent === 'Person ${i} Lovelace' && new URLSearchParams(location.search).get('person') === '${ids[i]}'`,
      );
    await page.page.locator(`#row-${ids[4]} td[data-label="Email status"]`).click();
    await isOpen(4);
    expect(Math.abs((await place()) - before)).toBeLessThanOrEqual(1);
    await page.shot('pane');
    // p4 is followed by p5 in the order of letters.
    await page.page.keyboard.press('j');
    await isOpen(5);
    await page.page.keyboard.press('k');
    await isOpen(4);
    await page.page.locator('.pane form[action$="/resend"] button').click();
    await page.see('Link sent to Person 4 Lovelace');
    await isOpen(4);
    app.clock.advance(UNDO_MS + 1_000);
    // The row's status moves by itself.
    await page.until(
      `document.querySelector('#row-${ids[4]} td[data-label="Email status"]').textContent.includes('Sent')`,
    );
    await waitFor(async () => {
      const { messages } = await inbox.mailpit.searchMessages({ query: `to:p4@ tag:access_link` });
      expect(messages.length).toBeGreaterThan(0);
    });
    await page.page.keyboard.press('Escape');
    await page.miss('.pane');
    await page.until('!location.search.includes("person")');
    await page.page.goBack();
    await isOpen(4);
    expect(await page.ask('window.sameLoad')).toBe(true);
    await page.close();
  });

  test('the palette finds people, and an export is asked for in a dialog', async () => {
    const { id, path, ids, slug } = await eventWith(2);
    const page = await firefox.open(asMember);
    await page.goto(`${path}/people`);
    await page.page.keyboard.down('Control');
    await page.page.keyboard.press('k');
    await page.page.keyboard.up('Control');
    await page.until('document.activeElement.matches("#palette [data-palette-input]")');
    await page.page.keyboard.type(`p1@${slug}`);
    await page.until(`document.querySelector('#palette [data-results] a[href*="${ids[1]}"]') !== null`);
    await page.shot('palette');
    await page.page.keyboard.press('Escape');
    await page.until('!document.querySelector("dialog[open]")');

    await page.page.locator('summary[aria-label="Export people"]').click();
    await page.click('button', 'All registrants');
    await page.see('Export all registrants');
    await page.shot('export');
    await page.click('button', 'Request export');
    await page.see('Export requested.');
    const { json } = await app.api('GET', `/events/${id}/exports`);
    expect(json.items).toMatchObject([{ columns: 'all', format: 'csv', to: member.email }]);
    await page.close();
  });

  test('emails of many are corrected at once', async () => {
    const { id, path, ids } = await eventWith(2);
    for (const [i, to] of ids.entries())
      await app.pool.query(
        `update {schema}.registrant set email_status = 'bounced', email = $2 where id = $1`,
        [to, `person${i}@gmial.com`],
      );
    const page = await firefox.open(asMember);
    await page.goto(`${path}/people?emailStatus=bounced`);
    await page.page.locator('[data-selection-all]').click();
    await page.click('button', 'Correct emails…');
    await page.see('Correct & send 2');
    await page.shot('correct');
    await page.click('button', 'Correct & send 2');
    await page.see('Emails corrected');
    const { rows } = await app.pool.query(
      'select email from {schema}.registrant where event_id = $1 order by email',
      [id],
    );
    expect(rows.map(({ email }) => email)).toEqual(['person0@gmail.com', 'person1@gmail.com']);
    await page.close();
  });

  test('an event is made on one screen, its end moves with its start, and its page stands beside it', async () => {
    const page = await firefox.open(asMember);
    await page.goto('/team/events/new');
    await page.until('document.querySelector("form[data-prepared]") !== null');
    await page.fill('[name=title]', 'Made in Firefox');
    await page.fill('[name=startsAt]', '2031-02-15T18:00');
    await page.until('document.querySelector("[name=endsAt]").value === "2031-02-15T19:00"');
    await page.until(
      `document.querySelector('iframe[name="page-preview"]').contentDocument?.querySelector('h1')?.textContent === 'Made in Firefox'`,
    );
    await page.shot('new-event');
    await page.click('button', 'Create event');
    await page.see('Event created. Registration is open.');
    const { rows } = await app.pool.query(
      `select starts_at, ends_at from {schema}.event where title = 'Made in Firefox'`,
    );
    expect(rows[0].ends_at - rows[0].starts_at).toBe(3_600_000);
    await page.close();
  });

  test('a visitor registers, waits, and is in the room as soon as the event begins', async () => {
    const event = await app.event();
    const page = await firefox.open();
    await page.goto(`/e/${event.slug}`);
    await page.shot('event');
    await page.fill('#register-email', 'grace@firefox.example');
    await page.fill('#register-firstName', 'Grace');
    await page.click('button', 'Register');
    await page.until('location.pathname.endsWith("/registered")');
    const { pathname, search } = await waitFor(async () => {
      const { json } = await app.api('GET', `/events/${event.id}/registrants`);
      expect(json.items).toHaveLength(1);
      return new URL(json.items[0].accessLink);
    });
    await page.goto(pathname + search);
    await page.see('Keep this page open.');
    await page.shot('waiting');
    const starts = new Date(app.clock.now.getTime() + 3_000).toISOString();
    await app.api('PATCH', `/events/${event.id}`, { startsAt: starts });
    app.clock.advance(4_000);
    // Coming back to the page makes it look at once.
    await page.ask('document.dispatchEvent(new Event("visibilitychange"))');
    await page.until('location.pathname.endsWith("/room")');
    await page.shot('room');
    await page.close();
  });

  test('a lost link is asked for on the event’s page', async () => {
    const { slug } = await eventWith(1);
    const page = await firefox.open(PHONE);
    await page.goto(`/e/${slug}`);
    await page.fill('#link-email', `p0@${slug}.example`);
    await page.click('button', 'Send me my link');
    await page.until('location.pathname.endsWith("/access-link")');
    await waitFor(async () => {
      const query = `to:p0@${slug}.example tag:self_serve_link`;
      expect((await inbox.mailpit.searchMessages({ query })).messages).toHaveLength(1);
    });
    await page.shot('link');
    await page.close();
  });

  test('no page scrolls sideways on a phone', async () => {
    const { path, ids, slug } = await eventWith(3);
    await app.pool.query(`update {schema}.event set title = $2, locale = 'de' where slug = $1`, [
      slug,
      'Grundlagen der Veranstaltungsorganisation für mittelständische Unternehmensberatungsgesellschaften',
    ]);
    const page = await firefox.open({ ...PHONE, member });
    for (const [name, at] of Object.entries({
      ...{ events: '/team/events', new: '/team/events/new', people: `${path}/people` },
      ...{ pane: `${path}/people?person=${ids[0]}`, overview: `${path}/overview`, mails: `${path}/mails` },
      ...{ text: `${path}/mails/confirmation`, exports: `${path}/exports`, settings: `${path}/settings` },
      ...{
        duplicate: `${path}/duplicate`,
        import: `${path}/import`,
        correct: `${path}/correct?scope=matching`,
      },
      ...{ audit: '/team/audit', members: '/team/members', keys: '/team/api-keys', account: '/team/account' },
      ...{ blocks: '/team/blocks', search: '/team/search?q=person', public: `/e/${slug}`, home: '/' },
    })) {
      await page.goto(at);
      await fits(page, name);
      await page.shot(`phone-${name}`);
    }
    await page.close();
  });

  test('nothing complained on a console', () => {
    expect(firefox.complaints).toEqual([]);
  });
});
