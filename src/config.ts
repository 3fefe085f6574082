import type { KeyObject } from 'node:crypto';
import { Resolver } from 'node:dns/promises';
import { readFileSync } from 'node:fs';
import { domainToASCII } from 'node:url';
import { z } from 'zod';
import { HostsFault, hostUrls, READS, WRITES } from './db/hosts.ts';
import type { DatabaseConfig } from './db/pool.ts';
import { asciiDomain, normalizeAddress } from './domain/address.ts';
import { readAppSecrets, SHORTEST_SECRET } from './domain/app-secret.ts';
import { createBounceAddresses, findBounceAddressFault } from './domain/bounce-address.ts';
import { CALENDAR_METHODS } from './domain/calendar.ts';
import { type DkimSigner, isSelector, readDkimKey } from './domain/dkim.ts';
import { isLoopback } from './domain/loopback.ts';
import { readMailboxUrl } from './domain/mailbox-url.ts';
import { MOST_DAYS } from './domain/retention.ts';
import { readVerificationKey } from './domain/verification-key.ts';

/** A wrong environment. `message` holds one line a variable: its name, what was wrong, an example. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const optional = <T extends z.ZodType>(schema: T) => z.preprocess((v) => v || undefined, schema.optional());
const url = (...protocols: string[]) =>
  z
    .string()
    .refine(
      (value) => URL.canParse(value) && protocols.includes(new URL(value).protocol),
      `must be an address that begins with ${protocols.map((p) => `${p}//`).join(' or ')}`,
    );
const wholeNumber = (min: number, max: number) =>
  z.coerce
    .number(`must be a whole number from ${min} to ${max}`)
    .refine(
      (n) => Number.isInteger(n) && n >= min && n <= max,
      `must be a whole number from ${min} to ${max}`,
    );
const secret = z.string().min(SHORTEST_SECRET, 'must have 32 characters or more');
const appSecret = secret.refine(
  (text) =>
    text.length < SHORTEST_SECRET || readAppSecrets(text).every((one) => one.length >= SHORTEST_SECRET),
  'must have 32 characters or more in each of the secrets that commas divide',
);
const MADE_SECRET = '32 characters or more (`openssl rand -hex 32` makes one)';
/** `openssl rand -hex 32` has as good as never fewer different ones. */
const FEWEST_CHARACTERS = 8;
/** They stand, or stood, in `docker-compose.yml` or here as examples: everybody knows them. */
const PUBLISHED_SECRETS: readonly string[] = ['only-for-development-on-this-machine', MADE_SECRET];
const port = wholeNumber(0, 65_535);
const postgres = (attributes: readonly string[]) =>
  z.string().superRefine((value, context) => {
    try {
      hostUrls(value, attributes);
    } catch (error) {
      if (!(error instanceof HostsFault)) throw error;
      context.addIssue({ code: 'custom', message: error.message });
    }
  });

interface Variable<T extends z.ZodType = z.ZodType> {
  readonly value: T;
  /** A value that would be right, for the message about a wrong one. */
  readonly example: string;
  /** Can be given as a file: `NAME_FILE` names it. */
  readonly secret?: true;
}

const variable = <T extends z.ZodType>(value: T, example: string, more: { secret?: true } = {}) =>
  ({ value, example, ...more }) satisfies Variable<T>;

/** Where access tokens for a mail server come from. */
function oauthVariables<Server extends 'SMTP' | 'IMAP'>(server: Server) {
  const variables = {
    TOKEN_URL: variable(
      optional(url('https:', 'http:')),
      'https://login.microsoftonline.com/TENANT/oauth2/v2.0/token',
    ),
    CLIENT_ID: variable(optional(z.string()), 'the client id of the registered application'),
    CLIENT_SECRET: variable(optional(z.string()), 'the client secret of the registered application', {
      secret: true,
    }),
    REFRESH_TOKEN: variable(optional(z.string()), 'the refresh token that the consent brought', {
      secret: true,
    }),
    SCOPE: variable(optional(z.string()), 'https://outlook.office365.com/.default'),
  };
  return Object.fromEntries(
    Object.entries(variables).map(([name, one]) => [`${server}_OAUTH_${name}`, one]),
  ) as { [Name in keyof typeof variables as `${Server}_OAUTH_${Name}`]: (typeof variables)[Name] };
}

export const TRACE_SAMPLERS = [
  ...(['always_on', 'always_off', 'traceidratio'] as const),
  ...(['parentbased_always_on', 'parentbased_always_off', 'parentbased_traceidratio'] as const),
] as const;

/** What mails can leave through. */
export const MAIL_TRANSPORTS = ['smtp', 'resend', 'postmark'] as const;
export type MailTransport = (typeof MAIL_TRANSPORTS)[number];
/** What each needs beside its name. */
const NEEDED = {
  smtp: 'SMTP_URL',
  resend: 'RESEND_API_KEY',
  postmark: 'POSTMARK_SERVER_TOKEN',
} as const satisfies Record<MailTransport, string>;
const transport = z.enum(MAIL_TRANSPORTS, 'must be smtp, resend or postmark');
/** Postmark takes mails with it, and sends none (postmarkapp.com/developer/api/overview#authentication). */
const POSTMARK_TEST_TOKEN = 'POSTMARK_API_TEST';

