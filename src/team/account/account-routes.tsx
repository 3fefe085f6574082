import { Hono } from 'hono';
import { z } from 'zod';
import { endSessions } from '../../actions/end-sessions.ts';
import { listSessions } from '../../db/session.ts';
import { AppError } from '../../domain/errors.ts';
import { deviceWords } from '../../domain/user-agent.ts';
import { sendPage } from '../../http/send-page.ts';
import { seeOther, type TeamDependencies } from '../frame.ts';
import { act, type TeamEnv } from '../session.ts';
import { AccountPage } from './account-page.tsx';

const PATH = '/team/account';

/** Oneself, and where one is signed in. */
export function accountRoutes(dependencies: TeamDependencies) {
  const { pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get(PATH, async (c) => {
    const { id, member } = c.var.session;
    const sessions = await listSessions(pool, member.id, now());
    return sendPage(
      c,
      <AccountPage
        frame={await frame(c)}
        member={member}
        sessions={sessions.map(({ userAgent, ...session }) => ({
          ...session,
          device: deviceWords(userAgent),
          isThis: session.id === id,
        }))}
      />,
    );
  });

  router.post(`${PATH}/sessions/end-others`, async (c) => {
    const { id, member } = c.var.session;
    await act(c, dependencies, (action) => endSessions(action, member.id, { allBut: id }));
    return seeOther(c, PATH, 'sessions_ended');
  });

  router.post(`${PATH}/sessions/:id/end`, async (c) => {
    const id = z.uuid().safeParse(c.req.param('id'));
    const ended =
      id.success &&
      (await act(c, dependencies, (action) => endSessions(action, c.var.session.member.id, { id: id.data })));
    if (!ended) throw new AppError('not_found', 'That device is already signed out.');
    return seeOther(c, PATH, 'session_ended');
  });

  return router;
}
