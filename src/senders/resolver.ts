import { isIPv6 } from 'node:net';
import type { Dns, DnsAnswer } from '../lib/dns.ts';

/** What mailauth asks the DNS with: it wants Node's answers, and Node's errors. */
export type Resolver = (name: string, type: string) => Promise<never[]>;

export interface AskedDns extends Dns {
  /** The same questions, for mailauth. */
  readonly resolver: Resolver;
  /** Names whose texts were asked for so far, in lower case. */
  readonly askedTexts: ReadonlySet<string>;
}

/** The DNS for one check: each question is asked once. */
export function askOnce(dns: Dns): AskedDns {
  const answers = new Map<string, Promise<unknown>>();
  const askedTexts = new Set<string>();
  function once<Answer>(kind: string, name: string, ask: () => Promise<Answer>): Promise<Answer> {
    const key = `${kind} ${name.toLowerCase()}`;
    const known = answers.get(key) as Promise<Answer> | undefined;
    if (known) return known;
    const asked = ask();
    answers.set(key, asked);
    return asked;
  }
  const questions: Dns = {
    mx: (domain) => once('mx', domain, () => dns.mx(domain)),
    txt: (name) => {
      askedTexts.add(name.toLowerCase());
      return once('txt', name, () => dns.txt(name));
    },
    cname: (name) => once('cname', name, () => dns.cname(name)),
    addresses: (name) => once('addresses', name, () => dns.addresses(name)),
  };
  const resolver = async (name: string, type: string): Promise<readonly unknown[]> => {
    switch (type) {
      case 'TXT':
        return valuesOf(await questions.txt(name)).map((text) => [text]);
      case 'MX':
        return valuesOf(await questions.mx(name)).map(({ host, priority }) => ({ exchange: host, priority }));
      case 'CNAME':
        return valuesOf(await questions.cname(name));
      case 'A':
      case 'AAAA': {
        const all = valuesOf(await questions.addresses(name));
        const wanted = all.filter((address) => isIPv6(address) === (type === 'AAAA'));
        return wanted.length > 0 ? wanted : valuesOf({ type: 'none', nameExists: true });
      }
      default:
        return valuesOf({ type: 'none', nameExists: true });
    }
  };
  return { ...questions, resolver: resolver as unknown as Resolver, askedTexts };
}

/** Throws as `node:dns` does where there is nothing. */
function valuesOf<Value>(answer: DnsAnswer<Value>): readonly Value[] {
  if (answer.type === 'found') return answer.values;
  const code = answer.type === 'unknown' ? answer.reason : answer.nameExists ? 'ENODATA' : 'ENOTFOUND';
  throw Object.assign(new Error(`The DNS answers ${code}.`), { code });
}
