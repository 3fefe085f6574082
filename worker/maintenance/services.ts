import type { WorkerContext } from '../context.ts';
import { alerts } from './alerts.ts';
import { bounceMailbox } from './bounce-mailbox.ts';
import { cleaner } from './cleaner.ts';
import { digests } from './digests.ts';
import { eventMatcher } from './event-matcher.ts';
import { mailDomains } from './mail-domains.ts';
import { reconciler } from './reconciler.ts';
import { reminderCatchUp } from './reminder-catch-up.ts';
import { rescuer } from './rescuer.ts';
import { retention } from './retention.ts';
import { senderCheck } from './sender-check.ts';
import { registerService, type Service } from './service.ts';

/** Every service that a worker runs. */
export const SERVICES: readonly Service[] = [
  rescuer,
  reminderCatchUp,
  eventMatcher,
  reconciler,
  bounceMailbox,
  cleaner,
  mailDomains,
  retention,
  senderCheck,
  digests,
  alerts,
];

/** `stop`: what of a run would take long ends at once. */
export async function registerMaintenance(context: WorkerContext): Promise<{ stop(): void }> {
  const stopping = new AbortController();
  for (const service of SERVICES) await registerService(context, service, stopping.signal);
  return { stop: () => stopping.abort() };
}
