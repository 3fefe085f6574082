import { createRoute, z } from '@hono/zod-openapi';
import {
  ANNOUNCEMENT_STATES,
  type AnnouncementProgress,
  announce,
  announcementNotFound,
  announcementProgress,
  cancelAnnouncement,
  previewAnnouncement,
} from '../actions/announcement.ts';
import { eventNotFound } from '../actions/event.ts';
import { type Announcement, findAnnouncement, listAnnouncements } from '../db/announcement.ts';
import { findEvent } from '../db/event.ts';
import { SKIP_REASONS } from '../db/fan-out.ts';
import { allowing, type Db } from '../db/pool.ts';
import { MESSAGE_STATUSES } from '../domain/delivery/status.ts';
import { AppError } from '../domain/errors.ts';
import { LANGUAGES } from '../domain/locale.ts';
import { registrantFilter } from '../domain/registrant-filter.ts';
import { checkTexts } from '../http/announcement-texts.ts';
import type { AppDependencies } from '../http/context.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import { answers, createApiRouter, jsonBody } from './router.ts';
import { pageOf, pageQuery } from './schemas.ts';

const tags = ['Announcements'];
const params = z.object({ id: z.uuid() });
const oneOf = params.extend({ aid: z.uuid() });
const time = () => z.iso.datetime().openapi({ example: '2027-01-15T12:00:00Z' });
const textSchema = z.strictObject({ subject: z.string(), text: z.string() });
const byLanguage = z.partialRecord(z.enum(LANGUAGES), textSchema);

const announcementBody = z.strictObject({
  subject: z.string().optional(),
  text: z.string().optional(),
  texts: byLanguage.optional(),
  filter: registrantFilter.nullable().default(null),
  sendAt: z.iso
    .datetime({ offset: true, error: 'must be a time as 2027-01-15T12:00:00Z' })
    .transform((text) => new Date(text))
    .nullable()
    .default(null),
  dryRun: z.boolean().default(false),
});

const skippedSchema = z.array(z.object({ reason: z.enum(['not_found', ...SKIP_REASONS]), count: z.int() }));

const askedSchema = z
  .object({
    id: z.uuid().nullable().openapi({ description: 'Null in a dry run' }),
    queued: z.int(),
    skipped: skippedSchema,
  })
  .openapi('AnnouncementAsked');

const announcementSchema = z
  .object({
    id: z.uuid(),
    eventId: z.uuid(),
    state: z.enum(ANNOUNCEMENT_STATES),
    subject: z.string().nullable(),
    text: z.string().nullable(),
    texts: byLanguage,
    filter: z
      .record(z.string(), z.union([z.boolean(), z.string(), z.int(), z.array(z.string()), z.null()]))
      .nullable()
      .openapi({
        description:
          'By which parts people were chosen; null: everybody. What may name a person is not kept: its part is null, `registrantIds` a number',
      }),
    sendAt: time().nullable(),
    askedBy: z.string().openapi({ description: '`api_key:<id>` or `team_member:<id>`' }),
    askedAt: time(),
    cancelledAt: time().nullable(),
    queued: z.int(),
    skipped: skippedSchema,
    counts: z
      .partialRecord(z.enum(MESSAGE_STATUSES), z.int())
      .openapi({ description: 'Its mails, by status' }),
  })
  .openapi('Announcement');

const EXAMPLE = {
  subject: 'The slides for {{eventTitle}}',
  text: 'Dear {{firstName}},\n\nhere is what helps before the session:\n- the slides\n- a reading list\n\nhttps://studio.example/before',
  filter: { joined: false },
  dryRun: true,
};

