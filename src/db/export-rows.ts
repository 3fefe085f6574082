import type { Readable } from 'node:stream';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { FileColumn } from '../domain/columns.ts';
import type { ExportColumn } from '../domain/export-columns.ts';
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

/** A cell is text, or an instant; null: empty. What somebody wrote is guarded where a file is made of it. */
interface Cell {
  readonly sql: string;
  readonly type: 'text' | 'time';
}

const text = (sql: string): Cell => ({ sql, type: 'text' });
const time = (sql: string): Cell => ({ sql, type: 'time' });

const KNOWN: Readonly<Record<FileColumn, (rows: ExportRows) => Cell>> = {
  email: () => text(SHOWN_ADDRESS),
  firstName: () => text('r.first_name'),
  lastName: () => text('r.last_name'),
  registeredAt: () => time('r.registered_at'),
  locale: () => text('r.locale'),
  timeZone: () => text('r.time_zone'),
  utmSource: () => text(`r.source->>'utmSource'`),
  utmMedium: () => text(`r.source->>'utmMedium'`),
  utmCampaign: () => text(`r.source->>'utmCampaign'`),
  utmTerm: () => text(`r.source->>'utmTerm'`),
  utmContent: () => text(`r.source->>'utmContent'`),
  referrer: () => text(`r.source->>'referrer'`),
  registeredBy: () => text(`r.technical->>'registeredBy'`),
  userAgent: () => text(`r.technical->>'userAgent'`),
  emailStatus: () => text('r.email_status'),
  emailStatusAt: () => time('r.email_status_at'),
  lastMail: () => text('last_mail.kind'),
  lastMailStatus: () => text('last_mail.status'),
  lastMailAt: () => time('coalesce(last_mail.accepted_at, last_mail.created_at)'),
  linkOpenedAt: () => time('r.link_opened_at'),
  joinedAt: () => time('r.joined_at'),
  joinedFrom: () => text('r.joined_from::text'),
  cancelledAt: () => time('r.cancelled_at'),
  accessKey: () => text('r.access_key'),
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
  if ('field' in column) return text(`r.fields->>${escapeLiteral(column.field)}`);
  const others = column.besides.map((name) => escapeLiteral(name)).join(', ');
  return text(`nullif((r.fields - array[${others}]::text[])::text, '{}')`);
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

function statement(rows: ExportRows, write: (cell: Cell) => string): string {
  const cells = rows.columns.map((column) => cellOf(column, rows));
  const needsLastMail = cells.some(({ sql }) => sql.includes('last_mail.'));
  return `select ${cells.map(write).join(', ')}
    from ${people(rows)} ${needsLastMail ? LAST_MAIL : ''}
    order by r.registered_at, r.id`;
}

/** As CSV, without its first line, and not guarded; lines end in LF. */
export function copyCsv(client: pg.PoolClient, rows: ExportRows): Readable {
  const select = statement(rows, ({ sql, type }) =>
    type === 'time'
      ? // As JSON an instant is ISO 8601 whatever the session's settings, and comes in half the time of `to_char`.
        `substr(to_json(${sql} at time zone 'UTC')::text, 2, 19) || 'Z'`
      : sql,
  );
  // A line of one empty cell would be an empty line, which readers skip.
  const forced = rows.columns.length === 1 ? ', force_quote *' : '';
  return client.query(copyTo(`copy (${select}) to stdout (format csv, encoding 'UTF8'${forced})`));
}

/** What a row of a text COPY is: text as Postgres escapes it, or an instant as spreadsheets count it, in days since the end of 1899, in UTC. */
export type CopiedType = Cell['type'];

/** The same rows as Postgres's text format has them, and what each cell of a row is. */
export function copyText(
  client: pg.PoolClient,
  rows: ExportRows,
): { readonly bytes: Readable; readonly types: readonly CopiedType[] } {
  const select = statement(rows, ({ sql, type }) =>
    type === 'time' ? `(extract(epoch from date_trunc('second', ${sql})) / 86400 + 25569)::float8` : sql,
  );
  return {
    bytes: client.query(copyTo(`copy (${select}) to stdout (encoding 'UTF8')`)),
    types: rows.columns.map((column) => cellOf(column, rows).type),
  };
}
