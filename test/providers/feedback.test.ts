import { createHmac, createSign, generateKeyPairSync, sign } from 'node:crypto';
import https from 'node:https';
import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { feedbackHeaders } from '../../src/providers/feedback-headers.ts';
import { createSesWebhook } from '../../src/providers/ses/webhook.ts';
import { createSmtpProvider } from '../../src/providers/smtp/smtp.ts';
import { openApp } from '../support/app.ts';
import { outgoingMail } from '../support/outgoing-mail.ts';
import { sentMail } from '../support/sent-mail.ts';
import { openAnsweringServer } from '../support/smtp-answers.ts';
import { selfSigned } from '../support/smtp-self-signed.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:ses-feedback';
const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const PASSWORD = 'a password of the tests';
const MAILGUN_SIGNING_KEY = 'a signing key of the tests';
const app = await openApp({
  SES_TOPIC_ARNS: TOPIC,
  POSTMARK_WEBHOOK_USER: 'postmark',
  POSTMARK_WEBHOOK_PASSWORD: PASSWORD,
  SENDGRID_WEBHOOK_KEY: publicKey.export({ format: 'der', type: 'spki' }).toString('base64'),
  MAILGUN_SIGNING_KEY,
});
const server = await openAnsweringServer();

/** A request to a webhook. */
interface Post {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}
type Signer = (event: Readonly<Record<string, unknown>>, at?: Date) => Post;

const JSON_HEADERS = { 'content-type': 'application/json' };
const { cert, key: certKey } = selfSigned('sns.eu-west-1.amazonaws.com');
let snsMessages = 0;

/** A message of SNS, signed as it documents. */
function sns(fields: Readonly<Record<string, string>>, at = app.clock.now): Post {
  const message: Record<string, string> = {
    ...{
      Type: 'Notification',
      MessageId: `sns-${++snsMessages}`,
      TopicArn: TOPIC,
      Timestamp: at.toISOString(),
    },
    ...{ SignatureVersion: '2', SigningCertURL: 'https://sns.eu-west-1.amazonaws.com/tests.pem' },
    ...fields,
  };
  const names = ['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'];
  const signer = createSign('RSA-SHA256');
  for (const name of names) if (message[name] !== undefined) signer.update(`${name}\n${message[name]}\n`);
  const Signature = fields.Signature ?? signer.sign(certKey, 'base64');
  return {
    headers: { 'content-type': 'text/plain; charset=UTF-8' },
    body: JSON.stringify({ ...message, Signature }),
  };
}

const SIGNERS: Readonly<Record<string, Signer>> = {
  ses: (event, at) => sns({ Message: JSON.stringify(event) }, at),
  postmark: (event) => ({
    headers: {
      ...JSON_HEADERS,
      authorization: `Basic ${Buffer.from(`postmark:${PASSWORD}`).toString('base64')}`,
    },
    body: JSON.stringify(event),
  }),
  sendgrid: (event, at = app.clock.now) => {
    const body = JSON.stringify([event]);
    const timestamp = String(Math.floor(at.getTime() / 1_000));
    return {
      headers: {
        ...JSON_HEADERS,
        'x-twilio-email-event-webhook-timestamp': timestamp,
        'x-twilio-email-event-webhook-signature': sign(
          'sha256',
          Buffer.from(timestamp + body),
          privateKey,
        ).toString('base64'),
      },
      body,
    };
  },
  mailgun: (event, at = app.clock.now) => {
    const timestamp = String(Math.floor(at.getTime() / 1_000));
    const token = 'c5b8ee48b4c3f2c3f9a8d25c6c3d4b8e9b5c2e1a7f8d6b4c2a';
    const signature = createHmac('sha256', MAILGUN_SIGNING_KEY)
      .update(timestamp + token)
      .digest('hex');
    return {
      headers: JSON_HEADERS,
      body: JSON.stringify({ signature: { timestamp, token, signature }, 'event-data': event }),
    };
  },
};

/** What a provider tells of a message, after its documentation. */
type About = (messageId: string) => Record<string, unknown>;
let events = 0;

