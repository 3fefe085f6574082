/**
 * The plain pipeline: what a good engineer writes first, with everything tuned that can be by settings. One pg-boss
 * job a mail, twenty at a time and the next at once; React Email rendering html and text of each in production mode,
 * nodemailer composing and sending over a pool, three single-row updates. The same template, tables and mail server
 * as the worker's; only what our own pipeline does in advance (the hand-written text part, HTML as it travels) is not
 * used here.
 */
import { render, toPlainText } from '@react-email/render';
import { createTransport } from 'nodemailer';
import { PgBoss } from 'pg-boss';
import { createElement } from 'react';
import { eventContent } from '../../../emails/engine/content.ts';
import { recipientVariables } from '../../../emails/engine/variables.ts';
import { mails } from '../../../emails/index.ts';
import { readConfig } from '../../../src/config.ts';
import { findEvents } from '../../../src/db/event.ts';
import { createPool } from '../../../src/db/pool.ts';
import { findRegistrants } from '../../../src/db/registrant.ts';
import { languageFor } from '../../../src/domain/locale.ts';
import { CONCURRENCY, PLAIN_QUEUE } from './plain-queue.ts';

const config = readConfig(process.env);
const { hostname, port } = new URL(config.smtpUrl ?? '');
const onError = (error: Error) => process.stderr.write(`${error.message}\n`);
const pool = createPool(config.database, { max: CONCURRENCY, onError });
const transport = createTransport({
  pool: true,
  host: hostname,
  port: Number(port),
  maxConnections: CONCURRENCY,
  maxMessages: Number.POSITIVE_INFINITY,
});
const boss = new PgBoss({ connectionString: config.database.url, migrate: false, schedule: false });
boss.on('error', onError);
await boss.start();
await boss.work<{ messageId: string }>(
  PLAIN_QUEUE,
  { batchSize: CONCURRENCY, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true },
  async (jobs) => {
    await Promise.all(jobs.map(({ data }) => send(data.messageId)));
  },
);
process.on('SIGTERM', () => process.exit());

async function send(messageId: string): Promise<void> {
  const { rows } = await pool.query<{ eventId: string; registrantId: string }>(
    `update {schema}.message set status = 'sending', claimed_at = now(), attempts = attempts + 1
     where id = $1 and status = 'queued' returning event_id as "eventId", registrant_id as "registrantId"`,
    [messageId],
  );
  const [message] = rows;
  if (!message) return;
  const [[event], [registrant]] = await Promise.all([
    findEvents(pool, [message.eventId]),
    findRegistrants(pool, [message.registrantId]),
  ]);
  if (!event || !registrant) throw new Error('the event or the registrant is gone');

  const language = languageFor(registrant.locale, event.locale);
  const content = eventContent({ language, event, postalAddress: config.postalAddress });
  const values = recipientVariables('access_link', { event, registrant, publicUrl: config.publicUrl });
  const mail = mails.access_link;
  // The registry keeps all kinds under one type; this kind's values are the ones its own mail asks for.
  const props = { content, values } as Parameters<typeof mail.subject>[0];
  const html = await render(createElement(mail.Html, props));
  const subject = mail.subject(props);
  await transport.sendMail({
    from: config.mailFrom,
    to: registrant.email,
    ...(event.replyTo && { replyTo: event.replyTo }),
    messageId: `<${messageId}@example.com>`,
    headers: { 'Auto-Submitted': 'auto-generated', 'X-Entity-Ref-ID': messageId },
    ...{ subject, html, text: toPlainText(html) },
  });

  await pool.query(
    `update {schema}.message set status = 'sent', accepted_at = now(), to_address = $2, subject = $3, transport = 'smtp'
     where id = $1`,
    [messageId, registrant.email, subject],
  );
  await pool.query(
    `update {schema}.registrant set email_status = 'sent', email_status_at = now() where id = $1`,
    [registrant.id],
  );
}
