import { isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

/**
 * The address of whoever sent the request: the connection's, or, behind `trustProxy` proxies, the one that the
 * outermost of them saw. Entries further left in X-Forwarded-For are the visitor's own words and not believed; an entry that
 * is no address is as good as none.
 */
export function clientAddress(c: Context, trustProxy: number): string {
  if (trustProxy > 0) {
    const address = readForwarded((c.req.header('x-forwarded-for') ?? '').split(',').at(-trustProxy) ?? '');
    if (address) return address;
  }
  // Tests call the app without a socket.
  return c.env?.incoming ? (getConnInfo(c).remote.address ?? 'unknown') : 'unknown';
}

/** `198.51.100.8`, `198.51.100.8:443`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:443`, quoted or not; else null. */
function readForwarded(entry: string): string | null {
  const text = entry
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim();
  const address =
    /^\[([^\]]*)\](?::\d{0,5})?$/.exec(text)?.[1] ?? /^([\d.]+):\d{0,5}$/.exec(text)?.[1] ?? text;
  return isIP(address) ? address : null;
}

/** What limits count by: an IPv4 address whole, an IPv6 address by its /64, because one household has all of that. */
export function limitKey(address: string): string {
  if (isIP(address) !== 6) return address;
  // In its one canonical form; a zone says by which interface it is reached, not who it is.
  const { hostname } = new URL(`http://[${address.split('%')[0]}]`);
  const [head = '', tail] = hostname.slice(1, -1).split('::');
  const left = head ? head.split(':') : [];
  const right = tail ? tail.split(':') : [];
  const groups = [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right];
  const mapped = groups.slice(0, 6).join(':') === '0:0:0:0:0:ffff';
  if (!mapped) return `${groups.slice(0, 4).join(':')}::/64`;
  const bytes = groups.slice(6).map((group) => Number.parseInt(group, 16));
  return bytes.flatMap((pair) => [pair >> 8, pair & 255]).join('.');
}
