/** A time on the clocks of a zone, as `<input type="datetime-local">` writes it: `2027-01-15T18:00`. */
const WALL_TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/;

/** Which of the two times is meant where the clocks are set back and an hour happens twice. */
export const TURNS = ['first', 'second'] as const;
export type Turn = (typeof TURNS)[number];

export type WallReading =
  | { readonly type: 'exact'; readonly at: Date }
  /** The clocks are set forward over it: there is no such time on that day. */
  | { readonly type: 'gap'; readonly before: string; readonly after: string }
  /** It happens twice. */
  | { readonly type: 'overlap'; readonly first: Date; readonly second: Date };

/** The instant at which the clocks of `timeZone` show `wall`; null where it is no time at all. */
export function readWallTime(wall: string, timeZone: string): WallReading | null {
  if (!WALL_TIME.test(wall)) return null;
  let written: Temporal.PlainDateTime;
  try {
    written = Temporal.PlainDateTime.from(wall, { overflow: 'reject' });
  } catch {
    return null;
  }
  const earlier = written.toZonedDateTime(timeZone, { disambiguation: 'earlier' });
  const later = written.toZonedDateTime(timeZone, { disambiguation: 'later' });
  if (earlier.epochMilliseconds === later.epochMilliseconds)
    return { type: 'exact', at: new Date(earlier.epochMilliseconds) };
  if (!earlier.toPlainDateTime().equals(written))
    return { type: 'gap', before: wallTime(earlier), after: wallTime(later) };
  return {
    type: 'overlap',
    first: new Date(earlier.epochMilliseconds),
    second: new Date(later.epochMilliseconds),
  };
}

/** What the clocks of `timeZone` show at an instant, to the minute; and which of two times it is where there are two. */
export function writeWallTime(
  at: Date,
  timeZone: string,
): { readonly wall: string; readonly turn: Turn | null } {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  const wall = wallTime(zoned);
  const reading = readWallTime(wall, timeZone);
  if (reading?.type !== 'overlap') return { wall, turn: null };
  return { wall, turn: at < reading.second ? 'first' : 'second' };
}

function wallTime(zoned: Temporal.ZonedDateTime): string {
  return zoned.toPlainDateTime().toString({ smallestUnit: 'minute' });
}
