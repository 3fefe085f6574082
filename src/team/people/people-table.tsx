import type { ReactNode } from 'react';
import type { LatestMail } from '../../db/message.ts';
import { statusRow } from '../../domain/delivery/status.ts';
import { MAIL_KINDS } from '../../domain/kinds.ts';
import { Nothing } from '../parts/definition-list.tsx';
import { Marked } from '../parts/marked.tsx';
import { PANE_FRAME } from '../parts/pane.tsx';
import { PersonName } from '../parts/person-name.tsx';
import { StatusBadge, Tag } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { isTrouble, reasonWords } from './mail-words.ts';
import { columnWords, FIELD_PREFIX, type PeopleColumn } from './people-columns.ts';
import { type PeopleSort, type PeopleView, panePath, usualDirection, viewPath } from './people-view.ts';
import type { PeopleEvent, Person } from './person.ts';
import { PersonMenu } from './person-menu.tsx';
import { nameOf } from './person-texts.ts';

export interface PeopleRow extends Person {
  /** Null: none yet. */
  readonly lastMail: Pick<LatestMail, 'kind' | 'at' | 'error' | 'status'> | null;
  /** Where they came from, in a word or an address; null: unknown. */
  readonly sourceText: string | null;
}

export interface PeopleTableProps {
  readonly event: PeopleEvent;
  readonly view: PeopleView;
  readonly rows: readonly PeopleRow[];
  /** The keys of the columns beside the name. */
  readonly columns: readonly string[];
}

type LastMail = PeopleRow['lastMail'];

/** A mail that is being sent right now: its status is news, whatever is known of the address. */
export function isUnderWay(mail: LastMail): boolean {
  return mail !== null && statusRow(mail.status).pending !== null;
}

/** One row a person; its name opens the pane. */
export function PeopleTable({ event, view, rows, columns }: PeopleTableProps) {
  const hasAddress = columns.includes('email');
  const name: Column<PeopleRow> = {
    key: 'name',
    label: 'Name',
    isHeading: true,
    sort: sortOf(event.id, view, 'name'),
    cell: (row) => (
      <span className="people__name">
        <PersonName
          name={`${row.firstName} ${row.lastName}`}
          email={row.email}
          href={panePath(event.id, view, row.id)}
          frame={PANE_FRAME}
          q={view.q}
          clip
          withEmail={!hasAddress}
        />
        {row.cancelledAt ? <Tag tone="warning">Cancelled</Tag> : null}
      </span>
    ),
  };
  return (
    <Table
      label="People"
      id="people"
      columns={[name, ...columns.map((key) => columnOf(key, event, view))]}
      rows={rows}
      rowKey={(row) => row.id}
      currentKey={view.person}
      select={{
        name: 'registrantId',
        form: 'selection',
        value: (row) => row.id,
        label: (row) => `Select ${nameOf(row)}`,
      }}
      actions={(row) => <PersonMenu person={row} event={event} view={view} />}
    />
  );
}

function columnOf(key: string, event: PeopleEvent, view: PeopleView): Column<PeopleRow> {
  const label = columnWords(key);
  if (key.startsWith(FIELD_PREFIX)) {
    const field = key.slice(FIELD_PREFIX.length);
    return { key, label, cell: (row) => <Foreign text={row.fields[field]} /> };
  }
  const known = key as PeopleColumn;
  const kind = KINDS[known];
  return {
    key,
    label,
    ...(kind && { kind }),
    ...(isSort(known) && { sort: sortOf(event.id, view, known) }),
    cell: (row) => CELLS[known](row, event, view.q),
  };
}

const KINDS: Readonly<Partial<Record<PeopleColumn, 'nowrap' | 'mono'>>> = {
  registeredAt: 'nowrap',
  joinedAt: 'nowrap',
  accessKey: 'mono',
};

const CELLS: Readonly<Record<PeopleColumn, (row: PeopleRow, event: PeopleEvent, q: string) => ReactNode>> = {
  email: (row, _event, q) => (
    <span className="clip people__address" dir="ltr" title={row.email}>
      <Marked text={row.email} q={q} />
    </span>
  ),
  emailStatus: ({ email, emailStatus, lastMail }) =>
    lastMail && isUnderWay(lastMail) ? (
      <StatusBadge status={lastMail.status} />
    ) : (
      <span className="people__status">
        <StatusBadge status={emailStatus ?? 'none'} />
        {isTrouble(emailStatus) ? (
          <span className="people__why">{reasonWords(emailStatus, lastMail?.error ?? null, email)}</span>
        ) : null}
      </span>
    ),
  registeredAt: (row, { timeZone }) => <Time at={row.registeredAt} timeZone={timeZone} zoneless />,
  lastMail: ({ lastMail }, { timeZone }) =>
    lastMail ? (
      <span className="people__mail">
        {MAIL_KINDS[lastMail.kind].label}
        <span className="quiet">
          <Time at={lastMail.at} timeZone={timeZone} zoneless />
        </span>
      </span>
    ) : (
      <Nothing />
    ),
  joinedAt: ({ joinedAt }, { timeZone }) =>
    joinedAt ? <Time at={joinedAt} timeZone={timeZone} zoneless /> : <Nothing />,
  accessKey: (row) => row.accessKey,
  accessLink: (row) => (
    <a className="clip people__link" href={row.accessLink} title={row.accessLink} dir="ltr" rel="noreferrer">
      {row.accessLink}
    </a>
  ),
  locale: (row) => <Foreign text={row.locale} />,
  timeZone: (row) => <Foreign text={row.timeZone} />,
  source: (row) => <Foreign text={row.sourceText} />,
};

/** What the registrant, or whoever imported them, wrote. */
function Foreign({ text }: { readonly text: string | null | undefined }) {
  return text ? (
    <bdi className="clip people__field" dir="auto" title={text}>
      {text}
    </bdi>
  ) : (
    <Nothing />
  );
}

function isSort(key: PeopleColumn): key is 'email' | 'emailStatus' | 'registeredAt' | 'joinedAt' {
  return key === 'email' || key === 'emailStatus' || key === 'registeredAt' || key === 'joinedAt';
}

/** The head of the column that is sorted by turns the order around. */
function sortOf(eventId: string, view: PeopleView, column: PeopleSort | 'emailStatus') {
  const sort: PeopleSort = column === 'emailStatus' ? 'emailStatusAt' : column;
  const isCurrent = view.sort === sort;
  const other = view.direction === 'ascending' ? 'descending' : 'ascending';
  const direction = isCurrent ? other : usualDirection(sort);
  return {
    href: viewPath(eventId, { ...view, sort, direction, cursor: null }),
    direction: isCurrent ? view.direction : null,
  };
}
