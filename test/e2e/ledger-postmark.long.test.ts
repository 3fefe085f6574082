import { testLedgerOverPostmark } from './ledger/postmark.ts';

testLedgerOverPostmark({
  people: 5_000,
  steps: ['before acceptance, not taken', 'after acceptance', 'with the answer', 'Postgres restarts'],
});
