import { createRoute, z } from '@hono/zod-openapi';
import { findMessage, listMessageEvents, listMessages } from '../db/message.ts';
import type { Db } from '../db/pool.ts';
import { findRegistrantKey } from '../db/registrant.ts';
import { MESSAGE_STATUSES } from '../domain/delivery/status.ts';
import { AppError } from '../domain/errors.ts';
import { KINDS } from '../domain/kinds.ts';
import type { Message } from '../domain/message.ts';
import type { AppDependencies } from '../http/context.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import { messageContent } from '../http/message-content.ts';
import { presentMessage } from './present.ts';
import { answers, createApiRouter } from './router.ts';
import { commaSeparated, contentSchema, messageSchema, pageOf, pageQuery } from './schemas.ts';

const tags = ['Messages'];
const params = z.object({ id: z.uuid() });

export function messageRoutes({ pool }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'get',
      path: '/messages',
      tags,
      summary: 'List messages',
      description: 'Newest first.',
      request: {
        query: z.object({
          ...pageQuery,
          registrantId: z.uuid().optional(),
          kind: z.enum(KINDS).optional(),
          status: commaSeparated(MESSAGE_STATUSES),
        }),
      },
      responses: answers(200, 'A page of messages', pageOf(messageSchema, 'Messages')),
    }),
    async (c) => {
      const { limit, cursor, registrantId, kind, status } = c.req.valid('query');
      const query = {
        kind: kind ?? null,
        status: status ?? null,
        limit: limit + 1,
        before: readCursor(cursor, z.tuple([z.uuid()]))?.[0] ?? null,
      };
      const registrant = registrantId ? await findRegistrantKey(pool, registrantId) : null;
      const rows = registrantId && !registrant ? [] : await listMessages(pool, { ...query, registrant });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return c.json(
        {
          items: await presentMessages(pool, page),
          nextCursor: last && rows.length > limit ? writeCursor([last.id]) : null,
        },
        200,
      );
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/messages/{id}',
      tags,
      summary: 'Get a message and everything known about it',
      request: { params },
      responses: answers(200, 'The message', messageSchema),
    }),
    async (c) => {
      const message = await requireMessage(pool, c.req.valid('param').id);
      const [presented] = await presentMessages(pool, [message]);
      return c.json(presented as z.infer<typeof messageSchema>, 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'get',
      path: '/messages/{id}/content',
      tags,
      summary: 'Get what a message says, exactly as sent',
      description:
        '409 before a worker took it (only then it is settled), 410 after its registrant was removed. Links that open something to whoever holds them, as those of exports, are left out.',
      request: { params },
      responses: answers(200, 'The content', contentSchema),
    }),
    async (c) => {
      const message = await requireMessage(pool, c.req.valid('param').id);
      const { subject, html, text } = await messageContent(pool, message);
      return c.json({ subject, html, text }, 200);
    },
  );

  return router;
}

/** Messages as the API shows them, with their events. */
export async function presentMessages(db: Db, messages: readonly Message[]) {
  const known = await listMessageEvents(db, messages);
  return messages.map((message) =>
    presentMessage(
      message,
      known.filter((event) => event.messageId === message.id),
    ),
  );
}

async function requireMessage(db: Db, id: string): Promise<Message> {
  const message = await findMessage(db, id);
  if (!message) throw new AppError('not_found', 'There is no such message.');
  return message;
}
