import { describe, expect, it } from 'vitest';
import { readConfig } from '../../src/config.ts';
import {
  createFallbackProvider,
  createFormerProviders,
  createProvider,
} from '../../src/providers/create-provider.ts';
import { openApp } from '../support/app.ts';

const { pool, databaseEnv, clock } = await openApp();

/** What the transports that these settings name are called. */
async function namesOf(env: Record<string, string>) {
  const config = readConfig({ ...databaseEnv, APP_SECRET: 'a secret of the tests, long enough', ...env });
  const parts = { pool, now: () => clock.now };
  const [first, second] = [createProvider(config, parts), createFallbackProvider(config, parts)];
  const former = createFormerProviders(config, parts);
  await Promise.all([first, second, ...former].map((provider) => provider?.close()));
  return { first: first.name, second: second?.name ?? null, former: former.map(({ name }) => name) };
}

const SMTP = { SMTP_URL: 'smtp://user:secret@mail.example' };
const BACKUP = { FALLBACK_TRANSPORT: 'smtp', FALLBACK_SMTP_URL: 'smtp://user:secret@backup.example:2525' };
const RESEND = { RESEND_API_KEY: 're_1' };

describe('the transports', () => {
  it('are called by their type, and a second mail server by its host, without its password', async () => {
    expect(await namesOf({ ...SMTP, ...BACKUP })).toMatchObject({
      first: 'smtp',
      second: 'smtp:backup.example:2525',
    });
    expect(await namesOf({ MAIL_TRANSPORT: 'resend', ...RESEND, ...BACKUP })).toMatchObject({
      first: 'resend',
      second: 'smtp',
    });
    expect(await namesOf({ ...SMTP, ...RESEND, FALLBACK_TRANSPORT: 'resend' })).toMatchObject({
      first: 'smtp',
      second: 'resend',
    });
    expect(await namesOf(SMTP)).toMatchObject({ first: 'smtp', second: null });
  });

  it('that are set up and send no more are there to be asked', async () => {
    expect(await namesOf({ ...SMTP, ...RESEND })).toMatchObject({ former: ['resend'] });
    expect(await namesOf({ ...SMTP, ...RESEND, FALLBACK_TRANSPORT: 'resend' })).toMatchObject({ former: [] });
    expect(await namesOf({ MAIL_TRANSPORT: 'resend', ...RESEND, ...SMTP })).toMatchObject({ former: [] });
  });
});
