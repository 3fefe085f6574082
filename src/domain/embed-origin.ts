import { isLoopback } from './loopback.ts';

const EXAMPLE = 'https://www.example.com';

export type EmbedOriginReading =
  | { readonly origin: string; readonly problem: null }
  | { readonly origin: null; readonly problem: string };

/**
 * A site that may frame an event's registration form, as browsers write its origin: lower case, IDNs in ASCII, without the protocol's
 * own port. `problem`: what is wrong with the text, to be read behind its name. What is read stands in a `frame-ancestors` as it is.
 */
export function readEmbedOrigin(text: string): EmbedOriginReading {
  const problem = (what: string): EmbedOriginReading => ({ origin: null, problem: what });
  const given = text.trim();
  if (given.includes('*')) return problem('must name one site: * would let every site show the form');
  if (!/^https?:/i.test(given)) return problem(`must begin with https://, like ${EXAMPLE}`);
  const url = URL.parse(given);
  // What `URL` reads of a hostname is more than a policy may hold: a `;` in it would begin another directive.
  if (!url || !/^[a-z0-9._-]+$/.test(url.hostname)) {
    const isV6 = url?.hostname.startsWith('[');
    return problem(
      isV6 ? 'must be a name: browsers allow no IPv6 address here' : `must be an origin, like ${EXAMPLE}`,
    );
  }
  if (url.protocol !== 'https:' && !isLoopback(url.hostname))
    return problem('must begin with https:// (http:// is for pages on the same machine)');
  if (!/^https?:\/\/[^/?#@\s\\]+\/?$/i.test(given))
    return problem(`must be the site alone, without a path: ${url.origin}`);
  return { origin: url.origin, problem: null };
}
