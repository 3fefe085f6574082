import { randomUUID } from 'node:crypto';
import type { OutgoingMail } from '../../src/providers/provider.ts';

/** A small mail, ready to leave. */
export function outgoingMail(changes: Partial<OutgoingMail> = {}): OutgoingMail {
  return {
    messageId: randomUUID(),
    eventId: null,
    kind: 'confirmation',
    language: 'en',
    to: 'ada@example.com',
    from: null,
    dkim: null,
    replyTo: null,
    subject: 'Subject',
    unsubscribeLink: null,
    html: '<p>Hi</p>',
    isWireHtml: false,
    text: 'Hi',
    attachments: [],
    ...changes,
    hasAttachments: (changes.attachments?.length ?? 0) > 0,
  };
}
