import type { ReactNode } from 'react';
import type { AuditEntry } from '../../db/audit.ts';
import { FLOODS, type FloodName } from '../../domain/flood.ts';
import { isTimedKind, timedRow } from '../../domain/schedule.ts';
import { durationText } from '../mails/duration-text.ts';
import { languageName } from '../parts/language-options.ts';

export type AuditAction = AuditEntry['action'];

/** What an entry's sentence is built of: names of what it is about, with links where there is something to see. */
export interface AuditParts {
  readonly event: ReactNode;
  readonly registrant: ReactNode;
  /** The member of the team whom it was done to. */
  readonly member: ReactNode;
  /** The API key that it was done with or to: `the key “website”`. */
  readonly key: ReactNode;
  readonly detail: Readonly<Record<string, string>>;
}

interface Wording {
  /** In the list of what can be looked for. */
  readonly label: string;
  /** What follows the name of whoever did it. */
  readonly said: (parts: AuditParts) => ReactNode;
}

/** How each thing that the team does is told. */
export const AUDIT_WORDS: Readonly<Record<AuditAction, Wording>> = {
  signed_in: { label: 'Signed in', said: () => 'signed in' },
  signed_out: { label: 'Signed out', said: () => 'signed out' },
  sessions_ended: {
    label: 'Signed out elsewhere',
    said: ({ detail }) => `signed out of ${count(detail.count, 'other browser', 'other browsers')}`,
  },
  member_added: {
    label: 'Member added',
    said: ({ member, detail }) => (
      <>
        added {member} to the team as {detail.role}
      </>
    ),
  },
  member_invited: { label: 'Invitation sent', said: ({ member }) => <>sent {member} an invitation</> },
  member_removed: { label: 'Member removed', said: ({ member }) => <>removed {member} from the team</> },
  role_changed: {
    label: 'Role changed',
    said: ({ member, detail }) => (
      <>
        made {member} {detail.role === 'admin' ? 'an admin' : 'a member'}
      </>
    ),
  },
  api_key_made: {
    label: 'API key created',
    said: ({ key, detail }) => (
      <>
        created {key} ({detail.scopes?.replaceAll(' ', ', ')})
      </>
    ),
  },
  api_key_revoked: { label: 'API key revoked', said: ({ key }) => <>revoked {key}</> },
  event_created: { label: 'Event created', said: ({ event }) => <>created {event}</> },
  event_changed: {
    label: 'Event changed',
    said: ({ event, detail }) => (
      <>
        changed {list(detail.fields)} of {event}
        {detail.notify === 'true' ? ', and notified everyone' : ''}
      </>
    ),
  },
  event_cancelled: {
    label: 'Event cancelled',
    said: ({ event, detail }) => (
      <>
        cancelled {event}
        {detail.notify === 'true' ? ', and notified everyone' : ''}
      </>
    ),
  },
  registrants_imported: {
    label: 'Registrants imported',
    said: ({ event, detail }) => (
      <>
        imported {registrants(detail.created)} to {event} ({number(detail.existing)} were there,{' '}
        {number(detail.rejected)} rejected)
      </>
    ),
  },
  registrant_changed: {
    label: 'Registrant changed',
    said: ({ registrant, event, detail }) => (
      <>
        changed {list(detail.fields)} of {registrant}, {event}
      </>
    ),
  },
  registrant_removed: {
    label: 'Registrant removed',
    said: ({ event }) => <>removed a registrant of {event}</>,
  },
  link_resend_undone: {
    label: 'Access link taken back',
    said: ({ registrant, event }) => (
      <>
        took back the access link of {registrant} to {event} before it was sent
      </>
    ),
  },
  link_resent: {
    label: 'Access link resent',
    said: ({ registrant, event }) => (
      <>
        sent {registrant} their access link to {event} again
      </>
    ),
  },
  links_resent: {
    label: 'Access links resent to many',
    said: ({ event, detail }) => (
      <>
        sent {registrants(detail.queued)} of {event} their access links again
        {filteredBy(detail)}
      </>
    ),
  },
  sample_sent: {
    label: 'Sample sent',
    said: ({ event, detail }) => (
      <>
        sent themselves a sample of the {words(detail.kind) || 'mail'} of {event}
      </>
    ),
  },
  suppression_lifted: {
    label: 'Mail to an address allowed',
    said: () => 'allowed mail to a blocked address again',
  },
  suppression_not_lifted: {
    label: 'Provider still blocks an address',
    said: ({ detail }) =>
      `still blocks an address that mail was allowed to: ${detail.reason ?? 'no reason was given'}`,
  },
  address_mended: {
    label: 'Email corrected',
    said: ({ registrant, event, detail }) => (
      <>
        corrected the email of {registrant}, {event}
        {detail.resent === 'true' ? ', and sent the access link to it' : ''}
      </>
    ),
  },
  words_changed: {
    label: 'Text customised',
    said: ({ event, detail }) => (
      <>
        customised the text of the {words(detail.kind)} of {event}
        {inLanguage(detail.language)}
      </>
    ),
  },
  words_removed: {
    label: 'Default text restored',
    said: ({ event, detail }) => (
      <>
        reset the text of the {words(detail.kind)} of {event} to the default
        {inLanguage(detail.language)}
      </>
    ),
  },
  export_requested: {
    label: 'Export requested',
    said: ({ event, detail }) => (
      <>
        requested an export of {some(detail)}
        {event} as {format(detail.format)}, {columns(detail.columns)}
      </>
    ),
  },
  export_made: {
    label: 'Export sent',
    said: ({ event, detail }) => (
      <>
        exported {registrants(detail.rows)} of {event} as {format(detail.format)}
      </>
    ),
  },
  export_failed: {
    label: 'Export failed',
    said: ({ event, detail }) => (
      <>
        could not get an export of {event}: {words(detail.failure)}
      </>
    ),
  },
  export_downloaded: {
    label: 'Export downloaded',
    said: ({ event, detail }) => (
      <>
        downloaded {registrants(detail.rows)} of {event} as {format(detail.format)}
        {detail.complete === 'false' ? ', not to the end' : ''}
      </>
    ),
  },
  export_withdrawn: {
    label: 'Export link revoked',
    said: ({ event }) => <>revoked the link to an export of {event}</>,
  },
  export_refused: {
    label: 'Export refused',
    said: ({ event }) => (
      <>
        opened the link to an export of {event} after whoever asked for it, or was sent it, had left: refused
      </>
    ),
  },
  key_rotated: {
    label: 'Access link reset',
    said: ({ registrant, event, detail }) => (
      <>
        reset the access link of {registrant}, {event}
        {Number(detail.mails) > 0 ? ', and sent them the new one' : ''}
      </>
    ),
  },
  keys_rotated: {
    label: 'All access links reset',
    said: ({ event, detail }) => (
      <>
        reset the access links of {registrants(detail.rotated)} of {event}
        {Number(detail.mails) > 0 ? `, and sent ${number(detail.mails)} of them the new link` : ''}
      </>
    ),
  },
  flood_refused: {
    label: 'Too many refused',
    said: ({ event, detail }) => {
      const flood = FLOODS[detail.kind as FloodName];
      return (
        <>
          were refused {flood ? flood.what[1] : 'requests'}
          {detail.kind?.startsWith('sign_ins') ? null : <> for {event}</>}:{' '}
          {flood ? flood.why : 'there were too many'}
        </>
      );
    },
  },
  webhook_endpoint_added: {
    label: 'Webhook endpoint added',
    said: ({ detail }) => `added a webhook endpoint at ${host(detail)}`,
  },
  webhook_endpoint_changed: {
    label: 'Webhook endpoint changed',
    said: ({ detail }) => `changed ${list(detail.changed)} of the webhook endpoint at ${host(detail)}`,
  },
  webhook_endpoint_switched_off: {
    label: 'Webhook endpoint switched off',
    said: ({ detail }) =>
      `switched off the webhook endpoint at ${host(detail)}${SWITCHED_OFF[detail.why ?? ''] ?? ''}`,
  },
  webhook_endpoint_switched_on: {
    label: 'Webhook endpoint switched on',
    said: ({ detail }) => `switched the webhook endpoint at ${host(detail)} on again`,
  },
  webhook_endpoint_deleted: {
    label: 'Webhook endpoint deleted',
    said: ({ detail }) => `deleted the webhook endpoint at ${host(detail)}`,
  },
  webhook_secret_rotated: {
    label: 'Webhook secret rotated',
    said: ({ detail }) => `rotated the secret of the webhook endpoint at ${host(detail)}`,
  },
  webhooks_replayed: {
    label: 'Webhooks replayed',
    said: ({ detail }) =>
      `sent ${count(detail.deliveries, 'failed webhook', 'failed webhooks')} to ${host(detail)} again`,
  },
  block_added: {
    label: 'Block added',
    said: ({ detail }) => (detail.domain ? `blocked the domain ${detail.domain}` : 'blocked an address'),
  },
  block_removed: {
    label: 'Block removed',
    said: ({ detail }) =>
      detail.domain ? `no longer blocks the domain ${detail.domain}` : 'no longer blocks an address',
  },
  guessed_key_replaced: {
    label: 'Guessed key replaced',
    said: ({ registrant, event }) => (
      <>
        tried so many wrong keys that {registrant}, {event}, has a 22-character key now
      </>
    ),
  },
  keys_guessed: {
    label: 'Keys guessed',
    said: ({ event, detail }) => (
      <>
        tried {number(detail.count)} wrong short keys of {event} within an hour
      </>
    ),
  },
  reminder_skipped: {
    label: 'Timed mail skipped',
    said: ({ event, detail }) => (
      <>
        skipped {timedMailWords(detail)} {event}
      </>
    ),
  },
  reminder_skip_undone: {
    label: 'Timed mail no longer skipped',
    said: ({ event, detail }) => (
      <>
        took back that {timedMailWords(detail)} {event} is skipped
      </>
    ),
  },
  reminder_sent_now: {
    label: 'Timed mail sent by hand',
    said: ({ event, detail }) => (
      <>
        sent {timedMailWords(detail)} {event} to {registrants(detail.queued)}
      </>
    ),
  },
  sending_failed_over: {
    label: 'Sending by the second transport',
    said: ({ detail: { from = 'the first transport', to = 'the second', reason } }) =>
      `sends by ${to} since ${from} takes no mail${reason ? `: “${reason}”` : ''}`,
  },
  sending_failed_back: {
    label: 'Sending by the first transport again',
    said: ({ detail: { from = 'the second', to = 'the first transport' } }) =>
      `sends by ${to} again, and not by ${from}`,
  },
  sending_paused: { label: 'Sending paused', said: ({ event }) => <>paused the mails of {event}</> },
  sending_resumed: { label: 'Sending resumed', said: ({ event }) => <>resumed the mails of {event}</> },
  event_opened: {
    label: 'Room opened',
    said: ({ event, detail }) => (
      <>
        opened the room of {event} {detail.was === 'ended' ? 'again' : 'before its time'}
      </>
    ),
  },
  event_opening_undone: {
    label: 'Room opening undone',
    said: ({ event }) => <>took back that the room of {event} was opened before its time</>,
  },
  event_closed: {
    label: 'Room closed',
    said: ({ event, detail }) => (
      <>
        closed the room of {event}
        {detail.was === 'upcoming' ? ' before it opened' : ''}
      </>
    ),
  },
  registrant_cancelled: {
    label: 'Registration cancelled',
    said: ({ registrant, event }) => (
      <>
        cancelled the registration of {registrant} for {event}
      </>
    ),
  },
  registrant_restored: {
    label: 'Registration restored',
    said: ({ registrant, event }) => (
      <>
        restored the registration of {registrant} for {event}
      </>
    ),
  },
  consent_withdrawn: {
    label: 'Consent withdrawn',
    said: ({ registrant, event, detail }) => (
      <>
        withdrew the consent “<bdi>{detail.field}</bdi>” of {registrant} for {event}
      </>
    ),
  },
  person_data_read: {
    label: 'Data of a person read',
    said: ({ detail }) => <>read all data of a person with {registrations(detail.registrations)}</>,
  },
  person_erased: {
    label: 'Person erased everywhere',
    said: ({ detail }) => <>erased a person with {registrations(detail.registrations)} everywhere</>,
  },
  announcement_sent: {
    label: 'Announcement sent',
    said: ({ event, detail }) => (
      <>
        {detail.sendAt ? 'scheduled' : 'sent'} an announcement to {registrants(detail.queued)} of {event}
      </>
    ),
  },
  announcement_cancelled: {
    label: 'Announcement cancelled',
    said: ({ event }) => <>cancelled an announcement to registrants of {event}</>,
  },
  erasure_announced: {
    label: 'Erasure announced',
    said: ({ event, detail }) => (
      <>
        told the team that {registrants(detail.people)} of {event} will be erased
      </>
    ),
  },
  people_erased: {
    label: 'People erased',
    said: ({ event, detail }) => (
      <>
        erased {registrants(detail.people)} of {event}, which is long over
      </>
    ),
  },
  view_saved: {
    label: 'View saved',
    said: ({ event, detail }) => (
      <>
        saved a view of the people of {event}
        {filteredBy(detail)}
      </>
    ),
  },
  view_renamed: { label: 'View renamed', said: ({ event }) => <>renamed a view of the people of {event}</> },
  view_deleted: { label: 'View deleted', said: ({ event }) => <>deleted a view of the people of {event}</> },
  sender_added: {
    label: 'Sender domain added',
    said: ({ detail }) => <>added the sender domain {detail.domain}</>,
  },
  sender_key_changed: {
    label: 'Signing changed',
    said: ({ detail }) =>
      detail.signing === 'ours' ? (
        <>made a new key for the sender domain {detail.domain}</>
      ) : (
        <>let the mail server sign for the sender domain {detail.domain}</>
      ),
  },
  sender_removed: {
    label: 'Sender domain removed',
    said: ({ detail }) => <>removed the sender domain {detail.domain}</>,
  },
  sender_verified: {
    label: 'Sender domain verified',
    said: ({ detail }) => <>found that {detail.domain} is in order: events may send from it</>,
  },
  sender_failing: {
    label: 'Sender domain not in order',
    said: ({ detail }) => <>found that {detail.domain} is no longer in order</>,
  },
  sender_recovered: {
    label: 'Sender domain in order again',
    said: ({ detail }) => <>found that {detail.domain} is in order again</>,
  },
  sender_lost: {
    label: 'Sender domain no longer verified',
    said: ({ detail }) => (
      <>found for days that {detail.domain} is not in order: its events send from the site’s address</>
    ),
  },
};

