import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { reportGuessing } from '../../actions/access-link.ts';
import { transaction } from '../../db/pool.ts';
import { findRegistrantByAddress } from '../../db/registrant.ts';
import { countWrongKey, countWrongKeyOfEvent, findWrongKeys } from '../../db/wrong-key.ts';
import { accessKeyMatches } from '../../domain/access-link.ts';
import { addressHash, normalizeAddress } from '../../domain/address.ts';
import type { Event } from '../../domain/event.ts';
import {
  eventRefusedUntil,
  isGuessable,
  isUsedUp,
  refusedUntil,
  WRONG_KEYS,
} from '../../domain/key-guessing.ts';
import { LANGUAGES, languageFor, tagFor } from '../../domain/locale.ts';
import type { Registrant } from '../../domain/registrant.ts';
import { type EventView, eventView } from '../../pages/event-view.ts';
import { enqueue } from '../../queue/boss.ts';
import { replaceKey } from '../../queue/jobs.ts';
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

/** What a personal link's `email` and `key` came to. */
export type Access =
  | { readonly registrant: Registrant }
  /** They are no pair. `isUsedUp`: so many were tried that a short key opens nothing any more. */
  | { readonly registrant: null; readonly email: string | null; readonly isUsedUp: boolean }
  /** Too many were tried: no other one is looked at before `until`. */
  | { readonly registrant: null; readonly email: string; readonly until: Date };

/**
 * Whom the link's `email` and `key` name. A right key that nobody could guess always opens. Wrong keys are counted, per pair,
 * event and client; past the limits short keys are refused, right ones too. Nothing in the answer or in its time tells
 * whether the address is registered.
 */
export function createAccessCheck({ config, pool, boss, limits, now }: AppDependencies) {
  // Guesses at one link are looked at one after the other: else ten thousand at the same instant would all be let
  // through before the first of them is counted.
  const inTurn = createKeyedLock();

  return async (c: Context<AppEnv>, event: Event): Promise<Access> => {
    // A `+` that somebody typed by hand arrives as a space.
    const given = c.req.query('email')?.trim().replaceAll(' ', '+') ?? null;
    const key = c.req.query('key')?.trim() ?? '';
    const email = given && normalizeAddress(given);
    if (!email || !key) return { registrant: null, email: given, isUsedUp: false };
    const find = async () => {
      const found = await findRegistrantByAddress(pool, event.id, email);
      // Compared against something in every case, so that an unknown address takes as long.
      const matches = accessKeyMatches(found?.accessKey ?? '0'.repeat(22), key);
      return matches ? found : null;
    };
    if (!isGuessable(key)) {
      const registrant = await find();
      if (registrant) return { registrant };
    }
    const hash = addressHash(email);
    return inTurn(`${event.id} ${hash}`, async () => {
      const client = limitKey(clientAddress(c, config.trustProxy));
      const at = now();
      const { pair, event: ofEvent } = await findWrongKeys(pool, event.id, hash);
      const until = refusedUntil(pair, at);
      if (until) return { registrant: null, email, until };
      if (isUsedUp(pair)) return { registrant: null, email, isUsedUp: true };
      if (isGuessable(key)) {
        const untilOfEvent = eventRefusedUntil(ofEvent, at);
        // While somebody guesses, whoever made no mistake comes in as ever.
        if (untilOfEvent && (await limits.wrongKeyByClient.isBegun(client)))
          return { registrant: null, email, until: untilOfEvent };
        const registrant = await find();
        if (registrant) return { registrant };
      }
      const waitMs = await limits.wrongKeyByClient.count(client);
      await count(event, { hash, key, at, onlyRegistered: waitMs !== null });
      if (waitMs !== null) return { registrant: null, email, until: new Date(at.getTime() + waitMs) };
      return { registrant: null, email, isUsedUp: false };
    });
  };

  async function count(
    event: Event,
    { hash, key, at, onlyRegistered }: { hash: string; key: string; at: Date; onlyRegistered: boolean },
  ): Promise<void> {
    await transaction(pool, async (db) => {
      const inAll = await countWrongKey(db, event.id, hash, at, { onlyRegistered });
      // A worker looks whether there is a key to replace: here nothing differs.
      if (inAll === WRONG_KEYS.inAll)
        await enqueue(boss, db, replaceKey, { eventId: event.id, addressHash: hash });
      // What a mail program left of a long key is no guess.
      const isGuess = event.keyStyle === 'digits' ? isGuessable(key) : /^\d{4,11}$/.test(key);
      if (isGuess && (await countWrongKeyOfEvent(db, event.id, at)))
        await reportGuessing({ db, now: at }, event.id);
    });
  }
}
