import freeDomains from 'free-email-domains';

const FREE = new Set(freeDomains);

/** Whether anybody can have an address at the domain, so that those who have one are no company. */
export function isFreeMailDomain(domain: string): boolean {
  return FREE.has(domain);
}
