const NAMES: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a host, as an address of the web names it, is the machine that asks. */
export function isLoopback(hostname: string): boolean {
  return NAMES.has(hostname);
}
