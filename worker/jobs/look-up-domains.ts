import { makeDomainsDue } from '../../src/db/mail-domain.ts';
import { lookUpDomains } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';
import { lookUpDueDomains } from '../mail-domains/look-up.ts';

/** Domains whose DNS is silent take seconds: others go on beside them. */
const AT_ONCE = 4;

/** Asks the DNS for the domains that people registered with just now. */
export async function registerLookUpDomains(context: WorkerContext): Promise<void> {
  await context.boss.work(
    lookUpDomains.name,
    // One run takes what several jobs were for.
    {
      ...{ batchSize: 100, localConcurrency: AT_ONCE },
      ...{ pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    },
    async (jobs: readonly { readonly data: unknown }[]) => {
      const domains = jobs.flatMap(({ data }) => lookUpDomains.payload.parse(data).domains ?? []);
      if (domains.length > 0) await makeDomainsDue(context.pool, [...new Set(domains)], context.now());
      await lookUpDueDomains(context);
    },
  );
}
