import type { Address } from './mail.ts';
import type { MailRecord } from './mail-store.ts';

type Test = (record: MailRecord) => boolean;

/**
 * Mailpit's search language: words and "quoted phrases", all of which must be found, `-` or `!` before what must
 * not; `from:` `to:` `cc:` `bcc:` `reply-to:` `addressed:` `subject:` `message-id:` `tag:` `is:read|unread|tagged`
 * `has:attachment|inline` `before:` `after:`. https://mailpit.axllent.org/docs/usage/search-filters/
 */
export function parseSearch(query: string): Test {
  const tests = splitWords(query).map((word) => {
    const excluded = word.length > 1 && /^[-!]/.test(word);
    const test = parseWord(excluded ? word.slice(1) : word);
    return excluded ? (record: MailRecord) => !test(record) : test;
  });
  return (record) => tests.every((test) => test(record));
}

/** CustomText end at spaces outside quotes; the quotes themselves go. */
function splitWords(query: string): string[] {
  const words = query.match(/(?:"[^"]*"?|[^" ])+/g) ?? [];
  return words.map((word) => word.replaceAll('"', '').trim()).filter(Boolean);
}

const PEOPLE: Readonly<Record<string, (record: MailRecord) => readonly Address[]>> = {
  from: (record) => (record.from ? [record.from] : []),
  to: (record) => record.to,
  cc: (record) => record.cc,
  bcc: (record) => record.bcc,
  'reply-to': (record) => record.replyTo,
  addressed: (record) => [
    ...(record.from ? [record.from] : []),
    ...[record.to, record.cc, record.bcc, record.replyTo].flat(),
  ],
};

const FLAGS: Readonly<Record<string, Test>> = {
  'is:read': (record) => record.read,
  'is:unread': (record) => !record.read,
  'is:tagged': (record) => record.tags.length > 0,
  'has:attachment': (record) => record.attachments > 0,
  'has:attachments': (record) => record.attachments > 0,
  'has:inline': (record) => record.inline > 0,
  'has:inlines': (record) => record.inline > 0,
};

function parseWord(word: string): Test {
  const lower = word.toLowerCase();
  const flag = FLAGS[lower];
  if (flag) return flag;
  const colon = lower.indexOf(':');
  const prefix = lower.slice(0, colon);
  const value = clean(lower.slice(colon + 1));
  const people = PEOPLE[prefix];
  if (colon > 0 && value) {
    if (people)
      return (record) => people(record).some((one) => clean(`${one.name} ${one.address}`).includes(value));
    if (prefix === 'subject')
      return (record) => record.subject.toLowerCase().includes(lower.slice(colon + 1));
    if (prefix === 'message-id') return (record) => record.messageId.toLowerCase().includes(value);
    if (prefix === 'tag') return (record) => record.tags.some((tag) => tag.toLowerCase() === value);
    const time = Date.parse(word.slice(colon + 1));
    if (prefix === 'after' && !Number.isNaN(time)) return (record) => record.created >= time;
    if (prefix === 'before' && !Number.isNaN(time)) return (record) => record.created <= time;
  }
  const text = clean(lower);
  return (record) => record.searchText.includes(text);
}

function clean(text: string): string {
  return text
    .replaceAll(/[\uFEFF\s<>",;()]+/g, ' ')
    .trim()
    .toLowerCase();
}
