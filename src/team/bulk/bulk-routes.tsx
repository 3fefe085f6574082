import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { bulkProgress, bulkResend, previewBulkResend } from '../../actions/bulk-resend.ts';
import { findBulkSend } from '../../db/bulk-send.ts';
import { allowing } from '../../db/pool.ts';
import { statusRow } from '../../domain/delivery/status.ts';
import { AppError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import { fieldLabels } from '../../domain/form-fields.ts';
import { filterFields } from '../../domain/registrant-filter.ts';
import { sendPage } from '../../http/send-page.ts';
import { nameActors } from '../actors.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { act, type TeamEnv } from '../session.ts';
import { BulkPreviewPage, BulkRefusedPage } from './bulk-preview-page.tsx';
import { BulkProgressPage } from './bulk-progress-page.tsx';
import { readBulkForm } from './bulk-selection.ts';
import { peoplePath } from './people-path.ts';
import { filterOfSelected, readSelection, type Selected, selectionQuery } from './selection-query.ts';

const TOO_MANY_PICKED = {
  title: 'Too many people are selected',
  sentence: 'At most 200 people can be selected one by one. Choose all that match instead.',
};

const SENDING_SECONDS = 2;
const SENT_SECONDS = 10;
/** For so long after a send providers still have much to say of it. */
const SETTLES_MS = 10 * 60_000;

/** Sending the access link again to many: first who gets it and who does not, then how it goes. */
export function bulkRoutes(dependencies: TeamDependencies) {
  const { pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  router.get('/team/events/:id/resend', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const query = new URL(c.req.url).searchParams;
    // The address of a page that is no more, and that somebody opens again.
    if (!query.has('scope')) return c.redirect(peoplePath(event.id), 303);
    const selected = readSelection(query);
    return orRefuse(c, event, selected, async () => {
      const preview = await act(c, dependencies, (action) =>
        previewBulkResend(action, event.id, filterOfSelected(selected) ?? { registrantIds: [] }),
      );
      const page = {
        frame: await frame(c),
        event: teamEvent(event, 'people', now()),
        filter: selected.filter,
        timeZone: event.timeZone,
        labels: fieldLabels(event),
      };
      const { queued, first } = preview;
      // Whoever gets no link at the old email gets it at the new one.
      if (queued === 0 && preview.skipped.some(({ reason }) => reason === 'suppressed'))
        return seeOther(c, `/team/events/${event.id}/correct?${query}`, 'emails_to_correct');
      const skipped = preview.skipped.map((group) => ({
        ...group,
        first: first.filter(({ reason }) => reason === group.reason),
      }));
      return sendPage(
        c,
        <BulkPreviewPage
          {...{ ...page, queued, skipped }}
          isPicked={selected.picked !== null}
          hidden={{ ...hiddenFields(selected), token: randomUUID() }}
          correctHref={`/team/events/${event.id}/correct?${query}`}
          waits={event.sendingPausedAt !== null && preview.priority === 'bulk'}
        />,
      );
    });
  });

  router.post('/team/events/:id/resend', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const form = await readBulkForm(c);
    const meant = filterOfSelected(form);
    if (!meant) return seeOther(c, peoplePath(event.id, form.filter), 'nobody_selected');
    const preview = selectionQuery(form);
    return orRefuse(c, event, form, async () => {
      if (form.confirmed) {
        const token = form.token ?? randomUUID();
        const sent = await act(c, dependencies, (action) =>
          bulkResend(action, event.id, { filter: meant, dryRun: false, token }),
        );
        if (sent.id) return c.redirect(`/team/events/${event.id}/resends/${sent.id}`, 303);
      }
      // Not confirmed; or nobody is left to send to, and the preview says why.
      if (!preview) {
        const refused = {
          frame: await frame(c),
          event: teamEvent(event, 'people', now()),
          filter: form.filter,
        };
        return sendPage(c, <BulkRefusedPage {...refused} {...TOO_MANY_PICKED} />, 422);
      }
      return c.redirect(`/team/events/${event.id}/resend?${preview}`, 303);
    });
  });

  /** Where nothing goes out any more a page says why. */
  async function orRefuse(
    c: Context<TeamEnv>,
    event: Event,
    { filter }: Selected,
    work: () => Promise<Response>,
  ): Promise<Response> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'conflict') throw error;
      const page = { frame: await frame(c), event: teamEvent(event, 'people', now()), filter };
      const title = 'The link is not sent any more';
      return sendPage(c, <BulkRefusedPage {...page} title={title} sentence={error.message} />, 409);
    }
  }

  router.get('/team/events/:id/resends/:sendId', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const sendId = z.uuid().safeParse(c.req.param('sendId'));
    const send = sendId.success ? await findBulkSend(pool, event.id, sendId.data) : null;
    if (!send) throw new AppError('not_found', 'Nothing was sent to many under this address.');
    const progress = await bulkProgress(allowing(pool, 'slice'), send);
    const nameOf = await nameActors(pool, [send.askedBy]);
    const isSending =
      progress.toCome > 0 || progress.byStatus.some(({ status }) => statusRow(status).pending !== null);
    const isFresh = now().getTime() - send.askedAt.getTime() < SETTLES_MS;
    return sendPage(
      c,
      <BulkProgressPage
        frame={await frame(c)}
        event={teamEvent(event, 'people', now())}
        send={{ ...send, askedBy: nameOf(send.askedBy) }}
        {...progress}
        timeZone={event.timeZone}
        isPaused={event.sendingPausedAt !== null}
        refreshSeconds={isSending ? SENDING_SECONDS : isFresh ? SENT_SECONDS : null}
      />,
    );
  });

  return router;
}

function hiddenFields({ picked, filter }: Selected) {
  return {
    ...filterFields(filter),
    scope: picked ? 'selected' : 'matching',
    ...(picked && { registrantId: picked }),
  };
}
