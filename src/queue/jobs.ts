import type { QueueOptions } from 'pg-boss';
import { z } from 'zod';
import type { Lane } from '../domain/message.ts';

/**
 * A job's name, the payload it carries and how its queue behaves: all that someone who enqueues it knows.
 * Payloads hold ids and hashes only, never an address or a name, so that erasing a person need not look here.
 */
export interface JobDefinition<Payload = unknown> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  readonly queue: QueueOptions & { readonly notify?: boolean };
}

/**
 * A worker that dies is noticed by its missing heartbeat and the job runs again: every job here may run twice.
 * Failures of the mail itself are ours to retry (the message's row knows when); what is retried by the queue
 * are failures of the machinery, such as a Postgres that was away for a while.
 */
const SURVIVES_CRASHES = {
  heartbeatSeconds: 10,
  expireInSeconds: 600,
  retryLimit: 100,
  retryDelay: 1,
  retryBackoff: true,
  retryDelayMax: 60,
  retentionSeconds: 14 * 86_400,
  // Finished jobs tell nothing that the message's row does not, and many of them slow every fetch down.
  deleteAfterSeconds: 600,
} satisfies QueueOptions;

const messageIds = z.object({ messageIds: z.array(z.uuid()).min(1).max(100) });

/** Hands up to a hundred messages to the transport. One queue a lane, so that `now` never waits behind `bulk`. */
export const deliver: Readonly<Record<Lane, JobDefinition<z.infer<typeof messageIds>>>> = {
  now: { name: 'deliver-now', payload: messageIds, queue: { ...SURVIVES_CRASHES, notify: true } },
  bulk: { name: 'deliver-bulk', payload: messageIds, queue: SURVIVES_CRASHES },
};

/** Somebody asked for their link with an address: the worker looks whether it is registered, so that the page's
 * answer cannot tell. */
export const selfServe: JobDefinition<{ eventId: string; addressHash: string }> = {
  name: 'self-serve-link',
  payload: z.object({ eventId: z.uuid(), addressHash: z.string().length(64) }),
  queue: { ...SURVIVES_CRASHES, notify: true },
};

/** Each minute: finds what fell between, and clears what is no longer needed. */
export const sweep: JobDefinition<Record<string, never>> = {
  name: 'sweep',
  payload: z.object({}),
  queue: { ...SURVIVES_CRASHES, retryLimit: 0 },
};

export const JOBS: readonly JobDefinition[] = [deliver.now, deliver.bulk, selfServe, sweep];
