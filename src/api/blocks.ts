import { createRoute, z } from '@hono/zod-openapi';
import { addBlock, removeBlock } from '../actions/block.ts';
import { listBlocks } from '../db/block.ts';
import { type BlockTarget, blockRequest, readBlockTarget } from '../domain/block.ts';
import { AppError } from '../domain/errors.ts';
import type { AppDependencies } from '../http/context.ts';
import { readCursor, writeCursor } from '../http/cursor.ts';
import { presentBlock } from './present.ts';
import { answers, createApiRouter, inputError, jsonBody } from './router.ts';
import { blockSchema, pageOf, pageQuery } from './schemas.ts';

const tags = ['Blocks'];
const removed = { 204: { description: 'Not blocked any more' } } as const;

export function blockRoutes({ pool }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'get',
      path: '/blocks',
      tags,
      summary: 'List blocked addresses and domains',
      description: `Newest first. The public forms answer them as they answer everybody, and register nobody and send nothing.
An address stands for all that lead to its inbox (\`ada+x@example.com\`), a domain for those below it.`,
      request: { query: z.object(pageQuery) },
      responses: answers(200, 'A page of blocks', pageOf(blockSchema, 'Blocks')),
    }),
    async (c) => {
      const { limit, cursor } = c.req.valid('query');
      const before = readCursor(cursor, z.tuple([z.uuid()]))?.[0] ?? null;
      const rows = await listBlocks(pool, { limit: limit + 1, before });
      const page = rows.slice(0, limit);
      const last = page.at(-1);
      return c.json(
        {
          items: page.map(presentBlock),
          nextCursor: last && rows.length > limit ? writeCursor([last.id]) : null,
        },
        200,
      );
    },
  );

  router.openapi(
    createRoute({
      method: 'post',
      path: '/blocks',
      tags,
      summary: 'Block an address or a domain',
      description:
        'Body: `email` or `domain`. 201: blocked from now on. 200: it was blocked before. Who is registered stays so, and the API may register anybody.',
      request: jsonBody(blockRequest, { domain: 'example.com' }),
      responses: {
        ...answers(201, 'The new block', blockSchema),
        ...answers(200, 'The block as it was', blockSchema),
      },
    }),
    async (c) => {
      const { block, isNew } = await addBlock(c.var.action, c.req.valid('json'));
      return c.json(presentBlock(block), isNew ? 201 : 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/blocks',
      tags,
      summary: 'Allow an address or a domain again',
      description: '`?email=` or `?domain=`. 404 where it is not blocked.',
      request: { query: z.object({ email: z.string().optional(), domain: z.string().optional() }) },
      responses: removed,
    }),
    async (c) => {
      const target = blockRequest.safeParse(c.req.valid('query'));
      if (!target.success) throw inputError(target.error);
      await removeBlock(c.var.action, target.data);
      return c.body(null, 204);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/blocks/{value}',
      tags,
      summary: 'Allow an address or a domain again, named in the path',
      request: { params: z.object({ value: z.string().min(3).max(320) }) },
      responses: removed,
    }),
    async (c) => {
      await removeBlock(c.var.action, requireTarget(c.req.valid('param').value));
      return c.body(null, 204);
    },
  );

  return router;
}

function requireTarget(value: string): BlockTarget {
  const target = readBlockTarget(value);
  if (!target)
    throw new AppError('invalid_input', 'Name an address or a domain.', {
      errors: [{ path: 'value', message: 'must be an address or a domain' }],
    });
  return target;
}
