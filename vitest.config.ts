import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
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
