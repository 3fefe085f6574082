import type { ReactElement } from 'react';
import { defaultText } from '../../emails/overrides/default-text.ts';
import { MESSAGE_STATUSES } from '../../src/domain/delivery/status.ts';
import { eventPhase, isOn } from '../../src/domain/event.ts';
import { FORM_FIELD_TYPES, type FormField } from '../../src/domain/form-fields.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { eventTimedMails, obstacleTo } from '../../src/domain/timed-mail-state.ts';
import { AnswersPage, CancelPage, MovePage, RotateKeysPage } from '../../src/team/events/confirm-pages.tsx';
import { EventsPage, type ListedEvent } from '../../src/team/events/events-page.tsx';
import { NewEventPage } from '../../src/team/events/new-event-page.tsx';
import { emptyEventForm, eventFormOf, readEventForm } from '../../src/team/events/read-event-form.ts';
import { SettingsPage } from '../../src/team/events/settings-page.tsx';
import {
  CustomTextPage,
  type CustomTextPageProps,
  ResetTextPage,
} from '../../src/team/mails/custom-text-page.tsx';
import { mailsByState } from '../../src/team/mails/mail-rows.ts';
import { MailsPage, type MailsPageProps } from '../../src/team/mails/mails-page.tsx';
import { RecipientsPage } from '../../src/team/mails/recipients-page.tsx';
import { SendNowPage } from '../../src/team/mails/send-now-page.tsx';
import { BEFORE, EVENT, HOSTILE } from '../public/samples.tsx';
import { ANNOUNCEMENT_ROWS } from './announcement-samples.tsx';
import { FRAME, LOUD_FRAME, TEAM_EVENT } from './samples.tsx';

// The list of events, their settings and their mails, in every state.

const ARABIC = 'تصميم برمجيات هادئة لا تطلب من الناس أكثر مما يلزم';
const LONG = `${'Averyverylongwordwithoutanyspace'.repeat(5)} and more`.slice(0, 200);
const LONG_DOMAIN = `${'sub.'.repeat(20)}example.com`;
const ADDRESS = 'https://events.example/e/';
const SETTINGS = { ...TEAM_EVENT, tab: 'settings' } as const;
const MAILS = { ...TEAM_EVENT, tab: 'mails' } as const;
const EMBED_CODE = {
  snippet: '<script src="https://events.example/embed.js" data-event="calm-software" async></script>',
  href: `${ADDRESS}calm-software/embed`,
};
const ZONES = ['Europe/Paris', 'America/Argentina/ComodRivadavia'];

let count = 0;
function listed(changes: Partial<ListedEvent['event']>, counts: ListedEvent['counts']): ListedEvent {
  count++;
  const event = { ...EVENT, id: `${EVENT.id.slice(0, -2)}${String(count).padStart(2, '0')}`, ...changes };
  return {
    ...{ event, counts, permalink: `${ADDRESS}${event.slug}` },
    ...{ phase: eventPhase(event, BEFORE), isOn: isOn(event, BEFORE) },
  };
}

const NOBODY = { registrants: 0, byEmailStatus: {} };
const MANY = {
  registrants: 100_000,
  byEmailStatus: Object.fromEntries(MESSAGE_STATUSES.map((status, i) => [status, 7 ** (i % 6)])),
};
const at = (iso: string) => new Date(iso);

const SIZES = { upcoming: 12, ended: 0, cancelled: 1 };
const EVENTS: ListedEvent[] = [
  listed(
    { startsAt: at('2027-01-13T14:00:00Z'), endsAt: at('2027-01-13T16:00:00Z'), title: 'Runs now' },
    {
      registrants: 1204,
      byEmailStatus: { delivered: 1180, bounced: 14, sent: 10 },
    },
  ),
  listed({}, NOBODY),
  listed({ title: LONG }, MANY),
  listed({ title: ARABIC, timeZone: 'Asia/Kathmandu' }, { registrants: 1, byEmailStatus: { complained: 1 } }),
  listed({ title: HOSTILE, cancelledAt: BEFORE, endsAt: at('2027-01-17T18:00:00Z') }, NOBODY),
  listed(
    { startsAt: at('2026-01-13T14:00:00Z'), endsAt: at('2026-01-13T16:00:00Z'), title: 'Long ago' },
    {
      registrants: 3,
      byEmailStatus: { opened: 3 },
    },
  ),
];

/** Nothing is asked of the network. */
const WITHOUT_PICTURES = { ...EVENT, logoUrl: null, coverUrl: null, hostPictureUrl: null };

