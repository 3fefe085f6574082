import { testLedgerOverPostmark } from './ledger/postmark.ts';

// A call of 500 whose answer is lost is looked up three minutes later, and what fails often waits ever longer: one kill after three lost answers, and a restart.
testLedgerOverPostmark({
  people: 3_000,
  steps: ['after acceptance', 'Postgres restarts'],
});
