import { timingSafeEqual } from 'node:crypto';
import type { Context } from 'hono';
import { createMiddleware } from 'hono/factory';
import type { TeamActionContext } from '../actions/context.ts';
import { BOOTSTRAP_KEY_ID, findApiKey, touchApiKey } from '../db/api-key.ts';
import { API_SCOPES, type ApiScope, hashApiKey } from '../domain/api-key.ts';
import { cacheBytes } from '../domain/cache-budgets.ts';
import { AppError } from '../domain/errors.ts';
import type { AppDependencies, AppEnv } from '../http/context.ts';
import { tooMany } from '../http/limits.ts';
import { createTokenBucket } from '../http/token-bucket.ts';
import { orWithout } from '../lib/remember.ts';

const BOOTSTRAP = { id: BOOTSTRAP_KEY_ID, memberId: null, scopes: API_SCOPES };
const REQUESTS_A_SECOND = 50;
const BURST = 200;

/** Lets in who names a valid API key: `Authorization: Bearer KEY`. */
export function authenticate({ config, pool, log, now }: AppDependencies) {
  const bootstrap = config.bootstrapApiKey ? hashApiKey(config.bootstrapApiKey) : null;
  // Each server counts for itself: the limit protects the server, and a count in Postgres would cost more than it saves.
  const takeToken = createTokenBucket({
    perSecond: REQUESTS_A_SECOND,
    burst: BURST,
    bytes: cacheBytes('requests of API keys'),
  });
  return createMiddleware<AppEnv>(async (c, next) => {
    const key = /^Bearer +(\S+)$/i.exec(c.req.header('authorization') ?? '')?.[1];
    if (!key) throw new AppError('unauthorized', 'Name an API key: `Authorization: Bearer KEY`.');
    const hash = hashApiKey(key);
    const known = bootstrap && timingSafeEqual(hash, bootstrap) ? BOOTSTRAP : await findSent(hash);
    if (!known) throw new AppError('unauthorized', 'This API key is not known or was revoked.');
    const wait = takeToken(known.id, performance.now());
    if (wait > 0) throw tooMany(wait / 1000);
    c.set('apiKey', known);
    requireScope(c, scopeOf(c.req.method, c.req.path));
    await next();
  });

  async function findSent(hash: Buffer) {
    const key = await findApiKey(pool, hash.toString('hex'));
    // When it was used last is for people to look at: no request fails for it.
    if (key)
      await orWithout(
        () => touchApiKey(pool, key.id, now()),
        (error) => log.warn({ err: error }, 'the use of an API key was not noted'),
      );
    return key;
  }
}

/** What a key must be allowed for a request, by what it does; what its body adds is asked for where that is read. */
function scopeOf(method: string, path: string): ApiScope {
  // All that is held of a person leaves us as a file does.
  if (path.endsWith('/registrants/data') && method !== 'DELETE') return 'export';
  if (method === 'GET' || method === 'HEAD') return 'read';
  if (/\/(exports(\/[^/]+)?|rotate-keys?)$/.test(path)) return 'export';
  // By an endpoint people's data leaves us from then on.
  if (/\/webhook-endpoints(\/|$)/.test(path)) return 'export';
  if (/\/announcements(\/[^/]+\/cancel)?$/.test(path)) return 'send';
  return /\/(resend|send-now)$/.test(path) ? 'send' : 'write';
}

/** Throws `forbidden` where the key has no such scope: for what a request does beside what its route says. */
export function requireScope(c: Context<AppEnv>, scope: ApiScope): void {
  if (!hasScope(c, scope))
    throw new AppError('forbidden', `This API key may not do that: its scopes lack \`${scope}\`.`);
}

/** Whether the key has the scope. Without `read` no answer holds an access link, whatever was asked for. */
export function hasScope(c: Context<AppEnv>, scope: ApiScope): boolean {
  return c.get('apiKey').scopes.includes(scope);
}

/** Whoever signed the request, as actions want to know it. */
export function whoAsks(c: Context<AppEnv>): Pick<TeamActionContext, 'actor' | 'memberId'> {
  const { id, memberId } = c.get('apiKey');
  return { actor: `api_key:${id}`, memberId };
}
