import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError, readConfig, readDatabaseConfig, VARIABLE_NAMES } from '../src/config.ts';
import { readAppSecrets } from '../src/domain/app-secret.ts';

const SECRET = 'a secret of the tests, long enough for them';
const MINIMAL = {
  DATABASE_URL: 'postgres://localhost/access_mail',
  SMTP_URL: 'smtp://localhost',
  APP_SECRET: SECRET,
};

const folder = mkdtempSync(join(tmpdir(), 'access-mail-config-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** The lines that a wrong environment is refused with. */
function refusal(env: Record<string, string | undefined>): string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.message.split('\n');
    throw error;
  }
  throw new Error('the environment was taken');
}

/** A private key as a file has it. */
function pem(type: 'rsa' | 'ed25519', modulusLength = 2048): string {
  const { privateKey } =
    type === 'rsa' ? generateKeyPairSync('rsa', { modulusLength }) : generateKeyPairSync('ed25519');
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

describe('the environment', () => {
  it('needs a database, a mail server and a secret, and nothing else', () => {
    const config = readConfig(MINIMAL);
    expect(config).toMatchObject({ production: false, host: '127.0.0.1', port: 3000, workerPort: null });
    expect(config.publicUrl).toBe('http://localhost:3000');
  });

  it('says of everything that is missing what it is for, one line each', () => {
    expect(refusal({})).toEqual([
      expect.stringMatching(/^DATABASE_URL is not set\. Example: DATABASE_URL=postgres:/),
    ]);
    expect(refusal({ DATABASE_URL: MINIMAL.DATABASE_URL })).toEqual([
      expect.stringMatching(/^SMTP_URL is not set: .* Example: SMTP_URL=smtp:/),
      expect.stringMatching(/^APP_SECRET is not set: .* Example: APP_SECRET=/),
    ]);
  });

  it('knows the addresses that we send as: the sender, that of bounces, and the mail server’s user', () => {
    const { ownAddresses: named } = readConfig({
      ...MINIMAL,
      MAIL_FROM: 'Events <events@example.com>',
      BOUNCE_ADDRESS: 'bounces@example.com',
      SMTP_URL: 'smtp://relay%40example.com:password@mail.example',
    });
    expect(named).toEqual(['events@example.com', 'bounces@example.com', 'relay@example.com']);
    const { ownAddresses } = readConfig({ ...MINIMAL, SMTP_URL: 'smtp://relay:password@mail.example' });
    expect(ownAddresses).toEqual(['events@localhost.test']);
  });

  it('knows a second transport, and stops where it cannot be one, with a line that says why and an example', () => {
    const SMTP = { FALLBACK_TRANSPORT: 'smtp', FALLBACK_SMTP_URL: 'smtps://user:pass@backup.example' };
    const config = readConfig({ ...MINIMAL, ...SMTP });
    expect([config.fallbackTransport, config.fallbackSmtpUrl]).toEqual(['smtp', SMTP.FALLBACK_SMTP_URL]);
    expect(readConfig(MINIMAL)).toMatchObject({ fallbackTransport: null, fallbackSmtpUrl: null });
    const wrong: readonly [Record<string, string>, RegExp][] = [
      [
        { FALLBACK_TRANSPORT: 'pigeon' },
        /^FALLBACK_TRANSPORT must be smtp, .* Example: FALLBACK_TRANSPORT=smtp$/,
      ],
      [
        { FALLBACK_TRANSPORT: 'smtp' },
        /^FALLBACK_SMTP_URL is not set, and FALLBACK_TRANSPORT=smtp needs it\. Example: FALLBACK_SMTP_URL=smtp:/,
      ],
      [
        { FALLBACK_TRANSPORT: 'resend' },
        /^RESEND_API_KEY is not set, and FALLBACK_TRANSPORT=resend needs it\. Example: RESEND_API_KEY=re_/,
      ],
      [
        { FALLBACK_SMTP_URL: SMTP.FALLBACK_SMTP_URL },
        /^FALLBACK_TRANSPORT is not set, and FALLBACK_SMTP_URL needs smtp\. Example: FALLBACK_TRANSPORT=smtp$/,
      ],
      [
        { ...SMTP, FALLBACK_TRANSPORT: 'resend', RESEND_API_KEY: 're_1' },
        /^FALLBACK_TRANSPORT is resend, and FALLBACK_SMTP_URL needs smtp\. Example/,
      ],
      [
        { MAIL_TRANSPORT: 'resend', RESEND_API_KEY: 're_1', FALLBACK_TRANSPORT: 'resend' },
        /^FALLBACK_TRANSPORT must differ from MAIL_TRANSPORT: .* Example: FALLBACK_TRANSPORT=smtp$/,
      ],
      [
        {
          SMTP_URL: 'smtp://one:x@mail.example',
          ...SMTP,
          FALLBACK_SMTP_URL: 'smtp://two:y@MAIL.example:587',
        },
        /^FALLBACK_SMTP_URL names the server of SMTP_URL: .* Example: FALLBACK_SMTP_URL=smtp:/,
      ],
      [{ ...SMTP, FALLBACK_SMTP_URL: 'smtp://user:50%off@backup.example' }, /^FALLBACK_SMTP_URL has a %/],
    ];
    for (const [env, line] of wrong)
      expect(refusal({ ...MINIMAL, ...env })).toEqual([expect.stringMatching(line)]);
  });

  it('stops at a mail server’s password with a % that begins no code', () => {
    expect(refusal({ ...MINIMAL, SMTP_URL: 'smtp://user:50%off@mail.example' })).toEqual([
      expect.stringMatching(/^SMTP_URL has a % that begins no code: write it as %25/),
    ]);
  });

  it('reads an empty value as none', () => {
    expect(readConfig({ ...MINIMAL, PORT: '', NODE_ENV: '', DATABASE_POOL: '' })).toMatchObject({
      port: 3000,
      production: false,
      database: { pool: 10 },
    });
  });

  it.each(['staging', 'prod', 'Production', 'dev', ' production'])('stops at NODE_ENV=%j', (NODE_ENV) => {
    expect(refusal({ ...MINIMAL, NODE_ENV })).toEqual([
      'NODE_ENV must be development, production or test. Example: NODE_ENV=production',
    ]);
    expect(() => readDatabaseConfig({ ...MINIMAL, NODE_ENV })).toThrow(/^NODE_ENV must be/);
  });

  it.each<readonly [name: string, value: string, what: RegExp]>([
    ['DATABASE_SCHEMA', 'Events', /lower-case letters/],
    ['DATABASE_SCHEMA', 'pg_events', /does not begin with a digit or pg_/],
    ['DATABASE_SCHEMA', 'information_schema', /lower-case letters/],
    ['DATABASE_SCHEMA', 'a"; drop schema public', /lower-case letters/],
    ['DATABASE_SCHEMA', 'a'.repeat(46), /at most 45/],
    ['DATABASE_POOL', '1', /from 2 to 1000/],
    ['DATABASE_POOL', 'many', /whole number/],
    ['DATABASE_DIRECT_URL', 'mysql://localhost', /begins with postgres:/],
    ['DATABASE_DIRECT_URL', 'postgres://a:5432,/x', /a host and its port, on each side of a comma/],
    [
      'DATABASE_DIRECT_URL',
      'postgres://a,b/x?target_session_attrs=any',
      /target_session_attrs=read-write or primary/,
    ],
    ['DATABASE_READ_URL', 'postgres://a/x?target_session_attrs=read-write', /=prefer-standby or standby/],
    ['WORKER_PORT', '65536', /from 0 to 65535/],
    ['INBOX_PORT', '80.5', /whole number/],
    ['INBOX_SMTP_PORT', '-1', /from 0 to 65535/],
    ['BOUNCE_IMAP_URL', 'https://a:b@mail.example', /of the form imaps:\/\/user:password@host\/folder/],
    ['BOUNCE_IMAP_URL', 'imaps://mail.example/INBOX', /name a user and a password/],
    ['DKIM_KEY', 'nonsense', /an RSA private key in PEM/],
    ['DKIM_KEY', pem('ed25519'), /must be an RSA key/],
    ['DKIM_KEY', pem('rsa', 1024), /must have 2048 bits or more: it has 1024/],
    ['BOUNCE_ADDRESS', 'bounces', /an address alone/],
    ['BOUNCE_ADDRESS', 'Bounces <bounces@example.com>', /an address alone/],
    ['BOUNCE_ADDRESS', 'größe@example.com', /of ASCII before the @/],
    ['BOUNCE_ADDRESS', `${'a'.repeat(32)}@example.com`, /at most 31 characters/],
    ...['ERASE_AFTER_DAYS', 'CONTENT_AFTER_DAYS'].flatMap((name) =>
      ['0', '-1', '1.5', 'never', '36501'].map(
        (value) => [name, value, /must be a whole number from 1 to 36500/] as const,
      ),
    ),
  ])('refuses %s=%s in one line', (name, value, what) => {
    const lines = refusal({ ...MINIMAL, [name]: value });
    expect(lines).toEqual([expect.stringMatching(what)]);
    expect(lines[0]).toMatch(new RegExp(`^${name} must .*\\. Example: ${name}=`));
  });

  it('does not repeat the password of a wrong address', () => {
    for (const BOUNCE_IMAP_URL of [
      'imap:/a:hunter2@host',
      'imaps://a:hunter2@host:x',
      'imaps://a:hunter2%@host',
    ])
      expect(refusal({ ...MINIMAL, BOUNCE_IMAP_URL }).join()).not.toContain('hunter2');
  });

  it('wants two ports for the two sides of the inbox', () => {
    expect(refusal({ ...MINIMAL, INBOX_PORT: '9000', INBOX_SMTP_PORT: '9000' })).toEqual([
      'INBOX_PORT must differ from INBOX_SMTP_PORT. Example: INBOX_PORT=8025',
    ]);
  });
});

it('docs/settings.md lists every variable, and no other', () => {
  const page = readFileSync(new URL('../docs/settings.md', import.meta.url), 'utf8');
  const settings = /# Settings\n(.*?)\n## /s.exec(page)?.[1] ?? '';
  const rows = settings.split('\n').filter((line) => line.startsWith('| `'));
  const listed = rows.flatMap((row) =>
    [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name]) => name),
  );
  expect(listed.toSorted()).toEqual(VARIABLE_NAMES.toSorted());
});

