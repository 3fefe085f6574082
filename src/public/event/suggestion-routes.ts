import { Hono } from 'hono';
import { shownAddress } from '../../domain/address.ts';
import { domainOf } from '../../domain/mail-domain.ts';
import { suggestAddress } from '../../domain/suggested-address.ts';
import type { AppEnv } from '../../http/context.ts';
import { tooMany } from '../../http/limits.ts';
import { createTokenBucket } from '../../http/token-bucket.ts';
import { SUGGESTION_PATH } from './email-suggestion.tsx';

const LONGEST_DOMAIN = 253;
/** Of all browsers together and one process: an answer takes a tenth of a millisecond. Beyond it forms ask when they are sent. */
const LIMIT = { perSecond: 200, burst: 400, bytes: 1_024 };
const DAY_SECONDS = 86_400;

/** The domain that a mistyped one most likely meant: the rule of the server for browsers. It is told no address, and keeps nothing. */
export function suggestionRoutes() {
  const router = new Hono<AppEnv>();
  const take = createTokenBucket(LIMIT);
  router.get(SUGGESTION_PATH, (c) => {
    const wait = take('', performance.now());
    if (wait > 0) throw tooMany(wait / 1000);
    const domain = c.req.query('domain') ?? '';
    const address = domain.length > LONGEST_DOMAIN ? null : suggestAddress(`x@${domain}`);
    c.header('Cache-Control', `public, max-age=${DAY_SECONDS}`);
    return c.json({ suggested: address && domainOf(shownAddress(address)) });
  });
  return router;
}
