import type { Context } from 'hono';
import { accepts } from 'hono/accepts';
import { getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import { reportGuessing } from '../actions/access-link.ts';
import { transaction } from '../db/pool.ts';
import { findRegistrantWithLink } from '../db/registrant.ts';
import { countWrongKey, countWrongKeyOfEvent, findWrongKeys } from '../db/wrong-key.ts';
import { accessKeyMatches } from '../domain/access-link.ts';
import { addressHash, normalizeAddress, shownAddress } from '../domain/address.ts';
import { type LinkReading, readArrivedLink } from '../domain/arrived-link.ts';
import type { Event } from '../domain/event.ts';
import {
  eventRefusedUntil,
  isGuessable,
  isUsedUp,
  refusedUntil,
  WRONG_KEYS,
} from '../domain/key-guessing.ts';
import { LANGUAGES, languageFor, tagFor } from '../domain/locale.ts';
import type { Registrant } from '../domain/registrant.ts';
import { clientAddress, limitKey } from '../http/client-address.ts';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { createKeyedLock } from '../http/keyed-lock.ts';
import { enqueue } from '../queue/boss.ts';
import { replaceKey } from '../queue/jobs.ts';
import { isEmbed } from './embed/embed.ts';
import { type EventView, eventView } from './event/event-view.ts';

const LANGUAGE_COOKIE = 'language';
const YEAR_SECONDS = 365 * 86_400;

/** `?lang=fr` is remembered: forms and what follows them do not carry it. In a frame another site chose it, and they do. */
export const rememberLanguage = createMiddleware(async (c, next) => {
  const wanted = c.req.query('lang');
  const language = LANGUAGES.find((known) => known === wanted);
  if (language && !isEmbed(c))
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
 * Whom the link's `email` and `key` name, however the link arrived. A right key that nobody could guess always opens. Wrong keys
 * are counted, per pair, event and client; past the limits short keys are refused, right ones too. Nothing in the answer or
 * in its time tells whether the address is registered.
 */
export function createAccessCheck({ config, pool, boss, limits, now }: AppDependencies) {
  // Guesses at one link are looked at one after the other: else ten thousand at the same instant would all be let
  // through before the first of them is counted.
  const inTurn = createKeyedLock();

  return async (c: Context<AppEnv>, event: Event): Promise<Access> => {
    const { readings, email } = readArrivedLink(tailOf(c));
    const shown = shownIn(readings[0]?.email ?? email);
    if (readings.length === 0) return { registrant: null, email: shown, isUsedUp: false };
    const attempts = readings.map((reading) => ({ ...reading, hash: addressHash(reading.email) }));
    if (attempts.some(({ keys }) => keys.some((key) => !isGuessable(key)))) {
      const { registrant } = await look(event, attempts, (key) => !isGuessable(key));
      if (registrant) return { registrant };
    }
    // In one order, whoever asks: two that wait for each other's would wait for ever.
    const locks = attempts.map(({ hash }) => `${event.id} ${hash}`).sort();
    return allInTurn(locks, () => tryShort(event, attempts, { c, shown: shown ?? '' }));
  };

  /** All attempts are looked at, whatever the first one finds: how long it takes depends on the link alone. */
  async function look(event: Event, attempts: readonly Attempt[], mayOpen: (key: string) => boolean) {
    const found = await Promise.all(
      attempts.map(({ email }) => findRegistrantWithLink(pool, event.id, email)),
    );
    const matches = attempts.map(({ keys }, i) => {
      // Compared against something in every case, so that an unknown address takes as long.
      const expected = found[i]?.accessKey ?? '0'.repeat(22);
      const right = keys.map((key) => accessKeyMatches(expected, key) && mayOpen(key));
      return right.includes(true) && found[i] != null;
    });
    return { found, matches, registrant: found[matches.indexOf(true)] ?? null };
  }

  async function tryShort(
    event: Event,
    attempts: readonly Attempt[],
    { c, shown }: { readonly c: Context<AppEnv>; readonly shown: string },
  ): Promise<Access> {
    const client = limitKey(clientAddress(c, config.trustProxy));
    const at = now();
    const counts = await Promise.all(attempts.map(({ hash }) => findWrongKeys(pool, event.id, hash)));
    const allowed = attempts.filter((_, i) => {
      const pair = counts[i]?.pair ?? null;
      return !refusedUntil(pair, at) && !isUsedUp(pair);
    });
    const [first] = counts;
    if (allowed.length === 0) {
      const until = first && refusedUntil(first.pair, at);
      return until
        ? { registrant: null, email: shown, until }
        : { registrant: null, email: shown, isUsedUp: true };
    }
    if (allowed.some(({ keys }) => keys.some(isGuessable))) {
      const until = first && eventRefusedUntil(first.event, at);
      // While somebody guesses, whoever made no mistake comes in as ever.
      if (until && (await limits.wrongKeyByClient.isBegun(client)))
        return { registrant: null, email: shown, until };
    }
    const { found, matches, registrant } = await look(event, allowed, isGuessable);
    // Each key that was tried is a guess. Where one reading lets somebody in, the other one was none, unless it is somebody
    // else's: a link of one's own must not pay for guesses at theirs.
    const wrong = allowed.filter((_, i) => !matches[i] && (registrant === null || found[i]));
    let wait = 0;
    for (const { hash, keys } of wrong)
      for (const key of keys) {
        wait = (await limits.wrongKeyByClient.tally(client)).wait;
        await count(event, { hash, key, at, onlyRegistered: wait > 0 });
      }
    if (registrant) return { registrant };
    if (wait > 0) return { registrant: null, email: shown, until: new Date(at.getTime() + wait * 1000) };
    return { registrant: null, email: shown, isUsedUp: false };
  }

  function allInTurn<T>(keys: readonly string[], work: () => Promise<T>): Promise<T> {
    const [first, ...others] = keys;
    return first === undefined ? work() : inTurn(first, () => allInTurn(others, work));
  }

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

type Attempt = LinkReading & { readonly hash: string };

const PERSONAL = /^[^?#]*?\/e\/[^/?#]+\/(?:live|room|registration|calendar(?:\.ics)?)(.*)$/is;

/** All that follows the path of a personal link, as it came; in a link that was damaged a part of it may stand in the path. */
export function tailOf(c: Context): string {
  return PERSONAL.exec(c.req.url)?.[1] ?? '';
}

/** What a form shows of an address that a link had. */
function shownIn(email: string | null): string | null {
  const address = email === null ? null : normalizeAddress(email);
  return address === null ? email : shownAddress(address);
}
