import type { Kind } from '../domain/kinds.ts';
import type { Language } from '../domain/locale.ts';
import type { Db } from './pool.ts';

/** A mail before the recipient's values are merged into it: Handlebars sources under the hash of their content. */
export interface StoredTemplate {
  readonly hash: string;
  readonly kind: Kind;
  readonly language: Language;
  readonly subject: string;
  readonly html: string;
  readonly text: string;
  readonly calendar: string | null;
  readonly replyTo: string | null;
}

/** Keeps a template for ever; the same content is kept once. */
export async function storeTemplate(db: Db, template: StoredTemplate): Promise<void> {
  const t = template;
  await db.query(
    `insert into {schema}.compiled_template (hash, kind, language, subject, html, text, calendar, reply_to)
     values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (hash) do nothing`,
    [t.hash, t.kind, t.language, t.subject, t.html, t.text, t.calendar, t.replyTo],
  );
}

export async function findTemplate(db: Db, hash: string): Promise<StoredTemplate | null> {
  const { rows } = await db.query<StoredTemplate>(
    `select hash, kind, language, subject, html, text, calendar, reply_to as "replyTo"
     from {schema}.compiled_template where hash = $1`,
    [hash],
  );
  return rows[0] ?? null;
}
