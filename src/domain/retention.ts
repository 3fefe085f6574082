import type { Event } from './event.ts';

const DAY = 86_400_000;

/** The team is told so many days before an event's people are erased. */
export const NOTICE_DAYS = 7;
const NOTICE_MS = NOTICE_DAYS * DAY;
/** An event's pages speak of the erasure so many days before it. */
const FORETOLD_MS = 30 * DAY;
/** At most so many days may be named. */
export const MOST_DAYS = 36_500;

/** When an event's people are to be erased, and what the team has been told of it. */
export interface ErasurePlan {
  /** So long after the event's end as the event, or else the site, says. */
  readonly dueAt: Date;
  /** When the first mail that tells the team of `dueAt` was taken by the mail server; null: none was. */
  readonly toldAt: Date | null;
}

/** What is to become, or became, of an event's people. */
export interface Erasure {
  /** Null: nobody is ever erased. */
  readonly plan: ErasurePlan | null;
  /** When an erasure began; null: none did. */
  readonly begunAt: Date | null;
  /** When it ended; null: it has not. */
  readonly erasedAt: Date | null;
  /** How many were erased in all. */
  readonly erased: number;
}

/** When an event's people are due to be erased; null: never. `siteDays`: ERASE_AFTER_DAYS. */
export function erasureDueAt(
  { endsAt, eraseAfterDays }: Pick<Event, 'endsAt' | 'eraseAfterDays'>,
  siteDays: number | null,
): Date | null {
  const days = eraseAfterDays ?? siteDays;
  return days === null ? null : new Date(endsAt.getTime() + days * DAY);
}

/** When they are erased as far as it is known now: never before the team has known of it for NOTICE_DAYS. */
export function erasureAt(
  { endsAt }: Pick<Event, 'endsAt'>,
  { dueAt, toldAt }: ErasurePlan,
  now: Date,
): Date {
  // The team is told after the end at the earliest: until then nobody knows whom it is about.
  const told = toldAt ?? new Date(Math.max(now.getTime(), endsAt.getTime(), dueAt.getTime() - NOTICE_MS));
  return new Date(Math.max(dueAt.getTime(), told.getTime() + NOTICE_MS));
}

/** Whether they may be erased at `now`. */
export function mayErase({ dueAt, toldAt }: ErasurePlan, now: Date): boolean {
  return dueAt <= now && toldAt !== null && toldAt.getTime() + NOTICE_MS <= now.getTime();
}

/** What an event's pages say of the erasure of its people. */
export type ShownErasure =
  | { readonly type: 'ahead'; readonly at: Date }
  | { readonly type: 'begun' }
  | { readonly type: 'done'; readonly at: Date };

/** Null: nothing yet. */
export function shownErasure(
  event: Pick<Event, 'endsAt'>,
  { plan, begunAt, erasedAt }: Erasure,
  now: Date,
): ShownErasure | null {
  if (erasedAt) return { type: 'done', at: erasedAt };
  if (begunAt) return { type: 'begun' };
  const at = plan && erasureAt(event, plan, now);
  return at && at.getTime() - FORETOLD_MS <= now.getTime() ? { type: 'ahead', at } : null;
}
