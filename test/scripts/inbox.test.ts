import { randomBytes } from 'node:crypto';
import { MailpitClient } from 'mailpit-api';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { INBOX_VERSION } from '../../scripts/inbox/api.ts';
import { startInbox } from '../../scripts/inbox/inbox.ts';
import { type Catcher, findMailpit } from '../support/mailpit.ts';

async function ourInbox(): Promise<Catcher> {
  const inbox = await startInbox({ maxMessages: 0 });
  return { ...inbox, isMailpit: false };
}

const mailpit = findMailpit();
const catchers: [name: string, open: () => Promise<Catcher>][] = [
  ['the built-in inbox', ourInbox],
  ...(mailpit ? [['Mailpit', mailpit] as [string, () => Promise<Catcher>]] : []),
];

// The same sentences hold for both: what the suite learns from the built-in inbox, Mailpit would say too.
describe.each(catchers)('%s', (_name, open) => {
  let catcher: Catcher;
  let client: MailpitClient;
  /** On everything this run sends: a Mailpit may hold the mails of others. */
  const mark = `run${randomBytes(5).toString('hex')}`;
  const began = Date.now();

  const send = async (mail: SendMailOptions) => {
    const transport = createTransport(catcher.smtpUrl);
    await transport.sendMail({ from: 'Ann Bee <ann@example.test>', text: 'Hello', ...mail });
    transport.close();
  };
  const find = async (query: string) => (await client.searchMessages({ query: `${mark} ${query}` })).messages;
  const only = async (query: string) => {
    const found = await find(query);
    expect(found).toHaveLength(1);
    const id = found[0]?.ID ?? '';
    return { item: found[0], id, message: await client.getMessageSummary(id) };
  };

  beforeAll(async () => {
    catcher = await open();
    client = new MailpitClient(catcher.httpUrl);
    await send({
      to: ['Zoé <zoe+vip@example.test>', 'bob@example.test'],
      cc: 'carol@example.test',
      bcc: 'hidden@example.test',
      replyTo: 'host@example.test',
      subject: `Héllo wörld ${mark}`,
      messageId: `<${mark}.1@example.test>`,
      date: new Date('2027-01-15T09:00:00Z'),
      text: 'Hello Zoé\r\n\r\nhttps://example.test/a?b=c\r\n',
      html: '<html><head><title>no</title><style>p{color:#333}</style></head><body><p>Hello <b>Zo&eacute;</b> &amp; co</p><p><img src="cid:logo@x"> <a href="https://example.test/linked">Join</a></p></body></html>'.replace(
        '&eacute;',
        '&#233;',
      ),
      headers: {
        'X-Tags': 'confirmation, en',
        'List-Unsubscribe': '<https://example.test/u/1>',
        'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
      },
      attachments: [
        {
          filename: 'event.ics',
          content: 'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n',
          contentType: 'text/calendar',
        },
        { filename: 'né.csv', content: Buffer.from('a,b\r\n'), contentType: 'text/csv' },
        {
          filename: 'logo.png',
          content: Buffer.from([137, 80, 78, 71]),
          contentType: 'image/png',
          cid: 'logo@x',
        },
      ],
    });
    await send({
      to: 'dave@example.test',
      subject: `Plain ${mark}`,
      text: `Only text ${'word '.repeat(80)}`,
    });
  });
  afterAll(() => catcher.stop());

  it('lists a mail as it was addressed', async () => {
    const { item } = await only('subject:Héllo');
    expect(item).toMatchObject({
      MessageID: `${mark}.1@example.test`,
      From: { Name: 'Ann Bee', Address: 'ann@example.test' },
      To: [
        { Name: 'Zoé', Address: 'zoe+vip@example.test' },
        { Name: '', Address: 'bob@example.test' },
      ],
      Cc: [{ Name: '', Address: 'carol@example.test' }],
      Bcc: [{ Name: '', Address: 'hidden@example.test' }],
      ReplyTo: [{ Name: '', Address: 'host@example.test' }],
      Subject: `Héllo wörld ${mark}`,
      Username: '',
      Tags: ['confirmation', 'en', 'vip'],
      Attachments: 2,
      Snippet: 'Hello Zoé & co Join',
    });
    const created = Date.parse(item?.Created ?? '');
    expect(created).toBeGreaterThanOrEqual(began);
    expect(created).toBeLessThanOrEqual(Date.now());
  });

  it('has null for lists of people that are empty, and shortens long texts', async () => {
    const { item } = await only('subject:Plain');
    expect(item).toMatchObject({ Cc: null, Bcc: null, ReplyTo: null, Tags: [], Attachments: 0 });
    expect(item?.Snippet).toMatch(/^Only text (word )+.*\.\.\.$/);
    expect(item?.Snippet).toHaveLength(203);
  });

  it('tells everything about one mail, and then it is read', async () => {
    const { message } = await only('subject:Héllo');
    expect(message).toMatchObject({
      ReturnPath: 'ann@example.test',
      Text: 'Hello Zoé\r\n\r\nhttps://example.test/a?b=c\r\n',
      ListUnsubscribe: {
        Header: '<https://example.test/u/1>',
        Links: ['https://example.test/u/1'],
        Errors: '',
        HeaderPost: 'List-Unsubscribe=One-Click',
      },
    });
    expect(new Date(message.Date).toISOString()).toBe('2027-01-15T09:00:00.000Z');
    expect(message.HTML).toContain('<p>Hello <b>Zo&#233;</b> &amp; co</p>');
    expect(await find('is:read subject:Héllo')).toHaveLength(1);
  });

  it('gives attachments byte for byte, with their names and sums', async () => {
    const { id, message } = await only('subject:Héllo');
    expect(message.Attachments).toMatchObject([
      {
        FileName: 'event.ics',
        ContentType: 'text/calendar',
        Size: 32,
        Checksums: { SHA1: '8b506967e3fe6f7878a37106c9c3ff102684e991' },
      },
      { FileName: 'né.csv', ContentType: 'text/csv', Size: 5 },
    ]);
    expect(message.Inline).toMatchObject([
      { FileName: 'logo.png', ContentID: 'logo@x', ContentType: 'image/png' },
    ]);
    const partId = message.Attachments[0]?.PartID ?? '';
    expect(await (await client.getMessageAttachment(id, partId)).text()).toBe(
      'BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n',
    );
    await expect(client.getMessageAttachment(id, '77')).rejects.toThrow('404');
  });

  it('gives headers and the source', async () => {
    const { id } = await only('subject:Héllo');
    const headers = await client.getMessageHeaders(id);
    expect(headers).toMatchObject({
      'Message-Id': [`<${mark}.1@example.test>`],
      'X-Tags': ['confirmation, en'],
      'Return-Path': ['<ann@example.test>'],
      Bcc: ['hidden@example.test'],
      'Mime-Version': ['1.0'],
    });
    expect(headers.Received?.[0]).toMatch(/^from \S+ .* by \S+ .*SMTP.* for <zoe\+vip@example\.test>; /);
    const source = await client.getMessageSource(id);
    expect(source).toContain(`\r\nMessage-ID: <${mark}.1@example.test>\r\n`);
    expect((await only('subject:Héllo')).item?.Size).toBe(Buffer.byteLength(source));
  });

  it('shows the HTML with its pictures, and the text', async () => {
    const { id } = await only('subject:Héllo');
    const html = await client.renderMessageHTML(id);
    expect(html).toContain('<b>Zo&#233;</b>');
    const picture = /src="([^"]+)"/.exec(html)?.[1] ?? '';
    expect((await fetch(new URL(picture, catcher.httpUrl))).headers.get('content-type')).toBe('image/png');
    expect(await client.renderMessageText(id)).toBe('Hello Zoé\r\n\r\nhttps://example.test/a?b=c\r\n');
    const { id: plain } = await only('subject:Plain');
    await expect(client.renderMessageHTML(plain)).rejects.toThrow('404');
  });

  it.each([
    ['from:ann@example.test', 2],
    ['from:"ann bee"', 2],
    ['from:nobody', 0],
    ['to:dave', 1],
    ['to:ZOE+vip@example.test', 1],
    ['cc:carol', 1],
    ['bcc:hidden', 1],
    ['addressed:hidden@example.test', 1],
    ['reply-to:host', 1],
    ['subject:"plain run"', 1],
    ['subject:wörld', 1],
    ['tag:confirmation', 1],
    ['tag:CONFIRMATION', 1],
    ['tag:confirm', 0],
    ['-tag:en', 1],
    ['!tag:en', 1],
    ['has:attachment', 1],
    ['-has:attachment', 1],
    ['is:tagged', 1],
    ['example.test/linked', 1],
    ['event.ics', 1],
    ['only text', 1],
    ['"text only"', 0],
    ['before:2020-01-01', 0],
    ['after:2020-01-01', 2],
    ['before:"2020-01-01 10:00"', 0],
    ['hello -plain', 1],
  ])('finds by %s', async (query, count) => {
    expect(await find(query)).toHaveLength(count);
  });

  it('finds by message id', async () => {
    const { messages } = await client.searchMessages({ query: `message-id:${mark}.1@example.test` });
    expect(messages).toHaveLength(1);
  });

  it('counts and pages', async () => {
    const all = await client.searchMessages({ query: mark });
    const second = await client.searchMessages({ query: mark, start: 1, limit: 1 });
    expect(all).toMatchObject({ start: 0, count: 2, messages_count: 2 });
    expect(second).toMatchObject({ start: 1, count: 1, messages_count: 2 });
    expect(second.messages[0]?.ID).toBe(all.messages[1]?.ID);
    expect(all.messages[0]?.Subject).toBe(`Plain ${mark}`);
    expect((await client.listMessages(0, 1)).messages).toHaveLength(1);
  });

  it('marks as read and unread', async () => {
    const ids = (await find('')).map((mail) => mail.ID);
    await client.setReadStatus({ IDs: ids, Read: true });
    expect(await find('is:unread')).toHaveLength(0);
    await client.setReadStatus({ Search: `${mark} to:dave`, Read: false });
    expect((await find('is:unread')).map((mail) => mail.Subject)).toEqual([`Plain ${mark}`]);
  });

  it('sets tags', async () => {
    const { id } = await only('to:dave');
    await client.setTags({ IDs: [id], Tags: [`b ${mark}`, 'Ä a'] });
    expect((await only('to:dave')).item?.Tags).toEqual(['a', `b ${mark}`]);
    expect(await client.getTags()).toContain(`b ${mark}`);
    await client.setTags({ IDs: [id] });
    expect((await only('to:dave')).item?.Tags).toEqual([]);
  });

  it('says what it is', async () => {
    const info = await client.getInfo();
    expect(info.Version === INBOX_VERSION).toBe(!catcher.isMailpit);
    expect(info.Messages).toBeGreaterThanOrEqual(2);
    expect(info.RuntimeStats.SMTPAccepted).toBeGreaterThanOrEqual(2);
  });

  it('answers 404 for what is not there, and 400 for a search for nothing', async () => {
    await expect(client.getMessageSummary('nope')).rejects.toThrow('404');
    await expect(client.searchMessages({ query: ' ' })).rejects.toThrow('400');
  });

  it('takes a user name and password, whatever they are', async () => {
    const url = new URL(catcher.smtpUrl);
    url.username = 'any';
    url.password = 'thing';
    const transport = createTransport(url.href);
    await transport.sendMail({
      from: 'a@example.test',
      to: 'b@example.test',
      subject: `Auth ${mark}`,
      text: 'x',
    });
    transport.close();
    expect(await find('subject:Auth')).toHaveLength(1);
    await client.deleteMessagesBySearch({ query: `${mark} subject:Auth` });
  });

  it('deletes by search and by id', async () => {
    await client.deleteMessagesBySearch({ query: `${mark} to:dave` });
    expect(await find('to:dave')).toHaveLength(0);
    const { id } = await only('subject:Héllo');
    await client.deleteMessages({ IDs: [id] });
    expect(await find('')).toHaveLength(0);
  });
});
