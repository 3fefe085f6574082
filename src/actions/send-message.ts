import { insertMessage, insertTeamMessage, type NewTeamMessage } from '../db/message.ts';
import { ineligibleReasonOfEvent } from '../domain/delivery/eligibility.ts';
import type { Event } from '../domain/event.ts';
import { type LinkKind, MAIL_KINDS } from '../domain/kinds.ts';
import { enqueue, enqueueMessages } from '../queue/boss.ts';
import { deliver } from '../queue/jobs.ts';
import type { ActionContext } from './context.ts';

/**
 * Puts one mail on its way: its row in the ledger and its job, together. Returns the message's id; null when the
 * event has ended or was cancelled (the mail would help nobody) or this dedupe key is on its way already.
 */
export async function sendMessage(
  { db, boss, now }: ActionContext,
  /** `dueAt`: not before then; absent: at once. */
  message: {
    event: Event;
    registrantId: string;
    kind: LinkKind | 'registration_link';
    dedupeKey: string;
    dueAt?: Date;
  },
): Promise<string | null> {
  const { event, registrantId, kind, dedupeKey, dueAt = now } = message;
  if (ineligibleReasonOfEvent({ kind, about: null }, event, now)) return null;
  const { priority, deadline } = MAIL_KINDS[kind];
  const id = await insertMessage(db, {
    eventId: event.id,
    registrantId,
    kind,
    dedupeKey,
    priority,
    createdAt: now,
    dueAt,
    expiresAt: deadline(event, now),
  });
  if (id) await enqueueMessages(boss, db, priority, [id], dueAt > now ? { startAfter: dueAt } : {});
  return id;
}

/** The same for a mail to somebody of the team. Null: this dedupe key is on its way already. */
export async function sendTeamMessage(
  { db, boss, now }: ActionContext,
  message: Omit<NewTeamMessage, 'dueAt'>,
): Promise<string | null> {
  const id = await insertTeamMessage(db, { ...message, dueAt: now });
  if (id) await enqueue(boss, db, deliver.urgent, { messageIds: [id] });
  return id;
}
