import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Priority } from '../../../src/domain/message.ts';
import type { OutgoingMail, SingleProvider } from '../../../src/providers/provider.ts';
import { createSmtpProvider } from '../../../src/providers/smtp/smtp.ts';
import { outgoingMail } from '../../support/outgoing-mail.ts';
import {
  type FaultServer,
  openFaultServer,
  type Reaction,
  type Step,
} from '../../support/smtp-fault-server.ts';
import { waitFor } from '../../support/wait-for.ts';

describe.each([
  { way: 'in groups', pipelining: true },
  { way: 'step by step', pipelining: false },
])('with commands $way', ({ pipelining }) => {
  let server: FaultServer;
  const open: SingleProvider[] = [];
  beforeEach(async () => {
    server = await openFaultServer({ pipelining });
  });
  afterEach(async () => {
    await Promise.all(open.splice(0).map((provider) => provider.close()));
    await server.close();
  });

  type Options = Partial<Parameters<typeof createSmtpProvider>[0]>;
  function openTransport({ pool, ...options }: Options = {}) {
    const provider = createSmtpProvider({
      url: server.url,
      from: { name: 'Events', address: 'events@sender.example' },
      tags: false,
      pool: { graceMs: 300, ...pool },
      ...options,
    });
    open.push(provider);
    return provider;
  }

  const newMails = (count: number) => Array.from({ length: count }, () => outgoingMail());

  /** What became of each mail, in their order. */
  async function send(provider: SingleProvider, mails: readonly OutgoingMail[], priority: Priority = 'bulk') {
    const outcomes = await Promise.all(mails.map((mail) => provider.send(mail, priority)));
    return outcomes.map(({ type }) => type);
  }

  /** Reacts so at a step of the first connection, and behaves otherwise. */
  const firstConnection = (step: Step, reaction: Reaction): FaultServer['react'] => {
    return (at, { connection }) => (at === step && connection === 1 ? reaction : undefined);
  };

  describe('a connection that is lost', () => {
    it.each<[step: Step, type: string, taken: number]>([
      ['greeting', 'retry', 0],
      ['EHLO', 'retry', 0],
      ['MAIL', 'retry', 0],
      ['RCPT', 'retry', 0],
      ['DATA', 'retry', 0],
      ['dot', 'outcome_unknown', 0],
      ['taken', 'outcome_unknown', 1],
    ])('at %s: %s', async (step, type, taken) => {
      server.react = firstConnection(step, 'drop');
      const provider = openTransport();
      expect(await send(provider, [outgoingMail()])).toEqual([type]);
      expect(server.taken).toHaveLength(taken);
      expect(await send(provider, [outgoingMail()])).toEqual(['accepted']);
    });

    it('in the middle of a large mail: certainly not taken', async () => {
      let bodies = 0;
      server.react = (step) => (step === 'body' && ++bodies === 2 ? 'drop' : undefined);
      // More than both kernels hold for a connection, so that its end cannot have left.
      const mail = outgoingMail({ text: 'A line of a very long mail.\n'.repeat(1_000_000) });
      expect(await send(openTransport(), [mail])).toEqual(['retry']);
    });

    it.each<[step: Step, type: string]>([
      ['greeting', 'retry'],
      ['MAIL', 'retry'],
      ['DATA', 'retry'],
      ['dot', 'outcome_unknown'],
      ['taken', 'outcome_unknown'],
    ])('at one end only, at %s: %s, and not for ever', async (step, type) => {
      server.react = firstConnection(step, 'silence');
      // Client and server share this process: whatever holds it up for so long holds both up.
      const provider = openTransport({ timeouts: { greetingTimeout: 2_000, socketTimeout: 2_000 } });
      expect(await send(provider, [outgoingMail()])).toEqual([type]);
      expect(await send(provider, [outgoingMail()])).toEqual(['accepted']);
    });

    it('before an old connection took the mail: another one takes it', async () => {
      server.react = (step, { connection, mail }) =>
        step === 'MAIL' && connection === 1 && mail === 2 ? 'drop' : undefined;
      const provider = openTransport({ pool: { maxConnections: 1 } });
      expect(await send(provider, newMails(3))).toEqual(['accepted', 'accepted', 'accepted']);
      expect(server.taken.map(({ connection }) => connection)).toEqual([1, 2, 2]);
    });

    it('while it was idle: nobody notices', async () => {
      const provider = openTransport();
      expect(await send(provider, [outgoingMail()])).toEqual(['accepted']);
      server.react = (step, { connection }) => (step === 'MAIL' && connection === 1 ? 'drop' : undefined);
      expect(await send(provider, [outgoingMail()])).toEqual(['accepted']);
      expect(server.connections.total).toBe(2);
    });
  });

  describe('a server that answers', () => {
    it('after a long while is waited for', async () => {
      server.react = (step) => (step === 'greeting' || step === 'taken' ? 150 : undefined);
      expect(await send(openTransport(), [outgoingMail()])).toEqual(['accepted']);
    });

    it('421 in the middle of its work goes on over another connection', async () => {
      server.react = (step, { mail }) =>
        step === 'MAIL' && mail === 3 ? '421 4.7.0 enough for now' : undefined;
      const provider = openTransport({ pool: { maxConnections: 1 } });
      expect(await send(provider, newMails(6))).toEqual(Array(6).fill('accepted'));
      expect(server.connections.total).toBeGreaterThanOrEqual(3);
    });

    it.each(['greeting', 'EHLO', 'MAIL'] as const)('421 at %s to all but two gets two', async (step) => {
      server.react = (at, { connection }) =>
        at === step && connection > 2 ? '421 4.7.0 too many connections' : at === 'taken' ? 5 : undefined;
      const provider = openTransport({ pool: { maxConnections: 8 } });
      const mails = newMails(60);
      expect(await send(provider, mails)).toEqual(Array(60).fill('accepted'));
      expect(new Set(server.taken.map(({ messageId }) => messageId)).size).toBe(60);
      expect(server.taken).toHaveLength(60);
    });

    it('one address with 550 and all others with 250 holds nobody up', async () => {
      server.react = (step, { to }) =>
        step === 'RCPT' && to === 'gone@example.com' ? '550 5.1.1 no such user' : undefined;
      const provider = openTransport({ pool: { maxConnections: 1 } });
      const mails = [outgoingMail(), outgoingMail({ to: 'gone@example.com' }), outgoingMail()];
      expect(await send(provider, mails)).toEqual(['accepted', 'bounced', 'accepted']);
      expect(server.connections.total).toBe(1);
    });

    it('552 in the middle of a large mail is not given another one', async () => {
      let bodies = 0;
      server.react = (step) => (step === 'body' && ++bodies === 2 ? '552 5.3.4 too large' : undefined);
      const provider = openTransport({ pool: { maxConnections: 1 } });
      const mails = [outgoingMail({ text: 'A line of a very long mail.\n'.repeat(200_000) }), outgoingMail()];
      expect(await send(provider, mails)).toEqual(['failed', 'accepted']);
      expect(server.taken.map(({ connection }) => connection)).toEqual([2]);
    });

    it('nothing at all, because nobody listens, is told for all mails at once', async () => {
      const provider = openTransport({ url: 'smtp://127.0.0.1:9' });
      expect(await send(provider, newMails(100))).toEqual(Array(100).fill('retry'));
    });

    it('554 to everyone refuses us, not the mails', async () => {
      server.react = (step) => (step === 'greeting' ? '554 5.7.1 no service for you' : undefined);
      expect(await send(openTransport(), newMails(30))).toEqual(Array(30).fill('sender_rejected'));
    });
  });

  describe.each(['answers', 'bytes'] as const)(
    'with answers that come as %s, of three mails over one connection',
    (writes) => {
      it.each<[step: Step, mail: number, reaction: Reaction, types: string[]]>([
        ['MAIL', 1, '451 4.3.0 later', ['retry', 'accepted', 'accepted']],
        ['RCPT', 1, '550 5.1.1 no such user', ['bounced', 'accepted', 'accepted']],
        ['RCPT', 1, '554 5.7.1 relay access denied', ['sender_rejected', 'accepted', 'accepted']],
        ['DATA', 1, '451 4.3.0 later', ['retry', 'accepted', 'accepted']],
        ['dot', 1, '451 4.3.0 later', ['retry', 'accepted', 'accepted']],
        ['dot', 1, '552 5.3.4 too large', ['failed', 'accepted', 'accepted']],
        ['dot', 1, '554 5.7.1 message refused as spam', ['sender_rejected', 'accepted', 'accepted']],
        ['dot', 1, '421 4.3.2 going down', ['retry', 'accepted', 'accepted']],
        ['dot', 1, 'drop', ['outcome_unknown', 'accepted', 'accepted']],
        ['taken', 1, 'drop', ['outcome_unknown', 'accepted', 'accepted']],
        ['taken', 1, '354 go ahead', ['outcome_unknown', 'accepted', 'accepted']],
        ['MAIL', 2, '451 4.3.0 later', ['accepted', 'retry', 'accepted']],
        ['MAIL', 2, '421 4.7.0 enough', ['accepted', 'accepted', 'accepted']],
        ['MAIL', 2, 'drop', ['accepted', 'accepted', 'accepted']],
        ['RCPT', 2, '550 5.1.1 no such user', ['accepted', 'bounced', 'accepted']],
        ['RCPT', 2, '421 4.7.0 enough', ['accepted', 'accepted', 'accepted']],
        ['RCPT', 2, 'drop', ['accepted', 'accepted', 'accepted']],
        ['DATA', 2, '451 4.3.0 later', ['accepted', 'retry', 'accepted']],
        ['DATA', 2, '421 4.7.0 enough', ['accepted', 'accepted', 'accepted']],
        ['DATA', 2, 'drop', ['accepted', 'accepted', 'accepted']],
        ['dot', 2, 'drop', ['accepted', 'outcome_unknown', 'accepted']],
        ['taken', 2, 'drop', ['accepted', 'outcome_unknown', 'accepted']],
        ['RSET', 2, 'drop', ['bounced', 'accepted', 'accepted']],
        ['RSET', 2, '421 4.7.0 enough', ['bounced', 'accepted', 'accepted']],
        ['RSET', 2, '500 5.5.1 what?', ['bounced', 'accepted', 'accepted']],
      ])('%s of mail %i goes wrong (%s): %j', async (step, mail, reaction, types) => {
        await server.close();
        server = await openFaultServer({ pipelining, writes });
        const mails = newMails(3);
        const nth = (session: { to: string }) => mails.findIndex(({ to }) => to === session.to) + 1;
        for (const [i, each] of mails.entries()) mails[i] = { ...each, to: `${i + 1}@example.com` };
        server.react = (at, session) => {
          if (session.connection > 1) return undefined;
          // Something must be reset.
          if (step === 'RSET' && at === 'RCPT' && nth(session) === 1) return '550 5.1.1 no such user';
          const isIt = step === 'MAIL' ? session.from.startsWith(`${mail}@`) : nth(session) === mail;
          return at === step && (step === 'RSET' || isIt) ? reaction : undefined;
        };
        const provider = openTransport({ pool: { maxConnections: 1 } });
        const outcomes = await Promise.all(
          mails.map((each, i) =>
            provider.send({ ...each, from: { name: 'Events', address: `${i + 1}@sender.example` } }, 'bulk'),
          ),
        );
        expect(outcomes.map(({ type }) => type)).toEqual(types);
        const arrived = server.taken.map(({ to }) => to);
        const accepted = mails.filter((_, i) => types[i] === 'accepted').map(({ to }) => to);
        expect(new Set(arrived).size).toBe(arrived.length);
        expect(arrived).toEqual(expect.arrayContaining(accepted));
        expect(server.taken.every(({ source }) => source.includes('Subject'))).toBe(true);
      });
    },
  );

  it('a server that says nothing to what came with a mail’s content is talked to step by step', async () => {
    const together: boolean[] = [];
    server.react = (step, { connection, mail, hasMore }) => {
      if (step === 'MAIL') together.push(hasMore);
      return step === 'MAIL' && connection === 1 && mail === 2 ? 'silence' : undefined;
    };
    const provider = openTransport({ timeouts: { socketTimeout: 2_000 }, pool: { maxConnections: 1 } });
    expect(await send(provider, newMails(4))).toEqual(Array(4).fill('accepted'));
    expect(together).toEqual([pipelining, pipelining, false, false, false]);
    expect(server.taken).toHaveLength(4);
  });

  it('a server that has lost its place is talked to step by step for a while only', async () => {
    const together: boolean[] = [];
    let mails = 0;
    server.react = (step, { hasMore }) => {
      if (step !== 'MAIL') return undefined;
      together.push(hasMore);
      return ++mails === 2 ? '354 go ahead' : undefined;
    };
    const provider = openTransport({ pool: { maxConnections: 1, oneByOneMs: 1 } });
    expect(await send(provider, newMails(2))).toEqual(['accepted', 'accepted']);
    await waitFor(async () => {
      await send(provider, newMails(1));
      expect(together.at(-1)).toBe(pipelining);
    });
  });

  describe('what is wrong with a mail itself', () => {
    it('is told without asking the server', async () => {
      const provider = openTransport();
      const mails = [
        outgoingMail({ to: 'a@b\r\nRCPT TO:<c@d>' }),
        outgoingMail({ replyTo: 'nobody' }),
        outgoingMail(),
      ];
      expect(await send(provider, mails)).toEqual(['bounced', 'failed', 'accepted']);
    });
  });

  it('carries dots at line starts unharmed', async () => {
    const text = '.\n..\n.a\n\n.\n';
    await send(openTransport(), [outgoingMail({ text })]);
    expect(server.taken[0]?.source).toContain('\r\n\r\n..\r\n...\r\n..a\r\n\r\n..\r\n');
  });

  describe('connections', () => {
    it('are as many as mails wait, up to the limit, and used again', async () => {
      server.react = (step) => (step === 'taken' ? 5 : undefined);
      const provider = openTransport({ pool: { maxConnections: 4 } });
      await send(provider, newMails(2));
      expect(server.connections.total).toBe(2);
      await send(provider, newMails(100));
      expect(server.connections).toMatchObject({ total: 4, most: 4 });
    });

    it('are replaced after some mails', async () => {
      const provider = openTransport({ pool: { maxConnections: 1, mailsPerConnection: 3 } });
      expect(await send(provider, newMails(7))).toEqual(Array(7).fill('accepted'));
      expect(server.taken.map(({ connection }) => connection)).toEqual([1, 1, 1, 2, 2, 2, 3]);
    });

    it('without work are closed, with a goodbye', async () => {
      const steps: Step[] = [];
      server.react = (step) => void steps.push(step);
      await send(openTransport({ pool: { idleMs: 20 } }), [outgoingMail()]);
      await waitFor(() => expect(server.connections.open).toBe(0));
      expect(steps.at(-1)).toBe('QUIT');
    });

    it('grow again some time after the server wanted fewer', async () => {
      let limit = 1;
      server.react = (step) =>
        step === 'greeting' && server.connections.open > limit
          ? '421 too many'
          : step === 'taken'
            ? 10
            : undefined;
      const provider = openTransport({ pool: { maxConnections: 5, regrowMs: 50 } });
      const sending = send(provider, newMails(60));
      await waitFor(() => expect(server.taken.length).toBeGreaterThan(3));
      limit = 3;
      expect(await sending).toEqual(Array(60).fill('accepted'));
      expect(server.taken.some(({ connection }) => connection > 5)).toBe(true);
    });
  });

  it('what a person waits for overtakes everything that has not left', async () => {
    server.react = (step) => (step === 'taken' ? 5 : undefined);
    const provider = openTransport({ pool: { maxConnections: 1 } });
    const bulk = send(provider, newMails(20));
    await waitFor(() => expect(server.taken.length).toBeGreaterThan(1));
    const before = server.taken.length;
    const urgent = outgoingMail();
    await send(provider, [urgent], 'urgent');
    const place = server.taken.findIndex(({ messageId }) => messageId === urgent.messageId);
    // Of the mail before it the server was told already, where it takes several commands at once.
    expect(place).toBeLessThanOrEqual(before + (pipelining ? 2 : 1));
    await bulk;
  });

  describe('close', () => {
    it('lets what has begun end, and gives back the rest', async () => {
      server.react = (step) => (step === 'taken' ? 50 : undefined);
      const provider = openTransport({ pool: { maxConnections: 2 } });
      const sending = send(provider, newMails(5));
      await waitFor(() => expect(server.taken).toHaveLength(2));
      await provider.close();
      const outcomes = await sending;
      expect(outcomes.filter((type) => type === 'accepted')).toHaveLength(2);
      expect(outcomes.filter((type) => type === 'not_attempted')).toHaveLength(3);
      expect(await send(provider, [outgoingMail()])).toEqual(['not_attempted']);
      await waitFor(() => expect(server.connections.open).toBe(0));
    });

    it('gives back what the server was told of, and leaves no empty mail there', async () => {
      server.react = (step) => (step === 'taken' ? 50 : undefined);
      const provider = openTransport({ pool: { maxConnections: 1 } });
      const sending = send(provider, newMails(3));
      await waitFor(() => expect(server.taken).toHaveLength(1));
      await provider.close();
      expect(await sending).toEqual(['accepted', 'not_attempted', 'not_attempted']);
      await waitFor(() => expect(server.connections.open).toBe(0));
      expect(server.taken).toHaveLength(1);
    });

    it('does not wait for ever for a server that says nothing', async () => {
      const steps: Step[] = [];
      server.react = (step) => {
        steps.push(step);
        return step === 'dot' ? 'silence' : undefined;
      };
      const provider = openTransport();
      const sending = send(provider, [outgoingMail()]);
      await waitFor(() => expect(steps).toContain('dot'));
      await provider.close();
      expect(await sending).toEqual(['outcome_unknown']);
    });

    it('gives up on connections that are still being made', async () => {
      server.react = (step) => (step === 'greeting' ? 'silence' : undefined);
      const provider = openTransport();
      const sending = send(provider, newMails(3));
      await waitFor(() => expect(server.connections.open).toBe(1));
      await provider.close();
      expect(await sending).toEqual(['not_attempted', 'not_attempted', 'not_attempted']);
    });
  });
});
