import { type Context, Hono } from 'hono';
import { liftStop, unsubscribe } from '../../actions/unsubscribe.ts';
import { findEvent } from '../../db/event.ts';
import { transaction } from '../../db/pool.ts';
import { findRegistrants } from '../../db/registrant.ts';
import { AppError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { readSignedId } from '../../domain/signed-id.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { viewFor } from '../visitor.ts';
import { UnsubscribePage } from './unsubscribe-page.tsx';

/**
 * The link that stops an event's optional mails, without signing in: it is in the mail, and in its headers for the mail
 * program's own button (RFC 8058). A GET only asks, since scanners open links. Where it comes from does not matter:
 * whoever has the link may stop the mails, and start them again.
 */
export function stopRoutes(dependencies: AppDependencies) {
  const { config, pool, limits, now } = dependencies;
  const router = new Hono<AppEnv>();

  router.use('/u/:token', async (c, next) => {
    await next();
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cache-Control', 'no-store');
    c.header('X-Robots-Tag', 'noindex');
  });

  router.get('/u/:token', async (c) => {
    const { event, registrant } = await identify(c);
    return sendPage(c, <UnsubscribePage view={viewFor(c, dependencies, event, registrant)} state="asks" />);
  });

  router.post('/u/:token', async (c) => {
    const { event, registrant } = await identify(c);
    await limits.unsubscribesByRegistrant.take(registrant.id);
    const form = await readForm(c);
    const undo = form.undo === '1';
    await transaction(pool, async (db) => {
      if (undo) await liftStop({ db, now: now() }, event, registrant);
      else await unsubscribe({ db, now: now() }, event, registrant);
    });
    const view = viewFor(c, dependencies, event, registrant);
    return sendPage(c, <UnsubscribePage view={view} state={undo ? 'undone' : 'done'} />);
  });

  async function identify(c: Context<AppEnv>): Promise<{ event: Event; registrant: Registrant }> {
    const id = readSignedId(config.appSecret, 'stop-reminders', c.req.param('token') ?? '');
    const [registrant] = id ? await findRegistrants(pool, [id]) : [];
    const event = registrant && (await findEvent(pool, { id: registrant.eventId }));
    if (!event) throw new AppError('not_found', 'This link belongs to nobody who is registered.');
    return { event, registrant };
  }

  return router;
}
