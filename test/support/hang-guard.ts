/**
 * The only clock of the tests. They wait for facts, however slow the machine is; what has not come by then never
 * will. No test, poll or page has another limit: see `test/clocks.test.ts`.
 */
const MINUTE_MS = 60_000;
/** One wait: for a mail, a page, a process, an answer. */
export const HANGS_AFTER_MS = 5 * MINUTE_MS;
/** A whole test or hook: longer than a wait, so that what was waited for is said. */
export const TEST_HANGS_AFTER_MS = 20 * MINUTE_MS;
