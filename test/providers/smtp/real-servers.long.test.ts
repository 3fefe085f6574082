import { afterAll, describe, expect, it } from 'vitest';
import { createSmtpProvider } from '../../../src/providers/smtp/smtp.ts';
import {
  findMailServer,
  GONE,
  LARGEST,
  openMailServer,
  type ServerName,
} from '../../support/mail-servers.ts';
import { outgoingMail } from '../../support/outgoing-mail.ts';
import { openFaultServer } from '../../support/smtp-fault-server.ts';
import { waitFor } from '../../support/wait-for.ts';

const MAILS = 60;
const nextHop = await openFaultServer();
afterAll(() => nextHop.close());

const SERVERS: readonly ServerName[] = ['Postfix', 'Exim', 'OpenSMTPD'];
for (const name of SERVERS.filter((each) => !findMailServer(each)))
  process.stdout.write(`${name} is not here, or may not be started: how it takes our mails is not tested.\n`);

describe.each(SERVERS)('%s', (name) => {
  it.skipIf(!findMailServer(name))(
    'takes each mail once and as it was, and tells which ones it refuses',
    async () => {
      const server = await openMailServer(name, Number(new URL(nextHop.url).port));
      const from = { name: 'Events', address: 'events@sender.example' };
      const provider = createSmtpProvider({
        url: server.url,
        from,
        tags: false,
        ca: server.ca,
        pool: { maxConnections: 3 },
      });
      const text = '.\n..\n.a\n\n.\nThe end.\n';
      const mails = Array.from({ length: MAILS }, (_, i) => outgoingMail({ to: `${i}@example.com`, text }));
      const large = outgoingMail({ text: 'A line of a long mail.\n'.repeat(LARGEST / 20) });
      const gone = outgoingMail({ to: GONE });
      // In the middle, so that others follow them over the same connections.
      const all = [...mails.slice(0, 20), large, gone, ...mails.slice(20)];
      const outcomes = await Promise.all(all.map((mail) => provider.send(mail, 'bulk')));
      const outcomeOf = (mail: (typeof all)[number]) => outcomes[all.indexOf(mail)];
      for (const mail of mails) expect(outcomeOf(mail)).toMatchObject({ type: 'accepted' });
      expect(outcomeOf(gone)).toMatchObject({ type: 'bounced' });
      expect(outcomeOf(large)).toMatchObject({ type: 'failed' });

      const arrived = () => {
        const ids = new Set(mails.map(({ messageId }) => messageId));
        return nextHop.taken.filter(({ messageId }) => ids.has(messageId));
      };
      await waitFor(() => expect(arrived()).toHaveLength(MAILS));
      expect(new Set(arrived().map(({ to }) => to)).size).toBe(MAILS);
      for (const { source } of arrived())
        expect(source).toContain('\r\n\r\n..\r\n...\r\n..a\r\n\r\n..\r\nThe end.');
      await provider.close();
      await server.close();
    },
  );
});
