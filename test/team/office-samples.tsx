import type { ReactElement } from 'react';
import { AUDIT_ACTIONS } from '../../src/db/audit.ts';
import { AccountPage, type SessionRow } from '../../src/team/account/account-page.tsx';
import { ApiKeyMadePage } from '../../src/team/api-keys/api-key-made-page.tsx';
import { type ApiKeyRow, ApiKeysPage } from '../../src/team/api-keys/api-keys-page.tsx';
import { RevokeKeyPage } from '../../src/team/api-keys/revoke-key-page.tsx';
import { AuditPage, type AuditRow } from '../../src/team/audit/audit-page.tsx';
import { BlocksPage } from '../../src/team/blocks/blocks-page.tsx';
import { FindDataPage, HeldDataPage, type HeldDataPageProps } from '../../src/team/data/data-page.tsx';
import type { ExportFormProps } from '../../src/team/exports/export-form.tsx';
import type { ExportRow } from '../../src/team/exports/export-table.tsx';
import { ExportsPage } from '../../src/team/exports/exports-page.tsx';
import { WithdrawExportPage } from '../../src/team/exports/withdraw-export-page.tsx';
import { ChangeRolePage, RemoveMemberPage } from '../../src/team/members/member-confirm-pages.tsx';
import { type MemberInvitation, type MemberRow, MembersPage } from '../../src/team/members/members-page.tsx';
import { readView } from '../../src/team/people/people-list.ts';
import { HOSTILE } from '../public/samples.tsx';
import { FRAME, LOUD_FRAME, TEAM_EVENT } from './samples.tsx';

// The pages beside the work itself, in every state: exports, the audit log, the team, its keys and sessions.

const AT = new Date('2027-01-13T14:55:30Z');
const LATER = new Date('2027-02-12T14:55:30Z');
const LONG = `${'long.'.repeat(12)}address@${'sub.'.repeat(20)}example.com`;
const ARABIC = 'محمد بن موسى الخوارزمي';
const ZONE = 'Europe/Paris';
const EVENT = { ...TEAM_EVENT, tab: 'exports' } as const;

const HELD: HeldDataPageProps['held'] = {
  ...{ email: LONG, path: '/team/data/x', mails: 12, suppressions: 1, auditEntries: 3 },
  registrations: [
    {
      ...{ id: 'one', eventId: 'x', eventTitle: ARABIC, timeZone: ZONE },
      ...{ registeredAt: AT, isCancelled: true, mails: 3 },
    },
    {
      ...{ id: 'two', eventId: 'y', eventTitle: HOSTILE, timeZone: ZONE },
      ...{ registeredAt: LATER, isCancelled: false, mails: 9 },
    },
  ],
};

const FORM: ExportFormProps = {
  action: `/team/events/${EVENT.id}/exports`,
  values: {
    ...{ format: 'csv', which: 'all', columns: ['email', 'first_name'], further: '' },
    to: 'grace@example.com',
  },
  errors: {},
  fields: [],
  labels: new Map(),
  members: ['grace@example.com', 'ada@example.com'],
  choice: { exported: 'all', view: readView(new URLSearchParams()), registrantIds: [] },
  registrants: 41_204,
  timeZone: ZONE,
};

const EXPORT: ExportRow = {
  id: 'one',
  askedAt: AT,
  askedBy: 'grace@example.com',
  to: 'grace@example.com',
  format: 'csv',
  columns: null,
  rows: 41_204,
  who: null,
  status: { word: 'Sent', tone: 'good', detail: null },
  isOver: true,
  access: { until: LATER, isExpired: false, downloads: 2 },
  isWithdrawable: true,
};

const EXPORTS: readonly ExportRow[] = [
  {
    ...EXPORT,
    ...{ id: 'waiting', rows: 0, access: null, isOver: false },
    status: { word: 'Queued', detail: 'It will be prepared shortly.' },
  },
  {
    ...EXPORT,
    ...{ id: 'running', rows: 12_500, access: null, isOver: false, format: 'xlsx', askedBy: LONG, to: LONG },
    columns: ['email', 'access_link', `fields.${HOSTILE}`, `fields.${ARABIC}`],
    status: { word: 'Preparing', detail: '12,500 registrants so far.' },
  },
  EXPORT,
  {
    ...EXPORT,
    ...{ id: 'attached', columns: ['email'], rows: 1, who: '1 bounced', access: { attached: true } },
  },
  { ...EXPORT, id: 'new', access: { until: AT, isExpired: true, downloads: 0 } },
  {
    ...EXPORT,
    ...{ id: 'failed', rows: 0, access: null, isWithdrawable: false },
    status: {
      word: 'Failed',
      tone: 'bad',
      detail: 'A sheet of Excel holds 1,048,575 registrants at the most: ask for CSV.',
    },
  },
  {
    ...EXPORT,
    ...{ id: 'withdrawn', askedBy: 'The key “website”', isWithdrawable: false },
    status: { word: 'Revoked', tone: 'warning', detail: null },
  },
];

