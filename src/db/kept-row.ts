// A trigger keeps a row as JSON, under the names of its columns. What reads select of the table is found in it again.

interface KeptColumn {
  readonly column: string;
  readonly name: string;
  /** In place of null. */
  readonly otherwise: unknown;
}

const PLAIN = /^\w+\.(\w+)(?: as "?(\w+)"?)?$/;
const WITH_DEFAULT = /^coalesce\(\w+\.(\w+), '([^']*)'\) as "?(\w+)"?$/;

/** Of another table. */
const ELSEWHERE = /^\(select [\s\S]*\) as "?(\w+)"?$/;

/** Reads rows as a list of columns (like `REGISTRANT_COLUMNS`) would have selected them. Throws for a list that it cannot read. */
export function readerOfKept<Row extends object>(columns: string) {
  const list = columns
    .trim()
    .split(/,\s*(?![^(]*\))/)
    .map(readColumn);
  return (kept: Readonly<Record<string, unknown>>): Row =>
    Object.fromEntries(
      list.map(({ column, name, otherwise }) => [name, revived(column, kept[column] ?? otherwise)]),
    ) as Row;
}

function readColumn(text: string): KeptColumn {
  const [, column = '', name = column] = PLAIN.exec(text) ?? [];
  if (column) return { column, name, otherwise: null };
  const [, source, json = '', alias] = WITH_DEFAULT.exec(text) ?? [];
  if (source && alias) return { column: source, name: alias, otherwise: JSON.parse(json) };
  const [, elsewhere] = ELSEWHERE.exec(text) ?? [];
  // It is no part of the row: nobody knows what it was.
  if (elsewhere) return { column: '', name: elsewhere, otherwise: null };
  throw new Error(`This column cannot be read from a row that was kept: ${text}`);
}

function revived(column: string, value: unknown): unknown {
  return column.endsWith('_at') && typeof value === 'string' ? new Date(value) : value;
}
