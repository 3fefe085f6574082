import { once } from 'node:events';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { afterEach, describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/domain/delivery/outcome.ts';
import type { SingleProvider } from '../../../src/providers/provider.ts';
import { createSmtpProvider } from '../../../src/providers/smtp/smtp.ts';
import { outgoingMail } from '../../support/outgoing-mail.ts';
import { selfSigned } from '../../support/smtp-self-signed.ts';

const certificate = selfSigned('localhost');
const opened: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

interface Seen {
  readonly secure: boolean;
  readonly user: string | undefined;
}

/** A server that notes, for each mail, whether it came encrypted and whose it was. */
async function openServer(options: SMTPServerOptions) {
  const seen: Seen[] = [];
  let logins = 0;
  const server = new SMTPServer({
    ...certificate,
    authOptional: true,
    logger: false,
    onAuth({ username, password }, _session, callback) {
      logins++;
      if (username !== 'events@host' || password !== 'p:ä/ss')
        return callback(Object.assign(new Error('wrong password'), { responseCode: 535 }));
      callback(null, { user: username });
    },
    onData(stream, session, callback) {
      seen.push({ secure: session.secure, user: session.user });
      stream.on('end', () => callback()).resume();
    },
    ...options,
  });
  server.on('error', () => undefined);
  server.listen(0, 'localhost');
  await once(server.server, 'listening');
  opened.push(() => new Promise<void>((resolve) => server.close(resolve)));
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { at: `localhost:${port}`, seen, logins: () => logins };
}

function openTransport(url: string, options: { ca?: string } = { ca: certificate.cert }): SingleProvider {
  const from = { name: 'Events', address: 'events@sender.example' };
  const provider = createSmtpProvider({ url, from, tags: false, ...options });
  opened.push(() => provider.close());
  return provider;
}

async function send(provider: SingleProvider, count = 1): Promise<Outcome[]> {
  const mails = Array.from({ length: count }, () => outgoingMail());
  return Promise.all(mails.map((mail) => provider.send(mail, 'urgent')));
}

const LOGIN = 'events%40host:p%3A%C3%A4%2Fss';

describe('encryption', () => {
  it('begins with the connection for smtps:', async () => {
    const server = await openServer({ secure: true });
    expect(await send(openTransport(`smtps://${server.at}`))).toMatchObject([{ type: 'accepted' }]);
    expect(server.seen).toMatchObject([{ secure: true }]);
  });

  it('begins with STARTTLS for smtp:, where the server offers it', async () => {
    const server = await openServer({});
    expect(await send(openTransport(`smtp://${server.at}`))).toMatchObject([{ type: 'accepted' }]);
    expect(server.seen).toMatchObject([{ secure: true }]);
  });

  it('is done without where the server does not know it', async () => {
    const server = await openServer({ disabledCommands: ['STARTTLS'] });
    expect(await send(openTransport(`smtp://${server.at}`))).toMatchObject([{ type: 'accepted' }]);
    expect(server.seen).toMatchObject([{ secure: false }]);
  });

  it.each(['smtp', 'smtps'])('is not begun with a stranger: %s', async (protocol) => {
    const server = await openServer({ secure: protocol === 'smtps' });
    const [outcome] = await send(openTransport(`${protocol}://${server.at}`, {}));
    expect(outcome).toMatchObject({ type: 'retry', error: expect.stringMatching(/self-signed/) });
    expect(server.seen).toEqual([]);
  });

  it('is not begun with somebody else, trusted as they may be', async () => {
    const other = selfSigned('other.example');
    const server = await openServer({ ...other });
    const [outcome] = await send(openTransport(`smtp://${server.at}`, { ca: other.cert }));
    expect(outcome).toMatchObject({ type: 'retry', error: expect.stringContaining('other.example') });
    expect(server.seen).toEqual([]);
  });
});

describe('authentication', () => {
  it.each(['PLAIN', 'LOGIN'])('%s: once a connection', async (method) => {
    const server = await openServer({ authMethods: [method], authOptional: false });
    const provider = openTransport(`smtp://${LOGIN}@${server.at}`);
    for (let round = 0; round < 3; round++)
      expect(await send(provider)).toMatchObject([{ type: 'accepted' }]);
    expect(server.seen).toEqual(Array(3).fill({ secure: true, user: 'events@host' }));
    expect(server.logins()).toBe(1);
  });

  it('with a wrong password refuses us, and is tried once for all mails that wait', async () => {
    const server = await openServer({ authOptional: false });
    const outcomes = await send(openTransport(`smtp://events%40host:wrong@${server.at}`), 50);
    expect(outcomes).toHaveLength(50);
    for (const outcome of outcomes)
      expect(outcome).toEqual({
        type: 'sender_rejected',
        scope: 'account',
        error: expect.stringContaining('535'),
      });
    expect(server.logins()).toBe(1);
  });

  it('that is missing refuses us', async () => {
    const server = await openServer({ authOptional: false });
    expect(await send(openTransport(`smtp://${server.at}`))).toMatchObject([{ type: 'sender_rejected' }]);
  });
});
