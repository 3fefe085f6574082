/** What a mail says to programs (JSON-LD): texts, and objects of them. */
export type Data = string | { readonly [name: string]: Data };

const BEGIN = '<script type="application/ld+json">';
const END = '</script>';

/** The block in a mail's HTML, whole. No text in it can end it: `<` is written otherwise there. */
export const DATA_BLOCK = new RegExp(`(${RegExp.escape(BEGIN)}.*?${RegExp.escape(END)})`, 's');

/** Puts the data into a mail's HTML, behind all that is read. */
export function withData(html: string, data: Data): string {
  // The last one: what a text says is escaped, so there is no other.
  const end = html.lastIndexOf('</body>');
  if (end === -1) throw new Error('A mail without a body has no place for data.');
  return `${html.slice(0, end)}${BEGIN}${write(data)}${END}${html.slice(end)}`;
}

/** With a line for each member: mail servers take 998 octets (RFC 5321, 4.5.3.1.6). */
function write(data: Data): string {
  if (typeof data === 'string') return `"${jsonText(data)}"`;
  return `{${Object.entries(data)
    .map(([name, value]) => `"${jsonText(name)}":${write(value)}`)
    .join(',\r\n')}}`;
}

/**
 * What stands between the quotes of a JSON string in such a block. Only what means nothing to HTML, Handlebars or a mail on its
 * way stays as it is: a parser of scripts knows no entities, and nothing may look like a tag, a comment or an attribute.
 */
export function jsonText(value: string): string {
  return value
    .toWellFormed()
    .replace(UNSAFE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

// Without the flag `u`: JSON writes a character beyond U+FFFF as its two halves.
const UNSAFE = /[^\w .,:;/?@%+()*~#-]/g;
