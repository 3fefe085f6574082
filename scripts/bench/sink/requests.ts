/** How the sink behaves from now on. */
export interface SinkOptions {
  /** Milliseconds before each reply. */
  readonly delayMs: number;
  /** Mails it accepts a second; null: as many as come. */
  readonly perSecond: number | null;
  /** Beginning of the addresses whose arrival is noted one by one; null: of none. */
  readonly watch: string | null;
}

/** What came since the last `begin`. Times are those of `monotonicMs`. */
export interface SinkCount {
  readonly accepted: number;
  /** Different Message-IDs. */
  readonly unique: number;
  /** The first MAIL command; null before it. */
  readonly startedAt: number | null;
  readonly lastAcceptedAt: number | null;
}

/** What the sink may be asked, and what it answers. */
export interface SinkAnswers {
  readonly begin: null;
  readonly count: SinkCount;
  /** Pairs of a watched address and when its mail was first accepted. */
  readonly arrivals: readonly (readonly [address: string, at: number])[];
  /** The first mail's source, latin1; null before it. */
  readonly sample: string | null;
}

export type SinkAsk =
  | { readonly ask: 'begin'; readonly options: SinkOptions }
  | { readonly ask: Exclude<keyof SinkAnswers, 'begin'> };

export type SinkRequest = { readonly id: number } & SinkAsk;
