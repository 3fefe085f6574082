const ADDRESS = /^(postgres(?:ql)?:\/\/)([^/?#]*)([^?#]*)(?:\?([^#]*))?/;
/** A host as it stands in an address, with its port: an IPv6 address in brackets, a name, or a folder of sockets, percent-encoded. */
const HOST = /^(\[[^[\]]+\]|[^:[\]]+)(?::(\d*))?$/;

/** What the parameter `target_session_attrs` may say of the hosts that are meant. */
export const WRITES = ['read-write', 'primary'] as const;
export const READS = ['prefer-standby', 'standby'] as const;

/** A wrong address. `message` goes on after the name of whatever has it. */
export class HostsFault extends Error {}

/**
 * The hosts of a Postgres address in libpq's form (`postgres://user:password@a:5432,b:5433/name?…`, or `?host=a,b&port=5432,5433`), in
 * their order: for each the address that names it alone. An address with one host stays as it is. Throws HostsFault.
 */
export function hostUrls(address: string, attributes: readonly string[] = [...WRITES, ...READS]): string[] {
  const [, scheme = '', authority = '', path = '', query = ''] = ADDRESS.exec(address) ?? [];
  const at = authority.lastIndexOf('@') + 1;
  const parameters = new URLSearchParams(query);
  const named = parameters.get('host');
  const asked = parameters.get('target_session_attrs');
  if (asked !== null && !attributes.includes(asked))
    throw new HostsFault(
      `must say target_session_attrs=${attributes.join(' or ')}, or leave it out, which means the same`,
    );
  const hosts = named === null ? readAuthority(authority.slice(at)) : readParameters(named, parameters);
  const [host, second] = hosts;
  if (host === undefined || second === undefined) {
    if (scheme !== '' && URL.canParse(address)) return [address];
    throw new HostsFault('must be an address that begins with postgres:// or postgresql://');
  }
  // Each parameter as it was written: what is decoded and encoded again may come out otherwise.
  const others = query
    .split('&')
    .filter((one) => one !== '' && !/^(host|port|target_session_attrs)(=|$)/.test(one));
  return hosts.map((one) => {
    const url = `${scheme}${authority.slice(0, at)}${one}${path}${others.length > 0 ? `?${others.join('&')}` : ''}`;
    if (URL.canParse(url)) return url;
    throw new HostsFault('has a host, or something before its hosts, that no address can have');
  });
}

function readAuthority(list: string): string[] {
  const hosts = list.split(',');
  return hosts.length === 1 ? hosts : hosts.map((host) => withPort(...split(host)));
}

/** Several ports belong to one host each; a single one belongs to all. */
function readParameters(list: string, parameters: URLSearchParams): string[] {
  const hosts = list.split(',');
  const ports = parameters.get('port')?.split(',') ?? [''];
  if (hosts.length === 1) return hosts;
  if (ports.length !== 1 && ports.length !== hosts.length)
    throw new HostsFault('must have one port for all of its hosts, or one for each');
  return hosts.map((host, i) =>
    withPort(host.includes(':') ? `[${host}]` : encodeURIComponent(host), ports[i] ?? ports[0] ?? ''),
  );
}

function split(host: string): [name: string, port: string] {
  const [, name = '', port = ''] = HOST.exec(host) ?? [];
  return [name, port];
}

function withPort(name: string, port: string): string {
  if (name === '') throw new HostsFault('must have a host, or a host and its port, on each side of a comma');
  if (port === '') return name;
  if (/^\d{1,5}$/.test(port) && Number(port) > 0 && Number(port) < 65_536) return `${name}:${port}`;
  throw new HostsFault('must have ports from 1 to 65535');
}
