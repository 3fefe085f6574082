import type { Socket } from 'node:net';

const END = Buffer.from('\r\n.\r\n');
const EMPTY = Buffer.alloc(0);

export interface SmtpEvents {
  /** A MAIL command came. */
  onSender(): void;
  /** A mail came, dots still stuffed. It is acknowledged when `accept` is called, at once or later. */
  onMail(recipient: string, source: Buffer, accept: () => void): void;
  /** Milliseconds before each reply. */
  delayMs(): number;
}

/**
 * Speaks just enough SMTP (RFC 5321) to take mails as fast as one can be handed them. Safe for pipelining (RFC 2920):
 * replies come in the order of the commands, however these are cut into packets.
 */
export function serveSmtp(socket: Socket, events: SmtpEvents): void {
  let pending: Buffer = EMPTY;
  /** How much of a mail was searched for its end already. */
  let searched = 0;
  let recipient = '';
  let state: 'commands' | 'data' | 'accepting' = 'commands';

  const reply = (line: string) => {
    const delay = events.delayMs();
    if (delay > 0) setTimeout(() => socket.write(`${line}\r\n`), delay);
    else socket.write(`${line}\r\n`);
  };

  const command = (line: string) => {
    switch (line.slice(0, 4).toUpperCase()) {
      case 'EHLO':
        return reply('250-sink\r\n250-PIPELINING\r\n250 8BITMIME');
      case 'MAIL':
        events.onSender();
        return reply('250 2.1.0 OK');
      case 'RCPT':
        recipient = /<([^>]*)>/.exec(line)?.[1] ?? '';
        return reply('250 2.1.5 OK');
      case 'DATA':
        state = 'data';
        searched = 0;
        return reply('354 go ahead');
      case 'QUIT':
        reply('221 2.0.0 bye');
        return socket.end();
      case 'HELO':
      case 'NOOP':
      case 'RSET':
        return reply('250 2.0.0 OK');
      default:
        return reply('502 5.5.2 what?');
    }
  };

  /** Takes the next command or mail off what came; false when it is not whole yet. */
  const step = (): boolean => {
    if (state === 'accepting') return false;
    if (state === 'commands') {
      const end = pending.indexOf('\r\n');
      if (end < 0) return false;
      const line = pending.toString('latin1', 0, end);
      pending = pending.subarray(end + 2);
      command(line);
      return true;
    }
    const end = pending.indexOf(END, searched);
    if (end < 0) {
      searched = Math.max(0, pending.length - END.length + 1);
      return false;
    }
    const source = pending.subarray(0, end + 2);
    pending = pending.subarray(end + END.length);
    state = 'accepting';
    events.onMail(recipient, source, () => {
      state = 'commands';
      reply('250 2.0.0 OK');
      work();
    });
    return true;
  };

  let working = false;
  const work = () => {
    // `accept` may be called within a step: the loop that runs already goes on.
    if (working) return;
    working = true;
    socket.cork();
    while (step());
    socket.uncork();
    working = false;
  };

  socket.setNoDelay(true);
  // Whoever was killed resets the connection; that is no fault of the sink.
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    pending = pending.length > 0 ? Buffer.concat([pending, chunk]) : chunk;
    work();
  });
  reply('220 sink ESMTP');
}
