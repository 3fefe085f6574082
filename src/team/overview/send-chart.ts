import { type ScaleBand, scaleBand, scaleLinear } from 'd3-scale';
import { mailsOf, type SendFigures } from '../../db/report.ts';
import { MAIL_KINDS, REGISTRANT_KINDS, type RegistrantKind } from '../../domain/kinds.ts';

/** A stretch of time on the clocks of the event's zone. */
interface Bucket {
  readonly startsAt: Date;
  /** `15 Jan`, `18:00`: under the axis. */
  readonly tick: string;
  /** `Fri 15 Jan 2027, 18:00–19:00`, `the week from Mon 11 Jan 2027` */
  readonly name: string;
}

export interface Bar {
  /** Of its bucket. */
  readonly name: string;
  readonly count: number;
  /** In percent of the chart's width. */
  readonly x: number;
  readonly width: number;
  /** From the top, in the chart's CHART_HEIGHT. */
  readonly y: number;
  readonly height: number;
  /** Its count as it is written above it; null: there is no room for it. */
  readonly counted: Tick | null;
}

export interface ChartRow {
  readonly kind: RegistrantKind;
  readonly label: string;
  readonly total: number;
  readonly bars: readonly Bar[];
  readonly peak: Bar;
}

export interface Tick {
  readonly text: string;
  /** In percent of the chart's width. */
  readonly x: number;
  readonly anchor: 'start' | 'middle' | 'end';
}

/** The mails of an event over time: a row a kind, each on its own scale. */
export interface SendChart {
  readonly rows: readonly ChartRow[];
  readonly ticks: readonly Tick[];
  /** The same in numbers: a line for each stretch of time in which mails were due. */
  readonly table: readonly { readonly name: string; readonly counts: ReadonlyMap<RegistrantKind, number> }[];
}

/** Of a row: its bars and the counts above them. */
export const CHART_HEIGHT = 56;
const COUNT_HEIGHT = 14;
/** Of the longest bar. */
const LONGEST = CHART_HEIGHT - COUNT_HEIGHT;
/** With more bars than that only the longest says its count. */
const MOST_COUNTED = 8;
/** What is not nothing is seen. */
const LEAST = 2;
/** More bars than that are thinner than their gaps on a phone. */
const MOST_BUCKETS = 40;

const UNITS = ['hour', 'day', 'week', 'month'] as const;
type Unit = 'five minutes' | (typeof UNITS)[number];

/** Null where no mail was ever due. */
export function sendChart(sends: readonly SendFigures[], timeZone: string): SendChart | null {
  const [first, last] = [sends[0], sends.at(-1)];
  if (!first || !last) return null;
  const { unit, buckets } = bucketsOf(first.dueAt, last.dueAt, timeZone, UNITS);
  const indexOf = new Map(buckets.map(({ startsAt }, index) => [startsAt.getTime(), index]));
  const counts = new Map<RegistrantKind, number[]>();
  for (const send of sends) {
    const of = counts.get(send.kind) ?? new Array<number>(buckets.length).fill(0);
    const index = indexOf.get(startOf(send.dueAt, unit, timeZone).epochMilliseconds) ?? 0;
    of[index] = (of[index] ?? 0) + mailsOf(send);
    counts.set(send.kind, of);
  }
  const x = scaleBand(buckets.keys(), [0, 100]).paddingInner(0.25);
  const rows = REGISTRANT_KINDS.flatMap((kind): ChartRow[] => {
    const of = counts.get(kind);
    const row = of && barsOf(of, buckets, x);
    return row ? [{ ...row, kind, label: MAIL_KINDS[kind].label }] : [];
  });
  const ticks = ticksOf(buckets, (index) => rounded((x(index) ?? 0) + x.bandwidth() / 2));
  const table = buckets.flatMap(({ name }, index) => {
    const ofBucket = new Map(
      [...counts].flatMap(([kind, of]) => (of[index] ? [[kind, of[index]] as const] : [])),
    );
    return ofBucket.size > 0 ? [{ name, counts: ofBucket }] : [];
  });
  return { rows, ticks, table };
}

/** How many at one time or another, in one row. */
export interface CountChart extends Pick<ChartRow, 'total' | 'bars' | 'peak'> {
  readonly ticks: readonly Tick[];
  readonly table: readonly { readonly name: string; readonly count: number }[];
}

/** Null where there is nobody. `units`: the finest of them that makes few enough bars is taken. */
export function countChart(
  counts: readonly { readonly at: Date; readonly count: number }[],
  timeZone: string,
  units: readonly Unit[],
): CountChart | null {
  const [first, last] = [counts[0], counts.at(-1)];
  if (!first || !last) return null;
  const { unit, buckets } = bucketsOf(first.at, last.at, timeZone, units);
  const indexOf = new Map(buckets.map(({ startsAt }, index) => [startsAt.getTime(), index]));
  const of = new Array<number>(buckets.length).fill(0);
  for (const { at, count } of counts) {
    const index = indexOf.get(startOf(at, unit, timeZone).epochMilliseconds) ?? 0;
    of[index] = (of[index] ?? 0) + count;
  }
  const x = scaleBand(buckets.keys(), [0, 100]).paddingInner(0.25);
  const row = barsOf(of, buckets, x);
  return (
    row && {
      ...row,
      ticks: ticksOf(buckets, (index) => rounded((x(index) ?? 0) + x.bandwidth() / 2)),
      table: buckets.flatMap(({ name }, index) => (of[index] ? [{ name, count: of[index] }] : [])),
    }
  );
}

