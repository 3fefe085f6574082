import { createContext } from 'react';

/** Whose clock a page is read by. */
export interface ReaderClock {
  readonly now: Date;
  /** The reader's own IANA zone; null: not known, times stand in the zone of what they are about. */
  readonly timeZone: string | null;
}

/** Null: a page without a reader, such as a sample: times are written whole, in the zone of what they are about. */
export const ReaderClockContext = createContext<ReaderClock | null>(null);
