/** What every name of ours begins with. */
export const PREFIX = 'access_mail_';

interface Family {
  /** Without the prefix. */
  readonly name: string;
  readonly help: string;
  /** What the version before called it; exported beside it for one version (src/operations/former-metrics.ts). */
  readonly formerly?: {
    /** Without the prefix. */
    readonly name: string;
    /** It was 1 or 0, without labels: whether the series with this label stands above zero. */
    readonly flagOf?: { readonly label: string; readonly value: string };
  };
}

export interface Metric extends Family {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /**
   * Who exports it: each server or worker its own figure, so that the sum over all is right; or `cluster`, what the database
   * says: the same whoever is asked, so it is asked for on its own.
   */
  readonly from: 'server' | 'worker' | 'server, worker' | 'cluster';
}

/** What a worker counts, by priority. */
export const PRIORITY_COUNTERS = {
  accepted: {
    name: 'messages_accepted_total',
    help: 'Messages that the mail server or provider accepted.',
    formerly: { name: 'accepted_total' },
  },
  by_fallback: {
    name: 'messages_accepted_by_fallback_total',
    help: 'Of the accepted messages: those that the second transport (FALLBACK_TRANSPORT) took.',
  },
  retried: {
    name: 'messages_retried_total',
    help: 'Failed attempts after which a message is tried again.',
    formerly: { name: 'retried_total' },
  },
  bounced: {
    name: 'messages_bounced_total',
    help: 'Messages that the mail server rejected permanently because of their address.',
    formerly: { name: 'bounced_total' },
  },
  failed: {
    name: 'messages_failed_total',
    help: 'Messages that the mail server rejected permanently for another reason.',
    formerly: { name: 'failed_total' },
  },
  not_sent: {
    name: 'messages_not_sent_total',
    help: 'Messages that ended without being sent: cancelled, too late or no longer eligible.',
    formerly: { name: 'not_sent_total' },
  },
  unknown: {
    name: 'messages_outcome_unknown_total',
    help: 'Messages that ended with an unknown outcome: they may have arrived.',
    formerly: { name: 'unknown_total' },
  },
  possible_duplicates: {
    name: 'messages_possibly_duplicated_total',
    help: 'Messages that were accepted although an earlier attempt may have been accepted too.',
    formerly: { name: 'possible_duplicates_total' },
  },
  refused: {
    name: 'sender_rejections_total',
    help: 'Times that the mail server or provider rejected us as the sender, one mail each.',
    formerly: { name: 'refused_total' },
  },
  dropped: {
    name: 'messages_dropped_total',
    help: 'Messages that were not sent because their address is suppressed.',
    formerly: { name: 'dropped_total' },
  },
} as const satisfies Record<string, Family>;

/** What a worker counts where the provider can be asked about messages, reports come to a mailbox, or webhooks go out. */
export const PLAIN_COUNTERS = {
  reconciled: {
    name: 'messages_reconciled_total',
    help: 'Unconfirmed messages that the provider was asked about.',
    formerly: { name: 'looked_up_total' },
  },
  repaired: {
    name: 'reconciliation_repaired_total',
    help: 'Of the messages asked about: those whose status changed by the answer.',
    formerly: { name: 'repaired_total' },
  },
  not_found: {
    name: 'reconciliation_not_found_total',
    help: 'Of the messages asked about: those that the provider did not know.',
    formerly: { name: 'not_found_total' },
  },
  mailbox_reports: {
    name: 'bounce_mailbox_reports_total',
    help: 'Mails of the bounce mailbox that were reports about messages of ours.',
  },
  mailbox_others: {
    name: 'bounce_mailbox_other_mails_total',
    help: 'Mails of the bounce mailbox that were not: they are marked and left there.',
  },
  mailbox_unreadable: {
    name: 'bounce_mailbox_unreadable_mails_total',
    help: 'Mails that the server of the bounce mailbox could not hand over: they are marked and left there.',
  },
  webhooks_succeeded: {
    name: 'webhook_tries_succeeded_total',
    help: 'Tries to deliver to a webhook endpoint that were answered 2xx.',
  },
  webhooks_failed: {
    name: 'webhook_tries_failed_total',
    help: 'Tries to deliver to a webhook endpoint that were answered otherwise, or not at all.',
  },
  alert_webhook_failed: {
    name: 'alert_webhook_tries_failed_total',
    help: 'Tries to tell ALERT_WEBHOOK_URL of an alert or a digest that were answered otherwise than 2xx, or not at all.',
  },
} as const satisfies Record<string, Family>;

/** What a worker times for each message, by priority. */
export const LATENCIES = {
  send: {
    name: 'message_send_seconds',
    help: "From the start of its job's delivery until the mail server or provider answered, for each message.",
    formerly: { name: 'send_seconds' },
  },
  record: {
    name: 'message_record_seconds',
    help: 'From that answer until it was written to the database, for each message.',
    formerly: { name: 'record_seconds' },
  },
} as const satisfies Record<string, Family>;

/** How a run of a maintenance service ended. */
export const RUN_RESULTS = ['ok', 'failed'] as const;
export type RunResult = (typeof RUN_RESULTS)[number];

