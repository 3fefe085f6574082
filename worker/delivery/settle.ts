import type { Outcome } from '../../src/providers/provider.ts';
import type { WorkerContext } from '../context.ts';
import type { Handed } from './record.ts';

/** Takes the outcomes of what one job handed over: to the metrics, the gate and the recorder. */
export function settler({ recorder, gate, metrics }: WorkerContext) {
  // What was sent together is tried again together.
  const jitter = Math.random();
  const began = performance.now();
  const recording: Promise<unknown>[] = [];
  return {
    outcome(due: Handed, attempt: number, outcome: Outcome): void {
      metrics.observe('send', due.priority, (performance.now() - began) / 1000);
      const result = { due, attempt, jitter, outcome };
      if (outcome.type === 'refused') {
        metrics.count('refused', due.priority);
        recording.push(gate.refuse(outcome).then((againAt) => recorder.record({ ...result, againAt })));
      } else {
        recording.push(recorder.record(result));
        const opened = outcome.type === 'accepted' ? gate.accept() : null;
        if (opened) recording.push(opened);
      }
    },
    /** Resolves when all of it is written down. */
    async recorded(): Promise<void> {
      await Promise.all(recording);
    },
  };
}
