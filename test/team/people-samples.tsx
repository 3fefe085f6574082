import type { ReactElement } from 'react';
import type { SavedView } from '../../src/db/saved-view.ts';
import type { Visit } from '../../src/db/visit.ts';
import { FIELD, PEOPLE_COLUMNS } from '../../src/domain/columns.ts';
import { MESSAGE_STATUSES } from '../../src/domain/delivery/status.ts';
import type { FormField } from '../../src/domain/form-fields.ts';
import type { RegistrantFilter } from '../../src/domain/registrant-filter.ts';
import { visitWords } from '../../src/domain/visit.ts';
import type { ShownStatus } from '../../src/team/parts/status-badge.tsx';
import { RemovePersonPage, RotateKeyPage } from '../../src/team/people/confirm-pages.tsx';
import { MessagePage } from '../../src/team/people/message-page.tsx';
import { USUAL_COLUMNS } from '../../src/team/people/people-columns.ts';
import { PeoplePage, type PeoplePageProps } from '../../src/team/people/people-page.tsx';
import type { PeopleRow } from '../../src/team/people/people-table.tsx';
import type { PeopleView } from '../../src/team/people/people-view.ts';
import type { PeopleEvent, PersonDetails, PersonMail } from '../../src/team/people/person.ts';
import { HOSTILE } from '../public/samples.tsx';
import { FRAME, LOUD_FRAME, TEAM_EVENT } from './samples.tsx';

// The People page in every state.

const AT = new Date('2027-01-13T14:55:30Z');
const LATER = new Date('2027-01-15T17:00:00Z');
const LONG = 'Wolfeschlegelsteinhausenbergerdorff '.repeat(5).trim();
const LONG_ADDRESS = `${'a'.repeat(64)}@${'sub.'.repeat(20)}example.com`;

const EVENT: PeopleEvent = {
  ...TEAM_EVENT,
  tab: 'people',
  startsAt: LATER,
  endsAt: new Date(LATER.getTime() + 3_600_000),
  formFields: [],
  locale: 'en',
  timeZone: 'Europe/Paris',
  permalink: 'https://events.example.com/e/calm',
  sendsNothing: null,
};
const OVER: PeopleEvent = {
  ...EVENT,
  isOver: true,
  sendsNothing: 'The event has ended, so no links are sent.',
};

const VIEW: PeopleView = {
  ...{ filter: {}, sort: 'registeredAt', direction: 'descending', cursor: null, person: null },
};

const ROW: PeopleRow = {
  id: '01930000-0000-7000-8000-000000000001',
  eventId: EVENT.id,
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  locale: 'en-GB',
  timeZone: 'Europe/London',
  consents: [],
  fields: { Company: 'Analytical Engines' },
  accessKey: '0123456789abcdef012345',
  accessLink: 'https://events.example.com/e/calm/live?email=ada%40example.com&key=0123456789abcdef012345',
  emailStatus: 'delivered',
  emailStatusAt: AT,
  emailDomainStatus: 'ok',
  registeredAt: AT,
  joinedAt: null,
  cancelledAt: null,
  linkOpenedAt: AT,
  joinedFrom: 2,
  lastMail: { kind: 'confirmation', status: 'delivered', at: AT, error: null },
  technical: {
    ...{ registeredBy: 'import', utmSource: 'newsletter', utmMedium: 'email', utmCampaign: 'calm-software' },
    ...{ utmTerm: HOSTILE, referrer: 'https://www.example.com/a/very/long/page/about/calm/software' },
  },
};

const ROWS: readonly PeopleRow[] = [
  ...MESSAGE_STATUSES.slice(6).map((emailStatus, i) => ({
    ...ROW,
    ...{ id: `01930000-0000-7000-8000-0000000001${String(i).padStart(2, '0')}`, emailStatus },
    lastMail: { kind: 'reminder' as const, status: emailStatus, at: AT, error: '550 5.1.1 User unknown' },
    joinedAt: i % 2 ? LATER : null,
  })),
  {
    ...ROW,
    emailStatus: null,
    emailStatusAt: null,
    lastMail: null,
    linkOpenedAt: null,
    joinedFrom: 0,
    technical: {},
    locale: null,
    timeZone: null,
  },
  named('02', LONG, LONG, LONG_ADDRESS),
  named('03', 'محمد بن موسى', 'الخوارزمي', 'm@example.com'),
  named('04', HOSTILE, HOSTILE, '"<b>"@example.com'),
  named('05', '', '', 'nameless@example.com'),
  { ...named('06', LONG, 'Lovelace', 'cancelled@example.com'), cancelledAt: AT },
];

