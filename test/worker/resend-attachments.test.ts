import { randomBytes, randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { Attachment } from '../../src/providers/attachment.ts';
import type { Call } from '../../src/providers/provider.ts';
import { FrozenMail, type FrozenMailParts } from '../../worker/delivery/frozen-mail.ts';
import { openApp } from '../support/app.ts';
import { outgoingMail } from '../support/outgoing-mail.ts';
import { openResend, openResendDelivery } from '../support/resend.ts';

const app = await openApp({ MAIL_FROM: 'Events <events@events.example.test>' });
const resend = await openResend();
const { provider } = openResendDelivery(app, resend);

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const file = (content: Attachment['content']): Attachment => ({
  filename: 'registrants.xlsx',
  contentType: XLSX,
  content,
});
const CALENDAR = 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:{{title}}\r\nEND:VCALENDAR\r\n';

/** What became of each mail of a call. */
async function outcomesOf(call: Call) {
  const result = await provider.call(call);
  return result.type === 'outcomes' ? result.outcomes : [result];
}

function frozenMail(id: string, files: readonly Attachment[], calendar: string | null = CALENDAR) {
  const source: FrozenMailParts['source'] = {
    hash: `${calendar}`,
    language: 'en',
    replyTo: null,
    subject: 'Your export',
    html: '<p>Here it is</p>',
    text: 'Here it is',
    calendar,
  };
  const [toAddress, variables, subject] = ['ada@example.com', { title: 'Ünï' }, source.subject];
  return new FrozenMail({
    id,
    eventId: null,
    kind: 'confirmation',
    source,
    toAddress,
    variables,
    subject,
    sender: null,
    siteAddress: 'events@example.com',
    files,
  });
}

it('a mail’s files are its calendar file and those that it was given', () => {
  const given = file(randomBytes(10));
  expect(frozenMail('1', [given]).attachments).toEqual([
    {
      filename: 'event.ics',
      contentType: 'text/calendar; charset=utf-8; method=REQUEST',
      content: CALENDAR.replace('{{title}}', 'Ünï'),
    },
    given,
  ]);
  expect(frozenMail('2', [given], null).attachments).toEqual([given]);
  expect(frozenMail('3', [], null).attachments).toEqual([]);
  const has = [frozenMail('4', []), frozenMail('5', [given], null), frozenMail('6', [], null)];
  expect(has.map(({ hasAttachments }) => hasAttachments)).toEqual([true, true, false]);
});

it('goes out alone with its files, and again with the same bytes under the same id', async () => {
  const bytes = randomBytes(7 * 1024 * 1024);
  const [id, messageId] = [randomUUID(), randomUUID()];
  const mail = frozenMail(messageId, [file(bytes)]);
  expect(
    provider.divide([outgoingMail(), mail, outgoingMail()], 'urgent').map(({ length }) => length),
  ).toEqual([1, 2]);
  resend.react = () => 'drop-after';
  expect(await outcomesOf({ id, priority: 'urgent', mails: [mail] })).toMatchObject([
    { type: 'outcome_unknown' },
  ]);
  resend.react = () => undefined;
  // Another worker's, made anew.
  const again = frozenMail(messageId, [file(Uint8Array.from(bytes))]);
  const outcomes = await outcomesOf({ id, priority: 'urgent', mails: [again] });
  const [taken, ...others] = resend.accepted;
  expect(outcomes).toEqual([{ type: 'accepted', providerMessageId: taken?.id }]);
  expect(others).toEqual([]);
  expect(resend.requests).toMatchObject([
    { path: '/emails', idempotencyKey: id, status: null },
    { path: '/emails', idempotencyKey: id, status: 200 },
  ]);
  const [calendar, sent] = taken?.attachments ?? [];
  expect(Buffer.from(calendar?.content ?? '', 'base64').toString()).toContain('SUMMARY:Ünï\r\n');
  expect(sent).toMatchObject({ filename: 'registrants.xlsx', contentType: XLSX });
  expect(sent?.content === bytes.toString('base64')).toBe(true);
});

it('a file that Resend would drop without a word is never handed over', async () => {
  const before = resend.requests.length;
  const mail = outgoingMail({ attachments: [{ ...file('x'), contentType: 'text/csv' }] });
  const outcomes = await outcomesOf({ id: randomUUID(), priority: 'urgent', mails: [mail] });
  expect(outcomes).toMatchObject([{ type: 'failed', error: expect.stringContaining('registrants.xlsx is') }]);
  expect(resend.requests).toHaveLength(before);
});

it('a mail that is too large has failed, and its address is not to blame', async () => {
  const mail = outgoingMail({ attachments: [file(Buffer.alloc(31 * 1024 * 1024))] });
  const outcomes = await outcomesOf({ id: randomUUID(), priority: 'urgent', mails: [mail] });
  expect(outcomes).toMatchObject([{ type: 'failed', error: expect.stringContaining('40MB') }]);
});
