import { insertApiKey, revokeApiKey } from '../db/api-key.ts';
import { type ApiScope, hashApiKey, newApiKey } from '../domain/api-key.ts';
import { AppError } from '../domain/errors.ts';
import { audit } from './audit.ts';
import type { TeamActionContext } from './context.ts';

type Context = Pick<TeamActionContext, 'db' | 'now' | 'actor'>;

/** Makes a key and returns it: it is kept nowhere and cannot be shown again. `memberId`: whose it is, or null. */
export async function makeApiKey(
  context: Context,
  wanted: { readonly name: string; readonly scopes: readonly ApiScope[]; readonly memberId: string | null },
): Promise<string> {
  const key = newApiKey();
  const keyId = await insertApiKey(context.db, { ...wanted, keyHash: hashApiKey(key).toString('hex') });
  await audit(context, 'api_key_made', { detail: { keyId, scopes: wanted.scopes.join(' ') } });
  return key;
}

/** It opens nothing any more. Throws `not_found` where it is not in force. */
export async function endApiKey(context: Context, keyId: string): Promise<void> {
  if (!(await revokeApiKey(context.db, keyId, context.now)))
    throw new AppError('not_found', 'There is no such API key, or it was revoked already.');
  await audit(context, 'api_key_revoked', { detail: { keyId } });
}
