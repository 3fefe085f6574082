import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { connect } from 'node:tls';
import { type Finding, findingsOf } from '../../src/domain/finding.ts';
import { INSTALLATION_HEADER, installationId } from '../../src/domain/installation.ts';
import { isLoopback } from '../../src/domain/loopback.ts';
import { singleLine } from '../../src/lib/clean-text.ts';
import type { Check } from './check.ts';

const found = findingsOf('Public address');
const certificate = findingsOf('Certificate');
const DAY_MS = 24 * 3_600_000;
const SOON_DAYS = 14;
const PATIENCE_MS = 8_000;

/** Whether PUBLIC_URL, with which every link begins, leads to this installation, and for how long its certificate is good. */
export const publicAddress: Check = {
  about: 'Public address',
  timeoutMs: 25_000,
  needs: 'settings',
  async run({ settings, config, now }) {
    const { publicUrl, appSecret, production } = config;
    const url = new URL(publicUrl);
    const host = url.hostname.replace(/^\[|\]$/g, '');
    if (settings.embedded.secret === 'absent' && isLoopback(url.hostname))
      return [found.skipped(`${publicUrl} is where npm start listens, which is not running.`)];
    if (isIP(host) === 0 && !isLoopback(host)) {
      const unknown = await lookup(host).then(
        () => null,
        (error: NodeJS.ErrnoException) => error.code ?? error.message,
      );
      if (unknown)
        return [
          found.error(
            `${host}, the name in PUBLIC_URL, is not known (${unknown}): no link in any mail opens.`,
            'Add an A or AAAA record for it to the DNS, or correct PUBLIC_URL.',
          ),
        ];
    }
    const expiry = url.protocol === 'https:' ? await certificateFinding(url, host, now()) : [];
    const answers = await serverFinding(publicUrl, installationId(appSecret), production);
    return [...expiry, answers];
  },
};

async function serverFinding(publicUrl: string, installation: string, production: boolean): Promise<Finding> {
  let response: Response;
  try {
    response = await fetch(`${publicUrl}/healthz`, { signal: AbortSignal.timeout(PATIENCE_MS) });
    await response.body?.cancel();
  } catch (error) {
    return found.error(
      `${publicUrl}/healthz does not answer: ${reasonOf(error)}`,
      'Start the server, and see that the proxy in front passes requests on to it. Where this machine may not reach its own public address, run this elsewhere.',
    );
  }
  const told = response.headers.get(INSTALLATION_HEADER);
  if (!response.ok || told === null)
    return found.error(
      `${publicUrl}/healthz is answered by something else (HTTP ${response.status}).`,
      'See that PUBLIC_URL leads to this server, and that the proxy in front passes every path on.',
    );
  if (told !== installation)
    return found.error(
      `${publicUrl} leads to an installation with another APP_SECRET.`,
      'Use the same APP_SECRET here, in the server and in every worker: links that one signs the other refuses.',
    );
  const isLocal = isLoopback(new URL(publicUrl).hostname);
  if (isLocal && production)
    return found.warning(
      `${publicUrl} answers, but its links open on this machine only.`,
      'Set PUBLIC_URL to the address that people use.',
    );
  return found.ok(`${publicUrl} leads here${isLocal ? ', from this machine only: for development' : ''}.`);
}

/** What the network, or TLS, says. */
function reasonOf(error: unknown): string {
  const { message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
  if ((error as Error).name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1_000} seconds`;
  const inner = cause instanceof AggregateError ? cause.errors[0] : cause;
  return singleLine(inner?.message || inner?.code || message);
}

/** Until when the certificate is good, and whether this machine trusts it. None where nobody answers: that is said beside. */
async function certificateFinding({ port }: URL, host: string, now: Date): Promise<Finding[]> {
  const seen = await readCertificate(host, port ? Number(port) : 443);
  if (!seen) return [];
  const { validTo, fault } = seen;
  const days = Math.floor((validTo.getTime() - now.getTime()) / DAY_MS);
  const day = validTo.toISOString().slice(0, 10);
  if (validTo <= now)
    return [
      certificate.error(
        `It expired on ${day}: browsers and mail programs refuse every link.`,
        'Renew it at the proxy in front of the server.',
      ),
    ];
  if (fault)
    return [
      certificate.error(
        `It is not trusted: ${fault}`,
        'Use one for this name from a public authority, with its intermediate certificates.',
      ),
    ];
  if (days < SOON_DAYS)
    return [
      certificate.warning(
        `It ends in ${days} days, on ${day}.`,
        'Renew it, and see why nobody did so by itself.',
      ),
    ];
  return [certificate.ok(`Good until ${day}.`)];
}

function readCertificate(
  host: string,
  port: number,
): Promise<{ readonly validTo: Date; readonly fault: string | null } | null> {
  return new Promise((resolve) => {
    const name = isIP(host) === 0 ? { servername: host } : {};
    const socket = connect({ host, port, ...name, rejectUnauthorized: false, timeout: PATIENCE_MS });
    const done = (result: { validTo: Date; fault: string | null } | null) => {
      socket.destroy();
      resolve(result);
    };
    socket.once('error', () => done(null));
    socket.once('timeout', () => done(null));
    socket.once('secureConnect', () => {
      const { authorized, authorizationError } = socket;
      const fault = authorized ? null : String(authorizationError);
      done({ validTo: new Date(socket.getPeerCertificate().valid_to), fault });
    });
  });
}
