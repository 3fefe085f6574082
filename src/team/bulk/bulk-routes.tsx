import { randomUUID } from 'node:crypto';
import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { bulkProgress, bulkResend, previewBulkResend, priorityOf } from '../../actions/bulk-resend.ts';
import { findBulkSend } from '../../db/bulk-send.ts';
import { allowing } from '../../db/pool.ts';
import { statusRow } from '../../domain/delivery/status.ts';
import { AppError } from '../../domain/errors.ts';
import type { Event } from '../../domain/event.ts';
import { conditionFields } from '../../domain/milestones.ts';
import { sendPage } from '../../http/send-page.ts';
import { nameActors } from '../actors.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { act, type TeamEnv } from '../session.ts';
import { BulkPreviewPage, BulkRefusedPage } from './bulk-preview-page.tsx';
import { BulkProgressPage } from './bulk-progress-page.tsx';
import { readBulkForm, selectionOf } from './bulk-selection.ts';
import { type PeopleFilter, peoplePath } from './people-path.ts';
import { readSelection, type Selected, selectionQuery } from './selection-query.ts';

const TOO_MANY = {
  title: 'The filter finds too many people',
  sentence:
    'A filtered list can be sent to at most 10,000 people at once. Filter or search for something narrower, or clear the filter to send to everybody, or to all who have an email status.',
};

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
      const preview = await act(c, dependencies, async (action) => {
        const selection = await selectionOf(action.db, event.id, selected);
        if (selection === 'too_many') return selection;
        const meant = selection ?? { registrantIds: [] };
        return { ...(await previewBulkResend(action, event.id, meant)), priority: priorityOf(meant) };
      });
      const page = { frame: await frame(c), event: teamEvent(event, 'people', now()), filter: selected };
      if (preview === 'too_many') return sendPage(c, <BulkRefusedPage {...page} {...TOO_MANY} />, 422);
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
          scope={selected.scope}
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
    if (form.scope === 'selected' && form.registrantId.length === 0)
      return seeOther(c, peoplePath(event.id, form), 'nobody_selected');
    const preview = selectionQuery(form);
    const refused = { frame: await frame(c), event: teamEvent(event, 'people', now()), filter: form };
    return orRefuse(c, event, form, async () => {
      if (form.confirmed) {
        const sent = await act(c, dependencies, async (action) => {
          const selection = await selectionOf(action.db, event.id, form);
          if (selection === 'too_many') return selection;
          const token = form.token ?? randomUUID();
          return bulkResend(action, event.id, {
            selection: selection ?? { registrantIds: [] },
            dryRun: false,
            token,
          });
        });
        if (sent === 'too_many') return sendPage(c, <BulkRefusedPage {...refused} {...TOO_MANY} />, 422);
        if (sent.id) return c.redirect(`/team/events/${event.id}/resends/${sent.id}`, 303);
      }
      // Not confirmed; or nobody is left to send to, and the preview says why.
      if (!preview) return sendPage(c, <BulkRefusedPage {...refused} {...TOO_MANY_PICKED} />, 422);
      return c.redirect(`/team/events/${event.id}/resend?${preview}`, 303);
    });
  });

  /** Where nothing goes out any more a page says why. */
  async function orRefuse(
    c: Context<TeamEnv>,
    event: Event,
    filter: PeopleFilter,
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

function hiddenFields({ scope, registrantId, q, emailStatus, ...conditions }: Selected) {
  return {
    ...conditionFields(conditions),
    scope,
    ...(scope === 'selected' && { registrantId }),
    ...(q && { q }),
    emailStatus,
  };
}