const BAD_FORM = readEventForm(
  {
    title: '',
    slug: 'Not a slug',
    startsAt: '2027-03-28T02:30',
    endsAt: '2027-10-31T02:30',
    timeZone: 'Europe/Paris',
    roomUrl: `javascript:${'x'.repeat(200)}`,
    replyTo: 'nobody',
    locale: 'xx-invalid-tag-that-is-too-long',
    color: 'red',
    logoUrl: 'nothing',
    reminder0: '0',
    hostName: HOSTILE,
  },
  null,
).state;

const FULL_FORM: readonly FormField[] = Array.from({ length: 30 }, (_, i): FormField => {
  const type = FORM_FIELD_TYPES[i % FORM_FIELD_TYPES.length] ?? 'text';
  const text = [LONG, ARABIC, HOSTILE, '会社名', 'Size'][Math.floor(i / 5) % 5] ?? '';
  return {
    ...{ type, name: `field ${i}`, required: i % 3 === 0, help: text },
    label: Object.fromEntries(LANGUAGES.map((language) => [language, `${text} ${language}`])),
    options: type === 'select' ? [text, 'Other'] : [],
  };
});
const BAD_FIELDS = readEventForm(
  {
    ...eventFormOf(WITHOUT_PICTURES).values,
    ...{ field0Type: 'consent', field0Label: '', field1Type: 'select', field1Label: HOSTILE },
    ...{ field1Options: 'One\nOne', field2Label: 'x'.repeat(501), field2Type: 'text', field2Name: 'email' },
    ...Object.fromEntries(Array.from({ length: 31 }, (_, i) => [`field${i + 3}Label`, `Field ${i}`])),
  },
  WITHOUT_PICTURES,
).state;

const MAIL_EVENT = {
  ...EVENT,
  reminderMinutes: [43_200, 10_080, 1440, 60, 10],
  nudge: { minutesAfter: 5 },
  followUps: { attended: { minutesAfter: 60 }, missed: { minutesAfter: 1440 } },
};
const FIGURES = [
  ...MESSAGE_STATUSES.map((status, i) => ({ kind: 'confirmation' as const, status, count: 9 ** (i % 6) })),
  { kind: 'event_updated' as const, status: 'delivered' as const, count: 12 },
  { kind: 'reminder' as const, status: 'delivered' as const, count: 98_123 },
  { kind: 'access_link' as const, status: 'bounced' as const, count: 3 },
].map((figure) => ({
  ...figure,
  dedupeKey: figure.kind === 'reminder' ? `10080 min before ${EVENT.startsAt.toISOString()}` : null,
  lastAcceptedAt: BEFORE,
}));
const RECORDS = [
  { minutes: 43_200, skipped: true, askedBy: null },
  { minutes: 10_080, skipped: false, askedBy: 'operator' },
  { minutes: 60, skipped: true, askedBy: 'operator' },
].map((record) => ({
  ...{ ...record, kind: 'reminder' as const, anchorAt: EVENT.startsAt },
  begunAt: at('2027-01-08T17:00:03Z'),
}));
const MAILS_PAGE: Omit<MailsPageProps, 'frame'> = {
  ...{ event: MAILS, timeZone: 'Europe/Paris', now: BEFORE, pausedAt: null, registered: 98_204 },
  mails: mailsByState(MAIL_EVENT, { figures: FIGURES, records: RECORDS, now: BEFORE }),
  customised: ['confirmation', 'reminder'],
  may: (step, { timed }) => timed !== null && obstacleTo(step, timed, MAIL_EVENT, BEFORE) === null,
  askedBy: ({ timed }) => (timed?.record?.askedBy ? `grace.${'h'.repeat(40)}@example.com` : null),
  announcements: ANNOUNCEMENT_ROWS,
  canAnnounce: true,
  refreshSeconds: 30,
};

const TEXT: Omit<CustomTextPageProps, 'frame'> = {
  event: MAILS,
  kind: 'confirmation',
  typed: defaultText('confirmation', 'en', EVENT),
  errors: [],
  language: 'en',
  languages: [...LANGUAGES, 'all' as const].map((language) => ({
    language,
    isCustomised: language === 'fr',
  })),
  version: 'v',
  variables: (['firstName', 'lastName', 'email', 'eventTitle', 'accessLink'] as const).map((name) => ({
    ...{ name, mayBeEmpty: name.endsWith('Name') },
    example:
      name === 'accessLink'
        ? 'https://events.example/e/calm-software/live?email=ada%40example.com&key=00aa11bb22cc33dd44ee55'
        : 'Lovelace',
  })),
  longestSubject: 250,
  memberEmail: 'grace@example.com',
};

