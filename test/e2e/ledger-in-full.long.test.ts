// One after the other: each has workers, a server and a Postgres of its own, and two cores have enough of one.
import { testLedgerOverResend } from './ledger/resend.ts';
import { testLedgerOverSmtp } from './ledger/smtp.ts';

testLedgerOverSmtp({
  people: 6_000,
  kills: ['greeting', 'RCPT', 'body', 'dot', 'taken', 'MAIL', 'DATA', 'taken', 'greeting', 'body'],
  first: 100,
  every: 350,
  faults: 'throughout',
});

// Eighty calls; about a hundred and thirty with those that are made again.
testLedgerOverResend({
  people: 8_000,
  steps: [
    'before acceptance, not taken',
    'after acceptance',
    'before acceptance, taken late',
    'Postgres restarts',
    'with the answer',
    'before acceptance, taken',
    'while the answer is written down',
    'after acceptance, one of two',
    'before acceptance, one of two',
  ],
  firstAt: 1,
  callsBetween: 4,
  faults: 'throughout',
});
