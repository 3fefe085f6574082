import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import { findEvent } from '../../db/event.ts';
import { slugIn } from '../../domain/arrived-link.ts';
import { AppError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import type { Registrant } from '../../domain/registrant.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { sendPage } from '../../http/send-page.ts';
import { createAccessCheck, viewFor } from '../visitor.ts';
import { LinkRefusedPage } from './link-refused-page.tsx';

/** Everything behind a personal link: its address is a credential, so nobody keeps it and nobody passes it on. */
export const personal = createMiddleware(async (c, next) => {
  await next();
  c.header('Referrer-Policy', 'no-referrer');
  c.header('Cache-Control', 'no-store');
  c.header('X-Robots-Tag', 'noindex');
});

/** A page's path, and what it may have become: with the question mark and all that follows in it, encoded, or a slash. */
export function pathsOf(page: string): string[] {
  // `calendar.` begins the name of the file.
  const name = page === 'calendar' ? 'calendar(?!\\.ics)' : page.replace('.', '\\.');
  return [`/e/:slug/${page}`, `/e/:slug/:page{${name}[^a-z0-9-].*}`];
}

/** Without the origin: the visitor stays on the one they came by. */
export function pathOf(url: string): string {
  const { pathname, search } = new URL(url);
  return pathname + search;
}

type Enter = (event: Event, registrant: Registrant) => Response | Promise<Response>;

/** Answers a personal link: `enter` for whoever it names; else the page that says why it opens nothing, and offers the right one. */
export function createDoor(dependencies: AppDependencies) {
  const { pool, now } = dependencies;
  const identify = createAccessCheck(dependencies);

  return async (c: Context<AppEnv>, enter: Enter): Promise<Response> => {
    const event = await findEvent(pool, { slug: slugIn(c.req.param('slug') ?? '') });
    if (!event) throw new AppError('not_found', 'There is no such event.');
    const access = await identify(c, event);
    if (access.registrant) return enter(event, access.registrant);
    const page = { view: viewFor(c, dependencies, event), email: access.email };
    if (!('until' in access))
      return sendPage(c, <LinkRefusedPage {...page} isLocked={access.isUsedUp} />, 403);
    const seconds = Math.max(1, Math.ceil((access.until.getTime() - now().getTime()) / 1000));
    c.header('Retry-After', String(seconds));
    return sendPage(c, <LinkRefusedPage {...page} isLocked retryAfter={seconds} />, 429);
  };
}