/** ` in French`; '' where the text is for all languages. */
function inLanguage(tag: string | undefined): string {
  return tag ? ` in ${languageName(tag)}` : '';
}

function number(digits: string | undefined): string {
  return Number(digits ?? 0).toLocaleString('en');
}

/** `the reminder 1 hour before`, `the nudge 5 minutes after the start of`: the event follows. */
function timedMailWords({
  kind = '',
  minutesBefore,
  minutesAfter,
}: Readonly<Record<string, string>>): string {
  if (!isTimedKind(kind)) return `the reminder ${minutes(minutesBefore)} before`;
  const { anchor, noun } = timedRow(kind);
  return `the ${noun} ${minutes(minutesAfter)} after the ${anchor === 'startsAt' ? 'start' : 'end'} of`;
}

function minutes(digits: string | undefined): string {
  return durationText(Number(digits ?? 0));
}

function count(digits: string | undefined, one: string, many: string): string {
  return `${number(digits)} ${digits === '1' ? one : many}`;
}

function registrants(digits: string | undefined): string {
  return count(digits, 'registrant', 'registrants');
}

function registrations(digits: string | undefined): string {
  return count(digits, 'registration', 'registrations');
}

function columns(names = 'all'): string {
  return names === 'all' ? 'all columns' : count(String(names.split(' ').length), 'column', 'columns');
}

