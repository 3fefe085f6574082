import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/domain/delivery/outcome.ts';
import type { OutgoingMail, WantedMail } from '../../../src/providers/provider.ts';
import { openApp } from '../../support/app.ts';
import { outgoingMail } from '../../support/outgoing-mail.ts';
import { openPostmark, openPostmarkDelivery } from '../../support/postmark.ts';
import type { MailEvent, Reaction } from '../../support/postmark-stand-in.ts';

const app = await openApp({ MAIL_FROM: 'Events <events@events.example>' });
const postmark = await openPostmark();
const { provider } = openPostmarkDelivery(app, postmark);
const impatient = openPostmarkDelivery(app, postmark, { timeouts: { answerMs: 300 } }).provider;

beforeEach(() => {
  postmark.react = () => undefined;
  postmark.refuse = () => undefined;
  postmark.inactive = new Set();
  postmark.confirmedDomains = null;
});

async function outcomesOf(mails: readonly OutgoingMail[], by = provider, id: string = randomUUID()) {
  const result = await by.call({ id, priority: 'bulk', mails });
  return (result as { readonly outcomes: readonly Outcome[] }).outcomes;
}
const acceptedOf = ({ messageId }: OutgoingMail) =>
  postmark.accepted.filter(({ metadata }) => metadata.message_id === messageId);
const calls = () => postmark.requests.filter(({ method }) => method === 'POST');
const wanted = (mail: OutgoingMail, changes: Partial<WantedMail> = {}): WantedMail => ({
  messageId: mail.messageId,
  providerMessageId: null,
  to: mail.to,
  subject: mail.subject,
  callId: null,
  ...changes,
});

describe('a mail through Postmark', () => {
  it('leaves with the headers of every mail, our Message-ID, metadata to find it by, and no tracking', async () => {
    const mail = outgoingMail({
      eventId: randomUUID(),
      kind: 'reminder',
      replyTo: 'host@example.com',
      from: { name: 'Ana "Ada", jr', address: 'ana@studio.example' },
      unsubscribeLink: 'https://events.example/u/token',
    });
    const id = randomUUID();
    const [outcome] = await outcomesOf([mail], provider, id);
    const [taken] = acceptedOf(mail);
    expect(outcome).toEqual({ type: 'accepted', providerMessageId: taken?.id });
    expect(taken).toMatchObject({
      from: '"Ana \\"Ada\\", jr" <ana@studio.example>',
      to: 'ada@example.com',
      replyTo: 'host@example.com',
      html: '<p>Hi</p>',
      text: 'Hi',
      messageStream: 'outbound',
      tag: 'reminder',
      trackOpens: false,
      trackLinks: 'None',
      metadata: { message_id: mail.messageId, call_id: id, kind: 'reminder', event_id: mail.eventId },
    });
    expect(taken?.headers).toEqual({
      'Message-ID': `<${mail.messageId}@studio.example>`,
      'X-PM-KeepID': 'true',
      'Auto-Submitted': 'auto-generated',
      'X-Entity-Ref-ID': mail.messageId,
      'List-Unsubscribe': '<https://events.example/u/token>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      'X-Tags': 'reminder, en',
    });
  });

  it('takes its files along, also in a call with others', async () => {
    const calendar = { filename: 'event.ics', contentType: 'text/calendar; charset=utf-8; method=PUBLISH' };
    const mails = [
      outgoingMail({ attachments: [{ ...calendar, content: 'BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\n' }] }),
      outgoingMail({
        attachments: [{ filename: 'people.csv', contentType: 'text/csv', content: Buffer.from('é') }],
      }),
    ];
    await outcomesOf(mails);
    const [first, second] = mails.map((mail) => acceptedOf(mail)[0]?.attachments[0]);
    expect(first).toMatchObject({ Name: 'event.ics', ContentType: calendar.contentType });
    expect(Buffer.from(first?.Content ?? '', 'base64').toString()).toContain('BEGIN:VCALENDAR');
    expect(Buffer.from(second?.Content ?? '', 'base64').toString()).toBe('é');
  });

  it('that cannot be written, is too large, or goes to an address that nothing can carry keeps back no other', async () => {
    const mails = [
      outgoingMail({ to: 'no address' }),
      outgoingMail({ to: 'jürgen@example.com' }),
      outgoingMail({ html: 'x'.repeat(10_000_000) }),
      outgoingMail({ attachments: [{ filename: 'a.exe', contentType: 'text/plain', content: '' }] }),
      outgoingMail({ to: 'ada@bücher.example' }),
    ];
    const outcomes = await outcomesOf(mails);
    expect(outcomes).toEqual([
      { type: 'bounced', error: expect.stringContaining('Not an address') },
      { type: 'failed', error: expect.stringContaining('ASCII') },
      { type: 'failed', error: expect.stringContaining('10 MB') },
      { type: 'failed', error: expect.stringContaining('not a.exe') },
      { type: 'accepted', providerMessageId: expect.any(String) },
    ]);
    expect(acceptedOf(mails[4] as OutgoingMail)[0]?.to).toBe('ada@xn--bcher-kva.example');
  });

  it('waits for the next call where this one is full: no call is larger than 50 MB, and none has more than 500', async () => {
    const large = Array.from({ length: 7 }, () => outgoingMail({ html: 'x'.repeat(9_000_000) }));
    const before = calls().length;
    const outcomes = await outcomesOf(large);
    expect(outcomes.map(({ type }) => type)).toEqual([
      ...Array.from({ length: 5 }, () => 'accepted'),
      ...Array.from({ length: 2 }, () => 'not_attempted'),
    ]);
    const [call] = calls().slice(before);
    expect(call?.status).toBe(200);
    expect(call?.bytes).toBeLessThanOrEqual(50_000_000);

    const many = provider.divide(
      Array.from({ length: 1_201 }, () => outgoingMail()),
      'bulk',
    );
    expect(many.map(({ length }) => length)).toEqual([500, 500, 201]);
  });
});

