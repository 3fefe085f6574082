/** Verifies the signatures of deliveries, and does nothing else. Arguments: a file with the deliveries, the secret. */
import { Webhook } from 'standardwebhooks';
import { readDeliveries, timeEach } from './deliveries.ts';

const [file = '', secret = ''] = process.argv.slice(2);
const webhook = new Webhook(secret);
const signed = readDeliveries(file).map(({ headers, body }) => ({
  body: Buffer.from(body),
  headers: {
    'webhook-id': headers['svix-id'] ?? '',
    'webhook-timestamp': headers['svix-timestamp'] ?? '',
    'webhook-signature': headers['svix-signature'] ?? '',
  },
}));

await timeEach(signed, 1, ({ body, headers }: (typeof signed)[number]) =>
  webhook.verify(body, headers, { jsonParse: false }),
);
