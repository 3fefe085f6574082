import { parseArgs } from 'node:util';
import { FAULTS, type FaultName, PROVIDERS, type ProviderName } from './schedule.ts';

export interface FaultDayOptions {
  /** Of load and faults; until the last mail has come it takes some minutes more. */
  readonly minutes: number;
  readonly seed: number;
  readonly provider: ProviderName;
  /** Only these faults of the schedule happen, each at its time; absent: all of them. */
  readonly only?: readonly FaultName[];
}

/** The command line makes no sense; `message` says what would. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

const NAMES = Object.keys(FAULTS) as FaultName[];
const DEFAULTS = { minutes: '3', seed: '1', provider: 'smtp' } as const;
const MOST_MINUTES = 24 * 60;
const MOST_SEED = 2 ** 32 - 1;

export const USAGE = `Usage: npm run fault-day -- [--minutes N] [--seed N] [--provider ${PROVIDERS.join('|')}] [--only FAULTS] [--without FAULTS]

Runs a server and two workers under load while processes are killed, Postgres fails and mail is refused; afterwards it says
whether every promised mail arrived, and none twice. The same seed gives the same faults and the same load.

  --minutes   of load and faults, from 1 to ${MOST_MINUTES} (default ${DEFAULTS.minutes}); waiting for the last mails takes some more
  --seed      a whole number from 0 to ${MOST_SEED} (default ${DEFAULTS.seed})
  --provider  what sends: ${PROVIDERS.join(' or ')} (default ${DEFAULTS.provider})
  --only      these faults alone happen, each when it would anyway: names divided by commas, or none
  --without   these faults do not happen
  --help      shows this

Faults: ${NAMES.join(', ')}`;

/** Null: help was asked for. Throws UsageError. */
export function readOptions(args: string[]): FaultDayOptions | null {
  let values: {
    minutes: string;
    seed: string;
    provider: string;
    only?: string;
    without?: string;
    help: boolean;
  };
  try {
    ({ values } = parseArgs({
      args,
      options: {
        minutes: { type: 'string', default: DEFAULTS.minutes },
        seed: { type: 'string', default: DEFAULTS.seed },
        provider: { type: 'string', default: DEFAULTS.provider },
        only: { type: 'string' },
        without: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }));
  } catch (cause) {
    throw new UsageError(`${(cause as Error).message}\n\n${USAGE}`, { cause });
  }
  if (values.help) return null;
  const provider = PROVIDERS.find((name) => name === values.provider);
  if (!provider)
    throw new UsageError(`--provider must be ${PROVIDERS.join(' or ')}, not "${values.provider}".`);
  const { only, without } = values;
  const chosen = only === undefined ? NAMES : only === 'none' ? [] : namesIn('--only', only);
  const left = without === undefined ? [] : namesIn('--without', without);
  return {
    ...((only !== undefined || without !== undefined) && {
      only: chosen.filter((name) => !left.includes(name)),
    }),
    minutes: wholeNumber('--minutes', values.minutes, 1, MOST_MINUTES),
    seed: wholeNumber('--seed', values.seed, 0, MOST_SEED),
    provider,
  };
}

/** What runs the same again. */
export function commandOf({ minutes, seed, provider, only }: FaultDayOptions): string {
  const command = `npm run fault-day -- --minutes ${minutes} --seed ${seed} --provider ${provider}`;
  return only === undefined ? command : `${command} --only "${only.join(', ') || 'none'}"`;
}

function namesIn(option: string, text: string): FaultName[] {
  return text.split(',').map((part) => {
    const name = NAMES.find((one) => one === part.trim());
    if (!name)
      throw new UsageError(`${option}: there is no fault "${part.trim()}". There are: ${NAMES.join(', ')}.`);
    return name;
  });
}

function wholeNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isInteger(number) || number < least || number > most)
    throw new UsageError(`${name} must be a whole number from ${least} to ${most}, not "${text}".`);
  return number;
}
