import { createHash, timingSafeEqual } from 'node:crypto';
import { BlockList, isIP } from 'node:net';
import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context } from 'hono';

const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['169.254.0.0', 16],
] as const)
  PRIVATE.addSubnet(network, prefix, 'ipv4');
PRIVATE.addAddress('::1', 'ipv6');
PRIVATE.addSubnet('fc00::', 7, 'ipv6');
PRIVATE.addSubnet('fe80::', 10, 'ipv6');

/** A proxy names whom it speaks for in one of these. */
const FORWARDING =
  /^(?:forwarded|via|x-forwarded(?:-.+)?|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;

export type MayObserve = (c: Context) => boolean;

/**
 * Whether a request may see what goes on in here: it names the token; or, without a token, it comes from a loopback or private address,
 * and no proxy has handed it on.
 */
export function createMayObserve(token: string | null): MayObserve {
  const expected = token === null ? null : hash(token);
  return (c) => {
    if (expected !== null) {
      const given = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
      return given !== undefined && timingSafeEqual(hash(given), expected);
    }
    if (Object.keys(c.req.header()).some((name) => FORWARDING.test(name.toLowerCase()))) return false;
    // Tests call without a socket.
    return c.env?.incoming ? isPrivate(getConnInfo(c).remote.address ?? '') : true;
  };
}

function isPrivate(address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '').split('%')[0] ?? '';
  const family = isIP(plain);
  return family !== 0 && PRIVATE.check(plain, family === 4 ? 'ipv4' : 'ipv6');
}

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
