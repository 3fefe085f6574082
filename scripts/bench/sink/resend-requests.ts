import type { Settings } from '../../../test/support/resend-stand-in.ts';
import type { SinkCount } from './requests.ts';

/** How the stand-in behaves from now on. */
export type ResendSinkOptions = Pick<Settings, 'answerAfterMs' | 'rateLimit'>;

/** What came since the last `begin`: `accepted` and `unique` are mails, `startedAt` is the first call's. */
export interface ResendCount extends SinkCount {
  /** Calls that were accepted, and when the first of them was. */
  readonly calls: number;
  readonly firstAcceptedAt: number | null;
  /** When the last answer was out. */
  readonly lastAnsweredAt: number | null;
  /** Calls answered with 429. */
  readonly tooMany: number;
  /** Calls under way at the same time. */
  readonly mostUnderWay: number;
}

/** What the stand-in may be asked, and what it answers. */
export interface ResendSinkAnswers {
  /** The address to call. */
  readonly begin: string;
  readonly count: ResendCount;
  /** The body of the first call; null before it. */
  readonly sample: Buffer | null;
}

export type ResendSinkAsk =
  | { readonly ask: 'begin'; readonly options: ResendSinkOptions }
  | { readonly ask: Exclude<keyof ResendSinkAnswers, 'begin'> };
