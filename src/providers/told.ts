import type { DeliveryEventType } from '../domain/delivery/status.ts';
import { singleLine } from '../lib/clean-text.ts';

// What webhooks of all kinds are read with: as lenient as can be, since what we do not know today must not be lost.

/** The body of a webhook; undefined where it is no JSON. */
export function toldJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/** What a provider's name for an event means, by its table; null: nothing that we count. */
export function toldEvent(
  table: Readonly<Record<string, DeliveryEventType>>,
  name: string,
): DeliveryEventType | null {
  return Object.hasOwn(table, name) ? (table[name] ?? null) : null;
}

/** A provider's words, on one line and no longer than they may be. */
export function toldText(value: string, most: number): string {
  return singleLine(value).slice(0, most).toWellFormed();
}

/** The named texts that are not empty. */
export function toldDetail(texts: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(texts).flatMap(([name, text]) => (text ? [[name, toldText(text, 500)]] : [])),
  );
}

/**
 * When it happened. A clock that is ahead of ours must not date it into the future for ever; before 1970 there was no mail; NaN: it is not
 * said, or not so that it can be read.
 */
export function toldAt(ms: number, now: Date): Date {
  return Number.isNaN(ms) || ms < 0 || ms > now.getTime() ? now : new Date(ms);
}

const PERSONAL =
  /name|mail|from|^to$|^cc$|^bcc$|subject|address|agent|header|text|html|propert|recipient|^ip$|geo/i;

/** What is kept of an event that we do not know: enough to see what it was, and nobody in it. */
export function withoutPersons(json: unknown): string {
  const kept = (key: string, value: unknown) => {
    if (PERSONAL.test(key) && key !== 'email_id') return undefined;
    return typeof value === 'string' && /@|\s/.test(value) ? '…' : value;
  };
  try {
    return toldText(JSON.stringify(json, kept), 2_000);
  } catch (error) {
    // Refused, it would only come again for a day.
    if (error instanceof RangeError) return 'nested too deep to be read';
    throw error;
  }
}

/** Signed longer ago than any provider still tries, or ahead of our clock by more than clocks differ: somebody repeats it. */
const OLDEST_MS = 48 * 3_600_000;
const AHEAD_MS = 5 * 60_000;

/** Why a signature of that time counts no more; null: it counts. NaN: no time is named. */
export function staleReason(signedAtMs: number, now: Date): string | null {
  if (Number.isNaN(signedAtMs)) return 'It names no time.';
  const age = now.getTime() - signedAtMs;
  if (age > OLDEST_MS) return 'Its timestamp is too old.';
  return age < -AHEAD_MS ? 'Its timestamp lies ahead.' : null;
}