const ses =
  (kind: string, part: Record<string, unknown> = {}): About =>
  (messageId) => ({
    eventType: kind,
    mail: {
      timestamp: '2026-01-01T10:00:00.000Z',
      source: 'events@example.com',
      messageId: '0102018f3c5a1b2c-7d1f6c3e-000000',
      destination: ['ada@example.com'],
      headers: [
        { name: 'From', value: 'Events <events@example.com>' },
        { name: 'X-Entity-Ref-ID', value: messageId },
      ],
      commonHeaders: { messageId: '0102018f3c5a1b2c-7d1f6c3e-000000', subject: 'Hello' },
      tags: { 'ses:configuration-set': ['feedback'] },
    },
    ...part,
  });
const sesBounce = (bounceType: string, bounceSubType: string, diagnosticCode = '') =>
  ses('Bounce', {
    bounce: {
      ...{ feedbackId: '1', bounceType, bounceSubType, timestamp: '2026-01-01T10:00:01.000Z' },
      bouncedRecipients: [
        { emailAddress: 'ada@example.com', action: 'failed', status: '5.1.1', diagnosticCode },
      ],
    },
  });
const postmark =
  (RecordType: string, part: Record<string, unknown> = {}): About =>
  (messageId) => ({
    ...{
      RecordType,
      MessageID: '883953f4-6105-42a2-a16a-77a8eac79483',
      ServerID: 23,
      MessageStream: 'outbound',
    },
    ...{
      Recipient: 'ada@example.com',
      Email: 'ada@example.com',
      Metadata: { message_id: messageId },
      ID: ++events,
    },
    ...part,
  });
const postmarkBounce = (Type: string, Details = '') =>
  postmark('Bounce', {
    Type,
    Details,
    Description: 'The server was unable to deliver your message.',
    BouncedAt: '2026-01-01T10:00:00Z',
  });
const sendgrid =
  (event: string, part: Record<string, unknown> = {}): About =>
  (messageId) => ({
    ...{ email: 'ada@example.com', timestamp: 1_767_261_600, event, sg_event_id: `sg-${++events}` },
    ...{
      sg_message_id: '14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0',
      'smtp-id': `<${messageId}@example.com>`,
    },
    ...part,
  });
const mailgun =
  (event: string, part: Record<string, unknown> = {}): About =>
  (messageId) => ({
    ...{ event, timestamp: 1_767_261_600.5, id: `mg-${++events}`, recipient: 'ada@example.com' },
    message: {
      headers: { to: 'ada@example.com', 'message-id': `${messageId}@example.com`, subject: 'Hello' },
    },
    ...part,
  });
const mailgunFailure = (severity: string, reason: string, message = '') =>
  mailgun('failed', { severity, reason, 'delivery-status': { code: 550, message, description: '' } });

const UNKNOWN_USER = 'smtp; 550 5.1.1 <ada@example.com>: Recipient address rejected: User unknown';
const FULL = 'smtp; 552 5.2.2 mailbox full';
const SPAM = '550 5.7.1 Message rejected as spam by content filter';

