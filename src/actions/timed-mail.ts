import { lockEventForFanOut } from '../db/fan-out.ts';
import { allow } from '../db/pool.ts';
import {
  beginTimedMail,
  listTimedRecords,
  moveSkip,
  skipTimedMail,
  type TimedRun,
} from '../db/timed-mail.ts';
import { ineligibleReasonOfEvent } from '../domain/delivery/eligibility.ts';
import type { Event } from '../domain/event.ts';
import type { About } from '../domain/message.ts';
import {
  isSameTimedMail,
  type TimedMailName,
  timedDedupeKey,
  timedMail,
  timedMails,
  timedRow,
} from '../domain/schedule.ts';
import { eventTimedMails } from '../domain/timed-mail-state.ts';
import { enqueue } from '../queue/boss.ts';
import { timedMail as timedMailJob } from '../queue/jobs.ts';
import type { ActionContext } from './context.ts';
import { type FanOut, fanOut } from './fan-out.ts';

/**
 * Sets an event's timed mails for what it is now: a job for each, at its exact time. `before`: what it was; null: it is new. Call it
 * after each change of its times, of what it asks for, and of when its room closes. A mail that was planned and becomes due by the
 * change goes out now; one that is new and whose time has passed does not go out. Jobs of what it was before find that out when
 * they run.
 */
export async function planTimedMails(
  { db, boss, now }: ActionContext,
  event: Event,
  before: Event | null,
): Promise<void> {
  const { id: eventId } = event;
  const planned = before ? timedMails(before) : [];
  for (const mail of timedMails(event)) {
    const earlier = planned.find((one) => isSameTimedMail(one, mail));
    if (earlier?.dueAt.getTime() === mail.dueAt.getTime()) continue;
    const { kind, minutes, anchorAt, dueAt } = mail;
    if (dueAt > now || earlier) {
      const payload = { eventId, kind, minutes, anchorAt: anchorAt.toISOString() };
      await enqueue(boss, db, timedMailJob, payload, { startAfter: dueAt });
    } else await skipTimedMail(db, { eventId, ...mail }, now);
  }
}

/** The event has other times: timed mails that the team skipped and whose time was ahead stay skipped. */
export async function moveSkips({ db, now }: ActionContext, before: Event, event: Event): Promise<void> {
  const { id: eventId } = event;
  for (const record of await listTimedRecords(db, before)) {
    const { anchor } = timedRow(record.kind);
    const { dueAt } = timedMail(before, record.kind, record.minutes);
    // Of the other anchor's kind: an event may start when it ended before.
    if (record.anchorAt.getTime() !== before[anchor].getTime()) continue;
    if (event[anchor].getTime() === before[anchor].getTime()) continue;
    if (record.skipped && record.askedBy !== null && dueAt > now)
      await moveSkip(db, { eventId, ...record }, event[anchor]);
  }
}

/**
 * Puts a timed mail on its way to all whom it is for. Does nothing where the event has moved or was cancelled, it asks for this
 * mail no more or its time has not come, or somebody else has begun it. `again`: the second round, for those whose registration
 * was committed during the first.
 */
export async function sendTimedMail(
  context: ActionContext,
  run: TimedRun,
  { again = false }: { readonly again?: boolean } = {},
): Promise<void> {
  const { db, now } = context;
  // The lock is held as long as a slice takes.
  await allow(db, 'slice');
  const event = await lockEventForFanOut(db, run.eventId);
  if (!event) return;
  const reason = ineligibleReasonOfEvent({ kind: run.kind, about: aboutTimed(run) }, event, now);
  // One whose event has ended is noted below as one that came too late.
  if (reason !== null && reason !== 'event_ended') return;
  const all = eventTimedMails(event, await listTimedRecords(db, event), now);
  const mail = all.find((one) => isSameTimedMail(one, run));
  if (!mail) return;
  // The second round of one that somebody of the team has sent is for those who had registered by then.
  const sentByHandAt = again && mail.record?.askedBy ? mail.record.begunAt : null;
  if (!sentByHandAt && mail.dueAt > now) return;
  const { anchor, deadline } = timedRow(run.kind);
  // Nobody worked for a while: who gets a later one now needs no earlier one beside it.
  const isOvertaken = all.some(
    ({ kind, dueAt, state }) =>
      [anchor, timedRow(kind).anchor].every((one) => one === 'startsAt') &&
      dueAt > mail.dueAt &&
      dueAt <= now &&
      state !== 'skipped',
  );
  if (reason !== null || deadline(event, run.minutes) <= now || (isOvertaken && !again)) {
    await skipTimedMail(db, run, now);
    return;
  }
  if (!again && !(await beginTimedMail(db, run, now))) return;
  await fanOut(context, timedFanOut(event, run, sentByHandAt ?? mail.dueAt));
}

/** The mails of one that leaves at `at`. */
export function timedFanOut(event: Event, mail: TimedMailName, at: Date): FanOut {
  const { kind, minutes } = mail;
  const { deadline, registeredBefore } = timedRow(kind);
  return {
    ...{ event, kind, selection: { all: true }, ofThisRevision: true },
    dedupeKey: timedDedupeKey(mail),
    registeredBefore: registeredBefore(event, at),
    expiresAt: deadline(event, minutes),
    about: aboutTimed(mail),
  };
}

function aboutTimed({ kind, minutes, anchorAt }: TimedMailName): About {
  return kind === 'reminder'
    ? { reminder: { minutesBefore: minutes, startsAt: anchorAt.toISOString() } }
    : { timed: { minutes, anchorAt: anchorAt.toISOString() } };
}
