import type { Readable } from 'node:stream';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import Cursor from 'pg-cursor';
import type { FileColumn } from '../domain/columns.ts';
import type { ExportColumn } from '../domain/export-columns.ts';
import { APOSTROPHE, DANGEROUS_FIRST, PARTED, UNGUARDED } from '../domain/formula-guard.ts';
import type { RegistrantsExport } from './export.ts';
import { literal, peopleOf } from './people-filter.ts';

const { escapeLiteral } = pg;

/** The registrants of an event as rows of a file. */
export interface ExportRows {
  readonly eventId: string;
  /** The export whose filter leaves out the others; null: everybody. */
  readonly filteredBy: Pick<RegistrantsExport, 'id' | 'filter'> | null;
  /** What a personal link begins with, up to the question mark. */
  readonly liveUrl: string;
  readonly columns: readonly ExportColumn[];
}

/** A cell is text, or an instant; null: empty. */
interface Cell {
  readonly sql: string;
  readonly type: 'text' | 'time';
  /** Not ours: somebody wrote it. */
  readonly foreign?: boolean;
}

const text = (sql: string): Cell => ({ sql, type: 'text' });
const foreign = (sql: string): Cell => ({ sql, type: 'text', foreign: true });
const time = (sql: string): Cell => ({ sql, type: 'time' });

const KNOWN: Readonly<Record<FileColumn, (rows: ExportRows) => Cell>> = {
  email: () => foreign(SHOWN_ADDRESS),
  firstName: () => foreign('r.first_name'),
  lastName: () => foreign('r.last_name'),
  registeredAt: () => time('r.registered_at'),
  locale: () => text('r.locale'),
  timeZone: () => text('r.time_zone'),
  utmSource: () => foreign(`r.source->>'utmSource'`),
  utmMedium: () => foreign(`r.source->>'utmMedium'`),
  utmCampaign: () => foreign(`r.source->>'utmCampaign'`),
  utmTerm: () => foreign(`r.source->>'utmTerm'`),
  utmContent: () => foreign(`r.source->>'utmContent'`),
  referrer: () => foreign(`r.source->>'referrer'`),
  registeredBy: () => text(`r.technical->>'registeredBy'`),
  userAgent: () => foreign(`r.technical->>'userAgent'`),
  emailStatus: () => text('r.email_status'),
  emailStatusAt: () => time('r.email_status_at'),
  lastMail: () => text('last_mail.kind'),
  lastMailStatus: () => text('last_mail.status'),
  lastMailAt: () => time('coalesce(last_mail.accepted_at, last_mail.created_at)'),
  linkOpenedAt: () => time('r.link_opened_at'),
  joinedAt: () => time('r.joined_at'),
  joinedFrom: () => text('r.joined_from::text'),
  cancelledAt: () => time('r.cancelled_at'),
  accessKey: () => foreign('r.access_key'),
  accessLink: ({ liveUrl }) =>
    text(`${escapeLiteral(`${liveUrl}?email=`)} || ${ENCODED_ADDRESS} || '&key=' || r.access_key`),
};

// Few addresses have an international domain; the others are spared the function.
const SHOWN_ADDRESS = `case when strpos(r.email, 'xn--') = 0 then r.email else {schema}.shown_address(r.email) end`;

// Ordinary addresses without the slow way. Access keys consist of what needs no encoding.
const ENCODED_ADDRESS = `case when r.email ~ '^[A-Za-z0-9_.~''@+-]*$'
  then replace(replace(r.email, '@', '%40'), '+', '%2B') else {schema}.encode_uri_component(r.email) end`;

const LAST_MAIL = `
  left join lateral (
    select kind, status, accepted_at, created_at from {schema}.message
    where message.event_id = r.event_id and message.registrant_id = r.id order by message.id desc limit 1
  ) as last_mail on true`;

function cellOf(column: ExportColumn, rows: ExportRows): Cell {
  if ('known' in column) return KNOWN[column.known](rows);
  if ('consent' in column) {
    const key = column.time === 'given' ? 'at' : 'withdrawnAt';
    return time(`(select (consent->>'${key}')::timestamptz
      from jsonb_array_elements(r.consents) with ordinality as one (consent, place)
      where consent->>'name' = ${escapeLiteral(column.consent)} order by place desc limit 1)`);
  }
  if ('field' in column) return foreign(`r.fields->>${escapeLiteral(column.field)}`);
  const others = column.besides.map((name) => escapeLiteral(name)).join(', ');
  return foreign(`nullif((r.fields - array[${others}]::text[])::text, '{}')`);
}

