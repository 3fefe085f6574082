/** A leaf of a mail's tree, ready to be written: its headers and its body without the last line end. */
export interface MimePart {
  readonly head: string;
  readonly body: string;
}

// RFC 5322, 2.1.1: octets in a line, without its end.
const LONGEST_LINE = 998;
const BASE64_LINE = /.{76}(?=.)/g;

/**
 * Text as it is where seven bits and short lines do, which costs nothing; in base64 where they do not.
 * `contentType` without a charset: it is UTF-8 either way.
 */
export function textPart(contentType: string, text: string, moreHeaders = ''): MimePart {
  const lines = text.includes('\n') || text.includes('\r') ? withLineEnds(text) : text;
  const plain = isSevenBit(lines);
  const encoding = plain ? '7bit' : 'base64';
  return {
    head: `Content-Type: ${contentType}\r\n${moreHeaders}Content-Transfer-Encoding: ${encoding}\r\n`,
    body: plain ? lines : Buffer.from(lines).toString('base64').replace(BASE64_LINE, '$&\r\n'),
  };
}

/** Every line end as the wire has it. Most of what comes is written so already, and is not copied. */
function withLineEnds(text: string): string {
  return STRAY_LINE_END.test(text) ? text.replace(/\r\n?|\n/g, '\r\n') : text;
}

const STRAY_LINE_END = /\r(?!\n)|(?<!\r)\n/;

/** Whether `text`, whose lines end in CR LF, may travel as `7bit` (RFC 2045, 2.7). */
function isSevenBit(text: string): boolean {
  // Each character beyond ASCII takes more than one octet: counting is a hundred times faster than looking.
  if (Buffer.byteLength(text) !== text.length || text.includes('\0')) return false;
  let start = 0;
  for (let end = text.indexOf('\r\n'); end >= 0; end = text.indexOf('\r\n', start)) {
    if (end - start > LONGEST_LINE) return false;
    start = end + 2;
  }
  return text.length - start <= LONGEST_LINE;
}
