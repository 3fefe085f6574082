import type { Answer, TestApp } from './app.ts';
import type { DnsServer } from './dns-server.ts';

interface DnsRecord {
  readonly type: string;
  readonly name: string;
  readonly value: string;
}

/** Publishes records as somebody who follows our advice does: texts beside those of other names. */
export function publish({ zone }: DnsServer, records: readonly DnsRecord[]): void {
  for (const { type, name, value } of records) {
    if (type === 'TXT') zone.set(name, { ...zone.get(name), txt: [value] });
    if (type === 'CNAME') zone.set(name, { cname: value });
  }
}

/** A sender domain, added, its records published, and checked. `DNS_SERVERS` of the app is this server. */
export async function verifiedDomain(
  app: TestApp,
  server: DnsServer,
  domain: string,
  body: Readonly<Record<string, unknown>> = {},
): Promise<Answer> {
  const added = await app.api('POST', '/sender-domains', { domain, ...body });
  if (added.status !== 201) throw new Error(`the domain was refused: ${added.text}`);
  publish(server, added.json.records);
  const checked = await app.api('POST', `/sender-domains/${domain}/check`);
  if (checked.json.state !== 'verified') throw new Error(`the domain is not verified: ${checked.text}`);
  return checked;
}
