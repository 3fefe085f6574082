import type { ReactElement } from 'react';
import type { EventReport } from '../../src/db/report.ts';
import { MESSAGE_STATUSES } from '../../src/domain/delivery/status.ts';
import { REGISTRANT_KINDS } from '../../src/domain/kinds.ts';
import { ClosePage } from '../../src/team/doors/close-page.tsx';
import { roomState } from '../../src/team/doors/room-state.ts';
import { copyFormOf, readCopyForm } from '../../src/team/events/read-event-form.ts';
import { DuplicatePage } from '../../src/team/overview/duplicate-page.tsx';
import { OverviewPage } from '../../src/team/overview/overview-page.tsx';
import { AddPersonPage } from '../../src/team/people/add-person-page.tsx';
import { AFTER, BEFORE, DURING, EVENT, HOSTILE } from '../public/samples.tsx';
import { FRAME, LOUD_FRAME, TEAM_EVENT } from './samples.tsx';

// An event in a picture, its copy, and somebody registered by hand, in every state.

const HOUR = 3_600_000;
const OVERVIEW = { ...TEAM_EVENT, tab: 'overview' } as const;
const PERMALINK = 'https://events.example/e/calm-software';
const head = (registered: number | null) => ({
  eventHead: { publicUrl: 'https://events.example', registered },
});
const LONG_DOMAIN = `${'averylongname.'.repeat(8)}example`;

const NOTHING: EventReport = {
  funnel: { registered: 0, mailed: 0, delivered: 0, opened: 0, linkOpened: 0, joined: 0, joinedUncertain: 0 },
  ...{ byDomain: [], domains: 0, problems: 0, sends: [], cancelled: 0, byEmailStatus: [], byLanguage: [] },
  ...{ bySource: [], byCampaign: [], answers: [], registrations: [], attendance: [] },
};

const figures = (domain: string, registered: number) => ({
  ...{ domain, registered, delivered: Math.floor(registered * 0.9), opened: Math.floor(registered * 0.4) },
  ...{ joined: Math.floor(registered * 0.2), bounced: registered % 7 },
});

const joiners = (registered: number) => ({ registered, joined: Math.floor(registered * 0.3) });

const FULL: EventReport = {
  funnel: {
    registered: 104_233,
    mailed: 104_000,
    delivered: 98_871,
    opened: 41_002,
    linkOpened: 38_114,
    joined: 412,
    joinedUncertain: 37,
  },
  cancelled: 1_204,
  byEmailStatus: MESSAGE_STATUSES.map((emailStatus, i) => ({ emailStatus, registered: 7 ** (i % 6) })),
  byLanguage: ['fr', null, 'pt-BR', 'not-a-language'].map((language, i) => ({
    language,
    ...joiners(900 - i),
  })),
  bySource: [
    null,
    'newsletter',
    HOSTILE,
    'x'.repeat(150),
    ...Array.from({ length: 9 }, (_, i) => `partner ${i}`),
  ].map((source, i) => ({ source, ...joiners(5_000 >> i) })),
  byCampaign: [null, 'spring'].map((campaign) => ({ campaign, ...joiners(40) })),
  answers: [
    ...['small', 'x'.repeat(150), HOSTILE].map((value, i) => ({ name: 'size', value, ...joiners(300 - i) })),
    { name: 'lunch', value: 'yes', ...joiners(12) },
  ],
  registrations: Array.from({ length: 70 }, (_, i) => ({
    date: new Date(BEFORE.getTime() - (70 - i) * 24 * HOUR).toISOString().slice(0, 10),
    registered: 1 + ((i * 37) % 400),
  })),
  attendance: Array.from({ length: 18 }, (_, i) => ({
    at: new Date(EVENT.startsAt.getTime() + ((i - 3) * HOUR) / 12).toISOString(),
    joined: Math.round(120 / (1 + Math.abs(i - 3))),
  })),
  byDomain: [
    ...[figures('gmail.com', 61_204), figures('xn--mnchen-3ya.example', 1_022), figures(LONG_DOMAIN, 999)],
    ...Array.from({ length: 20 }, (_, i) => figures(`company-${i}.example`, 40 - i)),
  ],
  ...{ domains: 21_009, problems: 5_362 },
  sends: REGISTRANT_KINDS.flatMap((kind, k) =>
    Array.from({ length: 9 - k }, (_, i) => ({
      ...{ kind, dueAt: new Date(BEFORE.getTime() + (i * 7 + k) * 24 * HOUR) },
      counts: Object.fromEntries(MESSAGE_STATUSES.map((status, s) => [status, 9 ** ((i + s) % 5)])),
    })),
  ).sort((a, b) => a.dueAt.getTime() - b.dueAt.getTime()),
};

const ONE: EventReport = {
  ...NOTHING,
  funnel: { ...NOTHING.funnel, registered: 1, mailed: 1 },
  ...{ byDomain: [figures('example.com', 1)], domains: 1 },
  sends: [{ kind: 'confirmation', dueAt: BEFORE, counts: { sent: 1 } }],
};

const SILENT = [
  { domain: 'quiet-company.example', delivered: 18 },
  { domain: LONG_DOMAIN, delivered: 1_022 },
].map((one) => ({ ...one, since: BEFORE, itText: `Hello,\n\n${HOSTILE}\n\n- ${'x'.repeat(200)}` }));

