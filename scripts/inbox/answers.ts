import { Hono } from 'hono';
import { z } from 'zod';
import {
  ANSWER_NAMES,
  ANSWERS,
  type AnswerName,
  isBeforeDelivery,
  writeReport,
} from '../../src/reports/answer.ts';
import type { MailRecord } from './mail-store.ts';
import type { Mailbox } from './mailbox.ts';
import { summaryOf } from './summary.ts';

/** The server whose mails these are: it takes what a recipient's mail server would report. */
export interface AnsweredServer {
  /** `http://127.0.0.1:3000` */
  readonly url: string;
  /** May send reports to `/webhooks/bounce`. */
  readonly apiKey: string;
}

const request = z.object({ ID: z.string(), as: z.enum(ANSWER_NAMES) });
const bounceAnswer = z.object({ applied: z.boolean() });
const openedAnswer = z.object({ matched: z.boolean() });

const PATIENCE_MS = 10_000;

/**
 * Answers a mail as its recipient's server would: `GET /api/answers` lists how, `POST /api/answers` with `{ ID, as }` does it, through the
 * server's own intake. Without a server the list is empty.
 */
export function inboxAnswers(mailbox: Mailbox, server: AnsweredServer | null): Hono {
  const routes = new Hono();
  routes.get('/', (c) =>
    c.json({ answers: server ? ANSWER_NAMES.map((name) => ({ name, label: ANSWERS[name].label })) : [] }),
  );
  routes.post('/', async (c) => {
    // A page elsewhere can send no JSON here without asking first, and nobody answers that it may.
    if (!c.req.header('content-type')?.startsWith('application/json'))
      return c.json({ error: 'Send JSON: { "ID", "as" }.' }, 415);
    const asked = request.safeParse(await c.req.json().catch(() => null));
    if (!asked.success) return c.json({ error: `Send { "ID", "as" }; as: ${ANSWER_NAMES.join(', ')}.` }, 400);
    const record = mailbox.find(asked.data.ID);
    if (!record) return c.json({ error: 'There is no such mail.' }, 404);
    if (!server) return c.json({ error: 'No server of access-mail runs with this inbox.' }, 409);
    try {
      const isApplied = await answer(server, mailbox, record, asked.data.as);
      return isApplied
        ? c.json({ answered: true })
        : c.json({ error: 'access-mail knows no such mail: it is none of its own, or was erased.' }, 409);
    } catch (error) {
      return c.json({ error: `access-mail did not take it: ${String(error)}` }, 502);
    }
  });
  return routes;
}

/** Whether the server knew the mail. Throws where it does not take the report. */
async function answer(
  server: AnsweredServer,
  mailbox: Mailbox,
  record: MailRecord,
  as: AnswerName,
): Promise<boolean> {
  if (as === 'opened') {
    const told = { ...summaryOf(record), Read: true };
    const body = await post(server, '/webhooks/mailpit', 'application/json', JSON.stringify(told));
    return openedAnswer.parse(body).matched;
  }
  if (isBeforeDelivery(as)) {
    const told = { ...summaryOf(record), Delivered: false };
    await post(server, '/webhooks/mailpit', 'application/json', JSON.stringify(told));
  }
  const mail = await mailbox.open(record);
  const answered = {
    messageId: mail.messageId,
    from: mail.from?.address ?? mail.returnPath,
    to: mail.to[0]?.address ?? mail.bcc[0]?.address ?? '',
    subject: mail.subject,
    returnPath: mail.returnPath,
  };
  const report = writeReport(as, answered, new Date());
  return bounceAnswer.parse(await post(server, '/webhooks/bounce', 'message/rfc822', report)).applied;
}

async function post(
  { url, apiKey }: AnsweredServer,
  path: string,
  contentType: string,
  body: string,
): Promise<unknown> {
  const response = await fetch(new URL(path, url), {
    method: 'POST',
    headers: { 'content-type': contentType, authorization: `Bearer ${apiKey}` },
    body,
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text.slice(0, 500)}`);
  return JSON.parse(text);
}
