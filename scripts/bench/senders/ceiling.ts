/**
 * The ceiling: nodemailer's own pool sends one ready-made message over and over, and does nothing else.
 * Arguments: the server's address, a file with the message's source, how many times, over how many connections.
 */
import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import { reportCpu } from './report-cpu.ts';

const [url = '', file = '', count = '0', connections = '1'] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const pool = createTransport({
  pool: true,
  host: hostname,
  port: Number(port),
  maxConnections: Number(connections),
  maxMessages: Number.POSITIVE_INFINITY,
});
const raw = readFileSync(file);
const envelope = { from: 'events@example.com', to: 'bulk-1@example.com' };

let left = Number(count);
// Enough to keep every connection busy, few enough that the queue costs nothing.
const AT_ONCE = 50;
await Promise.all(
  Array.from({ length: AT_ONCE }, async () => {
    while (left-- > 0) await pool.sendMail({ envelope, raw });
  }),
);
pool.close();
reportCpu();