/** One mail in three is refused in this way, by what Postmark publishes of its error codes. */
const REFUSED: readonly (readonly [code: number, message: string, outcome: Partial<Outcome>])[] = [
  [10, 'Bad or missing API token', { type: 'sender_rejected', scope: 'account' }],
  [100, 'Maintenance', { type: 'retry' }],
  [300, "Invalid 'To' address: 'x'.", { type: 'bounced' }],
  [300, "Error parsing 'To': Illegal email domain 'a b' in address 'x@a b'.", { type: 'bounced' }],
  [300, "Invalid 'From' address: 'x'.", { type: 'sender_rejected', scope: 'sender_domain' }],
  [
    300,
    "Error parsing 'From': Illegal email mailbox 'x'",
    { type: 'sender_rejected', scope: 'sender_domain' },
  ],
  [300, "Error parsing 'Reply-To': Illegal email domain 'x'", { type: 'failed' }],
  [300, 'Zero recipients specified', { type: 'failed' }],
  [300, 'Invalid metadata content.', { type: 'failed' }],
  [400, 'Sender Signature not found', { type: 'sender_rejected', scope: 'sender_domain' }],
  [401, 'Sender signature not confirmed', { type: 'sender_rejected', scope: 'sender_domain' }],
  [402, 'Invalid JSON', { type: 'failed' }],
  [403, 'Incompatible JSON', { type: 'failed' }],
  [405, 'Not allowed to send', { type: 'sender_rejected', scope: 'account' }],
  [406, 'Inactive recipient', { type: 'bounced' }],
  [409, 'JSON required', { type: 'sender_rejected', scope: 'account' }],
  [410, 'Too many batch messages', { type: 'failed' }],
  [411, 'Forbidden attachment type', { type: 'failed' }],
  [412, 'Account is Pending', { type: 'sender_rejected', scope: 'account' }],
  [413, 'Account May Not Send', { type: 'sender_rejected', scope: 'account' }],
  [429, 'Rate Limit Exceeded', { type: 'retry' }],
  [1221, 'The stream is archived', { type: 'sender_rejected', scope: 'account' }],
  [1235, 'The stream does not exist', { type: 'sender_rejected', scope: 'account' }],
  [9999, 'An error of tomorrow', { type: 'failed' }],
];

