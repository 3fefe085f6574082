import { describe, expect, it } from 'vitest';
import { planLoad } from '../../../scripts/fault-day/load-plan.ts';
import { commandOf, readOptions, UsageError } from '../../../scripts/fault-day/options.ts';
import {
  FAULTS,
  type FaultName,
  PROVIDERS,
  planFaults,
  type Schedule,
} from '../../../scripts/fault-day/schedule.ts';

const MINUTE = 60_000;
const SEEDS = [0, 1, 7, 42, 4_294_967_295];
const LENGTHS = [1, 3, 10, 60].map((minutes) => minutes * MINUTE);
const eachSchedule = (check: (schedule: Schedule, lengthMs: number) => void) => {
  for (const provider of PROVIDERS)
    for (const lengthMs of LENGTHS)
      for (const seed of SEEDS) check(planFaults(seed, lengthMs, provider), lengthMs);
};

describe('the schedule of faults', () => {
  it('is the same for the same seed, length and provider, and another for another seed', () => {
    const plan = (seed: number) => planFaults(seed, 3 * MINUTE, 'smtp');
    expect(plan(7)).toEqual(plan(7));
    expect(plan(8).faults).not.toEqual(plan(7).faults);
  });

  it('leaves faults out without moving the others', () => {
    const { faults } = planFaults(7, 3 * MINUTE, 'smtp');
    const only = planFaults(7, 3 * MINUTE, 'smtp', ['kill a worker']);
    expect(only.faults).toEqual(faults.filter(({ name }) => name === 'kill a worker'));
    expect(only.faults.length).toBeGreaterThan(0);
    expect(planFaults(7, 3 * MINUTE, 'smtp', []).faults).toEqual([]);
  });

  it('never has two faults on one target at once', () => {
    eachSchedule(({ faults }) => {
      for (const ofTarget of Map.groupBy(faults, ({ target }) => target).values())
        for (const [i, fault] of ofTarget.entries())
          expect(fault.atMs).toBeGreaterThanOrEqual(
            (ofTarget[i - 1]?.atMs ?? 0) + (ofTarget[i - 1]?.forMs ?? 0),
          );
    });
  });

  it('has faults of different targets at the same time now and then', () => {
    const { faults } = planFaults(7, 3 * MINUTE, 'smtp');
    const overlaps = faults.some((one, i) =>
      faults.slice(i + 1).some(({ atMs }) => atMs < one.atMs + one.forMs),
    );
    expect(overlaps).toBe(true);
  });

  it('begins no fault in a calm span, and ends with one of at least a quarter of the run or a minute', () => {
    eachSchedule(({ faults, calm }, lengthMs) => {
      for (const { fromMs, toMs } of calm)
        expect(faults.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)).toEqual([]);
      const last = calm.at(-1);
      expect(last?.toMs).toBe(lengthMs);
      expect(lengthMs - (last?.fromMs ?? 0)).toBeGreaterThanOrEqual(Math.min(MINUTE, lengthMs / 4));
    });
  });

  it.each(PROVIDERS)('over %s has every fault that can happen there within ten minutes', (provider) => {
    const possible = (Object.keys(FAULTS) as FaultName[]).filter((name) => {
      const rule = FAULTS[name];
      return !('over' in rule) || (rule.over as readonly string[]).includes(provider);
    });
    const { faults } = planFaults(1, 10 * MINUTE, provider);
    expect(new Set(faults.map(({ name }) => name))).toEqual(new Set(possible));
  });
});

describe('the load', () => {
  it('is the same for the same seed and length, and another for another seed', () => {
    expect(planLoad(7, 3 * MINUTE)).toEqual(planLoad(7, 3 * MINUTE));
    expect(planLoad(8, 3 * MINUTE)).not.toEqual(planLoad(7, 3 * MINUTE));
  });

  it('asks for nobody’s link twice, and for no link before its registration', () => {
    const { actions } = planLoad(7, 10 * MINUTE);
    const registeredAt = new Map<string, number>();
    const asked: string[] = [];
    for (const action of actions) {
      if (action.does === 'registers over the API' || action.does === 'fills in the form')
        registeredAt.set(action.email, action.atMs);
      if (action.does !== 'asks for the link') continue;
      asked.push(action.email);
      expect(registeredAt.get(action.email)).toBeLessThan(action.atMs);
    }
    expect(asked.length).toBeGreaterThan(100);
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('has all that is sent: registrations, forms, links, sign-ins, imports, sends to all and reminders', () => {
    const { actions, reminders, members } = planLoad(7, 3 * MINUTE);
    expect(new Set(actions.map(({ does }) => does)).size).toBe(6);
    expect(reminders).toHaveLength(1);
    expect(new Set(members).size).toBe(members.length);
  });
});

describe('the command line', () => {
  it('has a length, a seed and a provider', () => {
    expect(readOptions(['--minutes', '10', '--seed', '7', '--provider', 'resend'])).toEqual({
      ...{ minutes: 10, seed: 7, provider: 'resend' },
    });
    expect(readOptions(['--only', 'none'])).toMatchObject({ only: [] });
    expect(readOptions(['--only', 'kill a worker, mail: slow', '--without', 'mail: slow'])).toMatchObject({
      only: ['kill a worker'],
    });
    const all = Object.keys(FAULTS);
    expect(readOptions(['--without', 'wrong clock'])?.only).toEqual(
      all.filter((name) => name !== 'wrong clock'),
    );
    expect(readOptions([])).toEqual({ minutes: 3, seed: 1, provider: 'smtp' });
    expect(readOptions(['--help'])).toBeNull();
  });

  it('is written so that the shell reads the same again', () => {
    const options = { minutes: 3, seed: 7, provider: 'smtp' } as const;
    expect(commandOf(options)).toBe('npm run fault-day -- --minutes 3 --seed 7 --provider smtp');
    expect(commandOf({ ...options, only: ['kill a worker', 'mail: slow'] })).toMatch(
      / --only "kill a worker, mail: slow"$/,
    );
    expect(commandOf({ ...options, only: [] })).toMatch(/ --only "none"$/);
  });

  it.each([
    [['--minutes', '0'], '--minutes must be a whole number from 1 to 1440, not "0".'],
    [['--seed', 'x'], '--seed must be a whole number from 0 to 4294967295, not "x".'],
    [['--provider', 'pigeon'], '--provider must be smtp or resend or postmark, not "pigeon".'],
    [['--only', 'an earthquake'], '--only: there is no fault "an earthquake". There are: kill a worker, '],
    [['--mintes', '3'], "Unknown option '--mintes'"],
  ])('%j: says in one line what is wrong', (args, message) => {
    expect(() => readOptions(args)).toThrow(UsageError);
    expect(() => readOptions(args)).toThrow(message);
  });
});
