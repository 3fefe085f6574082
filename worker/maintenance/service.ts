import type { ServiceName } from '../../src/domain/maintenance.ts';
import type { WorkerContext } from '../context.ts';

/** Something that is done again and again beside the mails. It may run in several workers, and begin anew at any point. */
export interface Service {
  readonly name: ServiceName;
  /** When it runs, as cron says it. */
  readonly schedule: string;
  /**
   * One run. Rejects where it failed in whole or in part; what the rest of it did stays. `signal`: the worker stops, and what
   * would take longer than seconds ends at once.
   */
  readonly run: (context: WorkerContext, signal: AbortSignal) => Promise<void>;
}

/** Looks for the run that is due so often, in seconds. */
const POLLING_SECONDS = 5;

/** Gives the service its schedule and takes its runs, here or in whichever worker comes first. */
export async function registerService(
  context: WorkerContext,
  service: Service,
  signal: AbortSignal,
): Promise<void> {
  const { name } = service;
  await context.boss.schedule(name, service.schedule);
  await context.boss.work(name, { pollingIntervalSeconds: POLLING_SECONDS }, () =>
    runService(context, service, signal),
  );
}

/** One run of the service. Never rejects: what failed is logged and counted, and stops nothing else. */
export async function runService(
  context: WorkerContext,
  { name, run }: Service,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  const log = context.log.child({ service: name });
  const { metrics } = context;
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  try {
    await run({ ...context, log }, signal);
    metrics.ran(name, 'ok', seconds());
  } catch (error) {
    metrics.ran(name, 'failed', seconds());
    log.error({ err: error }, 'a maintenance service failed');
  }
}

/** Takes the items one after the other, also after one that failed. Rejects at the end with what went wrong. */
export async function inTurn<Item>(
  items: Iterable<Item>,
  step: (item: Item) => Promise<void>,
): Promise<void> {
  const errors: unknown[] = [];
  for (const item of items) {
    try {
      await step(item);
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length === 1) throw errors[0];
  if (errors.length > 1) throw new AggregateError(errors, `${errors.length} steps failed.`);
}
