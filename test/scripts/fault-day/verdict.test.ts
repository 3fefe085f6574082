import { describe, expect, it } from 'vitest';
import type { Arrival, LedgerMessage, MemorySample, Records } from '../../../scripts/fault-day/records.ts';
import { countMissing, judge, passes } from '../../../scripts/fault-day/verdict.ts';

const DUE = '2027-01-15T17:00:00.000Z';
const message = (id: string, more: Partial<LedgerMessage> = {}): LedgerMessage => ({
  ...{ id, kind: 'confirmation', status: 'sent', to: `${id}@people.example`, eventId: 'event', error: null },
  dueAt: DUE,
  ...more,
});
const arrival = (messageId: string, more: Partial<Arrival> = {}): Arrival => ({
  ...{ messageId, to: `${messageId}@people.example`, kind: 'confirmation', atMs: 5_000 },
  ...more,
});
const memory = (from: number, to: number): MemorySample[] =>
  Array.from({ length: 180 }, (_, s) => ({
    ...{ process: 'worker-1', life: 1, atMs: s * 1_000 },
    mib: from + ((to - from) * s) / 180,
  }));

/** A run in which all went well: two people, and a link to each by a send to all. */
const GOOD: Records = {
  provider: 'smtp',
  promised: ['ada', 'bob'].map((name) => ({
    to: `${name}@people.example`,
    kind: 'confirmation',
    atMs: 4_000,
  })),
  fanOuts: [{ eventId: 'event', kind: 'access_link', count: 2 }],
  maybe: [],
  maybeFanOuts: [],
  arrivals: [
    arrival('ada'),
    arrival('bob'),
    arrival('link-ada', { to: 'ada@people.example', kind: 'access_link' }),
    arrival('link-bob', { to: 'bob@people.example', kind: 'access_link' }),
  ],
  messages: [
    message('ada'),
    message('bob'),
    message('link-ada', { to: 'ada@people.example', kind: 'access_link' }),
    message('link-bob', { to: 'bob@people.example', kind: 'access_link' }),
  ],
  untold: [],
  doublingFaults: 0,
  ends: [],
  memory: memory(150, 170),
  calm: [
    { fromMs: 0, toMs: 40_000 },
    { fromMs: 90_000, toMs: 100_000 },
    { fromMs: 135_000, toMs: 180_000 },
  ],
  told: [],
};
/** The rules that do not hold once something is changed in the good run. */
const broken = (changes: Partial<Records>) =>
  judge({ ...GOOD, ...changes })
    .filter((check) => !passes(check))
    .map(({ rule, found }) => `${rule}: ${found}`);
const people = (count: number) => Array.from({ length: count }, (_, n) => `p${n}`);

