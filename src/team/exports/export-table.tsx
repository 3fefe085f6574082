import type { ExportFormat } from '../../domain/export-columns.ts';
import { ButtonLink } from '../parts/button.tsx';
import { Nothing } from '../parts/definition-list.tsx';
import { Tag } from '../parts/status-badge.tsx';
import { type Column, Table } from '../parts/table.tsx';
import { Time, timeText } from '../parts/time.tsx';
import { FORMAT_WORDS } from './export-form.tsx';

/** A past export. */
export interface ExportRow {
  readonly id: string;
  readonly askedAt: Date;
  readonly askedBy: string;
  readonly to: string;
  readonly format: ExportFormat;
  /** As they are kept; null: all. */
  readonly columns: readonly string[] | null;
  /** How many registrants; so far, while it is made. */
  readonly rows: number;
  /** The same in words where it names some of them: `412 bounced`; null: everybody. */
  readonly who: string | null;
  readonly status: {
    readonly word: string;
    readonly tone?: 'good' | 'warning' | 'bad';
    /** Why, or how far, as a sentence. */
    readonly detail: string | null;
  };
  /** Nothing will change about it by itself. */
  readonly isOver: boolean;
  /** How it reached its reader. Null: not yet, or never. */
  readonly access:
    | { readonly attached: true }
    | { readonly until: Date; readonly isExpired: boolean; readonly downloads: number }
    | null;
  readonly isWithdrawable: boolean;
}

export interface ExportTableProps {
  readonly eventId: string;
  readonly timeZone: string;
  readonly rows: readonly ExportRow[];
}

export function ExportTable({ eventId, timeZone, rows }: ExportTableProps) {
  const columns: Column<ExportRow>[] = [
    {
      key: 'asked',
      label: 'Requested',
      isHeading: true,
      kind: 'nowrap',
      cell: ({ askedAt }) => <Time at={askedAt} timeZone={timeZone} />,
    },
    {
      key: 'by',
      label: 'By',
      cell: ({ askedBy, to }) => (
        <>
          <bdi>{askedBy}</bdi>
          {to === askedBy ? null : (
            <p className="export-table__detail">
              sent to <bdi>{to}</bdi>
            </p>
          )}
        </>
      ),
    },
    {
      key: 'file',
      label: 'File',
      cell: (row) => (
        <>
          {FORMAT_WORDS[row.format]}, <Columns id={row.id} names={row.columns} />
        </>
      ),
    },
    {
      key: 'rows',
      label: 'Registrants',
      cell: ({ who, rows }) => who ?? rows.toLocaleString('en'),
    },
    {
      key: 'status',
      label: 'Status',
      cell: ({ status }) => (
        <>
          <Tag {...(status.tone && { tone: status.tone })}>{status.word}</Tag>
          {status.detail ? <p className="export-table__detail">{status.detail}</p> : null}
        </>
      ),
    },
    {
      key: 'access',
      label: 'Access',
      cell: ({ access }) => <Access access={access} timeZone={timeZone} />,
    },
  ];
  return (
    <Table
      label="List of past exports"
      columns={columns}
      rows={rows}
      rowKey={({ id }) => id}
      actions={(row) =>
        row.isWithdrawable ? (
          <ButtonLink
            small
            href={`/team/events/${eventId}/exports/${row.id}/withdraw`}
            label={`Revoke link of the export of ${timeText(row.askedAt, timeZone)}`}
          >
            Revoke link
          </ButtonLink>
        ) : null
      }
    />
  );
}

function Columns({ id, names }: { readonly id: string; readonly names: readonly string[] | null }) {
  if (!names) return 'all columns';
  if (names.length === 1) return <bdi>{names[0]}</bdi>;
  return (
    <details className="export-table__columns">
      {/* By its id it is open and has the focus again when the list was brought up to date. */}
      <summary id={`columns-${id}`}>{names.length} columns</summary>
      <ul>
        {names.map((word) => (
          <li key={word}>
            <bdi>{word}</bdi>
          </li>
        ))}
      </ul>
    </details>
  );
}

function Access({ access, timeZone }: { readonly access: ExportRow['access']; readonly timeZone: string }) {
  if (!access) return <Nothing />;
  if ('attached' in access) return 'Attached to the mail';
  const { until, isExpired, downloads } = access;
  const times = downloads === 1 ? '1 download' : `${downloads.toLocaleString('en')} downloads`;
  return (
    <>
      {isExpired ? 'Link expired' : 'Link until'} <Time at={until} timeZone={timeZone} zoneless />
      <p className="export-table__detail">{downloads === 0 ? 'Not downloaded' : times}</p>
    </>
  );
}
