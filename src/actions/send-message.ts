import { insertMessage, insertTeamMessage, type NewTeamMessage } from '../db/message.ts';
import { type Event, eventPhase } from '../domain/event.ts';
import { type LinkKind, messageDeadline } from '../domain/message.ts';
import { enqueue } from '../queue/boss.ts';
import { deliver } from '../queue/jobs.ts';
import type { ActionContext } from './context.ts';

/**
 * Puts one mail on its way: its row in the ledger and its job, together. Returns the message's id; null when the
 * event is over or cancelled (the mail would help nobody) or this dedupe key is on its way already.
 */
export async function sendMessage(
  { db, boss, now }: ActionContext,
  message: { event: Event; registrantId: string; kind: LinkKind; dedupeKey: string },
): Promise<string | null> {
  const { event, registrantId, kind, dedupeKey } = message;
  const phase = eventPhase(event, now);
  if (phase === 'ended' || phase === 'cancelled') return null;
  const id = await insertMessage(db, {
    eventId: event.id,
    registrantId,
    kind,
    dedupeKey,
    priority: 'urgent',
    dueAt: now,
    expiresAt: messageDeadline(kind, event),
  });
  if (id) await enqueue(boss, db, deliver.urgent, { messageIds: [id] });
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
