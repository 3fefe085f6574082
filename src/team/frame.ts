import type { Context } from 'hono';
import { z } from 'zod';
import { findEvent } from '../db/event.ts';
import type { Db } from '../db/pool.ts';
import { shownAddress } from '../domain/address.ts';
import { AppError } from '../domain/errors.ts';
import { type Event, eventPhase } from '../domain/event.ts';
import { mayFollowUp } from '../domain/schedule.ts';
import type { AppDependencies } from '../http/context.ts';
import { createBanner } from './banner.ts';
import { createEventHeads } from './event-heads.ts';
import { type NoticeIds, type NoticeName, readNotice } from './notices.ts';
import { createOwnChanges, type OwnChanges } from './own-changes.ts';
import type { EventTab, TeamEvent, TeamFrame } from './parts/team-layout.tsx';
import type { TeamEnv } from './session.ts';

/** What the routes of the team's pages share. */
export interface TeamDependencies extends AppDependencies {
  /** What stands around every page: who looks, what is wrong with the mail, what the last action did. */
  frame(c: Context<TeamEnv>): Promise<TeamFrame>;
  readonly ownChanges: OwnChanges;
}

export function createTeamDependencies(dependencies: AppDependencies): TeamDependencies {
  const { config, operations, pool, now, log } = dependencies;
  const banner = createBanner({
    readMailState: operations.readMailState,
    ...{ pool, now, log },
    siteAddress: config.mailFrom.address,
  });
  const headOf = createEventHeads({ pool, log, publicUrl: config.publicUrl });
  return {
    ...dependencies,
    ownChanges: createOwnChanges(dependencies),
    async frame(c) {
      const { email, role } = c.var.session.member;
      const event = z.uuid().safeParse(/^\/team\/events\/([^/]+)/.exec(c.req.path)?.[1]);
      const [mail, eventHead, notice] = await Promise.all([
        banner(event.data ?? null),
        event.success ? headOf(event.data) : null,
        readNotice(pool, c, now()),
      ]);
      return {
        member: { email: shownAddress(email), role },
        banner: mail,
        notice,
        eventHead,
      };
    },
  };
}

/** The event that a page is about. Throws `not_found`. */
export async function requireEvent(db: Db, id: string | undefined): Promise<Event> {
  const known = z.uuid().safeParse(id);
  const event = known.success ? await findEvent(db, { id: known.data }) : null;
  if (!event) throw new AppError('not_found', 'There is no such event.');
  return event;
}

/** The event as the head of its pages shows it; its times are those of its own zone. */
export function teamEvent(event: Event, tab: EventTab, now: Date): TeamEvent {
  const { id, slug, title, locale, startsAt, endsAt, timeZone } = event;
  const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'full', timeZone });
  const time = new Intl.DateTimeFormat('en-GB', { timeStyle: 'short', timeZone });
  const ends =
    day.format(startsAt) === day.format(endsAt)
      ? time
      : new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const phase = eventPhase(event, now);
  return {
    ...{ id, slug, title, locale, tab },
    isCancelled: phase === 'cancelled',
    isOver: phase === 'ended',
    // After the end only follow-ups can be resumed.
    isPaused: event.sendingPausedAt !== null && (phase !== 'ended' || mayFollowUp(event, now)),
    whenText: `${day.format(startsAt)}, ${time.format(startsAt)} – ${ends.format(endsAt)}, ${timeZone}`,
  };
}

/** Back to a page after an action, which it then tells of. */
export function seeOther(
  c: Context,
  path: string,
  notice?: NoticeName,
  /** Ids of what the notice is about, by which `readNotice` finds what it names. */
  about: NoticeIds = {},
): Response {
  const url = new URL(path, 'http://of.ours');
  if (notice) url.searchParams.set('notice', notice);
  for (const [name, id] of Object.entries(about)) url.searchParams.set(`notice.${name}`, id);
  return c.redirect(url.pathname + url.search + url.hash, 303);
}
