import { createRoute, z } from '@hono/zod-openapi';
import { eventNotFound } from '../actions/event.ts';
import {
  listTimedMails,
  sendTimedMailNow,
  skipTimedMail,
  undoSkippedTimedMail,
  type WhichTimedMail,
} from '../actions/timed-mail-by-hand.ts';
import { findEvent } from '../db/event.ts';
import { SKIP_REASONS } from '../db/fan-out.ts';
import { type EventTimedMail, TIMED_STATES } from '../domain/timed-mail-state.ts';
import type { AppDependencies } from '../http/context.ts';
import { answers, createApiRouter } from './router.ts';
import { pageOf } from './schemas.ts';

const tags = ['Events'];
const params = z.object({
  id: z.uuid(),
  minutes: z.coerce
    .number('must be whole minutes')
    .int('must be whole minutes')
    .min(1)
    .openapi({ description: 'One of the event’s `reminderMinutes`', example: 60 }),
});

const reminderSchema = z
  .object({
    minutesBefore: z.int().openapi({ example: 60 }),
    dueAt: z.iso.datetime().openapi({ example: '2027-01-15T16:00:00Z' }),
    state: z.enum(TIMED_STATES),
    sentAt: z.iso.datetime().nullable(),
    askedBy: z
      .string()
      .nullable()
      .openapi({ description: 'Who skipped it or sent it by hand, as `actor` in the audit log' }),
  })
  .openapi('Reminder');

const sentNowSchema = reminderSchema
  .extend({
    queued: z.int(),
    skipped: z.array(z.object({ reason: z.enum(SKIP_REASONS), count: z.int() })),
  })
  .openapi('ReminderSentNow');

const sendNowBody = z.strictObject({ dryRun: z.boolean().default(false) });

/** An event's reminders before its present start. */
export function reminderRoutes({ pool, now }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/reminders',
      tags,
      summary: 'List the reminders of an event',
      description: `Those before its present start, earliest first. \`state\`: \`ahead\` of its time; \`due\`, about to go out; \`sent\`; \`skipped\`
by the team; \`too_late\`, its time had passed when the event got its times, or a later one was due as well; \`missed\`, nobody worked at the
time; \`cancelled\` with its event.`,
      request: { params: params.pick({ id: true }) },
      responses: answers(200, 'All reminders', pageOf(reminderSchema, 'Reminders')),
    }),
    async (c) => {
      const event = await findEvent(pool, { id: c.req.valid('param').id });
      if (!event) throw eventNotFound();
      const mails = await listTimedMails(pool, event, now());
      const items = mails.filter(({ kind }) => kind === 'reminder').map(present);
      return c.json({ items, nextCursor: null }, 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/reminders/{minutes}/skip',
      tags,
      summary: 'Skip a reminder once',
      description: `It does not go out. An event that gets another start takes a skip along as long as the time of the reminder is ahead; one
whose time has passed is used up. A second time changes nothing. 409 where it was sent or does not go out anyway.`,
      request: { params },
      responses: answers(200, 'The reminder', reminderSchema),
    }),
    async (c) => {
      const { id, minutes } = c.req.valid('param');
      return c.json(present(await skipTimedMail(c.var.action, id, reminder(minutes))), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/events/{id}/reminders/{minutes}/skip',
      tags,
      summary: 'Take a skip back',
      description: 'The reminder goes out at its time. 409 where that has passed.',
      request: { params },
      responses: answers(200, 'The reminder', reminderSchema),
    }),
    async (c) => {
      const { id, minutes } = c.req.valid('param');
      return c.json(present(await undoSkippedTimedMail(c.var.action, id, reminder(minutes))), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/reminders/{minutes}/send-now',
      tags,
      summary: 'Send a reminder now',
      description: `Instead of at its time, to everybody who is registered now; whoever registers later gets only the reminders that are still ahead. It
says how long it is until the start. Also one that was skipped, or whose time had passed. \`queued\` get it; \`skipped\` do not (\`suppressed\`). Where
nobody would get it nothing is done. With \`"dryRun": true\` nothing is sent, the numbers are the same, and the answer is 200. While sending is
paused the mails wait. 409 where it was sent already, the event has ended or was cancelled, or the reminder is of no use any more.`,
      request: {
        params,
        body: {
          required: false,
          content: { 'application/json': { schema: sendNowBody, example: { dryRun: true } } },
        },
      },
      responses: {
        ...answers(202, 'On their way', sentNowSchema),
        ...answers(200, 'What would happen (dry run)', sentNowSchema),
      },
    }),
    async (c) => {
      const { id, minutes } = c.req.valid('param');
      // A POST without a body has no type, and is not looked at by the validator.
      const dryRun = c.req.valid('json')?.dryRun ?? false;
      const sent = await sendTimedMailNow(c.var.action, id, reminder(minutes), { dryRun });
      const { mail, queued, skipped } = sent;
      return c.json({ ...present(mail), queued, skipped: [...skipped] }, dryRun ? 200 : 202);
    },
  );

  return router;
}

function reminder(minutes: number): WhichTimedMail {
  return { kind: 'reminder', minutes };
}

function present({ minutes, dueAt, state, record }: EventTimedMail): z.infer<typeof reminderSchema> {
  return {
    ...{ minutesBefore: minutes, state, dueAt: dueAt.toISOString() },
    sentAt: state === 'sent' && record ? record.begunAt.toISOString() : null,
    askedBy: record?.askedBy ?? null,
  };
}
