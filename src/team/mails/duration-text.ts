const UNITS = [
  { name: 'day', minutes: 24 * 60 },
  { name: 'hour', minutes: 60 },
  { name: 'minute', minutes: 1 },
] as const;

/** `1 day`, `90 minutes`, `36 hours`: in the largest unit that it is a whole number of. */
export function durationText(minutes: number): string {
  const unit = UNITS.find((one) => minutes % one.minutes === 0) ?? UNITS[2];
  const count = minutes / unit.minutes;
  return `${count} ${unit.name}${count === 1 ? '' : 's'}`;
}

const MINUTE = 60_000;

/**
 * How far an instant lies ahead, as a countdown says it: `in 2 days 4 hours`, `in 3 hours 5 minutes`, `in 12 minutes`, `in less than a
 * minute`. Rounded up to the minute, and from a day on to the hour.
 */
export function countdownText(at: Date, now: Date): string {
  const ms = at.getTime() - now.getTime();
  if (ms < MINUTE) return 'in less than a minute';
  const minutes = Math.ceil(ms / MINUTE);
  const rounded = minutes < 24 * 60 ? minutes : Math.ceil(minutes / 60) * 60;
  const parts = [
    [Math.floor(rounded / (24 * 60)), 'day'],
    [Math.floor((rounded % (24 * 60)) / 60), 'hour'],
    [rounded % 60, 'minute'],
  ] as const;
  const said = parts.flatMap(([count, unit]) => (count ? `${count} ${unit}${count === 1 ? '' : 's'}` : []));
  return `in ${said.join(' ')}`;
}
