import { testLedgerOfFailover } from './ledger/failover.ts';

testLedgerOfFailover({
  people: 1_500,
  first: 'smtp',
  second: 'smtp',
  trouble: 'refuses us',
  kills: [
    { at: 'first', when: 'asked', after: 1 },
    { at: 'second', when: 'taken', after: 100 },
  ],
});

// What a worker has handed over when it is killed stays with Resend, as the lost answer does: nobody is killed at the first.
testLedgerOfFailover({
  people: 1_000,
  first: 'resend',
  second: 'smtp',
  trouble: 'refuses us',
  lostAnswers: 1,
  kills: [
    { at: 'second', when: 'asked', after: 30 },
    { at: 'second', when: 'taken', after: 100 },
  ],
});

// Both know a call again: whatever is killed, nothing comes twice.
testLedgerOfFailover({
  people: 2_000,
  first: 'smtp',
  second: 'resend',
  trouble: 'refuses us',
  kills: [
    { at: 'second', when: 'asked', after: 2 },
    { at: 'second', when: 'taken', after: 4 },
  ],
});

testLedgerOfFailover({
  people: 2_000,
  first: 'smtp',
  second: 'resend',
  trouble: 'is down',
  kills: [{ at: 'second', when: 'asked', after: 2 }],
});
