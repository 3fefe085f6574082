import type { CustomText } from '../domain/custom-text.ts';
import type { CustomisableKind } from '../domain/kinds.ts';
import type { Language } from '../domain/locale.ts';
import type { Db } from './pool.ts';

/** Which text of a mail it is. */
export interface CustomTextKey {
  readonly eventId: string;
  readonly kind: CustomisableKind;
  /** Null: for all languages without a text of their own. */
  readonly language: Language | null;
}

export interface EventCustomText extends CustomText, CustomTextKey {
  readonly updatedAt: Date;
}

const COLUMNS = `event_id as "eventId", kind, nullif(language, '') as language, subject, introduction, signature,
  updated_at as "updatedAt"`;
const IS_KEY = `event_id = $1 and kind = $2 and language = coalesce($3, '')`;

/** The custom texts of these events, or of one kind of their mails. */
export async function listCustomTexts(
  db: Db,
  eventIds: readonly string[],
  kind: CustomisableKind | null = null,
): Promise<EventCustomText[]> {
  const { rows } = await db.query<EventCustomText>(
    `select ${COLUMNS} from {schema}.custom_text where event_id = any($1) and ($2::text is null or kind = $2)
     order by event_id, kind, custom_text.language`,
    [eventIds, kind],
  );
  return rows;
}

export async function findCustomText(db: Db, key: CustomTextKey): Promise<EventCustomText | null> {
  const { rows } = await db.query<EventCustomText>(
    `select ${COLUMNS} from {schema}.custom_text where ${IS_KEY}`,
    [key.eventId, key.kind, key.language],
  );
  return rows[0] ?? null;
}

export async function saveCustomText(
  db: Db,
  text: Omit<EventCustomText, 'updatedAt'>,
  by: string,
  now: Date,
): Promise<EventCustomText> {
  const { rows } = await db.query<EventCustomText>(
    `insert into {schema}.custom_text (event_id, kind, language, subject, introduction, signature, updated_at, updated_by)
     values ($1, $2, coalesce($3, ''), $4, $5, $6, $7, $8)
     on conflict (event_id, kind, language) do update set subject = excluded.subject, introduction = excluded.introduction,
       signature = excluded.signature, updated_at = excluded.updated_at, updated_by = excluded.updated_by
     returning ${COLUMNS}`,
    [text.eventId, text.kind, text.language, text.subject, text.introduction, text.signature, now, by],
  );
  return rows[0] as EventCustomText;
}

/** Back to the text that is used without it. Returns whether there was one. */
export async function resetCustomText(db: Db, key: CustomTextKey): Promise<boolean> {
  const { rowCount } = await db.query(`delete from {schema}.custom_text where ${IS_KEY}`, [
    key.eventId,
    key.kind,
    key.language,
  ]);
  return rowCount === 1;
}

/** Gives an event, which has none yet, all custom texts of another one. */
export async function copyCustomTexts(
  db: Db,
  {
    from,
    to,
    by,
    now,
  }: { readonly from: string; readonly to: string; readonly by: string; readonly now: Date },
): Promise<void> {
  await db.query(
    `insert into {schema}.custom_text (event_id, kind, language, subject, introduction, signature, updated_at, updated_by)
     select $2, kind, language, subject, introduction, signature, $4, $3 from {schema}.custom_text where event_id = $1`,
    [from, to, by, now],
  );
}
