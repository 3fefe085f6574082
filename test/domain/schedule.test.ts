import { describe, expect, it } from 'vitest';
import {
  minutesToSay,
  reminderDeadline,
  reminders,
  type Scheduled,
  startsSoon,
  timedDedupeKey,
  timedMails,
  timedRow,
} from '../../src/domain/schedule.ts';

const startsAt = new Date('2027-03-28T01:30:00Z');
const event: Scheduled = {
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

it('an event starts soon within the hour before its start, and from then on', () => {
  expect([61, 60, 0, -30].map((minutes) => startsSoon({ startsAt }, ahead(minutes)))).toEqual([
    ...[false, true, true, true],
  ]);
});

describe('timed mails', () => {
  const pastEnd = (minutes: number) => new Date(event.endsAt.getTime() + minutes * 60_000);
  const whole: Scheduled = {
    ...event,
    ...{ reminderMinutes: [60], nudge: { minutesAfter: 5 } },
    followUps: { attended: { minutesAfter: 10 }, missed: { minutesAfter: 30 } },
  };
  const dueAt = (of: Scheduled) =>
    Object.fromEntries(timedMails(of).map((mail) => [mail.kind, mail.dueAt] as const));

  it('count from the start or from the end, earliest first', () => {
    expect(timedMails(whole).map(({ kind, anchorAt }) => [kind, anchorAt])).toEqual([
      ['reminder', whole.startsAt],
      ['nudge', whole.startsAt],
      ['follow_up_attended', whole.endsAt],
      ['follow_up_missed', whole.endsAt],
    ]);
    expect(timedMails({ ...whole, nudge: null, followUps: null })).toHaveLength(1);
    expect(timedMails({ ...whole, followUps: { attended: null, missed: null } })).toHaveLength(2);
  });

  it('no follow-up is due before the room is closed, and none earlier because it is', () => {
    expect(dueAt(whole)).toMatchObject({ follow_up_attended: pastEnd(15), follow_up_missed: pastEnd(30) });
    const late = dueAt({ ...whole, closedAt: pastEnd(45) });
    expect(late).toMatchObject({ follow_up_attended: pastEnd(45), follow_up_missed: pastEnd(45) });
    const early = dueAt({ ...whole, closedAt: pastEnd(-20) });
    expect(early).toMatchObject({ follow_up_attended: pastEnd(10), follow_up_missed: pastEnd(30) });
  });

  it('help until the end, or the closing before it, and seven days', () => {
    const deadline = (kind: 'nudge' | 'follow_up_missed', of: Scheduled, minutes: number) =>
      timedRow(kind).deadline(of, minutes);
    expect(deadline('nudge', whole, 5)).toEqual(pastEnd(0));
    expect(deadline('nudge', { ...whole, closedAt: pastEnd(-20) }, 5)).toEqual(pastEnd(-20));
    expect(deadline('follow_up_missed', whole, 30)).toEqual(pastEnd(30 + 7 * 24 * 60));
  });

  it('are told apart by what they count from, under the keys that reminders always had', () => {
    expect(timedMails(whole).map(timedDedupeKey)).toEqual([
      '60 min before 2027-03-28T01:30:00.000Z',
      '5 min after 2027-03-28T01:30:00.000Z',
      '10 min after 2027-03-28T02:30:00.000Z',
      '30 min after 2027-03-28T02:30:00.000Z',
    ]);
  });
});
