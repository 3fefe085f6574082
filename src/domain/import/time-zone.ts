import { canonicalTimeZone, resolveTimeZone } from '../time.ts';
import { WINDOWS_TIME_ZONES } from './windows-time-zones.ts';

/** What people and platforms call zones, where neither IANA nor Windows does. Of the same clock, the largest city. */
const COMMON: Readonly<Record<string, string>> = {
  'central european time': 'Europe/Berlin',
  'central europe time': 'Europe/Berlin',
  'western european time': 'Europe/Lisbon',
  'eastern european time': 'Europe/Athens',
  'greenwich mean time': 'Europe/London',
  'british time': 'Europe/London',
  'uk time': 'Europe/London',
  'moscow time': 'Europe/Moscow',
  'japan time': 'Asia/Tokyo',
  'hong kong time': 'Asia/Hong_Kong',
  'brasilia time': 'America/Sao_Paulo',
  'eastern time': 'America/New_York',
  'central time': 'America/Chicago',
  'mountain time': 'America/Denver',
  'pacific time': 'America/Los_Angeles',
  'alaska time': 'America/Anchorage',
  'hawaii time': 'Pacific/Honolulu',
  'atlantic time': 'America/Halifax',
  'mitteleuropaische zeit': 'Europe/Berlin',
  mez: 'Europe/Berlin',
  mesz: 'Europe/Berlin',
  cet: 'Europe/Berlin',
  cest: 'Europe/Berlin',
  met: 'Europe/Berlin',
  eet: 'Europe/Athens',
  eest: 'Europe/Athens',
  wet: 'Europe/Lisbon',
  west: 'Europe/Lisbon',
  gmt: 'Europe/London',
  bst: 'Europe/London',
  msk: 'Europe/Moscow',
  est: 'America/New_York',
  est5edt: 'America/New_York',
  edt: 'America/New_York',
  cdt: 'America/Chicago',
  cst6cdt: 'America/Chicago',
  mst: 'America/Denver',
  mdt: 'America/Denver',
  mst7mdt: 'America/Denver',
  pst: 'America/Los_Angeles',
  pdt: 'America/Los_Angeles',
  pst8pdt: 'America/Los_Angeles',
  hst: 'Pacific/Honolulu',
  akst: 'America/Anchorage',
  akdt: 'America/Anchorage',
  brt: 'America/Sao_Paulo',
  jst: 'Asia/Tokyo',
  kst: 'Asia/Seoul',
  hkt: 'Asia/Hong_Kong',
  sgt: 'Asia/Singapore',
  aest: 'Australia/Sydney',
  aedt: 'Australia/Sydney',
  acst: 'Australia/Adelaide',
  acdt: 'Australia/Adelaide',
  awst: 'Australia/Perth',
  nzst: 'Pacific/Auckland',
  nzdt: 'Pacific/Auckland',
  // Cities that platforms name and IANA does not.
  bern: 'Europe/Zurich',
  bonn: 'Europe/Berlin',
  munich: 'Europe/Berlin',
  munchen: 'Europe/Berlin',
  frankfurt: 'Europe/Berlin',
  wien: 'Europe/Vienna',
  rom: 'Europe/Rome',
  roma: 'Europe/Rome',
  londres: 'Europe/London',
  edinburgh: 'Europe/London',
  barcelona: 'Europe/Madrid',
  milan: 'Europe/Rome',
  geneva: 'Europe/Zurich',
  kyiv: 'Europe/Kiev',
  'st. petersburg': 'Europe/Moscow',
  beijing: 'Asia/Shanghai',
  mumbai: 'Asia/Kolkata',
  delhi: 'Asia/Kolkata',
  'new delhi': 'Asia/Kolkata',
  chennai: 'Asia/Kolkata',
  bangalore: 'Asia/Kolkata',
  osaka: 'Asia/Tokyo',
  sapporo: 'Asia/Tokyo',
  hanoi: 'Asia/Bangkok',
  'abu dhabi': 'Asia/Dubai',
  canberra: 'Australia/Sydney',
  washington: 'America/New_York',
  boston: 'America/New_York',
  miami: 'America/New_York',
  'san francisco': 'America/Los_Angeles',
  seattle: 'America/Los_Angeles',
  brasilia: 'America/Sao_Paulo',
  'rio de janeiro': 'America/Sao_Paulo',
};

