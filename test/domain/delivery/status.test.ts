import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type DatedFact,
  DELIVERY_FACTS,
  factRank,
  foldStatus,
  strongestFact,
} from '../../../src/domain/delivery/status.ts';
import { MESSAGE_STATUSES } from '../../../src/domain/message.ts';

const at = (second: number) => new Date(Date.UTC(2027, 0, 15, 17, 0, second));
const fact = fc.record({
  fact: fc.constantFrom(...DELIVERY_FACTS),
  at: fc.integer({ min: 0, max: 59 }).map(at),
});
const history = fc.array(fact, { maxLength: 12 });

describe('the fold', () => {
  it('gives the same status for any order and any repetition of a history', () => {
    const told = history.chain((facts) =>
      fc.record({
        facts: fc.constant(facts),
        shuffled: fc
          .tuple(...facts.map((one) => fc.integer({ min: 1, max: 3 }).map((times) => Array(times).fill(one))))
          .map((groups) => (groups as DatedFact[][]).flat())
          .chain((all) => fc.shuffledSubarray(all, { minLength: all.length })),
        own: fc.constantFrom(...MESSAGE_STATUSES),
      }),
    );
    fc.assert(
      fc.property(told, ({ facts, shuffled, own }) => {
        expect(foldStatus(own, shuffled)).toBe(foldStatus(own, facts));
        expect(strongestFact(shuffled)).toEqual(strongestFact(facts));
      }),
      { numRuns: 2_000 },
    );
  });

  it('may be taken in parts: what is kept of the first is enough to go on', () => {
    fc.assert(
      fc.property(history, history, (first, second) => {
        const kept = strongestFact(first);
        expect(strongestFact([...(kept ? [kept] : []), ...second])).toEqual(
          strongestFact([...first, ...second]),
        );
      }),
    );
  });

  it('never weakens: one more fact leaves the status or makes it stronger', () => {
    fc.assert(
      fc.property(history, fact, (facts, more) => {
        const before = strongestFact(facts);
        const after = strongestFact([...facts, more]);
        expect(after && factRank(after.fact)).toBeGreaterThanOrEqual(before ? factRank(before.fact) : 0);
      }),
    );
  });

  it.each([
    [[], 'queued', 'queued'],
    [[], 'unknown', 'unknown'],
    [['sent'], 'sending', 'sent'],
    [['sent'], 'failed', 'sent'],
    [['delivered'], 'unknown', 'delivered'],
    [['delivered'], 'not_sent', 'delivered'],
    [['deferred'], 'sending', 'deferred'],
    [['soft_bounced'], 'sent', 'deferred'],
    [['soft_bounced', 'delivered'], 'sent', 'delivered'],
    [['opened', 'delivered'], 'sent', 'opened'],
    [['delivered', 'bounced'], 'sent', 'bounced'],
    [['bounced', 'delivered'], 'sent', 'bounced'],
    [['bounced', 'complained'], 'sent', 'complained'],
    [['dropped', 'sent'], 'sent', 'dropped'],
    [['failed', 'sent'], 'sent', 'failed'],
  ] as const)('%j after %s gives %s', (facts, own, status) => {
    expect(
      foldStatus(
        own,
        facts.map((one, i) => ({ fact: one, at: at(i) })),
      ),
    ).toBe(status);
  });

  it('tells no two facts to be equally strong', () => {
    const ranks = DELIVERY_FACTS.map(factRank);
    expect(new Set(ranks).size).toBe(ranks.length);
    expect(Math.min(...ranks)).toBeGreaterThan(0);
  });
});
