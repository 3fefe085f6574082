import { shownAddress } from '../../domain/address.ts';
import type { Event } from '../../domain/event.ts';

/** Whom an event's mails come from, as an inbox shows it: `Events <events@example.com>`. */
export function shownSender(
  event: Pick<Event, 'fromName' | 'fromAddress'>,
  mailFrom: { readonly name: string; readonly address: string },
): string {
  const name = (event.fromName ?? mailFrom.name).trim();
  const address = shownAddress(event.fromAddress ?? mailFrom.address);
  return name ? `${name} <${address}>` : address;
}
