import { clockDifference, type Finding, findingsOf } from '../domain/finding.ts';
import { isLoopback } from '../domain/loopback.ts';

// What the checks of several providers share.

const clock = findingsOf('Provider’s clock');

/** What our clock is beside a provider's. `date`: of its answer; it is whole seconds. Nothing where it tells none. */
export function clockFindings(provider: string, date: string | undefined, now: Date): readonly Finding[] {
  const at = Date.parse(date ?? '');
  if (Number.isNaN(at)) return [];
  const difference = clockDifference(now.getTime() - at);
  if (!difference) return [clock.ok(`${provider}’s clock and ours agree.`)];
  const message = `Our clock is ${difference.words} ${provider}’s.`;
  const advice = 'Set the clock of the database’s machine, and keep it right with NTP.';
  return [
    difference.isLarge
      ? clock.error(`${message} Webhooks are refused: their signatures are too old, or lie ahead.`, advice)
      : clock.warning(message, advice),
  ];
}

/** That a provider's webhook cannot lead here; null: it can. */
export function unreachableHook(provider: string, publicUrl: string): Finding | null {
  if (!isLoopback(new URL(publicUrl).hostname)) return null;
  return findingsOf('Webhook').skipped(`${provider} cannot reach ${publicUrl}, which is this machine.`);
}

/** What it means that no webhook leads here. */
export const WITHOUT_HOOK = 'bounces and complaints become known late, and most deliveries not at all';

/** Whether what a provider has as a webhook's address is this one. A slash at its end, and what it signs in with, do not count. */
export function isSameUrl(endpoint: string, wanted: string): boolean {
  if (!URL.canParse(endpoint)) return false;
  const url = new URL(endpoint);
  url.username = '';
  url.password = '';
  return url.href.replace(/\/$/, '') === new URL(wanted).href;
}
