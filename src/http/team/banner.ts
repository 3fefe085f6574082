import { type DeliveryHealth, deliveryHealth } from '../../db/delivery-health.ts';
import { LANES } from '../../domain/message.ts';
import type { TeamBanner } from '../../pages/team/parts/team-layout.tsx';
import type { AppDependencies } from '../context.ts';

/** Looked up once for all pages of so many milliseconds. */
const FRESH_MS = 5_000;

export function createBanner({
  pool,
  now,
}: Pick<AppDependencies, 'pool' | 'now'>): () => Promise<TeamBanner | null> {
  let known: { readonly at: number; readonly banner: Promise<TeamBanner | null> } | null = null;
  return () => {
    const at = performance.now();
    if (!known || at - known.at > FRESH_MS)
      known = { at, banner: deliveryHealth(pool, now()).then((health) => bannerOf(health)) };
    return known.banner;
  };
}

export function bannerOf({ state, refusals, lanes }: DeliveryHealth): TeamBanner | null {
  const [refusal] = refusals;
  if (refusal)
    return {
      tone: 'danger',
      text: `No mail goes out: the mail server refuses us. “${refusal.reason}” It is tried again each minute; mails wait and are not lost.`,
    };
  if (state !== 'late') return null;
  const seconds = Math.max(...LANES.map((lane) => lanes[lane].oldestDueSeconds));
  const minutes = Math.round(seconds / 60);
  const waiting = LANES.reduce((sum, lane) => sum + lanes[lane].outstanding, 0);
  return {
    tone: 'warning',
    text: `Mail is late: the oldest has been due for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, and ${waiting.toLocaleString('en')} ${waiting === 1 ? 'waits' : 'wait'}. Is a worker running?`,
  };
}
