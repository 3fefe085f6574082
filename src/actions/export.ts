import { raiseAlert } from '../db/alert.ts';
import { isApiKeyValid } from '../db/api-key.ts';
import type { AuditEntry } from '../db/audit.ts';
import {
  failExport,
  findExport,
  findSameExport,
  finishExport,
  insertExport,
  type NewExportFilter,
  type RegistrantsExport,
  refuseExport,
  setExportMessage,
  withdrawExports,
} from '../db/export.ts';
import { lockEventForFanOut } from '../db/fan-out.ts';
import { findKeyReset } from '../db/key-reset.ts';
import { endMessages } from '../db/pending.ts';
import type { Db } from '../db/pool.ts';
import { findTeamMember, wasTeamMember } from '../db/team-member.ts';
import { fileName } from '../domain/columns.ts';
import { AppError } from '../domain/errors.ts';
import { type ExportFormat, readColumnNames } from '../domain/export-columns.ts';
import type { ExportFailure } from '../domain/export-failure.ts';
import { MAIL_KINDS } from '../domain/kinds.ts';
import {
  activeParts,
  hasWrittenParts,
  partLabels,
  type RegistrantFilter,
  withoutParts,
} from '../domain/registrant-filter.ts';
import { enqueue } from '../queue/boss.ts';
import { buildExport } from '../queue/jobs.ts';
import { audit } from './audit.ts';
import type { ActionContext, TeamActionContext } from './context.ts';
import { eventNotFound } from './event.ts';
import { keepableFilter } from './keepable-filter.ts';
import { sendTeamMessage } from './send-message.ts';

/** Within so long the same request is the same export. */
const SAME_REQUEST_MS = 60_000;

export interface ExportRequest {
  readonly columns: 'all' | readonly string[];
  readonly format: ExportFormat;
  /** Whom it is mailed to; null: the team member who asks. */
  readonly to: string | null;
  /** Whom it names; null: everybody. */
  readonly filter: RegistrantFilter | null;
}

/**
 * Asks for a file with an event's registrants, to be mailed. The same request within a minute is the same export.
 * Throws `not_found`, `conflict` while all access links are reset, and `invalid_input` for unknown columns and where `to` is nobody of the team.
 */
export async function requestExport(
  context: TeamActionContext,
  eventId: string,
  request: ExportRequest,
): Promise<RegistrantsExport> {
  const { db, boss, now, actor, memberId } = context;
  // The lock makes two requests at once one export.
  const event = await lockEventForFanOut(db, eventId);
  if (!event) throw eventNotFound();
  const reset = await findKeyReset(db, eventId);
  if (reset && !reset.finishedAt)
    throw new AppError(
      'conflict',
      'All access links of this event are being reset: request the export once that is done.',
    );
  const asked = {
    eventId,
    askedBy: actor,
    memberId,
    to: await recipient(db, memberId, request.to),
    language: event.locale,
    format: request.format,
    columns: readColumnNames(request.columns),
    filter: await kept(db, eventId, request.filter),
    askedAt: now,
  };
  const same = await findSameExport(db, asked, new Date(now.getTime() - SAME_REQUEST_MS));
  if (same) return get(db, same);
  const id = await insertExport(db, asked);
  await enqueue(boss, db, buildExport, { exportId: id });
  const columns = asked.columns?.join(' ') ?? 'all';
  const detail = { format: asked.format, columns, ...auditedFilter(asked.filter) };
  await auditExport(context, 'export_requested', { eventId, id, detail });
  return get(db, id);
}

/** As it is kept; null: everybody. */
async function kept(
  db: Db,
  eventId: string,
  filter: RegistrantFilter | null,
): Promise<NewExportFilter | null> {
  if (filter === null || activeParts(filter).length === 0) return null;
  const keepable = await keepableFilter(db, eventId, filter);
  // As it stands in the table, whatever was left out by name.
  return { ...withoutParts(keepable, []), ...(hasWrittenParts(filter) && { searched: true }) };
}

function auditedFilter(filter: NewExportFilter | null): Record<string, string> {
  const { emailStatus, registrantIds, searched: _, ...others } = filter ?? {};
  const parts = partLabels(others).join(', ');
  return {
    ...(emailStatus && { emailStatus: emailStatus.join(' ') }),
    ...(registrantIds && { registrants: String(registrantIds.length) }),
    ...(parts && { parts }),
  };
}

async function recipient(db: Db, memberId: string | null, to: string | null): Promise<string> {
  if (to !== null) {
    // A program's key stands for whoever runs the system, who may name anybody.
    if (memberId === null || (await findTeamMember(db, { email: to }))) return to;
    throw foreignAddress('must be the address of a team member');
  }
  const member = memberId && (await findTeamMember(db, { id: memberId }));
  if (!member) throw foreignAddress('is missing');
  return member.email;
}

function foreignAddress(message: string): AppError {
  return new AppError('invalid_input', 'An export goes to a member of the team.', {
    errors: [{ path: 'to', message }],
  });
}

/** Whether whoever asked for it, and whom it goes to, may have it still. */
export async function findPermission(
  db: Db,
  { askedBy, memberId, to }: Pick<RegistrantsExport, 'askedBy' | 'memberId' | 'to'>,
): Promise<boolean> {
  const apiKey = /^api_key:(.+)$/.exec(askedBy)?.[1];
  if (apiKey && !(await isApiKeyValid(db, apiKey))) return false;
  if (await wasTeamMember(db, to)) return false;
  if (memberId === null) return true;
  return (
    (await findTeamMember(db, { id: memberId })) !== null &&
    (await findTeamMember(db, { email: to })) !== null
  );
}

