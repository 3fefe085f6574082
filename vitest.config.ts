import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { HANGS_AFTER_MS, TEST_HANGS_AFTER_MS } from './test/support/hang-guard.ts';

/** Files that mostly wait, for a process to die or a clock to come round; the longest first. */
const WAITING = [
  ...['e2e/start', 'e2e/ledger-postmark', 'hostile-input.long', 'bounce-mailbox-of-many', 'e2e/api-fuzz'],
  ...['e2e/fault-day', 'e2e/ledger', 'e2e/pgbouncer'],
  ...['e2e/', 'floods', 'key-guessing'],
];
/** Files that have much to compute; the others are short. */
const BUSY = ['in-browser', 'pages/', 'emails/', 'scripts/', 'worker/'];

/** Those that wait and those that compute take turns, so that neither the processors idle nor anything waits for its end. */
class TakingTurns extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const waiting = ranked(sorted, WAITING).filter(({ rank }) => rank < WAITING.length);
    const isWaiting = new Set(waiting.map(({ file }) => file));
    const busy = ranked(sorted, BUSY).filter(({ file }) => !isWaiting.has(file));
    return busy
      .flatMap(({ file }, i) => [waiting[i]?.file ?? [], file].flat())
      .concat(waiting.slice(busy.length).map(({ file }) => file));
  }
}

function ranked(files: readonly TestSpecification[], parts: readonly string[]) {
  return files
    .map((file) => {
      const rank = parts.findIndex((part) => file.moduleId.includes(part));
      return { file, rank: rank < 0 ? parts.length : rank };
    })
    .sort((a, b) => a.rank - b.rank);
}

/** `npm test` leaves out `*.long.test.ts`: all languages, all kills, full sizes. `npm run test:all` (`--mode all`) runs both. */
const LONG = 'test/**/*.long.test.{ts,tsx}';

export default defineConfig(({ mode }) => ({
  test: {
    sequence: { sequencer: TakingTurns },
    include: ['test/**/*.test.{ts,tsx}'],
    exclude: mode === 'all' ? [] : [LONG],
    globalSetup: ['test/support/global-setup.ts'],
    // Most of the time goes by in waiting: for a process, a mail, a page. One file a core would waste it.
    maxWorkers: Math.max(5, availableParallelism()),
    // Files share nothing but modules, which are dear to load and keep no state.
    isolate: false,
    testTimeout: TEST_HANGS_AFTER_MS,
    hookTimeout: TEST_HANGS_AFTER_MS,
    teardownTimeout: HANGS_AFTER_MS,
    expect: { poll: { timeout: HANGS_AFTER_MS, interval: 25 } },
  },
}));