let byName: ReadonlyMap<string, string> | null = null;

/**
 * The IANA zone that somebody wrote down: `Europe/Paris`, `W. Europe Standard Time`, `(GMT+01:00) Berlin`, `Eastern Time
 * (US & Canada)`, `CEST`; null where it cannot be told. An offset alone names no zone: clocks change, and it does not.
 */
export function readTimeZone(text: string): string | null {
  const written = text.trim().replace(/\s+/g, ' ');
  const inside = /[A-Za-z]+(?:\/[A-Za-z_+-]+)+/.exec(written)?.[0];
  const named = canonicalTimeZone(written) ?? (inside && canonicalTimeZone(inside));
  if (named) return named;
  // `Japan`, `Singapore`; but not what has three letters: Intl takes BST for Dhaka's and IST for India's.
  const resolved = /^[a-z]{3}$/i.test(written) ? null : resolveTimeZone(written);
  const known = resolved && canonicalTimeZone(resolved);
  if (known) return known;
  const [, sign, hours, minutes, rest = ''] =
    /^[([]?(?:GMT|UTC|Z)?\s*(?:([+\-−])\s*(\d{1,2})(?:[:.]?(\d{2}))?)?\s*[)\]]?\s*[-–:]?\s*(.*)$/i.exec(
      written,
    ) ?? [];
  const offset = sign ? (sign === '+' ? 1 : -1) * (60 * Number(hours) + Number(minutes ?? 0)) : null;
  byName ??= zoneNames();
  for (const name of [fold(written), ...candidates(rest)]) {
    const zone = byName.get(name);
    // Whose offset is written down and is another one: it cannot be told which of the two is meant.
    if (zone && (offset === null || hasOffset(zone, offset))) return zone;
  }
  return null;
}

/** The whole, without what stands in brackets, and each city of a list. */
function candidates(text: string): string[] {
  const folded = fold(text);
  const bare = folded.replace(/\s*[([].*?[)\]]/g, '').trim();
  const plain = bare.replace(/\b(?:standard|daylight|summer) time$/, 'time');
  const clock = plain.replace(/ time$/, '');
  return [folded, bare, plain, `${plain} time`, clock, ...bare.split(/\s*[,;/]\s*/)].filter(Boolean);
}

function zoneNames(): ReadonlyMap<string, string> {
  const names = new Map(Object.entries(COMMON));
  const add = (name: string, zone: string) => {
    if (!names.has(name)) names.set(name, zone);
  };
  for (const [windows, zone] of Object.entries(WINDOWS_TIME_ZONES)) {
    add(fold(windows), zone);
    add(fold(windows).replace(/ standard time$/, ' time'), zone);
  }
  const zones = Intl.supportedValuesOf('timeZone');
  for (const zone of zones) add(fold(zone.split('/').at(-1) ?? zone), zone);
  return names;
}

/** Whether a zone's clocks are ever so far from UTC, in minutes: in winter, or in summer. */
function hasOffset(zone: string, offset: number): boolean {
  return [1, 7].some((month) => {
    const at = Date.UTC(2026, month - 1, 1);
    const parts = new Intl.DateTimeFormat('en', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(
      at,
    );
    const written = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(written) ?? [];
    return offset === (sign === '-' ? -1 : 1) * (60 * Number(hours) + Number(minutes));
  });
}

function fold(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replaceAll('_', ' ')
    .replace(/\s+/g, ' ')
    .trim();
}
