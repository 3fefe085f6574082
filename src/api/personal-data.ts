import { createRoute, z } from '@hono/zod-openapi';
import { erasePersonalData, findPersonalData, handOutPersonalData } from '../actions/personal-data.ts';
import { transaction } from '../db/pool.ts';
import { addressHash } from '../domain/address.ts';
import { address } from '../domain/input.ts';
import type { AppDependencies } from '../http/context.ts';
import { whoAsks } from './authenticate.ts';
import { presentPersonalData } from './present.ts';
import { answers, createApiRouter } from './router.ts';
import { personalDataSchema } from './schemas.ts';

const tags = ['Personal data'];
const query = z.object({ email: address });

export function personalDataRoutes({ pool, boss, limits, now }: AppDependencies) {
  const router = createApiRouter();

  router.openapi(
    createRoute({
      method: 'get',
      path: '/registrants/data',
      tags,
      summary: 'Get all that is held of an address',
      description: `Over all events: registrations with fields, source and technical information, mails with what is known of each, what was
done with the registration and by whom, exports that may hold it, suppressions, and a block. Addresses are compared as registrations are.
Access keys and links are left out. Nothing held: empty lists. The key needs the scope \`export\`; that it was asked for is in the audit
log, without the address. At most 120 an hour.`,
      request: { query },
      responses: answers(200, 'All that is held', personalDataSchema),
    }),
    async (c) => {
      const { email } = c.req.valid('query');
      const who = whoAsks(c);
      // A HEAD hands nothing out.
      const isHandedOut = c.req.method === 'GET';
      if (isHandedOut) await limits.personalDataByActor.take(who.actor);
      const at = now();
      const data = await transaction(pool, (db) =>
        isHandedOut
          ? handOutPersonalData({ db, boss, now: at, ...who }, addressHash(email))
          : findPersonalData(db, addressHash(email)),
      );
      return c.json(presentPersonalData(email, data, at), 200);
    },
  );

  router.openapi(
    createRoute({
      method: 'delete',
      path: '/registrants/data',
      tags,
      summary: 'Erase an address everywhere',
      description: `All its registrations over all events are removed, as \`DELETE …/registrants/{rid}\` removes one, and what is held of it
beside them. Counts stay. An address that must get no mail is remembered by its hash. \`erased\`: how many registrations there were.
A second time it is 0. At most 120 an hour.`,
      request: { query },
      responses: answers(200, 'Erased', z.object({ erased: z.int() }).openapi('Erasure')),
    }),
    async (c) => {
      await limits.personalDataByActor.take(c.var.action.actor);
      const erased = await erasePersonalData(c.var.action, c.req.valid('query').email);
      return c.json({ erased }, 200);
    },
  );

  return router;
}
