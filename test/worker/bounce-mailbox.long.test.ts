import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDatabaseProxy } from '../../scripts/support/database-proxy.ts';
import { createIntake } from '../../src/actions/take-delivery-event.ts';
import { createReportIntake } from '../../src/actions/take-report.ts';
import { type MailboxSettings, readMailboxUrl } from '../../src/domain/mailbox-url.ts';
import { createDeliveryMetrics, readSeries } from '../../src/operations/delivery-metrics.ts';
import { KEYWORD, MOST_BYTES, openMailbox } from '../../worker/bounce-mailbox/mailbox.ts';
import { readMails } from '../../worker/bounce-mailbox/read-mails.ts';
import type { WorkerContext } from '../../worker/context.ts';
import { bounceMailbox, readBounceMailbox } from '../../worker/maintenance/bounce-mailbox.ts';
import { runService } from '../../worker/maintenance/service.ts';
import { openApp } from '../support/app.ts';
import { type Dovecot, openDovecot, PASSWORD } from '../support/dovecot.ts';
import { findDovecot } from '../support/find-dovecot.ts';
import { parseMetrics } from '../support/metrics.ts';
import { type SentMail, sentMail } from '../support/sent-mail.ts';
import { signIn } from '../support/team.ts';
import { waitFor } from '../support/wait-for.ts';
import { openDelivery } from '../support/worker.ts';

const DOMAIN = 'events.example.com';
const FIXTURE = 'postfix-unknown-user';
const FIXTURE_ID = '7d1f6c3e-5b1a-4f0e-9c55-2a4f8e1b9d07';
const MINUTE = 60_000;
const fixture = (name: string) =>
  readFileSync(new URL(`../fixtures/bounces/${name}.eml`, import.meta.url), 'utf8');

/** The report of a bounce of this message. */
const report = ({ messageId }: SentMail) => fixture(FIXTURE).replaceAll(FIXTURE_ID, messageId);
const REPORT = 'Undelivered Mail Returned to Sender';
const HUMAN = 'From: ada@example.org\r\nSubject: A question\r\n\r\nWhen does it start?\r\n';

