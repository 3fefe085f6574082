import type { Config, Mailbox } from '../config.ts';
import type { Db } from '../db/pool.ts';
import { findSendingDomains } from '../db/sender-domain.ts';
import type { Event } from '../domain/event.ts';
import { domainOf, senderOf } from '../domain/sender-domain.ts';

/** Who the event's mails come from at the moment. */
export async function eventMailbox(
  db: Db,
  { mailFrom }: Pick<Config, 'mailFrom'>,
  event: Pick<Event, 'fromName' | 'fromAddress'>,
): Promise<Mailbox> {
  const domain = event.fromAddress && domainOf(event.fromAddress);
  const [known] = domain ? await findSendingDomains(db, [domain]) : [];
  const sender = senderOf(event, mailFrom, () => known?.isVerified === true);
  return sender ? { name: sender.name, address: sender.address ?? mailFrom.address } : mailFrom;
}
