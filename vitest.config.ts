import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { HANGS_AFTER_MS, TEST_HANGS_AFTER_MS } from './test/support/hang-guard.ts';

/** Files that wait for processes to die, or look at many pages: the run takes as long as its longest file, if that begins first. */
const LONGEST = ['e2e/ledger', 'e2e/start', 'e2e/', 'in-browser', 'pages/'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((part) => moduleId.includes(part));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

/** `npm test` leaves out `*.long.test.ts`: all languages, all kills, full sizes. `npm run test:all` (`--mode all`) runs both. */
const LONG = 'test/**/*.long.test.{ts,tsx}';

export default defineConfig(({ mode }) => ({
  test: {
    sequence: { sequencer: LongestFirst },
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
