import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { checkHtml } from './html-check.ts';
import { describePart } from './mail.ts';
import type { MailRecord } from './mail-store.ts';
import type { Mailbox } from './mailbox.ts';
import { parseSearch } from './search.ts';
import { addressOf, summaryOf } from './summary.ts';

/** What `GET /api/v1/info` says instead of Mailpit's version, so that one can be told from the other. */
export const INBOX_VERSION = 'access-mail-inbox';

const readRequest = z.object({
  Read: z.boolean().default(false),
  IDs: z.array(z.string()).default([]),
  Search: z.string().default(''),
});
const deleteRequest = z.object({ IDs: z.array(z.string()).default([]) });
const tagsRequest = z.object({ IDs: z.array(z.string()), Tags: z.array(z.string()).nullish() });

/** The part of Mailpit 1.30's REST API that has to do with mails: https://mailpit.axllent.org/docs/api-v1/view.html */
export function inboxApi(mailbox: Mailbox): Hono {
  const api = new Hono();
  const matching = (query: string) => mailbox.list().filter(parseSearch(query));
  const byId = (ids: readonly string[]) => ids.flatMap((id) => mailbox.find(id) ?? []);
  const record = (c: Context) => mailbox.find(c.req.param('id') ?? '');
  const notFound = (c: Context) => c.text('404 page not found', 404);

  api.get('/info', (c) => c.json(describeMailbox(mailbox)));

  api.get('/webui', (c) =>
    c.json({ Label: '', MessageRelay: { Enabled: false }, SpamAssassin: false, ChaosEnabled: false }),
  );

  api.get('/messages', (c) => c.json(summarise(mailbox, mailbox.list(), c, [])));

  api.put('/messages', async (c) => {
    const { Read: read, IDs: ids, Search: query } = readRequest.parse(await bodyOf(c));
    if (ids.length > 0 && query) return c.text('You may specify either IDs or a search query, not both', 400);
    mailbox.setRead(query ? matching(query) : ids.length > 0 ? byId(ids) : mailbox.list(), read);
    return c.text('ok');
  });

  api.delete('/messages', async (c) => {
    const { IDs: ids } = deleteRequest.parse(await bodyOf(c));
    mailbox.delete(ids.length > 0 ? byId(ids) : mailbox.list());
    return c.text('ok');
  });

  api.get('/search', (c) => {
    const query = c.req.query('query')?.trim();
    return query
      ? c.json(summarise(mailbox, matching(query), c, null))
      : c.text('Error: no search query', 400);
  });

  api.delete('/search', (c) => {
    const query = c.req.query('query')?.trim();
    if (!query) return c.text('Error: no search query', 400);
    mailbox.delete(matching(query));
    return c.text('ok');
  });

  api.get('/tags', (c) => c.json(allTags(mailbox)));

  api.put('/tags', async (c) => {
    const { IDs: ids, Tags: tags } = tagsRequest.parse(await bodyOf(c));
    mailbox.setTags(byId(ids), tags ?? []);
    return c.text('ok');
  });

  api.get('/message/:id', async (c) => {
    const found = record(c);
    if (!found) return notFound(c);
    const mail = await mailbox.open(found);
    mailbox.setRead([found], true);
    return c.json({
      ID: found.id,
      MessageID: mail.messageId,
      From: addressOf(mail.from),
      To: mail.to.map(addressOf),
      Cc: mail.cc.map(addressOf),
      Bcc: mail.bcc.map(addressOf),
      ReplyTo: mail.replyTo.map(addressOf),
      ReturnPath: mail.returnPath,
      Subject: mail.subject,
      ListUnsubscribe: mail.listUnsubscribe,
      Date: mail.date ?? new Date(found.created).toISOString(),
      Tags: found.tags,
      Username: found.username,
      Text: mail.text,
      HTML: mail.html,
      Size: found.size,
      Inline: mail.inline.map(describePart),
      Attachments: mail.attachments.map(describePart),
    });
  });

  api.get('/message/:id/headers', async (c) => {
    const found = record(c);
    if (!found) return notFound(c);
    const headers: Record<string, string[]> = {};
    for (const [name, value] of (await mailbox.open(found)).headers) {
      // As Go writes header names: Message-Id, Mime-Version.
      const key = name.toLowerCase().replaceAll(/(?<=^|-)[a-z]/g, (letter) => letter.toUpperCase());
      headers[key] = [...(headers[key] ?? []), value];
    }
    return c.json(Object.fromEntries(Object.entries(headers).sort(([a], [b]) => (a < b ? -1 : 1))));
  });

  api.get('/message/:id/raw', (c) => {
    const found = record(c);
    if (!found) return notFound(c);
    return c.body(new Uint8Array(mailbox.raw(found)), 200, { 'content-type': 'text/plain; charset=utf-8' });
  });

  api.get('/message/:id/part/:partId', async (c) => {
    const found = record(c);
    const mail = found && (await mailbox.open(found));
    const part =
      mail && [...mail.attachments, ...mail.inline].find((one) => one.partId === c.req.param('partId'));
    if (!part) return notFound(c);
    return c.body(new Uint8Array(part.content), 200, {
      'content-type': part.contentType,
      'content-disposition': `inline; filename="${encodeURIComponent(part.fileName || part.contentId)}"`,
      // A mail's attachment may be a page: its scripts must not run as if they were ours.
      'content-security-policy': 'sandbox',
    });
  });

  api.get('/message/:id/html-check', async (c) => {
    const found = record(c);
    if (!found) return notFound(c);
    const { html } = await mailbox.open(found);
    return html ? c.json(checkHtml(html)) : c.text('message does not contain HTML', 400);
  });

  // Looking links up, judging spam, sending, releasing, chaos: those need Mailpit itself.
  api.all('*', (c) =>
    c.text('The built-in inbox has no such part; start Mailpit and set MAILPIT_URL and SMTP_URL.', 404),
  );
  api.onError((error, c) =>
    c.text(error instanceof z.ZodError ? z.prettifyError(error) : error.message, 400),
  );
  return api;
}

