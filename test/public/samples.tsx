import type { ReactElement } from 'react';
import { EVENT_DEFAULTS, type Event } from '../../src/domain/event.ts';
import { FORM_FIELD_TYPES } from '../../src/domain/form-fields.ts';
import type { Language } from '../../src/domain/locale.ts';
import type { Registrant } from '../../src/domain/registrant.ts';
import { EmbedPage, EmbedRegisteredPage, NoSiteYetPage } from '../../src/public/embed/embed-page.tsx';
import { ErrorPage } from '../../src/public/error-page.tsx';
import { CancelledPage } from '../../src/public/event/cancelled-page.tsx';
import { EndedPage } from '../../src/public/event/ended-page.tsx';
import { EventPage } from '../../src/public/event/event-page.tsx';
import { type EventView, eventView } from '../../src/public/event/event-view.ts';
import type { FormState } from '../../src/public/event/form.tsx';
import { LinkRequestedPage } from '../../src/public/event/link-requested-page.tsx';
import { type OwnRegistered, RegisteredPage } from '../../src/public/event/registered-page.tsx';
import { HomePage } from '../../src/public/home/home-page.tsx';
import { StartPage } from '../../src/public/home/start-page.tsx';
import { OwnRegistrationPage } from '../../src/public/own-registration/own-registration-page.tsx';
import {
  CancelledRegistrationPage,
  CancelPage,
  MailedLinkPage,
} from '../../src/public/own-registration/own-registration-steps.tsx';
import { LinkRefusedPage } from '../../src/public/room/link-refused-page.tsx';
import { RoomPage } from '../../src/public/room/room-page.tsx';
import { WaitingPage } from '../../src/public/room/waiting-page.tsx';
import { UnsubscribePage } from '../../src/public/unsubscribe/unsubscribe-page.tsx';
import { renderPage } from '../../src/ui/render.tsx';

export const BEFORE = new Date('2027-01-13T14:55:30Z');
export const DURING = new Date('2027-01-15T17:20:00Z');
export const AFTER = new Date('2027-01-16T09:00:00Z');

/** An event from 18:00 to 19:00 in Paris, a room of our own. */
export const EVENT: Event = {
  ...EVENT_DEFAULTS,
  id: '3f8a4c1e-9d27-4b60-8e15-6a2c7d90b3f4',
  slug: 'calm-software',
  title: 'Designing calm software',
  description: 'Software that waits its turn.\n\nBring a screen that annoys you.',
  startsAt: new Date('2027-01-15T17:00:00Z'),
  endsAt: new Date('2027-01-15T18:00:00Z'),
  timeZone: 'Europe/Paris',
  hostName: 'Ada Lovelace',
  replyTo: 'host@example.com',
  reminderMinutes: [],
  color: '#f2c14e',
  logoUrl: 'https://example.com/logo.png',
  coverUrl: 'https://example.com/cover.jpg',
  hostPictureUrl: 'https://example.com/host.jpg',
  ...{ openedAt: null, closedAt: null },
  cancelledAt: null,
  sendingPausedAt: null,
  revision: 0,
  createdAt: new Date(0),
  updatedAt: new Date(0),
};

/** Everything optional missing, and over midnight. */
export const BARE_EVENT: Event = {
  ...EVENT,
  description: '',
  hostName: null,
  replyTo: null,
  color: null,
  logoUrl: null,
  ...{ coverUrl: null, hostPictureUrl: null },
  startsAt: new Date('2027-01-15T22:00:00Z'),
  endsAt: new Date('2027-01-16T03:00:00Z'),
};

const LONG_EMAIL = `${'maria.rossi.'.repeat(5)}@${'long-mail-domain.'.repeat(10)}example`;
export const HOSTILE = `<b>"'&amp;</b><script>alert(1)</script>{{x}} \u202eabc ${'w'.repeat(120)}`;

/** Every word in it from somebody who means harm, or is merely long. */
export const HOSTILE_EVENT: Event = {
  ...EVENT,
  title: HOSTILE,
  description: HOSTILE,
  hostName: HOSTILE,
  replyTo: `x"onclick="${'y'.repeat(90)}@example.com`,
  color: 'red;}body{display:none',
};

