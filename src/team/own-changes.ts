import type { Context } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { createMiddleware } from 'hono/factory';
import type { ReadPool } from '../db/pool.ts';
import type { AppDependencies } from '../http/context.ts';
import { orWithout } from '../lib/remember.ts';

const COOKIE = 'changed';
/** A replica that is further behind is read by nobody. */
const KEPT_S = 600;

/**
 * Lets whoever changed something see it, although a replica may not show it yet: the browser keeps how far the primary's write-ahead log was
 * after the change. It opens nothing: whoever writes another number into the cookie reads from the primary, or sees what is a few seconds old.
 */
export function createOwnChanges({ config, reads, log }: Pick<AppDependencies, 'config' | 'reads' | 'log'>) {
  const secure = config.publicUrl.startsWith('https:');
  return {
    note: createMiddleware(async (c, next) => {
      await next();
      if (isReading(c)) return;
      const position = await orWithout(reads.position, (error) =>
        log.warn({ err: error }, 'it is not known where the database was after a change'),
      );
      if (position)
        setCookie(c, COOKIE, String(position), {
          ...{ path: '/team', httpOnly: true, sameSite: 'Lax', secure, maxAge: KEPT_S },
        });
    }),

    /** Does `work`, which only reads, where it sees what this browser has changed. */
    read<T>(c: Context, work: (pool: ReadPool) => Promise<T>): Promise<T> {
      const noted = /^\d{1,16}$/.exec(getCookie(c, COOKIE) ?? '')?.[0];
      // A form that is shown again follows what it has just changed.
      return reads.read({ after: isReading(c) ? Number(noted ?? 0) : Number.POSITIVE_INFINITY }, work);
    },
  };
}

function isReading(c: Context): boolean {
  return c.req.method === 'GET' || c.req.method === 'HEAD';
}

export type OwnChanges = ReturnType<typeof createOwnChanges>;
