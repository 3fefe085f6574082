import type { ReactElement } from 'react';
import { MESSAGE_STATUSES } from '../../src/domain/delivery/status.ts';
import { Button, ButtonLink, ButtonRow, PostButton } from '../../src/team/parts/button.tsx';
import { Card, PlainCard } from '../../src/team/parts/card.tsx';
import { Confirm } from '../../src/team/parts/confirm.tsx';
import { CopyButton, CopyValue } from '../../src/team/parts/copy-button.tsx';
import { DefinitionList, Figures, Nothing } from '../../src/team/parts/definition-list.tsx';
import { Empty } from '../../src/team/parts/empty.tsx';
import {
  Checkbox,
  CheckboxGroup,
  DateTimeField,
  ErrorSummary,
  FieldRow,
  FileField,
  RadioGroup,
  Select,
  TextArea,
  TextField,
} from '../../src/team/parts/field.tsx';
import { FilterBar } from '../../src/team/parts/filter-bar.tsx';
import { LiveRegion } from '../../src/team/parts/live-region.tsx';
import { Menu, MenuButton, MenuCopy, MenuLine, MenuLink } from '../../src/team/parts/menu.tsx';
import { Pager } from '../../src/team/parts/pager.tsx';
import { Pane } from '../../src/team/parts/pane.tsx';
import { PersonName } from '../../src/team/parts/person-name.tsx';
import { Popover } from '../../src/team/parts/popover.tsx';
import { Progress } from '../../src/team/parts/progress.tsx';
import { Section } from '../../src/team/parts/section.tsx';
import { Segments } from '../../src/team/parts/segments.tsx';
import { SelectionBar } from '../../src/team/parts/selection-bar.tsx';
import { type ShownStatus, STATUS_WORDS, StatusBadge, Tag } from '../../src/team/parts/status-badge.tsx';
import { type Column, Table } from '../../src/team/parts/table.tsx';
import { type TeamEvent, type TeamFrame, TeamLayout } from '../../src/team/parts/team-layout.tsx';
import { Time } from '../../src/team/parts/time.tsx';
import { FirstAdminPage } from '../../src/team/sign-in/first-admin-page.tsx';
import { SignInConfirmPage } from '../../src/team/sign-in/sign-in-confirm-page.tsx';
import { SignInOverPage } from '../../src/team/sign-in/sign-in-over-page.tsx';
import { SignInPage } from '../../src/team/sign-in/sign-in-page.tsx';
import { SignInSentPage } from '../../src/team/sign-in/sign-in-sent-page.tsx';
import { TeamErrorPage } from '../../src/team/team-error-page.tsx';
import { HOSTILE } from '../public/samples.tsx';

/** What stands around a page when nothing is the matter. */
export const FRAME: TeamFrame = {
  member: { email: 'grace@example.com', role: 'admin' },
  banner: null,
  notice: null,
};

/** The same when everything is. */
export const LOUD_FRAME: TeamFrame = {
  member: { email: `grace.${'h'.repeat(60)}@example.com`, role: 'admin' },
  banner: {
    tone: 'danger',
    text: 'Sending has stopped: the mail server rejects our mails. “535 5.7.8 Authentication failed” We try again every minute. No mail is lost.',
    link: { href: '/team/mail', label: 'See what waits' },
  },
  notice: { tone: 'success', text: 'The access link is on its way to Ada Lovelace.' },
};

export const TEAM_EVENT: TeamEvent = {
  id: '3f8a4c1e-9d27-4b60-8e15-6a2c7d90b3f4',
  slug: 'calm-software',
  title: 'Designing calm software',
  locale: 'en',
  isCancelled: false,
  isOver: false,
  isPaused: false,
  whenText: 'Friday 15 January 2027, 18:00 – 19:00, Europe/Paris',
  tab: 'people',
};

export interface SamplePerson {
  readonly id: string;
  readonly name: string | null;
  readonly email: string;
  readonly status: ShownStatus;
}

