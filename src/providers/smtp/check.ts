import { type Finding, findingsOf } from '../../domain/finding.ts';
import { isLoopback } from '../../domain/loopback.ts';
import { shorten, singleLine } from '../../lib/clean-text.ts';
import { createAccessTokens } from '../access-token.ts';
import type { ProviderCheckContext } from '../provider.ts';
import { tryConnection } from './connection.ts';
import type { SmtpFailure } from './outcome.ts';
import { readSmtpUrl } from './smtp.ts';

const found = findingsOf('Transport');
const TIMEOUTS = { connectionTimeout: 8_000, greetingTimeout: 8_000, socketTimeout: 8_000 };
const LONGEST_REASON = 300;

/** Connects to the mail server, encrypts and signs in as a worker would, and says goodbye. */
export async function checkSmtp(context: ProviderCheckContext): Promise<readonly Finding[]> {
  const { config, pool, signal } = context;
  const { smtpUrl, smtpOAuth, mailpitUrl, production } = config;
  if (!smtpUrl) return [found.error('SMTP_URL is not set.', 'Set it to the address of your mail server.')];
  if (smtpOAuth && !pool)
    return [
      found.skipped('Access tokens for the mail server are kept in the database, which cannot be used.'),
    ];
  const tokens =
    smtpOAuth && pool && createAccessTokens(smtpOAuth, 'SMTP_OAUTH', { ...context, ...config, pool });
  const { connection, credentials } = readSmtpUrl(smtpUrl, tokens);
  const where = `${connection.host}:${connection.port}`;
  try {
    const options = { ...TIMEOUTS, ...connection };
    const { isEncrypted } = await tryConnection({ options, credentials, signal });
    const how = credentials
      ? ` takes the sign-in of ${credentials.user}`
      : ' answers; SMTP_URL names no user';
    if (!production && mailpitUrl && isLoopback(connection.host ?? ''))
      return [found.ok(`${where}${how}. It is the inbox for development: no mail leaves this machine.`)];
    if (isEncrypted || isLoopback(connection.host ?? ''))
      return [found.ok(`${where}${how}${isEncrypted ? ', encrypted' : ''}.`)];
    return [
      found.warning(
        `${where}${how}, but the connection is not encrypted.`,
        'Use a port of the server where it offers STARTTLS (often 587), or smtps:// in SMTP_URL.',
      ),
    ];
  } catch (error) {
    return [
      failed(where, error as SmtpFailure, { hasTokens: tokens !== null, user: credentials?.user ?? '' }),
    ];
  }
}

function failed(
  where: string,
  { code, message }: SmtpFailure,
  { hasTokens, user }: { readonly hasTokens: boolean; readonly user: string },
): Finding {
  const words = shorten(singleLine(message), LONGEST_REASON);
  if (code === 'ETOKEN' || (code === 'EAUTH' && hasTokens))
    return found.error(
      words,
      'Correct SMTP_OAUTH_*, and see that the token service can be reached from here.',
    );
  if (code === 'EAUTH')
    return found.error(
      `${where} refuses the sign-in of ${user}: ${words}`,
      'Correct the user name and the password in SMTP_URL. Special characters stand in it as codes: %40 for @.',
    );
  if (/certificate|self.signed|altname|unable to verify/i.test(words))
    return found.error(
      `The certificate of ${where} is not trusted: ${words}`,
      'Name the server in SMTP_URL as its certificate does, or have it renewed.',
    );
  return found.error(
    `${where} cannot be used: ${words}${code && !words.includes(code) ? ` (${code})` : ''}`,
    'See that host and port in SMTP_URL are right, and that a firewall lets this machine connect to them.',
  );
}
