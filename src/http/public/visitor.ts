import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { findRegistrantByAddress } from '../../db/registrant.ts';
import { accessKeyMatches } from '../../domain/access-link.ts';
import { addressHash, normalizeAddress } from '../../domain/address.ts';
import type { Event } from '../../domain/event.ts';
import { LANGUAGES, languageFor, tagFor } from '../../domain/locale.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { type EventView, eventView } from '../../pages/event-view.ts';
import { clientAddress, limitKey } from '../client-address.ts';
import type { AppDependencies, AppEnv } from '../context.ts';
import { createKeyedLock } from '../keyed-lock.ts';

const LANGUAGE_COOKIE = 'language';
const YEAR_SECONDS = 365 * 86_400;

/** `?lang=fr` is remembered: forms and what follows them do not carry it. */
export const rememberLanguage = createMiddleware(async (c, next) => {
  const wanted = c.req.query('lang');
  const language = LANGUAGES.find((known) => known === wanted);
  if (language)
    setCookie(c, LANGUAGE_COOKIE, language, {
      path: '/',
      sameSite: 'Lax',
      httpOnly: true,
      maxAge: YEAR_SECONDS,
    });
  await next();
});

function chosenLanguage(c: Context): string[] {
  const chosen = [c.req.query('lang'), getCookie(c, LANGUAGE_COOKIE)];
  return chosen.filter((tag) => tag !== undefined).filter((tag) => LANGUAGES.some((known) => known === tag));
}

/** The languages that the visitor chose or the browser asks for, best first. */
export function acceptedLocales(c: Context): string[] {
  const match = (wishes: { type: string; q: number }[]) =>
    wishes
      // A quality of zero is the opposite of a wish (RFC 9110, 12.4.2).
      .filter(({ q }) => q > 0)
      .sort((a, b) => b.q - a.q)
      .map(({ type }) => type)
      .join(',');
  const accepted = accepts(c, { header: 'Accept-Language', supports: [], default: '', match });
  return [...chosenLanguage(c), ...accepted.split(',').filter((tag) => tag && tag !== '*')];
}

/** The event as this visitor reads it: in the language and zone of their registration, else of their browser. */
export function viewFor(
  c: Context,
  { config, now }: AppDependencies,
  event: Event,
  registrant: Registrant | null = null,
): EventView {
  const wishes = [...(registrant?.locale ? [registrant.locale] : []), ...acceptedLocales(c)];
  const language = languageFor(...wishes, event.locale);
  const locale = tagFor(language, wishes) ?? tagFor(language, [event.locale]);
  const timeZone = registrant?.timeZone ?? null;
  return eventView(event, { language, locale, timeZone, now: now(), publicUrl: config.publicUrl });
}

/**
 * Whom the link's `email` and `key` name, or null when they are no pair. Wrong keys are counted, per pair and per
 * client; past the limit it throws `too_many_requests`, for right keys too. Nothing in the answer or in its time
 * tells whether the address is registered.
 */
export function createAccessCheck({ config, pool, limits }: AppDependencies) {
  // Guesses at one link, or from one client, are looked at one after the other: else ten thousand at the same
  // instant would all be let through before the first of them is counted.
  const inTurn = createKeyedLock();

  return async (
    c: Context<AppEnv>,
    event: Event,
  ): Promise<{ registrant: Registrant | null; email: string | null }> => {
    // A `+` that somebody typed by hand arrives as a space.
    const given = c.req.query('email')?.trim().replaceAll(' ', '+') ?? null;
    const key = c.req.query('key')?.trim() ?? '';
    const email = given && normalizeAddress(given);
    if (!email) return { registrant: null, email: given };
    const client = limitKey(clientAddress(c, config.trustProxy));
    const pair = `${event.id} ${addressHash(email)}`;
    const registrant = await inTurn(`client ${client}`, () =>
      inTurn(`pair ${pair}`, async () => {
        const [found] = await Promise.all([
          findRegistrantByAddress(pool, event.id, email),
          limits.wrongKeyByPair.check(pair),
          limits.wrongKeyByClient.check(client),
        ]);
        // Compared against something in every case, so that an unknown address takes as long.
        const matches = accessKeyMatches(found?.accessKey ?? '0'.repeat(22), key);
        if (found && matches) return found;
        await Promise.all([limits.wrongKeyByPair.take(pair), limits.wrongKeyByClient.take(client)]);
        return null;
      }),
    );
    return { registrant, email };
  };
}
