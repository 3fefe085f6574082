import { randomBytes } from 'node:crypto';
import PostalMime from 'postal-mime';
import { afterAll, expect, it } from 'vitest';
import type { OutgoingMail } from '../../../src/providers/provider.ts';
import { createSmtpProvider } from '../../../src/providers/smtp/smtp.ts';
import { outgoingMail } from '../../support/outgoing-mail.ts';
import { openAnsweringServer } from '../../support/smtp-answers.ts';

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';
const server = await openAnsweringServer();
const provider = createSmtpProvider({
  url: server.url,
  from: { name: 'Events', address: 'events@sender.example' },
  tags: false,
});
afterAll(() => provider.close());

async function send(...mails: OutgoingMail[]) {
  const outcomes = await Promise.all(mails.map((mail) => provider.send(mail, 'urgent')));
  return outcomes.map(({ type }) => type);
}

it.each([7, 10])('%i MB arrive byte for byte, and other mails meanwhile', async (megabytes) => {
  const bytes = randomBytes(megabytes * 1024 * 1024);
  const csv = Buffer.from('\ufeffname\r\nÜnï\n\r\n');
  const to = `large-${megabytes}@example.com`;
  const mail = outgoingMail({
    to,
    attachments: [
      { filename: 'registrants.xlsx', contentType: XLSX, content: bytes },
      { filename: 'registrants.csv', contentType: 'text/csv; charset=utf-8', content: csv },
    ],
  });
  expect(await send(mail, outgoingMail(), outgoingMail())).toEqual(['accepted', 'accepted', 'accepted']);
  const source = server.taken.find((taken) => taken.to === to)?.source ?? '';
  const { attachments, text, html } = await PostalMime.parse(source);
  expect([text?.trim(), html?.trim()]).toEqual([mail.text, mail.html]);
  expect(attachments).toMatchObject([
    { filename: 'registrants.xlsx', mimeType: XLSX },
    { filename: 'registrants.csv', mimeType: 'text/csv' },
  ]);
  const [gotBytes, gotCsv] = attachments.map(({ content }) => Buffer.from(content as ArrayBuffer));
  expect(gotBytes?.equals(bytes)).toBe(true);
  expect(gotCsv).toEqual(csv);
});

it('a file whose name and type disagree never leaves', async () => {
  const file = { filename: 'x.csv', contentType: XLSX, content: 'x' };
  expect(await send(outgoingMail({ to: 'nobody@example.com', attachments: [file] }))).toEqual(['failed']);
  expect(server.taken.some(({ to }) => to === 'nobody@example.com')).toBe(false);
});
