import { afterAll } from 'vitest';
import type { Check, CheckContext } from '../../scripts/doctor/check.ts';
import { readSettings } from '../../scripts/doctor/settings.ts';
import { createPool } from '../../src/db/pool.ts';
import type { Finding } from '../../src/domain/finding.ts';

export const SECRET = 'a secret of the tests that is long enough';

/** A production environment in which nothing is wrong that can be told without asking anybody. */
export const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://doctor:hush-hush@127.0.0.1:9/nothing',
  SMTP_URL: 'smtp://127.0.0.1:9',
  APP_SECRET: SECRET,
  MAIL_FROM: 'Events <events@studio.example>',
  PUBLIC_URL: 'https://events.studio.example',
  DNS_SERVERS: '127.0.0.1:9',
} as const;

/** One check, run with this environment; `usesDatabase`: DATABASE_URL leads to one that can be used. */
export async function runCheck(
  check: Check,
  env: Readonly<Record<string, string>>,
  { usesDatabase = false, now = () => new Date() } = {},
): Promise<readonly Finding[]> {
  const settings = readSettings({ ...PRODUCTION, ...env });
  const { config, database } = settings;
  if (!config || !database) throw new Error(JSON.stringify(settings.findings));
  const pool = usesDatabase ? createPool(database, { max: 2, onError: () => undefined }) : null;
  const { signal } = new AbortController();
  const context: CheckContext = { settings, config, pool, now, signal };
  try {
    if (check.needs === 'settings') return await check.run(context);
    if (!pool) throw new Error('this check needs a database');
    return await check.run({ ...context, pool, database });
  } finally {
    await pool?.end();
  }
}

/** `error Transport: …`, one a finding: what tests compare. */
export function brief(findings: readonly Finding[]): string[] {
  return findings.map(({ level, about, message }) => `${level} ${about}: ${message}`);
}

/** For whatever a test opens: ended after the file's last test. */
export function atEnd(close: () => unknown): void {
  afterAll(async () => {
    await close();
  });
}
