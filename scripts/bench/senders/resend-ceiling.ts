/**
 * The ceiling of calls: fetch posts one ready-made body over and over, so many at a time, and does nothing else.
 * Arguments: the API's address, its key, a file with the body, how many times, how many at once.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';

const [url = '', key = '', file = '', count = '0', atOnce = '1'] = process.argv.slice(2);
const body = readFileSync(file);

let left = Number(count);
await Promise.all(
  Array.from({ length: Number(atOnce) }, async () => {
    while (left-- > 0) {
      const answer = await fetch(`${url}/emails/batch`, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${key}`,
          'content-type': 'application/json',
          'idempotency-key': randomUUID(),
          'x-batch-validation': 'permissive',
        },
        body,
      });
      if (!answer.ok) throw new Error(`A call was answered ${answer.status}: ${await answer.text()}`);
      await answer.json();
    }
  }),
);
