import { randomUUID } from 'node:crypto';
import { Hono } from 'hono';
import { z } from 'zod';
import { bulkProgress, bulkResend, previewBulkResend } from '../../actions/bulk-resend.ts';
import { findBulkSend } from '../../db/bulk-send.ts';
import { allowing } from '../../db/pool.ts';
import { statusRow } from '../../domain/delivery/status.ts';
import { AppError } from '../../domain/errors.ts';
import { conditionFields } from '../../domain/milestones.ts';
import { sendPage } from '../../http/send-page.ts';
import { nameActors } from '../actors.ts';
import { requireEvent, seeOther, type TeamDependencies, teamEvent } from '../frame.ts';
import { act, type TeamEnv } from '../session.ts';
import { BulkPreviewPage, BulkRefusedPage } from './bulk-preview-page.tsx';
import { BulkProgressPage } from './bulk-progress-page.tsx';
import { type BulkForm, readBulkForm, selectionOf } from './bulk-selection.ts';
import { peoplePath } from './people-path.ts';

const TOO_MANY = {
  title: 'The filter finds too many people',
  sentence:
    'A filtered list can be sent to at most 10,000 people at once. Filter or search for something narrower, or clear the filter to send to everybody, or to all who have an email status.',
};

const SENDING_SECONDS = 2;
const SENT_SECONDS = 10;
/** For so long after a send providers still have much to say of it. */
const SETTLES_MS = 10 * 60_000;

/** Sending the access link again to many: first who gets it and who does not, then how it goes. */
export function bulkRoutes(dependencies: TeamDependencies) {
  const { pool, now, frame } = dependencies;
  const router = new Hono<TeamEnv>();

  // Whoever loads the preview again by its address.
  router.get('/team/events/:id/resend', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    return c.redirect(peoplePath(event.id), 303);
  });

  router.post('/team/events/:id/resend', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const form = await readBulkForm(c);
    const outcome = await act(c, dependencies, async (action) => {
      const selection = await selectionOf(action.db, event.id, form);
      if (selection === null || selection === 'too_many') return selection;
      if (form.confirmed) {
        const token = form.token ?? randomUUID();
        const { id } = await bulkResend(action, event.id, { selection, dryRun: false, token });
        if (id) return { sendId: id };
      }
      // Confirmed and yet nobody left to send to: the preview says why.
      return previewBulkResend(action, event.id, selection);
    }).catch((error) => {
      if (error instanceof AppError && error.code === 'conflict') return error;
      throw error;
    });

    if (outcome === null) return seeOther(c, peoplePath(event.id, form), 'nobody_selected');
    if (outcome !== 'too_many' && 'sendId' in outcome)
      return c.redirect(`/team/events/${event.id}/resends/${outcome.sendId}`, 303);
    const page = { frame: await frame(c), event: teamEvent(event, 'people', now()), filter: form };
    if (outcome === 'too_many')
      return sendPage(
        c,
        <BulkRefusedPage {...page} title={TOO_MANY.title} sentence={TOO_MANY.sentence} />,
        422,
      );
    if (outcome instanceof AppError)
      return sendPage(
        c,
        <BulkRefusedPage {...page} title="The link is not sent any more" sentence={outcome.message} />,
        409,
      );
    const { queued, first } = outcome;
    const skipped = outcome.skipped.map((group) => ({
      ...group,
      first: first.filter(({ reason }) => reason === group.reason),
    }));
    const hidden = hiddenFields(form);
    return sendPage(
      c,
      <BulkPreviewPage {...page} scope={form.scope} queued={queued} skipped={skipped} hidden={hidden} />,
    );
  });

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
        refreshSeconds={isSending ? SENDING_SECONDS : isFresh ? SENT_SECONDS : null}
      />,
    );
  });

  return router;
}

/** The same form again, to be confirmed once. */
function hiddenFields({ scope, registrantId, q, emailStatus, ...conditions }: BulkForm) {
  return {
    ...conditionFields(conditions),
    scope,
    ...(scope === 'selected' && { registrantId }),
    ...(q && { q }),
    emailStatus,
    token: randomUUID(),
  };
}