/** Every environment variable: what it may be, an example, and whether it is a secret. */
const VARIABLES = {
  NODE_ENV: variable(
    optional(z.enum(['development', 'production', 'test'], 'must be development, production or test')),
    'production',
  ),
  DATABASE_URL: variable(postgres(WRITES), 'postgres://user:password@localhost:5432/access_mail', {
    secret: true,
  }),
  DATABASE_DIRECT_URL: variable(
    optional(postgres(WRITES)),
    'postgres://user:password@localhost:5432/access_mail',
    { secret: true },
  ),
  DATABASE_READ_URL: variable(
    optional(postgres(READS)),
    'postgres://user:password@replica.example:5432/access_mail',
    { secret: true },
  ),
  DATABASE_SCHEMA: variable(
    optional(
      z
        .string()
        .regex(
          /^(?!pg_|information_schema$)[a-z_][a-z0-9_]{0,44}$/,
          'must be a name of lower-case letters, digits and underscores (at most 45) that does not begin with a digit or pg_',
        ),
    ).transform((v) => v ?? 'public'),
    'access_mail',
  ),
  DATABASE_BACKEND: variable(
    optional(z.enum(['postgres', 'citus'])).transform((v) => v ?? 'postgres'),
    'citus',
  ),
  DATABASE_POOL: variable(
    optional(wholeNumber(2, 1_000)).transform((v) => v ?? 10),
    '10',
  ),
  MAIL_TRANSPORT: variable(
    optional(transport).transform((v) => v ?? 'smtp'),
    'smtp',
  ),
  FALLBACK_TRANSPORT: variable(optional(transport), 'smtp'),
  FALLBACK_SMTP_URL: variable(optional(url('smtp:', 'smtps:')), 'smtp://user:password@backup.example:587', {
    secret: true,
  }),
  SMTP_URL: variable(optional(url('smtp:', 'smtps:')), 'smtp://user:password@mail.example:587', {
    secret: true,
  }),
  RESEND_API_KEY: variable(optional(z.string().startsWith('re_', 'must begin with re_')), 're_123456789', {
    secret: true,
  }),
  RESEND_WEBHOOK_SECRET: variable(
    optional(
      z
        .string()
        .regex(
          /^\s*whsec_[A-Za-z0-9+/]+=*\s*(,\s*whsec_[A-Za-z0-9+/]+=*\s*)*$/,
          'must be one or more secrets that begin with whsec_, divided by commas',
        ),
    ),
    'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
    { secret: true },
  ),
  POSTMARK_SERVER_TOKEN: variable(
    optional(
      z
        .string()
        .regex(
          new RegExp(`^(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|${POSTMARK_TEST_TOKEN})$`, 'i'),
          'must be the API token of a Postmark server: 32 hexadecimal digits with hyphens',
        ),
    ),
    '6f1c2b0e-5d0a-4c57-9a43-2d5c8f0b7e11',
    { secret: true },
  ),
  POSTMARK_BASE_URL: variable(optional(url('http:', 'https:')), 'https://api.postmarkapp.com'),
  POSTMARK_MESSAGE_STREAM: variable(
    optional(
      z
        .string()
        .regex(
          /^[a-z0-9_-]{1,30}$/,
          'must be the id of a message stream: at most 30 lower-case letters, digits, hyphens and underscores',
        ),
    ).transform((v) => v ?? 'outbound'),
    'outbound',
  ),
  SES_TOPIC_ARNS: variable(
    optional(
      z.string().transform((value, context) => {
        const arns = value.split(',').map((part) => part.trim());
        if (arns.every((arn) => /^arn:aws[\w-]*:sns:[\w-]+:\d{12}:[\w.-]{1,256}$/.test(arn))) return arns;
        context.addIssue('must be one or more ARNs of SNS topics, divided by commas');
        return z.NEVER;
      }),
    ),
    'arn:aws:sns:eu-west-1:123456789012:ses-feedback',
  ),
  POSTMARK_WEBHOOK_USER: variable(optional(z.string()), 'postmark'),
  POSTMARK_WEBHOOK_PASSWORD: variable(
    optional(z.string().min(16, 'must have 16 or more characters')),
    '16 characters or more, for example from `openssl rand -hex 32`',
    { secret: true },
  ),
  SENDGRID_WEBHOOK_KEY: variable(
    optional(
      z.string().transform((value, context) => {
        const key = readVerificationKey(value.trim());
        if (key) return key;
        context.addIssue('must be the verification key of the Event Webhook, as SendGrid shows it');
        return z.NEVER;
      }),
    ),
    'MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE…',
  ),
  MAILGUN_SIGNING_KEY: variable(
    optional(z.string().min(16, 'must have 16 or more characters')),
    'the HTTP webhook signing key of the account',
    { secret: true },
  ),
  RESEND_BASE_URL: variable(optional(url('http:', 'https:')), 'https://api.resend.com'),
  MAIL_FROM: variable(
    optional(z.string()).transform((v) => v ?? 'Events <events@localhost.test>'),
    'Events <events@example.com>',
  ),
  BOUNCE_ADDRESS: variable(
    optional(
      z.string().superRefine((value, context) => {
        const message = findBounceAddressFault(value);
        if (message) context.addIssue({ code: 'custom', message });
      }),
    ),
    'bounces@example.com',
  ),
  BOUNCE_IMAP_URL: variable(
    optional(
      z.string().transform((value, context) => {
        const mailbox = readMailboxUrl(value);
        if (!('fault' in mailbox)) return mailbox;
        context.addIssue({ code: 'custom', message: mailbox.fault });
        return z.NEVER;
      }),
    ),
    'imaps://bounces%40example.com:password@mail.example/INBOX',
    { secret: true },
  ),
  DKIM_KEY: variable(
    optional(
      z.string().transform((pem, context) => {
        const key = readDkimKey(pem);
        if (!('fault' in key)) return key;
        context.addIssue({ code: 'custom', message: key.fault });
        return z.NEVER;
      }),
    ),
    'what `openssl genrsa 2048` makes (DKIM_KEY_FILE names a file with it)',
    { secret: true },
  ),
  DKIM_SELECTOR: variable(
    optional(z.string().refine(isSelector, 'must be a label of the DNS: letters, digits and hyphens')),
    'mail2027',
  ),
  MAIL_POSTAL_ADDRESS: variable(
    optional(z.string()).transform((v) => v ?? ''),
    '1 High Street, London',
  ),
  CALENDAR_METHOD: variable(
    optional(z.enum(CALENDAR_METHODS, 'must be publish or request')).transform((v) => v ?? 'publish'),
    'request',
  ),
  PUBLIC_URL: variable(optional(url('http:', 'https:')), 'https://events.example.com'),
  HOST: variable(
    optional(z.string()).transform((v) => v ?? '127.0.0.1'),
    '127.0.0.1',
  ),
  PORT: variable(
    optional(port).transform((v) => v ?? 3000),
    '3000',
  ),
  WORKER_PORT: variable(optional(port), '3001'),
  INBOX_PORT: variable(optional(port), '8025'),
  INBOX_SMTP_PORT: variable(optional(port), '1025'),
  APP_SECRET: variable(optional(appSecret), MADE_SECRET, { secret: true }),
  BOOTSTRAP_API_KEY: variable(optional(secret), MADE_SECRET, { secret: true }),
  OIDC_ISSUER: variable(optional(url('https:', 'http:')), 'https://login.example.com'),
  OIDC_CLIENT_ID: variable(optional(z.string()), 'access-mail'),
  OIDC_CLIENT_SECRET: variable(optional(z.string()), 'what the identity provider shows for the client', {
    secret: true,
  }),
  OIDC_LABEL: variable(optional(z.string().max(60, 'must have 60 characters or fewer')), 'Example Login'),
  OIDC_DOMAINS: variable(
    optional(
      z.string().transform((text, context) => {
        const domains = text.split(',').map((part) => domainToASCII(part.trim()));
        if (domains.every((domain) => /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain))) return domains;
        context.addIssue('must be one or more domains, divided by commas');
        return z.NEVER;
      }),
    ),
    'example.com,example.org',
  ),
  ...oauthVariables('SMTP'),
  ...oauthVariables('IMAP'),
  METRICS_TOKEN: variable(
    optional(
      z.string().regex(/^[\x21-\x7e]{16,}$/, 'must have 16 or more visible ASCII characters, and no spaces'),
    ),
    '16 characters or more, for example from `openssl rand -hex 32`',
    { secret: true },
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: variable(optional(url('http:', 'https:')), 'http://collector.example:4318'),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: variable(
    optional(url('http:', 'https:')),
    'http://collector.example:4318/v1/traces',
  ),
  OTEL_EXPORTER_OTLP_PROTOCOL: variable(
    optional(z.enum(['http/protobuf'], 'must be http/protobuf')),
    'http/protobuf',
  ),
  OTEL_SDK_DISABLED: variable(optional(z.string()), 'true'),
  OTEL_TRACES_EXPORTER: variable(optional(z.enum(['otlp', 'none'], 'must be otlp or none')), 'otlp'),
  OTEL_TRACES_SAMPLER: variable(
    optional(z.enum(TRACE_SAMPLERS, `must be one of ${TRACE_SAMPLERS.join(', ')}`)),
    'parentbased_traceidratio',
  ),
  OTEL_TRACES_SAMPLER_ARG: variable(
    optional(z.coerce.number('must be a number from 0 to 1').min(0).max(1, 'must be a number from 0 to 1')),
    '0.1',
  ),
  ALERT_TO: variable(
    optional(
      z.string().transform((text, context) => {
        const addresses = text.split(',').map((part) => normalizeAddress(part));
        if (addresses.every((address) => address !== null)) return [...new Set(addresses)];
        context.addIssue('must be one or more email addresses, divided by commas');
        return z.NEVER;
      }),
    ),
    'ops@example.com,ada@example.com',
  ),
  ALERT_WEBHOOK_URL: variable(
    optional(url('https:', 'http:')),
    'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXX',
    { secret: true },
  ),
  MAILPIT_URL: variable(optional(url('http:', 'https:')), 'http://localhost:8025'),
  ERASE_AFTER_DAYS: variable(optional(wholeNumber(1, MOST_DAYS)), '90'),
  CONTENT_AFTER_DAYS: variable(optional(wholeNumber(1, MOST_DAYS)), '30'),
  DNS_SERVERS: variable(
    optional(
      z.string().transform((text, context) => {
        const servers = text.split(',').map((part) => part.trim());
        try {
          new Resolver().setServers(servers);
          return servers;
        } catch {
          context.addIssue(
            'must be one or more IP addresses, each with or without a port, divided by commas',
          );
          return z.NEVER;
        }
      }),
    ),
    '192.0.2.53,[2001:db8::53]:5353',
  ),
  TRUST_PROXY: variable(
    optional(wholeNumber(0, 10)).transform((v) => v ?? 0),
    '1',
  ),
  LOG_LEVEL: variable(
    optional(
      z.enum(
        ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        'must be trace, debug, info, warn, error, fatal or silent',
      ),
    ).transform((v) => v ?? 'info'),
    'info',
  ),
} satisfies Record<string, Variable>;

