import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { exportNotFound, requestExport, withdrawExport } from '../../actions/export.ts';
import { inputError } from '../../api/router.ts';
import { countDownloads } from '../../db/audit.ts';
import { listEventFields } from '../../db/event-field.ts';
import { findExport, listExports, type RegistrantsExport } from '../../db/export.ts';
import { listTeamMembers } from '../../db/team-member.ts';
import { columnLabel, FIELD, type FileColumn, fileName } from '../../domain/columns.ts';
import { AppError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import { exportStatus } from '../../domain/export-status.ts';
import { fieldLabels, inFormOrder } from '../../domain/form-fields.ts';
import { exportRequest } from '../../domain/input.ts';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { readLists } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { nameActors } from '../actors.ts';
import { peoplePath } from '../bulk/people-path.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { readFurtherFields } from '../further-fields.ts';
import { viewPath } from '../people/people-view.ts';
import { act, type TeamEnv } from '../session.ts';
import { countChosen, type ExportChoice, filterOf, readChoice } from './export-choice.ts';
import { EXPORT_FRAME, ExportDialogDocument } from './export-dialog.tsx';
import type { ExportFormValues } from './export-form.tsx';
import type { ExportRow } from './export-table.tsx';
import { ExportsPage } from './exports-page.tsx';
import { whoWords } from './who-words.ts';
import { WithdrawExportPage } from './withdraw-export-page.tsx';

const PAGE = 20;
/** What most people want who do not want everything. */
const USUAL_COLUMNS = (
  ['email', 'firstName', 'lastName', 'emailStatus', 'accessLink'] satisfies FileColumn[]
).map(fileName);

/** Files with an event's registrants: asked for, looked at, withdrawn. */
export function exportRoutes(dependencies: TeamDependencies) {
  const { pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/exports', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const to = c.var.session.member.email;
    const choice = readChoice(c.req.queries());
    if (!choice) return seeOther(c, peoplePath(event.id), 'nobody_selected');
    return showExports(c, event, choice, {
      format: 'csv',
      which: 'all',
      columns: USUAL_COLUMNS,
      further: '',
      to,
    });
  });

  router.post('/team/events/:id/exports', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const lists = await readLists(c);
    const [values, choice] = [readValues(lists), readChoice(lists)];
    if (!choice) return seeOther(c, peoplePath(event.id), 'nobody_selected');
    const isAll = values.which === 'all';
    const written = readFurtherFields(
      isAll ? '' : values.further,
      isAll || values.further === '' ? [] : inFormOrder(event, await listEventFields(pool, event.id)),
    );
    if (written.error !== null) return showExports(c, event, choice, values, { further: written.error });
    const further = written.names.map((name) => FIELD + name);
    const { data, error } = exportRequest.safeParse({
      columns: isAll ? 'all' : [...new Set([...values.columns, ...further])],
      format: values.format,
      to: values.to,
      filter: filterOf(choice),
    });
    try {
      if (error) throw inputError(error);
      await act(c, dependencies, (action) => requestExport(action, event.id, data));
    } catch (problem) {
      if (!(problem instanceof AppError) || problem.code !== 'invalid_input') throw problem;
      return showExports(c, event, choice, values, formErrors(values, problem));
    }
    const isFromPeople = lists.next?.at(-1) === 'people';
    const next = isFromPeople ? viewPath(event.id, choice.view) : `/team/events/${event.id}/exports`;
    return seeOther(c, next, 'export_requested');
  });

  router.get('/team/events/:id/exports/:exportId/withdraw', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const found = await requireExport(event, c.req.param('exportId'));
    const [row] = await present(event, [found]);
    const page = {
      frame: await frame(c),
      event: teamEvent(event, 'exports', now()),
      timeZone: event.timeZone,
    };
    return sendPage(c, <WithdrawExportPage {...page} row={row as ExportRow} />);
  });

  router.post('/team/events/:id/exports/:exportId/withdraw', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const { id } = await requireExport(event, c.req.param('exportId'));
    await act(c, dependencies, (action) => withdrawExport(action, id));
    return seeOther(c, `/team/events/${event.id}/exports`, 'export_withdrawn');
  });

  async function showExports(
    c: Context<TeamEnv>,
    event: Event,
    choice: ExportChoice,
    values: ExportFormValues,
    errors: Readonly<Record<string, string>> = {},
  ): Promise<Response> {
    const path = `/team/events/${event.id}/exports`;
    const own = c.var.session.member.email;
    const isDialog = c.req.header('turbo-frame') === EXPORT_FRAME;
    c.header('Vary', 'Cookie, Turbo-Frame');
    const before = readCursor(c.req.query('cursor'), z.tuple([z.uuid()]))?.[0] ?? null;
    const [used, members, registrants] = await Promise.all([
      listEventFields(pool, event.id),
      listTeamMembers(pool),
      countChosen(pool, event.id, choice),
    ]);
    const form = {
      ...{ action: path, values, errors, choice, registrants, timeZone: event.timeZone },
      ...{ fields: inFormOrder(event, used), labels: fieldLabels(event) },
      members: [own, ...members.flatMap(({ email }) => (email === own ? [] : email))],
    };
    if (isDialog) return sendPage(c, <ExportDialogDocument form={form} />);
    const [found, shownFrame] = await Promise.all([
      listExports(pool, { eventId: event.id, limit: PAGE + 1, before }),
      frame(c),
    ]);
    const page = found.slice(0, PAGE);
    const last = page.at(-1);
    return sendPage(
      c,
      <ExportsPage
        frame={shownFrame}
        event={teamEvent(event, 'exports', now())}
        timeZone={event.timeZone}
        form={form}
        rows={await present(event, page)}
        next={last && found.length > PAGE ? `${path}?cursor=${writeCursor([last.id])}` : null}
        first={before ? path : null}
      />,
      Object.keys(errors).length > 0 ? 422 : 200,
    );
  }

  async function present(event: Event, exports: readonly RegistrantsExport[]): Promise<ExportRow[]> {
    const [nameOf, downloads] = await Promise.all([
      nameActors(
        pool,
        exports.map(({ askedBy }) => askedBy),
      ),
      countDownloads(pool, event.id),
    ]);
    return exports.map((e) => presentExport(e, nameOf(e.askedBy), downloads.get(e.id) ?? 0, event, now()));
  }

  async function requireExport(event: Event, id: string): Promise<RegistrantsExport> {
    const found = z.uuid().safeParse(id).success ? await findExport(pool, id) : null;
    if (found?.eventId !== event.id) throw exportNotFound();
    return found;
  }

  return router;
}

