import { Hono } from 'hono';
import { z } from 'zod';
import { retractDelivery } from '../../actions/retract-delivery.ts';
import { createReportIntake } from '../../actions/take-report.ts';
import { findMessage } from '../../db/message.ts';
import { AppError } from '../../domain/errors.ts';
import { readForm } from '../../http/forms.ts';
import { ANSWER_NAMES, isBeforeDelivery, writeReport } from '../../reports/answer.ts';
import { requireEvent, seeOther, type TeamDependencies } from '../frame.ts';
import type { TeamEnv } from '../session.ts';
import { readView } from './people-list.ts';
import { panePath } from './people-view.ts';

const answer = z.enum(ANSWER_NAMES);

/**
 * Answers a mail as its recipient's server would, for trying out what follows. In development only: whoever registers these
 * routes has looked (`developmentInbox`).
 */
export function answerRoutes(dependencies: TeamDependencies) {
  const { config, pool, now, intake } = dependencies;
  const router = new Hono<TeamEnv>();
  const takeReport = createReportIntake(dependencies, intake.take);

  router.post('/team/events/:id/messages/:mid/answer', async (c) => {
    const event = await requireEvent(pool, c.req.param('id'));
    const id = z.uuid().safeParse(c.req.param('mid'));
    const message = id.success ? await findMessage(pool, id.data) : null;
    if (!message?.registrantId || message.eventId !== event.id)
      throw new AppError('not_found', 'There is no such mail of this event.');
    const form = await readForm(c);
    const name = answer.safeParse(form.as);
    if (!name.success) throw new AppError('invalid_input', `Choose an answer: ${ANSWER_NAMES.join(', ')}.`);
    if (!message.to || !message.acceptedAt)
      throw new AppError('conflict', 'This mail has not left: nobody can answer it.');
    const at = now();
    if (name.data === 'opened')
      await intake.take({
        ...{ source: 'mailpit', sourceId: `${message.id} opened`, type: 'opened', messageId: message.id },
        ...{ providerMessageId: null, occurredAt: at, detail: {} },
      });
    else {
      if (isBeforeDelivery(name.data)) await retractDelivery(pool, message.id);
      const { address } = config.mailFrom;
      const report = writeReport(
        name.data,
        {
          messageId: `${message.id}@${address.slice(address.lastIndexOf('@') + 1)}`,
          from: address,
          to: message.to,
          subject: message.subject ?? '',
          returnPath: config.bounceAddresses?.addressFor(message.id) ?? address,
        },
        at,
      );
      await takeReport(Buffer.from(report));
    }
    const view = readView(new URLSearchParams(form.back ?? ''));
    return seeOther(c, panePath(event.id, view, message.registrantId), 'mail_answered');
  });

  return router;
}