describe('what Postmark answers', () => {
  it.each(REFUSED)('%i %s of one mail is about that mail alone', async (ErrorCode, Message, outcome) => {
    const mails = [outgoingMail(), outgoingMail(), outgoingMail()];
    postmark.refuse = ({ metadata }) =>
      metadata.message_id === mails[1]?.messageId ? { ErrorCode, Message } : undefined;
    const [first, second, third] = await outcomesOf(mails);
    expect([first?.type, third?.type]).toEqual(['accepted', 'accepted']);
    expect(second).toMatchObject(outcome);
    expect((second as { error: string }).error).toBe(`${ErrorCode}: ${Message}`);
  });

  /** A call that is refused as a whole; `ofTwo`: what becomes of the mails of one with two. */
  const ACCOUNT: Partial<Outcome> = { type: 'sender_rejected', scope: 'account' };
  const UNKNOWN: Partial<Outcome> = { type: 'outcome_unknown' };
  const RETRY: Partial<Outcome> = { type: 'retry' };
  const ALONE: Partial<Outcome> = { type: 'alone' };
  const WHOLE: readonly (readonly [
    status: number,
    code: number | null,
    outcome: Partial<Outcome>,
    ofTwo: Partial<Outcome>,
  ])[] = [
    [401, 10, ACCOUNT, ACCOUNT],
    [401, null, ACCOUNT, ACCOUNT],
    [403, null, ACCOUNT, ACCOUNT],
    [404, null, ACCOUNT, ACCOUNT],
    [405, null, ACCOUNT, ACCOUNT],
    [302, null, ACCOUNT, ACCOUNT],
    [408, null, RETRY, RETRY],
    [413, null, { type: 'failed' }, ALONE],
    [415, null, { type: 'failed' }, ALONE],
    [422, 300, { type: 'failed' }, ALONE],
    [422, 400, { type: 'sender_rejected', scope: 'sender_domain' }, ALONE],
    [422, 402, { type: 'failed' }, ALONE],
    [422, 403, { type: 'failed' }, ALONE],
    [422, 405, ACCOUNT, ACCOUNT],
    [422, 406, { type: 'bounced' }, ALONE],
    [422, 409, ACCOUNT, ACCOUNT],
    [422, 410, { type: 'failed' }, ALONE],
    [422, 412, ACCOUNT, ACCOUNT],
    [422, 413, ACCOUNT, ACCOUNT],
    [422, 1235, ACCOUNT, ACCOUNT],
    [500, 0, UNKNOWN, UNKNOWN],
    [500, 405, UNKNOWN, UNKNOWN],
    [500, null, UNKNOWN, UNKNOWN],
    [502, null, UNKNOWN, UNKNOWN],
    [503, null, UNKNOWN, UNKNOWN],
    [503, 100, RETRY, RETRY],
  ];
  it.each(WHOLE)('HTTP %i, code %s of a call', async (status, code, outcome, ofTwo) => {
    const fail = { status, ...(code !== null && { code }) };
    postmark.react = () => ({ fail });
    expect(await outcomesOf([outgoingMail()])).toEqual([expect.objectContaining(outcome)]);
    const two = await outcomesOf([outgoingMail(), outgoingMail()]);
    expect(two).toEqual([expect.objectContaining(ofTwo), expect.objectContaining(ofTwo)]);
  });

  it.each([429, 422])(
    'HTTP %i with code 429: the call waits as long as it is told, and is made again',
    async (status) => {
      let asked = 0;
      postmark.react = () =>
        ++asked === 1 ? { fail: { status, code: 429, headers: { 'retry-after': '0.2' } } } : undefined;
      const mail = outgoingMail();
      expect(await outcomesOf([mail])).toMatchObject([{ type: 'accepted' }]);
      expect(asked).toBe(2);
      expect(acceptedOf(mail)).toHaveLength(1);
    },
  );

  it.each<Reaction>([
    'drop',
    'drop-after',
    'garbage-after',
    'short-after',
    'object-after',
    'nameless-after',
    { failAfter: { status: 500, code: 0 } },
    { failAfter: { status: 504 } },
  ])(
    'an answer that is lost or cannot be read (%j) leaves the outcome of each mail unknown',
    async (reaction) => {
      postmark.react = () => reaction;
      const outcomes = await outcomesOf([outgoingMail(), outgoingMail()]);
      expect(outcomes.map(({ type }) => type)).toEqual(['outcome_unknown', 'outcome_unknown']);
    },
  );

  it('an answer that does not come in time leaves the outcome unknown', async () => {
    postmark.react = () => 'hang';
    expect(await outcomesOf([outgoingMail()], impatient)).toMatchObject([{ type: 'outcome_unknown' }]);
  });

  it('a mail that is accepted and delayed is accepted, though no code says so', async () => {
    // As in github.com/anymail/django-anymail/issues/392.
    const delayed = { Message: 'Message accepted, but delivery may be delayed.', MessageID: randomUUID() };
    const { provider: other, close } = await answering(JSON.stringify([delayed]));
    expect(await outcomesOf([outgoingMail()], other)).toEqual([
      { type: 'accepted', providerMessageId: delayed.MessageID },
    ]);
    await close();
  });

  it('where nobody listens, nothing was taken: it is tried again', async () => {
    const { url, close } = await answering('[]');
    await close();
    const { provider: nobody } = openPostmarkDelivery(app, postmark, { baseUrl: url });
    expect(await outcomesOf([outgoingMail()], nobody)).toMatchObject([
      { type: 'retry', error: expect.stringContaining('ECONNREFUSED') },
    ]);
    const { provider: nowhere } = openPostmarkDelivery(app, postmark, { baseUrl: 'http://postmark.invalid' });
    expect(await outcomesOf([outgoingMail()], nowhere)).toMatchObject([{ type: 'retry' }]);
  });

  it('nothing leaves for a worker that has lost its messages', async () => {
    const before = calls().length;
    const result = await provider.call({
      ...{ id: randomUUID(), priority: 'bulk', mails: [outgoingMail()] },
      mayLeave: () => false,
    });
    expect(result).toMatchObject({ outcomes: [{ type: 'not_attempted' }] });
    expect(calls()).toHaveLength(before);
  });
});