const MISTYPED: readonly PeopleRow[] = [
  {
    ...named('07', 'Maria', 'Rossi', 'maria@gmial.com'),
    ...{ emailDomainStatus: 'does_not_exist', emailStatus: 'sent', lastMail: null },
  },
  { ...named('08', LONG, LONG, LONG_ADDRESS), emailDomainStatus: 'no_mail' },
];

function named(id: string, firstName: string, lastName: string, email: string): PeopleRow {
  const fields = { Company: firstName };
  return { ...ROW, id: `01930000-0000-7000-8000-0000000000${id}`, firstName, lastName, email, fields };
}

const MAIL: PersonMail = {
  ...{
    id: '01930000-0000-7000-8000-000000000201',
    ledger: EVENT.id,
    eventId: EVENT.id,
    registrantId: ROW.id,
  },
  ...{ kind: 'access_link', status: 'bounced', to: ROW.email, subject: 'Your link', priority: 'urgent' },
  ...{ dueAt: AT, expiresAt: LATER, createdAt: AT, claimedAt: AT, acceptedAt: AT, attempts: 1 },
  ...{ error: `550 5.1.1 <${LONG_ADDRESS}> User unknown`, transport: 'smtp', providerMessageId: null },
  events: ['queued', 'sending', 'attempt_failed', 'sent', 'bounced', 'email.unheard_of'].map((type) => ({
    ...{ type, occurredAt: AT, detail: type === 'attempt_failed' ? { error: HOSTILE } : {} },
  })),
};

const VISIT: Visit = {
  ...{ verdict: 'person', reason: 'navigation', agent: null, whileOpen: true, client: 'a' },
  ...{ firstAt: AT, lastAt: LATER, visits: 1, isOthers: false },
};

const DETAILS: PersonDetails = {
  person: { ...ROW, emailStatus: 'bounced', email: 'ada@gmial.com' },
  suggestedEmail: 'ada@gmail.com',
  suppressions: [
    { id: 's1', reason: 'bounced', scope: 'all', detail: null, createdAt: AT },
    { id: 's2', reason: 'unsubscribed', scope: 'reminders', detail: null, createdAt: AT },
  ],
  providerLift: null,
  mails: [
    {
      ...MAIL,
      id: '01930000-0000-7000-8000-000000000202',
      status: 'queued',
      subject: null,
      error: null,
      events: [],
    },
    {
      ...MAIL,
      events: [
        ...MAIL.events,
        {
          ...{ type: 'link_opened_by_machine', occurredAt: LATER },
          detail: { message: visitWords('link_scanner', 'Microsoft Safe Links') },
        },
      ],
    },
  ],
  steps: [
    { at: AT, action: 'registrant_cancelled', by: 'The registrant' },
    { at: LATER, action: 'registrant_restored', by: LONG_ADDRESS },
  ],
  visits: [
    { ...VISIT, client: 'a', agent: 'Chrome on Windows', visits: 3 },
    { ...VISIT, client: 'b', agent: 'Instagram on iPhone', whileOpen: false },
    { ...VISIT, client: 'c', agent: 'Edge on Windows', verdict: 'uncertain', reason: 'many_links' },
    { ...VISIT, client: 'd', agent: HOSTILE, verdict: 'machine', reason: 'bot' },
    { ...VISIT, client: '', agent: null, isOthers: true, visits: 12_000 },
  ],
  mayHaveJoined: true,
  technical: { registeredBy: 'form', userAgent: 'Mozilla/5.0 (X11; Linux x86_64)', utmSource: HOSTILE },
};

const LIST: PeoplePageProps = {
  frame: FRAME,
  event: EVENT,
  view: VIEW,
  rows: [ROW],
  columns: USUAL_COLUMNS,
  counts: new Map<ShownStatus, number>([
    ['bounced', 1_204],
    ['failed', 12],
    ['delivered', 98_000],
    ['none', 784],
  ]),
  erasedOn: null,
  countsCutAt: null,
  atWrongDomains: 0,
  views: [],
  unreadable: [],
  refusedFilter: null,
  refusedView: null,
  previous: null,
  next: '/team/events/x/people?cursor=y',
  fields: ['Company', HOSTILE],
  further: null,
  pane: null,
};

