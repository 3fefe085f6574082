import type { Config } from '../../src/config.ts';
import { findingsOf } from '../../src/domain/finding.ts';
import type { Check } from './check.ts';

/** What providers behind a mail server need to tell us what became of mails. */
const FEEDBACK: readonly { readonly name: string; readonly isSet: (config: Config) => boolean }[] = [
  { name: 'ses', isSet: ({ sesTopicArns }) => sesTopicArns.length > 0 },
  { name: 'postmark', isSet: ({ postmarkWebhook }) => postmarkWebhook !== null },
  { name: 'sendgrid', isSet: ({ sendGridKey }) => sendGridKey !== null },
  { name: 'mailgun', isSet: ({ mailgunKey }) => mailgunKey !== null },
];

const found = findingsOf('Feedback');

/** Whether anybody tells what becomes of a mail after the mail server took it. */
export const feedback: Check = {
  about: 'Feedback',
  timeoutMs: 1_000,
  needs: 'settings',
  async run({ config }) {
    const { mailTransport, publicUrl, bounceMailbox, production } = config;
    const set = FEEDBACK.filter(({ isSet }) => isSet(config));
    if (set.length > 0)
      return set.map(({ name }) =>
        found.ok(`Taken at ${publicUrl}/webhooks/${name}: its settings are there.`),
      );
    if (mailTransport !== 'smtp') return [found.skipped('The transport tells it by its own webhook.')];
    if (bounceMailbox) return [found.ok('Bounces are read from the bounce mailbox.')];
    if (!production) return [found.skipped('The inbox for development takes every mail.')];
    return [
      found.warning(
        'Nobody tells what becomes of mails after the mail server took them: no bounce, no complaint is known.',
        'Set BOUNCE_IMAP_URL (docs/settings.md), or the webhook of the provider behind the server (docs/providers.md).',
      ),
    ];
  },
};
