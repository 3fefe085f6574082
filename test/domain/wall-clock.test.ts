import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWallTime, writeWallTime } from '../../src/domain/wall-clock.ts';

const at = (iso: string) => new Date(iso);

describe('a time on the wall', () => {
  it('is an instant in its zone', () => {
    expect(readWallTime('2027-01-15T18:00', 'Europe/Paris')).toEqual({
      type: 'exact',
      at: at('2027-01-15T17:00:00Z'),
    });
    expect(readWallTime('2027-07-15T18:00', 'Asia/Kathmandu')).toEqual({
      type: 'exact',
      at: at('2027-07-15T12:15:00Z'),
    });
  });

  it('does not exist where the clocks are set forward, and the times around it are named', () => {
    expect(readWallTime('2027-03-28T02:30', 'Europe/Paris')).toEqual({
      type: 'gap',
      before: '2027-03-28T01:30',
      after: '2027-03-28T03:30',
    });
  });

  it('happens twice where they are set back', () => {
    const [first, second] = [at('2027-10-31T00:30:00Z'), at('2027-10-31T01:30:00Z')];
    expect(readWallTime('2027-10-31T02:30', 'Europe/Paris')).toEqual({ type: 'overlap', first, second });
    expect(writeWallTime(first, 'Europe/Paris')).toEqual({ wall: '2027-10-31T02:30', turn: 'first' });
    expect(writeWallTime(second, 'Europe/Paris')).toEqual({ wall: '2027-10-31T02:30', turn: 'second' });
  });

  it.each(['', '2027-02-30T10:00', '2027-01-15', '2027-01-15T25:00', '2027-01-15T10:00:00Z', 'soon'])(
    '%j is none',
    (text) => {
      expect(readWallTime(text, 'Europe/Paris')).toBeNull();
    },
  );

  it('is read as the instant that it was written for, to the minute, in every zone', () => {
    const zone = fc.constantFrom('UTC', ...Intl.supportedValuesOf('timeZone'));
    const minutes = fc.integer({
      min: at('2000-01-01').getTime() / 60_000,
      max: at('2060-01-01').getTime() / 60_000,
    });
    fc.assert(
      fc.property(zone, minutes, (timeZone, minute) => {
        const instant = new Date(minute * 60_000);
        const { wall, turn } = writeWallTime(instant, timeZone);
        const reading = readWallTime(wall, timeZone);
        const read =
          reading?.type === 'overlap' && turn ? reading[turn] : reading?.type === 'exact' && reading.at;
        expect(read).toEqual(instant);
      }),
    );
  });
});
