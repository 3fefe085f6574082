import { finished } from 'node:stream/promises';
import { type Context, Hono } from 'hono';
import { findPermission, recordDownload, recordRefusal } from '../../actions/export.ts';
import { EXPORT_CONTENT_TYPE, exportFileName, withExportFile } from '../../actions/export-file.ts';
import { findEvent } from '../../db/event.ts';
import { findExport, type RegistrantsExport } from '../../db/export.ts';
import { findTeamMember } from '../../db/team-member.ts';
import { AppError } from '../../domain/errors.ts';
import { ExportImpossible } from '../../domain/export-limits.ts';
import { readSignedId } from '../../domain/signed-id.ts';
import type { AppDependencies, AppEnv } from '../../http/context.ts';
import { createSessions, signInPath } from '../../team/session.ts';
import { type Pace, paced } from './paced.ts';

/** A download keeps a connection to the database and half a processor busy; one connection is left for everything else. */
const MOST_AT_ONCE = 2;
/** A file of 200 MB needs a quarter of an hour over 2 Mbit/s; whoever takes less than some 70 kbit/s keeps others out. */
const PACE: Pace = { totalMs: 15 * 60_000, spanMs: 60_000, spanBytes: 512 * 1024 };

/** The link of a mailed export: streams the registrants as they are now, and keeps the file nowhere. */
export function downloadRoutes(dependencies: AppDependencies) {
  const { config, pool, limits, log, now } = dependencies;
  const router = new Hono<AppEnv>();
  const sessions = createSessions(dependencies);
  const mostAtOnce = Math.min(MOST_AT_ONCE, config.database.pool - 1);
  let underWay = 0;

  router.get('/x/:token', async (c) => {
    c.header('Referrer-Policy', 'no-referrer');
    c.header('Cache-Control', 'no-store');
    c.header('X-Robots-Tag', 'noindex');
    const found = await identify(c);
    const session = await sessions.current(c);
    const memberId = session?.member.id ?? null;
    // Whoever asked on our pages can sign in on them: a link that was passed on opens nothing by itself.
    if (!memberId && found.askedBy.startsWith('team_member:')) return c.redirect(signInPath(c), 303);
    if (memberId) await refuseOthers(found, memberId);
    const event = await findEvent(pool, { id: found.eventId });
    const filename = exportFileName(event ?? { slug: 'event' }, found.format, now());
    // Given with the file only: a page that says why there is none is no attachment.
    const headers = {
      'content-type': EXPORT_CONTENT_TYPE[found.format],
      'content-disposition': `attachment; filename="${filename}"`,
    };
    if (c.req.method === 'HEAD') return c.body(null, 200, headers);
    if (underWay >= mostAtOnce)
      throw new AppError('unavailable', 'Other downloads are under way: try again shortly.', {
        retryAfter: 10,
      });
    return c.body(await open(found, memberId), 200, headers);
  });

  async function identify(c: Context<AppEnv>): Promise<RegistrantsExport> {
    const id = readSignedId(config.appSecret, 'export', c.req.param('token') ?? '');
    const found = id ? await findExport(pool, id) : null;
    if (found?.status !== 'made' || !found.expiresAt)
      throw new AppError('not_found', 'There is no export behind this link.');
    if (found.withdrawnAt) throw new AppError('gone', 'The link to this export was revoked.');
    if (found.expiresAt <= now()) throw new AppError('gone', 'This link has expired: ask for a new export.');
    if (!(await findPermission(pool, found))) {
      // A link that is opened again and again says no more than the first time.
      if ((await limits.exportRefused.tally(found.id)).wait === 0) await recordRefusal(pool, found, now());
      throw new AppError('gone', 'Whoever asked for this export, or was sent it, may no longer have it.');
    }
    return found;
  }

  /** Throws `forbidden` where it is the export of other members. */
  async function refuseOthers(
    { askedBy, memberId, to }: RegistrantsExport,
    visitorId: string,
  ): Promise<void> {
    const recipient = await findTeamMember(pool, { email: to });
    const isOfMembers = recipient !== null || askedBy.startsWith('team_member:');
    if (isOfMembers && visitorId !== memberId && visitorId !== recipient?.id)
      throw new AppError('forbidden', 'This export is for another member of the team.');
  }

  /** Resolves when the first bytes can be read; the rest goes on while the answer is sent. */
  function open(found: RegistrantsExport, memberId: string | null): Promise<ReadableStream<Uint8Array>> {
    underWay++;
    const body = Promise.withResolvers<ReadableStream<Uint8Array>>();
    withExportFile(pool, config.publicUrl, found, async (file) => {
      const over = finished(file.bytes);
      body.resolve(paced(file.bytes, PACE));
      const complete = await over.then(
        () => true,
        (error: unknown) => {
          log.warn({ err: error, exportId: found.id }, 'download broke off');
          return false;
        },
      );
      return { rows: file.rows(), complete };
    })
      .finally(() => {
        underWay--;
      })
      .then((end) => recordDownload(pool, found, { memberId, ...end }, now()))
      .catch((error: unknown) => {
        log.error({ err: error, exportId: found.id }, 'download failed');
        body.reject(
          error instanceof ExportImpossible
            ? new AppError('conflict', 'The file cannot be made any more: ask for one with fewer columns.')
            : error,
        );
      });
    return body.promise;
  }

  return router;
}