describe('the database', () => {
  it('is the schemas public and pgboss where none is named, reached through one address', () => {
    expect(readDatabaseConfig({ DATABASE_URL: 'postgres://db/x' })).toEqual({
      url: 'postgres://db/x',
      directUrl: 'postgres://db/x',
      schema: 'public',
      jobsSchema: 'pgboss',
      backend: 'postgres',
      pool: 10,
      readUrl: null,
    });
  });

  it('has its own schemas, address past the pooler and number of connections', () => {
    const env = {
      DATABASE_URL: 'postgres://pooler/x',
      DATABASE_DIRECT_URL: 'postgres://db/x',
      DATABASE_READ_URL: 'postgres://a,b/x',
      DATABASE_SCHEMA: 'access_mail',
      DATABASE_POOL: '4',
      DATABASE_BACKEND: 'citus',
    };
    expect(readConfig({ ...MINIMAL, ...env }).database).toEqual({
      url: 'postgres://pooler/x',
      directUrl: 'postgres://db/x',
      schema: 'access_mail',
      jobsSchema: 'access_mail_jobs',
      backend: 'citus',
      pool: 4,
      readUrl: 'postgres://a,b/x',
    });
  });
});

describe('a secret in a file', () => {
  it('is the file without the line breaks at its end', () => {
    const env = {
      DATABASE_URL_FILE: file('database', 'postgres://db/from-a-file\n'),
      APP_SECRET_FILE: file('secret', `${SECRET}\r\n`),
      SMTP_URL_FILE: file('smtp', 'smtps://user:password@mail.example:465'),
      RESEND_WEBHOOK_SECRET_FILE: file('webhook', 'whsec_YQ==,whsec_Yg==\n\n'),
    };
    const config = readConfig(env);
    expect(config.database.url).toBe('postgres://db/from-a-file');
    expect(config.appSecret).toBe(SECRET);
    expect(config.smtpUrl).toBe('smtps://user:password@mail.example:465');
    expect(config.resendWebhookSecrets).toEqual(['whsec_YQ==', 'whsec_Yg==']);
    expect(readDatabaseConfig(env).url).toBe('postgres://db/from-a-file');
  });

  it('that is not there, is a folder or is empty stops the start and says which', () => {
    const path = join(folder, 'missing');
    expect(refusal({ ...MINIMAL, APP_SECRET: undefined, APP_SECRET_FILE: path })).toEqual([
      `APP_SECRET_FILE names a file that cannot be read (ENOENT): ${path}`,
    ]);
    expect(refusal({ ...MINIMAL, APP_SECRET: undefined, APP_SECRET_FILE: folder })).toEqual([
      `APP_SECRET_FILE names a file that cannot be read (EISDIR): ${folder}`,
    ]);
    const empty = file('empty', '\n');
    expect(refusal({ ...MINIMAL, BOOTSTRAP_API_KEY_FILE: empty })).toEqual([
      `BOOTSTRAP_API_KEY_FILE names an empty file: ${empty}`,
    ]);
  });

  it('is refused beside the secret itself: which one counts would be a guess', () => {
    expect(refusal({ ...MINIMAL, APP_SECRET_FILE: file('other', SECRET) })).toEqual([
      'APP_SECRET and APP_SECRET_FILE are both set: remove one of them.',
    ]);
  });

  it('is checked like the secret itself, whose value no message repeats', () => {
    const lines = refusal({ ...MINIMAL, APP_SECRET: undefined, APP_SECRET_FILE: file('short', 'too short') });
    expect(lines).toEqual([expect.stringMatching(/^APP_SECRET must have 32 characters or more/)]);
    expect(lines.join()).not.toContain('too short');
  });
});

