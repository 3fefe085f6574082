import { once } from 'node:events';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readMailboxUrl } from '../../src/domain/mailbox-url.ts';
import { createAccessTokens } from '../../src/providers/access-token.ts';
import { type MailboxError, openMailbox } from '../../worker/bounce-mailbox/mailbox.ts';
import { openApp } from '../support/app.ts';
import { openDovecot } from '../support/dovecot.ts';
import { findDovecot } from '../support/find-dovecot.ts';
import { openTokenServer } from '../support/token-server.ts';

const USER = 'bounces@example.com';

describe.skipIf(findDovecot() === null)('a mailbox that takes access tokens and no passwords', async () => {
  const app = await openApp();
  const taken = new Set<string>();
  const authority = await openTokenServer({ onToken: (token) => taken.add(token) });
  // Where Dovecot asks whose a token is (RFC 7662, as a GET).
  const introspection = createServer((request, response) => {
    const token = new URL(request.url ?? '', 'http://localhost').searchParams.get('token') ?? '';
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify(taken.has(token) ? { active: true, username: USER } : { active: false }));
  });
  introspection.listen(0, '127.0.0.1');
  await once(introspection, 'listening');
  const folder = mkdtempSync(join(tmpdir(), 'access-mail-oauth-'));
  chmodSync(folder, 0o755);
  const settingsFile = join(folder, 'oauth2.conf');
  const { port } = introspection.address() as AddressInfo;
  writeFileSync(
    settingsFile,
    [
      `introspection_url = http://127.0.0.1:${port}/introspect?token=`,
      ...['introspection_mode = get', 'username_attribute = username'],
      ...['active_attribute = active', 'active_value = true', ''],
    ].join('\n'),
  );
  const dovecot = await openDovecot({
    settings: [
      'auth_mechanisms = plain xoauth2 oauthbearer',
      `passdb {\n  driver = oauth2\n  mechanisms = xoauth2 oauthbearer\n  args = ${settingsFile}\n}`,
    ],
  });
  afterAll(async () => {
    await dovecot.close();
    introspection.close();
    introspection.closeAllConnections();
    rmSync(folder, { recursive: true });
  });
  const { pool, config, clock } = app;
  const open = (changes = {}) => {
    const settings = readMailboxUrl(`imaps://${encodeURIComponent(USER)}@localhost:${dovecot.tlsPort}`);
    if ('fault' in settings) throw new Error(settings.fault);
    const tokens = createAccessTokens({ ...authority.settings, ...changes }, 'IMAP_OAUTH', {
      ...{ pool, appSecret: config.appSecret, now: () => clock.now },
    });
    const signal = new AbortController().signal;
    return openMailbox(settings, { signal, ca: dovecot.ca, tokens });
  };

  it('is read, also after its token was taken back', async () => {
    dovecot.deliver(USER, 'Subject: A report\r\n\r\nIt bounced.\r\n');
    for (const round of [1, 2]) {
      const mailbox = await open();
      expect(await mailbox.findUnmarked()).toHaveLength(1);
      await mailbox.close();
      expect(authority.asked).toHaveLength(round);
      taken.clear();
    }
  });

  it('says whose words these are where the token endpoint or the mail server refuses', async () => {
    const refused = { isRefused: true } satisfies Partial<MailboxError>;
    await expect(open({ clientSecret: 'wrong' })).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(/gives no access token for IMAP_OAUTH_\*: invalid_client/),
    });
    const add = taken.add.bind(taken);
    taken.add = () => taken;
    taken.clear();
    await expect(open()).rejects.toMatchObject({
      ...refused,
      message: expect.stringMatching(
        /refuses the access token that IMAP_OAUTH_\* brought for bounces@example\.com:/,
      ),
    });
    taken.add = add;
  });
});