const OAUTH_SERVERS = ['SMTP', 'IMAP'] as const;
type OAuthServer = (typeof OAUTH_SERVERS)[number];
const OAUTH_PARTS = ['TOKEN_URL', 'CLIENT_ID', 'CLIENT_SECRET', 'REFRESH_TOKEN', 'SCOPE'] as const;
type OAuthPart = (typeof OAUTH_PARTS)[number];

const OIDC = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET', 'OIDC_LABEL', 'OIDC_DOMAINS'] as const;

type Name = keyof typeof VARIABLES;
/** Their names, for whoever documents them. */
export const VARIABLE_NAMES = Object.keys(VARIABLES) as Name[];
const SECRETS: readonly string[] = VARIABLE_NAMES.filter((name) => 'secret' in VARIABLES[name]);

/** Whether everybody may know the secret: an example of this repository, or hardly more than one character again and again. */
function isPublished(name: string, value: string): boolean {
  if (value === VARIABLES[name as Name].example) return true;
  const isMadeUp = VARIABLES[name as Name].example === MADE_SECRET;
  const all = name === 'APP_SECRET' ? readAppSecrets(value) : [value];
  return (
    isMadeUp && all.some((one) => PUBLISHED_SECRETS.includes(one) || new Set(one).size < FEWEST_CHARACTERS)
  );
}