const MEMBER: MemberRow = {
  id: 'm1',
  email: 'grace@example.com',
  role: 'admin',
  joinedAt: AT,
  invitation: null,
  lastSeenAt: AT,
  isOneself: true,
};
const NOT_JOINED: MemberRow = { ...MEMBER, joinedAt: null, lastSeenAt: null, isOneself: false };
const INVITATION: MemberInvitation = {
  ...{ sentAt: AT, expiresAt: AT, status: 'delivered' },
  link: 'https://events.example.com/team/sign-in/Zm9yLXRoZS1zYW1wbGVzLW9ubHk',
};
const MEMBERS: readonly MemberRow[] = [
  MEMBER,
  { ...MEMBER, id: 'm2', email: 'ada@example.com', role: 'member', isOneself: false },
  { ...NOT_JOINED, id: 'm3', email: LONG },
  { ...NOT_JOINED, id: 'm4', email: 'invited@example.com', invitation: INVITATION },
  { ...NOT_JOINED, id: 'm5', email: LONG, invitation: { ...INVITATION, status: 'bounced' } },
  {
    ...NOT_JOINED,
    id: 'm6',
    email: 'late@example.com',
    invitation: { ...INVITATION, link: null, status: null },
  },
];

const KEY: ApiKeyRow = {
  id: 'k1',
  name: 'website',
  owner: null,
  scopes: ['read', 'write'],
  createdAt: AT,
  lastUsedAt: AT,
};
const KEYS: readonly ApiKeyRow[] = [
  KEY,
  {
    ...KEY,
    id: 'k2',
    name: HOSTILE,
    owner: LONG,
    scopes: ['read', 'write', 'send', 'export'],
    lastUsedAt: null,
  },
  { ...KEY, id: 'k3', name: ARABIC, scopes: ['export'] },
];

const SESSION: SessionRow = {
  id: 's1',
  device: 'Firefox on Windows',
  signedInAt: AT,
  lastSeenAt: AT,
  expiresAt: LATER,
  isThis: true,
};

const ENTRY = {
  at: AT,
  actor: 'operator',
  actorName: 'grace@example.com',
  eventId: EVENT.id,
  eventTitle: 'Designing calm software',
  registrantId: 'r1',
  registrantName: 'Ada Lovelace',
  memberName: 'ada@example.com',
  keyName: 'the key “website”',
  detail: {
    role: 'admin',
    scopes: 'read send',
    rows: '1204',
    format: 'csv',
    columns: 'email access_link',
    fields: 'title startsAt',
    notify: 'true',
  },
};
const ENTRIES: readonly AuditRow[] = AUDIT_ACTIONS.flatMap((action, index): AuditRow[] => [
  { ...ENTRY, id: `${index}`, action },
]);
const HARD_ENTRIES: readonly AuditRow[] = (
  ['export_made', 'link_resent', 'registrant_changed'] as const
).flatMap((action): AuditRow[] => [
  { ...ENTRY, id: `${action} rtl`, action, eventTitle: ARABIC, registrantName: ARABIC },
  {
    ...ENTRY,
    id: `${action} long`,
    action,
    actorName: LONG,
    eventTitle: HOSTILE,
    registrantName: 'w'.repeat(200),
  },
  { ...ENTRY, id: `${action} gone`, action, eventTitle: null, registrantName: null },
]);
const NO_FILTER = { actor: '', action: '', event: '', from: '', to: '' };
const OPTIONS = [
  { value: 'a', label: LONG },
  { value: 'b', label: HOSTILE },
];