/** It was written: its mail goes out. Nothing happens where it is no longer wanted. */
export async function deliverExport(
  context: ActionContext,
  made: RegistrantsExport,
  file: { readonly rows: number; readonly bytes: number; readonly attached: boolean },
): Promise<void> {
  const { db, now } = context;
  const expiresAt = MAIL_KINDS.registrants_export.deadline(now);
  if (!(await finishExport(db, made.id, { ...file, finishedAt: now, expiresAt }))) return;
  await tell(context, made, file.attached ? 'attached' : 'link');
  const { rows, bytes } = file;
  const detail = { format: made.format, rows: String(rows), bytes: String(bytes) };
  await auditExport({ ...context, actor: made.askedBy }, 'export_made', { ...made, detail });
  const by = made.askedBy.startsWith('api_key:') ? 'api_key' : 'member';
  if (hasAccess(made))
    await raiseAlert(db, 'access_links_exported', { eventId: made.eventId, rows, by }, now);
}

/** Whether its rows open doors. */
function hasAccess({ columns }: Pick<RegistrantsExport, 'columns'>): boolean {
  const access: readonly string[] = [fileName('accessLink'), fileName('accessKey')];
  return columns === null || columns.some((name) => access.includes(name));
}

/** It cannot be made: a mail says why. Nothing happens where it is no longer wanted. */
export async function giveUpExport(
  context: ActionContext,
  wanted: RegistrantsExport,
  failure: ExportFailure,
): Promise<void> {
  if (!(await failExport(context.db, wanted.id, failure, context.now))) return;
  await tell(context, wanted, 'failed');
  await auditExport({ ...context, actor: wanted.askedBy }, 'export_failed', {
    ...wanted,
    detail: { failure },
  });
}

/** It was made, but whoever was to get it may no longer: its mail says that instead. */
export async function holdBackExport(
  { db, now }: Pick<ActionContext, 'db' | 'now'>,
  made: RegistrantsExport,
): Promise<void> {
  if (!(await refuseExport(db, made.id))) return;
  const detail = { failure: 'not_allowed' };
  await auditExport({ db, now, actor: made.askedBy }, 'export_failed', { ...made, detail });
}

async function tell(
  context: ActionContext,
  { id, eventId, to }: RegistrantsExport,
  state: 'attached' | 'link' | 'failed',
): Promise<void> {
  const messageId = await sendTeamMessage(context, {
    ...{
      eventId,
      to,
      kind: 'registrants_export',
      dedupeKey: `export ${id}`,
      about: { export: { id, state } },
    },
    expiresAt: MAIL_KINDS.registrants_export.deadline(context.now),
  });
  if (messageId) await setExportMessage(context.db, id, messageId);
}

/** From now on neither a mail brings it nor a link opens it. Throws `not_found`. */
export async function withdrawExport(context: TeamActionContext, id: string): Promise<void> {
  const { db, now } = context;
  const found = await findExport(db, id);
  if (!found) throw exportNotFound();
  const withdrawn = await withdrawExports(db, { id }, now);
  if (withdrawn.length === 0) return;
  await endMails(context, withdrawn);
  await auditExport(context, 'export_withdrawn', { ...found, detail: {} });
}

/** All of an event at once; returns how many. */
export async function withdrawAllExports(context: ActionContext, eventId: string): Promise<number> {
  const withdrawn = await withdrawExports(context.db, { eventId }, context.now);
  await endMails(context, withdrawn);
  return withdrawn.length;
}

async function endMails(
  { db, now }: ActionContext,
  withdrawn: readonly { readonly messageId: string | null }[],
): Promise<void> {
  const messageIds = withdrawn.flatMap(({ messageId }) => messageId ?? []);
  await endMessages(db, null, messageIds, 'The export was withdrawn.', now);
}

/** Notes that the link was followed after whoever asked, or was sent it, left the team. */
export async function recordRefusal(db: Db, found: RegistrantsExport, now: Date): Promise<void> {
  await auditExport({ db, now, actor: 'recipient' }, 'export_refused', { ...found, detail: {} });
}

/** Notes that the link was followed, by whom (`memberId`: whoever was signed in), and how much of the file left. */
export async function recordDownload(
  db: Db,
  found: RegistrantsExport,
  {
    memberId,
    rows,
    complete,
  }: { readonly memberId: string | null; readonly rows: number; readonly complete: boolean },
  now: Date,
): Promise<void> {
  const visitor = memberId ?? (await findTeamMember(db, { email: found.to }))?.id;
  const actor = visitor ? `team_member:${visitor}` : 'recipient';
  const detail = { format: found.format, rows: String(rows), complete: String(complete) };
  await auditExport({ db, now, actor }, 'export_downloaded', { ...found, detail });
}

async function auditExport(
  context: Pick<TeamActionContext, 'db' | 'now' | 'actor'>,
  action: Extract<AuditEntry['action'], `export_${string}`>,
  { id, eventId, detail }: Pick<RegistrantsExport, 'id' | 'eventId'> & Pick<AuditEntry, 'detail'>,
): Promise<void> {
  await audit(context, action, { eventId, detail: { exportId: id, ...detail } });
}

async function get(db: Db, id: string): Promise<RegistrantsExport> {
  return (await findExport(db, id)) as RegistrantsExport;
}

export function exportNotFound(): AppError {
  return new AppError('not_found', 'There is no such export.');
}
