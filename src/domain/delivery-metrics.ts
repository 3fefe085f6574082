/** What workers count. */
export const COUNTERS = [
  'accepted',
  'retried',
  'bounced',
  'failed',
  'not_sent',
  'unknown',
  /** Mails accepted although an earlier attempt may have left, too. */
  'possible_duplicates',
  /** Times that we were refused, whatever the mail. */
  'refused',
  /** Mails that went nowhere because their address is suppressed. */
  'dropped',
  /** Mails that the provider was asked about because it said nothing, how many of them were mended by that, and how
   * many it did not know. */
  'looked_up',
  'repaired',
  'not_found',
] as const;
export type CounterName = (typeof COUNTERS)[number];

/** What workers time: handing a mail to the transport, and writing down what became of a group of them. */
export const LATENCIES = ['send', 'record'] as const;
export type LatencyName = (typeof LATENCIES)[number];

/** Upper bounds, in seconds. */
export const LATENCY_BUCKETS = [0.005, 0.02, 0.1, 0.5, 2, 10, 30] as const;
