// One after the other: each has workers, a server and a Postgres of its own, and two cores have enough of one.
import './ledger/smtp.ts';
import './ledger/resend.ts';