export type PriorityCounterName = keyof typeof PRIORITY_COUNTERS;
export type PlainCounterName = keyof typeof PLAIN_COUNTERS;
export type LatencyName = keyof typeof LATENCIES;

/** Upper bounds of a worker's times, in seconds. */
export const LATENCY_BUCKETS = [0.005, 0.02, 0.1, 0.5, 2, 10, 30] as const;
/** Upper bounds of HTTP answers, in seconds. */
export const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** Every metric of ours. Beside them stand prom-client's figures of the process (`process_*`, `nodejs_*`). */
export const METRICS = [
  {
    name: 'http_request_duration_seconds',
    type: 'histogram',
    labels: ['method', 'route', 'status'],
    from: 'server',
    help: 'Until an answer began, by the pattern of its route and the class of its status (2xx).',
  },
  {
    name: 'database_connections',
    type: 'gauge',
    labels: ['state'],
    from: 'server, worker',
    help: 'Open connections of the pool: busy or idle.',
  },
  {
    name: 'database_waiting',
    type: 'gauge',
    labels: [],
    from: 'server, worker',
    help: 'Statements and transactions that wait for a connection of the pool.',
  },
  {
    name: 'replica_lag_seconds',
    type: 'gauge',
    labels: [],
    from: 'server, worker',
    help: 'How far the replica of DATABASE_READ_URL is behind; NaN: it does not answer, or there is none.',
  },
  {
    name: 'replica_reads_total',
    type: 'counter',
    labels: ['answered_by'],
    from: 'server, worker',
    help: 'Reads that the replica of DATABASE_READ_URL may answer, by who did: replica or primary.',
  },
  ...Object.values(PRIORITY_COUNTERS).map((family) => counted(family, ['priority'])),
  ...Object.values(PLAIN_COUNTERS).map((family) => counted(family, [])),
  ...Object.values(LATENCIES).map(
    (family) => ({ ...family, type: 'histogram', labels: ['priority'], from: 'worker' }) as const,
  ),
  {
    name: 'maintenance_runs_total',
    type: 'counter',
    labels: ['service', 'result'],
    from: 'worker',
    help: 'Runs of a maintenance service that ended: ok, or failed in whole or in part.',
  },
  {
    name: 'maintenance_seconds',
    type: 'histogram',
    labels: ['service'],
    from: 'worker',
    help: 'How long a run of a maintenance service took.',
  },
  {
    name: 'alerts_total',
    type: 'counter',
    labels: ['type'],
    from: 'worker',
    help: 'Alerts that the team was told of, each end of one included.',
  },
  {
    name: 'oldest_due_message_seconds',
    type: 'gauge',
    labels: ['priority'],
    from: 'cluster',
    help: 'How long the oldest message that is due has been waiting; 0: none waits.',
    formerly: { name: 'oldest_due_seconds' },
  },
  {
    name: 'pending_messages',
    type: 'gauge',
    labels: ['priority'],
    from: 'cluster',
    help: 'Messages still to be sent, counted at most twice a minute.',
    formerly: { name: 'outstanding_messages' },
  },
  {
    name: 'queue_jobs',
    type: 'gauge',
    labels: ['queue'],
    from: 'cluster',
    help: 'Jobs that wait or run, counted at most twice a minute.',
  },
  {
    name: 'bounce_mailbox_failing_seconds',
    type: 'gauge',
    labels: [],
    from: 'cluster',
    help: 'How long the bounce mailbox cannot be read; 0: it can be, or there is none.',
  },
  {
    name: 'webhook_deliveries_pending',
    type: 'gauge',
    labels: [],
    from: 'cluster',
    help: 'Webhook deliveries still to be made to endpoints that are on, counted at most twice a minute.',
  },
  {
    name: 'webhook_oldest_pending_seconds',
    type: 'gauge',
    labels: [],
    from: 'cluster',
    help: 'How long ago the oldest of them was published; 0: none waits.',
  },
  {
    name: 'webhook_endpoints_switched_off',
    type: 'gauge',
    labels: [],
    from: 'cluster',
    help: 'Webhook endpoints that nothing is published to: by hand, after a 410, or after three days without a 2xx.',
  },
  {
    name: 'sending_by_fallback',
    type: 'gauge',
    labels: [],
    from: 'cluster',
    help: 'Whether mails go by the second transport (FALLBACK_TRANSPORT), since the first takes none: 1 or 0.',
  },
  {
    name: 'circuit_breakers_open',
    type: 'gauge',
    labels: ['scope'],
    from: 'cluster',
    help: 'Open circuit breakers: nothing is sent at all (account), from one sender domain each, to one recipient domain each, or for one event each.',
    formerly: { name: 'transport_refused', flagOf: { label: 'scope', value: 'account' } },
  },
] as const satisfies readonly Metric[];

function counted<const Named extends Family>(family: Named, labels: readonly string[]) {
  return { ...family, type: 'counter', labels, from: 'worker' } as const;
}

/** The row of a metric. Throws where there is none. */
export function metric(name: string): Metric {
  const found = METRICS.find((row) => row.name === name);
  if (!found) throw new Error(`There is no metric ${name}.`);
  return found;
}
