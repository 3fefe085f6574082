import { Resolver } from 'node:dns/promises';

/** What a question to the DNS was answered: what there is, that there is nothing, or nothing that tells. */
export type DnsAnswer<Value> =
  | { readonly type: 'found'; readonly values: readonly Value[] }
  /** The name does not exist, or has nothing of this kind. */
  | { readonly type: 'none'; readonly nameExists: boolean }
  /** No server answered in time, or it failed: it may be different in a minute. `reason`: the DNS's code, like `ETIMEOUT`. */
  | { readonly type: 'unknown'; readonly reason: string };

/** Where mail to a domain is delivered. */
export interface MailExchanger {
  readonly host: string;
  readonly priority: number;
}

/** Questions to the DNS. Names in ASCII. They never reject. */
export interface Dns {
  /** The servers that take a domain's mail; an empty host with nothing beside it: it takes none (RFC 7505). */
  mx(domain: string): Promise<DnsAnswer<MailExchanger>>;
  /** Texts, each put together from its parts. */
  txt(name: string): Promise<DnsAnswer<string>>;
  cname(name: string): Promise<DnsAnswer<string>>;
  /** Addresses of both versions. */
  addresses(name: string): Promise<DnsAnswer<string>>;
}

const TIMEOUT_MS = 2_000;
const TRIES = 2;

/** `servers`: `address` or `address:port`; null: those of the system. */
export function createDns(servers: readonly string[] | null = null): Dns {
  const resolver = new Resolver({ timeout: TIMEOUT_MS, tries: TRIES });
  if (servers) resolver.setServers(servers);
  return {
    mx: (domain) =>
      answer(async () =>
        (await resolver.resolveMx(domain)).map(({ exchange, priority }) => ({ host: exchange, priority })),
      ),
    txt: (name) => answer(async () => (await resolver.resolveTxt(name)).map((parts) => parts.join(''))),
    cname: (name) => answer(() => resolver.resolveCname(name)),
    async addresses(name) {
      const both = [
        await answer(() => resolver.resolve4(name)),
        await answer(() => resolver.resolve6(name)),
      ] as const;
      const found = both.flatMap((one) => (one.type === 'found' ? one.values : []));
      if (found.length > 0) return { type: 'found', values: found };
      return both.find(({ type }) => type === 'unknown') ?? both[0];
    },
  };
}

async function answer<Value>(ask: () => Promise<Value[]>): Promise<DnsAnswer<Value>> {
  try {
    const values = await ask();
    return values.length > 0 ? { type: 'found', values } : { type: 'none', nameExists: true };
  } catch (error) {
    const { code = 'EUNKNOWN' } = error as NodeJS.ErrnoException;
    // What cannot be a name in the DNS is none.
    if (code === 'ENOTFOUND' || code === 'EBADNAME') return { type: 'none', nameExists: false };
    return code === 'ENODATA' ? { type: 'none', nameExists: true } : { type: 'unknown', reason: code };
  }
}