describe('an address on Postmark’s suppression list', () => {
  it('is taken off it, and need not be on it', async () => {
    postmark.inactive = new Set(['back@example.com']);
    expect(await provider.liftSuppression?.('back@example.com')).toEqual({ type: 'lifted' });
    expect(postmark.inactive).toEqual(new Set());
    expect(await provider.liftSuppression?.('never@example.com')).toEqual({ type: 'lifted' });
  });

  it('stays on it where its owner complained, and Postmark’s words say so', async () => {
    postmark.complained = new Set(['annoyed@example.com']);
    expect(await provider.liftSuppression?.('annoyed@example.com')).toEqual({
      type: 'failed',
      error: 'You do not have the required authority to change this suppression.',
      again: false,
    });
  });

  it('is asked for again where nobody answers, and not where the token is refused', async () => {
    const { provider: nobody } = openPostmarkDelivery(app, postmark, { baseUrl: 'http://127.0.0.1:9' });
    expect(await nobody.liftSuppression?.('a@example.com')).toMatchObject({ type: 'failed', again: true });
    const token = postmark.serverToken;
    postmark.serverToken = 'another';
    expect(await provider.liftSuppression?.('a@example.com')).toMatchObject({ type: 'failed', again: false });
    postmark.serverToken = token;
  });
});

