import { testLedgerOverPostmark } from './ledger/postmark.ts';

// What is lost is looked up three minutes later: a mail that two kills and a fault befall is sent after some ten minutes.
testLedgerOverPostmark({
  people: 3_000,
  steps: ['after acceptance', 'with the answer', 'Postgres restarts'],
});
