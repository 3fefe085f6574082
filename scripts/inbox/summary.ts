import type { Address } from './mail.ts';
import type { MailRecord } from './mail-store.ts';

/** A mail as Mailpit's lists and its webhook describe it, its empty lists of people as empty lists. */
export function summaryOf(record: MailRecord) {
  return {
    ID: record.id,
    MessageID: record.messageId,
    Read: record.read,
    From: addressOf(record.from),
    To: record.to.map(addressOf),
    Cc: record.cc.map(addressOf),
    Bcc: record.bcc.map(addressOf),
    ReplyTo: record.replyTo.map(addressOf),
    Subject: record.subject,
    Created: new Date(record.created).toISOString(),
    Username: record.username,
    Tags: record.tags,
    Size: record.size,
    Attachments: record.attachments,
    Snippet: record.snippet,
  };
}

export function addressOf(one: Address | null) {
  return { Name: one?.name ?? '', Address: one?.address ?? '' };
}
