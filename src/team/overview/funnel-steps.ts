import { scaleLinear } from 'd3-scale';
import type { Funnel } from '../../db/report.ts';
import type { RegistrantFilter } from '../../domain/registrant-filter.ts';

export interface FunnelStep {
  readonly label: string;
  readonly meaning: string;
  readonly count: number;
  /** Of those registered: `37 %`, `<1 %`. */
  readonly share: string;
  /** Of the bar, in percent of its place. */
  readonly width: number;
  /** The People page's filter that leaves just these people. */
  readonly filter: RegistrantFilter;
}

const STEPS = [
  { name: 'registered', label: 'Registered', meaning: 'Everybody who is registered', filter: {} },
  {
    name: 'delivered',
    label: 'Delivered',
    meaning: 'Their mail server took a mail',
    filter: { delivered: true },
  },
  {
    name: 'opened',
    label: 'Opened',
    meaning: 'A mail was opened, as far as mail programs tell',
    filter: { opened: true },
  },
  {
    name: 'linkOpened',
    label: 'Link opened',
    meaning: 'A link in a mail was followed, or they joined',
    filter: { linkOpened: true },
  },
  { name: 'joined', label: 'Joined', meaning: 'They came in by their link', filter: { joined: true } },
] as const;

/** How many came how far, from registration to the room. */
export function funnelSteps(funnel: Funnel): FunnelStep[] {
  const width = scaleLinear([0, Math.max(1, funnel.registered)], [0, 100]).clamp(true);
  return STEPS.map(({ name, ...step }) => {
    const count = funnel[name];
    const percent = width(count);
    return {
      ...{ ...step, count, share: shareText(percent, count === funnel.registered) },
      // What is not nothing is seen.
      width: count > 0 ? Math.max(0.5, Math.round(percent * 100) / 100) : 0,
    };
  });
}

/** Only nobody is 0 %, and only everybody 100 %. */
function shareText(percent: number, isEverybody: boolean): string {
  if (isEverybody) return `${Math.round(percent)} %`;
  return percent > 0 && percent < 1 ? '<1 %' : `${Math.min(99, Math.round(percent))} %`;
}

/** Why the steps may say less than happened; null: nothing is known to be missing. */
export function unreported({ mailed, delivered, opened }: Funnel): string | null {
  if (mailed > 0 && delivered === 0)
    return 'No delivery was reported yet. Deliveries and opens are known only where the mail provider reports them to us.';
  if (delivered > 0 && opened === 0)
    return 'No opened mail was reported yet. Opens are known only where the mail provider tracks them.';
  return null;
}
