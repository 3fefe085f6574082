import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const address = z.object({ name: z.string(), address: z.string() });
const recordShape = z.object({
  id: z.string(),
  /** Milliseconds since 1970. */
  created: z.number(),
  read: z.boolean(),
  tags: z.array(z.string()),
  messageId: z.string(),
  from: address.nullable(),
  to: z.array(address).readonly(),
  cc: z.array(address).readonly(),
  bcc: z.array(address).readonly(),
  replyTo: z.array(address).readonly(),
  subject: z.string(),
  username: z.string(),
  size: z.number(),
  attachments: z.number(),
  inline: z.number(),
  snippet: z.string(),
  searchText: z.string(),
});
/** What the lists and the search need to know about a mail without reading it again. */
export type MailRecord = Readonly<z.infer<typeof recordShape>>;

/** Where an inbox keeps its mails. */
export interface MailStore {
  /** Oldest first. */
  list(): MailRecord[];
  read(id: string): Buffer;
  add(record: MailRecord, raw: Buffer): void;
  update(record: MailRecord): void;
  remove(id: string): void;
}

/** Mails in memory, for tests. */
export function memoryStore(): MailStore {
  const mails = new Map<string, Buffer>();
  return {
    list: () => [],
    read: (id) => mails.get(id) ?? Buffer.alloc(0),
    add: (record, raw) => void mails.set(record.id, raw),
    update: () => undefined,
    remove: (id) => void mails.delete(id),
  };
}

/**
 * Mails as files: `<id>.eml` as it came, `<id>.json` what is known about it. A mail is there once both are; the
 * .json comes last and by renaming, so a kill in between leaves nothing half.
 */
export function folderStore(folder: string): MailStore {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = (id: string, extension: string) => join(folder, `${id}.${extension}`);
  const update = (record: MailRecord) => {
    writeFileSync(file(record.id, 'new'), JSON.stringify(record), { mode: 0o600 });
    renameSync(file(record.id, 'new'), file(record.id, 'json'));
  };
  return {
    list: () => readRecords(folder),
    read: (id) => readFileSync(file(id, 'eml')),
    add: (record, raw) => {
      writeFileSync(file(record.id, 'eml'), raw, { mode: 0o600 });
      update(record);
    },
    update,
    remove: (id) => {
      rmSync(file(id, 'json'), { force: true });
      rmSync(file(id, 'eml'), { force: true });
    },
  };
}

function readRecords(folder: string): MailRecord[] {
  const names = new Set(readdirSync(folder));
  const records: MailRecord[] = [];
  for (const name of names) {
    const record = name.endsWith('.json') ? readRecord(join(folder, name)) : null;
    if (record && names.has(`${record.id}.eml`)) records.push(record);
    else if (!names.has(name.replace(/\.\w+$/, '.json'))) rmSync(join(folder, name), { force: true });
  }
  return records.sort((a, b) => a.created - b.created);
}

function readRecord(file: string): MailRecord | null {
  try {
    return recordShape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    return null;
  }
}