/** The registrants themselves. Ids that they were named by stay in the database: they may be thousands. */
function people({ eventId, filteredBy }: ExportRows): string {
  const { registrants = null, searched: _, ...filter } = filteredBy?.filter ?? {};
  const { from, where } = peopleOf(filter, literal(eventId, 'uuid'), literal);
  const named =
    registrants === null || !filteredBy
      ? ''
      : `and registrant.id in (select named.id::uuid from {schema}.export,
           jsonb_array_elements_text(export.filter->'registrantIds') as named (id)
           where export.id = ${literal(filteredBy.id, 'uuid')})`;
  return `(select registrant.* from ${from} where ${where} ${named}) as r`;
}

/**
 * The statement that gives the rows, oldest registration first; `write` says how a cell is to come. `offset 0` keeps
 * Postgres from folding the inner one into the outer: a cell that `write` names three times is got once.
 */
function statement(rows: ExportRows, write: (cell: Cell) => string): string {
  const cells = rows.columns.map((column) => cellOf(column, rows));
  const needsLastMail = cells.some(({ sql }) => sql.includes('last_mail.'));
  const parted = together(cells.flatMap((cell, i) => (cell.foreign ? [`coalesce(c${i}, '')`] : [])));
  return `select ${cells.map((cell, i) => write({ ...cell, sql: `c${i}` })).join(', ')}
    from (select *, ${parted} ~ ${escapeLiteral(PARTED)} as is_parted from (
      select ${cells.map(({ sql }, i) => `${sql} as c${i}`).join(', ')}
      from ${people(rows)} ${needsLastMail ? LAST_MAIL : ''}
      order by r.registered_at, r.id offset 0
    ) as got offset 0) as one`;
}

/** One text of many, in pairs of pairs: a file may have more columns than an expression may be deep. */
function together(texts: readonly string[]): string {
  if (texts.length < 2) return texts[0] ?? `''`;
  const half = texts.length / 2;
  return `(${together(texts.slice(0, half))} || ${together(texts.slice(half))})`;
}

// Looking once through all of a row, and at the first letter of each cell, spares the slow expression for nearly every cell:
// with it an export of 500,000 took half as long again.
const guarded = (sql: string) => `case
  when is_parted or ascii(${sql}) = ${APOSTROPHE} then regexp_replace(${sql}, ${escapeLiteral(UNGUARDED)}, '''', 'g')
  when ascii(${sql}) in (${DANGEROUS_FIRST.join(', ')}) then '''' || ${sql} else ${sql} end`;
const written = ({ sql, foreign: isForeign }: Cell) => (isForeign ? guarded(sql) : sql);

/** Without its first line; lines end in LF, as Postgres writes them. */
export function copyRows(client: pg.PoolClient, rows: ExportRows): Readable {
  const select = statement(rows, (cell) =>
    cell.type === 'time'
      ? // As JSON an instant is ISO 8601 whatever the session's settings, and comes in half the time of `to_char`.
        `substr(to_json(${cell.sql} at time zone 'UTC')::text, 2, 19) || 'Z'`
      : written(cell),
  );
  // A line of one empty cell would be an empty line, which readers skip.
  const forced = rows.columns.length === 1 ? ', force_quote *' : '';
  return client.query(copyTo(`copy (${select}) to stdout (format csv, encoding 'UTF8'${forced})`));
}

/** Text; or an instant as spreadsheets count it, in days since the end of 1899, in UTC; or nothing. */
export type ExportedCell = string | number | null;

/** The same rows, `size` at a time. */
export async function* fetchRows(
  client: pg.PoolClient,
  rows: ExportRows,
  size: number,
): AsyncGenerator<readonly (readonly ExportedCell[])[]> {
  const select = statement(rows, (cell) =>
    cell.type === 'time'
      ? `(extract(epoch from date_trunc('second', ${cell.sql})) / 86400 + 25569)::float8`
      : written(cell),
  );
  const cursor = client.query(new Cursor<readonly ExportedCell[]>(select, [], { rowMode: 'array' }));
  const read = () => {
    const page = cursor.read(size);
    // Whoever reads no further hears of no error.
    page.catch(() => undefined);
    return page;
  };
  let next = read();
  for (;;) {
    const page = await next;
    if (page.length === 0) return;
    // Postgres makes the next one while this one is used.
    next = read();
    yield page;
  }
}
