import type { ReactNode } from 'react';
import type { LatestMail } from '../../db/message.ts';
import { columnLabel, FIELD, type PeopleColumn } from '../../domain/columns.ts';
import { statusRow } from '../../domain/delivery/status.ts';
import { type FormField, fieldLabels, isTick, TICKED } from '../../domain/form-fields.ts';
import { MAIL_KINDS } from '../../domain/kinds.ts';
import { Nothing } from '../parts/definition-list.tsx';
import { Marked } from '../parts/marked.tsx';
import { PANE_FRAME } from '../parts/pane.tsx';
import { PersonName } from '../parts/person-name.tsx';
import { StatusBadge, Tag } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time } from '../parts/time.tsx';
import { domainProblem } from './domain-words.ts';
import { isTrouble, reasonWords } from './mail-words.ts';
import { type PeopleSort, type PeopleView, panePath, usualDirection, viewPath } from './people-view.ts';
import type { PeopleEvent, Person } from './person.ts';
import { PersonMenu } from './person-menu.tsx';
import { nameOf, registeredByText } from './person-texts.ts';
import { placesText } from './person-visits.tsx';

export interface PeopleRow extends Person {
  /** Null: none yet. */
  readonly lastMail: Pick<LatestMail, 'kind' | 'at' | 'error' | 'status'> | null;
  /** Where they came from and how they registered, by name; empty where no column tells of it. */
  readonly technical: Readonly<Record<string, string>>;
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
          q={view.filter.q ?? ''}
          clip
          withEmail={!hasAddress}
        />
        {hasAddress ? null : <DomainProblem row={row} />}
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
  const label = columnLabel(key, fieldLabels(event));
  if (key.startsWith(FIELD)) {
    const field = key.slice(FIELD.length);
    const asked = event.formFields.find(({ name }) => name === field);
    return { key, label, cell: (row) => <FieldCell row={row} name={field} asked={asked} /> };
  }
  const { kind, sort, cell } = CELLS[key as PeopleColumn];
  return {
    ...{ key, label, cell: (row) => cell(row, event, view.filter.q ?? '') },
    ...(kind && { kind }),
    ...(sort && { sort: sortOf(event.id, view, sort) }),
  };
}

interface PeopleCell {
  readonly cell: (row: PeopleRow, event: PeopleEvent, q: string) => ReactNode;
  readonly kind?: 'nowrap' | 'mono';
  /** What its head sorts by. */
  readonly sort?: PeopleSort;
}

const time = (of: (row: PeopleRow) => Date | null, sort?: PeopleSort): PeopleCell => ({
  ...{ kind: 'nowrap', ...(sort && { sort }) },
  cell: (row, { timeZone }) => {
    const at = of(row);
    return at ? <Time at={at} timeZone={timeZone} zoneless /> : <Nothing />;
  },
});

const foreign = (of: (row: PeopleRow) => string | null | undefined): PeopleCell => ({
  cell: (row) => <Foreign text={of(row)} />,
});

const CELLS: Readonly<Record<PeopleColumn, PeopleCell>> = {
  email: {
    sort: 'email',
    cell: (row, _event, q) => (
      <span className="people__email">
        <span className="clip people__address" dir="ltr" title={row.email}>
          <Marked text={row.email} q={q} />
        </span>
        <DomainProblem row={row} />
      </span>
    ),
  },
  emailStatus: {
    sort: 'emailStatusAt',
    cell: ({ email, emailStatus, lastMail }) =>
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
  },
  emailStatusAt: time((row) => row.emailStatusAt),
  registeredAt: time((row) => row.registeredAt, 'registeredAt'),
  lastMail: {
    cell: ({ lastMail }, { timeZone }) =>
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
  },
  linkOpenedAt: time((row) => row.linkOpenedAt),
  joinedAt: time((row) => row.joinedAt, 'joinedAt'),
  joinedFrom: {
    cell: ({ joinedFrom }) => (joinedFrom > 0 ? placesText(joinedFrom) : <Nothing />),
  },
  cancelledAt: time((row) => row.cancelledAt),
  accessKey: { kind: 'mono', cell: (row) => row.accessKey },
  accessLink: {
    cell: (row) => (
      <a
        className="clip people__link"
        href={row.accessLink}
        title={row.accessLink}
        dir="ltr"
        rel="noreferrer"
      >
        {row.accessLink}
      </a>
    ),
  },
  locale: foreign((row) => row.locale),
  timeZone: foreign((row) => row.timeZone),
  source: foreign(({ technical: { utmSource, utmMedium, utmCampaign, referrer } }) => {
    const campaign = [utmSource, utmMedium, utmCampaign].filter(Boolean).join(' / ');
    return campaign || referrer;
  }),
  utmSource: foreign((row) => row.technical.utmSource),
  utmMedium: foreign((row) => row.technical.utmMedium),
  utmCampaign: foreign((row) => row.technical.utmCampaign),
  utmTerm: foreign((row) => row.technical.utmTerm),
  utmContent: foreign((row) => row.technical.utmContent),
  referrer: foreign((row) => row.technical.referrer),
  registeredBy: foreign(({ technical: { registeredBy } }) => registeredBy && registeredByText(registeredBy)),
};

/** An answer. Of a consent also that it was withdrawn: whoever has none never gave it. */
function FieldCell({
  row: { fields, consents },
  name,
  asked,
}: {
  readonly row: PeopleRow;
  readonly name: string;
  readonly asked: FormField | undefined;
}) {
  const value = fields[name];
  if (asked && isTick(asked) && value === TICKED) return 'Yes';
  const isWithdrawn = value === undefined && consents.some((consent) => consent.name === name);
  return isWithdrawn ? <span className="quiet">Withdrawn</span> : <Foreign text={value} />;
}

/** That no mail can be delivered to their domain: known before any mail comes back. */
function DomainProblem({ row }: { readonly row: PeopleRow }) {
  const problem = domainProblem(row);
  return problem ? (
    <span className="people__why people__why--bad" title={problem}>
      {problem}
    </span>
  ) : null;
}

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

/** The head of the column that is sorted by turns the order around. */
function sortOf(eventId: string, view: PeopleView, sort: PeopleSort) {
  const isCurrent = view.sort === sort;
  const other = view.direction === 'ascending' ? 'descending' : 'ascending';
  const direction = isCurrent ? other : usualDirection(sort);
  return {
    href: viewPath(eventId, { ...view, sort, direction, cursor: null }),
    direction: isCurrent ? view.direction : null,
  };
}