/** People with every status and the names that break tables. */
export const PEOPLE: readonly SamplePerson[] = [
  ['Ada Lovelace', 'ada@example.com'],
  [null, 'nameless@example.com'],
  ['محمد بن موسى الخوارزمي', 'al-khwarizmi@example.com'],
  ['<script>alert(1)</script>', 'script@example.com'],
  [`Wolfgang${'e'.repeat(190)}`, `${'long.'.repeat(12)}address@${'sub.'.repeat(20)}example.com`],
  ['山田 太郎', 'taro@example.jp'],
  [HOSTILE, 'hostile@example.com'],
  ['עדה לאבלייס (Ada)', 'ada@example.co.il'],
].flatMap(([name, email], index) =>
  (['none', ...MESSAGE_STATUSES] as const)
    .filter((_, place) => place % 8 === index)
    .map((status) => ({ id: `${index}-${status}`, name: name ?? null, email: email ?? '', status })),
);

const ZONE = 'Europe/Paris';
const AT = new Date('2027-01-13T14:55:30Z');

const COLUMNS: readonly Column<SamplePerson>[] = [
  {
    key: 'name',
    label: 'Name',
    isHeading: true,
    sort: { href: '?sort=-name', direction: 'ascending' },
    cell: ({ id, name, email }) => (
      <PersonName name={name} email={email} href={`?person=${id}#pane`} withEmail clip />
    ),
  },
  {
    key: 'status',
    label: 'Email status',
    kind: 'nowrap',
    sort: { href: '?sort=status', direction: null },
    cell: ({ status }) => <StatusBadge status={status} />,
  },
  {
    key: 'registered',
    label: 'Registered',
    kind: 'nowrap',
    sort: { href: '?sort=registeredAt', direction: null },
    cell: () => <Time at={AT} timeZone={ZONE} />,
  },
  { key: 'key', label: 'Access key', kind: 'mono', cell: () => '0123456789abcdef012345' },
  { key: 'locale', label: 'Language', cell: () => 'English' },
  { key: 'company', label: 'Company', cell: ({ name }) => (name ? name.slice(0, 60) : <Nothing />) },
  { key: 'mails', label: 'Mails', kind: 'number', wideOnly: true, cell: () => '12' },
];

export function PeopleTable({ currentKey = null }: { readonly currentKey?: string | null }) {
  return (
    <Table
      label="People"
      id="people"
      columns={COLUMNS}
      rows={PEOPLE}
      rowKey={({ id }) => id}
      currentKey={currentKey}
      select={{
        name: 'registrantId',
        form: 'bulk',
        value: ({ id }) => id,
        label: ({ name, email }) => `Select ${name ?? email}`,
      }}
      actions={({ id, name, email }) => (
        <Menu name={`Actions for ${name ?? email}`}>
          <MenuButton form="row" name="resend" value={id}>
            Resend access link
          </MenuButton>
          <MenuLink href={`mailto:${encodeURIComponent(email)}`}>Open in my email app</MenuLink>
          <MenuCopy text={`https://events.example.com/e/calm/live?email=${email}&key=0123`}>
            Copy access link
          </MenuCopy>
          <MenuLink href="?edit">Edit email</MenuLink>
          <MenuLine />
          <MenuButton form="row" name="remove" value={id} tone="danger">
            Remove
          </MenuButton>
        </Menu>
      )}
    />
  );
}

/** A people page as it is meant: filter, selection, table, pager. */
export function SamplePeoplePage({
  pane,
  frame = FRAME,
}: {
  readonly pane?: boolean;
  readonly frame?: TeamFrame;
}) {
  return (
    <TeamLayout
      {...frame}
      title="People"
      section="events"
      event={TEAM_EVENT}
      pane={pane ? <SamplePane /> : null}
    >
      <form id="bulk" method="post" action="/sent" />
      <form id="row" method="post" action="/sent" />
      <FilterBar
        action="/people"
        search={{ name: 'q', label: 'Search people', value: '' }}
        chips={{
          name: 'emailStatus',
          legend: 'Email status',
          options: (['none', ...MESSAGE_STATUSES] as const).map((value, index) => ({
            value,
            label: STATUS_WORDS[value],
            count: index * 1234,
            checked: value === 'bounced',
          })),
        }}
        hidden={{ sort: 'name' }}
        clearHref="/people"
        aside={
          <>
            <Popover label="Columns" icon="columns-3">
              <CheckboxGroup
                name="column"
                legend="Active columns"
                values={['0']}
                options={['email', 'key', HOSTILE].map((label, i) => ({ value: String(i), label }))}
              />
            </Popover>
            <ButtonLink href="?import">Import</ButtonLink>
            <ButtonLink href="?export" tone="primary">
              Export
            </ButtonLink>
          </>
        }
      />
      <SelectionBar
        table="people"
        form="bulk"
        noun={['person', 'people']}
        all={{ name: 'all', count: 100_000 }}
      >
        <Button form="bulk" tone="primary" small>
          Resend access link
        </Button>
      </SelectionBar>
      <PeopleTable currentKey={pane ? '0-none' : null} />
      <Pager label="People" sentence="1–15 of 100,000 people" previous={null} next="?cursor=2" />
    </TeamLayout>
  );
}

