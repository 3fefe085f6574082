const NAMED: Readonly<Record<string, string>> = {
  ...{ amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: ' ', shy: '', zwnj: '', zwj: '' },
  ...{
    hellip: '…',
    mdash: '—',
    ndash: '–',
    rsquo: '’',
    lsquo: '‘',
    ldquo: '“',
    rdquo: '”',
    middot: '·',
    copy: '©',
  },
};

/** What is read of a page: its text, in one line. With `links`, the addresses it links to as well, to be searched. */
export function htmlToText(html: string, options: { links: boolean } = { links: false }): string {
  return (
    decodeEntities(
      html
        .replaceAll(/<!--[\s\S]*?-->/g, '')
        .replaceAll(/<(head|script|style|title|noscript)\b[\s\S]*?<\/\1\s*>/gi, '')
        .replaceAll(/<a\b[^>]*?\bhref=["']?(http[^"'\s>]*)[^>]*>/gi, options.links ? ' $1 ' : '')
        .replaceAll(/<\/(?:div|p|td|th|h[1-6]|ul|ol|li|table|tr|blockquote|pre)>|<br\s*\/?>|<img\b/gi, ' $&')
        .replaceAll(/<[^>]*>/g, ''),
    )
      // Invisible characters, of which preheaders are padded with hundreds, count as spaces.
      .replaceAll(/(?:[\p{C}\p{Z}\s]|\u034F)+/gu, ' ')
      .trim()
  );
}

/** At most 200 bytes of what a mail says, for a list. */
export function snippetOf(text: string, html: string): string {
  const line = html.trim() ? htmlToText(html) : text.replaceAll(/[\uFEFF\s]+/g, ' ').trim();
  const bytes = Buffer.from(line);
  if (bytes.length <= 200) return line;
  // A character cut in two would show as U+FFFD.
  return `${bytes
    .subarray(0, 200)
    .toString('utf8')
    .replace(/\uFFFD$/, '')}...`;
}

function decodeEntities(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-f]+)|#(\d+)|([a-z]+));/gi, (entity, hex, decimal, name) => {
    if (name) return NAMED[name.toLowerCase()] ?? entity;
    const code = hex ? Number.parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : entity;
  });
}
