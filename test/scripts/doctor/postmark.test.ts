import { describe, expect, it } from 'vitest';
import { transport } from '../../../scripts/doctor/transport.ts';
import type { Finding } from '../../../src/domain/finding.ts';
import { runCheck } from '../../support/doctor.ts';
import type { StandInWebhook } from '../../support/postmark/account.ts';
import { openPostmark } from '../../support/postmark.ts';

const postmark = await openPostmark();
const POSTMARK = {
  ...{
    MAIL_TRANSPORT: 'postmark',
    POSTMARK_SERVER_TOKEN: postmark.serverToken,
    POSTMARK_BASE_URL: postmark.url,
  },
  ...{ POSTMARK_WEBHOOK_USER: 'hooks', POSTMARK_WEBHOOK_PASSWORD: 'long-enough-for-it' },
};
const on = { Enabled: true };
const webhook: StandInWebhook = {
  Url: 'https://hooks:long-enough-for-it@events.studio.example/webhooks/postmark',
  MessageStream: 'outbound',
  Triggers: { Delivery: on, Bounce: on, SpamComplaint: on, Open: { Enabled: false } },
};

interface Account {
  readonly webhooks?: readonly StandInWebhook[];
  readonly deliveryType?: 'Live' | 'Sandbox';
  readonly archived?: ReadonlySet<string>;
}

async function look(
  { webhooks = [webhook], deliveryType = 'Live', archived = new Set() }: Account,
  env: Record<string, string> = {},
  now = () => new Date(),
): Promise<readonly Finding[]> {
  Object.assign(postmark, { webhooks, deliveryType, archived });
  return runCheck(transport, { ...POSTMARK, ...env }, { now });
}
const levels = (found: readonly Finding[]) => found.map(({ level, about }) => `${level} ${about}`);

describe('Postmark', () => {
  it('in order is found to be, and gets no mail', async () => {
    expect(levels(await look({}))).toEqual([
      ...['ok Transport', 'ok Message stream', 'ok Webhook', 'ok Provider’s clock'],
    ]);
    expect(postmark.requests.every(({ method }) => method === 'GET')).toBe(true);
  });

  it.each<[string, Account, Record<string, string>, string, RegExp]>([
    ['a sandbox', { deliveryType: 'Sandbox' }, {}, 'error Transport', /is a sandbox: it takes mails/],
    [
      'a stream that is not there',
      {},
      { POSTMARK_MESSAGE_STREAM: 'webinars' },
      'error Message stream',
      /no message stream “webinars”/,
    ],
    ['an archived stream', { archived: new Set(['outbound']) }, {}, 'error Message stream', /is archived/],
    [
      'no webhook',
      { webhooks: [] },
      {},
      'warning Webhook',
      /leads to https:\/\/events\.studio\.example\/webhooks\/postmark:/,
    ],
    [
      'a webhook of another stream',
      { webhooks: [{ ...webhook, MessageStream: 'broadcast' }] },
      {},
      'warning Webhook',
      /No webhook of the message stream/,
    ],
    [
      'a webhook that nobody could verify here',
      {},
      { POSTMARK_WEBHOOK_USER: '', POSTMARK_WEBHOOK_PASSWORD: '' },
      'error Webhook',
      /are not set/,
    ],
    [
      'a webhook without bounces',
      { webhooks: [{ ...webhook, Triggers: { Delivery: on, SpamComplaint: on } }] },
      {},
      'warning Webhook',
      /does not tell of Bounce\.$/,
    ],
    [
      'a wrong token',
      {},
      { POSTMARK_SERVER_TOKEN: '00000000-0000-4000-8000-000000000000' },
      'error Transport',
      /refuses the server token/,
    ],
    ['nobody there', {}, { POSTMARK_BASE_URL: 'http://127.0.0.1:9' }, 'error Transport', /cannot be asked/],
  ])('with %s is told so', async (_, account, env, finding, says) => {
    const found = await look(account, env);
    const [level, ...about] = finding.split(' ');
    expect(found).toContainEqual(
      expect.objectContaining({ level, about: about.join(' '), message: expect.stringMatching(says) }),
    );
    expect(JSON.stringify(found)).not.toMatch(/long-enough-for-it|[0-9a-f]{8}-[0-9a-f]{4}-/);
  });

  it('that could not reach this machine is not asked for a webhook', async () => {
    const found = await look(
      { webhooks: [] },
      { NODE_ENV: 'development', PUBLIC_URL: 'http://localhost:3000' },
    );
    expect(levels(found)).toContain('skipped Webhook');
  });

  it('is looked at beside the second transport, each with its own words', async () => {
    const found = await look({}, { FALLBACK_TRANSPORT: 'smtp', FALLBACK_SMTP_URL: 'smtp://127.0.0.1:9' });
    expect(levels(found)).toContain('ok Transport');
    expect(found).toContainEqual(
      expect.objectContaining({
        level: 'error',
        about: 'Fallback',
        message: expect.stringContaining('127.0.0.1:9 cannot be used'),
      }),
    );
  });

  it('whose clock differs by ten minutes is told', async () => {
    const found = await look({}, {}, () => new Date(Date.now() + 600_000));
    expect(found.at(-1)).toMatchObject({
      level: 'error',
      message: expect.stringMatching(/10 minutes ahead of Postmark’s/),
    });
  });
});
