import type { WordedKind, Words } from '../domain/custom-text.ts';
import type { Db } from './pool.ts';

export interface EventWords extends Words {
  readonly eventId: string;
  readonly kind: WordedKind;
  readonly updatedAt: Date;
}

const COLUMNS = `event_id as "eventId", kind, subject, introduction, signature, updated_at as "updatedAt"`;

/** The team's own words of these events. */
export async function listWords(db: Db, eventIds: readonly string[]): Promise<EventWords[]> {
  const { rows } = await db.query<EventWords>(
    `select ${COLUMNS} from {schema}.event_words where event_id = any($1) order by event_id, kind`,
    [eventIds],
  );
  return rows;
}

export async function findWords(db: Db, eventId: string, kind: WordedKind): Promise<EventWords | null> {
  const { rows } = await db.query<EventWords>(
    `select ${COLUMNS} from {schema}.event_words where event_id = $1 and kind = $2`,
    [eventId, kind],
  );
  return rows[0] ?? null;
}

export async function saveWords(
  db: Db,
  words: Omit<EventWords, 'updatedAt'>,
  by: string,
  now: Date,
): Promise<EventWords> {
  const { rows } = await db.query<EventWords>(
    `insert into {schema}.event_words (event_id, kind, subject, introduction, signature, updated_at, updated_by)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (event_id, kind) do update set subject = excluded.subject, introduction = excluded.introduction,
       signature = excluded.signature, updated_at = excluded.updated_at, updated_by = excluded.updated_by
     returning ${COLUMNS}`,
    [words.eventId, words.kind, words.subject, words.introduction, words.signature, now, by],
  );
  return rows[0] as EventWords;
}

/** Back to our words. Returns whether there were others. */
export async function deleteWords(db: Db, eventId: string, kind: WordedKind): Promise<boolean> {
  const { rowCount } = await db.query('delete from {schema}.event_words where event_id = $1 and kind = $2', [
    eventId,
    kind,
  ]);
  return rowCount === 1;
}