function SamplePane() {
  return (
    <Pane
      title={<PersonName name="Ada Lovelace" email="ada@example.com" />}
      closeHref="/people#row-0-none"
      lead={<StatusBadge status="bounced" />}
      actions={
        <>
          <PostButton action="/sent" tone="primary">
            Resend access link
          </PostButton>
          <CopyButton text="https://events.example.com/live" label="Copy link for Ada Lovelace">
            Copy link
          </CopyButton>
        </>
      }
    >
      <Section title="Profile" id="profile" level={3}>
        <DefinitionList
          items={[
            { term: 'Email', value: <span dir="ltr">ada@example.com</span> },
            { term: 'Registered', value: <Time at={AT} timeZone={ZONE} /> },
            { term: 'Joined', value: null },
            {
              term: 'Access key',
              value: <CopyValue text="0123456789abcdef012345" label="Copy access key" />,
            },
            { term: 'Company', value: HOSTILE },
          ]}
        />
      </Section>
      <Section
        title="Technical information"
        id="technical"
        level={3}
        actions={<CopyButton small text={'Name: Ada\nKey: 0123'} label="Copy access information" />}
      >
        <DefinitionList
          stacked
          items={[
            {
              term: 'Access link',
              value: (
                <code className="mono">https://events.example.com/e/calm/live?email=ada%40example.com</code>
              ),
            },
          ]}
        />
      </Section>
    </Pane>
  );
}

