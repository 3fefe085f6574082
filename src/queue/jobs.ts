import type { QueueOptions, QueuePolicy } from 'pg-boss';
import { z } from 'zod';
import type { Selection } from '../db/fan-out.ts';
import { FAN_OUT_KINDS, type FanOutKind } from '../domain/kinds.ts';
import { MAINTENANCE_SERVICES, type ServiceName } from '../domain/maintenance.ts';
import { type About, PRIORITIES, type Priority } from '../domain/message.ts';
import { registrantFilter } from '../domain/registrant-filter.ts';
import { TIMED_KINDS, type TimedKind } from '../domain/schedule.ts';

/**
 * A job's name, the payload it carries and how its queue behaves: all that someone who enqueues it knows.
 * Payloads hold ids and hashes only, never an address or a name, so that erasing a person need not look here.
 */
export interface JobDefinition<Payload = unknown> {
  readonly name: string;
  readonly payload: z.ZodType<Payload>;
  readonly queue: QueueOptions & { readonly notify?: boolean; readonly policy?: QueuePolicy };
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

/** How many messages a delivery job carries at the most: as many as Resend takes in one call. */
export const MESSAGES_PER_JOB = 100;

const messages = z.object({
  /** In whose ledger they are: an event's, or, null, the team's. Jobs of earlier versions do not say. */
  eventId: z.uuid().nullish(),
  messageIds: z.array(z.uuid()).min(1).max(MESSAGES_PER_JOB),
});

/** A worker that lives gets on with its job: with a mail server that takes seconds a mail a hundred need minutes. */
const DELIVERS = { ...SURVIVES_CRASHES, expireInSeconds: 3_600 } satisfies QueueOptions;

/** Hands up to a hundred messages to the transport. One queue a priority, so that `urgent` never waits behind `bulk`. */
export const deliver: Readonly<Record<Priority, JobDefinition<z.infer<typeof messages>>>> = {
  urgent: { name: 'deliver-urgent', payload: messages, queue: { ...DELIVERS, notify: true } },
  bulk: { name: 'deliver-bulk', payload: messages, queue: DELIVERS },
};

/** Somebody asked for their link with an address: the worker looks whether it is registered, so that the page's
 * answer cannot tell. */
export const selfServe: JobDefinition<{ eventId: string; addressHash: string }> = {
  name: 'self-serve-link',
  payload: z.object({ eventId: z.uuid(), addressHash: z.string().length(64) }),
  queue: { ...SURVIVES_CRASHES, notify: true },
};

/** Somebody registered with the public form: the worker looks whether they were registered already, so that the page's answer cannot tell. */
export const registration: JobDefinition<{ requestId: string }> = {
  name: 'registration',
  payload: z.object({ requestId: z.uuid() }),
  queue: { ...SURVIVES_CRASHES, notify: true },
};

/**
 * Domains that people registered with are to be looked up in the DNS: the table says which, and `domains` those that are not noted there
 * yet.
 */
export const lookUpDomains: JobDefinition<{ domains?: readonly string[] | undefined }> = {
  name: 'look-up-domains',
  payload: z.strictObject({ domains: z.array(z.string().max(253)).optional() }),
  queue: { ...SURVIVES_CRASHES, notify: true },
};

/** So many wrong keys were tried for an address that a short key of its registrant, if there is one, is replaced. */
export const replaceKey: JobDefinition<{ eventId: string; addressHash: string }> = {
  name: 'replace-key',
  payload: selfServe.payload,
  queue: { ...SURVIVES_CRASHES, notify: true },
};

/** A team member removed a registrant, and did not take it back in the seconds until now. */
export const removal: JobDefinition<{
  eventId: string;
  registrantId: string;
  actor: string;
  memberId: string | null;
}> = {
  name: 'removal',
  payload: z.object({
    eventId: z.uuid(),
    registrantId: z.uuid(),
    actor: z.string().max(100),
    memberId: z.uuid().nullable(),
  }),
  queue: SURVIVES_CRASHES,
};

/** Somebody asked to sign in with an address: the worker looks whether it is on the team. */
export const signIn: JobDefinition<{
  addressHash: string;
  language: string;
  nextPath: string;
  browserHash: string | null;
}> = {
  name: 'sign-in',
  payload: z.object({
    addressHash: z.string().length(64),
    language: z.string().max(35),
    nextPath: z.string().startsWith('/').max(2_000),
    // Jobs of earlier versions have none.
    browserHash: z.string().length(64).nullable().default(null),
  }),
  queue: { ...SURVIVES_CRASHES, notify: true },
};

/** What is left of a fan-out: which mail, to whom of the event, and how far the slices before came. */
export interface FanOutRest {
  readonly eventId: string;
  readonly kind: FanOutKind;
  readonly dedupeKey: string;
  readonly priority: Priority;
  readonly selection: Selection;
  /** Who had a mail of this kind after this instant is left out; ISO 8601, or null. */
  readonly quietSince: string | null;
  /** Only who registered before this instant; ISO 8601, or null: everybody. */
  readonly registeredBefore: string | null;
  /** ISO 8601; null: they are due at once. */
  readonly dueAt: string | null;
  /** ISO 8601 */
  readonly expiresAt: string;
  readonly about: About | null;
  /** The event's revision that the mail speaks of: once it has another the rest is not sent. Null: of any. */
  readonly revision: number | null;
  /** The last registrant dealt with. */
  readonly after: string;
  /** How many slices were taken. */
  readonly slices: number;
}

/** Takes the next slice of a mail to many, and adds the job for the one after it. */
export const fanOut: JobDefinition<FanOutRest> = {
  name: 'fan-out',
  payload: z.object({
    eventId: z.uuid(),
    kind: z.enum(FAN_OUT_KINDS),
    dedupeKey: z.string().min(1).max(200),
    priority: z.enum(PRIORITIES),
    // Jobs of earlier versions say `all` of everybody.
    selection: z.union([z.strictObject({ all: z.literal(true) }), registrantFilter]),
    quietSince: z.iso.datetime().nullable(),
    registeredBefore: z.iso.datetime().nullable(),
    // Jobs of earlier versions have none.
    dueAt: z.iso.datetime().nullable().default(null),
    expiresAt: z.iso.datetime(),
    about: z
      .strictObject({
        announcement: z.strictObject({ id: z.uuid() }).optional(),
        reminder: z.strictObject({ minutesBefore: z.int(), startsAt: z.iso.datetime() }).optional(),
        timed: z.strictObject({ minutes: z.int(), anchorAt: z.iso.datetime() }).optional(),
      })
      .nullable(),
    revision: z.int().nullable(),
    after: z.uuid(),
    slices: z.int().min(1),
  }),
  queue: { ...SURVIVES_CRASHES, notify: true },
};

/** At the time of an announcement that was scheduled: makes its next messages due, and adds the job for those after them. */
export const releaseScheduled: JobDefinition<{ eventId: string; dedupeKey: string }> = {
  name: 'release-scheduled',
  payload: z.object({ eventId: z.uuid(), dedupeKey: z.string().min(1).max(200) }),
  queue: { ...SURVIVES_CRASHES, notify: true },
};

/** Gives the registrants of an event new access keys, slice by slice. The table says how far it came. */
export const resetKeys: JobDefinition<{ eventId: string }> = {
  name: 'reset-keys',
  payload: z.object({ eventId: z.uuid() }),
  // Half a million registrants take half a minute; on a slow machine ten times as long.
  queue: { ...SURVIVES_CRASHES, notify: true, expireInSeconds: 3_600 },
};

/** After a pause: brings back the next mails of the event that were held, and adds the job for those after them. */
export const releaseHeld: JobDefinition<{ eventId: string }> = {
  name: 'release-held',
  payload: z.object({ eventId: z.uuid() }),
  queue: { ...SURVIVES_CRASHES, notify: true },
};

/** At its exact time: puts a timed mail of an event on its way, unless the event has moved meanwhile. Its queue is older than the other kinds. */
export const timedMail: JobDefinition<{
  eventId: string;
  kind: TimedKind;
  minutes: number;
  anchorAt: string;
}> = {
  name: 'remind',
  payload: z.object({
    eventId: z.uuid(),
    // Jobs of earlier versions are of reminders, and do not say so.
    kind: z.enum(TIMED_KINDS).default('reminder'),
    minutes: z.int().min(0),
    anchorAt: z.iso.datetime(),
  }),
  // Due for months ahead: kept until then.
  queue: { ...SURVIVES_CRASHES, notify: true, retentionSeconds: 400 * 86_400 },
};

/** Writes an export to see how large it is, and mails it. */
export const buildExport: JobDefinition<{ exportId: string }> = {
  name: 'export',
  payload: z.object({ exportId: z.uuid() }),
  // Half a million registrants take a few seconds; a database that has much else to do longer.
  queue: { ...SURVIVES_CRASHES, notify: true, expireInSeconds: 3_600 },
};

/**
 * Sends what is due for one webhook endpoint. At most one such job of an endpoint (its `singletonKey`) waits or runs at any time; the
 * deliveries' rows say when each is due, and every worker looks for them.
 */
export const webhooks: JobDefinition<{ endpointId: string }> = {
  name: 'webhooks',
  payload: z.object({ endpointId: z.uuid() }),
  // One that failed, or whose worker died, is followed by a new one.
  queue: { ...SURVIVES_CRASHES, policy: 'exclusive', retryLimit: 0, notify: true },
};

/** Asks the provider to take an address off its own suppression list, since the team allows mail to it. */
export const liftAtProvider: JobDefinition<{ addressHash: string; askedAt: string }> = {
  name: 'lift-at-provider',
  payload: z.object({ addressHash: z.string().length(64), askedAt: z.iso.datetime() }),
  queue: { ...SURVIVES_CRASHES, notify: true },
};

/** Tells the alert webhook one thing. Tried again after 5 s, 10 s, 20 s and so on up to an hour, for three hours or so. */
export const postNotice: JobDefinition<{ noticeId: string }> = {
  name: 'post-notice',
  payload: z.object({ noticeId: z.uuid() }),
  queue: { ...SURVIVES_CRASHES, notify: true, retryLimit: 12, retryDelay: 5, retryDelayMax: 3_600 },
};

/**
 * The runs of the maintenance services. At most one of a service waits or runs at any time: one that takes long delays
 * its next, and never has it beside it.
 */
export const maintenance: readonly (JobDefinition & { readonly name: ServiceName })[] =
  MAINTENANCE_SERVICES.map((name) => ({
    name,
    payload: z.object({}),
    // A run that failed is not repeated: the next one does the same.
    queue: { ...SURVIVES_CRASHES, policy: 'exclusive', retryLimit: 0 },
  }));

export const JOBS: readonly JobDefinition[] = [
  deliver.urgent,
  deliver.bulk,
  fanOut,
  releaseScheduled,
  releaseHeld,
  resetKeys,
  registration,
  lookUpDomains,
  selfServe,
  replaceKey,
  removal,
  signIn,
  timedMail,
  buildExport,
  webhooks,
  liftAtProvider,
  postNotice,
  ...maintenance,
];

/** Jobs of an earlier version: what they are called now. */
export interface RenamedJobs {
  readonly from: string;
  readonly to: string;
  /** Keys of the payload, and what they are called now. */
  readonly keys?: Readonly<Record<string, string>>;
  /** By the key as it is called now: values, and what they are called now. */
  readonly values?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** A migration takes these over, as they wait or run. */
export const RENAMED: readonly RenamedJobs[] = [
  // Until 0.2.0.
  { from: 'deliver-now', to: deliver.urgent.name },
  {
    from: fanOut.name,
    to: fanOut.name,
    keys: { occurrence: 'dedupeKey', lane: 'priority' },
    values: { priority: { now: 'urgent' } },
  },
  {
    from: timedMail.name,
    to: timedMail.name,
    keys: { minutesBefore: 'minutes', startsAt: 'anchorAt' },
  },
];

/** Queues of earlier versions whose jobs need nobody any more; a migration deletes them, with their schedules. */
export const RETIRED: readonly string[] = ['sweep', 'look-up'];
