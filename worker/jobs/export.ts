import { deliverExport, findPermission, giveUpExport } from '../../src/actions/export.ts';
import { type ExportFile, FROM_REPLICA, withExportFile } from '../../src/actions/export-file.ts';
import { isTemporary } from '../../src/db/database-error.ts';
import { beginExport, keepProgress, type RegistrantsExport } from '../../src/db/export.ts';
import { transaction } from '../../src/db/pool.ts';
import type { ExportFailure } from '../../src/domain/export-failure.ts';
import { ExportImpossible, MAX_ATTACHED_BYTES } from '../../src/domain/export-limits.ts';
import { buildExport } from '../../src/queue/jobs.ts';
import type { WorkerContext } from '../context.ts';

/** Between two notes of how far an export came. */
const PROGRESS_MS = 500;
/** Begun so often and never ended: whoever makes it dies of it. */
const MAX_BEGUN = 20;
/** After so many attempts that failed for no known reason there will be none. */
const MAX_ATTEMPTS = 5;

type Context = Pick<WorkerContext, 'boss' | 'pool' | 'reads' | 'config' | 'log' | 'now'>;

/**
 * Makes exports, one at a time: each keeps a processor busy. The file is written to nowhere, to learn how large it
 * is; the mail that brings it, or the link in the mail, writes it again, so that it is kept on no disk.
 */
export async function registerExport(context: Context): Promise<{ stop(): void }> {
  const closing = new AbortController();
  await context.boss.work<{ exportId: string }>(
    buildExport.name,
    { batchSize: 1, pollingIntervalSeconds: 1, notifyPollingIntervalSeconds: 1 },
    async (jobs) => {
      for (const { data } of jobs)
        await runExport(context, buildExport.payload.parse(data).exportId, closing.signal);
    },
  );
  // Written anew by whoever works on; the queue sees to that.
  return { stop: () => closing.abort(new Error('The worker stops.')) };
}

/** May run any number of times for the same export: from the start each time, and to its end once. */
export async function runExport(context: Context, id: string, signal: AbortSignal): Promise<void> {
  const { pool, boss, log, now } = context;
  const wanted = await beginExport(pool, id);
  if (!wanted) return;
  const giveUp = (failure: ExportFailure) =>
    transaction(pool, (db) => giveUpExport({ db, boss, now: now() }, wanted, failure));
  if (wanted.attempts > MAX_BEGUN) return giveUp('internal');
  if (!(await findPermission(pool, wanted))) return giveUp('not_allowed');
  try {
    const written = await measure(context, wanted, signal);
    if (written)
      await transaction(pool, (db) =>
        deliverExport({ db, boss, now: now() }, wanted, {
          ...written,
          attached: written.bytes <= MAX_ATTACHED_BYTES,
        }),
      );
  } catch (error) {
    if (error instanceof ExportImpossible) return giveUp(error.failure);
    const isOver = wanted.attempts >= MAX_ATTEMPTS && !isTemporary(error) && !signal.aborted;
    if (!isOver) throw error;
    log.error({ err: error, exportId: id }, 'export failed');
    return giveUp('internal');
  }
}

/** Null: it was withdrawn meanwhile. */
async function measure(
  { pool, reads, config }: Context,
  wanted: RegistrantsExport,
  signal: AbortSignal,
): Promise<{ rows: number; bytes: number } | null> {
  const write = async (file: ExportFile) => {
    let bytes = 0;
    let noted = performance.now();
    for await (const chunk of file.bytes) {
      signal.throwIfAborted();
      bytes += chunk.length;
      if (performance.now() - noted < PROGRESS_MS) continue;
      if (!(await keepProgress(pool, wanted.id, { rows: file.rows(), bytes }))) return null;
      noted = performance.now();
    }
    return { rows: file.rows(), bytes };
  };
  return reads.read(FROM_REPLICA, (from) => withExportFile(from, config.publicUrl, wanted, write));
}
