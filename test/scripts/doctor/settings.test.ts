import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { guarded } from '../../../scripts/doctor/examine.ts';
import { writeJson, writeText } from '../../../scripts/doctor/output.ts';
import { readSettings } from '../../../scripts/doctor/settings.ts';
import { hideSecrets } from '../../../src/config.ts';
import { clockDifference, findingsOf } from '../../../src/domain/finding.ts';
import { brief, PRODUCTION } from '../../support/doctor.ts';

const DEVELOPMENT = { DATA_DIR: mkdtempSync(join(tmpdir(), 'access-mail-doctor-')) };
// Postgres runs as another user where we are root.
chmodSync(DEVELOPMENT.DATA_DIR, 0o755);

describe('the settings', () => {
  it.each([
    [
      'of production',
      PRODUCTION,
      ['ok Settings: All of them can be read, for production.', 'ok APP_SECRET: Set.'],
    ],
    [
      'of production, with a secret that is being replaced',
      { ...PRODUCTION, APP_SECRET: `${PRODUCTION.APP_SECRET},another one that is long enough for all of us` },
      [
        'ok Settings: All of them can be read, for production.',
        'ok APP_SECRET: Set: the first of 2 signs, all open.',
      ],
    ],
    [
      'of nobody, as in a fresh clone',
      DEVELOPMENT,
      [
        'ok Settings: All of them can be read, for development.',
        'ok APP_SECRET: Made by npm start, and kept in its data folder: for development.',
      ],
    ],
    [
      'of development, that other people can reach',
      { ...PRODUCTION, ...DEVELOPMENT, NODE_ENV: 'development' },
      [
        'warning Settings: All of them can be read, for development, though PUBLIC_URL leads to events.studio.example.',
        'ok APP_SECRET: Set.',
      ],
    ],
    [
      'with a secret that anybody guesses',
      { ...DEVELOPMENT, APP_SECRET: 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa' },
      ['ok Settings: All of them can be read, for development.', 'warning APP_SECRET: Easy to guess.'],
    ],
    [
      'with two mistakes',
      { ...PRODUCTION, PORT: 'x', MAIL_TRANSPORT: 'pigeon' },
      [
        'error Settings: MAIL_TRANSPORT must be smtp, resend or postmark.',
        'error Settings: PORT must be a whole number from 0 to 65535.',
      ],
    ],
    [
      'with a file that is not there',
      { ...PRODUCTION, APP_SECRET: '', APP_SECRET_FILE: '/nowhere/secret' },
      ['error Settings: APP_SECRET_FILE names a file that cannot be read (ENOENT): /nowhere/secret'],
    ],
  ])('%s are told', (_, env, said) => {
    expect(brief(readSettings(env).findings)).toEqual(said);
  });

  it('that npm start would bring are not asked for, and the rest can be looked at', () => {
    const { config, database, embedded } = readSettings(DEVELOPMENT);
    expect(embedded).toEqual({ database: 'absent', inbox: 'absent', secret: 'absent' });
    expect([config?.mailTransport, database]).toEqual(['smtp', null]);
    expect(
      readSettings({ ...DEVELOPMENT, NODE_ENV: 'production' }).findings.map(({ level }) => level),
    ).toContain('error');
  });

  it('give their database away also where something else is wrong', () => {
    expect(readSettings({ ...PRODUCTION, PORT: 'x' }).database?.url).toBe(PRODUCTION.DATABASE_URL);
  });
});

describe('a check', () => {
  it('that fails is a finding, and stops no other', async () => {
    const [found] = await guarded('Thing', 5_000, () => Promise.reject(new Error('it broke')));
    expect(found).toMatchObject({
      about: 'Thing',
      level: 'error',
      message: expect.stringContaining('it broke'),
    });
  });

  it('that never ends is a finding as well, and is told to end', async () => {
    let isTold = false;
    const found = await guarded('Thing', 20, (signal) => {
      signal.addEventListener('abort', () => {
        isTold = true;
      });
      return new Promise(() => undefined);
    });
    expect(found).toMatchObject([
      { level: 'error', message: 'It could not be looked at within 0.02 seconds.' },
    ]);
    expect(isTold).toBe(true);
  });
});

describe('what is written', () => {
  const { ok, warning, error, skipped } = findingsOf('Some thing');
  const long = 'a word '.repeat(40).trim();
  const all = [ok('Fine.'), warning(long, long), error('Broken.', 'Mend it.'), skipped('Not asked for.')];

  it('fits into 80 columns, with what to do below, and a sum', () => {
    const text = writeText(all, { columns: 80, inColour: false });
    expect(text.split('\n').every((line) => line.length < 80)).toBe(true);
    expect(text).toContain('error    Some thing       Broken.\n                          → Mend it.\n');
    expect(text.trim().split('\n').at(-1)).toBe('1 error, 1 warning, 1 ok, 1 skipped.');
    expect(text).not.toContain('\u001b');
    expect(writeText(all, { columns: 80, inColour: true })).toContain('\u001b[31merror');
  });

  it('is one JSON document for programs', () => {
    expect(JSON.parse(writeJson(all))).toEqual({
      ok: false,
      counts: { ok: 1, warning: 1, error: 1, skipped: 1 },
      findings: all,
    });
  });

  it('holds no secret of the environment, whole or in parts', () => {
    const hide = hideSecrets({
      ...PRODUCTION,
      SMTP_URL: 'smtp://events%40host:p%3Assw0rd@mail.example',
      RESEND_WEBHOOK_SECRET: 'whsec_b25lb25lb25l,whsec_dHdvdHdv',
      DATABASE_READ_URL:
        'postgres://us,er:several%2Cho5ts@db-1:5432,db-2:5432,[fd00::3]/events?sslmode=require',
    });
    const text = hide(
      'hush-hush; p%3Assw0rd; p:ssw0rd; whsec_dHdvdHdv; a secret of the tests that is long enough; mail.example',
    );
    expect(text).toBe('…; …; …; …; …; mail.example');
    expect(hide('several%2Cho5ts; several,ho5ts; db-1:5432, db-2:5432, [fd00::3]/events')).toBe(
      '…; …; db-1:5432, db-2:5432, [fd00::3]/events',
    );
  });
});

it.each([
  [0, null],
  [29_000, null],
  [-31_000, { words: '31 seconds behind', isLarge: false }],
  [150_000, { words: '3 minutes ahead of', isLarge: false }],
  [300_000, { words: '5 minutes ahead of', isLarge: true }],
])('clocks that are %d ms apart differ as far as it matters', (ms, expected) => {
  expect(clockDifference(ms)).toEqual(expected);
});
