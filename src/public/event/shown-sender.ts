import type { Mailbox } from '../../config.ts';
import { shownAddress } from '../../domain/address.ts';

/** Whom mails come from, as an inbox shows it: `Events <events@example.com>`. */
export function shownSender({ name, address }: Mailbox): string {
  const shown = shownAddress(address);
  return name.trim() ? `${name.trim()} <${shown}>` : shown;
}
