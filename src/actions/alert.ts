import type { AlertConfig } from '../config.ts';
import { lockDueAlert, markTold } from '../db/alert.ts';
import { insertNotice, type Notice } from '../db/alert-notice.ts';
import { type AlertNotice, alertNotice, type DueAlert } from '../domain/alert-notice.ts';
import { alertRow } from '../domain/alerts.ts';
import { MAIL_KINDS } from '../domain/kinds.ts';
import { enqueue } from '../queue/boss.ts';
import { postNotice } from '../queue/jobs.ts';
import type { ActionContext } from './context.ts';
import { sendTeamMessage } from './send-message.ts';

/** Tells the team that something began, happened or has ended. Returns what it is told; null: somebody else was quicker. */
export async function tellAlert(
  context: ActionContext,
  alerts: AlertConfig,
  of: Pick<DueAlert, 'type' | 'key'>,
): Promise<AlertNotice | null> {
  const { db, now } = context;
  const due = await lockDueAlert(db, of, now);
  if (!due) return null;
  const notice = alertNotice(due);
  await markTold(db, due, now);
  await tell(context, alerts, notice);
  return notice;
}

/** Puts one thing on its ways: a mail to each address, and a job for the webhook. What says that no mail goes out takes the webhook alone. */
export async function tell(
  context: ActionContext,
  { to, webhookUrl }: AlertConfig,
  notice: Notice,
): Promise<void> {
  const { db, boss, now } = context;
  const id = await insertNotice(db, notice, now);
  if (webhookUrl) await enqueue(boss, db, postNotice, { noticeId: id });
  if (webhookUrl && notice.type === 'alert' && alertRow(notice.alert).stopsMail) return;
  const kind = notice.type === 'alert' ? 'alert' : 'digest';
  for (const [index, address] of to.entries())
    await sendTeamMessage(context, {
      ...{ eventId: null, kind, dedupeKey: `${id} ${index}`, to: address },
      // The team's pages are English, and nobody knows which other language they read.
      about: { notice: { id, language: 'en' } },
      expiresAt: MAIL_KINDS[kind].deadline(now),
    });
}
