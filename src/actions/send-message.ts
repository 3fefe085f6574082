import { insertTeamMessage, type NewTeamMessage, queueMessage } from '../db/message.ts';
import type { Event } from '../domain/event.ts';
import type { LinkKind } from '../domain/kinds.ts';
import { enqueue } from '../queue/boss.ts';
import { deliver } from '../queue/jobs.ts';
import { inSendSpan } from '../queue/send-span.ts';
import type { ActionContext } from './context.ts';

/**
 * Puts one mail on its way: its row in the ledger and its job, together. Returns the message's id; null when the
 * event has ended or was cancelled (the mail would help nobody) or this dedupe key is on its way already.
 */
export function sendMessage(
  { db, now }: ActionContext,
  /** `dueAt`: not before then; absent: at once. */
  message: {
    event: Pick<Event, 'id'>;
    registrantId: string;
    kind: LinkKind | 'registration_link';
    dedupeKey: string;
    dueAt?: Date;
  },
): Promise<string | null> {
  const { event, dueAt = now, ...mail } = message;
  return inSendSpan(deliver.urgent.name, (trace) =>
    queueMessage(db, { ...mail, eventId: event.id, createdAt: now, dueAt }, trace),
  );
}

/** The same for a mail to somebody of the team. Null: this dedupe key is on its way already. */
export async function sendTeamMessage(
  { db, boss, now }: ActionContext,
  message: Omit<NewTeamMessage, 'dueAt'>,
): Promise<string | null> {
  const id = await insertTeamMessage(db, { ...message, dueAt: now });
  if (id) await enqueue(boss, db, deliver.urgent, { eventId: null, messageIds: [id] });
  return id;
}
