import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { MailpitClient } from 'mailpit-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../scripts/embedded/free-port.ts';
import { checkHtml } from '../../scripts/inbox/html-check.ts';
import { canBeStopped, isKind } from '../../src/domain/kinds.ts';
import type { OutgoingMail } from '../../src/providers/provider.ts';
import { createSmtpProvider } from '../../src/providers/smtp/smtp.ts';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { EVENT_KINDS, MAILS, sampleMail } from '../emails/sample-mail.ts';
import { openApp } from '../support/app.ts';
import { createDatabase } from '../support/database.ts';
import { findProgram } from '../support/find-program.ts';
import { type Catcher, findMailpitProgram, startMailpit } from '../support/mailpit.ts';
import { outgoingMail } from '../support/outgoing-mail.ts';
import { isReady, killAllParts, type Part, startPart } from '../support/processes.ts';
import { waitFor } from '../support/wait-for.ts';
import { openDelivery } from '../support/worker.ts';

const API_KEY = 'test_key_that_is_long_enough_for_anybody';
const app = await openApp();
const program = findMailpitProgram();

/** Judges spam for Mailpit, by local rules; null where it is not on the machine. */
async function startSpamd(): Promise<{ readonly address: string; stop(): void } | null> {
  const spamd = findProgram('spamd') ?? findProgram('../sbin/spamd');
  if (!spamd) return null;
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'access-mail-spamd-'));
  const args = [
    '--local',
    `--port=${port}`,
    '--max-children=2',
    '--min-children=1',
    `--helper-home-dir=${home}`,
  ];
  const child = spawn(spamd, [...args, '--nouser-config', '--syslog=null'], {
    stdio: 'ignore',
    env: { ...process.env, HOME: home },
  });
  const reached = () =>
    new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
      socket.on('close', () => undefined).unref();
      socket.once('connect', () => socket.destroy());
    });
  while (!(await reached())) {
    if (child.exitCode !== null) throw new Error('spamd did not start.');
    await delay(50);
  }
  return {
    address: `127.0.0.1:${port}`,
    stop: () => {
      child.kill();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

describe.skipIf(program === null)('with Mailpit itself', () => {
  let catcher: Catcher;
  let mailpit: MailpitClient;
  let server: Part;
  let spamd: Awaited<ReturnType<typeof startSpamd>>;
  const run = Math.random().toString(36).slice(2, 10);

  beforeAll(async () => {
    const port = await freePort();
    const [database, judge] = await Promise.all([createDatabase(), startSpamd()]);
    spamd = judge;
    catcher = await startMailpit(program ?? '', [
      ...['--enable-chaos', '--smtp-auth-accept-any', '--smtp-auth-allow-insecure'],
      ...['--webhook-url', `http://127.0.0.1:${port}/webhooks/mailpit`, '--webhook-limit', '0'],
      '--allow-internal-http-requests',
      ...(spamd ? ['--enable-spamassassin', spamd.address] : []),
    ]);
    mailpit = new MailpitClient(catcher.httpUrl);
    const smtp = new URL(catcher.smtpUrl);
    [smtp.username, smtp.password] = ['user', 'password'];
    const env = {
      ...database.env,
      ...{ SMTP_URL: smtp.href, MAILPIT_URL: catcher.httpUrl },
      ...{ APP_SECRET: 'a secret of the tests, long enough for them', BOOTSTRAP_API_KEY: API_KEY },
      ...{ PORT: String(port), PUBLIC_URL: `http://127.0.0.1:${port}` },
    };
    server = await startPart('server', env);
    const worker = await startPart('worker', env);
    await Promise.all([isReady(server), worker.saysThat('worker ready')]);
    return async () => {
      await killAllParts();
      await catcher.stop();
      spamd?.stop();
      await database.drop();
    };
  });
  afterAll(killAllParts);

  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  async function api(method: string, path: string, body?: unknown): Promise<any> {
    const answer = await fetch(`${server.url}/api/v1${path}`, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return answer.json();
  }

  async function newEvent(reminderMinutes: readonly number[] = []): Promise<{ id: string; slug: string }> {
    const at = (hours: number) => new Date(Date.now() + hours * 3_600_000).toISOString();
    const times = { startsAt: at(2), endsAt: at(3), timeZone: 'Europe/Paris' };
    return api('POST', '/events', { title: 'Designing calm software', ...times, reminderMinutes });
  }

  /** Registers somebody; the message is the confirmation. */
  async function register(eventId: string, name: string) {
    const email = `${name}.${run}@example.com`;
    const registrant = await api('POST', `/events/${eventId}/registrants`, { email, firstName: name });
    const { messages } = await api('GET', `/events/${eventId}/registrants/${registrant.id}`);
    return { email, registrant, messageId: messages[0].id as string };
  }

  // biome-ignore lint/suspicious/noExplicitAny: as the API shows it
  const becomes = (messageId: string, expected: Record<string, unknown>): Promise<any> =>
    waitFor(async () => {
      const message = await api('GET', `/messages/${messageId}`);
      expect(message).toMatchObject(expected);
      return message;
    });

  type Fault = { ErrorCode: number; Probability: number };
  const chaos = (faults: Partial<Record<'Recipient' | 'Sender' | 'Authentication', Fault>>) =>
    fetch(`${catcher.httpUrl}/api/v1/chaos`, { method: 'PUT', body: JSON.stringify(faults) });

  describe('its webhook', () => {
    it('makes a message delivered', async () => {
      const event = await newEvent();
      const { messageId, registrant } = await register(event.id, 'ada');
      await becomes(messageId, { status: 'delivered' });
      const { emailStatus } = await api('GET', `/events/${event.id}/registrants/${registrant.id}`);
      expect(emailStatus).toBe('delivered');
    });
  });

  describe('its chaos', () => {
    // By a clock of our own: nobody waits ten seconds, or a minute.
    const waits = async () => {
      const event = await app.event();
      const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
        email: `x.${run}@example.com`,
      });
      const message = async () => (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items[0];
      const { id } = await message();
      const smtp = new URL(catcher.smtpUrl);
      [smtp.username, smtp.password] = ['user', 'password'];
      const context = openDelivery(app, smtp.href);
      return { message, deliver: () => deliverMessages(context, [{ id, jobId: randomUUID() }]) };
    };

    it('451 for a recipient: kept, and sent ten seconds later', async () => {
      const { message, deliver } = await waits();
      await chaos({ Recipient: { ErrorCode: 451, Probability: 100 } });
      await deliver();
      const error = expect.stringContaining('451');
      expect(await message()).toMatchObject({ status: 'queued', attempts: 1, error });
      await chaos({});
      await deliver();
      expect(await message()).toMatchObject({ status: 'queued', attempts: 1 });
      app.clock.advance(15_000);
      await deliver();
      expect(await message()).toMatchObject({ status: 'sent', attempts: 2, error: null });
    });

    it('535 for our password: the priority stops, no attempt is spent, and a probe a minute later opens it', async () => {
      const { message, deliver } = await waits();
      await chaos({ Authentication: { ErrorCode: 535, Probability: 100 } });
      await deliver();
      const error = expect.stringContaining('535');
      expect(await message()).toMatchObject({ status: 'queued', attempts: 0, error });
      const state = async () => (await app.mailState()).state;
      expect(await state()).toBe('refused');
      await chaos({});
      app.clock.advance(61_000);
      await deliver();
      expect(await message()).toMatchObject({ status: 'sent', attempts: 1 });
      expect(await state()).toBe('ok');
    });

    it('550 for a recipient: bounced and suppressed; mended, the link goes out', async () => {
      const event = await newEvent();
      await chaos({ Recipient: { ErrorCode: 550, Probability: 100 } });
      const { messageId, registrant } = await register(event.id, 'gone');
      const bounced = await becomes(messageId, { status: 'bounced' });
      expect(bounced.error).toContain('550');
      await chaos({});
      const path = `/events/${event.id}/registrants/${registrant.id}`;
      expect((await api('GET', path)).suppressions).toMatchObject([{ reason: 'bounced', scope: 'all' }]);
      await api('PATCH', path, { email: `mended.${run}@example.com`, resend: true });
      const { messages } = await api('GET', path);
      await becomes(messages[0].id, { status: 'delivered', kind: 'access_link' });
    });
  });

  describe('its checks', () => {
    /** Every mail, sent over SMTP; by its name, with Mailpit's id of it. */
    async function sendAll(): Promise<Map<string, string>> {
      const transport = createSmtpProvider({
        ...{ url: catcher.smtpUrl, tags: true },
        from: { name: 'Studio Events', address: 'events@studio.example' },
      });
      const names = new Map<string, string>();
      const mails = await Promise.all(
        MAILS.map(async (name): Promise<OutgoingMail> => {
          const { html, text, subject, calendar, variables } = await sampleMail(name);
          const { unsubscribeLink = null } = variables as Record<string, string | null>;
          const attachments = calendar
            ? [{ filename: 'event.ics', contentType: 'text/calendar; charset=utf-8', content: calendar }]
            : [];
          const mail = outgoingMail({ html, text, subject, unsubscribeLink, attachments });
          names.set(mail.messageId, name);
          return mail;
        }),
      );
      const outcomes = await Promise.all(mails.map((mail) => transport.send(mail, 'bulk')));
      expect(outcomes.map(({ type }) => type)).toEqual(mails.map(() => 'accepted'));
      await transport.close();
      const { messages } = await mailpit.searchMessages({ query: 'from:events@studio.example', limit: 100 });
      return new Map(
        messages.map(({ ID, MessageID }) => [names.get(MessageID.split('@')[0] ?? '') ?? '', ID]),
      );
    }

    it('of HTML give 95 or more to every mail, and agree with ours; of spam 0.5 or less, the link apart', async () => {
      const sent = await sendAll();
      expect([...sent.keys()].sort()).toEqual([...MAILS].sort());
      for (const [name, id] of sent) {
        const { Total } = await mailpit.htmlCheck(id);
        expect(Total.Supported, name).toBeGreaterThanOrEqual(95);
        const { HTML, ListUnsubscribe } = await mailpit.getMessageSummary(id);
        // The data is a month or two older or younger.
        expect(Math.abs(checkHtml(HTML).Total.Supported - Total.Supported), name).toBeLessThan(1);
        expect(ListUnsubscribe.Errors, name).toBe('');
        const oneClick = isKind(name) && canBeStopped(name) ? ['List-Unsubscribe=One-Click', 1] : ['', 0];
        expect([ListUnsubscribe.HeaderPost, ListUnsubscribe.Links.length], name).toEqual(oneClick);
        if (!spamd) continue;
        const { Score, Rules: rules, Error: failure } = await mailpit.spamAssassinCheck(id);
        const Rules = rules ?? [];
        expect(failure, name).toBe('');
        const link = Rules.find((rule) => rule.Name === 'GB_CUSTOM_HTM_URI')?.Score ?? 0;
        const allowed = (EVENT_KINDS as readonly string[]).includes(name) ? link : 0;
        expect(Score - allowed, `${name}: ${Rules.map((rule) => rule.Name).join(' ')}`).toBeLessThanOrEqual(
          0.5,
        );
      }
    });

    it('of links find that every one of ours leads somewhere, in every kind of mail', async () => {
      const at = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
      const times = (starts: number) => ({ startsAt: at(starts), endsAt: at(starts + 60), timeZone: 'UTC' });
      // Its reminder is due in two seconds.
      const event = await api('POST', '/events', {
        title: 'Links',
        ...times(10 + 2 / 60),
        reminderMinutes: [10],
      });
      const { email, registrant } = await register(event.id, 'links');
      await api('POST', `/events/${event.id}/registrants/${registrant.id}/resend`);
      const form = (path: string, fields: Record<string, string>) =>
        fetch(server.url + path, { method: 'POST', body: new URLSearchParams(fields) });
      await form(`/e/${event.slug}/access-link`, { email });
      const path = `/events/${event.id}/registrants/${registrant.id}`;
      const kinds = async () => {
        const { messages } = await api('GET', path);
        return messages
          .filter(({ status }: { status: string }) => status === 'delivered')
          .map(({ kind }: { kind: string }) => kind)
          .sort();
      };
      const links = ['access_link', 'confirmation', 'reminder', 'self_serve_link'];
      await waitFor(async () => expect(await kinds()).toEqual(links));
      await api('PATCH', `/events/${event.id}`, { ...times(90), notify: true });
      const moved = [...links, 'event_updated'].sort();
      await waitFor(async () => expect(await kinds()).toEqual(moved));

      const look = async (query: string, mails: number) => {
        const { messages } = await mailpit.searchMessages({ query });
        expect(messages).toHaveLength(mails);
        for (const { ID, Subject } of messages) {
          const { Links } = await mailpit.linkCheck(ID);
          // The calendars of Google and Outlook are somebody else's, also where the link leads there over us.
          const ours = Links.filter(({ URL }) => URL.startsWith(server.url) && !/[?&]to=/.test(URL));
          expect(ours.length, Subject).toBeGreaterThanOrEqual(1);
          expect(
            ours.filter(({ StatusCode }) => StatusCode !== 200),
            Subject,
          ).toEqual([]);
        }
      };
      await look(`to:${email}`, moved.length);
      await api('POST', `/events/${event.id}/cancel`, { notify: true });
      const query = `to:${email} tag:event_cancelled`;
      await waitFor(async () => expect((await mailpit.searchMessages({ query })).messages).toHaveLength(1));
      await look(query, 1);
    });
  });
});
