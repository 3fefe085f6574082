import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { findRegistrantByAddress } from '../../db/registrant.ts';
import { accessKeyMatches } from '../../domain/access-link.ts';
import { addressHash, normalizeAddress, shownAddress } from '../../domain/address.ts';
import { type LinkReading, readArrivedLink } from '../../domain/arrived-link.ts';
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
 * Whom the link's `email` and `key` name, however the link arrived, or null when they are no pair. Wrong keys are counted, per
 * pair and per client; past the limit it throws `too_many_requests`, for right keys too. Nothing in the answer or in its time
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
    const { readings, email } = readArrivedLink(tailOf(c));
    const client = limitKey(clientAddress(c, config.trustProxy));
    const attempts = readings.map((reading) => ({
      ...reading,
      pair: `${event.id} ${addressHash(reading.email)}`,
    }));
    // In one order, whoever asks: two that wait for each other's would wait for ever.
    const locks = [`client ${client}`, ...attempts.map(({ pair }) => `pair ${pair}`).sort()];
    const registrant =
      attempts.length === 0 ? null : await allInTurn(locks, () => tryAll(event, client, attempts));
    return { registrant, email: shownIn(readings[0]?.email ?? email) };
  };

  async function tryAll(
    event: Event,
    client: string,
    attempts: readonly (LinkReading & { readonly pair: string })[],
  ): Promise<Registrant | null> {
    // All of them are looked at, whatever the first one finds: how long it takes depends on the link alone.
    const [found] = await Promise.all([
      Promise.all(attempts.map(({ email }) => findRegistrantByAddress(pool, event.id, email))),
      ...attempts.map(({ pair }) => limits.wrongKeyByPair.check(pair)),
      limits.wrongKeyByClient.check(client),
    ]);
    const matches = attempts.map(({ keys }, i) => {
      // Compared against something in every case, so that an unknown address takes as long.
      const expected = found[i]?.accessKey ?? '0'.repeat(22);
      return keys.map((key) => accessKeyMatches(expected, key)).includes(true) && found[i] != null;
    });
    const right = matches.indexOf(true);
    // Each key that was tried is a guess. Where one reading lets somebody in, the other one was none, unless it is somebody
    // else's: a link of one's own must not pay for guesses at theirs.
    const wrong = attempts.filter((_, i) => !matches[i] && (right < 0 || found[i]));
    for (const { pair, keys } of wrong)
      for (const _ of keys)
        await Promise.all([limits.wrongKeyByPair.take(pair), limits.wrongKeyByClient.take(client)]);
    return found[right] ?? null;
  }

  function allInTurn<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const [first, ...others] = keys;
    return first === undefined ? work() : inTurn(first, () => allInTurn(others, work));
  }
}

const PERSONAL = /^[^?#]*?\/e\/[^/?#]+\/(?:live|room|calendar(?:\.ics)?)(.*)$/is;

/** All that follows the path of a personal link, as it came; in a link that was damaged a part of it may stand in the path. */
export function tailOf(c: Context): string {
  return PERSONAL.exec(c.req.url)?.[1] ?? '';
}

/** What a form shows of an address that a link had. */
function shownIn(email: string | null): string | null {
  const address = email === null ? null : normalizeAddress(email);
  return address === null ? email : shownAddress(address);
}
