import { type Context, Hono } from 'hono';
import { z } from 'zod';
import { addBlock, removeBlock } from '../../actions/block.ts';
import { listBlocks } from '../../db/block.ts';
import { readBlockTarget } from '../../domain/block.ts';
import { AppError } from '../../domain/errors.ts';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { readForm } from '../../http/forms.ts';
import { sendPage } from '../../http/send-page.ts';
import { nameActors } from '../actors.ts';
import { seeOther, type TeamDependencies } from '../frame.ts';
import { act, adminsOnly, type TeamEnv } from '../session.ts';
import { BlocksPage } from './blocks-page.tsx';

const PATH = '/team/blocks';
const PAGE = 50;

/** Whose registrations the team does not want. */
export function blockRoutes(dependencies: TeamDependencies) {
  const { pool, frame } = dependencies;
  const router = new Hono<TeamEnv>();
  router.use(PATH, adminsOnly);
  router.use(`${PATH}/*`, adminsOnly);

  router.get(PATH, (c) => showBlocks(c));

  router.post(PATH, async (c) => {
    const { value = '' } = await readForm(c);
    const target = readBlockTarget(value);
    if (!target)
      return showBlocks(
        c,
        value.slice(0, 320),
        'Enter an email address, like ada@example.com, or a domain, like example.com.',
      );
    const { isNew } = await act(c, dependencies, (action) => addBlock(action, target));
    return seeOther(c, PATH, isNew ? 'block_added' : 'block_there');
  });

  router.post(`${PATH}/remove`, async (c) => {
    const target = readBlockTarget((await readForm(c)).value ?? '');
    if (!target) throw new AppError('not_found', 'This address or domain is not blocked.');
    await act(c, dependencies, (action) => removeBlock(action, target));
    return seeOther(c, PATH, 'block_removed');
  });

  async function showBlocks(c: Context<TeamEnv>, value = '', error: string | null = null): Promise<Response> {
    const before = readCursor(c.req.query('cursor'), z.tuple([z.uuid()]))?.[0] ?? null;
    const found = await listBlocks(pool, { limit: PAGE + 1, before });
    const page = found.slice(0, PAGE);
    const last = page.at(-1);
    const nameOf = await nameActors(
      pool,
      page.map(({ createdBy }) => createdBy),
    );
    return sendPage(
      c,
      <BlocksPage
        frame={await frame(c)}
        blocks={page.map(({ createdBy, ...block }) => ({ ...block, by: nameOf(createdBy) }))}
        first={before ? PATH : null}
        next={last && found.length > PAGE ? `${PATH}?cursor=${writeCursor([last.id])}` : null}
        {...{ value, error }}
      />,
      error ? 422 : 200,
    );
  }

  return router;
}
