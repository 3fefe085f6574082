import { generateKeyPairSync } from 'node:crypto';
import { dkimVerify } from 'mailauth';
import { expect, it } from 'vitest';
import { dkimName, dkimRecord, publicKeyOf } from '../../../src/domain/dkim.ts';
import { signMail } from '../../../src/providers/smtp/dkim.ts';
import { createMimeWriter } from '../../../src/providers/smtp/mime.ts';
import { outgoingMail } from '../../support/outgoing-mail.ts';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const signer = { domain: 'studio.example', selector: 's', privateKey };
const write = createMimeWriter({ from: { name: 'Ada', address: 'ada@studio.example' }, tags: true });
const NAME = dkimName('s', 'studio.example');
const resolver = async (name: string) => {
  if (name === NAME) return [[dkimRecord(publicKeyOf(privateKey))]];
  throw Object.assign(new Error('nothing'), { code: 'ENOTFOUND' });
};

const CALENDAR = {
  filename: 'event.ics',
  contentType: 'text/calendar; charset=utf-8; method=PUBLISH',
  content: 'BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nBEGIN:VEVENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n',
};

it.each([
  ['a small mail', {}],
  ['an empty text', { text: '', html: '' }],
  [
    'dots and spaces at the ends of lines',
    { text: '.\r\n.. \r\n \t\r\n\r\n\r\n', html: '<p>.\n.</p>  \n\n' },
  ],
  ['a line of 20,000 characters', { html: `<p>${'x'.repeat(20_000)}</p>` }],
  [
    'other scripts, and a subject that folds',
    { subject: 'Ünï مرحبا '.repeat(30), text: 'こんにちは', html: '<p>مرحبا</p>' },
  ],
  [
    'a sender of its own',
    { from: { name: 'Ünï “A”', address: 'ada@studio.example' }, replyTo: 'Host <host@x.example>' },
  ],
  ['a way to stop it', { kind: 'reminder', unsubscribeLink: 'https://x.example/u/1' }],
  ['a calendar file', { attachments: [CALENDAR] }],
  [
    'a file of a megabyte',
    {
      attachments: [
        { filename: 'a.csv', contentType: 'text/csv', content: Buffer.alloc(1_000_000, 'a,b\n') },
      ],
    },
  ],
] as const)('signs %s as a receiver reads it', async (_, changes) => {
  const mail = write(outgoingMail(changes));
  const signed = signMail(mail, signer);
  expect(signed.subarray(-mail.length).equals(mail)).toBe(true);
  expect(
    signed
      .toString('latin1')
      .split('\r\n')
      .every((line) => line.length <= 998),
  ).toBe(true);
  const { results } = await dkimVerify(signed, { resolver });
  expect(results.map(({ signingDomain, status }) => [signingDomain, status.result])).toEqual([
    ['studio.example', 'pass'],
  ]);
});
