/** Posts bodies with plain `fetch`, so many at once, and says the seconds that it took. Arguments: address, a file with the bodies, connections. */
import { readFileSync } from 'node:fs';
import { timeEach } from './deliveries.ts';

const [url = '', file = '', connections = ''] = process.argv.slice(2);
const bodies = JSON.parse(readFileSync(file, 'utf8')) as string[];

await timeEach(bodies, Number(connections), async (body) => {
  const answer = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'webhook-id': '0192f3a4-5b6c-7d8e-9f00-112233445566',
      'webhook-timestamp': '1700000000',
      'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=',
    },
    body,
  });
  if (answer.status !== 204) throw new Error(`It answered ${answer.status}.`);
});
