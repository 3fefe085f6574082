import { type Block, deleteBlock, findBlock, insertBlock } from '../db/block.ts';
import type { BlockTarget } from '../domain/block.ts';
import { AppError } from '../domain/errors.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';

/**
 * From now on the public forms answer this address or domain as they answer everybody, and do nothing for it. Who is
 * registered stays so, and the team may register anybody. `isNew`: it was not blocked before.
 */
export async function addBlock(
  context: TeamActionContext,
  target: BlockTarget,
): Promise<{ block: Block; isNew: boolean }> {
  const { db, now, actor } = context;
  const added = await insertBlock(db, target, { now, actor });
  if (added) {
    await audit(context, 'block_added', { detail: detailOf(target) });
    return { block: added, isNew: true };
  }
  const block = await findBlock(db, target);
  // Deleted a moment ago: so rare that the caller may simply ask again.
  if (!block) throw new AppError('conflict', 'The block changed at the same time: try again.');
  return { block, isNew: false };
}

/** Throws `not_found` where it is not blocked. */
export async function removeBlock(context: TeamActionContext, target: BlockTarget): Promise<void> {
  if (!(await deleteBlock(context.db, target)))
    throw new AppError('not_found', 'This address or domain is not blocked.');
  await audit(context, 'block_removed', { detail: detailOf(target) });
}

/** No address: people are erased elsewhere. */
function detailOf({ kind, value }: BlockTarget): Readonly<Record<string, string>> {
  return kind === 'domain' ? { kind, domain: value } : { kind };
}
