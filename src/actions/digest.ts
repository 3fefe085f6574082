import type { AlertConfig } from '../config.ts';
import { raiseAlert } from '../db/alert.ts';
import { findEvent } from '../db/event.ts';
import { isFanOutUnderWay } from '../db/fan-out.ts';
import { allow } from '../db/pool.ts';
import { countPeople } from '../db/report.ts';
import { beginEventDigest, countSend, keepLook, listSendErrors, lockSend, type SendKey } from '../db/send.ts';
import { bouncesMany, commonestReasons, hasSettled, nextLookAt, writeReasons } from '../domain/digest.ts';
import type { Event } from '../domain/event.ts';
import { fanOut } from '../queue/jobs.ts';
import { tell } from './alert.ts';
import type { ActionContext } from './context.ts';

interface Telling extends ActionContext {
  readonly alerts: AlertConfig;
  /** Whether the transport says what was delivered. */
  readonly reportsDelivery: boolean;
}

/** Looks what became of a mail to many: its digest is made once it has settled, and bounces are raised. Of two at once one looks. */
export async function lookAtSend(context: Telling, key: SendKey): Promise<void> {
  const { db, now, alerts, reportsDelivery } = context;
  await allow(db, 'event');
  const send = await lockSend(db, key, now);
  const event = send && (await findEvent(db, { id: key.eventId }));
  if (!event) return;
  const { kind, begunAt } = send;
  const figures = await countSend(db, key);
  const isBouncing = send.bouncesRaisedAt === null && bouncesMany(figures);
  const isSettled =
    send.digestedAt === null &&
    hasSettled(figures, {
      ageMs: now.getTime() - begunAt.getTime(),
      isUnderWay: await isFanOutUnderWay(db, fanOut.name, key.dedupeKey),
    });
  await keepLook(
    db,
    {
      ...send,
      digestedAt: isSettled ? now : send.digestedAt,
      bouncesRaisedAt: isBouncing ? now : send.bouncesRaisedAt,
    },
    nextLookAt(begunAt, now),
  );
  if (!isBouncing && !isSettled) return;
  const reasons = commonestReasons(await listSendErrors(db, key));
  const { mails, bounced } = figures;
  if (isBouncing)
    await raiseAlert(db, 'bounces', { ...key, mails, bounced, reasons: writeReasons(reasons) }, now);
  if (isSettled)
    await tell(context, alerts, {
      ...{
        type: 'send',
        ...figures,
        kind,
        reasons,
        reportsDelivery: reportsDelivery || figures.delivered > 0,
      },
      ...{
        eventId: event.id,
        eventTitle: event.title,
        timeZone: event.timeZone,
        begunAt: begunAt.toISOString(),
      },
    });
}

/** Tells the team, once, what came of an event. */
export async function digestEvent(context: Telling, event: Event): Promise<void> {
  const { db, now, alerts, reportsDelivery } = context;
  if (!(await beginEventDigest(db, event, now))) return;
  await allow(db, 'event');
  const { funnel, byEmailStatus } = await countPeople(db, event, { after: null });
  const { registered, delivered, joined } = funnel;
  const bounced = byEmailStatus.find(({ emailStatus }) => emailStatus === 'bounced')?.registered ?? 0;
  await tell(context, alerts, {
    ...{ type: 'event', eventId: event.id, eventTitle: event.title, registered, delivered, joined, bounced },
    ...{ missed: registered - joined, reportsDelivery: reportsDelivery || delivered > 0 },
  });
}
