import {
  type AnnouncementProgress,
  announcementProgress,
  refuseAnnouncing,
} from '../../actions/announcement.ts';
import type { Announcement } from '../../db/announcement.ts';
import { allowing } from '../../db/pool.ts';
import { announcementTextFor } from '../../domain/announcement.ts';
import type { Event } from '../../domain/event.ts';
import { languageFor } from '../../domain/locale.ts';
import { nameActors } from '../actors.ts';
import type { TeamDependencies } from '../frame.ts';
import type { AnnouncementRow } from './announcement-table.tsx';

/** Announcements as lists show them. */
export async function announcementRows(
  { pool, now }: Pick<TeamDependencies, 'pool' | 'now'>,
  event: Event,
  announcements: readonly Announcement[],
): Promise<AnnouncementRow[]> {
  const [progress, actorOf] = await Promise.all([
    announcementProgress(allowing(pool, 'slice'), announcements, now()),
    nameActors(
      pool,
      announcements.map(({ askedBy }) => askedBy),
    ),
  ]);
  return announcements.map((announcement) => ({
    announcement,
    subject: subjectOf(announcement, event),
    progress: progress.get(announcement.id) as AnnouncementProgress,
    askedBy: actorOf(announcement.askedBy),
  }));
}

/** Whether the event may still be announced to. */
export function canAnnounce(event: Event, now: Date): boolean {
  try {
    refuseAnnouncing(event, now);
    return true;
  } catch {
    return false;
  }
}

/** In the event's language, as far as there is one; what is the same for everybody stands there as they read it. */
export function subjectOf({ texts, language }: Announcement, event: Event): string {
  const subject = announcementTextFor(texts, languageFor(event.locale), language)?.text.subject ?? '';
  return subject
    .replace(/\{\{\s*eventTitle\s*\}\}/g, () => event.title)
    .replace(/\{\{\s*hostName\s*\}\}/g, () => event.hostName ?? '');
}
