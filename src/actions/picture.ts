import { insertPicture, type Picture } from '../db/picture.ts';
import type { Event } from '../domain/event.ts';
import { PICTURE_FIELDS, type PictureKind, picturePath } from '../domain/picture.ts';
import type { TeamActionContext } from './context.ts';
import { changeEvent } from './event.ts';

/**
 * Keeps an uploaded picture and shows it on the event, in place of the one before. Throws `not_found` and `conflict` (the event is
 * cancelled).
 */
export async function setPicture(
  context: TeamActionContext,
  event: Event,
  kind: PictureKind,
  picture: Picture,
): Promise<Event> {
  await insertPicture(context.db, picture, context.now);
  const changes = { [PICTURE_FIELDS[kind]]: picturePath(picture.hash), notify: false, dryRun: false };
  return (await changeEvent(context, event.id, changes)).event;
}