/** On another site. */
const FRAME = {
  theme: null,
  search: '?utm_source=news',
  origins: ['https://www.example.com'],
  isAlone: false,
};

export interface Sample {
  readonly language?: Language;
  readonly now?: Date;
  readonly timeZone?: string | null;
}

export function sampleView(
  event: Event,
  { language = 'en', now = BEFORE, timeZone = null }: Sample = {},
): EventView {
  return eventView(event, { language, locale: null, timeZone, now, publicUrl: 'https://events.example.com' });
}

type Shown = readonly [kind: string, event: Event, language: Language];

/** Every public page of these events in these languages, by its path. `isShown`: which of them. */
export function documentsOf(
  shown: readonly Shown[],
  isShown: (name: string, shown: Shown) => boolean = () => true,
): Map<string, string> {
  return new Map(
    shown.flatMap((one) => {
      const [kind, event, language] = one;
      return Object.entries(allPages(event, language))
        .filter(([name]) => isShown(name, one))
        .map(
          ([name, page]) => [`/${kind}/${language}/${encodeURIComponent(name)}`, renderPage(page)] as const,
        );
    }),
  );
}

/** Every public page in every state, by name. */
export function allPages(event: Event, language: Language): Readonly<Record<string, ReactElement>> {
  const before = sampleView(event, { language, timeZone: 'Asia/Tokyo' });
  const during = sampleView(event, { language, now: event.startsAt });
  const after = sampleView(event, { language, now: AFTER });
  const early = sampleView({ ...event, doorsOpenMinutes: 10 }, { language, timeZone: 'Asia/Tokyo' });
  const late = sampleView(event, { language, now: event.endsAt });
  const replay = sampleView({ ...event, replayUrl: 'https://video.example/1' }, { language, now: AFTER });
  const cancelled = sampleView({ ...event, cancelledAt: BEFORE }, { language });
  const wrong: FormState = {
    values: { email: HOSTILE, firstName: HOSTILE },
    problems: { email: 'invalid', firstName: 'too_long', lastName: 'required' },
  };
  const mistyped: FormState = {
    values: { email: 'maria@gmial.com', firstName: 'Maria' },
    suggestion: { typed: 'maria@gmial.com', suggested: 'maria@gmail.com' },
  };
  const registered: OwnRegistered = {
    ...{ email: 'maria@gmial.com', sender: 'Events <events@example.com>', domain: null, refreshes: false },
    ...{ suggested: null, isChanged: false, state: {}, session: null },
    calendars: {
      google: 'https://calendar.google.com/calendar/render?action=TEMPLATE',
      outlook: 'https://outlook.live.com/calendar/0/action/compose?rru=addevent',
      file: '/e/calm-software/registered.ics',
    },
  };
  const word = event === HOSTILE_EVENT ? HOSTILE : 'Company';
  const asking = sampleView(
    {
      ...event,
      formFields: FORM_FIELD_TYPES.map((type) => ({
        ...{ type, name: `${word} ${type}`, label: word, required: type === 'consent', help: word },
        options: type === 'select' ? [word, 'Other'] : [],
      })),
    },
    { language },
  );
  const wrongFields: FormState = {
    fields: {
      values: Object.fromEntries(FORM_FIELD_TYPES.map((type) => [`${word} ${type}`, word])),
      problems: {
        [`${word} select`]: 'invalid',
        [`${word} text`]: 'too_long',
        [`${word} consent`]: 'required',
      },
    },
  };
  const registrant: Registrant = {
    ...{ id: '01930000-0000-7000-8000-000000000001', eventId: event.id, email: 'ada@example.com' },
    ...{ firstName: event === HOSTILE_EVENT ? HOSTILE : 'Ada', lastName: 'Lovelace', locale: language },
    ...{
      timeZone: 'Asia/Tokyo',
      accessKey: '00aa11bb22cc33dd44ee55',
      emailDomainStatus: null,
      emailStatus: null,
      emailStatusAt: null,
    },
    ...{ registeredAt: BEFORE, linkOpenedAt: null, joinedAt: null, joinedFrom: 0, cancelledAt: null },
    fields: wrongFields.fields?.values ?? {},
    consents: [
      { name: `${word} consent`, text: word, at: BEFORE.toISOString(), withdrawnAt: null },
      {
        name: 'former',
        text: `${word} https://example.com/terms.`,
        at: BEFORE.toISOString(),
        withdrawnAt: null,
      },
    ],
  };
  const own = {
    ...{ registrant, mailLanguage: language, action: '/e/calm-software/registration?email=a&key=b' },
    ...{ liveHref: '/e/calm-software/live?email=a&key=b', done: null },
  };
  const ownPath = '/e/calm-software/registration?email=a&key=b';
  const change = { action: ownPath, version: 'v', cancelHref: `${ownPath}&do=cancel` };
  const step = { view: before, action: ownPath };
  const errors = [400, 401, 403, 404, 405, 410, 413, 415, 429, 500, 502, 503].map((status) => [
    `error ${status}`,
    <ErrorPage key={status} status={status} language={language} retryAfter={140} eventUrl={before.path} />,
  ]);
  return {
    home: <HomePage language={language} events={[before, { ...during, path: '/e/another' }]} />,
    'home, no event': <HomePage language={language} events={[]} />,
    ...(language === 'en' && {
      start: (
        <StartPage
          event={{ title: event.title, path: '/e/calm-software' }}
          inboxUrl="http://127.0.0.1:8025"
          sampleMember="team@example.com"
        />
      ),
      'start, nothing there': <StartPage event={null} inboxUrl="http://127.0.0.1:8025" sampleMember={null} />,
    }),
    'event, upcoming': <EventPage view={before} />,
    'event, running': <EventPage view={during} />,
    'event, in the grace time': <EventPage view={late} />,
    'event, ended': <EventPage view={after} others={[before]} />,
    'event, with a replay': <EventPage view={replay} />,
    'event, cancelled': <EventPage view={cancelled} />,
    'event, wrong registration': <EventPage view={before} registration={wrong} />,
    'event, with a form of its own': <EventPage view={asking} registration={wrongFields} />,
    'event, flooded': <EventPage view={before} registration={{ ...wrong, proof: { waitSeconds: 540 } }} />,
    'event, many links': <EventPage view={before} accessLink={{ proof: { waitSeconds: 3_500 } }} />,
    'event, sent without a proof': (
      <EventPage
        view={before}
        registration={{
          ...(wrong.values && { values: wrong.values }),
          proof: { waitSeconds: 3_500, wasSent: true },
        }}
      />
    ),
    'event, wrong address for the link': <EventPage view={before} accessLink={wrong} />,
    'embed, upcoming': <EmbedPage view={before} frame={FRAME} />,
    'embed, running': <EmbedPage view={during} frame={FRAME} />,
    'embed, ended': <EmbedPage view={after} frame={FRAME} />,
    'embed, cancelled': <EmbedPage view={cancelled} frame={FRAME} />,
    'embed, dark': <EmbedPage view={before} frame={{ ...FRAME, theme: 'dark' }} />,
    'embed, wrong, light': (
      <EmbedPage
        view={asking}
        frame={{ ...FRAME, theme: 'light' }}
        registration={{ ...wrong, ...wrongFields }}
      />
    ),
    'embed, flooded': (
      <EmbedPage
        view={before}
        frame={FRAME}
        registration={{
          ...(wrong.values && { values: wrong.values }),
          proof: { waitSeconds: 540, wasSent: true },
        }}
      />
    ),
    'embed, registered': <EmbedRegisteredPage view={before} frame={FRAME} />,
    ...(language === 'en' && { 'embed, no site yet': <NoSiteYetPage view={before} /> }),
    'event, mistyped email': <EventPage view={asking} registration={mistyped} />,
    'event, mistyped email for the link': <EventPage view={before} accessLink={mistyped} />,
    'event, no email, with a suggestion': (
      <EventPage
        view={before}
        registration={{
          ...{ values: { email: 'maria@gmail,com' }, problems: { email: 'invalid' } },
          suggestion: { typed: null, suggested: 'maria@gmail.com' },
        }}
      />
    ),
    registered: <RegisteredPage view={before} own={null} />,
    'registered, running': <RegisteredPage view={during} own={null} />,
    'registered, own': <RegisteredPage view={before} own={registered} />,
    'registered, own, running': (
      <RegisteredPage view={during} own={{ ...registered, calendars: null, domain: 'awaited' }} />
    ),
    'registered, own, wrong domain': (
      <RegisteredPage
        view={before}
        own={{ ...registered, domain: 'does_not_exist', suggested: 'maria@gmail.com', isChanged: true }}
      />
    ),
    'registered, own, long': (
      <RegisteredPage
        view={before}
        own={{
          ...registered,
          ...{
            email: LONG_EMAIL,
            domain: 'no_mail',
            session: 'sealed',
            sender: `${HOSTILE} <${LONG_EMAIL}>`,
          },
        }}
      />
    ),
    'registered, own, wrong address': <RegisteredPage view={before} own={{ ...registered, state: wrong }} />,
    'registered, own, mistyped address': (
      <RegisteredPage view={before} own={{ ...registered, state: mistyped }} />
    ),
    'registered, own, flooded': (
      <RegisteredPage
        view={before}
        own={{ ...registered, state: { ...mistyped, proof: { waitSeconds: 540, wasSent: true } } }}
      />
    ),
    'registered, expired': <RegisteredPage view={before} own={null} isExpired />,
    'link requested': <LinkRequestedPage view={before} />,
    waiting: <WaitingPage view={before} calendarUrl="/e/calm-software/calendar.ics?email=a&key=b" />,
    'waiting, doors before the start': (
      <WaitingPage view={early} calendarUrl="/e/calm-software/calendar.ics" />
    ),
    room: <RoomPage view={during} />,
    ended: <EndedPage view={after} others={[before]} />,
    'ended, with a replay': <EndedPage view={replay} />,
    cancelled: <CancelledPage view={cancelled} others={[before]} />,
    'link refused': <LinkRefusedPage view={before} email={HOSTILE} />,
    'link refused, no address': <LinkRefusedPage view={before} email={null} />,
    'stop reminders': <UnsubscribePage view={before} state="asks" />,
    'reminders stopped': <UnsubscribePage view={before} state="done" />,
    'reminders again': <UnsubscribePage view={before} state="undone" />,
    'own registration': (
      <OwnRegistrationPage
        {...own}
        view={asking}
        done="saved"
        change={{
          ...change,
          state: { values: registrant, fields: { values: registrant.fields, problems: {} } },
        }}
      />
    ),
    'own registration, wrong': (
      <OwnRegistrationPage
        {...own}
        view={asking}
        change={{ ...change, state: { ...wrong, ...wrongFields } }}
      />
    ),
    'own registration, stale': (
      <OwnRegistrationPage {...own} view={before} change={{ ...change, state: {}, isStale: true }} />
    ),
    'own registration, over': (
      <OwnRegistrationPage {...own} view={{ ...asking, phase: 'ended' }} change={null} />
    ),
    'own registration, cancelled event': <OwnRegistrationPage {...own} view={cancelled} change={null} />,
    'cannot come': <CancelPage {...step} />,
    'registration cancelled': <CancelledRegistrationPage {...step} isOpen />,
    'registration cancelled, short key': <CancelledRegistrationPage {...step} isOpen={false} />,
    'registration link': <MailedLinkPage {...step} state="asks" />,
    'registration link, sent': <MailedLinkPage {...step} state="sent" />,
    'registration link, expired': <MailedLinkPage {...step} state="expired" />,
    'registration link, flooded': (
      <MailedLinkPage {...step} state="asks" proof={{ waitSeconds: 540, wasSent: true }} />
    ),
    'error, repeating': <ErrorPage status={503} language={language} retryAfter={5} repeats />,
    ...Object.fromEntries(errors),
  };
}
