import { randomBytes } from 'node:crypto';
import { EventEmitter } from 'node:events';
import { htmlToText, snippetOf } from './html-to-text.ts';
import { type Mail, parseMail } from './mail.ts';
import type { MailRecord, MailStore } from './mail-store.ts';
import { cleanTags, findTags } from './tags.ts';

/**
 * The mails of one inbox, newest first, and what was done to them. Emits `change` after each change, and `mail` for
 * each new one.
 */
export class Mailbox extends EventEmitter<{ change: []; mail: [MailRecord] }> {
  readonly startedAt = Date.now();
  accepted = 0;
  acceptedBytes = 0;
  deleted = 0;
  readonly #store: MailStore;
  readonly #maxMessages: number;
  /** Oldest first, because new ones are added at the end. */
  #records: MailRecord[];

  /** `maxMessages`: the newest so many are kept; 0 keeps all. */
  constructor(store: MailStore, maxMessages: number) {
    super();
    this.#store = store;
    this.#maxMessages = maxMessages;
    this.#records = store.list();
    this.#prune();
    // One listener for each page that looks on.
    this.setMaxListeners(0);
  }

  /** Newest first. */
  list(): MailRecord[] {
    return this.#records.toReversed();
  }

  /** The mail with that id, or the newest for `latest`. */
  find(id: string): MailRecord | null {
    if (id === 'latest') return this.#records.at(-1) ?? null;
    return this.#records.find((record) => record.id === id) ?? null;
  }

  raw(record: MailRecord): Buffer {
    return this.#store.read(record.id);
  }

  open(record: MailRecord): Promise<Mail> {
    return parseMail(this.raw(record));
  }

  /** Keeps a mail. When this returns it survives the end of this process. */
  async add(raw: Buffer, username = ''): Promise<MailRecord> {
    const mail = await parseMail(raw);
    const everyone = [...mail.to, ...mail.cc, ...mail.bcc, ...(mail.from ? [mail.from] : [])];
    const { messageId, from, to, cc, bcc, replyTo, subject } = mail;
    const record: MailRecord = {
      id: randomBytes(16).toString('base64url').replaceAll(/[-_]/g, '0'),
      created: Date.now(),
      read: false,
      tags: findTags(mail.xTags, everyone),
      ...{ messageId, from, to, cc, bcc, replyTo, subject, username },
      size: raw.length,
      attachments: mail.attachments.length,
      inline: mail.inline.length,
      snippet: snippetOf(mail.text, mail.html),
      searchText: searchText(mail),
    };
    this.#store.add(record, raw);
    this.#records.push(record);
    this.accepted++;
    this.acceptedBytes += raw.length;
    this.#prune();
    this.emit('change');
    this.emit('mail', record);
    return record;
  }

  setRead(records: readonly MailRecord[], read: boolean): void {
    this.#change(
      records.filter((record) => record.read !== read),
      { read },
    );
  }

  setTags(records: readonly MailRecord[], tags: readonly string[]): void {
    this.#change(records, { tags: cleanTags(tags) });
  }

  delete(records: readonly MailRecord[]): void {
    const gone = new Set(records.map((record) => record.id));
    this.#records = this.#records.filter((record) => !gone.has(record.id));
    for (const id of gone) this.#store.remove(id);
    this.deleted += gone.size;
    this.emit('change');
  }

  #change(records: readonly MailRecord[], change: { read?: boolean; tags?: string[] }): void {
    if (records.length === 0) return;
    const ids = new Set(records.map((record) => record.id));
    this.#records = this.#records.map((record) => {
      if (!ids.has(record.id)) return record;
      const changed = { ...record, ...change };
      this.#store.update(changed);
      return changed;
    });
    this.emit('change');
  }

  #prune(): void {
    if (this.#maxMessages === 0) return;
    const surplus = this.#records.splice(0, Math.max(0, this.#records.length - this.#maxMessages));
    for (const record of surplus) this.#store.remove(record.id);
  }
}

/** Everything a free word is looked for in, in lower case and with single spaces. */
function searchText(mail: Mail): string {
  const people = [...(mail.from ? [mail.from] : []), ...mail.to, ...mail.cc, ...mail.bcc, ...mail.replyTo];
  return [
    ...people.map(({ name, address }) => `${name} ${address}`),
    mail.subject,
    mail.html ? htmlToText(mail.html, { links: true }) : mail.text,
    ...mail.attachments.map((part) => part.fileName),
  ]
    .join(' ')
    .replaceAll(/[\uFEFF\s<>",;()]+/g, ' ')
    .toLowerCase();
}
