import { testLedgerOverSmtp } from './ledger/smtp.ts';

// The short one: `ledger-in-full.long.test.ts` kills at every step.
testLedgerOverSmtp({ people: 600, kills: ['taken', 'body'], every: 120, faults: 'at the first try' });