describe('the verdict', () => {
  it('finds nothing in a run in which all went well', () => {
    expect(broken({})).toEqual([]);
  });

  it('finds a promised mail that was lost, whatever the ledger says of it', () => {
    const arrivals = GOOD.arrivals.filter(({ messageId }) => messageId !== 'bob');
    expect(broken({ arrivals })).toEqual([
      'promised and never arrived: 1',
      'ended in the ledger without having arrived: 1',
    ]);
    const messages = GOOD.messages.filter(({ id }) => id !== 'bob');
    expect(broken({ arrivals, messages })).toEqual(['promised and never arrived: 1']);
    expect(countMissing({ ...GOOD, arrivals })).toBe(1);
    expect(countMissing(GOOD)).toBe(0);
  });

  it('finds mails of a send to all that are missing', () => {
    const without = (name: string) => ({
      arrivals: GOOD.arrivals.filter(({ messageId }) => messageId !== name),
      messages: GOOD.messages.filter(({ id }) => id !== name),
    });
    expect(broken(without('link-bob'))).toEqual(['promised to many and not arrived: 1']);
    expect(countMissing({ ...GOOD, ...without('link-bob') })).toBe(1);
  });

  it('finds a mail that is still pending', () => {
    const messages = [...GOOD.messages, message('late', { status: 'queued' })];
    expect(broken({ messages })).toEqual(['still pending at the end: 1']);
  });

  it.each([
    ['gone.example', 'bounced', true],
    ['returns.example', 'dropped', true],
    ['refused.example', 'failed', true],
    ['refused.example', 'unknown', false],
    ['gone.example', 'failed', false],
    ['people.example', 'bounced', false],
    ['people.example', 'not_sent', false],
  ])('a mail to %s may end as %s without having arrived: %s', (domain, status, may) => {
    const to = `eve@${domain}`;
    const rules = broken({
      promised: [...GOOD.promised, { to, kind: 'confirmation', atMs: 0 }],
      messages: [...GOOD.messages, message('eve', { to, status })],
    });
    expect(rules.length === 0).toBe(may);
  });

  it('finds a mail that came twice: over Resend always, over SMTP where nothing explains it', () => {
    const arrivals = [...GOOD.arrivals, arrival('ada', { atMs: 60_000 })];
    expect(broken({ arrivals })).toEqual(['the same message twice: 1']);
    expect(broken({ arrivals, provider: 'resend', doublingFaults: 3, untold: ['ada'] })).toEqual([
      'the same message twice: 1',
    ]);
    expect(broken({ arrivals, untold: ['ada'] })).toEqual([]);
    expect(broken({ arrivals, untold: ['bob'] })).toEqual(['the same message twice: 1']);
    expect(broken({ arrivals, doublingFaults: 1 })).toEqual([]);
  });

  it('allows over SMTP twice the connections for each fault, and no more', () => {
    const run = (count: number) => ({
      promised: people(count).map((name) => ({
        to: `${name}@people.example`,
        kind: 'confirmation',
        atMs: 0,
      })),
      fanOuts: [],
      arrivals: people(count).flatMap((name) => [arrival(name), arrival(name)]),
      messages: people(count).map((name) => message(name)),
    });
    expect(broken({ ...run(80), doublingFaults: 2 })).toEqual([]);
    expect(broken({ ...run(81), doublingFaults: 2 })).toEqual(['the same message twice: 81']);
  });

  it('finds two messages for one promise, and a mail that nobody asked for', () => {
    const second = { to: 'ada@people.example' };
    const arrivals = [...GOOD.arrivals, arrival('again', second)];
    const messages = [...GOOD.messages, message('again', second)];
    expect(broken({ arrivals, messages })).toEqual(['a mail that nobody asked for: 1']);
    // A request whose answer was lost may have its mail.
    expect(broken({ arrivals, messages, maybe: ['ada@people.example confirmation'] })).toEqual([]);
  });

  it('finds a second mail of one send to all, unless there may have been two', () => {
    const second = { to: 'ada@people.example', kind: 'access_link' };
    const arrivals = [...GOOD.arrivals, arrival('again', second)];
    const messages = [...GOOD.messages, message('again', second)];
    const sends = (eventId: string) => ({ maybeFanOuts: [{ eventId, kind: 'access_link' }] });
    expect(broken({ arrivals, messages })).toEqual(['a mail that nobody asked for: 1']);
    expect(broken({ arrivals, messages, ...sends('another event') })).toHaveLength(1);
    expect(broken({ arrivals, messages, ...sends('event') })).toEqual([]);
  });

  it('finds a reminder that left before its time', () => {
    const reminder = { to: 'ada@people.example', kind: 'reminder' };
    const run = (atMs: number) => ({
      promised: [...GOOD.promised, { ...reminder, atMs: 90_000, notBeforeMs: 90_000 }],
      arrivals: [...GOOD.arrivals, arrival('reminder', { ...reminder, atMs })],
      messages: [...GOOD.messages, message('reminder', reminder)],
    });
    expect(broken(run(60_000))).toEqual(['a reminder before its time: 1']);
    expect(broken(run(90_100))).toEqual([]);
  });

  it('finds a report that was taken and never applied', () => {
    expect(broken({ told: [{ messageId: 'ada', type: 'delivered' }] })).toEqual([
      'a report that was taken and not applied: 1',
    ]);
    const messages = GOOD.messages.map((one) => (one.id === 'ada' ? { ...one, status: 'opened' } : one));
    expect(broken({ messages, told: [{ messageId: 'ada', type: 'delivered' }] })).toEqual([]);
  });

  it('finds a process that ended by itself', () => {
    expect(broken({ ends: [{ name: 'worker-2', code: 1, said: 'read-only transaction' }] })).toEqual([
      'a process that ended by itself: 1',
    ]);
  });

  it('finds a process whose memory grows, and none that only warmed up or lived too short', () => {
    expect(broken({ memory: memory(150, 600) })).toEqual(['a process whose memory grows: 1']);
    expect(broken({ memory: memory(150, 220) })).toEqual([]);
    expect(broken({ memory: memory(150, 600).slice(0, 90) })).toEqual([]);
  });
});
