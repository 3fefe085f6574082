import { insertApiKey } from '../../src/db/api-key.ts';
import { API_SCOPES, type ApiScope, hashApiKey, newApiKey } from '../../src/domain/api-key.ts';
import type { TestApp } from './app.ts';

/** The `Authorization` of a key that may do what its scopes say and nothing else. */
export async function keyWith(
  { pool }: Pick<TestApp, 'pool'>,
  scopes: readonly ApiScope[] = API_SCOPES,
  /** Whose it is; null: nobody's. */
  memberId: string | null = null,
): Promise<{ readonly authorization: string }> {
  const key = newApiKey();
  const keyHash = hashApiKey(key).toString('hex');
  await insertApiKey(pool, { name: `with ${scopes.join(' ')}`, keyHash, memberId, scopes });
  return { authorization: `Bearer ${key}` };
}
