import { z } from 'zod';

const EARLIEST = new Date('0001-01-01T00:00:00Z');
const LATEST = new Date('9999-12-31T23:59:59.999Z');

/** A time, as the API takes it. */
export const instant = z.iso
  .datetime({ offset: true, message: 'must be a time, like 2027-01-15T17:00:00Z' })
  .transform((text) => new Date(text))
  // In UTC, too: a year of five digits is no time that other programs read.
  .refine((at) => at >= EARLIEST && at <= LATEST, 'must be between the years 1 and 9999');
