import { randomUUID } from 'node:crypto';
import { createPool } from '../../src/db/pool.ts';
import type { Outcome } from '../../src/domain/delivery/outcome.ts';
import { type Finding, findingsOf } from '../../src/domain/finding.ts';
import { createProvider } from '../../src/providers/create-provider.ts';
import type { OutgoingMail, Provider } from '../../src/providers/provider.ts';
import type { Check } from './check.ts';

const found = findingsOf('Test mail');

/** Sends one mail through the transport, past the queue. */
export function sendMail(to: string): Check {
  return {
    about: 'Test mail',
    timeoutMs: 60_000,
    needs: 'settings',
    async run({ settings, config, pool, now }) {
      if (settings.embedded.inbox === 'absent')
        return [found.skipped('There is no transport to send it with: start npm start, or set SMTP_URL.')];
      const onError = () => undefined;
      const own = pool ? null : createPool(config.database, { max: 1, onError });
      const provider = createProvider(config, { pool: pool ?? (own as NonNullable<typeof own>), now });
      try {
        return [told(await send(provider, mailTo(to, config)), to)];
      } finally {
        await provider.close();
        await own?.end();
      }
    },
  };
}

function mailTo(
  to: string,
  { publicUrl, dkim }: { publicUrl: string; dkim: OutgoingMail['dkim'] },
): OutgoingMail {
  const text = `This mail shows that access-mail at ${publicUrl} can send. Somebody ran "npm run doctor -- --send" for it.`;
  return {
    ...{ messageId: randomUUID(), eventId: null, language: 'en', to, from: null, dkim, replyTo: null },
    // It has to have one, which only names it at the provider.
    kind: 'sign_in',
    subject: 'Test mail from access-mail',
    unsubscribeLink: null,
    text,
    html: `<!doctype html><html lang="en"><body><p>${text}</p></body></html>`,
    isWireHtml: false,
    hasAttachments: false,
    attachments: [],
  };
}

async function send(provider: Provider, mail: OutgoingMail): Promise<Outcome> {
  if (provider.takes === 'one') return provider.send(mail, 'urgent');
  const result = await provider.call({ id: mail.messageId, priority: 'urgent', mails: [mail] });
  const outcome = result.type === 'outcomes' ? result.outcomes[0] : undefined;
  return outcome ?? { type: 'failed', error: 'The provider did not say what became of it.' };
}

function told(outcome: Outcome, to: string): Finding {
  if (outcome.type === 'accepted')
    return found.ok(`The transport took a mail to ${to}. See whether it arrives, and whether as spam.`);
  return found.error(
    `The mail to ${to} was not taken: ${outcome.error}`,
    'Correct what the answer names, and send it again.',
  );
}