/** A request without a body, or with one that is no JSON, asks for the defaults. */
async function bodyOf(c: Context): Promise<unknown> {
  return c.req.json().catch(() => ({}));
}

function allTags(mailbox: Mailbox): string[] {
  return [...new Set(mailbox.list().flatMap((record) => record.tags))].sort();
}

function describeMailbox(mailbox: Mailbox) {
  const records = mailbox.list();
  const tags: Record<string, number> = {};
  for (const tag of records.flatMap((record) => record.tags)) tags[tag] = (tags[tag] ?? 0) + 1;
  return {
    Version: INBOX_VERSION,
    LatestVersion: '',
    Database: '',
    DatabaseSize: records.reduce((sum, record) => sum + record.size, 0),
    Messages: records.length,
    Unread: records.filter((record) => !record.read).length,
    Tags: tags,
    RuntimeStats: {
      Uptime: Math.floor((Date.now() - mailbox.startedAt) / 1000),
      Memory: process.memoryUsage.rss(),
      MessagesDeleted: mailbox.deleted,
      SMTPAccepted: mailbox.accepted,
      SMTPAcceptedSize: mailbox.acceptedBytes,
      SMTPRejected: 0,
      SMTPIgnored: 0,
    },
  };
}

/**
 * A page of `found` (newest first) in the shape of Mailpit's lists. Go writes some empty lists as null: Cc and Bcc
 * always, ReplyTo in searches only; clients have learnt to expect it.
 */
function summarise(mailbox: Mailbox, found: readonly MailRecord[], c: Context, noReplyTo: [] | null) {
  const all = mailbox.list();
  const start = Math.max(0, Number(c.req.query('start')) || 0);
  const asked = Number(c.req.query('limit') || '50');
  const limit = Number.isNaN(asked) || asked < 0 ? 50 : asked;
  const page = found.slice(start, start + limit);
  return {
    total: all.length,
    unread: all.filter((record) => !record.read).length,
    count: page.length,
    messages_count: found.length,
    messages_unread: found.filter((record) => !record.read).length,
    start,
    tags: allTags(mailbox),
    messages: page.map((record) => listItem(record, noReplyTo)),
  };
}

function listItem(record: MailRecord, noReplyTo: [] | null) {
  const summary = summaryOf(record);
  const orNull = <Item>(list: Item[]) => (list.length > 0 ? list : null);
  return {
    ...summary,
    To: orNull(summary.To),
    Cc: orNull(summary.Cc),
    Bcc: orNull(summary.Bcc),
    ReplyTo: orNull(summary.ReplyTo) ?? noReplyTo,
  };
}