/** A row's bars on a scale of its own; null: it has none. */
function barsOf(
  of: readonly number[],
  buckets: readonly Bucket[],
  x: ScaleBand<number>,
): Pick<ChartRow, 'total' | 'bars' | 'peak'> | null {
  const most = Math.max(...of);
  const y = scaleLinear([0, most], [0, LONGEST]);
  const isCrowded = buckets.length > MOST_COUNTED;
  const countedBar = (count: number, index: number): Tick | null =>
    isCrowded && index !== of.indexOf(most)
      ? null
      : tickAt(count.toLocaleString('en'), rounded((x(index) ?? 0) + x.bandwidth() / 2));
  const bars = of.flatMap((count, index): Bar[] => {
    if (count === 0) return [];
    const height = Math.max(LEAST, rounded(y(count)));
    return [
      {
        ...{ count, height, name: buckets[index]?.name ?? '', y: CHART_HEIGHT - height },
        counted: countedBar(count, index),
        ...{ x: rounded(x(index) ?? 0), width: rounded(x.bandwidth()) },
      },
    ];
  });
  const peak = bars.find(({ count }) => count === most);
  return peak ? { bars, peak, total: of.reduce((sum, one) => sum + one, 0) } : null;
}

/** The finest stretches of time that are few enough, without a gap from the first to the last. */
function bucketsOf(
  first: Date,
  last: Date,
  timeZone: string,
  units: readonly Unit[],
): { readonly unit: Unit; readonly buckets: readonly Bucket[] } {
  for (const unit of units) {
    const starts: Temporal.ZonedDateTime[] = [];
    const end = startOf(last, unit, timeZone).epochMilliseconds;
    for (
      let at = startOf(first, unit, timeZone);
      at.epochMilliseconds <= end && starts.length <= MOST_BUCKETS;
      at = next(at, unit)
    )
      starts.push(at);
    if (starts.length <= MOST_BUCKETS || unit === units.at(-1))
      return { unit, buckets: starts.map((start) => bucketOf(start, unit, timeZone)) };
  }
  throw new Error('The last unit takes whatever there is.');
}

function startOf(at: Date, unit: Unit, timeZone: string): Temporal.ZonedDateTime {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  switch (unit) {
    case 'five minutes':
      return zoned.round({ smallestUnit: 'minute', roundingIncrement: 5, roundingMode: 'floor' });
    case 'hour':
      return zoned.round({ smallestUnit: 'hour', roundingMode: 'floor' });
    case 'day':
      return zoned.startOfDay();
    case 'week':
      return zoned.subtract({ days: zoned.dayOfWeek - 1 }).startOfDay();
    case 'month':
      return zoned.with({ day: 1 }).startOfDay();
  }
}

function next(start: Temporal.ZonedDateTime, unit: Unit): Temporal.ZonedDateTime {
  if (unit === 'five minutes') return start.add({ minutes: 5 });
  return unit === 'hour' ? start.add({ hours: 1 }) : start.add({ [`${unit}s`]: 1 }).startOfDay();
}

function bucketOf(start: Temporal.ZonedDateTime, unit: Unit, timeZone: string): Bucket {
  const startsAt = new Date(start.epochMilliseconds);
  const write = (options: Intl.DateTimeFormatOptions, at = startsAt) =>
    new Intl.DateTimeFormat('en-GB', { ...options, timeZone }).format(at);
  const day = write({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  switch (unit) {
    case 'five minutes':
    case 'hour': {
      const end = new Date(next(start, unit).epochMilliseconds);
      return { startsAt, tick: write(clock), name: `${day}, ${write(clock)}–${write(clock, end)}` };
    }
    case 'day':
      return { startsAt, tick: write({ day: 'numeric', month: 'short' }), name: day };
    case 'week':
      return { startsAt, tick: write({ day: 'numeric', month: 'short' }), name: `Week from ${day}` };
    case 'month':
      return {
        startsAt,
        tick: write({ month: 'short', year: 'numeric' }),
        name: write({ month: 'long', year: 'numeric' }),
      };
  }
}

/** The first, the last, and two between where there is room. */
function ticksOf(buckets: readonly Bucket[], middleOf: (index: number) => number): Tick[] {
  const end = buckets.length - 1;
  const wanted = end < 4 ? buckets.keys() : [0, Math.round(end / 3), Math.round((2 * end) / 3), end];
  return [...new Set(wanted)].map((index) => tickAt(buckets[index]?.tick ?? '', middleOf(index)));
}

/** A text in the middle of `x`, but never beyond the chart's sides. */
function tickAt(text: string, x: number): Tick {
  if (x < 6) return { text, x: 0, anchor: 'start' };
  return x > 94 ? { text, x: 100, anchor: 'end' } : { text, x, anchor: 'middle' };
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
