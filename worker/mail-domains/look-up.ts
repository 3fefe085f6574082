import {
  type ClaimedDomain,
  claimDomains,
  saveDomainStatus,
  saveNoAnswer,
} from '../../src/db/mail-domain.ts';
import {
  type DomainStatus,
  isReservedDomain,
  OK_LASTS_MS,
  pauseAfter,
  WRONG_LASTS_MS,
  wrongDomain,
} from '../../src/domain/mail-domain.ts';
import type { Dns } from '../../src/lib/dns.ts';
import type { WorkerContext } from '../context.ts';

/** So many are asked for at once. */
const TOGETHER = 20;
/** Longer than a look-up takes whose every question is answered by nobody. */
const CLAIM_MS = 120_000;

type Context = Pick<WorkerContext, 'pool' | 'dns' | 'now' | 'config'>;

/** Asks for every domain that is due and that no other worker asks for. `signal`: no more are begun. */
export async function lookUpDueDomains(context: Context, signal?: AbortSignal): Promise<void> {
  const { pool, now } = context;
  while (!signal?.aborted) {
    const until = new Date(now().getTime() + CLAIM_MS);
    const claimed = await claimDomains(pool, now(), until, TOGETHER);
    await Promise.all(claimed.map((one) => lookUp(context, one)));
    if (claimed.length < TOGETHER) return;
  }
}

async function lookUp({ pool, dns, now, config }: Context, one: ClaimedDomain): Promise<void> {
  const { domain } = one;
  // While trying things out, people are registered at example.com, and all mail goes to an inbox of our own.
  const isPretended = !config.production && config.dnsServers === null && isReservedDomain(domain);
  const status = isPretended ? null : await askDns(dns, domain);
  const after = (ms: number) => new Date(now().getTime() + ms);
  if (status) {
    const isWrong = wrongDomain(status) !== null;
    const expiresAt = after(isWrong ? WRONG_LASTS_MS : OK_LASTS_MS);
    return saveDomainStatus(pool, domain, {
      status,
      now: now(),
      expiresAt,
      dueAt: isWrong ? expiresAt : null,
    });
  }
  const attempts = one.attempts + 1;
  const pause = isPretended ? null : pauseAfter(attempts);
  const expiresAt = after(pause ?? OK_LASTS_MS);
  await saveNoAnswer(pool, { domain, attempts }, { expiresAt, dueAt: pause === null ? null : expiresAt });
}

/** What the DNS says of a domain (RFC 5321, 5.1); null: nothing that tells. */
export async function askDns(
  dns: Pick<Dns, 'mx' | 'addresses'>,
  domain: string,
): Promise<DomainStatus | null> {
  const mx = await dns.mx(domain);
  if (mx.type === 'unknown') return null;
  if (mx.type === 'found')
    // A lone root is no server: the domain says that it takes no mail (RFC 7505).
    return mx.values.some(({ host }) => host !== '' && host !== '.') ? 'ok' : 'no_mail';
  // Without an MX record mail goes to the domain's own address. Some servers deny a name of which they are asked for an MX record only.
  const addresses = await dns.addresses(domain);
  if (addresses.type === 'unknown') return null;
  if (addresses.type === 'found') return 'ok';
  return mx.nameExists || addresses.nameExists ? 'no_mail' : 'does_not_exist';
}