const withPane = (details: PersonDetails, changes: Partial<PeoplePageProps> = {}) => (
  <PeoplePage
    {...LIST}
    {...changes}
    view={{ ...VIEW, person: details.person.id }}
    pane={{ details, refused: null }}
  />
);

const EVERY_PART: RegistrantFilter = {
  ...{ delivered: true, opened: true, linkOpened: false, joined: false, cancelled: true },
  emailDomain: ['example.com', 'xn--mnchen-3ya.example'],
  emailDomainStatus: ['does_not_exist', 'no_mail'],
  fields: { Company: LONG, [HOSTILE]: HOSTILE, ملاحظة: 'نعم' },
  source: { utmSource: 'newsletter', referrer: 'https://www.example.com/blog?page=1' },
  registeredAfter: '2027-01-01T08:00:00.000Z',
  registeredBefore: '2027-01-15T17:00:00.000Z',
};

const VIEWS: readonly SavedView[] = [
  'VIPs not joined',
  'Bounced',
  LONG.slice(0, 60),
  HOSTILE.slice(0, 60),
  'دعوات كبار الشخصيات',
  'Registered last week',
  'From the newsletter',
].map((name, i) => ({
  id: `01930000-0000-7000-8000-00000000030${i}`,
  name,
  filter: { fields: { n: `${i}` } },
}));

const FORM: readonly FormField[] = [
  ...(['text', 'textarea', 'select', 'checkbox'] as const).map((type) => ({
    ...{
      name: type === 'select' ? 'size' : type,
      type,
      label: `${LONG} ${type}`,
      required: true,
      help: null,
    },
    options: type === 'select' ? [LONG, HOSTILE] : [],
  })),
  { name: 'terms', type: 'consent', label: HOSTILE, required: true, help: HOSTILE, options: [] },
  {
    name: 'news',
    type: 'consent',
    label: 'أوافق على تلقي الأخبار',
    required: false,
    help: null,
    options: [],
  },
];
const ANSWERED = {
  fields: {
    text: HOSTILE,
    textarea: `${LONG}\n${HOSTILE}`,
    size: LONG,
    checkbox: 'yes',
    terms: 'yes',
    Extra: LONG,
  },
  consents: [
    { name: 'news', text: 'أوافق على تلقي الأخبار', at: AT.toISOString(), withdrawnAt: LATER.toISOString() },
    { name: 'terms', text: `${LONG} ${HOSTILE}`, at: AT.toISOString(), withdrawnAt: null },
  ],
};

