import { scaleBand, scaleLinear } from 'd3-scale';
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
type Unit = (typeof UNITS)[number];

/** Null where no mail was ever due. */
export function sendChart(sends: readonly SendFigures[], timeZone: string): SendChart | null {
  const [first, last] = [sends[0], sends.at(-1)];
  if (!first || !last) return null;
  const { unit, buckets } = bucketsOf(first.dueAt, last.dueAt, timeZone);
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
    const most = Math.max(...(of ?? []));
    if (!of) return [];
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
    return peak
      ? [
          {
            ...{ kind, bars, peak, label: MAIL_KINDS[kind].label },
            total: of.reduce((sum, one) => sum + one, 0),
          },
        ]
      : [];
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

/** The finest stretches of time that are few enough, without a gap from the first to the last. */
function bucketsOf(
  first: Date,
  last: Date,
  timeZone: string,
): { readonly unit: Unit; readonly buckets: readonly Bucket[] } {
  for (const unit of UNITS) {
    const starts: Temporal.ZonedDateTime[] = [];
    const end = startOf(last, unit, timeZone).epochMilliseconds;
    for (
      let at = startOf(first, unit, timeZone);
      at.epochMilliseconds <= end && starts.length <= MOST_BUCKETS;
      at = next(at, unit)
    )
      starts.push(at);
    if (starts.length <= MOST_BUCKETS || unit === 'month')
      return { unit, buckets: starts.map((start) => bucketOf(start, unit, timeZone)) };
  }
  throw new Error('The last unit takes whatever there is.');
}

function startOf(at: Date, unit: Unit, timeZone: string): Temporal.ZonedDateTime {
  const zoned = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);
  switch (unit) {
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
  return unit === 'hour' ? start.add({ hours: 1 }) : start.add({ [`${unit}s`]: 1 }).startOfDay();
}

function bucketOf(start: Temporal.ZonedDateTime, unit: Unit, timeZone: string): Bucket {
  const startsAt = new Date(start.epochMilliseconds);
  const write = (options: Intl.DateTimeFormatOptions, at = startsAt) =>
    new Intl.DateTimeFormat('en-GB', { ...options, timeZone }).format(at);
  const day = write({ weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' });
  const clock = { hour: '2-digit', minute: '2-digit' } as const;
  switch (unit) {
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