const TABLE: readonly (readonly [provider: string, what: string, about: About, status: string | null])[] = [
  ['ses', 'Send', ses('Send'), 'sent'],
  [
    'ses',
    'Delivery',
    ses('Delivery', { delivery: { timestamp: '2026-01-01T10:00:02Z', smtpResponse: '250 ok' } }),
    'delivered',
  ],
  ['ses', 'DeliveryDelay', ses('DeliveryDelay', { deliveryDelay: { delayType: 'MailboxFull' } }), 'deferred'],
  ['ses', 'Open', ses('Open', { open: { timestamp: '2026-01-01T10:00:03Z' } }), 'opened'],
  ['ses', 'Click', ses('Click', { click: { timestamp: '2026-01-01T10:00:03Z' } }), 'clicked'],
  ['ses', 'Permanent/General', sesBounce('Permanent', 'General', UNKNOWN_USER), 'bounced'],
  [
    'ses',
    'Permanent/OnAccountSuppressionList',
    sesBounce('Permanent', 'OnAccountSuppressionList'),
    'dropped',
  ],
  ['ses', 'Transient/MailboxFull', sesBounce('Transient', 'MailboxFull', FULL), 'deferred'],
  ['ses', 'Transient/General of an unknown user', sesBounce('Transient', 'General', UNKNOWN_USER), 'bounced'],
  ['ses', 'Permanent/ContentRejected', sesBounce('Permanent', 'ContentRejected', SPAM), 'failed'],
  ['ses', 'Complaint', ses('Complaint', { complaint: { complaintFeedbackType: 'abuse' } }), 'complained'],
  [
    'ses',
    'Complaint that is none',
    ses('Complaint', { complaint: { complaintFeedbackType: 'not-spam' } }),
    null,
  ],
  ['ses', 'Reject', ses('Reject', { reject: { reason: 'Bad content' } }), 'failed'],
  ['ses', 'Subscription', ses('Subscription'), null],
  ['postmark', 'Delivery', postmark('Delivery', { DeliveredAt: '2026-01-01T10:00:00Z' }), 'delivered'],
  ['postmark', 'Open', postmark('Open', { ReceivedAt: '2026-01-01T10:00:00Z' }), 'opened'],
  ['postmark', 'Click', postmark('Click', { ReceivedAt: '2026-01-01T10:00:00Z' }), 'clicked'],
  ['postmark', 'HardBounce', postmarkBounce('HardBounce', UNKNOWN_USER), 'bounced'],
  ['postmark', 'HardBounce without words', postmarkBounce('HardBounce'), 'bounced'],
  ['postmark', 'SoftBounce', postmarkBounce('SoftBounce', FULL), 'deferred'],
  ['postmark', 'Transient', postmarkBounce('Transient', '421 try later'), 'deferred'],
  ['postmark', 'ManuallyDeactivated', postmarkBounce('ManuallyDeactivated'), 'dropped'],
  ['postmark', 'SpamNotification', postmarkBounce('SpamNotification', SPAM), 'failed'],
  ['postmark', 'AutoResponder', postmarkBounce('AutoResponder', 'I am away'), null],
  [
    'postmark',
    'SpamComplaint',
    postmark('SpamComplaint', { BouncedAt: '2026-01-01T10:00:00Z' }),
    'complained',
  ],
  [
    'postmark',
    'SubscriptionChange',
    postmark('SubscriptionChange', { ChangedAt: '2026-01-01T10:00:00Z' }),
    null,
  ],
  ['sendgrid', 'processed', sendgrid('processed'), 'sent'],
  ['sendgrid', 'delivered', sendgrid('delivered', { response: '250 OK' }), 'delivered'],
  [
    'sendgrid',
    'deferred',
    sendgrid('deferred', { response: '400 try again later', attempt: '5' }),
    'deferred',
  ],
  [
    'sendgrid',
    'open, which names no SMTP id',
    (id) => ({ ...sendgrid('open')(id), 'smtp-id': undefined, access_mail_message_id: id }),
    'opened',
  ],
  ['sendgrid', 'click', sendgrid('click', { url: 'https://example.com' }), 'clicked'],
  [
    'sendgrid',
    'bounce',
    sendgrid('bounce', { type: 'bounce', status: '5.1.1', reason: '550 5.1.1 user unknown' }),
    'bounced',
  ],
  ['sendgrid', 'blocked', sendgrid('bounce', { type: 'blocked', status: '5.7.1', reason: SPAM }), 'failed'],
  [
    'sendgrid',
    'dropped: Bounced Address',
    sendgrid('dropped', { reason: 'Bounced Address', status: '5.0.0' }),
    'dropped',
  ],
  ['sendgrid', 'dropped: Spam Content', sendgrid('dropped', { reason: 'Spam Content' }), 'failed'],
  ['sendgrid', 'spamreport', sendgrid('spamreport'), 'complained'],
  ['sendgrid', 'group_unsubscribe', sendgrid('group_unsubscribe', { asm_group_id: 10 }), null],
  ['mailgun', 'accepted', mailgun('accepted'), 'sent'],
  ['mailgun', 'delivered', mailgun('delivered'), 'delivered'],
  ['mailgun', 'failed, temporary', mailgunFailure('temporary', 'generic', '421 try later'), 'deferred'],
  [
    'mailgun',
    'failed, permanent: bounce',
    mailgunFailure('permanent', 'bounce', '550 5.1.1 user unknown'),
    'bounced',
  ],
  [
    'mailgun',
    'failed, permanent: suppress-bounce',
    mailgunFailure('permanent', 'suppress-bounce'),
    'dropped',
  ],
  ['mailgun', 'failed, permanent: spam', mailgunFailure('permanent', 'bounce', SPAM), 'failed'],
  ['mailgun', 'rejected', mailgun('rejected', { reject: { reason: 'Sandbox' } }), 'failed'],
  ['mailgun', 'opened', mailgun('opened'), 'opened'],
  ['mailgun', 'clicked', mailgun('clicked'), 'clicked'],
  ['mailgun', 'complained', mailgun('complained'), 'complained'],
  ['mailgun', 'unsubscribed', mailgun('unsubscribed'), null],
];

