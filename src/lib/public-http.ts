import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { singleLine } from './clean-text.ts';
import type { PublicHosts } from './public-address.ts';

/** What became of a request. `status` null: there was no answer, and `error` says why. */
export interface Posted {
  readonly status: number | null;
  readonly error: string | null;
  /** The answer's body as far as it was read. */
  readonly answer: string;
}

interface PosterOptions {
  /** Null: whoever runs the site chose the address, and may mean any. */
  readonly resolve: PublicHosts | null;
  /** Kept open between requests, at most. */
  readonly connections: number;
  /** Of the whole: connection, TLS, headers and body. */
  readonly timeoutMs: number;
  /** So much of a body is read. */
  readonly answerBytes: number;
}

/** Why a connection may not be made. */
class Refused extends Error {}

/**
 * Posts to addresses that somebody chose. A connection is made to the very addresses that `resolve` found and allowed: no other
 * look-up of the name comes between. Redirects are not followed. Never rejects.
 */
export function createPoster({ resolve, connections, timeoutMs, answerBytes }: PosterOptions) {
  const publicLookup =
    (resolve: PublicHosts): LookupFunction =>
    (hostname, options, callback) => {
      resolve(hostname).then(
        (found) => {
          if (found.type !== 'found') return callback(new Refused(found.reason), '', 0);
          const all = found.addresses.map((address) => ({ address, family: isIP(address) }));
          if (options.all) return callback(null, all);
          return callback(null, found.addresses[0], isIP(found.addresses[0]));
        },
        (error: Error) => callback(error, '', 0),
      );
    };
  const lookup = resolve ? { lookup: publicLookup(resolve) } : {};
  const kept = { keepAlive: true, maxSockets: connections, maxFreeSockets: connections };
  const agents = { 'http:': new http.Agent(kept), 'https:': new https.Agent(kept) };

  async function post(
    address: string,
    body: string,
    headers: Readonly<Record<string, string>>,
    stop?: AbortSignal,
  ): Promise<Posted> {
    const url = new URL(address);
    const timeout = AbortSignal.timeout(timeoutMs);
    const signal = stop ? AbortSignal.any([timeout, stop]) : timeout;
    try {
      // An address is not looked up by the connection.
      if (resolve && isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) {
        const found = await resolve(url.hostname);
        if (found.type !== 'found') throw new Refused(found.reason);
      }
      return await ask(url, body, headers, signal);
    } catch (error) {
      return { status: null, error: describe(error, timeout, timeoutMs), answer: '' };
    }
  }

  async function ask(
    url: URL,
    body: string,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
    isAgain = false,
  ): Promise<Posted> {
    const { request, answered } = send(url, body, headers, signal);
    try {
      return await answered;
    } catch (error) {
      // The server closed a connection that was kept, in the very moment in which it was used again.
      const { code } = error as NodeJS.ErrnoException;
      if (isAgain || !request.reusedSocket || signal.aborted || (code !== 'ECONNRESET' && code !== 'EPIPE'))
        throw error;
      return ask(url, body, headers, signal, true);
    }
  }

  function send(url: URL, body: string, headers: Readonly<Record<string, string>>, signal: AbortSignal) {
    const isSecure = url.protocol === 'https:';
    const bytes = Buffer.from(body);
    const options = {
      ...{ method: 'POST', ...lookup, signal, agent: agents[isSecure ? 'https:' : 'http:'] },
      headers: { ...headers, 'content-length': bytes.length },
    };
    const request = isSecure ? https.request(url, options) : http.request(url, options);
    const answered = new Promise<Posted>((resolve, reject) => {
      request.once('error', reject);
      request.once('response', (response) => {
        const parts: Buffer[] = [];
        let length = 0;
        const finish = () =>
          resolve({
            status: response.statusCode ?? null,
            error: null,
            answer: readable(Buffer.concat(parts).subarray(0, answerBytes)),
          });
        response.on('data', (part: Buffer) => {
          parts.push(part);
          length += part.length;
          if (length < answerBytes) return;
          // The rest is nothing to us: what stands in it must cost neither time nor memory.
          finish();
          response.destroy();
        });
        response.once('end', finish);
        response.once('error', reject);
        response.once('close', () => reject(new Error('The connection closed in the middle of the answer.')));
      });
    });
    request.end(bytes);
    return { request, answered };
  }

  return {
    post,
    close(): void {
      for (const agent of Object.values(agents)) agent.destroy();
    },
  };
}

/** As Postgres and a page can take it. A character that was cut in two is left out. */
function readable(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/\uFFFD$/, '')
    .replaceAll('\u0000', '');
}

const CAUSES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'The connection was refused.',
  ECONNRESET: 'The connection was closed before an answer came.',
  EPIPE: 'The connection was closed before an answer came.',
  ETIMEDOUT: 'The connection could not be made in time.',
  EHOSTUNREACH: 'The server cannot be reached.',
  ENETUNREACH: 'The network cannot be reached.',
  HPE_HEADER_OVERFLOW: 'The answer has too many headers.',
};

function describe(error: unknown, timeout: AbortSignal, timeoutMs: number): string {
  if (timeout.aborted) return `No whole answer came within ${timeoutMs / 1_000} seconds.`;
  const { code = '', message } = error as NodeJS.ErrnoException;
  if (error instanceof Refused) return message;
  const known = CAUSES[code];
  if (known) return known;
  if (/CERT|TLS|SSL|ALTNAME|SELF_SIGNED|UNABLE_TO/.test(code))
    return `The TLS connection failed (${code}): ${singleLine(message)}`;
  return `The request failed${code && ` (${code})`}: ${singleLine(message || 'no reason was given')}`;
}
