/** What every name of ours begins with. */
export const PREFIX = 'access_mail_';

/** What a worker counts, by priority. */
const BY_PRIORITY = {
  accepted: 'Mails that the mail server or provider accepted.',
  retried: 'Failed attempts after which a mail is tried again.',
  bounced: 'Mails that the mail server refused for good because of their address.',
  failed: 'Mails that the mail server refused for good for another reason.',
  not_sent: 'Mails that ended unsent: cancelled, too late or no longer wanted.',
  unknown: 'Mails that ended without anybody knowing whether they arrived.',
  possible_duplicates: 'Mails accepted although an earlier attempt may have left, too.',
  refused: 'Times that the mail server or provider refused us, whatever the mail.',
  dropped: 'Mails that were not sent because their address is suppressed.',
} as const;

/** What a worker counts where the provider can be asked about mails. */
const RECONCILED = {
  reconciled: 'Mails that the provider was asked about because it had said nothing.',
  repaired: 'Of the mails looked up: those whose status changed by that.',
  not_found: 'Of the mails looked up: those that the provider did not know.',
} as const;

/** What a worker times for each mail, by priority. */
const TIMED = {
  send: "From the start of its job's delivery until the mail server or provider answered, for each mail.",
  record: 'From that answer until it was written to the database, for each mail.',
} as const;

/** How a run of a maintenance service ended. */
export const RUN_RESULTS = ['ok', 'failed'] as const;
export type RunResult = (typeof RUN_RESULTS)[number];

export type PriorityCounterName = keyof typeof BY_PRIORITY;
export type CounterName = PriorityCounterName | keyof typeof RECONCILED;
export type LatencyName = keyof typeof TIMED;

/** Upper bounds of a worker's times, in seconds. */
export const LATENCY_BUCKETS = [0.005, 0.02, 0.1, 0.5, 2, 10, 30] as const;
/** Upper bounds of HTTP answers, in seconds. */
export const REQUEST_BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

export interface Metric {
  /** Without the prefix. */
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly labels: readonly string[];
  /**
   * Who exports it: each server or worker its own figure, so that the sum over all is right; or `cluster`, what the database
   * says: the same whoever is asked, so it is asked for on its own.
   */
  readonly from: 'server' | 'worker' | 'server, worker' | 'cluster';
  readonly help: string;
}

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
  ...Object.entries(BY_PRIORITY).map(([name, help]) => counter(name, help, ['priority'])),
  ...Object.entries(RECONCILED).map(([name, help]) => counter(name, help, [])),
  ...Object.entries(TIMED).map(
    ([name, help]) =>
      ({ name: `${name}_seconds`, type: 'histogram', labels: ['priority'], from: 'worker', help }) as const,
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
    name: 'oldest_due_seconds',
    type: 'gauge',
    labels: ['priority'],
    from: 'cluster',
    help: 'How long the oldest message that is due has been waiting; 0: none waits.',
  },
  {
    name: 'pending_messages',
    type: 'gauge',
    labels: ['priority'],
    from: 'cluster',
    help: 'Messages still to be sent, counted at most twice a minute.',
  },
  {
    name: 'queue_jobs',
    type: 'gauge',
    labels: ['queue'],
    from: 'cluster',
    help: 'Jobs that wait or run, counted at most twice a minute.',
  },
  {
    name: 'transport_refused',
    type: 'gauge',
    labels: [],
    from: 'cluster',
    help: '1 while a transport refuses us and nothing is handed to it.',
  },
] as const satisfies readonly Metric[];

function counter(name: string, help: string, labels: readonly string[]) {
  return { name: `${name}_total`, type: 'counter', labels, from: 'worker', help } as const;
}

/** The row of a metric. Throws where there is none. */
export function metric(name: string): Metric {
  const found = METRICS.find((row) => row.name === name);
  if (!found) throw new Error(`There is no metric ${name}.`);
  return found;
}

export const PRIORITY_COUNTERS = Object.keys(BY_PRIORITY) as PriorityCounterName[];
export const PLAIN_COUNTERS = Object.keys(RECONCILED) as Exclude<CounterName, PriorityCounterName>[];
export const LATENCIES = Object.keys(TIMED) as LatencyName[];