type Values = { [N in Name]: (typeof VARIABLES)[N]['value'] };
const environment = z
  .object(
    Object.fromEntries(VARIABLE_NAMES.map((name) => [name, VARIABLES[name].value])) as unknown as Values,
  )
  .superRefine((env, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (env.MAIL_TRANSPORT === 'smtp' && !env.SMTP_URL)
      wrong(
        'SMTP_URL',
        'is not set: `npm start` brings an inbox of its own, anything else names its mail server',
      );
    for (const name of ['SMTP_URL', 'FALLBACK_SMTP_URL'] as const) {
      const value = env[name];
      if (value && !isDecodable(value)) wrong(name, 'has a % that begins no code: write it as %25');
    }
    const fallback = env.FALLBACK_TRANSPORT;
    if (fallback) {
      const needed = fallback === 'smtp' ? 'FALLBACK_SMTP_URL' : NEEDED[fallback];
      if (!env[needed]) wrong(needed, `is not set, and FALLBACK_TRANSPORT=${fallback} needs it`);
      if (fallback !== 'smtp' && fallback === env.MAIL_TRANSPORT)
        wrong('FALLBACK_TRANSPORT', 'must differ from MAIL_TRANSPORT: only of smtp there can be two');
    }
    if (env.FALLBACK_SMTP_URL && fallback !== 'smtp')
      wrong('FALLBACK_TRANSPORT', `is ${fallback ?? 'not set'}, and FALLBACK_SMTP_URL needs smtp`);
    if (
      env.MAIL_TRANSPORT === 'smtp' &&
      isSameServer(env.SMTP_URL, fallback === 'smtp' ? env.FALLBACK_SMTP_URL : undefined)
    )
      wrong('FALLBACK_SMTP_URL', 'names the server of SMTP_URL: when that is down, so is this');
    if (env.MAIL_TRANSPORT === 'resend' && !env.RESEND_API_KEY)
      wrong('RESEND_API_KEY', 'is not set, and MAIL_TRANSPORT=resend needs it');
    if (env.MAIL_TRANSPORT === 'postmark' && !env.POSTMARK_SERVER_TOKEN)
      wrong('POSTMARK_SERVER_TOKEN', 'is not set, and MAIL_TRANSPORT=postmark needs it');
    if (env.NODE_ENV === 'production' && env.POSTMARK_SERVER_TOKEN === POSTMARK_TEST_TOKEN)
      wrong('POSTMARK_SERVER_TOKEN', 'is the token for tests, with which Postmark sends nothing');
    const from = parseMailbox(env.MAIL_FROM);
    if (!from) wrong('MAIL_FROM', 'must be `Name <address>` or an address');
    else if (!/^\p{ASCII}+$/u.test(from.address))
      wrong(
        'MAIL_FROM',
        'must have an address of ASCII characters before the @: few mail servers take others',
      );
    if (env.DKIM_KEY && !env.DKIM_SELECTOR) wrong('DKIM_SELECTOR', 'is not set, and DKIM_KEY needs it');
    if (env.DKIM_SELECTOR && !env.DKIM_KEY) wrong('DKIM_KEY', 'is not set, and DKIM_SELECTOR needs it');
    if (env.INBOX_PORT && env.INBOX_PORT === env.INBOX_SMTP_PORT)
      wrong('INBOX_PORT', 'must differ from INBOX_SMTP_PORT');
    if (!env.APP_SECRET)
      wrong('APP_SECRET', 'is not set: `npm start` makes one for development, anything else needs its own');
    if (env.NODE_ENV === 'production')
      for (const name of SECRETS) {
        const value = (env as Readonly<Record<string, unknown>>)[name];
        if (typeof value === 'string' && isPublished(name, value))
          wrong(
            name,
            'has a value that was published as an example, so that everybody knows it: use one of your own',
          );
      }
    const hasClient = env.OIDC_ISSUER !== undefined && env.OIDC_CLIENT_ID !== undefined;
    for (const name of OIDC)
      if (env[name] !== undefined && !hasClient)
        for (const missing of ['OIDC_ISSUER', 'OIDC_CLIENT_ID'] as const)
          if (env[missing] === undefined) wrong(missing, `is not set, and ${name} needs it`);
    if (env.OIDC_ISSUER && env.NODE_ENV === 'production') {
      const { protocol, hostname } = new URL(env.OIDC_ISSUER);
      if (protocol !== 'https:' && !isLoopback(hostname))
        wrong('OIDC_ISSUER', 'must begin with https:// in production (http:// on a loopback address only)');
    }
    for (const server of OAUTH_SERVERS) {
      const oauth = <Part extends OAuthPart>(part: Part) => `${server}_OAUTH_${part}` as const;
      const set = OAUTH_PARTS.map(oauth).find((name) => env[name] !== undefined);
      if (!set) continue;
      for (const missing of [oauth('TOKEN_URL'), oauth('CLIENT_ID')])
        if (env[missing] === undefined) wrong(missing, `is not set, and ${set} needs it`);
      if (!env[oauth('CLIENT_SECRET')] && !env[oauth('REFRESH_TOKEN')])
        wrong(oauth('REFRESH_TOKEN'), `is not set: a refresh token or ${oauth('CLIENT_SECRET')} must be`);
      const address = env[oauth('TOKEN_URL')];
      if (address?.startsWith('http:') && !isLoopback(new URL(address).hostname))
        wrong(oauth('TOKEN_URL'), 'must begin with https:// (http:// on a loopback address only)');
    }
    if (env.SMTP_OAUTH_TOKEN_URL && !(env.SMTP_URL && new URL(env.SMTP_URL).username))
      wrong('SMTP_URL', 'must name the user whose access token SMTP_OAUTH_* bring: smtp://user@host:port');
    if (env.IMAP_OAUTH_TOKEN_URL && !env.BOUNCE_IMAP_URL)
      wrong('BOUNCE_IMAP_URL', 'is not set, and IMAP_OAUTH_TOKEN_URL needs it');
    if (env.BOUNCE_IMAP_URL?.password === null && !env.IMAP_OAUTH_TOKEN_URL)
      wrong('BOUNCE_IMAP_URL', 'must name a password, or IMAP_OAUTH_* must bring access tokens');
    for (const [one, other] of [
      ['POSTMARK_WEBHOOK_USER', 'POSTMARK_WEBHOOK_PASSWORD'],
      ['POSTMARK_WEBHOOK_PASSWORD', 'POSTMARK_WEBHOOK_USER'],
    ] as const)
      if (env[one] && !env[other]) wrong(other, `is not set, and ${one} needs it`);
    if (env.PUBLIC_URL && URL.canParse(env.PUBLIC_URL)) {
      const { protocol, hostname, pathname, search, hash } = new URL(env.PUBLIC_URL);
      if (pathname !== '/' || search || hash)
        wrong('PUBLIC_URL', 'must have no path: links are made below its root');
      if (env.NODE_ENV === 'production' && protocol !== 'https:' && !isLoopback(hostname))
        wrong('PUBLIC_URL', 'must begin with https:// in production (http:// on a loopback address only)');
    } else if (env.NODE_ENV === 'production') {
      wrong('PUBLIC_URL', 'is not set: every link in every mail begins with it');
    }
  });

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/**
 * `Name <address>`, `"Name" <address>` or an address alone; null when it is none of them. The domain in its ASCII form:
 * envelope, `From` and `Message-ID` carry it to servers that know no other.
 */
