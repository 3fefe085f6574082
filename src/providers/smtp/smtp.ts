import type { ConnectionOptions as TlsOptions } from 'node:tls';
import type { Mailbox } from '../../config.ts';
import type { BounceAddresses } from '../../domain/bounce-address.ts';
import type { CalendarMethod } from '../../domain/calendar.ts';
import type { AccessTokens } from '../access-token.ts';
import type { FeedbackHeaders } from '../feedback-headers.ts';
import type { Clearance, SingleProvider } from '../provider.ts';
import { wireAddress } from '../wire-address.ts';
import type { ConnectionOptions, Credentials } from './connection.ts';
import { signMail } from './dkim.ts';
import { createMimeWriter } from './mime.ts';
import { smtpOutcome } from './outcome.ts';
import { createSmtpPool, NEEDS_SMTPUTF8, type PoolOptions } from './pool.ts';

interface SmtpOptions {
  /** Left out: `smtp`. */
  readonly name?: string;
  /** `smtps:` is TLS from the start, `smtp:` STARTTLS where the server offers it; user and password in it, if any. */
  readonly url: string;
  readonly from: Mailbox;
  /** Access tokens instead of the password in `url`; null or left out: that, where there is one. */
  readonly tokens?: AccessTokens | null;
  /** The envelope sender of each message (VERP); null or left out: the address that it comes from. */
  readonly bounceAddresses?: BounceAddresses | null;
  /** What a provider behind the server is to repeat of each mail; null or left out: nothing. */
  readonly feedbackHeaders?: FeedbackHeaders | null;
  /** In development mails carry `X-Tags`, by which Mailpit sorts them. */
  readonly tags: boolean;
  /** How calendar files leave; left out: as attachments to add. */
  readonly calendarMethod?: CalendarMethod;
  /** A certificate of the server's own making, in PEM, to be trusted; without, it must be one that Node trusts. */
  readonly ca?: TlsOptions['ca'];
  /** How many connections, how long to wait; for a server that needs other than the defaults below. */
  readonly pool?: Partial<Omit<PoolOptions, 'connection' | 'credentials'>>;
  readonly timeouts?: Partial<typeof TIMEOUTS>;
  /** For the Date header; left out: this machine's clock. */
  readonly now?: () => Date;
}

const POOL = {
  maxConnections: 20,
  mailsPerConnection: 1_000,
  idleMs: 5_000,
  regrowMs: 30_000,
  oneByOneMs: 10 * 60_000,
  graceMs: 8_000,
};

const TIMEOUTS = {
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  // RFC 5321, 4.5.3.2 would wait ten minutes for the last answer. But who waits that long is mostly talking to
  // nobody, on a connection that is open at one end.
  socketTimeout: 60_000,
};

/** Of a mail that nobody else may send. */
const CLEAR: Clearance = { mayBegin: () => true, mayLeave: async () => true };

/** Sends over a pool of connections to one SMTP server. */
export function createSmtpProvider({
  name = 'smtp',
  url,
  from,
  tokens = null,
  bounceAddresses = null,
  feedbackHeaders = null,
  tags,
  calendarMethod,
  ca,
  pool,
  timeouts,
  now,
}: SmtpOptions): SingleProvider {
  const { connection, credentials } = readSmtpUrl(url, tokens);
  const writeMime = createMimeWriter({ from, tags, calendarMethod, feedbackHeaders, ...(now && { now }) });
  const sender = wireAddress(from.address);
  const connections = createSmtpPool({
    connection: { ...TIMEOUTS, ...timeouts, ...connection, tls: ca ? { ca } : {} },
    credentials,
    ...POOL,
    ...pool,
  });

  return {
    name,
    takes: 'one',
    capabilities: {
      maxBatch: 1,
      connections: pool?.maxConnections ?? POOL.maxConnections,
      idempotencyKeys: false,
      reconciles: false,
      reportsDelivery: false,
      takesSignatures: true,
    },
    async send(mail, priority, clearance = CLEAR) {
      let to: string;
      try {
        to = wireAddress(mail.to);
      } catch (error) {
        return { type: 'bounced', error: (error as Error).message };
      }
      try {
        const compose = () => {
          const written = writeMime(mail);
          return mail.dkim ? signMail(written, mail.dkim) : written;
        };
        const from = mail.from ? wireAddress(mail.from.address) : sender;
        const envelope = { from: bounceAddresses?.addressFor(mail.messageId) ?? from, to };
        const result = await connections.send({ priority, envelope, compose, clearance });
        if (result === 'not_attempted') return { type: 'not_attempted', error: 'Its turn did not come.' };
        if (result.accepted) return { type: 'accepted', providerMessageId: null };
        if (result.failure.code === NEEDS_SMTPUTF8) return { type: 'failed', error: result.failure.message };
        return smtpOutcome(result.failure, result.handedOver);
      } catch (error) {
        return { type: 'failed', error: `The mail could not be written: ${(error as Error).message}` };
      }
    },
    close: () => connections.close(),
  };
}

/** Where the server is, and who we are to it. */
export function readSmtpUrl(url: string, tokens: AccessTokens | null) {
  const { protocol, hostname, port, username, password } = new URL(url);
  const secure = protocol === 'smtps:';
  const connection: ConnectionOptions = {
    // An IPv6 address stands in brackets in an URL, and without them everywhere else.
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port ? Number(port) : secure ? 465 : 587,
    secure,
  };
  const user = decodeURIComponent(username);
  const credentials: Credentials | null = tokens
    ? { user, tokens }
    : user
      ? { user, pass: decodeURIComponent(password) }
      : null;
  return { connection, credentials };
}
