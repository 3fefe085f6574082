import { once } from 'node:events';
import { createServer } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { Hono } from 'hono';
import { type AnsweredServer, inboxAnswers } from './answers.ts';
import { inboxApi } from './api.ts';
import { folderStore, memoryStore } from './mail-store.ts';
import { Mailbox } from './mailbox.ts';
import { startSmtp } from './smtp.ts';
import { summaryOf } from './summary.ts';
import { inboxViews } from './views.ts';
import { Webhook, type WebhookOptions } from './webhook.ts';

export interface Inbox {
  /** `smtp://127.0.0.1:PORT` */
  readonly smtpUrl: string;
  /** `http://127.0.0.1:PORT`: a page to look at, and Mailpit's API below `/api/v1`. */
  readonly httpUrl: string;
  stop(): Promise<void>;
}

export interface InboxOptions {
  /** 0 or nothing: a free port. */
  readonly smtpPort?: number;
  readonly httpPort?: number;
  /** Where mails are kept; in memory without one. */
  readonly directory?: string;
  /** The newest so many are kept; 0: all. */
  readonly maxMessages?: number;
  /** Is told of every new mail, in the words of Mailpit's webhook. */
  readonly webhookUrl?: string;
  readonly webhook?: WebhookOptions;
  /** Takes answers to mails; without it the page offers none. */
  readonly server?: AnsweredServer;
}

/** Starts a mail server that delivers nothing: every mail it takes can be looked at, by people and by tests. */
export async function startInbox(options: InboxOptions = {}): Promise<Inbox> {
  const store = options.directory ? folderStore(options.directory) : memoryStore();
  const mailbox = new Mailbox(store, options.maxMessages ?? 500);
  const webhook = options.webhookUrl ? new Webhook(options.webhookUrl, options.webhook) : null;
  if (webhook) mailbox.on('mail', (record) => webhook.tell(summaryOf(record)));
  const app = new Hono()
    .route('/api/v1', inboxApi(mailbox))
    .route('/api/answers', inboxAnswers(mailbox, options.server ?? null))
    .route('/', inboxViews(mailbox));
  const smtp = await startSmtp(mailbox, options.smtpPort ?? 0);

  const http = createServer(getRequestListener(app.fetch));
  http.listen(options.httpPort ?? 0, '127.0.0.1');
  try {
    await once(http, 'listening');
  } catch (error) {
    await smtp.stop();
    throw error;
  }
  const address = http.address();
  const httpPort = typeof address === 'object' && address ? address.port : 0;
  return {
    smtpUrl: `smtp://127.0.0.1:${smtp.port}`,
    httpUrl: `http://127.0.0.1:${httpPort}`,
    stop: async () => {
      const closed = once(http, 'close');
      http.close();
      // Pages that look on hold their connections open for ever.
      http.closeAllConnections();
      await Promise.all([closed, smtp.stop()]);
      webhook?.stop();
    },
  };
}
