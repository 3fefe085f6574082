import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { recordAcceptances } from '../../src/db/delivery.ts';
import { transaction } from '../../src/db/pool.ts';
import { openApp } from '../support/app.ts';
import { waitFor } from '../support/wait-for.ts';

const app = await openApp();
const event = await app.event();

it.each([
  ['removed', 'DELETE', undefined, 204],
  ['changed', 'PATCH', { firstName: 'Ada' }, 200],
])(
  'a registrant is %s while a worker records its mail, and neither waits for the other for ever',
  async (_, method, body, status) => {
    const email = `${randomUUID()}@example.com`;
    const { json } = await app.api('POST', `/events/${event.id}/registrants`, { email });
    const [message] = (await app.api('GET', `/messages?registrantId=${json.id}`)).json.items;
    const isWaiting = async () => {
      const { rows } = await app.pool.query(
        `select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
      );
      return rows.length > 0;
    };
    let request: ReturnType<typeof app.api> | undefined;
    await transaction(app.pool, async (db) => {
      // As the worker's statement does: the message first, the registrant second, with the request between them.
      await db.query('select from {schema}.message where id = $1 for no key update', [message.id]);
      request = app.api(method, `/events/${event.id}/registrants/${json.id}`, body);
      await waitFor(async () => expect(await isWaiting()).toBe(true));
      await recordAcceptances(
        db,
        [{ ledger: event.id, id: message.id, providerMessageId: null }],
        app.clock.now,
        null,
      );
    });
    expect((await request)?.status).toBe(status);
  },
);
