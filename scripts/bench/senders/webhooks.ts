/**
 * Posts signed deliveries over connections that are kept, the next as soon as one is answered.
 * Arguments: where to, a file with the deliveries, how many connections.
 */
import { once } from 'node:events';
import { Agent, type IncomingMessage, request } from 'node:http';
import type { SignedDelivery } from '../signed-deliveries.ts';
import { readDeliveries, timeEach } from './deliveries.ts';

const [url = '', file = '', connections = '1'] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true, maxSockets: Number(connections) });

async function post({ headers, body }: SignedDelivery): Promise<void> {
  const outgoing = request(url, {
    agent,
    method: 'POST',
    headers: { ...headers, 'content-length': Buffer.byteLength(body) },
  });
  outgoing.end(body);
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  if (answer.statusCode !== 200) throw new Error(`A delivery was answered ${answer.statusCode}`);
}

await timeEach(readDeliveries(file), Number(connections), post);
agent.destroy();