describe('secrets that everybody knows', () => {
  const PRODUCTION = { ...MINIMAL, NODE_ENV: 'production', PUBLIC_URL: 'https://events.example' };
  const EXAMPLE = '32 characters or more (`openssl rand -hex 32` makes one)';

  it.each([
    ['APP_SECRET', 'only-for-development-on-this-machine'],
    ['APP_SECRET', EXAMPLE],
    ['APP_SECRET', 'x'.repeat(64)],
    ['APP_SECRET', `a secret of ours that is long enough for all,only-for-development-on-this-machine`],
    ['BOOTSTRAP_API_KEY', 'only-for-development-on-this-machine'],
    ['BOOTSTRAP_API_KEY', EXAMPLE],
    ['BOOTSTRAP_API_KEY', '0'.repeat(32)],
    ['RESEND_WEBHOOK_SECRET', 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'],
    ['RESEND_API_KEY', 're_123456789'],
  ])('stop production: %s=%j', (name, value) => {
    const lines = refusal({ ...PRODUCTION, [name]: value });
    expect(lines).toEqual([
      expect.stringMatching(
        new RegExp(`^${name} has a value that was published as an example.* Example: ${name}=`),
      ),
    ]);
    expect(readConfig({ ...MINIMAL, [name]: value })).toBeDefined();
  });

  it('stop production in a file, too; the message says how to make one', () => {
    const path = file('published', 'only-for-development-on-this-machine\n');
    const [line] = refusal({ ...PRODUCTION, APP_SECRET: undefined, APP_SECRET_FILE: path });
    expect(line).toContain('openssl rand -hex 32');
  });
});

describe('several secrets in APP_SECRET', () => {
  const OTHER = 'another secret of the tests that is long enough';

  it('are divided by commas, each of 32 characters or more', () => {
    const both = 'a secret of the tests that is long enough for them';
    expect(readAppSecrets(readConfig({ ...MINIMAL, APP_SECRET: `${both}, ${OTHER}` }).appSecret)).toEqual([
      both,
      OTHER,
    ]);
    for (const wrong of [`${both},short`, `short,${both}`, `${both},`, `,${both}`])
      expect(refusal({ ...MINIMAL, APP_SECRET: wrong })).toEqual([
        expect.stringMatching(/^APP_SECRET must have 32 characters or more in each of the secrets/),
      ]);
  });

  it('are one with commas in it, where none of its parts could be a secret', () => {
    expect(readAppSecrets(readConfig({ ...MINIMAL, APP_SECRET: SECRET }).appSecret)).toEqual([SECRET]);
  });
});

describe('alerts', () => {
  it('go to addresses, to a chat, or to both; without either there are none', () => {
    expect(readConfig(MINIMAL).alerts).toBeNull();
    expect(
      readConfig({ ...MINIMAL, ALERT_TO: ' Ops@Example.com, ada@bücher.example,ops@example.com' }).alerts,
    ).toEqual({
      to: ['Ops@example.com', 'ada@xn--bcher-kva.example', 'ops@example.com'],
      webhookUrl: null,
    });
    const path = file('alert-webhook', 'http://10.0.0.7:8065/hooks/abc\n');
    expect(readConfig({ ...MINIMAL, ALERT_WEBHOOK_URL_FILE: path }).alerts).toEqual({
      to: [],
      webhookUrl: 'http://10.0.0.7:8065/hooks/abc',
    });
  });

  it.each([
    [
      { ALERT_TO: 'ops' },
      /^ALERT_TO must be one or more email addresses, .* Example: ALERT_TO=ops@example\.com,/,
    ],
    [{ ALERT_TO: 'ops@example.com;ada@example.com' }, /^ALERT_TO must be one or more/],
    [{ ALERT_TO: 'ops@example.com,' }, /^ALERT_TO must be one or more/],
    [
      { ALERT_WEBHOOK_URL: 'hooks.slack.com/services/T0' },
      /^ALERT_WEBHOOK_URL must be .* Example: ALERT_WEBHOOK_URL=https:/,
    ],
    [
      { ALERT_WEBHOOK_URL: 'ftp://hooks.example/x' },
      /^ALERT_WEBHOOK_URL must be an address that begins with https:/,
    ],
  ])('refuses %j in one line', (env, line) => {
    expect(refusal({ ...MINIMAL, ...env })).toEqual([expect.stringMatching(line)]);
  });
});

describe('an identity provider', () => {
  const OIDC = { OIDC_ISSUER: 'https://login.example', OIDC_CLIENT_ID: 'access-mail' };

  it('needs an issuer and a client; the rest may be left out', () => {
    expect(readConfig(MINIMAL).oidc).toBeNull();
    expect(readConfig({ ...MINIMAL, ...OIDC }).oidc).toEqual({
      issuer: new URL('https://login.example'),
      ...{ clientId: 'access-mail', clientSecret: null, label: 'single sign-on', domains: [] },
    });
    expect(
      readConfig({ ...MINIMAL, ...OIDC, OIDC_DOMAINS: ' Example.com,Bücher.example ' }).oidc?.domains,
    ).toEqual(['example.com', 'xn--bcher-kva.example']);
  });

  it.each([
    [{ OIDC_ISSUER: 'https://login.example' }, /^OIDC_CLIENT_ID is not set, and OIDC_ISSUER needs it/],
    [{ OIDC_DOMAINS: 'example.com', OIDC_CLIENT_ID: 'x' }, /^OIDC_ISSUER is not set, and OIDC_/],
    [{ ...OIDC, OIDC_ISSUER: 'login.example' }, /^OIDC_ISSUER must be an address that begins with https/],
    [{ ...OIDC, OIDC_DOMAINS: 'example.com,@example.org' }, /^OIDC_DOMAINS must be one or more domains/],
    [{ ...OIDC, OIDC_DOMAINS: '*' }, /^OIDC_DOMAINS must be one or more domains/],
    [{ ...OIDC, OIDC_LABEL: 'x'.repeat(61) }, /^OIDC_LABEL must have 60 characters or fewer/],
    [
      {
        ...OIDC,
        NODE_ENV: 'production',
        PUBLIC_URL: 'https://events.example',
        OIDC_ISSUER: 'http://login.example',
      },
      /^OIDC_ISSUER must begin with https:\/\/ in production/,
    ],
  ])('stops the start with what is wrong: %j', (env, line) => {
    expect(
      refusal({ ...MINIMAL, APP_SECRET: 'a secret of ours that is long enough for all', ...env })[0],
    ).toMatch(line);
  });
});

describe('DKIM_KEY', () => {
  const key = pem('rsa');

  it('signs for the domain of MAIL_FROM, with its line breaks or with \\n in their place', () => {
    for (const DKIM_KEY of [key, key.replaceAll('\n', '\\n')]) {
      const { dkim } = readConfig({
        ...MINIMAL,
        MAIL_FROM: 'Events <a@Events.Example>',
        DKIM_KEY,
        DKIM_SELECTOR: 's1',
      });
      expect(dkim).toMatchObject({ domain: 'events.example', selector: 's1' });
    }
  });

  it('and DKIM_SELECTOR need each other, and neither is needed', () => {
    expect(refusal({ ...MINIMAL, DKIM_KEY: key })).toEqual([
      expect.stringMatching(/^DKIM_SELECTOR is not set, and DKIM_KEY/),
    ]);
    expect(refusal({ ...MINIMAL, DKIM_SELECTOR: 's1' })).toEqual([
      expect.stringMatching(/^DKIM_KEY is not set/),
    ]);
    expect(readConfig(MINIMAL).dkim).toBeNull();
  });

  it('wants a selector that can stand in the DNS', () => {
    const wrong = { ...MINIMAL, DKIM_KEY: key, DKIM_SELECTOR: 'mail 2027' };
    expect(refusal(wrong)).toEqual([expect.stringMatching(/^DKIM_SELECTOR must be a label of the DNS/)]);
  });

  it('stands in no line about it', () => {
    const wrong = key.replace('MII', 'MIX');
    const lines = refusal({ ...MINIMAL, DKIM_KEY: wrong, DKIM_SELECTOR: 's1' });
    expect(lines).toHaveLength(1);
    expect(lines.join()).not.toContain(wrong.slice(40, 60));
  });
});

describe('Postmark', () => {
  const POSTMARK = { ...MINIMAL, SMTP_URL: undefined, MAIL_TRANSPORT: 'postmark' };
  const TOKEN = '0b5c1f36-7f0a-4b62-8e1e-4f6f0e9a7c55';

  it('needs a server token, and no mail server', () => {
    expect(refusal(POSTMARK)).toEqual([
      expect.stringMatching(
        /^POSTMARK_SERVER_TOKEN is not set, and MAIL_TRANSPORT=postmark needs it\. Example: POSTMARK_SERVER_TOKEN=/,
      ),
    ]);
    expect(readConfig({ ...POSTMARK, POSTMARK_SERVER_TOKEN: TOKEN })).toMatchObject({
      mailTransport: 'postmark',
      postmark: { serverToken: TOKEN, baseUrl: null, messageStream: 'outbound' },
    });
    const path = file('postmark-token', `${TOKEN}\n`);
    expect(readConfig({ ...POSTMARK, POSTMARK_SERVER_TOKEN_FILE: path }).postmark?.serverToken).toBe(TOKEN);
  });

  it.each([
    ['POSTMARK_SERVER_TOKEN', 're_123456789', /must be the API token of a Postmark server/],
    ['POSTMARK_BASE_URL', 'ftp://postmark.example', /must be an address that begins with/],
    ['POSTMARK_MESSAGE_STREAM', 'Out bound', /must be the id of a message stream/],
    ['MAIL_TRANSPORT', 'pigeon', /must be smtp, resend or postmark/],
  ])('%s=%s stops the start', (name, value, message) => {
    const [line, ...more] = refusal({ ...POSTMARK, POSTMARK_SERVER_TOKEN: TOKEN, [name]: value });
    expect(more).toEqual([]);
    expect(line).toMatch(message);
    expect(line).toMatch(new RegExp(`^${name} .* Example: ${name}=`));
  });

  it('takes the token for tests, and not in production, where nobody would get a mail', () => {
    const env = { ...POSTMARK, POSTMARK_SERVER_TOKEN: 'POSTMARK_API_TEST' };
    expect(readConfig(env).postmark?.serverToken).toBe('POSTMARK_API_TEST');
    expect(refusal({ ...env, NODE_ENV: 'production', PUBLIC_URL: 'https://events.example' })).toEqual([
      expect.stringMatching(/^POSTMARK_SERVER_TOKEN is the token for tests/),
    ]);
  });
});

describe('access tokens for a mail server', () => {
  const smtp = {
    SMTP_URL: 'smtp://events%40example.com@mail.example:587',
    SMTP_OAUTH_TOKEN_URL: 'https://login.example/token',
    SMTP_OAUTH_CLIENT_ID: 'us',
    SMTP_OAUTH_CLIENT_SECRET: 'ours',
  };

  it('need an endpoint, a client, and a secret or a refresh token', () => {
    expect(readConfig({ ...MINIMAL, ...smtp }).smtpOAuth).toEqual({
      ...{ tokenUrl: new URL('https://login.example/token'), clientId: 'us', clientSecret: 'ours' },
      ...{ refreshToken: null, scope: null },
    });
    const mailbox = readConfig({
      ...{ ...MINIMAL, BOUNCE_IMAP_URL: 'imaps://bounces%40example.com@mail.example' },
      ...{ IMAP_OAUTH_TOKEN_URL: 'http://localhost:9/token', IMAP_OAUTH_CLIENT_ID: 'us' },
      ...{ IMAP_OAUTH_REFRESH_TOKEN: 'fresh', IMAP_OAUTH_SCOPE: 'imap' },
    });
    expect(mailbox.imapOAuth).toMatchObject({ clientSecret: null, refreshToken: 'fresh', scope: 'imap' });
    expect(mailbox.bounceMailbox).toMatchObject({ user: 'bounces@example.com', password: null });
    expect(readConfig(MINIMAL)).toMatchObject({ smtpOAuth: null, imapOAuth: null });
  });

  it.each([
    [{ SMTP_OAUTH_SCOPE: 'x' }, /^SMTP_OAUTH_TOKEN_URL is not set, and SMTP_OAUTH_SCOPE needs it\./m],
    [{ ...smtp, SMTP_OAUTH_CLIENT_ID: '' }, /^SMTP_OAUTH_CLIENT_ID is not set/m],
    [{ ...smtp, SMTP_OAUTH_CLIENT_SECRET: '' }, /^SMTP_OAUTH_REFRESH_TOKEN is not set/m],
    [
      { ...smtp, SMTP_OAUTH_TOKEN_URL: 'http://login.example/token' },
      /^SMTP_OAUTH_TOKEN_URL must begin with https:/m,
    ],
    [{ ...smtp, SMTP_URL: 'smtp://mail.example:587' }, /^SMTP_URL must name the user/m],
    [{ BOUNCE_IMAP_URL: 'imaps://a@mail.example' }, /^BOUNCE_IMAP_URL must name a password/m],
    [
      {
        IMAP_OAUTH_TOKEN_URL: 'https://login.example/token',
        IMAP_OAUTH_CLIENT_ID: 'us',
        IMAP_OAUTH_CLIENT_SECRET: 'x',
      },
      /^BOUNCE_IMAP_URL is not set, and IMAP_OAUTH_TOKEN_URL needs it\./m,
    ],
  ])('stop the start with what is wrong: %j', (env, message) => {
    expect(() => readConfig({ ...MINIMAL, ...env })).toThrow(message);
  });
});
