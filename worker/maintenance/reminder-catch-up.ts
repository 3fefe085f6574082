import { sendTimedMail } from '../../src/actions/timed-mail.ts';
import { transaction } from '../../src/db/pool.ts';
import { findMissedTimedMails, findTimedMailsToRepeat, repeatTimedMail } from '../../src/db/timed-mail.ts';
import type { WorkerContext } from '../context.ts';
import { inTurn, type Service } from './service.ts';

/** The second round comes so long after the first: whoever was being registered then is in the tables by now. */
const REPEAT_AFTER_MS = 30_000;

/**
 * The second way of reminders and the other timed mails: those whose job was lost or came while nobody worked, and the second
 * round of all.
 */
export const reminderCatchUp: Service = {
  name: 'reminder-catch-up',
  schedule: '* * * * *',
  run: (context) => inTurn([sendMissed, sendAgain], (step) => step(context)),
};

async function sendMissed({ boss, pool, now, log }: WorkerContext): Promise<void> {
  const at = now();
  await inTurn(await findMissedTimedMails(pool, at), async (run) => {
    await transaction(pool, (db) => sendTimedMail({ db, boss, now: at }, run));
    const { eventId, kind, minutes } = run;
    log.warn({ eventId, kind, minutes }, 'a timed mail was missed: it goes out now');
  });
}

async function sendAgain({ boss, pool, now }: WorkerContext): Promise<void> {
  const at = now();
  await inTurn(await findTimedMailsToRepeat(pool, new Date(at.getTime() - REPEAT_AFTER_MS)), (run) =>
    transaction(pool, async (db) => {
      if (await repeatTimedMail(db, run)) await sendTimedMail({ db, boss, now: at }, run, { again: true });
    }),
  );
}
