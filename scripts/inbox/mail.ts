import { createHash } from 'node:crypto';
import PostalMime, { type Address as ParsedAddress } from 'postal-mime';
import { htmlToText } from './html-to-text.ts';
import { type ListUnsubscribe, readListUnsubscribe } from './list-unsubscribe.ts';
import { type MimePart, readHeaders, readParts } from './mime-parts.ts';

export interface Address {
  readonly name: string;
  readonly address: string;
}

/** A mail taken apart. */
export interface Mail {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly messageId: string;
  readonly from: Address | null;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  readonly replyTo: readonly Address[];
  readonly returnPath: string;
  readonly subject: string;
  readonly date: string | null;
  readonly text: string;
  readonly html: string;
  readonly attachments: readonly MimePart[];
  /** Parts that the HTML shows (`cid:`) or that say they are no attachment. */
  readonly inline: readonly MimePart[];
  readonly listUnsubscribe: ListUnsubscribe;
  readonly xTags: string;
}

/** Takes a mail apart. Whatever is malformed comes out empty; nothing a sender writes makes this throw. */
export async function parseMail(raw: Buffer): Promise<Mail> {
  const headers = readHeaders(raw);
  const header = (name: string) => headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? '';
  // Only the head: postal-mime is good at addresses and encoded words, and the bodies are read byte for byte.
  const parsed = await PostalMime.parse(
    `${headers.map(([key, value]) => `${key}: ${value}`).join('\r\n')}\r\n\r\n`,
  );
  const parts = readParts(raw);
  const isAttached = (part: MimePart) => part.disposition === 'attachment' || part.fileName !== '';
  const body = (type: string) =>
    parts
      .filter((part) => part.contentType === type && !isAttached(part))
      .map(textOf)
      .join('\n');
  const html = body('text/html');
  const named = parts.filter((part) => part.fileName !== '' || part.contentId !== '');
  const from = flatten(parsed.from && [parsed.from])[0] ?? null;
  return {
    headers,
    messageId: header('message-id').replaceAll(/[<>]/g, ''),
    from,
    to: flatten(parsed.to),
    cc: flatten(parsed.cc),
    bcc: flatten(parsed.bcc),
    replyTo: flatten(parsed.replyTo),
    returnPath: header('return-path').replaceAll(/[<>]/g, '') || (from?.address ?? ''),
    subject: parsed.subject ?? '',
    date: Number.isNaN(Date.parse(header('date'))) ? null : new Date(header('date')).toISOString(),
    text: body('text/plain') || htmlToText(html),
    html,
    attachments: named.filter((part) => part.disposition === 'attachment'),
    inline: named.filter((part) => part.disposition !== 'attachment'),
    listUnsubscribe: readListUnsubscribe(header('list-unsubscribe'), header('list-unsubscribe-post')),
    xTags: header('x-tags'),
  };
}

/** An attachment as Mailpit's API describes it. */
export function describePart(part: MimePart) {
  const sum = (algorithm: string) => createHash(algorithm).update(part.content).digest('hex');
  return {
    PartID: part.partId,
    FileName: part.fileName,
    ContentType: part.contentType,
    ContentID: part.contentId,
    Size: part.content.length,
    Checksums: { MD5: sum('md5'), SHA1: sum('sha1'), SHA256: sum('sha256') },
  };
}

function textOf(part: MimePart): string {
  try {
    return new TextDecoder(part.charset).decode(part.content);
  } catch {
    return part.content.toString('utf8');
  }
}

function flatten(addresses: readonly ParsedAddress[] | undefined): Address[] {
  return (addresses ?? []).flatMap((entry) => entry.group ?? [{ name: entry.name, address: entry.address }]);
}
