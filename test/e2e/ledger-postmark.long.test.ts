import { testLedgerOverPostmark } from './ledger/postmark.ts';

// A call of 500 whose answer is lost is looked up three minutes later: each kill costs so long.
testLedgerOverPostmark({
  people: 3_000,
  steps: ['after acceptance', 'with the answer', 'Postgres restarts'],
});
