import { EVENT_DEFAULTS, type Event } from '../../domain/event.ts';
import { slugify } from '../../domain/text.ts';
import { readWhatFits } from './read-event-form.ts';

const HOUR = 3_600_000;

/**
 * The event that a form would make, for its preview: what cannot be read yet is as it was, or as a new event has it. Nobody
 * can register for it.
 */
export function previewEvent(form: Readonly<Record<string, string>>, event: Event | null, now: Date): Event {
  const read = readWhatFits(form, event);
  const before = event ?? unnamedEvent(now);
  const title = read.title || before.title;
  const startsAt = read.startsAt ?? before.startsAt;
  const endsAt = read.endsAt ?? before.endsAt;
  return {
    ...before,
    ...read,
    title,
    slug: read.slug ?? event?.slug ?? (slugify(title) || 'event'),
    startsAt,
    endsAt: endsAt > startsAt ? endsAt : new Date(startsAt.getTime() + HOUR),
  };
}

/** One that nobody has said anything of. */
function unnamedEvent(now: Date): Event {
  // On the hour, tomorrow.
  const startsAt = new Date(Math.ceil(now.getTime() / HOUR) * HOUR + 24 * HOUR);
  return {
    id: '00000000-0000-0000-0000-000000000000',
    ...EVENT_DEFAULTS,
    slug: 'event',
    title: 'Your event',
    startsAt,
    endsAt: new Date(startsAt.getTime() + HOUR),
    timeZone: 'UTC',
    reminderMinutes: [],
    ...{ openedAt: null, closedAt: null },
    cancelledAt: null,
    sendingPausedAt: null,
    revision: 0,
    ...{ createdAt: now, updatedAt: now },
  };
}
