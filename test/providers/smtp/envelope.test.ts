import { afterAll, expect, it } from 'vitest';
import { createProvider } from '../../../src/providers/create-provider.ts';
import type { SingleProvider } from '../../../src/providers/provider.ts';
import { openApp } from '../../support/app.ts';
import { outgoingMail } from '../../support/outgoing-mail.ts';
import { openAnsweringServer } from '../../support/smtp-answers.ts';

const server = await openAnsweringServer();
const settings = { SMTP_URL: server.url, MAIL_FROM: 'Events <events@example.com>' };
const plain = openProvider(await openApp(settings));
const addressed = openProvider(await openApp({ ...settings, BOUNCE_ADDRESS: 'bounces@bounce.example' }));

function openProvider({ config, pool, clock }: Awaited<ReturnType<typeof openApp>>) {
  const provider = createProvider(config, { pool, now: () => clock.now }) as SingleProvider;
  afterAll(() => provider.close());
  return { config, provider };
}

/** The envelope sender and the source of a mail, as the server took it. */
async function send({ provider }: ReturnType<typeof openProvider>) {
  const mail = outgoingMail();
  expect(await provider.send(mail, 'urgent')).toMatchObject({ type: 'accepted' });
  const { from, source } = server.taken.at(-1) ?? { from: '', source: '' };
  return { mail, from, source };
}

it('the envelope sender is the address of MAIL_FROM where no BOUNCE_ADDRESS is set', async () => {
  expect((await send(plain)).from).toBe('events@example.com');
  expect(plain.config.bounceAddresses).toBeNull();
});

it('the envelope sender names the message with BOUNCE_ADDRESS, and the mail itself stays as it is', async () => {
  const { from, mail, source } = await send(addressed);
  expect(from).toMatch(/^bounces\+[a-z2-7]{32}@bounce\.example$/);
  expect(addressed.config.bounceAddresses?.findMessageId(from)).toBe(mail.messageId);
  expect(source).not.toContain('bounces');
  expect(source).toMatch(/^From: .*<events@example\.com>\r$/m);
});
