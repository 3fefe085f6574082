import type { CustomText } from '../domain/custom-text.ts';
import type { CustomisableKind } from '../domain/kinds.ts';
import type { Db } from './pool.ts';

export interface EventCustomText extends CustomText {
  readonly eventId: string;
  readonly kind: CustomisableKind;
  readonly updatedAt: Date;
}

const COLUMNS = `event_id as "eventId", kind, subject, introduction, signature, updated_at as "updatedAt"`;

/** The team's own words of these events. */
export async function listCustomTexts(db: Db, eventIds: readonly string[]): Promise<EventCustomText[]> {
  const { rows } = await db.query<EventCustomText>(
    `select ${COLUMNS} from {schema}.custom_text where event_id = any($1) order by event_id, kind`,
    [eventIds],
  );
  return rows;
}

export async function findCustomText(
  db: Db,
  eventId: string,
  kind: CustomisableKind,
): Promise<EventCustomText | null> {
  const { rows } = await db.query<EventCustomText>(
    `select ${COLUMNS} from {schema}.custom_text where event_id = $1 and kind = $2`,
    [eventId, kind],
  );
  return rows[0] ?? null;
}

export async function saveCustomText(
  db: Db,
  words: Omit<EventCustomText, 'updatedAt'>,
  by: string,
  now: Date,
): Promise<EventCustomText> {
  const { rows } = await db.query<EventCustomText>(
    `insert into {schema}.custom_text (event_id, kind, subject, introduction, signature, updated_at, updated_by)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (event_id, kind) do update set subject = excluded.subject, introduction = excluded.introduction,
       signature = excluded.signature, updated_at = excluded.updated_at, updated_by = excluded.updated_by
     returning ${COLUMNS}`,
    [words.eventId, words.kind, words.subject, words.introduction, words.signature, now, by],
  );
  return rows[0] as EventCustomText;
}

/** Back to our words. Returns whether there were others. */
export async function resetCustomText(db: Db, eventId: string, kind: CustomisableKind): Promise<boolean> {
  const { rowCount } = await db.query('delete from {schema}.custom_text where event_id = $1 and kind = $2', [
    eventId,
    kind,
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
    `insert into {schema}.custom_text (event_id, kind, subject, introduction, signature, updated_at, updated_by)
     select $2, kind, subject, introduction, signature, $4, $3 from {schema}.custom_text where event_id = $1`,
    [from, to, by, now],
  );
}