describe('what Postmark is asked', () => {
  it('finds the mails of a call by one question, and says which are missing', async () => {
    const mails = [outgoingMail(), outgoingMail(), outgoingMail()];
    const callId = randomUUID();
    await outcomesOf(mails.slice(0, 2), provider, callId);
    const before = postmark.requests.length;
    const found = await provider.findSent(
      mails.map((mail) => wanted(mail, { callId })),
      new Date(0),
    );
    expect(postmark.requests).toHaveLength(before + 1);
    expect([...(found?.keys() ?? [])].sort()).toEqual(
      mails
        .slice(0, 2)
        .map(({ messageId }) => messageId)
        .sort(),
    );
    for (const mail of mails.slice(0, 2))
      expect(found?.get(mail.messageId)).toEqual({
        providerMessageId: acceptedOf(mail)[0]?.id,
        fact: 'sent',
      });
  });

  it('finds a mail by our id where its call is not known any more', async () => {
    const mail = outgoingMail();
    await outcomesOf([mail]);
    const found = await provider.findSent([wanted(mail), wanted(outgoingMail())], new Date(0));
    expect([...(found?.keys() ?? [])]).toEqual([mail.messageId]);
  });

  it.each<readonly [events: readonly MailEvent[], fact: string]>([
    [[], 'sent'],
    [[{ Type: 'Transient' }], 'deferred'],
    [[{ Type: 'Transient' }, { Type: 'Delivered' }], 'delivered'],
    [[{ Type: 'Opened' }, { Type: 'Delivered' }, { Type: 'LinkClicked' }], 'clicked'],
    [[{ Type: 'Delivered' }, { Type: 'SubscriptionChanged' }], 'delivered'],
    [
      [{ Type: 'Bounced', bounce: { Type: 'HardBounce', Details: 'smtp;550 5.1.1 no such user' } }],
      'bounced',
    ],
    [
      [{ Type: 'Bounced', bounce: { Type: 'SoftBounce', Details: 'smtp;452 4.2.2 mailbox full' } }],
      'soft_bounced',
    ],
    [
      [{ Type: 'Bounced', bounce: { Type: 'HardBounce', Details: '550 5.7.1 blocked by spamhaus' } }],
      'failed',
    ],
    [
      [{ Type: 'Delivered' }, { Type: 'Bounced', bounce: { Type: 'SpamComplaint', Details: '' } }],
      'complained',
    ],
  ])('tells of a mail with %j that it is %s', async (events, fact) => {
    const mail = outgoingMail();
    await outcomesOf([mail]);
    const [taken] = acceptedOf(mail);
    taken?.events.push(...events);
    const providerMessageId = taken?.id ?? '';
    expect(await provider.find(providerMessageId)).toEqual({ providerMessageId, fact });
    const found = await provider.findSent([wanted(mail, { providerMessageId })], new Date(0));
    expect(found?.get(mail.messageId)).toEqual({ providerMessageId, fact });
  });

  it('says of an id that nothing is known of that it is not there', async () => {
    expect(await provider.find(randomUUID())).toBe('not_found');
  });

  it.each<Reaction>([
    'drop',
    { fail: { status: 500, code: 0 } },
    { fail: { status: 404 } },
    { fail: { status: 401, code: 10 } },
    'garbage-after',
  ])('never says that a mail is missing where it cannot be asked (%j)', async (reaction) => {
    const mail = outgoingMail();
    await outcomesOf([mail]);
    const [taken] = acceptedOf(mail);
    postmark.react = () => reaction;
    expect(await provider.find(taken?.id ?? '')).toBeNull();
    const callId = taken?.metadata.call_id ?? null;
    expect(await provider.findSent([wanted(mail, { callId })], new Date(0))).toBeNull();
    expect(await provider.findSent([wanted(mail)], new Date(0))).toBeNull();
  });

  it('a list that does not name our messages says nothing', async () => {
    const unnamed = { TotalCount: 1, Messages: [{ MessageID: randomUUID(), Metadata: {} }] };
    const { provider: other, close } = await answering(JSON.stringify(unnamed));
    expect(await other.findSent([wanted(outgoingMail())], new Date(0))).toBeNull();
    await close();
  });
});

/** A provider whose API says this to everything. */
async function answering(body: string) {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.setHeader('content-type', 'application/json').end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url, close, provider: openPostmarkDelivery(app, postmark, { baseUrl: url }).provider };
}
