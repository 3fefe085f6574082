import type { ReactNode } from 'react';

/** In seconds, between two looks at what changes by itself: while a mail is being sent, and otherwise. */
export function lookEvery(isMailUnderWay: boolean): number {
  return isMailUnderWay ? 2 : 15;
}

export interface LiveRegionProps {
  /** Unique on the page, the same in every answer. */
  readonly id: string;
  /** Seconds between looks; null: it is as it will stay, and the looking ends. */
  readonly every: number | null;
  /** Told to screen readers whenever it changes: coarse ("Half of the mails are sent"), or it never falls silent. */
  readonly announce?: string;
  readonly children: ReactNode;
}

/**
 * A part of a page that keeps itself current: the script loads the same address and takes this part out of the
 * answer. Without script, `TeamLayout`'s `refreshSeconds` (the same number) loads the whole page.
 */
export function LiveRegion({ id, every, announce, children }: LiveRegionProps) {
  return (
    <div className="live" id={id} data-refresh={every ?? undefined} data-announce={announce}>
      {children}
    </div>
  );
}
