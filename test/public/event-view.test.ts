import { expect, test } from 'vitest';
import { eventView } from '../../src/public/event/event-view.ts';
import { BARE_EVENT, BEFORE, DURING, EVENT } from './samples.tsx';

const reader = {
  language: 'en',
  locale: null,
  timeZone: null,
  now: BEFORE,
  publicUrl: 'https://x.test',
} as const;

test('counts the milliseconds to the start, and none once it has begun', () => {
  expect(eventView(EVENT, reader).opensInMs).toBe(EVENT.startsAt.getTime() - BEFORE.getTime());
  expect(eventView(EVENT, { ...reader, now: DURING }).opensInMs).toBe(0);
});

test('writes the event’s time beside the reader’s only where the clocks differ', () => {
  expect(eventView(EVENT, { ...reader, timeZone: 'Europe/Berlin' }).hostTime).toBeNull();
  expect(eventView(EVENT, { ...reader, timeZone: 'Europe/London' }).hostTime).toContain('Central European');
});

test('opens the door for a reader whose zone or locale this runtime does not know', () => {
  const view = eventView(EVENT, { ...reader, timeZone: 'Mars/Olympus', locale: 'en-!!' });
  expect(view.when.timeZone).toBe('Europe/Paris');
  expect(view.locale).toBe('en-GB');
});

test('writes the end with its date where it is another day', () => {
  expect(eventView(EVENT, reader).when.end).toBe('19:00');
  expect(eventView(BARE_EVENT, reader).when.end).toMatch(/Sat.* 16 Jan.* 0?4:00/);
});

test('knows its permalink, and the path that forms post to', () => {
  expect(eventView(EVENT, reader)).toMatchObject({
    permalink: 'https://x.test/e/calm-software',
    path: '/e/calm-software',
  });
});