function parseMailbox(text: string): Mailbox | null {
  const match = /^(?:"?([^"<>\r\n]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))$/.exec(text.trim());
  const address = match?.[2] ?? match?.[3];
  const [local, domain, more] = address?.split('@') ?? [];
  if (!local || !domain || more !== undefined) return null;
  return { name: match?.[1] ?? '', address: `${local}@${asciiDomain(domain)}` };
}

/** Everything that differs between one installation and the next. Read once, at the start of a process. */
export type Config = ReturnType<typeof readConfig>;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The environment with the content of each secret's file (`NAME_FILE`) as the secret itself, line breaks at its end left out.
 * Throws ConfigError when a file cannot be read or is empty, and when a secret is given in both ways.
 */
export function readSecretFiles(env: Environment): Environment {
  const values: Record<string, string | undefined> = { ...env };
  const wrong: string[] = [];
  for (const name of SECRETS) {
    const path = env[`${name}_FILE`];
    if (!path) continue;
    delete values[`${name}_FILE`];
    if (env[name]) {
      wrong.push(`${name} and ${name}_FILE are both set: remove one of them.`);
      continue;
    }
    try {
      values[name] = readFileSync(path, 'utf8').replace(/[\r\n]+$/, '');
      if (!values[name]) wrong.push(`${name}_FILE names an empty file: ${path}`);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      wrong.push(`${name}_FILE names a file that cannot be read (${code}): ${path}`);
    }
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join('\n'));
  return values;
}

