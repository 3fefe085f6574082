/**
 * HTML as it travels: ASCII only, everything beyond as numeric references, and line ends often enough that mail
 * servers (998 octets a line, RFC 5321, 4.5.3.1.6) need no encoding over it. So what is stored, shown and sent is the
 * same text, and a mail's MIME costs nearly nothing.
 *
 * Takes well-formed HTML that quotes its attributes and escapes `"` everywhere else, as React's does.
 */
export function wireHtml(html: string): string {
  return wireText(html).replace(BREAKS, '\r\n');
}

// Between attributes a line end is as good as a space, and most elements have one of these two; within `head` it is
// nothing. Fixed places, because a template must break where the finished mail would.
const BREAKS = / (?=(?:style|href)=")|(?=<(?:title|style)>)/g;

/** Escaped text or an attribute's value, written the same way; its lines are as long as it makes them. */
export function wireText(text: string): string {
  if (READY.test(text)) return text;
  return text
    .toWellFormed()
    .replace(UNWRITABLE, '')
    .replace(/\r\n?|\n/g, '\r\n')
    .replace(/\P{ASCII}/gu, (character) => `&#${character.codePointAt(0)};`);
}

/** Whether HTML is written so, but for the length of its lines. */
export function isWire(html: string): boolean {
  return !NOT_WIRE.test(html);
}

const NOT_WIRE = /[^\t\r\n\x20-\x7e]|\r(?!\n)|(?<!\r)\n/;
const READY = /^[\x20-\x7e]*$/;
// A reference to a C1 control means a Windows character to a browser (HTML, 13.2.5.80), and NUL is none at all.
const UNWRITABLE = /[\0\x80-\x9f]/g;
