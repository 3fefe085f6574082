import type { Event } from '../domain/event.ts';
import { PICTURE_FIELDS, pictureHash } from '../domain/picture.ts';
import type { Db } from './pool.ts';

/** A picture as it is kept and served. */
export interface Picture {
  /** SHA-256 of `bytes`, in hex. */
  readonly hash: string;
  readonly contentType: 'image/png' | 'image/jpeg';
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
}

/** Keeps a picture, once; one that is there already is as good as new. */
export async function insertPicture(db: Db, picture: Picture, now: Date): Promise<void> {
  const { hash, contentType, width, height, bytes } = picture;
  await db.query(
    `insert into {schema}.image (hash, content_type, width, height, bytes, created_at, uploaded_at)
     values ($1, $2, $3, $4, $5, $6, $6)
     on conflict (hash) do update set uploaded_at = greatest(image.uploaded_at, excluded.uploaded_at)`,
    [hash, contentType, width, height, bytes, now],
  );
}

export async function findPicture(db: Db, hash: string): Promise<Picture | null> {
  const { rows } = await db.query<Picture>(
    'select hash, content_type as "contentType", width, height, bytes from {schema}.image where hash = $1',
    [hash],
  );
  return rows[0] ?? null;
}

/** Which of these are there. They stay until the transaction ends. */
export async function lockPictures(db: Db, hashes: readonly string[]): Promise<Set<string>> {
  const { rows } = await db.query<{ hash: string }>(
    'select hash from {schema}.image where hash = any($1) order by hash for key share',
    [hashes],
  );
  return new Set(rows.map(({ hash }) => hash));
}

/** Notes which pictures an event shows, and which it no longer does. All of them must be there. */
export async function keepPictures(db: Db, event: Event, now: Date): Promise<void> {
  const hashes = Object.values(PICTURE_FIELDS)
    .map((field) => pictureHash(event[field]))
    .filter((hash) => hash !== null);
  await db.query(
    `with shown as (
       insert into {schema}.event_image (event_id, hash) select $1, hash from unnest($2::text[]) as hash group by hash
       on conflict (event_id, hash) do update set used_until = null
     )
     update {schema}.event_image set used_until = $3
     where event_id = $1 and used_until is null and hash <> all($2)`,
    [event.id, hashes, now],
  );
}

/**
 * Deletes what nothing shows any more: pictures that were uploaded before `before` and that no event took, and those that events
 * no longer showed by then. One that an event showed while it wrote to people stays as long as the event: their mails
 * show it.
 */
export async function deleteUnusedPictures(db: Db, before: Date): Promise<void> {
  await db.query(
    `delete from {schema}.event_image
     where used_until < $1
       and not exists (
         select from {schema}.message
         where message.event_id = event_image.event_id and message.created_at <= event_image.used_until
       )`,
    [before],
  );
  await db.query(
    `delete from {schema}.image
     where uploaded_at < $1 and not exists (select from {schema}.event_image where event_image.hash = image.hash)`,
    [before],
  );
}
