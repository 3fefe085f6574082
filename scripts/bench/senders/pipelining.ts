/**
 * The limit: a bare loop that sends one ready-made message over and over with one round trip a mail (RFC 2920), looks at no answer but to
 * count it, and does nothing else. Arguments: the server's address, a file with the message's source, how many times, over how many connections.
 */
import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { reportCpu } from './report-cpu.ts';

const [url = '', file = '', count = '0', connections = '1'] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const commands = 'MAIL FROM:<events@example.com>\r\nRCPT TO:<bulk-1@example.com>\r\nDATA\r\n';
const content = Buffer.concat([readFileSync(file), Buffer.from('.\r\n')]);
const contentAndCommands = Buffer.concat([content, Buffer.from(commands)]);
/** To a mail's content, and to the commands of the next one. */
const ANSWERS = 4;

let left = Number(count);
await Promise.all(Array.from({ length: Number(connections) }, send));
reportCpu();

/** Sends over one connection until nothing is left. */
function send(): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    socket.setNoDelay(true).on('error', reject).on('end', resolve);
    // The greeting and its answers, of which one has three lines; the first mail's commands.
    let due = 1 + 3;
    let isGreeted = false;
    socket.write('EHLO bench\r\n');
    socket.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(10); at >= 0; at = chunk.indexOf(10, at + 1)) due--;
      if (due > 0) return;
      if (!isGreeted) {
        isGreeted = true;
        if (left-- <= 0) return socket.end('QUIT\r\n');
        due = 3;
        socket.write(commands);
      } else if (left-- > 0) {
        due = ANSWERS;
        socket.write(contentAndCommands);
      } else {
        due = Number.POSITIVE_INFINITY;
        socket.end(Buffer.concat([content, Buffer.from('QUIT\r\n')]));
      }
    });
  });
}
