import { monotonicMs } from '../clock.ts';

/** Runs what it is given in order, at most `perSecond` a second, as a server that limits its clients does. */
export function createPace(perSecond: number): (run: () => void) => void {
  const waiting: { readonly at: number; readonly run: () => void }[] = [];
  let next = 0;
  let timer: NodeJS.Timeout | null = null;

  const drain = () => {
    timer = null;
    const now = monotonicMs();
    for (let first = waiting[0]; first && first.at <= now; first = waiting[0]) {
      waiting.shift();
      first.run();
    }
    schedule();
  };
  const schedule = () => {
    const [first] = waiting;
    if (first && !timer) timer = setTimeout(drain, Math.max(0, first.at - monotonicMs()));
  };
  return (run) => {
    const at = Math.max(monotonicMs(), next);
    next = at + 1000 / perSecond;
    waiting.push({ at, run });
    schedule();
  };
}
