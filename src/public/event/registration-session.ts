import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import type { Event } from '../../domain/event.ts';
import {
  openRegistration,
  REGISTRATION_SESSION_MS,
  type RegistrationSession,
  sealRegistration,
} from '../../domain/registration-session.ts';
import type { AppDependencies } from '../../http/context.ts';

/** The parameter of the thank-you page, and the field of its forms, that carries a session where a frame's cookies are blocked. */
export const SESSION_PARAMETER = 'session';
/** What a registration form says in that field so that its answer carries the session in its address. */
export const SESSION_IN_ADDRESS = 'address';

/** A session, and how it came. */
export interface CarriedSession extends RegistrationSession {
  /** As it stands in the address; null: it came as a cookie. */
  readonly inAddress: string | null;
}

/** What the browser that registered knows of its registration: a cookie, or a parameter of the thank-you page. */
export function createRegistrationSessions({ config, now }: Pick<AppDependencies, 'config' | 'now'>) {
  // The prefix lets no neighbour on another subdomain set it; browsers take it over https only.
  const secure = config.publicUrl.startsWith('https:');
  const name = secure ? '__Host-registered' : 'registered';

  return {
    /** The session of the event that a request carries, or null. `form`: what was posted. */
    read(
      c: Context,
      event: Pick<Event, 'id'>,
      form: Readonly<Record<string, string>> = {},
    ): CarriedSession | null {
      const open = (sealed: string | undefined) =>
        sealed ? openRegistration(config.appSecret, sealed, { eventId: event.id, now: now() }) : null;
      const given = form[SESSION_PARAMETER] ?? c.req.query(SESSION_PARAMETER);
      const inAddress = open(given);
      if (inAddress && given) return { ...inAddress, inAddress: given };
      const inCookie = open(getCookie(c, name));
      return inCookie && { ...inCookie, inAddress: null };
    },

    /** Keeps it in the browser and sends the browser to the thank-you page. `done`: what the page says was done. */
    answer(
      c: Context,
      event: Pick<Event, 'slug'>,
      session: RegistrationSession,
      { inAddress, done }: { readonly inAddress: boolean; readonly done?: 'changed' },
    ): Response {
      const sealed = sealRegistration(config.appSecret, session);
      const query = new URLSearchParams({
        ...(done && { done }),
        ...(inAddress && { [SESSION_PARAMETER]: sealed }),
      });
      if (!inAddress)
        setCookie(c, name, sealed, {
          ...{ path: '/', httpOnly: true, sameSite: 'Strict', secure },
          maxAge: REGISTRATION_SESSION_MS / 1000,
        });
      return c.redirect(`/e/${event.slug}/registered${query.size > 0 ? `?${query}` : ''}`, 303);
    },
  };
}

export type RegistrationSessions = ReturnType<typeof createRegistrationSessions>;
