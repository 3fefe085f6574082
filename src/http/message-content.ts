import { merge } from '../../emails/engine/merge.ts';
import { findTemplate } from '../db/compiled-template.ts';
import { findContent } from '../db/message.ts';
import type { Db } from '../db/pool.ts';
import { AppError } from '../domain/errors.ts';
import type { Message } from '../domain/message.ts';
import { HIDDEN_VALUES } from '../domain/secret-values.ts';

/** CONTENT_AFTER_DAYS have passed. */
const NOT_KEPT = 'What this message said is no longer kept.';

/**
 * What a message says, exactly as sent, but for links that open something to whoever holds them. Throws `conflict`
 * before a worker took it (only then it is settled), and `gone` after its registrant was removed or its content was forgotten.
 */
export async function messageContent(
  db: Db,
  message: Message,
): Promise<{ readonly subject: string; readonly html: string; readonly text: string }> {
  const content = await findContent(db, message);
  if (!content)
    throw message.claimedAt
      ? new AppError('gone', message.to ? NOT_KEPT : 'What this message said was erased with its registrant.')
      : new AppError('conflict', 'No worker took this message yet: what it says is not settled.');
  const template = await findTemplate(db, content.templateHash);
  if (!template) throw new Error(`compiled template ${content.templateHash} is missing`);
  return merge(template, { ...HIDDEN_VALUES, ...content.variables });
}
