import { describe, expect, it } from 'vitest';
import { findEvent } from '../../src/db/event.ts';
import type { Event } from '../../src/domain/event.ts';
import { eventFormOf } from '../../src/team/events/read-event-form.ts';
import { openApp } from '../support/app.ts';
import { signIn, testGuards } from '../support/team.ts';

const app = await openApp();
const member = await signIn(app);
const MINUTE = 60_000;

/** An event that begins in two hours. */
async function created(changes: Record<string, unknown> = {}) {
  const start = new Date(app.clock.now.getTime() + 120 * MINUTE);
  const { id } = await app.event({
    startsAt: start.toISOString(),
    endsAt: new Date(start.getTime() + 60 * MINUTE).toISOString(),
    ...changes,
  });
  const path = `/team/events/${id}`;
  return {
    ...{ id: id as string, path },
    go(minutes: number) {
      app.clock.now = new Date(start.getTime() + minutes * MINUTE);
    },
    /** What the Overview says of the room, and the buttons there. */
    async line() {
      const { text } = await member.get(`${path}/overview`);
      const line = /<section class="room-line".*?<\/section>/s.exec(text)?.[0] ?? '';
      return line
        .replace(/<[^>]+>/g, ' ')
        .replace(/\s+/g, ' ')
        .trim();
    },
    api: async () => (await app.api('GET', `/events/${id}`)).json,
    form: async () => eventFormOf((await findEvent(app.pool, { id })) as Event).values,
  };
}

describe('the room on the Overview', () => {
  it('is opened, closed and opened again, and each time the line says how it stands', async () => {
    const event = await created({ doorsOpenMinutes: 10, roomUrl: 'https://meet.example/abc' });
    expect(await event.line()).toMatch(
      /^Room not open yet Opens .*, 10 minutes before the start\. Open the room now$/,
    );
    const opened = await member.post(`${event.path}/open`);
    expect([opened.status, opened.headers.get('location')]).toEqual([
      303,
      `${event.path}/overview?notice=room_opened`,
    ]);
    expect((await member.get(`${event.path}/overview?notice=room_opened`)).text).toContain(
      'The room is open.',
    );
    expect(await event.line()).toMatch(
      /^Room open Opened by hand .*\. Closes .*\. Undo opening Close the room$/,
    );
    const undone = await member.post(`${event.path}/open/undo`);
    expect(undone.headers.get('location')).toBe(`${event.path}/overview?notice=room_opening_undone`);
    expect(await event.line()).toMatch(/^Room not open yet/);
    await member.post(`${event.path}/open`);

    const asked = (await member.get(`${event.path}/close`)).text;
    expect(asked).toContain('Close the room now?');
    expect(asked).toContain('nor are the reminders');
    expect((await event.api()).closedAt).toBeNull();
    const closed = await member.post(`${event.path}/close`);
    expect([closed.status, closed.headers.get('location')]).toEqual([
      303,
      `${event.path}/overview?notice=room_closed`,
    ]);
    expect(await event.line()).toMatch(
      /^Room closed Closed by hand .*\. Access links say that the event has ended\. Add a replay Open the room again$/,
    );
    expect((await member.get(`${event.path}/close`)).text).toContain('There is nothing to close.');
    await member.post(`${event.path}/open`);
    expect(await event.line()).toMatch(/^Room open/);
    const audit = (await member.get(`/team/audit?event=${event.id}`)).text.replace(/<[^>]+>/g, '');
    for (const words of ['opened the room of', 'before its time', 'took back', 'closed the room of', 'again'])
      expect(audit).toContain(words);
  });

  it('goes by its times, offers nothing after them, and warns where it was never added', async () => {
    const event = await created({ replayUrl: 'https://video.example/1' });
    expect(await event.line()).toContain('at the start. There is no room yet');
    event.go(1);
    expect(await event.line()).toMatch(/^Room open Closes .*\. There is no room yet: .* Close the room$/);
    event.go(75);
    expect(await event.line()).toMatch(
      /^Room closed Closed .*\. Access links lead to the replay\. Change the replay$/,
    );
    const refused = await member.post(`${event.path}/open`);
    expect([refused.status, refused.text.includes('give it a later end')]).toEqual([422, true]);
  });

  it('is not there for an event that is cancelled', async () => {
    const event = await created();
    await app.api('POST', `/events/${event.id}/cancel`);
    expect(await event.line()).toBe('');
    expect((await member.post(`${event.path}/open`)).status).toBe(422);
  });
});

describe('the settings of the doors', () => {
  it('are saved, shown again, and kept by a form that does not have them', async () => {
    const event = await created();
    const { doorsOpenMinutes, graceMinutes, replayUrl, ...others } = await event.form();
    expect([doorsOpenMinutes, graceMinutes, replayUrl]).toEqual(['0', '15', '']);
    const doors = { doorsOpenMinutes: '20', graceMinutes: '0', replayUrl: 'https://video.example/1' };
    const saved = await member.submit(`${event.path}/settings`, { ...others, ...doors });
    expect(saved.headers.get('location')).toMatch(/event_saved$/);
    expect(await event.form()).toMatchObject(doors);
    await member.submit(`${event.path}/settings`, { ...others, title: 'Another title' });
    expect(await event.api()).toMatchObject({
      ...doors,
      doorsOpenMinutes: 20,
      graceMinutes: 0,
      title: 'Another title',
    });
  });

  it('say at their fields what is wrong', async () => {
    const event = await created();
    const { text, status } = await member.submit(`${event.path}/settings`, {
      ...(await event.form()),
      ...{ doorsOpenMinutes: 'ten', graceMinutes: '1441', replayUrl: 'http://video.example/1' },
    });
    expect(status).toBe(422);
    for (const problem of [
      'Room opens (minutes before the start) must be a whole number, from 0 to 1440.',
      'Room stays open (minutes after the end) must be a whole number, from 0 to 1440.',
      'Replay must be an address that begins with https://.',
    ])
      expect(text).toContain(problem);
  });

  it('keep their place after the end, when a replay is added', async () => {
    const event = await created();
    event.go(1_000);
    const saved = await member.submit(`${event.path}/settings`, {
      ...(await event.form()),
      replayUrl: 'https://video.example/1',
    });
    expect(saved.status).toBe(303);
    expect((await event.api()).replayUrl).toBe('https://video.example/1');
  });

  it('of a form that somebody has open are not in the way of who opens the room meanwhile', async () => {
    const event = await created();
    const form = await event.form();
    const page = await member.get(`${event.path}/settings`);
    const version = /name="version" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    await member.post(`${event.path}/open`);
    const saved = await member.post(`${event.path}/settings`, { ...form, version, title: 'Meanwhile' });
    expect(saved.headers.get('location')).toMatch(/event_saved$/);
    expect((await event.api()).openedAt).not.toBeNull();
  });
});

const ID = '00000000-0000-4000-8000-000000000000';
testGuards(
  app,
  member,
  [
    ['POST', `/team/events/${ID}/open`],
    ['POST', `/team/events/${ID}/open/undo`],
    ['GET', `/team/events/${ID}/close`],
    ['POST', `/team/events/${ID}/close`],
  ],
  {},
);
