import { lockEventForFanOut } from '../db/fan-out.ts';
import { allow, type Db } from '../db/pool.ts';
import { beginByHand, listTimedRecords, skipByHand, undoSkip } from '../db/timed-mail.ts';
import { AppError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { type TimedKind, timedRow } from '../domain/schedule.ts';
import {
  type EventTimedMail,
  eventTimedMails,
  obstacleTo,
  type TimedStep,
} from '../domain/timed-mail-state.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { countMails, fanOut } from './fan-out.ts';
import { timedFanOut } from './timed-mail.ts';

/** Which of an event's timed mails. */
export interface WhichTimedMail {
  readonly kind: TimedKind;
  readonly minutes: number;
}

/** An event's timed mails at its present times, earliest first. */
export async function listTimedMails(db: Db, event: Event, now: Date): Promise<EventTimedMail[]> {
  return eventTimedMails(event, await listTimedRecords(db, event), now);
}

/**
 * Skips a timed mail: it does not go out at this time of the event, nor at another one as long as its time is ahead. A second time
 * changes nothing. Throws `not_found`, and `conflict` where it was sent or does not go out anyway.
 */
export async function skipTimedMail(
  context: TeamActionContext,
  eventId: string,
  which: WhichTimedMail,
): Promise<EventTimedMail> {
  const { event, mail } = await lockTimedMail(context, eventId, which, 'skip');
  if (mail.state === 'skipped') return mail;
  await skipByHand(context.db, { eventId, ...mail }, context.actor, context.now);
  await audit(context, 'reminder_skipped', { eventId, detail: detailOf(which) });
  return timedMailNow(context, event, which);
}

/**
 * Takes back that a timed mail was skipped: it goes out at its time. Where it was not skipped nothing changes. Throws
 * `not_found`, and `conflict` where its time has passed.
 */
export async function undoSkippedTimedMail(
  context: TeamActionContext,
  eventId: string,
  which: WhichTimedMail,
): Promise<EventTimedMail> {
  const { event, mail } = await lockTimedMail(context, eventId, which, 'undo_skip');
  if (mail.state !== 'skipped') return mail;
  await undoSkip(context.db, { eventId, ...mail });
  await audit(context, 'reminder_skip_undone', { eventId, detail: detailOf(which) });
  return timedMailNow(context, event, which);
}

export interface TimedMailSentNow {
  readonly mail: EventTimedMail;
  /** How many mails go out; 0: nobody would get one, and nothing was done. */
  readonly queued: number;
  readonly skipped: Awaited<ReturnType<typeof countMails>>['skipped'];
}

/**
 * Sends a timed mail now instead of at its time, to everybody whom it is for; or with `dryRun` says what that would do. At
 * its time it does not go out again: it is the same mail, under the same dedupe key. Throws `not_found`, and
 * `conflict` where it was sent, helps nobody any more or would come too early.
 */
export async function sendTimedMailNow(
  context: TeamActionContext,
  eventId: string,
  which: WhichTimedMail,
  { dryRun }: { readonly dryRun: boolean },
): Promise<TimedMailSentNow> {
  const { db, now, actor } = context;
  // It counts all who are registered.
  await allow(db, 'event');
  const { event, mail } = await lockTimedMail(context, eventId, which, 'send_now');
  const planned = timedFanOut(event, mail, now);
  // Who registers at this very instant gets a reminder as well.
  const { registeredBefore: _, ...everybody } = planned;
  const sent = which.kind === 'reminder' ? everybody : planned;
  const { mails: queued, skipped } = await countMails(db, { ...sent, eventId });
  if (dryRun || queued === 0) return { mail, queued, skipped };
  await beginByHand(db, { eventId, ...mail }, actor, now);
  await fanOut(context, sent);
  await audit(context, 'reminder_sent_now', {
    eventId,
    detail: { ...detailOf(which), queued: String(queued) },
  });
  return { mail: await timedMailNow(context, event, which), queued, skipped };
}

/** The mail, with its event locked: whoever sends it at its time waits for this, or this for them. */
async function lockTimedMail(
  { db, now }: TeamActionContext,
  eventId: string,
  which: WhichTimedMail,
  step: TimedStep,
): Promise<{ readonly event: Event; readonly mail: EventTimedMail }> {
  const event = await lockEventForFanOut(db, eventId);
  if (!event) throw eventNotFound();
  const mail = (await listTimedMails(db, event, now)).find(is(which));
  if (!mail) throw timedMailNotFound(event, which);
  const obstacle = obstacleTo(step, mail, event, now);
  if (obstacle) throw new AppError('conflict', obstacle);
  return { event, mail };
}

async function timedMailNow(
  { db, now }: TeamActionContext,
  event: Event,
  which: WhichTimedMail,
): Promise<EventTimedMail> {
  const all = await listTimedMails(db, event, now);
  return all.find(is(which)) as EventTimedMail;
}

function is({ kind, minutes }: WhichTimedMail) {
  return (mail: EventTimedMail) => mail.kind === kind && mail.minutes === minutes;
}

/** Of a reminder the minutes stand under their older name, as in entries that were written before there were other kinds. */
function detailOf({ kind, minutes }: WhichTimedMail): Record<string, string> {
  return kind === 'reminder' ? { minutesBefore: String(minutes) } : { kind, minutesAfter: String(minutes) };
}

function timedMailNotFound(event: Event, { kind }: WhichTimedMail): AppError {
  const { noun, minutes } = timedRow(kind);
  if (kind !== 'reminder') return new AppError('not_found', `The event has no such ${noun}.`);
  const known = minutes(event);
  const own = known.length
    ? `Its reminders are ${new Intl.ListFormat('en-GB').format(known.map(String))} minutes before its start.`
    : 'It has none.';
  return new AppError('not_found', `The event has no such reminder. ${own}`);
}