// The certificate of SNS, which the library asks for over the network.
const { get } = https;
let certificates = 0;
beforeAll(() => {
  https.get = ((url: string, done: (response: PassThrough & { statusCode: number }) => void) => {
    certificates++;
    const isThere = url.endsWith('/tests.pem');
    const response = Object.assign(new PassThrough(), { statusCode: isThere ? 200 : 404 });
    done(response);
    response.end(cert);
    return response;
  }) as unknown as typeof https.get;
});
afterAll(() => {
  https.get = get;
});

async function post(provider: string, { headers, body }: Post) {
  const answer = await app.request(`/webhooks/${provider}`, { method: 'POST', headers, body });
  await app.intake.settled();
  return answer;
}
const signed = (provider: string, event: Record<string, unknown>, at?: Date) =>
  SIGNERS[provider]?.(event, at) ?? { headers: {}, body: '' };
const eventRows = async () =>
  (
    await app.pool.query<{ n: number }>(
      `select (select count(*) from {schema}.delivery_event)::int + (select count(*) from {schema}.unmatched_event)::int as n`,
    )
  ).rows[0]?.n;

describe.each(TABLE)('%s tells %s', (provider, _what, about, status) => {
  it('and the message has the status that follows, however often it is told', async () => {
    const { messageId: id, message } = await sentMail(app);
    const request = signed(provider, about(id));
    for (const _ of [1, 2]) expect((await post(provider, request)).status).toBe(200);
    expect((await message()).status).toBe(status ?? 'sent');
    const { rows } = await app.pool.query<{ detail: object; source: string }>(
      'select source, detail from {schema}.delivery_event where message_id = $1 and source = $2',
      [id, provider],
    );
    expect(rows).toHaveLength(1);
    // Nothing of the person is kept with what we do not know.
    if (status === null) expect(JSON.stringify(rows[0]?.detail)).not.toContain('ada@');
  });
});

