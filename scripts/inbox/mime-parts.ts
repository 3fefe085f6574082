import { decodeWords } from 'postal-mime';

/** One part of a mail that is not itself made of parts. */
export interface MimePart {
  /** Where it stands: `0` alone, else `1`, `2`, `2.1` … as Mailpit counts. */
  readonly partId: string;
  readonly contentType: string;
  readonly charset: string;
  readonly disposition: string;
  readonly fileName: string;
  /** Without angle brackets. */
  readonly contentId: string;
  /** Decoded, byte for byte: a calendar file keeps its line ends (postal-mime changes those of text parts). */
  readonly content: Buffer;
}

/** The headers of a mail, in order; folded lines are joined by one space. */
export function readHeaders(raw: Buffer): [name: string, value: string][] {
  const head = splitHead(raw).head.replaceAll(/\r?\n[ \t]+/g, ' ');
  return head.split(/\r?\n/).flatMap((line) => {
    const colon = line.indexOf(':');
    return colon > 0 ? [[line.slice(0, colon).trim(), line.slice(colon + 1).trim()]] : [];
  });
}

/** The leaves of a mail's tree of parts, in the order they stand in it. */
export function readParts(raw: Buffer, partId = '0'): MimePart[] {
  const { body } = splitHead(raw);
  const headers = new Map(readHeaders(raw).map(([name, value]) => [name.toLowerCase(), value]));
  const type = parseParameters(headers.get('content-type') ?? 'text/plain');
  const boundary = type.parameters.get('boundary');
  if (type.value.startsWith('multipart/') && boundary) {
    const prefix = partId === '0' ? '' : `${partId}.`;
    return splitBody(body, boundary).flatMap((part, index) => readParts(part, `${prefix}${index + 1}`));
  }
  const disposition = parseParameters(headers.get('content-disposition') ?? '');
  return [
    {
      partId,
      contentType: type.value,
      charset: type.parameters.get('charset') ?? 'utf-8',
      disposition: disposition.value,
      fileName: disposition.parameters.get('filename') ?? type.parameters.get('name') ?? '',
      contentId: (headers.get('content-id') ?? '').replaceAll(/[<>]/g, ''),
      content: decodeBody(body, (headers.get('content-transfer-encoding') ?? '').toLowerCase()),
    },
  ];
}

function splitHead(raw: Buffer): { head: string; body: Buffer } {
  const end = /\r?\n\r?\n/.exec(raw.toString('latin1'));
  if (!end) return { head: raw.toString('utf8'), body: Buffer.alloc(0) };
  return { head: raw.subarray(0, end.index).toString('utf8'), body: raw.subarray(end.index + end[0].length) };
}

/** RFC 2046: the line end before a boundary belongs to the boundary; what stands before the first is not shown. */
function splitBody(body: Buffer, boundary: string): Buffer[] {
  const escaped = boundary.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const pattern = new RegExp(`(?:^|\\r?\\n)--${escaped}(--)?[ \\t]*(?:\\r?\\n|$)`, 'g');
  const text = body.toString('latin1');
  const parts: Buffer[] = [];
  let start = -1;
  for (let match = pattern.exec(text); match; match = pattern.exec(text)) {
    if (start >= 0) parts.push(body.subarray(start, match.index));
    if (match[1]) break;
    start = pattern.lastIndex;
    // The line end after a boundary may be the one before the next: an empty part.
    pattern.lastIndex = Math.max(match.index + 1, start - 2);
  }
  return parts;
}

function decodeBody(body: Buffer, encoding: string): Buffer {
  if (encoding === 'base64') return Buffer.from(body.toString('latin1'), 'base64');
  if (encoding !== 'quoted-printable') return body;
  const text = body
    .toString('latin1')
    .replaceAll(/[ \t]+(?=\r?\n)/g, '')
    .replaceAll(/=\r?\n/g, '');
  return Buffer.from(
    text.replaceAll(/=([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}

/** `text/plain; charset="utf-8"`, with RFC 2231 (`filename*=utf-8''…`) and RFC 2047 values decoded. */
function parseParameters(header: string): { value: string; parameters: Map<string, string> } {
  const value = (header.split(';')[0] ?? '').trim().toLowerCase();
  const parameters = new Map<string, string>();
  for (const match of header.matchAll(/;\s*([^=;\s]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]*))/g)) {
    const text = match[2]?.replaceAll(/\\(.)/g, '$1') ?? match[3] ?? '';
    const name = (match[1] ?? '').toLowerCase();
    if (name.endsWith('*')) parameters.set(name.slice(0, -1), decodeExtended(text));
    else if (!parameters.has(name)) parameters.set(name, decodeWords(text));
  }
  return { value, parameters };
}

function decodeExtended(text: string): string {
  try {
    return decodeURIComponent(text.replace(/^[^']*'[^']*'/, ''));
  } catch {
    return text;
  }
}
