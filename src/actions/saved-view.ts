import { violates } from '../db/pool.ts';
import {
  deleteView,
  findView,
  insertView,
  renameView,
  type SavedView,
  VIEW_NAME_UNIQUE,
} from '../db/saved-view.ts';
import { AppError } from '../domain/errors.ts';
import { partLabels, type RegistrantFilter } from '../domain/registrant-filter.ts';
import { MOST_VIEWS, savable, viewName, viewProblem } from '../domain/saved-view.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';

/**
 * Keeps a filter of an event's people under a name, for everybody on the team; what is searched for or was picked one by one is left
 * out. Throws `invalid_input`: the name is missing, too long, an address or taken; the filter asks for nothing or has an address in it; the
 * event has as many views as it may.
 */
export async function saveView(
  context: TeamActionContext,
  eventId: string,
  { name, filter }: { readonly name: string; readonly filter: RegistrantFilter },
): Promise<void> {
  const { db, actor: by, now } = context;
  const view = { name: requireName(name), filter: savable(filter) };
  const problem = viewProblem(filter);
  if (problem) throw refused('filter', problem);
  const id = await orTaken(() => insertView(db, { ...view, eventId, by, now }, MOST_VIEWS));
  if (id === null) throw refused('name', `An event has at most ${MOST_VIEWS} views: delete one first.`);
  await audit(context, 'view_saved', {
    eventId,
    detail: { view: id, parts: partLabels(view.filter).join(', ') },
  });
}

/** Throws `not_found`, and what `saveView` throws for a name. */
export async function renameViewOf(
  context: TeamActionContext,
  eventId: string,
  id: string,
  name: string,
): Promise<SavedView> {
  const view = await findView(context.db, eventId, id);
  if (!view) throw viewNotFound();
  const renamed = requireName(name);
  if (renamed === view.name) return view;
  await orTaken(() => renameView(context.db, id, renamed));
  await audit(context, 'view_renamed', { eventId, detail: { view: id } });
  return { ...view, name: renamed };
}

/** Throws `not_found`. */
export async function deleteViewOf(context: TeamActionContext, eventId: string, id: string): Promise<void> {
  if (!(await deleteView(context.db, eventId, id))) throw viewNotFound();
  await audit(context, 'view_deleted', { eventId, detail: { view: id } });
}

function requireName(name: string): string {
  const read = viewName.safeParse(name);
  if (read.success) return read.data;
  throw refused('name', `The name ${read.error.issues[0]?.message ?? 'cannot be used'}.`);
}

async function orTaken<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!violates(error, VIEW_NAME_UNIQUE)) throw error;
    throw refused('name', 'Another view of this event has this name.', error);
  }
}

function refused(path: 'name' | 'filter', message: string, cause?: unknown): AppError {
  return new AppError('invalid_input', message, { errors: [{ path, message }], cause });
}

function viewNotFound(): AppError {
  return new AppError('not_found', 'This view was deleted.');
}