describe.each(Object.keys(SIGNERS))('%s', (provider) => {
  const about = TABLE.find(([name, , , status]) => name === provider && status === 'delivered')?.[2] as About;
  const NOBODY = '00000000-0000-7000-8000-000000000000';

  it('is refused where it is forged, stale or from tomorrow, and nothing is kept', async () => {
    const before = await eventRows();
    const right = signed(provider, about(NOBODY));
    const forged =
      provider === 'postmark'
        ? { ...right, headers: { ...right.headers, authorization: 'Basic cG9zdG1hcms6d3Jvbmc=' } }
        : provider === 'mailgun'
          ? { ...right, body: right.body.replace(/"signature":"./, '"signature":"0f') }
          : { ...right, body: right.body.replace(/2026|1767261600/, '2025') };
    const unsigned = { headers: JSON_HEADERS, body: JSON.stringify(about(NOBODY)) };
    const times = provider === 'postmark' ? [] : [-49 * 3_600_000, 6 * 60_000];
    const others = times.map((ms) => signed(provider, about(NOBODY), new Date(app.clock.now.getTime() + ms)));
    for (const request of [forged, unsigned, { headers: JSON_HEADERS, body: '' }, ...others]) {
      const { status, json } = await post(provider, request);
      expect([status, json.type]).toEqual([401, 'urn:access-mail:unauthorized']);
    }
    expect(await eventRows()).toBe(before);
  });

  it('may be enormous, nested or about nobody, and the server goes on', async () => {
    expect(
      (await post(provider, signed(provider, { ...about(NOBODY), x: 'x'.repeat(1_100_000) }))).status,
    ).toBe(413);
    let nested: unknown = 'deep';
    for (let i = 0; i < 5_000; i++) nested = [nested];
    const strange = await post(provider, signed(provider, { nested }));
    expect([200, 400]).toContain(strange.status);
    expect((await post(provider, signed(provider, about(NOBODY)))).status).toBe(200);
  });

  it('is refused by a server where it is not set up', async () => {
    const other = await openApp();
    const { status } = await other.request(`/webhooks/${provider}`, {
      method: 'POST',
      ...signed(provider, about(NOBODY)),
    });
    expect(status).toBe(401);
  });
});

describe('Amazon SNS', () => {
  const message = { Message: JSON.stringify(ses('Delivery')('00000000-0000-7000-8000-000000000000')) };

  it('is refused over a topic of somebody else’s, before anything is asked of anybody', async () => {
    const before = certificates;
    const { status, json } = await post(
      'ses',
      sns({ ...message, TopicArn: TOPIC.replace('123456789012', '999999999999') }),
    );
    expect([status, json.detail]).toEqual([401, expect.stringContaining('SES_TOPIC_ARNS')]);
    expect(certificates).toBe(before);
  });

  it.each([
    'https://sns.eu-west-1.amazonaws.com.evil.example/tests.pem',
    'http://sns.eu-west-1.amazonaws.com/tests.pem',
    'https://evil.example/sns.eu-west-1.amazonaws.com/tests.pem',
  ])('is refused with a certificate from %s', async (SigningCertURL) => {
    const before = certificates;
    expect((await post('ses', sns({ ...message, SigningCertURL }))).status).toBe(401);
    expect(certificates).toBe(before);
  });

  it('is asked to come again where its certificate cannot be read', async () => {
    const SigningCertURL = 'https://sns.eu-west-1.amazonaws.com/away.pem';
    const { status, headers } = await post('ses', sns({ ...message, SigningCertURL }));
    expect([status, headers.get('retry-after')]).toEqual([503, '60']);
  });

  it('has its subscription confirmed at its own address only', async () => {
    const visited: string[] = [];
    const webhook = createSesWebhook({
      topicArns: [TOPIC],
      visit: async ({ href }) => visited.push(href) > 1,
    });
    const subscribe = (SubscribeURL: string) => {
      const { body } = sns({
        Type: 'SubscriptionConfirmation',
        Message: 'You have chosen',
        Token: 't',
        SubscribeURL,
      });
      return webhook.read({ body: Buffer.from(body), header: () => undefined }, app.clock.now);
    };
    const right = 'https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription&Token=t';
    expect(await subscribe('https://evil.example/?Action=ConfirmSubscription')).toMatchObject({
      type: 'unsigned',
    });
    expect(await subscribe(right)).toMatchObject({ type: 'later' });
    expect(await subscribe(right)).toEqual({ type: 'events', events: [] });
    expect(visited).toEqual([right, right]);
  });
});

it('mails over SMTP carry what Postmark and SendGrid are to repeat', async () => {
  const provider = createSmtpProvider({
    ...{ url: server.url, from: { name: 'Events', address: 'events@example.com' }, tags: false },
    feedbackHeaders: feedbackHeaders(app.config),
  });
  onTestFinished(() => provider.close());
  const mail = outgoingMail();
  expect(await provider.send(mail, 'urgent')).toMatchObject({ type: 'accepted' });
  const source = server.taken.at(-1)?.source ?? '';
  expect(source).toContain(`X-PM-Metadata-message_id: ${mail.messageId}\r\n`);
  const [, json = ''] = /^X-SMTPAPI: ((?:.*\r\n[ \t])*.*)\r$/m.exec(source) ?? [];
  expect(JSON.parse(json.replace(/\r\n[ \t]+/g, ' '))).toEqual({
    unique_args: { access_mail_message_id: mail.messageId },
  });
});
