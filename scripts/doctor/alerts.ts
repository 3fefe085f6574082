import type { Config } from '../../src/config.ts';
import { findingsOf } from '../../src/domain/finding.ts';
import { postTestAlert } from '../../worker/alerts/post-notice.ts';
import type { Check } from './check.ts';

const found = findingsOf('Alerts');

/** Who is told when something goes wrong. Sends nothing. */
export const alerts: Check = {
  about: 'Alerts',
  timeoutMs: 5_000,
  needs: 'settings',
  async run({ config }) {
    const told = recipients(config);
    if (told.length > 0) return [found.ok(`They go to ${told.join(' and ')}.`)];
    const says = 'ALERT_TO and ALERT_WEBHOOK_URL are not set';
    return [
      config.production
        ? found.warning(
            `${says}: nobody is told when mail stops.`,
            'Set ALERT_TO to your address, and ALERT_WEBHOOK_URL to an incoming webhook of your chat, which is told also while no mail goes out.',
          )
        : found.skipped(`${says}.`),
    ];
  },
};

function recipients({ alerts: settings }: Config): string[] {
  if (!settings) return [];
  const { to, webhookUrl } = settings;
  return [
    ...(to.length > 0 ? [to.length === 1 ? '1 address' : `${to.length} addresses`] : []),
    // The rest of it is a secret.
    ...(webhookUrl ? [`the webhook at ${new URL(webhookUrl).host}`] : []),
  ];
}

/** Posts a test to the alert webhook. */
export const testAlert: Check = {
  about: 'Test alert',
  timeoutMs: 15_000,
  needs: 'settings',
  async run({ config }) {
    const test = findingsOf('Test alert');
    if (!config.alerts?.webhookUrl) return [test.skipped('ALERT_WEBHOOK_URL is not set.')];
    const fault = await postTestAlert(config);
    return [
      fault === null
        ? test.ok('The webhook took a test alert. See whether your chat shows it.')
        : test.error(
            `The webhook did not take a test alert: ${fault}`,
            'Set ALERT_WEBHOOK_URL to the address that your chat shows for its incoming webhook.',
          ),
    ];
  },
};
