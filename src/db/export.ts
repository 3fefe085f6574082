import type { MessageStatus } from '../domain/delivery/status.ts';
import type { ExportFormat } from '../domain/export-columns.ts';
import type { ExportFailure } from '../domain/export-failure.ts';
import type { RegistrantFilter } from '../domain/registrant-filter.ts';
import type { Db } from './pool.ts';

/** Whom an export names, as it is kept: those whom a search, an answer or a domain found are ids (`keepableFilter`). */
export interface NewExportFilter extends RegistrantFilter {
  readonly searched?: true;
}

/** The same without the ids, which may be thousands. */
export interface ExportFilter extends Omit<RegistrantFilter, 'registrantIds'> {
  /** How many registrants are named one by one; null: none is. */
  readonly registrants: number | null;
  /** They were found by what somebody looked for, and not chosen. */
  readonly searched: boolean;
}

/** Someone's request for a file with an event's registrants, and what became of it. */
export interface RegistrantsExport {
  readonly id: string;
  readonly eventId: string;
  /** As the audit log names them. */
  readonly askedBy: string;
  /** The team member who asked; null: with a key that is nobody's. */
  readonly memberId: string | null;
  readonly to: string;
  readonly language: string;
  readonly format: ExportFormat;
  /** As `readColumnNames` gives them; null: all that there are when it is made. */
  readonly columns: readonly string[] | null;
  /** Null: everybody. */
  readonly filter: ExportFilter | null;
  /** `made`: its mail is in the ledger; what became of that is in `mailStatus`. */
  readonly status: 'queued' | 'running' | 'made' | 'failed';
  readonly attempts: number;
  /** Registrants in it; while it is made, so far. */
  readonly rows: number;
  readonly bytes: number;
  /** Whether its mail brings the file; otherwise a link to it. Null until it was made. */
  readonly attached: boolean | null;
  readonly failure: ExportFailure | 'withdrawn' | null;
  readonly askedAt: Date;
  readonly finishedAt: Date | null;
  /** From here on the link leads nowhere. */
  readonly expiresAt: Date | null;
  readonly withdrawnAt: Date | null;
  readonly messageId: string | null;
  readonly mailStatus: MessageStatus | null;
  readonly mailError: string | null;
}

const KEPT_FILTER = `
  case when export.filter is not null then export.filter - 'registrantIds' || jsonb_build_object(
    'registrants', jsonb_array_length(export.filter->'registrantIds'),
    'searched', export.filter ? 'searched'
  ) end`;

const COLUMNS = `
  export.id, export.event_id as "eventId", export.asked_by as "askedBy", export.member_id as "memberId",
  export.to_address as "to", export.language, export.format, export.columns, export.status, export.attempts,
  ${KEPT_FILTER} as filter,
  export.rows, export.bytes, export.attached, export.failure, export.asked_at as "askedAt",
  export.finished_at as "finishedAt", export.expires_at as "expiresAt", export.withdrawn_at as "withdrawnAt",
  export.message_id as "messageId", message.status as "mailStatus", message.error as "mailError"`;
const FROM =
  'from {schema}.export left join {schema}.team_message as message on message.id = export.message_id';

export type NewExport = Pick<
  RegistrantsExport,
  'eventId' | 'askedBy' | 'memberId' | 'to' | 'language' | 'format' | 'columns' | 'askedAt'
> & { readonly filter: NewExportFilter | null };

export async function insertExport(db: Db, asked: NewExport): Promise<string> {
  const { rows } = await db.query<{ id: string }>(
    `insert into {schema}.export (event_id, asked_by, member_id, to_address, language, format, columns, asked_at, filter)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id`,
    [
      asked.eventId,
      asked.askedBy,
      asked.memberId,
      asked.to,
      asked.language,
      asked.format,
      asked.columns,
      asked.askedAt,
      asked.filter,
    ],
  );
  return (rows[0] as { id: string }).id;
}

/** The same request of the same person after `since`, unless it failed or was withdrawn. */
export async function findSameExport(db: Db, asked: NewExport, since: Date): Promise<string | null> {
  const { rows } = await db.query<{ id: string }>(
    `select id from {schema}.export
     where event_id = $1 and asked_by = $2 and lower(to_address) = lower($3) and format = $4
       and columns is not distinct from $5::text[] and filter is not distinct from $7::jsonb
       and asked_at > $6 and status <> 'failed' and withdrawn_at is null
     order by asked_at desc limit 1`,
    [asked.eventId, asked.askedBy, asked.to, asked.format, asked.columns, since, asked.filter],
  );
  return rows[0]?.id ?? null;
}

