import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { readHeaders } from './mime-parts.ts';

export interface Envelope {
  readonly from: string;
  readonly to: readonly string[];
  /** What the client called itself, and where it connected from. */
  readonly helo: string;
  readonly address: string;
}

/**
 * Writes on a mail what a mail server writes on delivery: the envelope's sender and first recipient, a Message-ID
 * where there is none, and, as Mailpit does, a Bcc header with the recipients that no header names.
 */
export function stampMail(raw: Buffer, envelope: Envelope, now: Date): Buffer {
  const headers = readHeaders(raw);
  const has = (name: string) => headers.some(([key]) => key.toLowerCase() === name);
  const named = headers
    .filter(([key]) => ['to', 'cc', 'bcc'].includes(key.toLowerCase()))
    .map(([, value]) => value.toLowerCase())
    .join(' ');
  const hidden = envelope.to.filter((address) => !named.includes(address.toLowerCase()));
  const time = now.toUTCString().replace('GMT', '+0000 (UTC)');
  const stamp = [
    ...(has('message-id') ? [] : [`Message-ID: <${randomBytes(11).toString('hex')}@inbox>`]),
    ...(hidden.length > 0 && !has('bcc') ? [`Bcc: ${hidden.join(', ')}`] : []),
    `Return-Path: <${envelope.from}>`,
    `Received: from ${envelope.helo} ([${envelope.address}])`,
    `        by ${hostname()} (access-mail inbox) with SMTP`,
    `        for <${envelope.to[0] ?? ''}>; ${time}`,
  ];
  return Buffer.concat([Buffer.from(`${stamp.join('\r\n')}\r\n`), raw]);
}