/** Every part there is, with what is hard on it. */
export function KitchenSink() {
  return (
    <TeamLayout
      {...LOUD_FRAME}
      title="Every part"
      section="audit"
      event={null}
      lead="Everything that the team’s pages are built of."
      actions={
        <>
          <ButtonLink href="#fields">Fields</ButtonLink>
          <Button tone="primary">New event</Button>
        </>
      }
    >
      <Section
        title="Buttons"
        id="buttons"
        lead="Primary once a page, danger where nothing can be taken back."
      >
        <ButtonRow>
          <Button tone="primary">Primary</Button>
          <Button>Quiet</Button>
          <Button tone="danger">Remove 41 people</Button>
          <Button disabled>Disabled</Button>
          <Button small>Small</Button>
          <Button tone="ghost" icon="pencil">
            Ghost
          </Button>
          <ButtonLink href="/elsewhere">A link</ButtonLink>
          <PostButton action="/sent" hidden={{ id: '1' }}>
            Post
          </PostButton>
          <CopyButton text="copied text" label="Copy the sample" />
        </ButtonRow>
        <CopyValue text="amk_0123456789abcdef0123456789abcdef0123456789abcdef" label="Copy API key" />
      </Section>
      <Segments
        label="Lists"
        items={[
          { label: 'Upcoming', href: '?show=upcoming', current: true, count: 1204 },
          { label: 'Ended', href: '?show=ended', current: false },
        ]}
      />
      <Section title="Statuses" id="statuses">
        <ButtonRow>
          {(['none', ...MESSAGE_STATUSES] as const).map((status) => (
            <StatusBadge key={status} status={status} />
          ))}
        </ButtonRow>
        <ButtonRow>
          <Tag>Member</Tag>
          <Tag tone="good">Admin</Tag>
          <Tag tone="warning">Expires soon</Tag>
          <Tag tone="bad">Revoked</Tag>
        </ButtonRow>
      </Section>
      <Card
        title="A card"
        id="card"
        lead="With a sentence under its heading."
        actions={<ButtonLink href="/edit">Edit</ButtonLink>}
      >
        <Figures
          items={[
            { term: 'Registrants', value: '100,000' },
            { term: 'Delivered', value: '98,211' },
            { term: 'Bounced', value: '412' },
          ]}
        />
        <Progress label="Sending" value={1240} max={5000} sentence="1,240 of 5,000 sent, 3 failed" />
        <Table
          inCard
          label="Mails"
          columns={[
            { key: 'kind', label: 'Kind', isHeading: true, cell: (kind: string) => kind },
            { key: 'sent', label: 'Sent', kind: 'number', cell: () => '1,240' },
            { key: 'when', label: 'When', kind: 'nowrap', cell: () => <Time at={AT} timeZone={ZONE} /> },
          ]}
          rows={['Confirmation', 'Reminder']}
          rowKey={(kind) => kind}
        />
      </Card>
      <Section title="Fields" id="fields">
        <form className="form" method="post" action="/sent">
          <ErrorSummary
            problems={[
              { id: 'title', message: 'Enter a title.' },
              { id: 'startsAt', message: 'The end must follow the start.' },
            ]}
          />
          <TextField name="title" label="Title" value="" error="Enter a title." required dir="auto" />
          <FieldRow>
            <DateTimeField
              name="startsAt"
              label="Starts"
              value="2027-01-15T18:00"
              error="The end must follow the start."
            />
            <DateTimeField name="endsAt" label="Ends" value="2027-01-15T17:00" />
            <Select
              name="timeZone"
              label="Time zone"
              value="Europe/Paris"
              options={['Europe/Paris', 'Asia/Tokyo'].map((value) => ({ value, label: value }))}
            />
          </FieldRow>
          <TextField
            name="replyTo"
            type="email"
            label="Replies go to"
            hint="The host’s address, mostly."
            value={HOSTILE}
            required={false}
          />
          <TextField name="slug" label="Permalink" disabled value="calm-software" width="medium" />
          <TextArea name="description" label="Description" value={HOSTILE} />
          <TextArea
            name="introduction"
            label="Introduction"
            mono
            value="Hello {{firstName}},"
            error="{{firstNam}} is no variable. Did you mean {{firstName}}?"
          />
          <RadioGroup
            name="keyStyle"
            legend="Access keys"
            value="hex"
            options={[
              { value: 'hex', label: '22 characters', hint: 'Nobody guesses them.' },
              { value: 'digits', label: '4 digits', hint: 'Can be read out on the phone.' },
            ]}
          />
          <CheckboxGroup
            name="columns"
            legend="Columns"
            inline
            values={['email', 'key']}
            options={['email', 'key', 'language', 'registered', 'joined'].map((value) => ({
              value,
              label: value,
            }))}
          />
          <Checkbox
            name="notify"
            label="Write to all 1,240 registrants"
            hint="Old and new time, and a new calendar file."
            checked
          />
          <FileField name="file" label="CSV file" accept=".csv,text/csv" hint="Up to 100 MB." />
          <ButtonRow>
            <Button tone="primary">Save</Button>
            <ButtonLink href="/back">Cancel</ButtonLink>
          </ButtonRow>
        </form>
      </Section>
      <Confirm
        title="Resend the access link to 41 people?"
        action="/sent"
        hidden={{ registrantId: ['a', 'b'] }}
        submit={{ label: 'Send to 41 people' }}
        cancelHref="/people"
      >
        <p>3 more were selected and get nothing:</p>
        <ul>
          <li>2 have an address that gets no mail</li>
          <li>1 got the link within the last minute</li>
        </ul>
      </Confirm>
      <LiveRegion id="live" every={null}>
        <Progress label="Export" value={3} max={3} sentence="Done" />
      </LiveRegion>
      <Empty
        title="No registrants yet"
        action={
          <ButtonLink href="/import" tone="primary">
            Import a list
          </ButtonLink>
        }
      >
        People appear here as soon as they register on the event’s page.
      </Empty>
      <PlainCard>
        <PersonName name={HOSTILE} email="x@example.com" withEmail />
        <PersonName name="محمد بن موسى الخوارزمي" email="al@example.com" withEmail />
        <PersonName name={`Wolfgang${'e'.repeat(190)}`} email="w@example.com" clip />
      </PlainCard>
      <Pager label="Parts" sentence="101–200 of 100,000" previous="?p=1" next="?p=3" />
    </TeamLayout>
  );
}

