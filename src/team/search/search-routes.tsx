import { Hono } from 'hono';
import { z } from 'zod';
import { findEventsByTitle, findPeople, SHORTEST_SEARCH_OF_PEOPLE } from '../../db/search.ts';
import { sendPage } from '../../http/send-page.ts';
import { type TeamDependencies, teamEvent } from '../frame.ts';
import type { TeamEnv } from '../session.ts';
import { findActions } from './search-actions.ts';
import { SearchPage } from './search-page.tsx';

/** Of each kind. */
const MOST = 8;

/** Looks for events, people and actions from anywhere. */
export function searchRoutes({ pool, now, frame }: TeamDependencies) {
  const router = new Hono<TeamEnv>();

  router.get('/team/search', async (c) => {
    const q = (c.req.query('q') ?? '').trim().slice(0, 200).toWellFormed();
    const eventId = z.uuid().safeParse(c.req.query('event')).data ?? null;
    const isAdmin = c.var.session.member.role === 'admin';
    const [events, people, around] = await Promise.all([
      q ? findEventsByTitle(pool, q, MOST) : [],
      findPeople(pool, q, MOST),
      frame(c),
    ]);
    return sendPage(
      c,
      <SearchPage
        frame={around}
        q={q}
        eventId={eventId}
        events={events.map((event) => teamEvent(event, 'people', now()))}
        people={people}
        actions={findActions(q, { isAdmin, eventId })}
        isShort={q !== '' && [...q].length < SHORTEST_SEARCH_OF_PEOPLE}
      />,
    );
  });

  return router;
}
