import type { AddressInfo } from 'node:net';
import DNS from 'dns2';
import { afterAll } from 'vitest';

/** The records of a name, in lower case. `fails`: the server says that it cannot answer; `silent`: it says nothing. */
export interface DnsRecords {
  mx?: readonly (readonly [priority: number, host: string])[];
  txt?: readonly string[];
  cname?: string;
  a?: readonly string[];
  fails?: boolean;
  silent?: boolean;
}

export interface DnsServer {
  /** `127.0.0.1:PORT` */
  readonly address: string;
  /** By name. They may be changed at any time; a name that is not here does not exist. */
  readonly zone: Map<string, DnsRecords>;
  /** Every question so far, like `MX gmail.com`. */
  readonly asked: readonly string[];
}

const SERVFAIL = 2;
const NXDOMAIN = 3;
const TYPES = new Map([
  [1, 'A'],
  [5, 'CNAME'],
  [15, 'MX'],
  [16, 'TXT'],
  [28, 'AAAA'],
]);

/** A DNS server of a suite's own, over UDP, on a free port. It ends with the suite. */
export async function openDnsServer(records: Readonly<Record<string, DnsRecords>> = {}): Promise<DnsServer> {
  const zone = new Map(Object.entries(records));
  const asked: string[] = [];
  const server = DNS.createServer({
    udp: true,
    handle(request, send) {
      const response = DNS.Packet.createResponseFromRequest(request);
      const [question] = request.questions;
      const name = question?.name.toLowerCase() ?? '';
      const type = TYPES.get(Number(question?.type)) ?? String(question?.type);
      asked.push(`${type} ${name}`);
      const found = zone.get(name);
      if (found?.silent) return;
      if (found?.fails) response.header.rcode = SERVFAIL;
      else if (!found) response.header.rcode = NXDOMAIN;
      else response.answers.push(...chase(type, name, zone));
      send(response);
    },
  });
  await server.listen({ udp: { port: 0, address: '127.0.0.1' } });
  afterAll(() => server.close());
  const { port } = server.addresses().udp as AddressInfo;
  return { address: `127.0.0.1:${port}`, zone, asked };
}

/** As a server that asks others does: with what stands behind an alias. */
function chase(
  type: string,
  name: string,
  zone: ReadonlyMap<string, DnsRecords>,
  steps = 0,
): DNS.Packet.Resource[] {
  const found = zone.get(name);
  if (!found) return [];
  const own = answersTo(type, name, found);
  if (found.cname === undefined || type === 'CNAME' || steps > 5) return own;
  return [...own, ...chase(type, found.cname.toLowerCase(), zone, steps + 1)];
}

function answersTo(type: string, name: string, { mx, txt, cname, a }: DnsRecords): DNS.Packet.Resource[] {
  const { TYPE, CLASS } = DNS.Packet;
  const record = (kind: number, data: object) =>
    ({ name, type: kind, class: CLASS.IN, ttl: 60, ...data }) as DNS.Packet.Resource;
  if (cname !== undefined) return [record(TYPE.CNAME, { domain: cname })];
  if (type === 'MX') return (mx ?? []).map(([priority, exchange]) => record(TYPE.MX, { priority, exchange }));
  if (type === 'TXT')
    return (txt ?? []).map((text) => record(TYPE.TXT, { data: text.match(/.{1,255}/gs) ?? [''] }));
  if (type === 'A') return (a ?? []).map((address) => record(TYPE.A, { address }));
  return [];
}
