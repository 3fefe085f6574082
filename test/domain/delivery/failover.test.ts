import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterFailure, hasGoneDown, holderOf, type Silence } from '../../../src/domain/delivery/failover.ts';

const SECOND = 1_000;

/** The silence after failures at these seconds. */
function silenceAfter(...seconds: readonly number[]): Silence {
  const silence = seconds.reduce<Silence | null>((before, at) => afterFailure(before, at * SECOND), null);
  if (!silence) throw new Error('there is no failure');
  return silence;
}

describe('a transport has gone down', () => {
  it('when nobody has answered for half a minute, however often it was tried', () => {
    expect(hasGoneDown(silenceAfter(0, 10, 40))).toBe(true);
    expect(hasGoneDown(silenceAfter(0, 5, 10, 15, 20, 25))).toBe(false);
    expect(hasGoneDown(silenceAfter(0, 5, 10, 15, 20, 25, 30))).toBe(true);
  });

  it('not by one connection that fails, nor by any number of them at the same moment', () => {
    expect(hasGoneDown(silenceAfter(0))).toBe(false);
    expect(hasGoneDown(silenceAfter(...Array(500).fill(0)))).toBe(false);
  });

  it('not by failures that lie so far apart that nothing was tried between them', () => {
    expect(hasGoneDown(silenceAfter(0, 3_600))).toBe(false);
    expect(hasGoneDown(silenceAfter(0, 0, 0, 121))).toBe(false);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 121, max: 10_000 }), { minLength: 1 }), (gaps) => {
        const seconds = gaps.map((_, i) => gaps.slice(0, i + 1).reduce((sum, gap) => sum + gap, 0));
        expect(hasGoneDown(silenceAfter(0, ...seconds))).toBe(false);
      }),
    );
  });
});

describe('a message', () => {
  const names = ['resend', 'smtp'] as const;

  it('may go by any transport while no attempt of it is uncertain', () => {
    expect(holderOf({ isUncertain: false, transport: null }, names)).toBeNull();
    expect(holderOf({ isUncertain: false, transport: 'resend' }, names)).toBeNull();
  });

  it('stays with the transport that may have taken it', () => {
    expect(holderOf({ isUncertain: true, transport: 'resend' }, names)).toBe('resend');
    expect(holderOf({ isUncertain: true, transport: 'smtp' }, names)).toBe('smtp');
    expect(holderOf({ isUncertain: true, transport: 'smtp' }, ['smtp', 'resend'])).toBe('smtp');
  });

  it('goes by the first where the transport that may have taken it is no longer set up', () => {
    expect(holderOf({ isUncertain: true, transport: 'postmark' }, names)).toBe('resend');
    expect(holderOf({ isUncertain: true, transport: null }, names)).toBe('resend');
  });
});