/** A mail to many on its way; `every` null: it arrived. */
export function SampleProgressPage({
  sent,
  every,
}: {
  readonly sent: number;
  readonly every: number | null;
}) {
  return (
    <TeamLayout
      {...FRAME}
      title={`${sent} of 10 sent`}
      section="events"
      event={{ ...TEAM_EVENT, tab: 'mails', isOver: true, title: HOSTILE }}
      refreshSeconds={every}
    >
      <LiveRegion id="progress" every={every} announce={every ? 'Sending' : 'All are sent'}>
        <Progress label="Sending" value={sent} max={10} sentence={`${sent} of 10 sent`} />
      </LiveRegion>
    </TeamLayout>
  );
}

/** The pages around signing in, every error, and pages that show the parts at work. */
export function teamPages(): Readonly<Record<string, ReactElement>> {
  return {
    'every part': <KitchenSink />,
    people: <SamplePeoplePage />,
    'people, loud': <SamplePeoplePage frame={LOUD_FRAME} />,
    'people, one of them': <SamplePeoplePage pane />,
    progress: <SampleProgressPage sent={4} every={2} />,
    'as a member': (
      <TeamLayout
        member={{ email: 'member@example.com', role: 'member' }}
        banner={{ tone: 'warning', text: 'Mail is late: the oldest has been due for 4 minutes.' }}
        notice={{ tone: 'danger', text: 'Nothing was sent.' }}
        title="Events"
        section="events"
        event={null}
      >
        <Empty title="No events yet" />
      </TeamLayout>
    ),
    'sign in': <SignInPage email="" next="/team/events" notice={null} />,
    'sign in, mistyped': (
      <SignInPage
        email={HOSTILE}
        next="/team/audit"
        error="Enter an email address, like ada@example.com."
        notice={{ tone: 'success', text: 'You are signed out.' }}
      />
    ),
    'sign in, or through a provider': (
      <SignInPage
        email=""
        next="/team/events"
        notice={{
          tone: 'danger',
          text: 'Example Login cannot be reached just now. Sign in by email, or try again.',
        }}
        provider={{ label: HOSTILE.slice(0, 60), href: '/team/oidc' }}
      />
    ),
    'first admin': <FirstAdminPage email="" provider={null} />,
    'first admin, refused': (
      <FirstAdminPage
        email={HOSTILE}
        errors={{ code: 'This is not the code.', email: 'Enter an email address, like ada@example.com.' }}
        provider={{ label: 'Example Login', href: '/team/oidc' }}
      />
    ),
    'join the team': (
      <SignInConfirmPage
        email="grace@example.com"
        action="/team/sign-in/token"
        inviter={`${'long'.repeat(20)}@example.com`}
      />
    ),
    'sign-in link sent, in development': (
      <SignInSentPage email="team@example.com" inboxUrl="http://localhost:8025" />
    ),
    'code mistyped': <SignInSentPage email={null} error="Enter the six digits from the email." />,
    'sign-in link sent': <SignInSentPage email={`${'long'.repeat(20)}@example.com`} />,
    'sign in as': <SignInConfirmPage email="grace@example.com" action="/team/sign-in/token" />,
    'sign-in link over': <SignInOverPage />,
    'only for admins': <TeamErrorPage frame={FRAME} status={403} />,
    ...Object.fromEntries(
      [404, 422, 429, 502].map((status) => [
        `error ${status}`,
        <TeamErrorPage
          key={status}
          frame={FRAME}
          status={status}
          retryAfter={status === 429 ? 140 : undefined}
        />,
      ]),
    ),
    'error 503, nobody known': (
      <TeamErrorPage frame={{ member: null, banner: null, notice: null }} status={503} detail={HOSTILE} />
    ),
  };
}
