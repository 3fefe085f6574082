import { z } from 'zod';

/** A wrong environment. `message` holds one line a variable: its name, what was wrong, an example. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const EXAMPLE: Readonly<Record<string, string>> = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://user:password@localhost:5432/access_mail',
  MAIL_TRANSPORT: 'smtp',
  SMTP_URL: 'smtp://user:password@mail.example:587',
  RESEND_API_KEY: 're_123456789',
  RESEND_WEBHOOK_SECRET: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
  RESEND_BASE_URL: 'https://api.resend.com',
  MAIL_FROM: 'Events <events@example.com>',
  MAIL_POSTAL_ADDRESS: '1 High Street, London',
  PUBLIC_URL: 'https://events.example.com',
  HOST: '127.0.0.1',
  PORT: '3000',
  APP_SECRET: '32 characters or more, for example from `openssl rand -hex 32`',
  BOOTSTRAP_API_KEY: '32 characters or more, for example from `openssl rand -hex 32`',
  MAILPIT_URL: 'http://localhost:8025',
  TRUST_PROXY: '1',
  LOG_LEVEL: 'info',
};

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
const secret = z.string().min(32, 'must have 32 characters or more');

const environment = z
  .object({
    NODE_ENV: z.enum(['development', 'production', 'test']).catch('development'),
    DATABASE_URL: url('postgres:', 'postgresql:'),
    MAIL_TRANSPORT: optional(z.enum(['smtp', 'resend'], 'must be smtp or resend')).transform(
      (v) => v ?? 'smtp',
    ),
    SMTP_URL: optional(url('smtp:', 'smtps:')),
    RESEND_API_KEY: optional(z.string().startsWith('re_', 'must begin with re_')),
    RESEND_WEBHOOK_SECRET: optional(
      z
        .string()
        .regex(
          /^\s*whsec_[A-Za-z0-9+/]+=*\s*(,\s*whsec_[A-Za-z0-9+/]+=*\s*)*$/,
          'must be one or more secrets that begin with whsec_, divided by commas',
        ),
    ),
    RESEND_BASE_URL: optional(url('http:', 'https:')),
    MAIL_FROM: optional(z.string()).transform((v) => v ?? 'Events <events@localhost.test>'),
    MAIL_POSTAL_ADDRESS: optional(z.string()).transform((v) => v ?? ''),
    PUBLIC_URL: optional(url('http:', 'https:')),
    HOST: optional(z.string()).transform((v) => v ?? '127.0.0.1'),
    PORT: optional(wholeNumber(0, 65_535)).transform((v) => v ?? 3000),
    APP_SECRET: optional(secret),
    BOOTSTRAP_API_KEY: optional(secret),
    MAILPIT_URL: optional(url('http:', 'https:')),
    TRUST_PROXY: optional(wholeNumber(0, 10)).transform((v) => v ?? 0),
    LOG_LEVEL: optional(
      z.enum(
        ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
        'must be trace, debug, info, warn, error, fatal or silent',
      ),
    ).transform((v) => v ?? 'info'),
  })
  .superRefine((env, context) => {
    const wrong = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (env.MAIL_TRANSPORT === 'smtp' && !env.SMTP_URL)
      wrong(
        'SMTP_URL',
        'is not set: `npm start` brings an inbox of its own, anything else names its mail server',
      );
    if (env.MAIL_TRANSPORT === 'resend' && !env.RESEND_API_KEY)
      wrong('RESEND_API_KEY', 'is not set, and MAIL_TRANSPORT=resend needs it');
    if (!parseMailbox(env.MAIL_FROM)) wrong('MAIL_FROM', 'must be `Name <address>` or an address');
    if (!env.APP_SECRET)
      wrong('APP_SECRET', 'is not set: `npm start` makes one for development, anything else needs its own');
    if (env.PUBLIC_URL && URL.canParse(env.PUBLIC_URL)) {
      const { protocol, hostname, pathname, search, hash } = new URL(env.PUBLIC_URL);
      if (pathname !== '/' || search || hash)
        wrong('PUBLIC_URL', 'must have no path: links are made below its root');
      if (env.NODE_ENV === 'production' && protocol !== 'https:' && !LOOPBACK.has(hostname))
        wrong('PUBLIC_URL', 'must begin with https:// in production (http:// on a loopback address only)');
    } else if (env.NODE_ENV === 'production') {
      wrong('PUBLIC_URL', 'is not set: every link in every mail begins with it');
    }
  });

export interface Mailbox {
  readonly name: string;
  readonly address: string;
}

/** `Name <address>`, `"Name" <address>` or an address alone; null when it is none of them. */
function parseMailbox(text: string): Mailbox | null {
  const match = /^(?:"?([^"<>\r\n]*?)"?\s*<([^<>\s]+)>|([^<>\s]+))$/.exec(text.trim());
  const address = match?.[2] ?? match?.[3];
  return address && /^[^@\s]+@[^@\s]+$/.test(address) ? { name: match?.[1] ?? '', address } : null;
}

/** Everything that differs between one installation and the next. Read once, at the start of a process. */
export type Config = ReturnType<typeof readConfig>;

/**
 * Reads and checks the environment (`contract.md` lists it); throws ConfigError.
 * The only reader of environment variables: everything else is handed a Config.
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>) {
  const result = environment.safeParse(env);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => {
      const name = String(issue.path[0]);
      const what = env[name]
        ? issue.message
        : issue.message.startsWith('is not set')
          ? issue.message
          : 'is not set';
      return `${name} ${what}. Example: ${name}=${EXAMPLE[name] ?? ''}`;
    });
    throw new ConfigError([...new Set(lines)].join('\n'));
  }
  const e = result.data;
  const from = parseMailbox(e.MAIL_FROM);
  if (!from || !e.APP_SECRET) throw new ConfigError('unreachable: both were checked above');
  return Object.freeze({
    production: e.NODE_ENV === 'production',
    databaseUrl: e.DATABASE_URL,
    mailTransport: e.MAIL_TRANSPORT,
    smtpUrl: e.SMTP_URL ?? null,
    resendApiKey: e.RESEND_API_KEY ?? null,
    resendWebhookSecrets: (e.RESEND_WEBHOOK_SECRET ?? '')
      .split(',')
      .map((secret) => secret.trim())
      .filter(Boolean),
    resendBaseUrl: e.RESEND_BASE_URL ?? null,
    mailFrom: from,
    postalAddress: e.MAIL_POSTAL_ADDRESS,
    /** Without a slash at the end. */
    publicUrl: e.PUBLIC_URL ? new URL(e.PUBLIC_URL).origin : `http://localhost:${e.PORT}`,
    host: e.HOST,
    port: e.PORT,
    appSecret: e.APP_SECRET,
    bootstrapApiKey: e.BOOTSTRAP_API_KEY ?? null,
    mailpitUrl: e.MAILPIT_URL ?? null,
    trustProxy: e.TRUST_PROXY,
    logLevel: e.LOG_LEVEL,
  });
}
