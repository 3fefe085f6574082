import { randomUUID } from 'node:crypto';
import { afterAll, expect, it } from 'vitest';
import { deliverMessages } from '../../worker/delivery/deliver.ts';
import { openApp } from '../support/app.ts';
import { openFaultServer } from '../support/smtp-fault-server.ts';
import { waitFor } from '../support/wait-for.ts';
import { openDelivery } from '../support/worker.ts';

const MAILS = 120;
/** Twice the connections. */
const SLOTS = 40;

const app = await openApp();
const server = await openFaultServer();
afterAll(() => server.close());
const worker = openDelivery(app, server.url);
const event = await app.event();

async function queued(): Promise<string> {
  const { json } = await app.api('POST', `/events/${event.id}/registrants`, {
    email: `${randomUUID()}@example.com`,
  });
  const { rows } = await app.pool.query<{ id: string }>(
    'select id from {schema}.message where registrant_id = $1',
    [json.id],
  );
  return rows[0]?.id ?? '';
}

const deliver = (context: typeof worker, ids: readonly string[]) =>
  deliverMessages(
    context,
    ids.map((id) => ({ id, jobId: randomUUID() })),
  );

it('while outcomes cannot be recorded no more mails leave than there are slots, whatever the server was told of', async () => {
  const ids = await Promise.all(Array.from({ length: MAILS }, queued));
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let recorded = 0;
  let mostUnrecorded = 0;
  let announced = 0;
  server.react = (step) => {
    if (step === 'DATA') announced++;
    if (step === 'dot') mostUnrecorded = Math.max(mostUnrecorded, server.taken.length + 1 - recorded);
    return undefined;
  };
  const recorder: typeof worker.recorder = {
    async record(...recording) {
      await held;
      await worker.recorder.record(...recording);
      recorded++;
    },
  };
  const delivery = deliver({ ...worker, recorder }, ids);
  await waitFor(() => expect([server.taken.length, announced > SLOTS]).toEqual([SLOTS, true]));
  release();
  await delivery;
  expect(mostUnrecorded).toBe(SLOTS);
  expect(server.taken).toHaveLength(MAILS);
  expect(new Set(server.taken.map(({ messageId }) => messageId)).size).toBe(MAILS);
});

it('a mail whose lease was lost after the server was told of it is given back, and no empty mail is left there', async () => {
  const before = server.taken.length;
  const id = await queued();
  let asked = 0;
  const leases = { ...worker.leases, isUsable: () => ++asked === 1 };
  await deliver({ ...worker, leases }, [id]);
  expect(asked).toBe(2);
  expect(server.taken).toHaveLength(before);
  const { json } = await app.api('GET', `/messages/${id}`);
  expect(json).toMatchObject({ status: 'queued', attempts: 0 });
  await deliver(worker, [id]);
  expect(server.taken.slice(before).map(({ messageId }) => messageId)).toEqual([id]);
});
