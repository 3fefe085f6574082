import { once } from 'node:events';
import PostalMime from 'postal-mime';
import { SMTPServer } from 'smtp-server';
import { expect, it } from 'vitest';
import { readConfig } from '../../../src/config.ts';
import { ourMessageId } from '../../../src/domain/message-id.ts';
import { resendMail } from '../../../src/providers/resend/payload.ts';
import { createSmtpProvider } from '../../../src/providers/smtp/smtp.ts';
import { outgoingMail } from '../../support/outgoing-mail.ts';

interface Taken {
  readonly from: string;
  readonly to: string;
  readonly usesUtf8: boolean;
  readonly source: string;
}

/** Sends mails to these addresses, one after the other over one connection; what became of each, and what was taken. */
async function sendTo(
  addresses: readonly string[],
  { offersUtf8 = true, mailFrom = 'Events <events@sender.example>' } = {},
) {
  const taken: Taken[] = [];
  let connections = 0;
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    hideSMTPUTF8: !offersUtf8,
    // Otherwise it refuses dots within quotes, which RFC 5321 allows.
    lenientAddressParsing: true,
    logger: false,
    onConnect(_session, callback) {
      connections++;
      callback();
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom: from, rcptTo } = session.envelope;
        taken.push({
          from: from ? from.address : '',
          to: rcptTo[0]?.address ?? '',
          usesUtf8: from !== false && Object.hasOwn(from.args || {}, 'SMTPUTF8'),
          source: Buffer.concat(chunks).toString(),
        });
        callback(null, 'queued');
      });
    },
  });
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  const address = server.server.address();
  const url = `smtp://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const { mailFrom: from } = readConfig({
    DATABASE_URL: 'postgres://localhost/access_mail',
    SMTP_URL: url,
    APP_SECRET: 'a secret of the tests, long enough for them',
    MAIL_FROM: mailFrom,
  });
  const provider = createSmtpProvider({ url, from, tags: false, pool: { maxConnections: 1 } });
  const outcomes = [];
  for (const to of addresses) outcomes.push(await provider.send(outgoingMail({ to }), 'bulk'));
  await provider.close();
  await new Promise<void>((resolve) => server.close(resolve));
  return { outcomes, taken, from, connections };
}

const header = (source: string | undefined, name: string) =>
  new RegExp(`^${name}: (.*(?:\r\n .*)*)`, 'im').exec(source ?? '')?.[1];

it('an address that its provider gave out against the grammar is quoted in envelope and header', async () => {
  const { outcomes, taken } = await sendTo(['ana.@docomo.example', 'a..b@ezweb.example']);
  expect(outcomes.map(({ type }) => type)).toEqual(['accepted', 'accepted']);
  expect(taken.map(({ to }) => to)).toEqual(['"ana."@docomo.example', '"a..b"@ezweb.example']);
  expect(header(taken[0]?.source, 'To')).toBe('<"ana."@docomo.example>');
  expect((await PostalMime.parse(taken[0]?.source ?? '')).to).toEqual([
    { name: '', address: '"ana."@docomo.example' },
  ]);
});

it('letters beyond ASCII before the @ go out where the server offers SMTPUTF8, and the other mails need none', async () => {
  const { outcomes, taken } = await sendTo(['ädä@münchen.example', 'ada@example.com']);
  expect(outcomes.map(({ type }) => type)).toEqual(['accepted', 'accepted']);
  expect(taken.map(({ usesUtf8 }) => usesUtf8)).toEqual([true, false]);
  expect(header(taken[0]?.source, 'To')).toBe('ädä@xn--mnchen-3ya.example');
});

it('where the server does not, that mail alone fails with a reason, and the connection goes on', async () => {
  const { outcomes, taken, connections } = await sendTo(
    ['ada@example.com', 'ädä@example.com', 'ada@münchen.example'],
    { offersUtf8: false },
  );
  expect(outcomes).toMatchObject([
    { type: 'accepted' },
    { type: 'failed', error: expect.stringContaining('SMTPUTF8') },
    { type: 'accepted' },
  ]);
  expect([taken.length, connections]).toEqual([2, 1]);
});

it('an international domain of MAIL_FROM is ASCII in the envelope, From and Message-ID, and is known when it comes back', async () => {
  const { taken, from } = await sendTo(['ada@example.com'], {
    mailFrom: 'Ada <ada@münchen.example>',
    offersUtf8: false,
  });
  const [mail] = taken;
  expect(mail?.source).toMatch(/^\p{ASCII}*$/u);
  expect(header(mail?.source, 'From')).toBe('"Ada" <ada@xn--mnchen-3ya.example>');
  const messageId = header(mail?.source, 'Message-ID') ?? '';
  expect(messageId).toMatch(/^<[0-9a-f-]{36}@xn--mnchen-3ya\.example>$/);
  const [id = ''] = messageId.slice(1).split('@');
  // Mails of before named it in its own letters.
  for (const domain of [from.address.split('@')[1], 'münchen.example'])
    expect(ourMessageId(`<${id}@${domain}>`)).toBe(id);
});

it('Resend is told the same', () => {
  const mail = outgoingMail({ to: 'ana.@docomo.example', replyTo: 'host@münchen.example' });
  const from = { name: 'Ada', address: 'ada@münchen.example' };
  expect(resendMail(mail, { from, tags: false, attach: false })).toMatchObject({
    from: '"Ada" <ada@xn--mnchen-3ya.example>',
    to: ['"ana."@docomo.example'],
    replyTo: ['host@xn--mnchen-3ya.example'],
    headers: { 'Message-ID': `<${mail.messageId}@xn--mnchen-3ya.example>` },
  });
});
