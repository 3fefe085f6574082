import { Hono } from 'hono';
import { closeRoom, openRoom, undoOpening } from '../../actions/doors.ts';
import { roomClosesAt } from '../../domain/doors.ts';
import { sendPage } from '../../http/send-page.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { act, type TeamEnv } from '../session.ts';
import { ClosePage } from './close-page.tsx';
import { roomState } from './room-state.ts';

/** Opening an event's room before its time, and closing it. */
export function doorRoutes(dependencies: TeamDependencies) {
  const { pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  router.post('/team/events/:id/open', async (c) => {
    const { id } = await requireEvent(pool, c.req.param('id'));
    await act(c, dependencies, (action) => openRoom(action, id));
    return seeOther(c, `/team/events/${id}/overview`, 'room_opened');
  });

  router.post('/team/events/:id/open/undo', async (c) => {
    const { id } = await requireEvent(pool, c.req.param('id'));
    await act(c, dependencies, (action) => undoOpening(action, id));
    return seeOther(c, `/team/events/${id}/overview`, 'room_opening_undone');
  });

  router.get('/team/events/:id/close', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const at = now();
    return sendPage(
      c,
      <ClosePage
        frame={await frame(c)}
        event={teamEvent(event, 'overview', at)}
        timeZone={event.timeZone}
        room={roomState(event, at)}
        hasReplay={event.replayUrl !== null}
        isBeforeStart={at < event.startsAt}
        reopensUntil={roomClosesAt({ ...event, closedAt: null })}
      />,
    );
  });

  router.post('/team/events/:id/close', async (c) => {
    const { id } = await requireEvent(pool, c.req.param('id'));
    await act(c, dependencies, (action) => closeRoom(action, id));
    return seeOther(c, `/team/events/${id}/overview`, 'room_closed');
  });

  return router;
}
