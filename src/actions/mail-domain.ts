import { makeDomainsDue } from '../db/mail-domain.ts';
import { domainOf } from '../domain/mail-domain.ts';
import { enqueue } from '../queue/boss.ts';
import { lookUpDomains } from '../queue/jobs.ts';
import type { ActionContext } from './context.ts';

/**
 * Has a worker ask the DNS whether the domains of these addresses take mail, unless it is known. Nothing waits for the answer. It comes last
 * in a transaction.
 */
export async function askForDomains(
  { db, boss, now }: ActionContext,
  addresses: readonly string[],
): Promise<void> {
  const domains = [...new Set(addresses.map(domainOf))];
  if (domains.length > 0 && (await makeDomainsDue(db, domains, now)))
    await enqueue(boss, db, lookUpDomains, {});
}