const FORM_FIELDS = [
  { name: 'company', label: 'Company', type: 'text', options: [], required: true, help: HOSTILE },
  {
    name: 'size',
    label: 'Size',
    type: 'select',
    options: ['small', 'x'.repeat(150)],
    required: false,
    help: null,
  },
  { name: 'notes', label: 'ملاحظات', type: 'textarea', options: [], required: false, help: null },
  {
    name: 'lunch',
    label: `Lunch ${'and more '.repeat(20)}`,
    type: 'checkbox',
    options: [],
    required: false,
    help: null,
  },
] as const;

const BAD_COPY = readCopyForm(
  { startsAt: '2027-10-31T02:30', endsAt: '2027-03-28T02:30', slug: 'Not a slug', shownEndsAt: '' },
  EVENT,
).state;

/** Each page in each of its states, by name. */
export function overviewPages(): Record<string, ReactElement> {
  const page = {
    ...{ timeZone: 'Europe/Paris', permalink: PERMALINK, silent: [], hasRoom: true },
    ...{ countedFields: [], erasure: null, atWrongDomains: 0 },
    room: roomState(EVENT, BEFORE),
  };
  const counted = FORM_FIELDS.filter(({ type }) => type === 'select' || type === 'checkbox');
  const room = (changes: Partial<typeof EVENT>, now: Date) => ({
    room: roomState({ ...EVENT, ...changes }, now),
  });
  const replayUrl = 'https://video.example/calm-software';
  const close = { timeZone: 'Europe/Paris', hasReplay: false, reopensUntil: AFTER };
  const duplicate = {
    timeZone: 'America/Argentina/ComodRivadavia',
    addressStart: 'https://events.example/e/',
  };
  const person = { event: TEAM_EVENT, formFields: FORM_FIELDS, locale: 'en', problems: [] };
  const nobody = { ...FRAME, ...head(0) };
  return {
    'overview: full': (
      <OverviewPage
        {...page}
        {...room({ openedAt: BEFORE, doorsOpenMinutes: 10 }, BEFORE)}
        hasRoom={false}
        frame={{ ...LOUD_FRAME, ...head(104_233) }}
        event={{ ...OVERVIEW, isPaused: true, title: HOSTILE, slug: `calm-software-${'long'.repeat(40)}` }}
        report={FULL}
        atWrongDomains={12}
        silent={SILENT}
        countedFields={counted}
        erasure={{ type: 'ahead', at: BEFORE }}
      />
    ),
    'overview: erased': (
      <OverviewPage
        {...page}
        frame={{ ...FRAME, ...head(0) }}
        event={{ ...OVERVIEW, isOver: true }}
        report={FULL}
        countedFields={counted}
        erasure={{ type: 'done', at: BEFORE }}
      />
    ),
    'overview: being erased': (
      <OverviewPage
        {...page}
        frame={{ ...FRAME, ...head(12) }}
        event={{ ...OVERVIEW, isOver: true }}
        report={ONE}
        erasure={{ type: 'begun' }}
      />
    ),
    'overview: one person': (
      <OverviewPage
        {...page}
        {...room({ closedAt: DURING, replayUrl }, DURING)}
        frame={{ ...FRAME, ...head(1) }}
        event={OVERVIEW}
        report={ONE}
      />
    ),
    'overview: nobody': <OverviewPage {...page} frame={nobody} event={OVERVIEW} report={NOTHING} />,
    'overview: nobody came': (
      <OverviewPage
        {...page}
        {...room({}, AFTER)}
        frame={nobody}
        event={{ ...OVERVIEW, isOver: true }}
        report={NOTHING}
      />
    ),
    'overview: cancelled': (
      <OverviewPage
        {...page}
        room={null}
        frame={{ ...FRAME, ...head(null) }}
        event={{ ...OVERVIEW, isCancelled: true }}
        report={NOTHING}
      />
    ),
    'close the room': (
      <ClosePage
        {...close}
        frame={nobody}
        event={OVERVIEW}
        room={roomState(EVENT, DURING)}
        isBeforeStart={false}
      />
    ),
    'close the room: before the start': (
      <ClosePage
        {...close}
        frame={nobody}
        event={{ ...OVERVIEW, title: HOSTILE }}
        room={roomState(EVENT, BEFORE)}
        isBeforeStart
      />
    ),
    'close the room: closed': (
      <ClosePage {...close} frame={nobody} event={OVERVIEW} room={null} isBeforeStart={false} />
    ),
    duplicate: (
      <DuplicatePage {...duplicate} frame={nobody} event={OVERVIEW} state={copyFormOf(EVENT, BEFORE)} />
    ),
    'duplicate: mistakes': <DuplicatePage {...duplicate} frame={nobody} event={OVERVIEW} state={BAD_COPY} />,
    'add person': <AddPersonPage {...person} frame={nobody} values={{ sendConfirmation: 'yes' }} />,
    'add person: mistakes': (
      <AddPersonPage
        {...person}
        frame={nobody}
        event={{ ...TEAM_EVENT, isOver: true }}
        values={{ email: HOSTILE, lastName: HOSTILE, field0: HOSTILE }}
        problems={[
          { id: 'email', message: 'Enter an email, like ada@example.com.' },
          { id: 'field1', message: 'size must be one of: small.' },
        ]}
      />
    ),
    'add person: cancelled': (
      <AddPersonPage {...person} frame={nobody} event={{ ...TEAM_EVENT, isCancelled: true }} values={{}} />
    ),
  };
}