/** What the team writes to an event's registrants. */
export function announcementRoutes({ pool, now }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/announcements',
      tags,
      summary: 'Write to registrants',
      description: `To those whom the \`filter\` means at this moment; without one to everybody. The text is plain, with the variables of custom texts
(\`GET /events/{id}/words\`) and their conditions. An empty line begins a paragraph, lines that begin with \`- \` are a list. Links stay if they are typed in full,
beginning with \`https://\`; what else a mail program would make a link of is refused, and so are IP addresses and links that hold a variable. \`texts\` gives a
text by language: people get that of their language, else that of the event's language, else \`subject\` and \`text\`.

\`queued\` get it. \`skipped\` do not: \`suppressed\`, mail to the address was rejected permanently, or the person unsubscribed or complained; \`not_found\`, the id
is no registrant of this event (any more). Its messages have the kind \`announcement\`; until \`sendAt\` they are \`scheduled\`. Whoever registers later gets none, nor
does who unsubscribes or is removed before it leaves. With \`"dryRun": true\` nothing is sent, the numbers are the same, and the answer is 200. A pause of the
event holds it. 409 where the event has ended or was cancelled. The body may have 512 KiB.`,
      request: { params, ...jsonBody(announcementBody, EXAMPLE) },
      responses: {
        ...answers(202, 'On its way', askedSchema),
        ...answers(200, 'What would happen (dry run)', askedSchema),
      },
    }),
    async (c) => {
      const { id } = c.req.valid('param');
      const { subject, text, texts = {}, filter, sendAt, dryRun } = c.req.valid('json');
      const event = await findEvent(c.var.action.db, { id });
      if (!event) throw eventNotFound();
      // One without the other is said to be missing.
      const hasOther = subject !== undefined || text !== undefined;
      const written = {
        other: hasOther ? { subject: subject ?? '', text: text ?? '' } : null,
        byLanguage: texts,
      };
      const errors = checkTexts(event, written);
      if (errors.length > 0)
        throw new AppError('invalid_input', 'This text could not be sent: `errors` says what and where.', {
          errors,
        });
      const wanted = { texts: written, filter: filter ?? {}, sendAt };
      if (dryRun) {
        const { queued, skipped } = await previewAnnouncement(c.var.action, id, wanted);
        return c.json({ id: null, queued, skipped: [...skipped] }, 200);
      }
      const made = await announce(c.var.action, id, wanted);
      return c.json({ id: made.id, queued: made.queued, skipped: [...made.skipped] }, 202);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/announcements',
      tags,
      summary: 'List the announcements of an event',
      description: 'Newest first, each with what became of its mails.',
      request: { params, query: z.object(pageQuery) },
      responses: answers(200, 'A page of announcements', pageOf(announcementSchema, 'Announcements')),
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const eventId = c.req.valid('param').id;
      if (!(await findEvent(pool, { id: eventId }))) throw eventNotFound();
      const before = readCursor(cursor, z.tuple([z.uuid()]))?.[0] ?? null;
      const rows = await listAnnouncements(pool, { eventId, limit: limit + 1, before });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return c.json(
        {
          items: await present(allowing(pool, 'slice'), page),
          nextCursor: last && rows.length > limit ? writeCursor([last.id]) : null,
        },
        200,
      );
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/events/{id}/announcements/{aid}',
      tags,
      summary: 'Get an announcement',
      description:
        '`state`: `scheduled` until its time; `sending`; `sent` once all its mails left or ended; `cancelled`; `not_sent`, the event was cancelled or ended before.',
      request: { params: oneOf },
      responses: answers(200, 'The announcement', announcementSchema),
    }),
    async (c) => {
      const { id, aid } = c.req.valid('param');
      const found = await findAnnouncement(pool, id, aid);
      if (!found) throw announcementNotFound();
      return c.json(await presentOne(allowing(pool, 'slice'), found), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/events/{id}/announcements/{aid}/cancel',
      tags,
      summary: 'Cancel an announcement',
      description:
        'What was not sent yet is not sent. Mails that are being handed over at this moment arrive. A second time changes nothing.',
      request: { params: oneOf },
      responses: answers(200, 'The announcement', announcementSchema),
    }),
    async (c) => {
      const { id, aid } = c.req.valid('param');
      const cancelled = await cancelAnnouncement(c.var.action, id, aid);
      return c.json(await presentOne(c.var.action.db, cancelled), 200);
    },
  );

  async function presentOne(db: Db, announcement: Announcement) {
    const [one] = await present(db, [announcement]);
    return one as z.infer<typeof announcementSchema>;
  }

  async function present(db: Db, announcements: readonly Announcement[]) {
    const progress = await announcementProgress(db, announcements, now());
    return announcements.map((one) => presentAnnouncement(one, progress.get(one.id) as AnnouncementProgress));
  }

  return router;
}

function presentAnnouncement(
  { texts, sendAt, askedAt, cancelledAt, skipped, filter, ...one }: Announcement,
  { state, byStatus, toCome }: AnnouncementProgress,
): z.infer<typeof announcementSchema> {
  const { id, eventId, askedBy, queued } = one;
  const counts = Object.fromEntries(byStatus.map(({ status, count }) => [status, count]));
  // Those are as good as queued.
  if (toCome > 0) counts.queued = (counts.queued ?? 0) + toCome;
  return {
    ...{ id, eventId, state, askedBy, queued, counts, skipped: [...skipped], texts: texts.byLanguage },
    ...{ subject: texts.other?.subject ?? null, text: texts.other?.text ?? null },
    filter:
      filter &&
      Object.fromEntries(
        Object.entries(filter).map(([name, value]) => [
          name,
          Array.isArray(value) ? [...value] : (value as boolean | string | number | null),
        ]),
      ),
    sendAt: sendAt?.toISOString() ?? null,
    askedAt: askedAt.toISOString(),
    cancelledAt: cancelledAt?.toISOString() ?? null,
  };
}
