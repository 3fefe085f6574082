import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { Dns } from './dns.ts';

/** Where an IP address is: on the public internet, on this machine, or anywhere else (private, link-local, reserved …). */
export type Reach = 'public' | 'loopback' | 'other';

// All that the internet assigns to networks; what of it is reserved `range` knows.
const GLOBAL = ipaddr.parseCIDR('2000::/3');

/** Public by its number, and answers inside a cloud only: Azure's, for the machines in it. */
const INSIDE_CLOUDS: ReadonlySet<string> = new Set(['168.63.129.16']);

export function reachOf(address: string): Reach {
  if (isIP(address) === 0) return 'other';
  // An IPv4 address in an IPv6 one leads where the IPv4 address does.
  const parsed = ipaddr.process(address);
  const range = parsed.range();
  if (range === 'loopback') return 'loopback';
  if (range !== 'unicast' || INSIDE_CLOUDS.has(parsed.toString())) return 'other';
  return parsed.kind() === 'ipv4' || parsed.match(GLOBAL) ? 'public' : 'other';
}

/** The addresses that a name stands for, each of which may be connected to; or why none may. */
export type Resolved =
  | { readonly type: 'found'; readonly addresses: readonly [string, ...string[]] }
  | { readonly type: 'refused' | 'unknown'; readonly reason: string };

/**
 * What a web address's host leads to. Refused is a name that does not exist, or that has any address that is not public; where
 * `loopback` is allowed, this machine is as good as public.
 */
export function createPublicHosts(dns: Pick<Dns, 'addresses'>, { loopback }: { readonly loopback: boolean }) {
  const mayReach = (address: string) => {
    const reach = reachOf(address);
    return reach === 'public' || (loopback && reach === 'loopback');
  };

  async function resolve(hostname: string): Promise<Resolved> {
    // An IPv6 address stands in brackets in a URL, and a name may end in a dot.
    const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
    const found = await addressesOf(host);
    if (found.type !== 'found') return found;
    return found.addresses.every(mayReach)
      ? found
      : { type: 'refused', reason: `${host} does not lead to a public address.` };
  }

  async function addressesOf(host: string): Promise<Resolved> {
    if (isIP(host) !== 0) return { type: 'found', addresses: [host] };
    // Never a name of the DNS (RFC 6761).
    if (host === 'localhost' || host.endsWith('.localhost'))
      return { type: 'found', addresses: ['127.0.0.1', '::1'] };
    const answer = await dns.addresses(host);
    if (answer.type === 'unknown')
      return { type: 'unknown', reason: `The DNS gave no answer for ${host} (${answer.reason}).` };
    const [first, ...more] = answer.type === 'found' ? answer.values : [];
    return first === undefined
      ? { type: 'refused', reason: `The name ${host} does not exist, or has no address.` }
      : { type: 'found', addresses: [first, ...more] };
  }

  return resolve;
}

export type PublicHosts = ReturnType<typeof createPublicHosts>;
