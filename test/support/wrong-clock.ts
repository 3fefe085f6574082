import { globSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** libfaketime, as Debian's package `faketime` brings it; null where it is not on the machine. */
export function findFaketime(): string | null {
  return globSync('/usr/lib/*/faketime/libfaketime.so.1')[0] ?? null;
}

export interface WrongClock {
  /** The environment of a process whose machine's clock it is. */
  readonly env: Record<string, string>;
  /** Sets it so many seconds ahead of the right time (behind: negative), at once, while the process runs. */
  set(seconds: number): void;
}

/** A machine's clock that is wrong, or is set. How much time has passed is measured rightly all the same, as on a real one. */
export function createWrongClock(seconds: number): WrongClock {
  const library = findFaketime();
  if (!library) throw new Error('There is no libfaketime.');
  const file = join(mkdtempSync(join(tmpdir(), 'access-mail-clock-')), 'offset');
  const set = (ahead: number) => {
    // In one step: it is read at every look at the clock.
    writeFileSync(`${file}.new`, `${ahead < 0 ? '' : '+'}${ahead}\n`);
    renameSync(`${file}.new`, file);
  };
  set(seconds);
  return {
    env: {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
  };
}
