import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DatedEvent,
  DELIVERY_EVENT_TYPES,
  deliveryEvent,
  highestRanked,
  MESSAGE_STATUSES,
  rankOf,
  statusRow,
} from '../../../src/domain/delivery/status.ts';

const at = (second: number) => new Date(Date.UTC(2027, 0, 15, 17, 0, second));
const event = fc.record({
  type: fc.constantFrom(...DELIVERY_EVENT_TYPES),
  at: fc.integer({ min: 0, max: 59 }).map(at),
});
const history = fc.array(event, { maxLength: 12 });

describe('the highest-ranked delivery event', () => {
  it('is the same for any order and any repetition of a history', () => {
    const told = history.chain((events) =>
      fc.record({
        events: fc.constant(events),
        shuffled: fc
          .tuple(
            ...events.map((one) => fc.integer({ min: 1, max: 3 }).map((times) => Array(times).fill(one))),
          )
          .map((groups) => (groups as DatedEvent[][]).flat())
          .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
      }),
    );
    fc.assert(
      fc.property(told, ({ events, shuffled }) => {
        expect(highestRanked(shuffled)).toEqual(highestRanked(events));
      }),
      { numRuns: 2_000 },
    );
  });

  it('may be taken in parts: what is kept of the first is enough to go on', () => {
    fc.assert(
      fc.property(history, history, (first, second) => {
        const kept = highestRanked(first);
        expect(highestRanked([...(kept ? [kept] : []), ...second])).toEqual(
          highestRanked([...first, ...second]),
        );
      }),
    );
  });

  it('never ranks lower after one more event', () => {
    fc.assert(
      fc.property(history, event, (events, more) => {
        const before = highestRanked(events);
        const after = highestRanked([...events, more]);
        expect(after && rankOf(after.type)).toBeGreaterThanOrEqual(before ? rankOf(before.type) : 0);
      }),
    );
  });

  it.each([
    [['sent'], 'sent'],
    [['deferred', 'sent'], 'deferred'],
    [['soft_bounced', 'sent'], 'deferred'],
    [['soft_bounced', 'delivered'], 'delivered'],
    [['opened', 'delivered'], 'opened'],
    [['delivered', 'bounced'], 'bounced'],
    [['bounced', 'delivered'], 'bounced'],
    [['bounced', 'complained'], 'complained'],
    [['dropped', 'sent'], 'dropped'],
    [['failed', 'sent'], 'failed'],
  ] as const)('of %j gives the status %s', (types, status) => {
    const highest = highestRanked(types.map((type, i) => ({ type, at: at(i) })));
    expect(highest && deliveryEvent(highest.type).status).toBe(status);
  });

  it('of none is none', () => {
    expect(highestRanked([])).toBeNull();
  });

  it('is one alone: no two have the same rank', () => {
    const ranks = DELIVERY_EVENT_TYPES.map(rankOf);
    expect(new Set(ranks).size).toBe(ranks.length);
    expect(Math.min(...ranks)).toBeGreaterThan(0);
  });
});

describe('the statuses', () => {
  it('that a delivery event gives are never pending, and those that end unsent may not have arrived', () => {
    for (const type of DELIVERY_EVENT_TYPES)
      expect(statusRow(deliveryEvent(type).status).pending, type).toBeNull();
    for (const status of MESSAGE_STATUSES) {
      const { pending, terminal, unsent, mayHaveArrived } = statusRow(status);
      if (unsent)
        expect({ terminal, mayHaveArrived }, status).toEqual({ terminal: true, mayHaveArrived: false });
      if (terminal) expect(pending, status).toBeNull();
    }
  });

  it('are those of the API, in its order', () => {
    expect(MESSAGE_STATUSES.join(' ')).toBe(
      'scheduled queued sending sent delivered opened clicked deferred bounced complained dropped failed unknown not_sent',
    );
  });
});
