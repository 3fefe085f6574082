import { keepSenderChecks, SENDER_CHECK } from '../../src/actions/sender-domain.ts';
import { transaction } from '../../src/db/pool.ts';
import { findSenderDomain, takeUncheckedDomains } from '../../src/db/sender-domain.ts';
import { checkStoredDomain } from '../../src/senders/check-stored.ts';
import { senderTransport } from '../../src/senders/transport.ts';
import type { WorkerContext } from '../context.ts';
import { inTurn, type Service } from './service.ts';

const HOUR = 3_600_000;
/** A domain is checked again so long after its last check. */
const AGAIN_MS = 24 * HOUR;
/** So many in one run. */
const LIMIT = 20;

/** Checks each sender domain once a day, in one worker: a record that somebody took away is told of before a send, and not after. */
export const senderCheck: Service = {
  name: 'sender-check',
  schedule: '*/10 * * * *',
  async run(context, signal) {
    const { pool, now } = context;
    const at = now();
    const before = new Date(at.getTime() - AGAIN_MS);
    const domains = await takeUncheckedDomains(pool, { before, now: at, limit: LIMIT });
    await inTurn(domains, async (domain) => {
      if (!signal.aborted) await checkOne(context, domain);
    });
  },
};

async function checkOne({ config, pool, dns, log, now }: WorkerContext, domain: string): Promise<void> {
  const sender = await findSenderDomain(pool, domain);
  if (!sender) return;
  const checks = await checkStoredDomain({ config, dns, transport: senderTransport(config) }, sender);
  const kept = await transaction(pool, (db) =>
    keepSenderChecks({ db, now: now(), actor: SENDER_CHECK }, domain, checks),
  );
  if (checks.isInOrder === false && sender.verifiedAt !== null)
    log.warn({ domain, verified: kept.verifiedAt !== null }, 'a sender domain is no longer in order');
}
