import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The whole run takes as long as its longest file, if that begins first: those that wait for processes to die. */
const LONGEST = ['e2e/ledger', 'e2e/start', 'e2e/crash', 'e2e/', 'in-browser', 'pages/'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((part) => moduleId.includes(part));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    include: ['test/**/*.test.{ts,tsx}'],
    globalSetup: ['test/support/global-setup.ts'],
    // Most of the time goes by in waiting: for a process, a mail, a page. One file a core would waste it.
    maxWorkers: Math.max(4, availableParallelism()),
    // Files share nothing but modules, which are dear to load and keep no state.
    isolate: false,
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
});
