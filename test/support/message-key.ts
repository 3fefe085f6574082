import { findLedgers } from '../../src/db/message.ts';
import type { Db } from '../../src/db/pool.ts';
import type { MessageKey } from '../../src/domain/message.ts';

/** What names the message whose id it is. */
export async function keyOf(db: Db, id: string): Promise<MessageKey> {
  const ledger = (await findLedgers(db, [id])).get(id);
  if (ledger === undefined) throw new Error('There is no such message.');
  return { ledger, id };
}