export async function findExport(db: Db, id: string): Promise<RegistrantsExport | null> {
  const { rows } = await db.query<RegistrantsExport>(`select ${COLUMNS} ${FROM} where export.id = $1`, [id]);
  return rows[0] ?? null;
}

/** Newest first, after the one that `before` names. */
export async function listExports(
  db: Db,
  page: { readonly eventId: string; readonly limit: number; readonly before: string | null },
): Promise<RegistrantsExport[]> {
  const { rows } = await db.query<RegistrantsExport>(
    `select ${COLUMNS} ${FROM}
     where export.event_id = $1
       and ($3::uuid is null or (export.asked_at, export.id) < ((select asked_at from {schema}.export where id = $3), $3))
     order by export.asked_at desc, export.id desc limit $2`,
    [page.eventId, page.limit, page.before],
  );
  return rows;
}

/** Begins to make it, from the start, however far an earlier attempt came. Null: it is over. */
export async function beginExport(db: Db, id: string): Promise<RegistrantsExport | null> {
  const { rows } = await db.query<{ id: string }>(
    `update {schema}.export set status = 'running', attempts = attempts + 1, rows = 0, bytes = 0
     where id = $1 and status in ('queued', 'running') returning id`,
    [id],
  );
  return rows[0] ? findExport(db, id) : null;
}

/** How far it came. Returns whether it is wanted still. */
export async function keepProgress(
  db: Db,
  id: string,
  done: { readonly rows: number; readonly bytes: number },
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.export set rows = $2, bytes = $3 where id = $1 and status = 'running'`,
    [id, done.rows, done.bytes],
  );
  return rowCount === 1;
}

export interface MadeExport {
  readonly rows: number;
  readonly bytes: number;
  readonly attached: boolean;
  readonly finishedAt: Date;
  readonly expiresAt: Date;
}

/** Returns whether it was wanted still: otherwise nothing is written. */
export async function finishExport(db: Db, id: string, made: MadeExport): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.export set status = 'made', rows = $2, bytes = $3, attached = $4, finished_at = $5, expires_at = $6
     where id = $1 and status = 'running'`,
    [id, made.rows, made.bytes, made.attached, made.finishedAt, made.expiresAt],
  );
  return rowCount === 1;
}

/** Returns whether it was wanted still. */
export async function failExport(
  db: Db,
  id: string,
  failure: NonNullable<RegistrantsExport['failure']>,
  now: Date,
): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.export set status = 'failed', failure = $2, finished_at = $3
     where id = $1 and status in ('queued', 'running')`,
    [id, failure, now],
  );
  return rowCount === 1;
}

/** Of one that was made: it may not leave. Returns whether it was wanted still. */
export async function refuseExport(db: Db, id: string): Promise<boolean> {
  const { rowCount } = await db.query(
    `update {schema}.export set status = 'failed', failure = 'not_allowed'
     where id = $1 and status = 'made' and withdrawn_at is null`,
    [id],
  );
  return rowCount === 1;
}

/** Which mail tells of it. */
export async function setExportMessage(db: Db, id: string, messageId: string): Promise<void> {
  await db.query('update {schema}.export set message_id = $2 where id = $1', [id, messageId]);
}

/** Those of the event that are not withdrawn yet, or this one of them: they are from now on. Returns them. */
export async function withdrawExports(
  db: Db,
  which: { readonly eventId: string } | { readonly id: string },
  now: Date,
): Promise<{ id: string; messageId: string | null }[]> {
  const [column, value] = 'id' in which ? ['id', which.id] : ['event_id', which.eventId];
  const { rows } = await db.query<{ id: string; messageId: string | null }>(
    `update {schema}.export set withdrawn_at = $2,
       failure = case when status in ('queued', 'running') then 'withdrawn' else failure end,
       finished_at = coalesce(finished_at, $2),
       status = case when status in ('queued', 'running') then 'failed' else status end
     where ${column} = $1 and withdrawn_at is null and (expires_at is null or expires_at > $2) and status <> 'failed'
     returning id, message_id as "messageId"`,
    [value, now],
  );
  return rows;
}
