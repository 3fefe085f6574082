import { type Announcement, findAnnouncements } from '../../src/db/announcement.ts';
import { listCustomTexts } from '../../src/db/custom-text.ts';
import { type Asked, type Due, LEASE_MS, loadDue, type NotYet } from '../../src/db/delivery.ts';
import { findEvents } from '../../src/db/event.ts';
import { replaceVoidKeys } from '../../src/db/key-reset.ts';
import { type Pool, transaction } from '../../src/db/pool.ts';
import { announcementTextFor } from '../../src/domain/announcement.ts';
import { type CustomText, customTextFor } from '../../src/domain/custom-text.ts';
import type { Event } from '../../src/domain/event.ts';
import { type Language, languageFor } from '../../src/domain/locale.ts';
import type { WorkerContext } from '../context.ts';
import type { JobSenders } from './senders.ts';

/** A message that is due, with what decides about it and what its mail is made of. */
export interface Candidate {
  readonly due: Due;
  readonly event: Event | null;
  /** The team's own text for this mail, in its language: that of its kind, or of its announcement; null: the default. */
  readonly customText: VersionedText | null;
  readonly senders: JobSenders;
}

/** A text that is what its version names, for ever. */
export interface VersionedText extends CustomText {
  readonly version: string;
}

/**
 * Reads the messages, their registrants and events, each once: after a crash two jobs that a worker takes together may name the same. Those
 * whose time has not come are returned apart.
 */
export async function load(
  { pool, leases, senders: allSenders, now }: WorkerContext,
  asked: readonly Asked[],
): Promise<{ readonly candidates: Candidate[]; readonly notYet: NotYet[] }> {
  const at = now();
  const each = [...new Map(asked.map((one) => [one.id, one])).values()];
  const { due, notYet } = await loadWithGoodKeys(pool, each, at);
  // A job that runs beside itself in this worker: its first run has these in hand.
  const mine = due.filter(({ id }) => leases.has(id));
  const free = due.filter(({ id }) => !leases.has(id));
  const eventIds = [...new Set(free.flatMap(({ eventId }) => eventId ?? []))];
  const announcementIds = [...new Set(free.flatMap(({ about }) => about?.announcement?.id ?? []))];
  const [events, customTexts, announcements] = await Promise.all([
    findEvents(pool, eventIds),
    listCustomTexts(pool, eventIds),
    findAnnouncements(pool, announcementIds),
  ]);
  const senders = await allSenders.read(free, events);
  const announcementOf = new Map(announcements.map((one) => [one.id, one]));
  const eventOf = new Map(events.map((event) => [event.id, event]));
  const textsOf = Map.groupBy(customTexts, ({ eventId, kind }) => `${eventId} ${kind}`);
  return {
    candidates: free.map((message) => {
      const event = eventOf.get(message.eventId ?? '') ?? null;
      const language = languageFor(message.registrant?.locale, event?.locale);
      const announcement = announcementOf.get(message.about?.announcement?.id ?? '');
      if (announcement)
        return { due: message, event, senders, customText: announced(announcement, language) };
      const texts = textsOf.get(`${message.eventId} ${message.kind}`) ?? [];
      const text = customTextFor(texts, language);
      const version = `${text?.language ?? 'all'} ${text?.updatedAt.getTime()}`;
      return { due: message, event, senders, customText: text && { ...text, version } };
    }),
    notYet: [
      ...notYet,
      ...mine.map(({ ledger, id, priority }) => ({
        ledger,
        id,
        priority,
        at: new Date(at.getTime() + LEASE_MS),
      })),
    ],
  };
}

/** While all access links of an event are reset, whoever is to get a mail gets their new one first. */
async function loadWithGoodKeys(pool: Pool, asked: readonly Asked[], at: Date): ReturnType<typeof loadDue> {
  const loaded = await loadDue(pool, asked, at);
  const voided = loaded.due.flatMap(({ eventId, registrant }) =>
    eventId && registrant?.isKeyVoid ? [{ eventId, id: registrant.id }] : [],
  );
  if (voided.length === 0) return loaded;
  for (const [eventId, some] of Map.groupBy(voided, ({ eventId }) => eventId)) {
    const ids = some.map(({ id }) => id);
    await transaction(pool, (db) => replaceVoidKeys(db, eventId, ids));
  }
  return loadDue(pool, asked, at);
}

function announced(announcement: Announcement, mailLanguage: Language): VersionedText | null {
  const { id, texts, language } = announcement;
  const found = announcementTextFor(texts, mailLanguage, language);
  if (!found) return null;
  const { subject, text } = found.text;
  return { subject, introduction: text, signature: null, version: `${id} ${found.key}` };
}
