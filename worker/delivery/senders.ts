import type { Config } from '../../src/config.ts';
import type { Due } from '../../src/db/delivery.ts';
import type { Pool } from '../../src/db/pool.ts';
import { findSendingDomains, type SendingDomain } from '../../src/db/sender-domain.ts';
import { cacheBytes } from '../../src/domain/cache-budgets.ts';
import { type DkimSigner, openDkimKey } from '../../src/domain/dkim.ts';
import type { Event } from '../../src/domain/event.ts';
import { domainOf, type Sender, senderOf } from '../../src/domain/sender-domain.ts';
import { createLruCache } from '../../src/lib/lru-cache.ts';
import type { Logger } from '../../src/log.ts';

/** OpenSSL's own, of the largest key that is used. */
const OPENED_KEY_BYTES = 8 * 1024;

/** Who the mails of one job come from, and what signs them. */
export interface JobSenders {
  /** Null: MAIL_FROM. */
  senderOf(event: Event): Sender | null;
  /** Null: nothing of ours signs. */
  signerOf(sender: Sender | null): DkimSigner | null;
}

export type Senders = ReturnType<typeof createSenders>;

/** Whom events send as. `signs`: whether mails leave in a way that lets us sign them. */
export function createSenders({
  config,
  pool,
  log,
  signs,
}: {
  readonly config: Pick<Config, 'mailFrom' | 'dkim' | 'appSecret'>;
  readonly pool: Pool;
  readonly log: Logger;
  readonly signs: boolean;
}) {
  const { mailFrom, dkim, appSecret } = config;
  const siteDomain = domainOf(mailFrom.address);
  const opened = createLruCache<DkimSigner | null>({
    bytes: cacheBytes('DKIM keys'),
    weigh: () => OPENED_KEY_BYTES,
  });

  function open({ domain, key }: SendingDomain): DkimSigner | null {
    if (!key) return null;
    return opened(`${domain} ${key.privateKey}`, () => {
      const signer = openDkimKey(appSecret, domain, key);
      if (!signer)
        log.error({ domain }, 'the DKIM key of a sender domain was sealed with another APP_SECRET');
      return signer;
    });
  }

  return {
    /** Reads it anew for each job: a domain that was verified a moment ago counts. */
    async read(due: readonly Due[], events: readonly Event[]): Promise<JobSenders> {
      const addresses = [
        ...events.map(({ fromAddress }) => fromAddress),
        ...due.map(({ frozen }) => frozen?.sender?.address),
        ...(signs && !dkim ? [mailFrom.address] : []),
      ];
      const domains = new Set(addresses.flatMap((address) => (address ? [domainOf(address)] : [])));
      const found = domains.size > 0 ? await findSendingDomains(pool, [...domains]) : [];
      const known = new Map(found.map((one) => [one.domain, one]));
      return {
        senderOf: (event) => senderOf(event, mailFrom, (domain) => known.get(domain)?.isVerified === true),
        signerOf(sender) {
          if (!signs) return null;
          const domain = sender?.address ? domainOf(sender.address) : siteDomain;
          if (domain === siteDomain && dkim) return dkim;
          const one = known.get(domain);
          return one ? open(one) : null;
        },
      };
    },
  };
}
