import { expect, it } from 'vitest';
import { describeInBrowser } from '../support/browser.ts';
import { openTeamServer, useBrowser } from '../support/team-server.ts';

const team = await openTeamServer();

describeInBrowser('who waits for a room', () => {
  const used = useBrowser(team);

  /** An event that begins in an hour, and somebody on its waiting page. */
  async function waiting({ javaScriptEnabled = true } = {}) {
    const event = await team.app.event({
      startsAt: new Date(team.app.clock.now.getTime() + 3_600_000).toISOString(),
    });
    const { json } = await team.app.api('POST', `/events/${event.id}/registrants`, {
      email: 'ada@example.com',
    });
    const visitor = await used.open({ javaScriptEnabled });
    await visitor.goto(json.accessLink);
    await visitor.getByText('You will join automatically when the room opens.').waitFor();
    return { event, visitor };
  }

  it.each([
    ['with script', true],
    ['without script', false],
  ])('is let in by the team’s button, %s', async (_, javaScriptEnabled) => {
    const { event, visitor } = await waiting({ javaScriptEnabled });
    const member = await used.open({ javaScriptEnabled });
    await member.goto(`/team/events/${event.id}/overview`);
    await member.getByRole('button', { name: 'Open the room now' }).click();
    await member.getByText('The room is open. People on the waiting page join within seconds.').waitFor();
    await visitor.waitForURL('**/room?**');
  });

  it.each([
    ['with script', true],
    ['without script', false],
  ])('is told that the event has ended when the team closes the room, %s', async (_, javaScriptEnabled) => {
    const { event, visitor } = await waiting({ javaScriptEnabled });
    const member = await used.open({ javaScriptEnabled });
    await member.goto(`/team/events/${event.id}/close`);
    await member.getByRole('button', { name: 'Close the room' }).click();
    await member.getByText('The room is closed.').waitFor();
    await visitor.getByRole('heading', { name: 'This event has ended' }).waitFor();
    expect(team.complaints).toEqual([]);
  });
});