export function peoplePages(): Readonly<Record<string, ReactElement>> {
  const [long = ROW] = ROWS.filter(({ email }) => email === LONG_ADDRESS);
  const [hostile = ROW] = ROWS.filter(({ firstName }) => firstName === HOSTILE);
  const asks = { frame: FRAME, event: EVENT, back: 'q=ada', cancelHref: '/team/events/x/people' };
  const { locale: _, ...typed } = {
    email: 'ada at',
    firstName: LONG,
    lastName: '',
    locale: '',
    timeZone: 'Mars',
  };
  return {
    people: <PeoplePage {...LIST} rows={ROWS} frame={LOUD_FRAME} />,
    'people, with a form': (
      <PeoplePage
        {...LIST}
        event={{ ...EVENT, formFields: FORM }}
        rows={ROWS.slice(-5).map((row) => ({ ...row, ...ANSWERED }))}
        fields={[...FORM.map(({ name }) => name), 'Extra']}
        columns={[...USUAL_COLUMNS, ...FORM.map(({ name }) => FIELD + name)]}
        view={{ ...VIEW, filter: { fields: { terms: 'yes', size: 'gone by now' } } }}
      />
    ),
    'person, with a form': (
      <PeoplePage
        {...LIST}
        event={{ ...EVENT, formFields: FORM }}
        view={{ ...VIEW, person: ROW.id }}
        pane={{
          details: {
            ...DETAILS,
            person: { ...ROW, ...ANSWERED },
            steps: [
              { at: AT, action: 'consent_given', field: 'terms' },
              { at: LATER, action: 'consent_withdrawn', field: 'news' },
              { at: LATER, action: 'registrant_cancelled', by: 'The registrant' },
            ],
          },
          refused: null,
        }}
      />
    ),
    'people, wrong domains': <PeoplePage {...LIST} rows={[...MISTYPED, ROW]} atWrongDomains={1_204} />,
    'people, wrong domains, without the emails': (
      <PeoplePage {...LIST} columns={['emailStatus']} rows={MISTYPED} atWrongDomains={1} />
    ),
    'person, at a wrong domain': withPane({
      ...DETAILS,
      person: MISTYPED[0] ?? ROW,
      suppressions: [],
    }),
    'people, all columns, filtered': (
      <PeoplePage
        {...LIST}
        rows={ROWS.slice(-5)}
        columns={[...PEOPLE_COLUMNS, `${FIELD}Company`]}
        view={{
          ...VIEW,
          filter: { ...EVERY_PART, q: 'ada', emailStatus: ['bounced', 'none'] },
          ...{ sort: 'name', direction: 'ascending' },
        }}
        views={VIEWS}
        unreadable={['field.', 'joined']}
        previous="/team/events/x/people?cursor=x"
      />
    ),
    'people, in a saved view': (
      <PeoplePage {...LIST} views={VIEWS} view={{ ...VIEW, filter: { fields: { n: '6' } } }} />
    ),
    'people, filter refused': (
      <PeoplePage
        {...LIST}
        view={{ ...VIEW, filter: { joined: false } }}
        refusedFilter={{
          values: { joined: 'false', emailDomain: HOSTILE, registeredAfter: '2027-01-01T08:00' },
          problems: {
            emailDomain: 'Enter domains like example.com, at most 20.',
            fieldName: 'Choose a field.',
          },
        }}
      />
    ),
    'people, view refused': (
      <PeoplePage
        {...LIST}
        views={VIEWS.slice(0, 1)}
        view={{ ...VIEW, filter: { joined: false } }}
        refusedView={{
          id: null,
          name: 'vips not joined',
          error: 'Another view of this event has this name.',
        }}
      />
    ),
    'people, no column, event over': <PeoplePage {...LIST} columns={[]} event={OVER} />,
    'nobody registered': <PeoplePage {...LIST} rows={[]} counts={new Map()} next={null} />,
    'nobody registered, erased': (
      <PeoplePage {...LIST} rows={[]} counts={new Map()} next={null} event={OVER} erasedOn="3 March 2027" />
    ),
    'nobody matches': (
      <PeoplePage
        {...LIST}
        rows={[]}
        view={{ ...VIEW, filter: { q: HOSTILE } }}
        counts={new Map()}
        next={null}
      />
    ),
    'a page that is gone': <PeoplePage {...LIST} rows={[]} view={{ ...VIEW, cursor: 'x' }} next={null} />,
    'person, bounced': withPane(DETAILS),
    'person, event over': withPane(DETAILS, { event: OVER }),
    'person, blocked by the provider': withPane({
      ...{ ...DETAILS, suppressions: [], mails: [] },
      providerLift: { error: `restricted_api_key: ${LONG} ${HOSTILE}`, isOver: true },
    }),
    'person, long': withPane({ ...DETAILS, person: long, suggestedEmail: null, suppressions: [], mails: [] }),
    'person, hostile, mistyped': withPane({ ...DETAILS, person: hostile, suppressions: [] }),
    'person, cancelled': withPane({
      ...DETAILS,
      person: { ...long, cancelledAt: AT },
      suggestedEmail: null,
      suppressions: [],
    }),
    'person, form refused': (
      <PeoplePage
        {...LIST}
        view={{ ...VIEW, person: ROW.id }}
        pane={{
          details: DETAILS,
          refused: {
            form: 'edit',
            values: typed,
            problems: { email: 'Enter an address.', timeZone: 'Enter a zone.' },
            version: 'v',
          },
        }}
      />
    ),
    'person, mending refused': (
      <PeoplePage
        {...LIST}
        view={{ ...VIEW, person: ROW.id }}
        pane={{
          details: DETAILS,
          refused: {
            form: 'correct',
            values: { email: 'ada at' },
            problems: { email: 'Enter an address.' },
            version: 'v',
          },
        }}
      />
    ),
    'reset an access link': <RotateKeyPage {...asks} person={long} mails={0} getsMail />,
    'reset the access link of somebody who gets no mail': (
      <RotateKeyPage {...asks} person={long} mails={0} getsMail={false} />
    ),
    'remove a person': <RemovePersonPage {...asks} person={hostile} mails={3} />,
    'what was sent': (
      <MessagePage
        frame={FRAME}
        event={EVENT}
        message={MAIL}
        content={{ subject: HOSTILE, text: `${LONG_ADDRESS}\n`.repeat(60) }}
      />
    ),
  };
}