/** Every one of these pages in every state, by name. */
export function officePages(): Readonly<Record<string, ReactElement>> {
  const exports = { frame: FRAME, event: EVENT, timeZone: ZONE, form: FORM, next: null, first: null };
  const members = { frame: FRAME, members: MEMBERS, signInUrl: 'https://events.example.com/team/sign-in' };
  const keyForm = { values: { name: '', scopes: ['read'], owner: 'nobody' }, errors: {} };
  const audit = {
    frame: FRAME,
    filter: NO_FILTER,
    actors: OPTIONS,
    events: OPTIONS,
    older: null,
    newest: null,
  };
  const sessions = [SESSION, { ...SESSION, id: 's2', device: 'Safari on iPhone', isThis: false }];
  const confirm = { frame: FRAME, isLastAdmin: false };
  return {
    'exports, none yet': <ExportsPage {...exports} rows={[]} />,
    'exports, in every state': <ExportsPage {...exports} rows={EXPORTS} next="?cursor=x" />,
    'exports, older ones': <ExportsPage {...exports} rows={EXPORTS.slice(2)} first="?" />,
    'exports, of a filter': (
      <ExportsPage
        {...exports}
        form={{
          ...FORM,
          choice: {
            ...{ exported: 'filter', registrantIds: [] },
            view: readView(new URLSearchParams({ emailStatus: 'bounced', q: LONG })),
          },
          registrants: 412,
        }}
        rows={EXPORTS}
      />
    ),
    'exports, a choice refused': (
      <ExportsPage
        {...{ ...exports, frame: LOUD_FRAME }}
        rows={[]}
        form={{
          ...FORM,
          values: { ...FORM.values, which: 'some', columns: [], to: LONG },
          errors: { columns: 'Choose at least one column.', to: 'Choose a member of the team.' },
          fields: [
            'Company',
            HOSTILE.slice(0, 64),
            ARABIC,
            ...Array.from({ length: 40 }, (_, i) => `Field ${i}`),
          ],
          members: [LONG, 'ada@example.com'],
          registrants: 1,
        }}
      />
    ),
    'withdraw an export': <WithdrawExportPage {...exports} row={EXPORT} />,
    'withdraw an export, attached': (
      <WithdrawExportPage
        {...exports}
        row={{ ...EXPORT, askedBy: LONG, to: LONG, access: { attached: true } }}
      />
    ),
    'withdraw an export, over': (
      <WithdrawExportPage {...exports} row={{ ...EXPORT, isWithdrawable: false }} />
    ),
    'audit, every action': <AuditPage {...audit} rows={ENTRIES} older="?cursor=x" />,
    'audit, hard names': (
      <AuditPage
        {...{ ...audit, frame: LOUD_FRAME }}
        rows={HARD_ENTRIES}
        newest="?"
        filter={{ ...NO_FILTER, actor: 'a' }}
      />
    ),
    'audit, nothing matches': (
      <AuditPage {...audit} rows={[]} filter={{ ...NO_FILTER, from: '2027-01-01' }} />
    ),
    'audit, nothing yet': <AuditPage {...audit} rows={[]} />,
    members: <MembersPage {...members} values={{ email: '', role: 'member' }} errors={{}} />,
    'members, refused': (
      <MembersPage
        {...{ ...members, frame: LOUD_FRAME }}
        values={{ email: LONG, role: 'king' }}
        errors={{ email: `${LONG} is on the team already.`, role: 'Choose a role.' }}
      />
    ),
    'change a role': <ChangeRolePage {...confirm} member={{ ...MEMBER, email: LONG, role: 'member' }} />,
    'change a role, of the last admin': <ChangeRolePage {...confirm} isLastAdmin member={MEMBER} />,
    'remove a member': (
      <RemoveMemberPage {...confirm} member={{ ...MEMBER, email: LONG, isOneself: false }} apiKeys={2} />
    ),
    'remove oneself': <RemoveMemberPage {...confirm} member={MEMBER} apiKeys={0} />,
    'remove the last admin': <RemoveMemberPage {...confirm} isLastAdmin member={MEMBER} apiKeys={0} />,
    'API keys': <ApiKeysPage frame={FRAME} keys={KEYS} {...keyForm} />,
    'API keys, none yet': <ApiKeysPage frame={FRAME} keys={[]} {...keyForm} />,
    'API keys, refused': (
      <ApiKeysPage
        frame={LOUD_FRAME}
        keys={[KEY]}
        values={{ name: HOSTILE, scopes: [], owner: 'me' }}
        errors={{
          name: 'Enter a name of 1 to 100 characters.',
          scopes: 'Choose at least one scope.',
        }}
      />
    ),
    'API key made': (
      <ApiKeyMadePage
        frame={FRAME}
        name={HOSTILE}
        apiKey="am_0123456789abcdefghijklmnopqrstuv"
        scopes={KEY.scopes}
        owner={LONG}
        example="curl -H 'Authorization: Bearer am_0123456789abcdefghijklmnopqrstuv' https://events.example.com/api/v1/events"
      />
    ),
    'revoke a key': <RevokeKeyPage frame={FRAME} apiKey={{ ...KEY, name: HOSTILE, owner: LONG }} />,
    blocks: (
      <BlocksPage
        frame={FRAME}
        blocks={[
          { id: '1', kind: 'domain', value: 'junk.example', createdAt: AT, by: LONG },
          { id: '2', kind: 'email', value: LONG, createdAt: AT, by: 'The operator’s key' },
        ]}
        {...{ first: null, next: '/team/blocks?cursor=x', value: '', error: null }}
      />
    ),
    'data of a person, find': <FindDataPage frame={FRAME} email="" error={null} />,
    'data of a person, find refused': <FindDataPage frame={FRAME} email={HOSTILE} error="Enter an email." />,
    'data of a person': (
      <HeldDataPage frame={LOUD_FRAME} held={HELD} typed={HOSTILE} error="Type the email." />
    ),
    'data of a person, nothing held': <HeldDataPage frame={FRAME} held={null} typed="" error={null} />,
    'blocks, none': <BlocksPage frame={FRAME} blocks={[]} first={null} next={null} value="" error={null} />,
    'blocks, refused': (
      <BlocksPage
        frame={LOUD_FRAME}
        blocks={[]}
        {...{ first: '/team/blocks', next: null, value: HOSTILE }}
        error="Enter an email address, like ada@example.com, or a domain, like example.com."
      />
    ),
    account: <AccountPage frame={FRAME} member={MEMBER} sessions={sessions} />,
    'account, of a member, signed in once': (
      <AccountPage
        frame={{ ...LOUD_FRAME, member: { email: LONG, role: 'member' } }}
        member={{ email: LONG, role: 'member' }}
        sessions={[SESSION]}
      />
    ),
  };
}
