import { isTimeZone } from '../../domain/time.ts';
import type { Option } from './field.tsx';

const ALL_ZONES = ['UTC', ...Intl.supportedValuesOf('timeZone')];

/** How far a zone's clocks are from UTC at an instant: `UTC+05:30`, `UTC`. */
export function zoneOffset(zone: string, at: Date): string {
  const { offset } = Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(zone);
  return offset === '+00:00' ? 'UTC' : `UTC${offset}`;
}

/** `Europe/Paris (UTC+01:00)`; what is no zone as it is. */
export function zoneLabel(zone: string, at: Date): string {
  const name = zone.replaceAll('_', ' ');
  if (!isTimeZone(zone)) return name;
  const offset = zoneOffset(zone, at);
  return name === offset ? name : `${name} (${offset})`;
}

/** All zones, with their offsets at an instant; those that are likely wanted stand first. */
export function zoneOptions(first: readonly string[], at: Date): Option[] {
  return [...new Set([...first.filter(Boolean), ...ALL_ZONES])].map((zone) => ({
    value: zone,
    label: zoneLabel(zone, at),
  }));
}
