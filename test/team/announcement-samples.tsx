import type { ReactElement } from 'react';
import { SAMPLE_ANNOUNCEMENTS } from '../../emails/samples.ts';
import type { Announcement } from '../../src/db/announcement.ts';
import {
  AnnouncementPage,
  type AnnouncementPageProps,
} from '../../src/team/announcements/announcement-page.tsx';
import type { AnnouncementRow } from '../../src/team/announcements/announcement-table.tsx';
import { AnnouncementsPage } from '../../src/team/announcements/announcements-page.tsx';
import { ComposePage, type ComposePageProps } from '../../src/team/announcements/compose-page.tsx';
import {
  AnnouncingRefusedPage,
  ReviewPage,
  type ReviewPageProps,
} from '../../src/team/announcements/review-page.tsx';
import { HOSTILE } from '../public/samples.tsx';
import { FRAME, LOUD_FRAME, TEAM_EVENT } from './samples.tsx';

// Announcing, in every state.

const EVENT = { ...TEAM_EVENT, tab: 'mails' as const };
const ID = '0190a1b2-0000-7000-8000-00000000000';
const AT = new Date('2027-01-12T10:00:00Z');
const LONG = 'https://studio.example/'.padEnd(400, 'calm');

const announcement = (n: number, changes: Partial<Announcement> = {}): Announcement => ({
  ...{ id: `${ID}${n}`, eventId: EVENT.id, language: 'en', filter: null, sendAt: null, askedBy: 'operator' },
  ...{ askedAt: AT, cancelledAt: null, queued: 41_204, skipped: [], dedupeKey: `announcement:${n}` },
  texts: {
    other: SAMPLE_ANNOUNCEMENTS.en,
    byLanguage: { fr: SAMPLE_ANNOUNCEMENTS.fr, ar: SAMPLE_ANNOUNCEMENTS.ar },
  },
  ...changes,
});

const SENDING: AnnouncementPageProps = {
  ...{ frame: FRAME, event: EVENT, subject: 'Before we start', askedBy: 'grace@example.com' },
  announcement: announcement(0, {
    filter: { emailStatus: ['bounced', 'none'], joined: false, q: null },
    skipped: [
      { reason: 'suppressed', count: 31 },
      { reason: 'not_found', count: 1 },
    ],
  }),
  progress: {
    ...{ state: 'sending', toCome: 12_000, leftOut: 3 },
    byStatus: [
      { status: 'queued', count: 20_000 },
      { status: 'sent', count: 9_180 },
      { status: 'bounced', count: 21 },
    ],
  },
  ...{ timeZone: 'Europe/Paris', isPaused: true, isTooLate: false, canAnnounce: true, refreshSeconds: 2 },
};

const ROWS: AnnouncementRow[] = (
  [
    ['scheduled', [{ status: 'scheduled', count: 41_204 }]],
    ['sending', SENDING.progress.byStatus],
    ['sent', [{ status: 'delivered', count: 41_204 }]],
    ['cancelled', [{ status: 'not_sent', count: 12 }]],
    ['not_sent', []],
  ] as const
).map(([state, byStatus], n) => ({
  announcement: announcement(n, state === 'scheduled' ? { sendAt: new Date('2027-01-14T08:00:00Z') } : {}),
  subject: n === 2 ? HOSTILE : n === 1 ? 'Wort'.repeat(50) : 'Before we start: Designing calm software',
  progress: { state, byStatus, toCome: 0, leftOut: 0 },
  askedBy: n === 0 ? `grace.${'h'.repeat(40)}@example.com` : 'operator',
}));

/** A list with one announcement in each state. */
export const ANNOUNCEMENT_ROWS: readonly AnnouncementRow[] = ROWS;

const COMPOSE: ComposePageProps = {
  ...{ frame: FRAME, event: EVENT, typed: {}, errors: [], to: '', recipients: 'Everybody who is registered' },
  ...{ recipientsHref: '/team/events/x/people', as: 'language:en', eventLanguage: 'en' },
  previewAs: [
    { value: 'person:x', label: `${HOSTILE} (English)` },
    { value: 'language:en', label: 'An invented person (English)' },
  ],
  variables: (['firstName', 'eventTitle', 'accessLink'] as const).map((name) => ({
    ...{ name, mayBeEmpty: name === 'firstName' },
    example: name === 'accessLink' ? LONG : 'Ada',
  })),
  memberEmail: 'grace@example.com',
};

const REVIEW: ReviewPageProps = {
  ...{ frame: FRAME, event: EVENT, recipients: 'Everybody who is registered', queued: 1_204 },
  texts: announcement(0).texts,
  skipped: [
    {
      ...{ reason: 'suppressed', count: 31 },
      first: [
        {
          ...{ registrantId: `${ID}1`, email: `${'long.'.repeat(11)}@${'sub.'.repeat(20)}example.com` },
          ...{ firstName: HOSTILE, lastName: '', suppressedFor: 'unsubscribed' },
        },
      ],
    },
    { reason: 'not_found', count: 2, first: [] },
  ],
  hidden: {
    subject: 'Before we start',
    text: 'Hello',
    to: '',
    as: '',
    token: `${ID}1`,
    zone: 'Europe/Paris',
  },
  ...{ when: 'now', sendAt: '', zone: 'Europe/Paris (UTC+01:00)', latest: '2027-01-15T19:00' },
  ...{ sendAtError: null, isPaused: false },
};

export function announcementPages(): Readonly<Record<string, ReactElement>> {
  return {
    'announcements: every state': (
      <AnnouncementsPage
        {...{ frame: LOUD_FRAME, event: EVENT, rows: ROWS, timeZone: 'Europe/Paris', canAnnounce: true }}
        {...{ first: null, next: '/team/events/x/announcements?before=y', refreshSeconds: 2 }}
      />
    ),
    'announcements: none': (
      <AnnouncementsPage
        {...{ frame: FRAME, event: EVENT, rows: [], timeZone: 'Europe/Paris', canAnnounce: true }}
        {...{ first: null, next: null, refreshSeconds: null }}
      />
    ),
    'announcement: new': <ComposePage {...COMPOSE} />,
    'announcement: with mistakes': (
      <ComposePage
        {...COMPOSE}
        frame={LOUD_FRAME}
        typed={{ subject: 'x', text: LONG, 'texts.fr.text': 'Bonjour {{prenom}}' }}
        errors={[
          { path: 'texts.fr.subject', message: 'is missing' },
          { path: 'texts.fr.text', message: 'Line 1, column 11: There is no variable “prenom”.' },
          { path: 'text', message: `Line 1, column 1: Mail programs would make a link of “${LONG}”.` },
        ]}
      />
    ),
    'announcement: review': <ReviewPage {...REVIEW} />,
    'announcement: review at a time': (
      <ReviewPage {...REVIEW} when="later" sendAt="2027-01-01T10:00" sendAtError="is in the past" isPaused />
    ),
    'announcement: review for nobody': <ReviewPage {...REVIEW} queued={0} />,
    'announcement: refused': (
      <AnnouncingRefusedPage frame={FRAME} event={EVENT} sentence="The event has ended." />
    ),
    'announcement: sending': <AnnouncementPage {...SENDING} />,
    'announcement: too late': (
      <AnnouncementPage
        {...SENDING}
        announcement={announcement(0, { sendAt: new Date('2027-01-14T08:00:00Z') })}
        progress={{
          state: 'scheduled',
          byStatus: [{ status: 'scheduled', count: 9 }],
          toCome: 0,
          leftOut: 0,
        }}
        isTooLate
        isPaused={false}
      />
    ),
  };
}