/** Each page in each of its states, by name. */
export function eventPages(): Record<string, ReactElement> {
  const [dayBefore, missed] = [1440, -1].map((which) =>
    eventTimedMails(MAIL_EVENT, [], BEFORE).find(({ kind, minutes }) =>
      which > 0 ? minutes === which && kind === 'reminder' : kind === 'follow_up_missed',
    ),
  );
  if (!dayBefore || !missed) throw new Error('the event has no such mails');
  const fields = {
    recentZones: ZONES,
    addressStart: ADDRESS,
    now: BEFORE,
    siteEraseAfterDays: 90,
    senders: {
      site: { name: 'Events', address: 'events@example.com' },
      domains: ['studio.example', LONG_DOMAIN],
    },
  };
  const settings = { ...fields, version: 'v', embedCode: EMBED_CODE, hasRoom: false, lastRotation: null };
  const skipped = [
    { reason: 'suppressed', count: 31 },
    { reason: 'unchanged', count: 1 },
  ] as const;
  return {
    'events: none': (
      <EventsPage
        frame={FRAME}
        list="upcoming"
        sizes={{ upcoming: 0, ended: 0, cancelled: 0 }}
        events={[]}
        isFirst
        next={null}
      />
    ),
    'events: none that ended': (
      <EventsPage frame={FRAME} list="ended" sizes={SIZES} events={[]} isFirst next={null} />
    ),
    'events: cancelled': (
      <EventsPage
        frame={FRAME}
        list="cancelled"
        sizes={SIZES}
        events={EVENTS.filter(({ phase }) => phase === 'cancelled')}
        isFirst
        next={null}
      />
    ),
    'events: full': (
      <EventsPage
        frame={LOUD_FRAME}
        list="upcoming"
        sizes={{ upcoming: 1204, ended: 3, cancelled: 1 }}
        events={EVENTS.filter(({ phase }) => phase === 'upcoming' || phase === 'running')}
        isFirst
        next="/team/events?cursor=x"
      />
    ),
    'new event': (
      <NewEventPage
        {...fields}
        frame={FRAME}
        state={emptyEventForm({ timeZone: 'Europe/Paris' })}
        prefersBrowserZone
      />
    ),
    'new event: mistakes': (
      <NewEventPage {...fields} frame={LOUD_FRAME} state={BAD_FORM} prefersBrowserZone={false} />
    ),
    settings: (
      <SettingsPage
        {...settings}
        frame={FRAME}
        event={{ ...SETTINGS, title: LONG }}
        state={eventFormOf({
          ...WITHOUT_PICTURES,
          title: LONG,
          reminderMinutes: [2880, 1440, 90, 60, 10],
          embedOrigins: ['https://www.example.com'],
        })}
        lastRotation={{ whenText: '13 Jan 2027, 15:55 CET', rotated: 1204, mails: 0 }}
      />
    ),
    'settings: ended': (
      <SettingsPage
        {...settings}
        frame={FRAME}
        event={{ ...SETTINGS, isOver: true }}
        state={eventFormOf({
          ...WITHOUT_PICTURES,
          ...{ doorsOpenMinutes: 10, replayUrl: 'https://video.example/calm-software' },
        })}
      />
    ),
    'settings: cancelled': (
      <SettingsPage
        {...settings}
        frame={FRAME}
        event={{ ...SETTINGS, isCancelled: true }}
        state={eventFormOf(WITHOUT_PICTURES)}
      />
    ),
    'settings: a form in all languages': (
      <SettingsPage
        {...settings}
        frame={FRAME}
        event={SETTINGS}
        state={eventFormOf({ ...WITHOUT_PICTURES, formFields: FULL_FORM })}
      />
    ),
    'settings: a form with mistakes': (
      <SettingsPage {...settings} frame={FRAME} event={SETTINGS} state={BAD_FIELDS} />
    ),
    'change the registration form': (
      <AnswersPage
        frame={FRAME}
        event={SETTINGS}
        labels={new Map([['size', LONG.slice(0, 60)]])}
        answered={[
          { name: 'size', change: 'options', answers: 1 },
          { name: HOSTILE.slice(0, 64), change: 'removed', answers: 98_204 },
          { name: 'renamed', change: 'removed', answers: 12 },
          { name: 'kind', change: 'type', answers: 3 },
        ]}
        renamed={new Map([['renamed', 'another']])}
        values={{ title: HOSTILE, version: 'v' }}
      />
    ),
    'reschedule the event': (
      <MovePage
        frame={FRAME}
        event={SETTINGS}
        before={EVENT}
        after={{ ...EVENT, startsAt: at('2027-01-15T22:00:00Z'), endsAt: at('2027-01-16T01:00:00Z') }}
        rescheduling={{ reminders: { moved: 2, tooLate: 1 }, mails: 41_204, skipped: [...skipped] }}
        values={{ title: HOSTILE, version: 'v' }}
        isPast={false}
      />
    ),
    'cancel the event': (
      <CancelPage
        frame={FRAME}
        event={SETTINGS}
        counts={{ mails: 41_204, skipped: [...skipped] }}
        {...{ remindersAhead: 2, othersAhead: 3 }}
        version="v"
      />
    ),
    'reset all access links': (
      <RotateKeysPage
        frame={FRAME}
        event={SETTINGS}
        counts={{ mails: 41_204, skipped: [] }}
        noMail={null}
        version="v"
      />
    ),
    'mails: full': <MailsPage {...MAILS_PAGE} frame={LOUD_FRAME} />,
    'mails: paused': (
      <MailsPage {...MAILS_PAGE} frame={FRAME} event={{ ...MAILS, isPaused: true }} pausedAt={BEFORE} />
    ),
    'mails: nothing yet': (
      <MailsPage
        {...MAILS_PAGE}
        frame={FRAME}
        mails={mailsByState(EVENT, { figures: [], records: [], now: BEFORE })}
        announcements={[]}
      />
    ),
    'send now': (
      <SendNowPage
        {...{ frame: FRAME, event: MAILS, timeZone: 'Europe/Paris', now: BEFORE, isPaused: true }}
        {...{ startsAt: EVENT.startsAt, mail: dayBefore, queued: 98_173 }}
        skipped={[{ reason: 'suppressed', count: 31 }]}
      />
    ),
    'send now: nobody': (
      <SendNowPage
        {...{ frame: FRAME, event: MAILS, timeZone: 'Europe/Paris', now: BEFORE, isPaused: false }}
        {...{ startsAt: EVENT.startsAt, mail: dayBefore, queued: 0, skipped: [] }}
      />
    ),
    'send now: follow-up': (
      <SendNowPage
        {...{ frame: FRAME, event: MAILS, timeZone: 'Europe/Paris', now: BEFORE, isPaused: false }}
        {...{ startsAt: EVENT.startsAt, mail: missed, queued: 31_204 }}
        skipped={[{ reason: 'had_one', count: 3 }]}
      />
    ),
    recipients: (
      <RecipientsPage
        {...{ frame: FRAME, event: MAILS, timeZone: 'Europe/Paris', name: 'Reminder, 1 hour before' }}
        {...{
          status: 'bounced',
          correctHref: '/team/events/x/correct',
          first: null,
          next: '/team/events?before=x',
        }}
        recipients={[
          ['Ada', 'Lovelace', 'ada@example.com'],
          [HOSTILE, ARABIC, `${'long.'.repeat(11)}x@${'sub.'.repeat(20)}example.com`],
          ['', '', null],
        ].map(([firstName, lastName, email], i) => ({
          ...{ messageId: `${EVENT.id.slice(0, -1)}${i}`, registrantId: EVENT.id, at: BEFORE },
          ...{ firstName: firstName ?? '', lastName: lastName ?? '', email: email ?? null },
        }))}
      />
    ),
    'recipients: none': (
      <RecipientsPage
        {...{ frame: FRAME, event: MAILS, timeZone: 'Europe/Paris', name: 'Confirmation' }}
        {...{ status: 'queued', correctHref: null, first: null, next: null, recipients: [] }}
      />
    ),
    text: <CustomTextPage {...TEXT} frame={FRAME} />,
    'text: right to left, long': (
      <CustomTextPage
        {...TEXT}
        frame={FRAME}
        event={{ ...MAILS, title: ARABIC }}
        typed={{ subject: ARABIC, introduction: `${ARABIC}\n{{firstName}}`, signature: LONG }}
        languages={TEXT.languages.map((one) => ({ ...one, isCustomised: true }))}
        language="ar"
      />
    ),
    'text: mistakes': (
      <CustomTextPage
        {...TEXT}
        frame={LOUD_FRAME}
        language="all"
        typed={{ subject: 'Hello {{frist}}', introduction: HOSTILE, signature: '' }}
        errors={[
          {
            path: 'subject',
            message: 'Line 1, column 9: There is no variable “frist”. Did you mean “firstName”?',
          },
          { path: 'introduction', message: 'Line 1, column 3: A mistake.' },
          { path: 'introduction', message: 'Line 2, column 1: Another one.' },
        ]}
        memberEmail={`${'grace'.repeat(12)}@example.com`}
      />
    ),
    'use the default text': (
      <ResetTextPage
        frame={FRAME}
        event={MAILS}
        kind="confirmation"
        language="fr"
        usesShared={false}
        version="v"
      />
    ),
  };
}