/** Of whom, where it is not everybody: `3 registrants with the email status bounced of `. */
function some({ registrants: named, emailStatus, parts }: AuditParts['detail']): string {
  if (!named && !emailStatus && !parts) return '';
  const status = emailStatus ? ` with the email status ${emailStatus.replaceAll(' ', ' or ')}` : '';
  return `${named ? registrants(named) : 'registrants'}${status}${filteredBy({ parts })} of `;
}

/** What a filter looked at, and not what it looked for: ` (filtered by joined, source)`. */
function filteredBy({ parts }: { readonly parts?: string | undefined }): string {
  return parts ? ` (filtered by ${parts})` : '';
}

function format(name: string | undefined): string {
  return name === 'xlsx' ? 'Excel' : 'CSV';
}

/** Fields whose names say too little, or too much. */
const FIELD_WORDS: Readonly<Record<string, string>> = {
  startsAt: 'start',
  endsAt: 'end',
  roomUrl: 'room',
  logoUrl: 'logo',
  coverUrl: 'cover',
  hostPictureUrl: 'picture of the host',
  fromName: 'sender’s name',
  fromAddress: 'sender’s address',
  embedOrigins: 'sites that may show the form',
  replyTo: 'reply-to',
  locale: 'language',
  slug: 'page URL',
  email: 'email',
  reminderMinutes: 'reminders',
  formFields: 'registration form',
  listed: 'listing on the start page',
  doorsOpenMinutes: 'time before the start at which the room opens',
  graceMinutes: 'time after the end until which the room is open',
  replayUrl: 'replay',
  followUps: 'follow-ups',
  nudge: 'nudge',
  eraseAfterDays: 'erasure',
  // Of webhook endpoints.
  url: 'URL',
  events: 'event types',
  eventIds: 'events',
  includeAccessLinks: 'access links in its payloads',
};

/** Where a webhook endpoint is. */
function host(detail: AuditParts['detail']): string {
  return detail.host ?? 'an address';
}

const SWITCHED_OFF: Readonly<Record<string, string>> = {
  gone: ': it answered 410 Gone',
  failing: ': no delivery succeeded for three days',
};

/** `access_link`, `timeZone` → `access link`, `time zone` */
function words(name: string | undefined): string {
  return (name ?? '')
    .replaceAll('_', ' ')
    .replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
    .trim();
}

/** `title startsAt timeZone` → `title, start and time zone` */
function list(names: string | undefined): string {
  const all = (names ?? '')
    .split(' ')
    .filter(Boolean)
    .map((name) => FIELD_WORDS[name] ?? words(name));
  return new Intl.ListFormat('en-GB').format(all) || 'something';
}
