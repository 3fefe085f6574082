import { findingsOf } from '../../src/domain/finding.ts';
import { createAccessTokens } from '../../src/providers/access-token.ts';
import { MailboxError, openMailbox } from '../../worker/bounce-mailbox/mailbox.ts';
import type { Check } from './check.ts';

const found = findingsOf('Bounce mailbox');

/** Signs in to the mailbox that bounces are read from, and opens its folder. It marks and moves nothing. */
export const bounceMailbox: Check = {
  about: 'Bounce mailbox',
  timeoutMs: 25_000,
  needs: 'settings',
  async run(context) {
    const { config, pool, signal } = context;
    const { bounceMailbox: settings, imapOAuth } = config;
    if (!settings) return [found.skipped('BOUNCE_IMAP_URL is not set.')];
    if (imapOAuth && !pool)
      return [found.skipped('Its access tokens are kept in the database, which cannot be used.')];
    const tokens =
      imapOAuth && pool && createAccessTokens(imapOAuth, 'IMAP_OAUTH', { ...config, ...context, pool });
    try {
      const mailbox = await openMailbox(settings, { signal, tokens });
      await mailbox.close();
      return [found.ok(`${settings.user} at ${settings.host} can be read: ${settings.folder.join('/')}.`)];
    } catch (error) {
      if (!(error instanceof MailboxError)) throw error;
      const what = imapOAuth ? 'IMAP_OAUTH_*' : 'BOUNCE_IMAP_URL';
      return [
        found.error(error.message, `Correct ${what}, and see that the server may be reached from here.`),
      ];
    }
  },
};
