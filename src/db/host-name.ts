import dns from 'node:dns';
import { isIP } from 'node:net';
import { NoAnswer } from './silence.ts';

/** Of each name the look-up that is under way. */
const underWay = new Map<string, Promise<void>>();

/** Whether a host is one that has to be looked up: no IP address, no folder of sockets. */
export function isName(host: string): boolean {
  return isIP(host) === 0 && !host.startsWith('/');
}

/**
 * Waits until the name of a host has been looked up, for `ms` at most. A few threads look up all names of a process, and one that no name server
 * answers for keeps its thread for many seconds: each name may keep one, however often it is wanted, so that others are found meanwhile.
 */
export async function lookUp(host: string, ms: number): Promise<void> {
  if (!isName(host)) return;
  const running = underWay.get(host) ?? begin(host);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new NoAnswer(`no name server tells where ${host} is for ${ms / 1000} s`)),
      ms,
    );
  });
  await Promise.race([running, late]).finally(() => clearTimeout(timer));
}

function begin(host: string): Promise<void> {
  const running = new Promise<void>((resolve, reject) => {
    dns.lookup(host, { all: true }, (error) => {
      underWay.delete(host);
      if (error) reject(error);
      else resolve();
    });
  });
  // Whoever waited for it may have given up.
  running.catch(() => undefined);
  underWay.set(host, running);
  return running;
}
