import type { ReactNode } from 'react';

export interface Column<Row> {
  readonly key: string;
  readonly label: string;
  readonly cell: (row: Row) => ReactNode;
  /** Makes the head a link; `direction`: how the table is sorted by this column now, null when by another. */
  readonly sort?: { readonly href: string; readonly direction: 'ascending' | 'descending' | null };
  /** The column that names the row: the row's heading, and on phones its first line. */
  readonly isHeading?: boolean;
  /** `number`: to the end, digits of one width; `nowrap`: a time, a status; `mono`: a key. */
  readonly kind?: 'text' | 'number' | 'nowrap' | 'mono';
  /** Leaves it out on phones. */
  readonly wideOnly?: boolean;
}

export interface TableProps<Row> {
  /** What the table holds: its accessible name. */
  readonly label: string;
  /** For `SelectionBar` and for links to rows (`#row-KEY`). */
  readonly id?: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  /** A checkbox a row, and one in the head for all of them. */
  readonly select?: {
    readonly name: string;
    /** The id of the form that the checkboxes belong to. */
    readonly form: string;
    readonly value: (row: Row) => string;
    /** "Select Ada Lovelace" */
    readonly label: (row: Row) => string;
    readonly isSelected?: (row: Row) => boolean;
  };
  /** A `Menu`, at the end of each row and always in sight. */
  readonly actions?: (row: Row) => ReactNode;
  /** The key of the row that the pane shows. */
  readonly currentKey?: string | null;
  /** Grows with the page instead of scrolling in itself; for short tables in cards. */
  readonly inCard?: boolean;
}

/** Laid out as cards on phones, a table loses its meaning to screen readers unless each part says what it is. */
const ROLE = {
  table: { role: 'table' },
  group: { role: 'rowgroup' },
  row: { role: 'row' },
  cell: { role: 'cell' },
  rowHeader: { role: 'rowheader' },
  columnHeader: { role: 'columnheader' },
} as const;

/**
 * A dense table in a region that scrolls sideways by itself; in narrow places each row becomes a small card.
 * Show an `Empty` instead of a table without rows.
 */
export function Table<Row>({ label, columns, rows, rowKey, select, actions, ...props }: TableProps<Row>) {
  return (
    <div className={props.inCard ? 'table-place table-place--in-card' : 'table-place'}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <section className="table-region" aria-label={label} tabIndex={0}>
        <table className="table" id={props.id} aria-label={label} {...ROLE.table}>
          <thead {...ROLE.group}>
            <tr {...ROLE.row}>
              {select ? (
                <th scope="col" className="table__select" {...ROLE.columnHeader}>
                  <label className="table__tick">
                    <input type="checkbox" data-select-all aria-label="Select all on this page" />
                  </label>
                </th>
              ) : null}
              {columns.map((column) => (
                <Head key={column.key} column={column} />
              ))}
              {actions ? (
                <th scope="col" className="table__actions" {...ROLE.columnHeader}>
                  <span className="visually-hidden">Actions</span>
                </th>
              ) : null}
            </tr>
          </thead>
          <tbody {...ROLE.group}>
            {rows.map((row) => {
              const key = rowKey(row);
              return (
                <tr
                  key={key}
                  id={`row-${key}`}
                  aria-current={key === props.currentKey ? 'true' : undefined}
                  {...ROLE.row}
                >
                  {select ? (
                    <td className="table__select" {...ROLE.cell}>
                      <label className="table__tick">
                        <input
                          type="checkbox"
                          data-select
                          name={select.name}
                          form={select.form}
                          value={select.value(row)}
                          defaultChecked={select.isSelected?.(row)}
                          aria-label={select.label(row)}
                        />
                      </label>
                    </td>
                  ) : null}
                  {columns.map((column) => (
                    <Cell key={column.key} column={column} row={row} />
                  ))}
                  {actions ? (
                    <td className="table__actions" {...ROLE.cell}>
                      {actions(row)}
                    </td>
                  ) : null}
                </tr>
              );
            })}
          </tbody>
        </table>
      </section>
    </div>
  );
}

function Head<Row>({ column }: { readonly column: Column<Row> }) {
  const { sort, label } = column;
  return (
    <th
      scope="col"
      className={cellClass(column, sort ? 'table__sortable' : '')}
      aria-sort={sort ? (sort.direction ?? 'none') : undefined}
      {...ROLE.columnHeader}
    >
      {sort ? <a href={sort.href}>{label}</a> : label}
    </th>
  );
}

function Cell<Row>({ column, row }: { readonly column: Column<Row>; readonly row: Row }) {
  const content = column.cell(row);
  return column.isHeading ? (
    <th scope="row" className={cellClass(column, 'table__heading')} {...ROLE.rowHeader}>
      {content}
    </th>
  ) : (
    <td className={cellClass(column)} data-label={column.label} {...ROLE.cell}>
      <div className="table__value">{content}</div>
    </td>
  );
}

function cellClass<Row>({ kind = 'text', wideOnly }: Column<Row>, more = ''): string {
  return [`table__${kind}`, wideOnly ? 'table__wide-only' : '', more].filter(Boolean).join(' ');
}
