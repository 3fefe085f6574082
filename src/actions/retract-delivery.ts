import { locateMessages, retractDelivered } from '../db/delivery-event.ts';
import { refreshEmailStatus } from '../db/email-status.ts';
import { type Pool, transaction } from '../db/pool.ts';

/**
 * Takes back that the development inbox told a mail as delivered: a server that answers "mailbox full" has not delivered it, and what is
 * delivered outranks that. Only for development; where more is known by now (it was opened, it bounced) nothing changes.
 */
export async function retractDelivery(pool: Pool, messageId: string): Promise<void> {
  await transaction(pool, async (db) => {
    const [message] = await locateMessages(db, [messageId], []);
    const registrantId = message ? await retractDelivered(db, message, 'mailpit') : null;
    if (message?.ledger && registrantId) await refreshEmailStatus(db, message.ledger, [registrantId]);
  });
}
