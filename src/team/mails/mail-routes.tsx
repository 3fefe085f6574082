import { Hono } from 'hono';
import { listCustomTexts } from '../../db/custom-text.ts';
import { countEventMails, listReminderRuns } from '../../db/event-mails.ts';
import { allowing } from '../../db/pool.ts';
import { sendPage } from '../../http/send-page.ts';
import { requireEvent, type TeamDependencies, teamEvent } from '../frame.ts';
import type { TeamEnv } from '../session.ts';
import { mailRows } from './mail-rows.ts';
import { MailsPage } from './mails-page.tsx';

/** The mails of an event, and how they went. */
export function mailRoutes({ pool, now, frame }: TeamDependencies) {
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/mails', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const [figures, runs, texts] = await Promise.all([
      countEventMails(allowing(pool, 'slice'), event.id),
      listReminderRuns(pool, { eventId: event.id, startsAt: event.startsAt }),
      listCustomTexts(pool, [event.id]),
    ]);
    return sendPage(
      c,
      <MailsPage
        frame={await frame(c)}
        event={teamEvent(event, 'mails', now())}
        timeZone={event.timeZone}
        rows={mailRows(event, { figures, runs, now: now() })}
        customised={texts.map(({ kind }) => kind)}
      />,
    );
  });

  return router;
}
