const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'" };

/** What a page says to its readers, without its head: its texts as they are read, divided by single spaces. */
export function pageText(html: string): string {
  return html
    .replace(/^.*<body[^>]*>/s, '')
    .replace(/<\/?(?:bdi|strong|span|time|a)\b[^>]*>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/&([\w#]+);/g, (entity, name: string) => ENTITIES[name] ?? entity)
    .replace(/\s+/g, ' ')
    .trim();
}