/** Takes every secret of the environment out of a text: values, their parts, and passwords in addresses. */
export function hideSecrets(env: Environment): (text: string) => string {
  const values = SECRETS.flatMap((name) => {
    const value = env[name];
    if (!value) return [];
    // An address of several hosts is a URL with the first of them alone.
    const url = URL.canParse(value) ? value : value.replace(/,[^/?#@]*(?=[/?#]|$)/, '');
    if (!URL.canParse(url) || !url.includes('://'))
      return [value, ...value.split(',').map((part) => part.trim())];
    const { password } = new URL(url);
    return [value, password, isDecodable(url) ? decodeURIComponent(password) : ''];
  });
  // The longest first: one may be a part of another. What is shorter than a word stands everywhere.
  const hidden = [...new Set(values)].filter(({ length }) => length > 3).sort((a, b) => b.length - a.length);
  return (text) => hidden.reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
}

/** Throws ConfigError with a line for each variable that is wrong. */
function check<T extends z.ZodType>(schema: T, environmentVariables: Environment): z.infer<T> {
  const env = readSecretFiles(environmentVariables);
  const result = schema.safeParse(env);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const name = String(issue.path[0]) as Name;
    const what = env[name] || issue.message.startsWith('is not set') ? issue.message : 'is not set';
    return `${name} ${what}. Example: ${name}=${VARIABLES[name].example}`;
  });
  throw new ConfigError([...new Set(lines)].join('\n'));
}

const databaseEnvironment = z.object({
  NODE_ENV: VARIABLES.NODE_ENV.value,
  DATABASE_URL: VARIABLES.DATABASE_URL.value,
  DATABASE_DIRECT_URL: VARIABLES.DATABASE_DIRECT_URL.value,
  DATABASE_READ_URL: VARIABLES.DATABASE_READ_URL.value,
  DATABASE_SCHEMA: VARIABLES.DATABASE_SCHEMA.value,
  DATABASE_POOL: VARIABLES.DATABASE_POOL.value,
  DATABASE_BACKEND: VARIABLES.DATABASE_BACKEND.value,
});

function databaseConfig(e: Omit<z.infer<typeof databaseEnvironment>, 'NODE_ENV'>): DatabaseConfig {
  return {
    url: e.DATABASE_URL,
    directUrl: e.DATABASE_DIRECT_URL ?? e.DATABASE_URL,
    schema: e.DATABASE_SCHEMA,
    jobsSchema: e.DATABASE_SCHEMA === 'public' ? 'pgboss' : `${e.DATABASE_SCHEMA}_jobs`,
    backend: e.DATABASE_BACKEND,
    pool: e.DATABASE_POOL,
    readUrl: e.DATABASE_READ_URL ?? null,
  };
}

/** The part of the environment that names the database, for commands that need no more; throws ConfigError. */
export function readDatabaseConfig(env: Environment): DatabaseConfig {
  return databaseConfig(check(databaseEnvironment, env));
}

