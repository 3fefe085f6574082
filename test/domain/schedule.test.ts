import { describe, expect, it } from 'vitest';
import { minutesToSay, reminderDeadline, reminders } from '../../src/domain/schedule.ts';

const startsAt = new Date('2027-03-28T01:30:00Z');
const event = {
  ...{ startsAt, endsAt: new Date('2027-03-28T02:30:00Z'), reminderMinutes: [1440, 60, 10] },
  ...{ graceMinutes: 15, closedAt: null, nudge: null, followUps: null },
};
const ahead = (minutes: number) => new Date(startsAt.getTime() - minutes * 60_000);

const OF_START = { kind: 'reminder', anchorAt: startsAt };

describe('reminders', () => {
  it('are due so many minutes before the start, whatever the clocks do that night', () => {
    expect(reminders(event)).toEqual([
      { ...OF_START, minutes: 1440, dueAt: new Date('2027-03-27T01:30:00Z') },
      { ...OF_START, minutes: 60, dueAt: new Date('2027-03-28T00:30:00Z') },
      { ...OF_START, minutes: 10, dueAt: new Date('2027-03-28T01:20:00Z') },
    ]);
  });

  it('help until the start, the last one ten minutes more', () => {
    expect(reminderDeadline(event, 1440)).toEqual(startsAt);
    expect(reminderDeadline(event, 60)).toEqual(startsAt);
    expect(reminderDeadline(event, 10)).toEqual(ahead(-10));
  });

  it.each([
    // offset, minutes that are left, what it says
    [60, 60, 60],
    [60, 59.6, 60],
    [60, 55, 60],
    [60, 31, 30],
    [60, 12, 12],
    [60, 0, 1],
    [60, -5, 1],
    [1440, 1438, 1440],
    [1440, 1300, 1440],
    [1440, 1200, 1200],
    [1440, 61, 60],
    [10, 9, 10],
    [10, 4, 4],
    [10_080, 4_400, 4_320],
    // Sent by hand, long before its time.
    [10, 60, 60],
    [10, 128, 120],
    [60, 64, 60],
    [60, 2_160, 2_160],
    [1440, 10_000, 10_080],
  ])('%i minutes before, with %f left, says %i', (offset, left, says) => {
    expect(minutesToSay(startsAt, offset, ahead(left))).toBe(says);
  });
});
