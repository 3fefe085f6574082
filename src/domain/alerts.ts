import { FLOODS, type FloodName } from './flood.ts';
import { type Kind, MAIL_KINDS } from './kinds.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** The team is told at most once in so long that the same thing began, or happened. */
export const ALERT_PERIOD_MS = HOUR;
/** What has ended has to stay so for so long before the team is told: what comes back earlier has gone on. */
export const ALERT_QUIET_MS = 5 * MINUTE;

export const SEVERITIES = ['critical', 'warning', 'notice'] as const;
/** `critical`: people wait for mails that do not go out. `notice`: nothing is wrong, but somebody should know of it. */
export type Severity = (typeof SEVERITIES)[number];

/** What the row of an alert that is about an event knows of it. */
interface Named {
  readonly eventTitle: string | null;
}

/** All that is known of a type of alert. `Keys`: the facts that tell one thing of the type from the next. */
interface AlertRow<Facts, Keys extends readonly (keyof Facts)[]> {
  /** When it is raised: for the documentation. */
  readonly when: string;
  readonly severity: Severity;
  /** Mail may not go out meanwhile: where there is a webhook, it is told by that alone. */
  readonly stopsMail: boolean;
  readonly key: Keys;
  /** A sentence without its full stop, the subject of its mail: no link, and no word in capitals. */
  readonly title: (facts: Facts & Named) => string;
  /** What it means, and what to do. */
  readonly text: (facts: Facts & Named) => string;
  /** The title that tells of its end; `lasted`: `14 minutes`. Null: it has none, it happens. */
  readonly over: ((facts: Facts & Named, lasted: string) => string) | null;
  /** The page of the team that says more. */
  readonly path: (facts: Facts) => string;
}

const alert =
  <Facts extends object>() =>
  <const Keys extends readonly (keyof Facts)[]>(row: AlertRow<Facts, Keys>) =>
    row;

interface OfEvent {
  readonly eventId: string;
}

/** Every type of alert. A new one is a row here, and a call of `raiseAlert` where it begins (and of `endAlert` where it ends). */
export const ALERTS = {
  mail_refused: alert<{ provider: string; reason: string }>()({
    when: 'the circuit breaker of our account opens: the mail server refuses all our mails',
    severity: 'critical',
    stopsMail: true,
    key: ['provider'],
    title: () => 'Sending has stopped: the mail server refuses our mails',
    text: ({ reason }) => `It says: “${reason}” One mail a minute tries again. No mail is lost.`,
    over: (_, lasted) => `Mail goes out again after ${lasted}`,
    path: () => '/team/events',
  }),
  mail_partly_refused: alert<{
    provider: string;
    scope: 'sender_domain' | 'recipient_domain' | 'event';
    /** The domain, the event's id, or the kind of mails without an event. */
    of: string;
    eventId: string | null;
    reason: string;
  }>()({
    when: 'the circuit breaker of a sender domain, a recipient domain or an event opens',
    severity: 'warning',
    stopsMail: false,
    key: ['provider', 'scope', 'of'],
    title: (facts) => `The mail server refuses ${refusedMails(facts)}`,
    text: ({ reason }) =>
      `It says: “${reason}” Only these mails wait. One mail a minute tries again. No mail is lost.`,
    over: (facts, lasted) => `The mail server takes ${refusedMails(facts)} again after ${lasted}`,
    path: ({ scope, of, eventId }) =>
      scope === 'sender_domain'
        ? `/team/senders/${of}`
        : eventId
          ? eventPath(eventId, 'mails')
          : '/team/events',
  }),
  mail_late: alert<{ minutes: number }>()({
    when: 'an urgent mail has been due for more than a minute, or a bulk one for more than 15 (as `/readyz` says)',
    severity: 'critical',
    stopsMail: true,
    key: [],
    title: () => 'Mail is late',
    text: ({ minutes }) =>
      `The oldest mail has been due for ${countOf(minutes, 'minute', 'minutes')}. Do enough workers run, and does the mail server answer?`,
    over: (_, lasted) => `Mail is on time again after ${lasted}`,
    path: () => '/team/events',
  }),
  failover: alert<{ from: string; to: string; reason: string }>()({
    when: 'mail goes out by the second transport, since the first one fails',
    severity: 'warning',
    stopsMail: false,
    key: ['from'],
    title: ({ to }) => `Mail goes out by the second transport, ${to}`,
    text: ({ from, reason }) => `The first one, ${from}, fails: “${reason}” It is tried again by itself.`,
    over: ({ from }, lasted) => `Mail goes out by ${from} again after ${lasted}`,
    path: () => '/team/events',
  }),
  bounces: alert<
    OfEvent & { kind: Kind; dedupeKey: string; mails: number; bounced: number; reasons: string }
  >()({
    when: 'more than 5 % of a mail to many bounce, two or more',
    severity: 'warning',
    stopsMail: false,
    key: ['eventId', 'kind', 'dedupeKey'],
    title: ({ mails, bounced, eventTitle }) =>
      `${percent(bounced, mails)} of the mails of ${quoted(eventTitle)} bounced`,
    text: ({ kind, mails, bounced, reasons }) =>
      `${MAIL_KINDS[kind].label}: ${bounced.toLocaleString('en')} of ${mails.toLocaleString('en')} mails came back. ${reasons && `Most often: ${reasons}.`}`,
    over: null,
    path: ({ eventId }) => eventPath(eventId, 'people?emailStatus=bounced'),
  }),
  webhook_endpoint_off: alert<{ endpointId: string; host: string; why: 'gone' | 'failing' }>()({
    when: 'a webhook endpoint was switched off by itself: after a 410, or three days without a 2xx',
    severity: 'warning',
    stopsMail: false,
    key: ['endpointId'],
    title: ({ host }) => `The webhook endpoint at ${host} was switched off`,
    text: ({ why }) =>
      `${why === 'gone' ? 'It answered 410 Gone.' : 'No delivery succeeded for three days.'} What happens meanwhile is not told to it. An admin can switch it on again.`,
    over: ({ host }, lasted) =>
      `The webhook endpoint at ${host} is on again, or was deleted, after ${lasted}`,
    path: ({ endpointId }) => `/team/webhooks/${endpointId}`,
  }),
  flood: alert<{ flood: FloodName; eventId: string | null; refused: number }>()({
    when: 'so much of one sort was refused within an hour that the team’s pages say so (`bannerFrom` of `src/domain/flood.ts`)',
    severity: 'warning',
    stopsMail: false,
    key: ['flood', 'eventId'],
    title: ({ flood, eventTitle }) =>
      `Too many ${FLOODS[flood].what[1]}${eventTitle ? ` for ${quoted(eventTitle)}` : ''} were refused`,
    text: ({ flood, refused }) =>
      `${countOf(refused, FLOODS[flood].what[0], FLOODS[flood].what[1])} so far: ${FLOODS[flood].why}. The audit log has more, and addresses can be blocked.`,
    over: null,
    path: ({ eventId }) => (eventId ? eventPath(eventId, 'people') : '/team/audit'),
  }),
  access_links_exported: alert<OfEvent & { rows: number; by: 'member' | 'api_key' }>()({
    when: 'an export with access links or access keys was made',
    severity: 'notice',
    stopsMail: false,
    key: ['eventId'],
    title: ({ eventTitle }) => `The access links of ${quoted(eventTitle)} were exported`,
    text: ({ rows, by }) =>
      `${by === 'member' ? 'Somebody of the team' : 'A program with an API key'} exported ${countOf(rows, 'access link', 'access links')}. Whoever has the file can enter as those people. The audit log says who asked.`,
    over: null,
    path: ({ eventId }) => eventPath(eventId, 'exports'),
  }),
  sender_failing: alert<{ domain: string }>()({
    when: 'the checks of a verified sender domain’s DNS fail',
    severity: 'warning',
    stopsMail: false,
    key: ['domain'],
    title: ({ domain }) => `The records of the sender domain ${domain} are no longer right`,
    text: () =>
      'Mails from it may be taken for spam. If that lasts, they come from the site’s own address. Its page says what to correct.',
    over: ({ domain }, lasted) =>
      `The records of the sender domain ${domain} are right again, or it was removed, after ${lasted}`,
    path: ({ domain }) => `/team/senders/${domain}`,
  }),
  sender_lost: alert<{ domain: string }>()({
    when: 'a sender domain is no longer verified, since its checks failed for days',
    severity: 'warning',
    stopsMail: false,
    key: ['domain'],
    title: ({ domain }) => `The sender domain ${domain} is no longer verified`,
    text: () => 'Mails of its events come from the site’s own address. Its page says what to correct.',
    over: ({ domain }, lasted) =>
      `The sender domain ${domain} is verified again, or was removed, after ${lasted}`,
    path: ({ domain }) => `/team/senders/${domain}`,
  }),
} as const;