/** The database at this address, with the default schema and number of connections. */
export function databaseAt(url: string): DatabaseConfig {
  return readDatabaseConfig({ DATABASE_URL: url });
}

/**
 * The web address of the inbox that all mails go to in development; null in production, whatever the environment names, and where
 * there is none.
 */
export function developmentInbox({
  production,
  mailpitUrl,
}: Pick<Config, 'production' | 'mailpitUrl'>): string | null {
  return production ? null : mailpitUrl;
}

/** An identity provider that the team signs in through. */
export interface OidcConfig {
  readonly issuer: URL;
  readonly clientId: string;
  /** Null: a public client. */
  readonly clientSecret: string | null;
  /** What it is called on the button. */
  readonly label: string;
  /** Whoever has an address of one of these may come in, and is a member from then on. */
  readonly domains: readonly string[];
}

function oidcConfig(e: z.infer<typeof environment>): OidcConfig | null {
  if (!e.OIDC_ISSUER || !e.OIDC_CLIENT_ID) return null;
  return {
    issuer: new URL(e.OIDC_ISSUER),
    clientId: e.OIDC_CLIENT_ID,
    clientSecret: e.OIDC_CLIENT_SECRET ?? null,
    label: e.OIDC_LABEL ?? 'single sign-on',
    domains: e.OIDC_DOMAINS ?? [],
  };
}

function signerOf({ address }: Mailbox, selector: string, privateKey: KeyObject): DkimSigner {
  return { domain: address.slice(address.lastIndexOf('@') + 1).toLowerCase(), selector, privateKey };
}

/** Where access tokens for a mail server come from (RFC 6749). */
export interface OAuthConfig {
  readonly tokenUrl: URL;
  readonly clientId: string;
  /** Null: a public client. */
  readonly clientSecret: string | null;
  /** Null: by the client's own credentials. */
  readonly refreshToken: string | null;
  readonly scope: string | null;
}

function oauthConfig(e: z.infer<typeof environment>, server: OAuthServer): OAuthConfig | null {
  const tokenUrl = e[`${server}_OAUTH_TOKEN_URL`];
  const clientId = e[`${server}_OAUTH_CLIENT_ID`];
  if (!tokenUrl || !clientId) return null;
  return {
    tokenUrl: new URL(tokenUrl),
    clientId,
    clientSecret: e[`${server}_OAUTH_CLIENT_SECRET`] ?? null,
    refreshToken: e[`${server}_OAUTH_REFRESH_TOKEN`] ?? null,
    scope: e[`${server}_OAUTH_SCOPE`] ?? null,
  };
}

/** Whom alerts and digests go to: one of the two at least. */
export interface AlertConfig {
  /** Addresses. */
  readonly to: readonly string[];
  /** Where a chat takes them, a secret; null: nowhere. */
  readonly webhookUrl: string | null;
}

function alertConfig(e: z.infer<typeof environment>): AlertConfig | null {
  const [to, webhookUrl] = [e.ALERT_TO ?? [], e.ALERT_WEBHOOK_URL ?? null];
  return to.length > 0 || webhookUrl ? { to, webhookUrl } : null;
}

/** What of OpenTelemetry's variables we read ourselves. Its exporter reads the others. */
export interface TracingConfig {
  readonly sampler: (typeof TRACE_SAMPLERS)[number];
  /** Null: none is named. */
  readonly samplerArgument: number | null;
}

function tracingConfig(e: z.infer<typeof environment>): TracingConfig | null {
  const isNamed = e.OTEL_EXPORTER_OTLP_ENDPOINT ?? e.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
  if (!isNamed || e.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || e.OTEL_TRACES_EXPORTER === 'none')
    return null;
  return {
    sampler: e.OTEL_TRACES_SAMPLER ?? 'parentbased_always_on',
    samplerArgument: e.OTEL_TRACES_SAMPLER_ARG ?? null,
  };
}

/** Whether both name one mail server, whoever signs in there. */
function isSameServer(one: string | undefined, other: string | undefined): boolean {
  if (!one || !other) return false;
  const place = (address: string) => {
    const { protocol, hostname, port } = new URL(address);
    return `${hostname.toLowerCase()} ${port || (protocol === 'smtps:' ? 465 : 587)}`;
  };
  return place(one) === place(other);
}

/** Whether the codes of its user name and password can be read. */
function isDecodable(smtpUrl: string): boolean {
  const { username, password } = new URL(smtpUrl);
  try {
    return decodeURIComponent(`${username}${password}`) !== null;
  } catch {
    return false;
  }
}

/** The addresses that a mail server may name when it refuses us: who sends, where bounces go, and who signs in. */
function ownAddresses(
  from: string,
  bounces: string | undefined,
  smtpUrls: readonly (string | undefined)[],
): readonly string[] {
  const users = smtpUrls.map((url) => (url ? decodeURIComponent(new URL(url).username) : ''));
  return [from, bounces ?? '', ...users].filter((address) => address.includes('@'));
}

