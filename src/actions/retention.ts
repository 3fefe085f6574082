import { findEvent } from '../db/event.ts';
import { deleteUnusedFields } from '../db/event-field.ts';
import { allow } from '../db/pool.ts';
import { eraseRegistrants, lockRegistrants } from '../db/registrant.ts';
import { addFigures, countPeople, withoutFew } from '../db/report.ts';
import {
  addErased,
  beginErasing,
  deleteStrangers,
  endErasing,
  findErasure,
  listPeopleToErase,
  lockErasing,
  type PersonPlace,
  type Untold,
} from '../db/retention.ts';
import { listTeamMembers } from '../db/team-member.ts';
import { MAIL_KINDS } from '../domain/kinds.ts';
import { mayErase } from '../domain/retention.ts';
import { audit } from './audit.ts';
import type { ActionContext } from './context.ts';
import { withdrawAllExports } from './export.ts';
import { sendTeamMessage } from './send-message.ts';

/** Who erases what the settings say: nobody of the team does it. */
export const RETENTION = 'retention';

/** So many people are erased in one transaction: locks are short. */
const PEOPLE_AT_ONCE = 200;
/** Whoever registered less than so long ago may still be written by another transaction, and comes later. */
const REGISTERED_MS = 60_000;

/**
 * Mails everybody on the team that the event's people will be erased. Returns to how many; 0: nobody is on the team, or others were
 * quicker.
 */
export async function announceErasure(
  context: ActionContext,
  { event, dueAt, after, people }: Untold,
): Promise<number> {
  const members = await listTeamMembers(context.db);
  // Two who write the same one at once write it once.
  const round = `${event.id} ${dueAt.toISOString()} after ${after?.toISOString() ?? 'nothing'}`;
  let written = 0;
  for (const { id, email } of members) {
    const messageId = await sendTeamMessage(context, {
      ...{ eventId: event.id, kind: 'retention_notice', dedupeKey: `${round} ${id}`, to: email },
      // The team's pages are English, and nobody knows which other language they read.
      about: { retention: { dueAt: dueAt.toISOString(), people, language: 'en' } },
      expiresAt: MAIL_KINDS.retention_notice.deadline(context.now),
    });
    if (messageId) written++;
  }
  if (written > 0)
    await audit({ ...context, actor: RETENTION }, 'erasure_announced', {
      eventId: event.id,
      detail: { dueAt: dueAt.toISOString(), people: String(people), members: String(written) },
    });
  return written;
}

/** What one step of an erasure came to. */
export type ErasureStep =
  | { readonly type: 'erased'; readonly count: number; readonly last: PersonPlace }
  | { readonly type: 'ended'; readonly erased: number }
  /** Somebody else is at it, or it is not due any more. */
  | { readonly type: 'left' };

/**
 * Erases the next of an event's people after `after`, where the settings as they are now, and what the team was told, say so. The first
 * step keeps what the report counts of them, the last one clears up. Each may be repeated, and two at once erase nobody twice.
 */
export async function eraseNext(
  context: ActionContext,
  eventId: string,
  { siteDays, after }: { readonly siteDays: number | null; readonly after: PersonPlace | null },
): Promise<ErasureStep> {
  const { db, now } = context;
  const before = await lockErasing(db, eventId);
  const { plan } = await findErasure(db, eventId, siteDays);
  const event = await findEvent(db, { id: eventId });
  if (!before || !event || !plan || !mayErase(plan, now)) return { type: 'left' };
  let { peopleUntil: until } = before;
  if (!until || before.erasedAt) {
    await allow(db, 'event');
    const later = new Date(now.getTime() - REGISTERED_MS);
    const more = await countPeople(db, event, { after: until, until: later });
    const report = withoutFew(before.report ? addFigures(before.report, more) : more);
    await beginErasing(db, eventId, { now, until: later, report });
    until = later;
  }
  const next = { until, limit: PEOPLE_AT_ONCE };
  let people = await listPeopleToErase(db, eventId, { ...next, after });
  // Those who were being written when their place was passed.
  if (people.length === 0 && after) people = await listPeopleToErase(db, eventId, { ...next, after: null });
  const last = people.at(-1);
  if (last) {
    const ids = await lockRegistrants(
      db,
      eventId,
      people.map(({ id }) => id),
    );
    await eraseRegistrants(db, eventId, ids, now);
    await addErased(db, eventId, ids.length);
    return { type: 'erased', count: ids.length, last };
  }
  await allow(db, 'event');
  // The names of fields are what somebody wrote, too.
  await deleteUnusedFields(db, eventId);
  await deleteStrangers(db, eventId);
  await withdrawAllExports(context, eventId);
  await endErasing(db, eventId, now);
  await audit({ ...context, actor: RETENTION }, 'people_erased', {
    eventId,
    detail: { people: String(before.erased) },
  });
  return { type: 'ended', erased: before.erased };
}
