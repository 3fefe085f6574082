import { testLedgerOverSmtp } from './ledger/smtp.ts';

// The short one: `ledger-in-full.long.test.ts` kills at every step.
testLedgerOverSmtp({
  people: 600,
  kills: ['taken', 'body'],
  first: 200,
  every: 100,
  faults: 'before the first kill',
});
