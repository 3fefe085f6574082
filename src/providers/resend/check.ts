import { Resend } from 'resend';
import type { Config } from '../../config.ts';
import { type Finding, findingsOf } from '../../domain/finding.ts';
import { domainOf } from '../../domain/sender-domain.ts';
import { clockFindings, isSameUrl, unreachableHook, WITHOUT_HOOK } from '../check-parts.ts';
import type { ProviderCheckContext } from '../provider.ts';
import { createResendDomains } from './domains.ts';
import type { ResendError } from './errors.ts';
import { WANTED_EVENTS } from './events.ts';

const transport = findingsOf('Transport');
const sending = findingsOf('Sending domain');
const tracking = findingsOf('Link tracking');
const hook = findingsOf('Webhook');

/** What every method of the SDK resolves to. */
interface Answer<Data> {
  readonly data: Data | null;
  readonly error: ResendError | null;
  readonly headers: Readonly<Record<string, string>> | null;
}

/** Whether Resend takes the key, may send for MAIL_FROM's domain, leaves links alone, and tells us what becomes of mails. */
export async function checkResend({
  config,
  now,
  signal,
}: ProviderCheckContext): Promise<readonly Finding[]> {
  const { resendApiKey, resendBaseUrl } = config;
  const resend = new Resend(resendApiKey ?? 're_none', resendBaseUrl ? { baseUrl: resendBaseUrl } : {});
  const asked: Answer<unknown> = await resend.domains.list({ limit: 1 }, { signal });
  const key = keyFinding(asked.error);
  const time = clockFindings('Resend', asked.headers?.date, now());
  if (asked.error) return [key, ...time];
  const [domain, webhook] = await Promise.all([
    domainFindings(config),
    webhookFindings(config, resend, signal),
  ]);
  return [key, ...domain, ...webhook, ...time];
}

function keyFinding(error: ResendError | null): Finding {
  if (!error) return transport.ok('Resend takes the API key.');
  const { name, message, statusCode } = error;
  if (name === 'restricted_api_key')
    return transport.warning(
      'The API key may send, and nothing else: domain and webhook cannot be looked at, and nothing can be taken off the suppression list.',
      'Make a key with full access at resend.com/api-keys, and set RESEND_API_KEY to it.',
    );
  if (statusCode === 401 || statusCode === 403)
    return transport.error(
      `Resend refuses the API key: ${message}`,
      'Make a key at resend.com/api-keys, and set RESEND_API_KEY to it.',
    );
  if (statusCode === 429)
    return transport.warning(`Resend takes no more requests now: ${message}`, 'Run this again in a minute.');
  return transport.error(
    `Resend cannot be asked: ${message}`,
    'See that this machine may connect to api.resend.com (or RESEND_BASE_URL), and look at resend-status.com.',
  );
}

async function domainFindings(config: Config): Promise<readonly Finding[]> {
  const domain = domainOf(config.mailFrom.address);
  const known = await createResendDomains(config)(domain);
  switch (known.type) {
    case 'restricted':
      return [sending.skipped('The API key may not look at domains.')];
    case 'unknown':
      return [
        sending.warning(
          `Resend does not say how ${domain} stands: ${known.reason}`,
          'Run this again in a minute.',
        ),
      ];
    case 'missing':
      return [
        sending.error(
          `${domain}, the domain of MAIL_FROM, is not in the account: Resend refuses every mail from it.`,
          `Add it at resend.com/domains, or set MAIL_FROM to an address of a domain that is there.`,
        ),
      ];
  }
  const { status, tracking: tracks } = known;
  const state =
    status === 'verified'
      ? sending.ok(`Resend may send for ${domain}.`)
      : sending.error(
          `${domain} is not verified at Resend (${status}).`,
          'Add the records that resend.com/domains shows to its DNS, and press “Verify” there.',
        );
  return [state, trackingFinding(domain, tracks)];
}

function trackingFinding(domain: string, { opens, clicks }: { opens: boolean; clicks: boolean }): Finding {
  if (!opens && !clicks) return tracking.ok('Resend leaves links and pictures of the mails alone.');
  const what = [clicks && 'click', opens && 'open'].filter(Boolean).join(' and ');
  return tracking.warning(
    `Resend’s ${what} tracking is on for ${domain}${clicks ? ': access links lead through its servers' : ''}.`,
    'Switch it off at resend.com/domains: mails with access links are taken for spam less often without.',
  );
}

async function webhookFindings(
  config: Config,
  resend: Resend,
  signal: AbortSignal,
): Promise<readonly Finding[]> {
  const { publicUrl, resendWebhookSecrets: secrets } = config;
  const unreachable = unreachableHook('Resend', publicUrl);
  if (unreachable) return [unreachable];
  const wanted = `${publicUrl}/webhooks/resend`;
  const { data, error } = await resend.webhooks.list({ limit: 100 }, { signal });
  if (error)
    return [
      hook.warning(`Resend does not tell its webhooks: ${error.message}`, 'Run this again in a minute.'),
    ];
  const webhook =
    data.data.find(({ endpoint, status }) => isSameUrl(endpoint, wanted) && status === 'enabled') ??
    data.data.find(({ endpoint }) => isSameUrl(endpoint, wanted));
  if (!webhook) {
    const other = data.data.find(({ endpoint }) => /\/webhooks\/resend\/?$/.test(endpoint));
    return [
      hook.warning(
        `No webhook at Resend leads to ${wanted}${other ? ` (one leads to ${other.endpoint})` : ''}: ${WITHOUT_HOOK}.`,
        'Add it at resend.com/webhooks, and set RESEND_WEBHOOK_SECRET to its signing secret.',
      ),
    ];
  }
  if (secrets.length === 0)
    return [
      hook.error(
        'RESEND_WEBHOOK_SECRET is not set: all that Resend’s webhook tells is refused.',
        'Set it to the signing secret that resend.com/webhooks shows.',
      ),
    ];
  if (webhook.status !== 'enabled')
    return [
      hook.error(
        `Resend’s webhook to ${wanted} is disabled.`,
        'Enable it at resend.com/webhooks. Resend disables one that failed for a day: see that the address can be reached from outside.',
      ),
    ];
  const details = await resend.webhooks.get(webhook.id);
  const signs = details.data?.signing_secret;
  if (signs && !secrets.includes(signs))
    return [
      hook.error(
        'RESEND_WEBHOOK_SECRET is not the secret that Resend’s webhook signs with: all that it tells is refused.',
        'Set it to the signing secret that resend.com/webhooks shows for this webhook.',
      ),
    ];
  const events: readonly string[] | null = webhook.events;
  const missing = WANTED_EVENTS.filter((name) => events !== null && !events.includes(name));
  if (missing.length > 0)
    return [
      hook.warning(
        `Resend’s webhook does not tell of ${missing.join(', ')}.`,
        'Add these events to it at resend.com/webhooks.',
      ),
    ];
  return [hook.ok(`Resend tells ${wanted} what becomes of mails.`)];
}