function readValues(lists: Awaited<ReturnType<typeof readLists>>): ExportFormValues {
  const { format, which, columns = [], further, to } = lists;
  return {
    format: format?.[0] ?? '',
    which: which?.[0] ?? '',
    columns,
    further: further?.[0] ?? '',
    to: to?.[0] ?? '',
  };
}

/** What is wrong, by the field of the form where it can be corrected. */
function formErrors(values: ExportFormValues, { errors }: AppError): Record<string, string> {
  const words = {
    format: 'Choose CSV or Excel.',
    columns: values.columns.length === 0 ? 'Choose at least one column.' : 'Choose among the columns below.',
    to: 'Choose a member of the team.',
  };
  const wrong = new Set(errors.map(({ path }) => path.split('.')[0]));
  return Object.fromEntries(Object.entries(words).filter(([field]) => wrong.has(field)));
}

export function presentExport(
  e: RegistrantsExport,
  askedBy: string,
  downloads: number,
  event: Pick<Event, 'timeZone' | 'formFields' | 'locale'>,
  now: Date,
): ExportRow {
  const labels = fieldLabels(event);
  const isMade = e.status === 'made';
  const isExpired = e.expiresAt !== null && e.expiresAt <= now;
  return {
    ...{
      id: e.id,
      askedAt: e.askedAt,
      askedBy,
      to: e.to,
      format: e.format,
      columns: e.columns === null ? null : e.columns.map((name) => columnLabel(name, labels)),
      rows: e.rows,
      who: e.filter && whoWords(e.filter, isMade ? e.rows : null, event.timeZone, labels),
    },
    status: statusWords(e),
    isOver: !['queued', 'running'].includes(exportStatus(e)[0]) || e.withdrawnAt !== null,
    access:
      !isMade || !e.expiresAt || e.withdrawnAt
        ? null
        : e.attached
          ? { attached: true }
          : { until: e.expiresAt, isExpired, downloads },
    isWithdrawable: e.withdrawnAt === null && e.status !== 'failed' && !isExpired,
  };
}

function statusWords(e: RegistrantsExport): ExportRow['status'] {
  const [status, error] = exportStatus(e);
  if (e.withdrawnAt) return { word: 'Revoked', tone: 'warning', detail: null };
  switch (status) {
    case 'queued':
      return { word: 'Queued', detail: 'It will be prepared shortly.' };
    case 'running':
      return e.status === 'made'
        ? { word: 'Sending', detail: error }
        : { word: 'Preparing', detail: `${e.rows.toLocaleString('en')} registrants so far.` };
    case 'sent':
      return { word: 'Sent', tone: 'good', detail: null };
    case 'failed':
      return { word: 'Failed', tone: 'bad', detail: error };
  }
}