describe.skipIf(findDovecot() === null)('the bounce mailbox', async () => {
  const dovecot = await openDovecot();
  afterAll(() => dovecot.close());
  const app = await openApp({
    MAIL_FROM: `Events <events@${DOMAIN}>`,
    BOUNCE_ADDRESS: `bounces@${DOMAIN}`,
  });
  const delivery = openDelivery(app, 'smtp://127.0.0.1:9');
  const signal = new AbortController().signal;

  interface Opened {
    readonly user: string;
    readonly lines: { readonly msg: string; readonly [name: string]: unknown }[];
    readonly context: WorkerContext;
    readonly settings: MailboxSettings;
    /** One run of a worker. */
    run(): Promise<void>;
    counted(metric: string): Promise<number>;
  }

  /** A mailbox that nobody has used, and a worker that is to read it. */
  function open({
    server = dovecot,
    ...changes
  }: Partial<MailboxSettings> & { server?: Dovecot } = {}): Opened {
    const user = `u${randomUUID()}@example.com`;
    const encoded = [user, PASSWORD].map(encodeURIComponent).join(':');
    const read = readMailboxUrl(`imaps://${encoded}@localhost:${server.tlsPort}`);
    if ('fault' in read) throw new Error(read.fault);
    const settings = { ...read, ...changes };
    const lines: Opened['lines'] = [];
    const log = pino({ level: 'info' }, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const config = { ...app.config, bounceMailbox: settings };
    const metrics = createDeliveryMetrics();
    const context = { ...delivery, config, log, metrics };
    return {
      ...{ user, lines, context, settings },
      run: () => readBounceMailbox(context, { signal, ca: server.ca }),
      counted: async (metric) =>
        (await readSeries(metrics.registry)).get(`access_mail_${metric}`) ?? Number.NaN,
    };
  }

  /** A server of the test's own. */
  async function serverOf(settings: readonly string[] = []): Promise<Dovecot> {
    const server = await openDovecot({ settings });
    onTestFinished(() => server.close());
    return server;
  }

  /** Lines that give the owner of a mailbox these rights (RFC 4314) to INBOX, and to no other folder. */
  function rights(letters: string): string[] {
    const folder = mkdtempSync(join(tmpdir(), 'access-mail-acl-'));
    chmodSync(folder, 0o755);
    writeFileSync(join(folder, 'acl'), `INBOX owner ${letters}\n`);
    onTestFinished(() => rmSync(folder, { recursive: true }));
    return ['mail_plugins = acl', 'plugin {', `  acl = vfile:${join(folder, 'acl')}`, '}'];
  }

  const eventsOf = async ({ messageId }: SentMail) =>
    (
      await app.pool.query(
        `select id from {schema}.delivery_event where message_id = $1 and source = 'report'`,
        [messageId],
      )
    ).rows.length;
  const statusOf = async (mail: SentMail) => (await mail.message()).status;

  /** The parts of a run, to be wrapped. */
  function reading({ context, settings }: Opened, server = dovecot) {
    return {
      open: () => openMailbox(settings, { signal, ca: server.ca }),
      take: createReportIntake(context, createIntake(context).take),
      keep: async () => undefined,
      isOver: () => false,
      log: context.log,
      counts: { reports: 0, others: 0, unreadable: 0 },
    };
  }

  describe('is read', () => {
    it('so that a bounce is known, in the API and of the registrant, and its report is set aside', async () => {
      const { user, run, counted, lines } = open();
      const mail = await sentMail(app);
      dovecot.deliver(user, report(mail));
      await run();
      expect(await mail.message()).toMatchObject({
        status: 'bounced',
        error: expect.stringContaining('User unknown in virtual mailbox table'),
      });
      expect((await mail.registrant()).emailStatus).toBe('bounced');
      expect(await dovecot.list(user)).toEqual([]);
      expect(await dovecot.list(user, 'Processed')).toEqual([{ subject: REPORT, flags: [] }]);
      expect(await counted('bounce_mailbox_reports_total')).toBe(1);
      expect(lines.at(-1)).toMatchObject({
        msg: 'mails were read in the bounce mailbox',
        reports: 1,
        others: 0,
      });
    });

    it('so that a report that names nothing of ours is matched by the address that it came to', async () => {
      const { user, run } = open();
      const mail = await sentMail(app);
      const address = app.config.bounceAddresses?.addressFor(mail.messageId) ?? '';
      const bare = `Return-Path: <>
Delivered-To: ${address.toUpperCase()}
From: MAILER-DAEMON@mail.example.net
To: undisclosed-recipients:;
Subject: ${REPORT}
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary=x

--x
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.net

Final-Recipient: rfc822; somebody@example.org
Action: failed
Status: 5.1.1

--x--
`;
      dovecot.deliver(user, bare);
      await run();
      expect(await statusOf(mail)).toBe('bounced');
      expect(await dovecot.list(user)).toEqual([]);
    });

    it('and mails of people and automatic answers stay where they are, marked, unseen and without effect', async () => {
      const { user, run, counted } = open();
      const mail = await sentMail(app);
      const vacation = fixture('vacation-reply').replaceAll(FIXTURE_ID, mail.messageId);
      expect(vacation).toContain(mail.messageId);
      dovecot.deliver(user, vacation);
      dovecot.deliver(user, HUMAN);
      dovecot.deliver(user, fixture('not-ours'));
      dovecot.deliver(user, '');
      await run();
      const left = (await dovecot.list(user)) ?? [];
      expect(left).toHaveLength(4);
      expect(left.map(({ flags }) => flags)).toEqual(left.map(() => [KEYWORD]));
      expect(await dovecot.list(user, 'Processed')).toBeNull();
      expect(await statusOf(mail)).toBe('sent');
      expect(await eventsOf(mail)).toBe(0);
      expect(await counted('bounce_mailbox_other_mails_total')).toBe(3);
    });

    it('only as far as mails are not marked: no mail is read twice', async () => {
      const opened = open();
      dovecot.deliver(opened.user, HUMAN);
      const seen: number[] = [];
      const parts = reading(opened);
      const take: typeof parts.take = (raw) => {
        seen.push(raw.length);
        return parts.take(raw);
      };
      await readMails({ ...parts, take });
      await readMails({ ...parts, take });
      expect(seen).toHaveLength(1);
      dovecot.deliver(opened.user, HUMAN);
      await readMails({ ...parts, take });
      expect(seen).toHaveLength(2);
    });

    it('in the folder that is named, whose name may have any letters', async () => {
      const folder = ['Rückläufer', 'Mails & more'];
      const { user, run, settings } = open({ folder });
      const url = `imaps://a:b@localhost/${folder.map(encodeURIComponent).join('/')}`;
      expect(readMailboxUrl(url)).toMatchObject({ folder: settings.folder });
      const mail = await sentMail(app);
      await dovecot.open(user, async (client) => {
        const { path } = await client.mailboxCreate(folder);
        await client.append(path, report(mail).replace(/\r?\n/g, '\r\n'));
      });
      dovecot.deliver(user, HUMAN);
      await run();
      expect(await statusOf(mail)).toBe('bounced');
      expect(await dovecot.list(user)).toEqual([{ subject: 'A question', flags: [] }]);
    });

    it('and of a large mail only its beginning', async () => {
      const opened = open();
      const mail = await sentMail(app);
      const large = `${report(mail).replace(/--\s*$/, '')}\r\n${`${'x'.repeat(998)}\r\n`.repeat(20_000)}`;
      dovecot.deliver(opened.user, large);
      const mailbox = await openMailbox(opened.settings, { signal, ca: dovecot.ca });
      const [uid = 0] = await mailbox.findUnmarked();
      expect((await mailbox.read([uid])).get(uid)).toHaveLength(MOST_BYTES);
      await mailbox.close();
      await opened.run();
      expect(await statusOf(mail)).toBe('bounced');
    });

    it('over STARTTLS as well, and without encryption never from another machine', async () => {
      const { user, run } = open({ encryption: 'starttls', port: dovecot.port });
      const mail = await sentMail(app);
      dovecot.deliver(user, report(mail));
      await run();
      expect(await statusOf(mail)).toBe('bounced');
      const server = await serverOf(['ssl = no', 'disable_plaintext_auth = no']);
      const plain = open({ encryption: 'starttls', port: server.port, server: server });
      await expect(plain.run()).rejects.toThrow(/cannot be reached: .*STARTTLS/);
      await expect(
        open({ encryption: 'offered', port: server.port, server: server }).run(),
      ).resolves.toBeUndefined();
    });

    it('of a server whose certificate nobody vouches for never', async () => {
      const { context } = open();
      await expect(readBounceMailbox(context, { signal })).rejects.toThrow(/self-signed certificate/);
    });
  });

  describe('is marked', () => {
    it('with a keyword where mails cannot be moved: nothing is copied and deleted instead', async () => {
      const server = await serverOf(['imap_capability = IMAP4rev1 UIDPLUS LITERAL+ CHILDREN']);
      const { user, run } = open({ server });
      const mail = await sentMail(app);
      server.deliver(user, report(mail));
      await run();
      expect(await statusOf(mail)).toBe('bounced');
      expect(await server.list(user)).toEqual([{ subject: REPORT, flags: [KEYWORD] }]);
      expect(await server.list(user, 'Processed')).toBeNull();
    });

    it('as seen where the server keeps no keywords of ours and lets nothing be moved', async () => {
      const server = await serverOf(rights('lrs'));
      const { user, run } = open({ server });
      const mail = await sentMail(app);
      server.deliver(user, report(mail));
      server.deliver(user, HUMAN);
      await run();
      await run();
      expect(await statusOf(mail)).toBe('bounced');
      expect(await server.list(user)).toEqual([
        { subject: REPORT, flags: ['\\Seen'] },
        { subject: 'A question', flags: ['\\Seen'] },
      ]);
    });

    it('below the prefix of the server, where it has one', async () => {
      const namespace = ['namespace inbox {', '  inbox = yes', '  prefix = INBOX.', '  separator = .', '}'];
      const server = await serverOf(namespace);
      const { user, run } = open({ server });
      server.deliver(user, report(await sentMail(app)));
      await run();
      expect(await server.list(user, 'INBOX.Processed')).toHaveLength(1);
    });

    it('never where its folder is read-only: that is said, and nothing is read again and again', async () => {
      const server = await serverOf(rights('lr'));
      const { run, user } = open({ server });
      const mail = await sentMail(app);
      server.deliver(user, report(mail));
      await expect(run()).rejects.toThrow(/folder INBOX of the bounce mailbox is read-only/);
      expect(await statusOf(mail)).toBe('sent');
    });

    it('only once what it says is kept', async () => {
      const { user, run } = open();
      const mail = await sentMail(app);
      dovecot.deliver(user, report(mail));
      await app.pool.query('alter table {schema}.delivery_event rename to hidden');
      try {
        await expect(run()).rejects.toThrow(/1 reports could not be kept/);
        expect(await dovecot.list(user)).toEqual([{ subject: REPORT, flags: [] }]);
      } finally {
        await app.pool.query('alter table {schema}.hidden rename to delivery_event');
      }
      await run();
      expect(await statusOf(mail)).toBe('bounced');
      expect(await dovecot.list(user)).toEqual([]);
    });

    it('although another one cannot be kept: that one waits', async () => {
      const opened = open();
      const mails = [await sentMail(app), await sentMail(app), await sentMail(app)];
      for (const mail of mails) dovecot.deliver(opened.user, report(mail));
      const parts = reading(opened);
      const take: typeof parts.take = (raw) =>
        Buffer.from(raw).includes(mails[1]?.messageId ?? '')
          ? Promise.reject(new Error('not to be kept'))
          : parts.take(raw);
      await expect(readMails({ ...parts, take })).rejects.toThrow(/1 reports could not be kept/);
      expect(await Promise.all(mails.map(statusOf))).toEqual(['bounced', 'sent', 'bounced']);
      expect(await dovecot.list(opened.user)).toEqual([{ subject: REPORT, flags: [] }]);
    });

    it('where the server cannot hand it over, and is not asked for again; all others are read', async () => {
      const opened = open();
      const mails = await Promise.all(Array.from({ length: 5 }, () => sentMail(app)));
      const files = mails.map((mail) => dovecot.deliver(opened.user, report(mail)));
      // Dovecot ends the connection at such a mail.
      for (const file of [files[1], files[3]]) chmodSync(file ?? '', 0);
      await opened.run();
      expect(await Promise.all(mails.map(statusOf))).toEqual([
        'bounced',
        'sent',
        'bounced',
        'sent',
        'bounced',
      ]);
      expect(await opened.counted('bounce_mailbox_unreadable_mails_total')).toBe(2);
      expect(opened.lines.filter(({ msg }) => msg.startsWith('mails cannot be read'))).not.toEqual([]);
      const read = opened.lines.length;
      await opened.run();
      expect(opened.lines.slice(read)).toEqual([]);
    });
  });

  describe('survives', () => {
    it('a connection that is lost while mails are fetched: it is made again', async () => {
      const opened = open();
      const proxy = await openDatabaseProxy(() => dovecot.tlsPort);
      const mails = await Promise.all(Array.from({ length: 30 }, () => sentMail(app)));
      for (const mail of mails) dovecot.deliver(opened.user, report(mail));
      const parts = reading({ ...opened, settings: { ...opened.settings, port: proxy.port } });
      let batches = 0;
      const keep = async () => {
        if (++batches === 2) proxy.reset();
      };
      await readMails({ ...parts, keep });
      expect(new Set(await Promise.all(mails.map(statusOf)))).toEqual(new Set(['bounced']));
      expect(parts.counts).toEqual({ reports: 30, others: 0, unreadable: 0 });
      await proxy.close();
    });

    it('a connection that is lost before mails are marked: they are taken in again, to no effect', async () => {
      const opened = open();
      const proxy = await openDatabaseProxy(() => dovecot.tlsPort);
      const mail = await sentMail(app);
      dovecot.deliver(opened.user, report(mail));
      const parts = reading({ ...opened, settings: { ...opened.settings, port: proxy.port } });
      const take: typeof parts.take = async (raw) => {
        const taken = await parts.take(raw);
        proxy.reset();
        return taken;
      };
      await expect(readMails({ ...parts, take })).rejects.toThrow(
        /the bounce mailbox|Reports cannot be moved/,
      );
      expect(await statusOf(mail)).toBe('bounced');
      await readMails(parts);
      expect(await dovecot.list(opened.user)).toEqual([]);
      expect(await eventsOf(mail)).toBe(1);
      await proxy.close();
    });

    it('a restart of the mail server', async () => {
      const server = await serverOf();
      const opened = open({ server });
      const mail = await sentMail(app);
      server.deliver(opened.user, report(mail));
      await server.stop();
      await expect(opened.run()).rejects.toThrow(/cannot be reached: .*ECONNREFUSED/);
      await server.start();
      // Not yet: it is left alone for a minute.
      await opened.run();
      expect(await statusOf(mail)).toBe('sent');
      app.clock.advance(MINUTE);
      await opened.run();
      expect(await statusOf(mail)).toBe('bounced');
    });

    it('a folder that is made anew, whose mails have other names: nothing is lost or counted twice', async () => {
      const opened = open({ folder: ['Bounces'] });
      const { user, run } = opened;
      const [before, after] = [await sentMail(app), await sentMail(app)];
      const fill = (mails: readonly SentMail[]) =>
        dovecot.open(user, async (client) => {
          await client.mailboxCreate('Bounces');
          for (const mail of mails) await client.append('Bounces', report(mail).replace(/\r?\n/g, '\r\n'));
          return client.status('Bounces', { uidValidity: true });
        });
      const first = await fill([before]);
      await run();
      await dovecot.open(user, (client) => client.mailboxDelete('Bounces'));
      const second = await fill([before, after]);
      expect(first && second && first.uidValidity !== second.uidValidity).toBe(true);
      await run();
      expect([await statusOf(before), await statusOf(after)]).toEqual(['bounced', 'bounced']);
      expect([await eventsOf(before), await eventsOf(after)]).toEqual([1, 1]);
      expect(await dovecot.list(user, 'Bounces')).toEqual([]);
    });

    it('two workers: one reads, and two that read at the same time do no harm', async () => {
      const opened = open();
      const mails = await Promise.all(Array.from({ length: 60 }, () => sentMail(app)));
      for (const mail of mails) dovecot.deliver(opened.user, report(mail));
      // As where one has lost its turn and goes on.
      const [a, b] = [reading(opened), reading(opened)];
      await Promise.all([readMails(a), readMails(b)]);
      expect(await Promise.all(mails.map(eventsOf))).toEqual(mails.map(() => 1));
      expect(await dovecot.list(opened.user)).toEqual([]);
      // Two that move the same mail at the same moment may leave two of it there.
      expect((await dovecot.list(opened.user, 'Processed'))?.length).toBeGreaterThanOrEqual(60);

      const mail = await sentMail(app);
      dovecot.deliver(opened.user, report(mail));
      await Promise.all([opened.run(), opened.run(), opened.run()]);
      expect(await opened.counted('bounce_mailbox_reports_total')).toBe(1);
    });

    it('a worker that hangs: others wait for their turn, and one that stops ends at once', async () => {
      const silent = createServer().listen(0, '127.0.0.1');
      await once(silent, 'listening');
      onTestFinished(() => void silent.close());
      let upstream = (silent.address() as AddressInfo).port;
      const proxy = await openDatabaseProxy(() => upstream);
      onTestFinished(() => proxy.close());
      const opened = open({ port: proxy.port });
      const mail = await sentMail(app);
      dovecot.deliver(opened.user, report(mail));
      const stopping = new AbortController();
      const hanging = readBounceMailbox(opened.context, { signal: stopping.signal, ca: dovecot.ca });
      await waitFor(() => expect(proxy.alive()).toBe(1));

      upstream = dovecot.tlsPort;
      await opened.run();
      expect(await statusOf(mail)).toBe('sent');
      app.clock.advance(3 * MINUTE);
      await opened.run();
      expect(await statusOf(mail)).toBe('bounced');
      stopping.abort();
      await hanging;
      expect(opened.lines.map(({ msg }) => msg)).toEqual(['mails were read in the bounce mailbox']);
    });
  });

  describe('that cannot be opened', () => {
    it('is left alone longer and longer with a wrong password, and tried at once with another one', async () => {
      const before = dovecot.refusedLogins();
      const opened = open({ password: 'wrong' });
      const mail = await sentMail(app);
      dovecot.deliver(opened.user, report(mail));
      const refused = /refuses the user name or the password of BOUNCE_IMAP_URL: Authentication failed\./;
      await expect(opened.run()).rejects.toThrow(refused);
      for (const minutes of [5, 15, 30, 60, 60]) {
        app.clock.advance(minutes * MINUTE - 1);
        await opened.run();
        app.clock.advance(1);
        await expect(opened.run()).rejects.toThrow(refused);
      }
      await waitFor(() => expect(dovecot.refusedLogins() - before).toBe(6));
      const corrected = {
        ...opened.context,
        config: { ...opened.context.config, bounceMailbox: { ...opened.settings, password: PASSWORD } },
      };
      await readBounceMailbox(corrected, { signal, ca: dovecot.ca });
      expect(await statusOf(mail)).toBe('bounced');
    });

    it('fails its service only, in one line that holds no password', async () => {
      const opened = open({ password: 'a wrong one' });
      await runService(opened.context, {
        ...bounceMailbox,
        run: (context) => readBounceMailbox(context, { signal, ca: dovecot.ca }),
      });
      expect(await opened.counted('maintenance_runs_total{service="bounce-mailbox",result="failed"}')).toBe(
        1,
      );
      const text = JSON.stringify(opened.lines);
      expect(text).toContain('the bounce mailbox cannot be read');
      expect(text).not.toContain('a wrong one');
    });

    it('is told by /readyz, the metrics and, after a quarter of an hour, on the pages of the team', async () => {
      app.clock.advance(3 * 60 * MINUTE);
      const { run, user } = open({ folder: ['Missing'] });
      await expect(run()).rejects.toThrow(/folder Missing of the bounce mailbox cannot be opened/);
      const since = app.clock.now.toISOString();
      const readyz = async () => (await app.request('/readyz')).json;
      const metric = async () =>
        parseMetrics((await app.request('/metrics?scope=cluster')).text).values.get(
          'access_mail_bounce_mailbox_failing_seconds',
        );
      const member = await signIn(app);
      const page = async () => (await member.get('/team/events')).text;
      await waitFor(async () =>
        expect(await readyz()).toMatchObject({
          status: 'ok',
          bounceMailbox: { state: 'unreadable', since, reason: expect.stringContaining('folder Missing') },
        }),
      );
      expect(await page()).not.toContain('bounce mailbox');

      app.clock.advance(16 * MINUTE);
      expect(await metric()).toBe(16 * 60);
      expect(await page()).toMatch(
        /Bounces are not being recorded: the bounce mailbox could not be read for 16 minutes\. “The folder Missing/,
      );

      await dovecot.open(user, (client) => client.mailboxCreate('Missing'));
      await run();
      await waitFor(async () => expect(await readyz()).not.toHaveProperty('bounceMailbox'));
      expect(await metric()).toBe(0);
      expect(await page()).not.toContain('bounce mailbox');
    });
  });
});
