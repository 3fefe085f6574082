import { testLedgerOverPostmark } from './ledger/postmark.ts';

testLedgerOverPostmark({
  people: 8_000,
  steps: ['before acceptance, not taken', 'after acceptance', 'with the answer', 'Postgres restarts'],
});
