import { testLedgerOverResend } from './ledger/resend.ts';

// The short one: `ledger-in-full.long.test.ts` kills at every step.
testLedgerOverResend({
  people: 800,
  // Both workers are killed at once.
  steps: ['after acceptance', 'Postgres restarts'],
  firstAt: 5,
  callsBetween: null,
  faults: 'before the first step',
});
