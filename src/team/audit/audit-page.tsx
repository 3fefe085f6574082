import { useContext } from 'react';
import type { AuditEntry } from '../../db/audit.ts';
import { ReaderClockContext } from '../../ui/reader-clock.ts';
import { personPath } from '../bulk/people-path.ts';
import { Empty } from '../parts/empty.tsx';
import { type Option, Select, TextField } from '../parts/field.tsx';
import { FilterBar } from '../parts/filter-bar.tsx';
import { Pager } from '../parts/pager.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { type TeamFrame, TeamLayout } from '../parts/team-layout.tsx';
import { Time } from '../parts/time.tsx';
import { AUDIT_WORDS, type AuditAction } from './audit-words.tsx';

/** An entry with the names of what it speaks of. */
export interface AuditRow extends AuditEntry {
  readonly id: string;
  readonly actorName: string;
  readonly eventTitle: string | null;
  /** Null: there is none, or they were erased. */
  readonly registrantName: string | null;
  readonly memberName: string | null;
  readonly keyName: string | null;
}

export interface AuditFilter {
  readonly actor: string;
  readonly action: string;
  readonly event: string;
  readonly from: string;
  readonly to: string;
}

export interface AuditPageProps {
  readonly frame: TeamFrame;
  readonly rows: readonly AuditRow[];
  readonly filter: AuditFilter;
  readonly actors: readonly Option[];
  readonly events: readonly Option[];
  readonly older: string | null;
  readonly newest: string | null;
}

const ACTIONS: readonly Option[] = Object.entries(AUDIT_WORDS).map(([value, { label }]) => ({
  value,
  label,
}));

const COLUMNS: readonly Column<AuditRow>[] = [
  {
    key: 'at',
    label: 'When',
    kind: 'nowrap',
    cell: ({ at }) => <Time at={at} timeZone="UTC" show="second" />,
  },
  { key: 'what', label: 'What', isHeading: true, cell: (row) => <Sentence row={row} /> },
];

/** What the team did, newest first. */
export function AuditPage({ frame, rows, filter, actors, events, older, newest }: AuditPageProps) {
  const isFiltered = Object.values(filter).some(Boolean);
  // Days are those of the clock that the entries are shown by.
  const zoneHint = useContext(ReaderClockContext)?.timeZone ? '' : ' (UTC)';
  return (
    <TeamLayout
      {...frame}
      title="Audit log"
      section="audit"
      event={null}
      lead="Everything your team and its API keys did, and what visitors were refused. Entries cannot be changed."
    >
      <FilterBar action="/team/audit" search={null} clearHref={isFiltered ? '/team/audit' : null}>
        <div className="audit-filter">
          <Select name="actor" label="Who" value={filter.actor} options={[anybody('Anyone'), ...actors]} />
          <Select
            name="action"
            label="What"
            value={filter.action}
            options={[anybody('Anything'), ...ACTIONS]}
          />
          <Select
            name="event"
            label="Event"
            value={filter.event}
            options={[anybody('Any event'), ...events]}
          />
          <TextField name="from" label={`From${zoneHint}`} type="date" value={filter.from} />
          <TextField name="to" label={`To${zoneHint}`} type="date" value={filter.to} />
        </div>
      </FilterBar>
      {rows.length > 0 ? (
        <>
          <Table label="Audit log" columns={COLUMNS} rows={rows} rowKey={({ id }) => id} />
          <Pager
            label="Audit log"
            sentence={
              rows.length === 1
                ? '1 entry'
                : `${rows.length} entries${older || newest ? ' on this page' : ''}`
            }
            previous={newest}
            next={older}
            words={{ previous: 'Newest', next: 'Older' }}
          />
        </>
      ) : (
        <Empty title={isFiltered ? 'No matches' : 'No entries yet'}>
          {isFiltered ? 'Remove one of the filters.' : 'What your team does appears here.'}
        </Empty>
      )}
    </TeamLayout>
  );
}

function anybody(label: string): Option {
  return { value: '', label };
}

function Sentence({ row }: { readonly row: AuditRow }) {
  const { eventId, registrantId, eventTitle, registrantName, detail } = row;
  const words = AUDIT_WORDS[row.action as AuditAction];
  return (
    <span className="audit-sentence">
      <bdi className="audit-sentence__actor">{row.actorName}</bdi>{' '}
      {words.said({
        detail,
        event: eventId ? (
          <a href={`/team/events/${eventId}`}>
            <bdi>{eventTitle || 'an event'}</bdi>
          </a>
        ) : (
          'an event'
        ),
        registrant:
          eventId && registrantId && registrantName ? (
            <a href={personPath(eventId, registrantId)}>
              <bdi>{registrantName}</bdi>
            </a>
          ) : (
            'a removed person'
          ),
        member: <bdi>{row.memberName ?? 'a member'}</bdi>,
        key: <bdi>{row.keyName ?? 'a key'}</bdi>,
      })}
    </span>
  );
}
