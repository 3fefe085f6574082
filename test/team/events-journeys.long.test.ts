import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { findAxeViolations } from '../support/axe.ts';
import { describeInBrowser } from '../support/browser.ts';
import { openTeamServer, tabTo, useBrowser } from '../support/team-server.ts';

describeInBrowser('events and their mails, in a browser', async () => {
  const team = await openTeamServer();
  const { app } = team;
  const { openAt } = useBrowser(team, { viewport: { width: 1440, height: 900 } });

  const savedText = async (id: string) => (await app.api('GET', `/events/${id}/words`)).json.items;
  const frameOf = (page: Page, name = 'preview') => page.frameLocator(`iframe[name="${name}"]`);
  /** How far the document in a frame is scrolled. */
  const scrolledIn = (page: Page, name: string) =>
    page.evaluate<number>(`document.querySelector('iframe[name="${name}"]').contentWindow.scrollY`);

  test('an event is made in the zone of the browser, and moved after a question', async () => {
    const page = await openAt('/team/events', { timezoneId: 'Asia/Tokyo', locale: 'en-GB' });
    await page.getByRole('link', { name: 'New event' }).first().click();
    await page.locator('form[data-prepared]').waitFor();
    expect(await page.getByLabel('Time zone').inputValue()).toBe('Asia/Tokyo');
    expect(await page.locator('[name=timeZone] option:checked').textContent()).toBe('Asia/Tokyo (UTC+09:00)');
    await page.getByRole('button', { name: 'Create event' }).click();
    await page.getByRole('alert').getByRole('link', { name: 'Title is missing.' }).click();
    await page.keyboard.type('Calm software');
    await page.getByLabel('Start', { exact: true }).fill('2031-01-15T18:00');
    // The end comes with the start, and keeps its distance from it.
    const end = page.getByLabel('End', { exact: true });
    expect(await end.inputValue()).toBe('2031-01-15T19:00');
    await end.fill('2031-01-15T20:30');
    await page.getByLabel('Start', { exact: true }).fill('2031-01-15T23:00');
    expect(await end.inputValue()).toBe('2031-01-16T01:30');
    await page.getByLabel('Start', { exact: true }).fill('2031-01-15T18:00');
    await page.getByRole('button', { name: 'Create event' }).click();
    await page.waitForURL(/\/overview/);

    await page.goto(`${page.url().replace(/\/overview.*/, '')}/settings`);
    await page.getByLabel('Start', { exact: true }).fill('2031-01-15T20:00');
    await page.getByLabel('End', { exact: true }).fill('2031-01-15T21:00');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByRole('heading', { name: 'Reschedule the event?' }).waitFor();
    await page.getByRole('button', { name: 'Reschedule' }).click();
    await page.getByText('Event rescheduled. Nobody was notified.').waitFor();
    const { rows } = await app.pool.query(
      `select starts_at as at from {schema}.event where title = 'Calm software'`,
    );
    expect(rows[0].at.toISOString()).toBe('2031-01-15T11:00:00.000Z');
    await page.context().close();
  });

  test('by keyboard alone an event is made, and cancelled after a question', async () => {
    const page = await openAt('/team/events/new');
    await tabTo(page, page.getByLabel('Title'));
    await page.keyboard.type('Made by hand');
    await page.getByLabel('Start', { exact: true }).fill('2031-02-15T18:00');
    await page.getByLabel('End', { exact: true }).fill('2031-02-15T19:00');
    await tabTo(page, page.locator('.event-more > summary'));
    await page.keyboard.press('Enter');
    await tabTo(page, page.getByLabel('Description'));
    await page.keyboard.type('Typed by hand');
    await frameOf(page, 'page-preview').getByText('Typed by hand').waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Green, #15803d' }));
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Colour (optional)').inputValue()).toBe('#15803d');
    await tabTo(page, page.getByRole('button', { name: 'Create event' }));
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/overview/);
    await page.goto(`${page.url().replace(/\/overview.*/, '')}/settings`);
    await tabTo(page, page.getByRole('link', { name: 'Cancel the event' }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Cancel the event for 0 people?' }).waitFor();
    await tabTo(page, page.getByRole('button', { name: 'Cancel the event' }));
    await page.keyboard.press('Enter');
    await page.getByText('Event cancelled. Nobody was notified.').waitFor();
    expect(await page.getByLabel('Title').isDisabled()).toBe(true);
    await page.context().close();
  });

  const stateOf = async (id: string, minutes: number) =>
    (await app.api('GET', `/events/${id}/reminders`)).json.items.find(
      (one: { minutesBefore: number }) => one.minutesBefore === minutes,
    )?.state;

  test('a reminder is skipped, and the skip undone, and another sent now, by mouse', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, {
      ...{ email: 'ada@example.com', sendConfirmation: false },
    });
    const page = await openAt(`/team/events/${event.id}/mails`);
    await page.getByRole('button', { name: 'Skip once: Reminder, 1 hour before' }).click();
    await page.getByText('Reminder skipped.').waitFor();
    expect(await stateOf(event.id, 60)).toBe('skipped');
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Undo: Reminder, 1 hour before is skipped' }).click();
    await page.getByText('The reminder is sent at its time.').waitFor();
    expect(await stateOf(event.id, 60)).toBe('ahead');
    await page.getByRole('link', { name: 'Send now: Reminder, 10 minutes before' }).click();
    await page.getByRole('heading', { name: 'Send the reminder to 1 person now?' }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Send to 1 person' }).click();
    await page.getByText('0 of 1 sent').waitFor();
    expect(await stateOf(event.id, 10)).toBe('sent');
    // What happens meanwhile is shown without anybody doing anything.
    await app.pool.query(
      `update {schema}.message set status = 'delivered', accepted_at = now() where event_id = $1 and kind = 'reminder'`,
      [event.id],
    );
    await page.getByRole('link', { name: '1 delivered: Reminder, 10 minutes before. Who they are' }).click();
    await page.getByText('ada@example.com').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await page.context().close();
  });

  test('sending is paused and resumed by keyboard, and the keyboard stays where it is while the page renews itself', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
    const page = await openAt(`/team/events/${event.id}/mails`);
    await tabTo(page, page.getByRole('button', { name: 'Pause sending' }));
    // The confirmation waits for a worker, so the page looks again; a status that it did not know shows that it has.
    await app.pool.query(
      `update {schema}.message set status = 'deferred', accepted_at = now() where event_id = $1`,
      [event.id],
    );
    await page.getByRole('link', { name: /1 delayed: Confirmation/ }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('pause-sending');
    await page.keyboard.press('Enter');
    await page.getByText('Sending is paused since').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    await tabTo(page, page.getByRole('button', { name: 'Resume' }));
    await page.keyboard.press('Enter');
    await page.getByText('Sending resumed.').waitFor();
    await page.context().close();
  });

  test('without script a reminder is skipped and sent, too', async () => {
    const event = await app.event();
    await app.api('POST', `/events/${event.id}/registrants`, {
      ...{ email: 'ada@example.com', sendConfirmation: false },
    });
    const page = await openAt(`/team/events/${event.id}/mails`, {
      ...{ javaScriptEnabled: false, viewport: { width: 375, height: 740 } },
    });
    await page.getByRole('button', { name: 'Skip once: Reminder, 1 hour before' }).click();
    await page.getByRole('link', { name: 'Send now: Reminder, 1 hour before' }).click();
    await page.getByRole('button', { name: 'Send to 1 person' }).click();
    await page.getByText('0 of 1 sent').waitFor();
    expect(await stateOf(event.id, 60)).toBe('sent');
    await page.context().close();
  });

  test('page and mail stand beside the form as it is filled in, without a flicker and where one has scrolled to', async () => {
    const page = await openAt('/team/events/new', { viewport: { width: 1440, height: 700 } });
    const shown = frameOf(page, 'page-preview');
    await page.getByLabel('Title').fill('A calm evening');
    await shown.getByRole('heading', { name: 'A calm evening' }).waitFor();
    const visited = await page.evaluate('history.length');
    await page.evaluate(`
      const frame = document.querySelector('iframe[name="page-preview"]');
      frame.contentWindow.scrollTo(0, 200);
      frame.addEventListener('load', () => { frame.dataset.loaded = ''; });
    `);
    expect(await scrolledIn(page, 'page-preview')).toBe(200);
    await page.locator('.event-more > summary').click();
    await page.getByLabel('Description').fill('We look at:\n- calm\n- software');
    await shown.getByRole('listitem').filter({ hasText: 'software' }).waitFor();
    await page.getByRole('button', { name: 'Purple, #6d28d9' }).click();
    await shown.locator('link[href="/assets/accent/6d28d9.css"]').waitFor({ state: 'attached' });
    expect(await scrolledIn(page, 'page-preview')).toBe(200);
    expect(await page.locator('iframe[data-loaded]').count()).toBe(0);
    expect(await page.evaluate('history.length')).toBe(visited);
    // What cannot be read yet leaves the preview as it is.
    await page.getByLabel('Colour (optional)').fill('#6d2');
    await page.getByRole('radio', { name: 'Confirmation mail' }).check();
    await frameOf(page, 'mail-preview').getByText('A calm evening').first().waitFor();
    await page.getByLabel('Title').fill('Another evening');
    await frameOf(page, 'mail-preview').getByRole('heading', { name: 'Another evening' }).waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    const { rows } = await app.pool.query(`select from {schema}.event where title like '%evening'`);
    expect(rows).toEqual([]);
    await page.context().close();
  });

  test('without script an event is made, and its page and mail are shown on a button', async () => {
    const page = await openAt('/team/events/new', {
      ...{ javaScriptEnabled: false, viewport: { width: 375, height: 740 } },
    });
    expect(await page.getByRole('button', { name: /^Purple/ }).count()).toBe(0);
    await page.getByLabel('Title').fill('Made without script');
    await page
      .getByRole('button', { name: 'Update the preview: The public page, as visitors see it' })
      .click();
    await frameOf(page, 'page-preview').getByRole('heading', { name: 'Made without script' }).waitFor();
    await page.locator('.event-more > summary').click();
    await page.getByLabel('Colour (optional)').fill('blue');
    await page.getByLabel('Start', { exact: true }).fill('2031-02-15T18:00');
    await page.getByLabel('End', { exact: true }).fill('2031-02-15T19:00');
    await page.getByRole('button', { name: 'Create event' }).click();
    // What is wrong stands under "More", which is open then.
    await page.getByRole('alert').getByRole('link', { name: 'Use a hex colour like #1f4fd8.' }).click();
    expect(await page.getByLabel('Title').inputValue()).toBe('Made without script');
    await page.getByLabel('Colour (optional)').fill('#15803d');
    await page.getByRole('button', { name: 'Create event' }).click();
    await page.waitForURL(/\/overview/);
    await page.getByText('Event created. Registration is open.').waitFor();
    await page.context().close();
  });

  test('a text is shown in its mail while it is typed, and mistakes at their field; it is saved for its language', async () => {
    const event = await app.event();
    const page = await openAt(`/team/events/${event.id}/mails`);
    await tabTo(page, page.getByRole('link', { name: 'Confirmation', exact: true }));
    await page.keyboard.press('Enter');
    await frameOf(page).getByText('Hi Ada,').waitFor();
    const visited = await page.evaluate('history.length');

    await tabTo(page, page.getByLabel('Introduction'));
    await page.keyboard.press('Control+A');
    await page.keyboard.type('Dear {{frist');
    await page.locator('#introduction-error').getByText('Line 1').waitFor();
    expect(await page.getByLabel('Introduction').getAttribute('aria-invalid')).toBe('true');
    // The last mail that could be sent stays in sight.
    expect(await frameOf(page).getByText('Hi Ada,').count()).toBe(1);
    await page.getByLabel('Introduction').fill('Welcome, ');
    await page.locator('#introduction-error').waitFor({ state: 'detached' });
    await tabTo(page, page.getByRole('button', { name: 'Insert {{lastName}}' }));
    await page.keyboard.press('Enter');
    expect(await page.getByLabel('Introduction').inputValue()).toBe('Welcome, {{lastName}}');
    await frameOf(page).getByText('Welcome, Lovelace').waitFor();
    expect(await page.evaluate('history.length')).toBe(visited);
    expect(await savedText(event.id)).toEqual([]);
    expect(await findAxeViolations(page)).toEqual([]);

    await page.getByRole('button', { name: 'Send me a sample' }).click();
    await page.getByText(/^Sample sent to/).waitFor();
    expect(await page.getByLabel('Introduction').inputValue()).toBe('Welcome, {{lastName}}');
    const { rows } = await app.pool.query(
      `select about->'sample'->'words'->>'introduction' as text from {schema}.team_message where event_id = $1`,
      [event.id],
    );
    expect(rows).toEqual([{ text: 'Welcome, {{lastName}}' }]);

    // Another language is another text: what is typed is not lost unasked.
    const asked: string[] = [];
    page.on('dialog', (dialog) => {
      asked.push(dialog.message());
      return asked.length === 1 ? dialog.dismiss() : dialog.accept();
    });
    await page.getByRole('link', { name: 'German' }).click();
    expect(await page.getByLabel('Introduction').inputValue()).toBe('Welcome, {{lastName}}');
    await page.getByRole('link', { name: 'German' }).click();
    await page.waitForURL(/language=de/);
    expect(asked).toHaveLength(2);
    expect(await page.getByLabel('Subject').inputValue()).toContain('Sie sind dabei');
    await frameOf(page).locator('[lang=de]').first().waitFor();
    await page.getByLabel('Subject').fill('Bis bald: {{eventTitle}}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByText('Text saved.').waitFor();
    expect(await page.getByRole('link', { name: 'German' }).getAttribute('aria-current')).toBe('page');
    expect(await savedText(event.id)).toMatchObject([
      { language: 'de', subject: 'Bis bald: {{eventTitle}}', introduction: null, signature: null },
    ]);
    await page.context().close();
  });

  test('without script a button shows the mail, saving shows the mistakes, and a sample keeps what is typed', async () => {
    const event = await app.event();
    const page = await openAt(`/team/events/${event.id}/mails/reminder`, {
      ...{ javaScriptEnabled: false, viewport: { width: 375, height: 740 } },
    });
    await page.getByLabel('Subject').fill('Soon: {{eventTitle}}');
    await page.getByRole('button', { name: /^Update the preview/ }).click();
    await frameOf(page).getByText('Subject: Soon: Designing calm software').waitFor();
    await page.getByRole('button', { name: 'Send me a sample' }).click();
    await page.getByText(/^Sample sent to/).waitFor();
    expect(await page.getByLabel('Subject').inputValue()).toBe('Soon: {{eventTitle}}');
    await page.getByLabel('Subject').fill('Soon: {{evnetTitle}}');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.locator('#subject-error').getByText('evnetTitle').waitFor();
    expect(await savedText(event.id)).toEqual([]);
    await page.context().close();
  });

  test('whoever waits for the room is taken there as soon as it is added', async () => {
    const now = app.clock.now.getTime();
    const event = await app.event({
      startsAt: new Date(now - 60_000).toISOString(),
      endsAt: new Date(now + 3_600_000).toISOString(),
    });
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email: 'ada@example.com' });
    const { pathname, search } = new URL(json.accessLink);
    const page = await openAt(pathname + search);
    await page.getByText('The room is not open yet').waitFor();
    expect(await findAxeViolations(page)).toEqual([]);
    const room = `${team.url}/e/${event.slug}`;
    await app.api('PATCH', `/events/${event.id}`, { roomUrl: room });
    // Coming back to the page makes it look at once.
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await page.waitForURL(room);
    await page.context().close();
  });

  test('nothing complains on the console', () => {
    // A status of 4xx is an answer here, which the browser notes all the same.
    expect(team.complaints.filter((text) => !text.includes('Failed to load resource'))).toEqual([]);
  });
});