export type AlertType = keyof typeof ALERTS;
export const ALERT_TYPES = Object.keys(ALERTS) as readonly AlertType[];

/** What has to be known to raise an alert of the type. */
export type AlertFacts<Type extends AlertType> = Omit<
  Parameters<(typeof ALERTS)[Type]['title']>[0] & Parameters<(typeof ALERTS)[Type]['path']>[0],
  'eventTitle'
>;
/** The facts that name one thing of the type. */
export type AlertKey<Type extends AlertType> = Pick<
  AlertFacts<Type>,
  Extract<(typeof ALERTS)[Type]['key'][number], keyof AlertFacts<Type>>
>;

type AnyRow = AlertRow<Record<string, unknown>, readonly string[]>;

/** The row of a type that only the run knows. */
export function alertRow(type: AlertType): AnyRow {
  return ALERTS[type] as unknown as AnyRow;
}

/** Types that go on until they end. */
export const LASTING_ALERTS = ALERT_TYPES.filter((type) => alertRow(type).over !== null);

/** What one thing of the type is called in the table of alerts. */
export function alertKey(type: AlertType, facts: object): string {
  const values = facts as Readonly<Record<string, unknown>>;
  return alertRow(type)
    .key.map((name) => values[name] ?? '-')
    .join(' ');
}

export function eventPath(eventId: string, page: string): string {
  return `/team/events/${eventId}/${page}`;
}

/** `1 minute`, `1,204 minutes` */
export function countOf(count: number, one: string, many: string): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`;
}

function quoted(title: string | null): string {
  return title ? `“${title}”` : 'an event';
}

function percent(part: number, whole: number): string {
  return `${Math.floor((100 * part) / whole)} %`;
}

function refusedMails({
  scope,
  of,
  eventTitle,
}: Named & { readonly scope: string; readonly of: string }): string {
  if (scope === 'sender_domain') return `mails from the domain ${of}`;
  if (scope === 'recipient_domain') return `mails to the domain ${of}`;
  if (eventTitle !== null) return `the mails of ${quoted(eventTitle)}`;
  // Mails without an event wait together by their kind.
  return Object.hasOwn(MAIL_KINDS, of)
    ? `mails of the kind “${MAIL_KINDS[of as Kind].label}”`
    : 'the mails of an event';
}
