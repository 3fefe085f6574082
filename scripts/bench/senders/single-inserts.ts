/**
 * What the webhook would store of deliveries, one statement and one commit each, and nothing else.
 * Arguments: a file with the deliveries, how many connections. DATABASE_URL: where to.
 */
import { readDatabaseConfig } from '../../../src/config.ts';
import { createPool } from '../../../src/db/pool.ts';
import { readResendWebhook } from '../../../src/providers/resend/webhook.ts';
import { readDeliveries, timeEach } from './deliveries.ts';

const [file = '', connections = '1'] = process.argv.slice(2);
const pool = createPool(readDatabaseConfig(process.env), {
  max: Number(connections),
  onError: (error) => process.stderr.write(`${error.message}\n`),
});
const now = new Date();
const rows = readDeliveries(file).map(({ headers, body }) => {
  const event = readResendWebhook(JSON.parse(body), headers['svix-id'] ?? '', now);
  if (!event) throw new Error('A delivery could not be read.');
  const { source, sourceId, type, eventId, messageId, occurredAt, detail } = event;
  return [eventId, messageId, source, sourceId, type, occurredAt, JSON.stringify(detail), now];
});
// Connecting is not what is measured.
await Promise.all(Array.from({ length: Number(connections) }, () => pool.query('select pg_sleep(0.1)')));

await timeEach(rows, Number(connections), (values: (typeof rows)[number]) =>
  pool.query(
    `insert into {schema}.delivery_event
       (event_id, message_id, source, source_id, type, occurred_at, detail, received_at, applied)
     values ($1, $2, $3, $4, $5, $6, $7, $8, false)
     on conflict (event_id, source, source_id) where source_id is not null do nothing`,
    values,
  ),
);
await pool.end();