/**
 * Reads and checks the environment (docs/settings.md lists it); throws ConfigError.
 * The only reader of environment variables: everything else is handed a Config.
 */
export function readConfig(environmentVariables: Environment) {
  const e = check(environment, environmentVariables);
  const from = parseMailbox(e.MAIL_FROM);
  if (!from || !e.APP_SECRET) throw new ConfigError('unreachable: both were checked above');
  return Object.freeze({
    production: e.NODE_ENV === 'production',
    database: databaseConfig(e),
    mailTransport: e.MAIL_TRANSPORT,
    /** What takes mails while `mailTransport` is down; null: nothing does. */
    fallbackTransport: e.FALLBACK_TRANSPORT ?? null,
    fallbackSmtpUrl: e.FALLBACK_SMTP_URL ?? null,
    smtpUrl: e.SMTP_URL ?? null,
    /** Null: the password in `smtpUrl`, where there is one. */
    smtpOAuth: oauthConfig(e, 'SMTP'),
    resendApiKey: e.RESEND_API_KEY ?? null,
    /** None: what comes from Amazon SES is refused. */
    sesTopicArns: e.SES_TOPIC_ARNS ?? [],
    /** Null: what comes from these is refused. */
    postmarkWebhook:
      e.POSTMARK_WEBHOOK_USER && e.POSTMARK_WEBHOOK_PASSWORD
        ? { user: e.POSTMARK_WEBHOOK_USER, password: e.POSTMARK_WEBHOOK_PASSWORD }
        : null,
    sendGridKey: e.SENDGRID_WEBHOOK_KEY ?? null,
    mailgunKey: e.MAILGUN_SIGNING_KEY ?? null,
    resendWebhookSecrets: (e.RESEND_WEBHOOK_SECRET ?? '')
      .split(',')
      .map((secret) => secret.trim())
      .filter(Boolean),
    resendBaseUrl: e.RESEND_BASE_URL ?? null,
    /** Null: nothing can be sent through Postmark's API. */
    postmark: e.POSTMARK_SERVER_TOKEN
      ? {
          serverToken: e.POSTMARK_SERVER_TOKEN,
          baseUrl: e.POSTMARK_BASE_URL ?? null,
          messageStream: e.POSTMARK_MESSAGE_STREAM,
        }
      : null,
    mailFrom: from,
    ownAddresses: ownAddresses(from.address, e.BOUNCE_ADDRESS, [e.SMTP_URL, e.FALLBACK_SMTP_URL]),
    /** Null: bounces come back to the address of MAIL_FROM, whatever the message. */
    bounceAddresses: e.BOUNCE_ADDRESS ? createBounceAddresses(e.APP_SECRET, e.BOUNCE_ADDRESS) : null,
    /** What signs the mails of MAIL_FROM's domain over SMTP; null: its mail server does, or nobody. */
    dkim: e.DKIM_KEY && e.DKIM_SELECTOR ? signerOf(from, e.DKIM_SELECTOR, e.DKIM_KEY) : null,
    /** Null: reports are read from no mailbox. */
    bounceMailbox: e.BOUNCE_IMAP_URL ?? null,
    /** Null: the password that `bounceMailbox` has. */
    imapOAuth: oauthConfig(e, 'IMAP'),
    postalAddress: e.MAIL_POSTAL_ADDRESS,
    calendarMethod: e.CALENDAR_METHOD,
    /** Without a slash at the end. */
    publicUrl: e.PUBLIC_URL ? new URL(e.PUBLIC_URL).origin : `http://localhost:${e.PORT}`,
    host: e.HOST,
    port: e.PORT,
    /** Null: a worker answers no HTTP. */
    workerPort: e.WORKER_PORT ?? null,
    /** Null: the usual ports, or the next free ones. */
    inboxPort: e.INBOX_PORT ?? null,
    inboxSmtpPort: e.INBOX_SMTP_PORT ?? null,
    appSecret: e.APP_SECRET,
    bootstrapApiKey: e.BOOTSTRAP_API_KEY ?? null,
    /** Null: the team signs in by mail alone. */
    oidc: oidcConfig(e),
    /** Null: `/metrics` answers on loopback and private addresses only. */
    metricsToken: e.METRICS_TOKEN ?? null,
    mailpitUrl: e.MAILPIT_URL ?? null,
    /** Whom alerts and digests go to; null: to nobody, and none is raised. */
    alerts: alertConfig(e),
    /** Null: no traces are sent. */
    tracing: tracingConfig(e),
    /** Null: those of the system. */
    dnsServers: e.DNS_SERVERS ?? null,
    /** So many days after an event's end its people are erased, unless the event says its own; null: never. */
    eraseAfterDays: e.ERASE_AFTER_DAYS ?? null,
    /** So many days after an event's end what its mails said is forgotten; null: never. */
    contentAfterDays: e.CONTENT_AFTER_DAYS ?? null,
    trustProxy: e.TRUST_PROXY,
    logLevel: e.LOG_LEVEL,
  });
}
