import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises';

/**
 * Where in a session something can go wrong: the greeting, a command, the middle of a mail's data (`body`), its
 * final dot before the mail counts as taken (`dot`) and after it does but is not acknowledged (`taken`).
 */
export type Step =
  | 'greeting'
  | 'EHLO'
  | 'MAIL'
  | 'RCPT'
  | 'DATA'
  | 'body'
  | 'dot'
  | 'taken'
  | 'RSET'
  | 'QUIT';

/**
 * What to do at a step instead of behaving: an answer (after one that begins with 421 the connection is closed),
 * `drop` (the connection is reset), `silence` (nothing is said or read any more), or wait: so many milliseconds, or
 * for something.
 */
export type Reaction = `${number} ${string}` | 'drop' | 'silence' | number | Promise<unknown>;

/** Where a session stands. */
export interface Session {
  /** The how manyeth connection it is, and the how manyeth mail of that connection; from 1. */
  readonly connection: number;
  readonly mail: number;
  readonly from: string;
  readonly to: string;
  /** Whether more has come already than what it deals with. */
  readonly hasMore: boolean;
}

export interface TakenMail {
  readonly messageId: string;
  readonly to: string;
  readonly connection: number;
  /** As it came, dots at line starts still doubled. */
  readonly source: string;
}

export interface FaultServer {
  readonly url: string;
  /** Asked at each step; nothing means: behave. */
  react: (step: Step, session: Session) => Reaction | undefined;
  /** The mails that count as taken, in order: what a ledger is compared with. */
  readonly taken: TakenMail[];
  /** Connections: how many there are, the most there ever were at once, and how many there were in all. */
  readonly connections: { open: number; most: number; total: number };
  close(): Promise<void>;
}

interface FaultServerOptions {
  /** Whether it offers to take several commands at once (RFC 2920). */
  readonly pipelining?: boolean;
  /** How it sends what it says: each answer by itself, all that there are together, or each byte alone. */
  readonly writes?: 'answers' | 'together' | 'bytes';
}

/** A mail server on a raw socket that fails exactly where a test says, which no library's server can. */
export async function openFaultServer(options: FaultServerOptions = {}): Promise<FaultServer> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const { connections } = faultServer;
    connections.most = Math.max(connections.most, ++connections.open);
    connections.total++;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      sockets.delete(socket);
      connections.open--;
    });
    serve(socket, faultServer, connections.total, options);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const faultServer: FaultServer = {
    url: `smtp://127.0.0.1:${port}`,
    react: () => undefined,
    taken: [],
    connections: { open: 0, most: 0, total: 0 },
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
  return faultServer;
}

const ANSWERS: Readonly<Record<string, string>> = {
  DATA: '354 go ahead',
  QUIT: '221 bye',
};
const END_OF_DATA = '\r\n.\r\n';

/** One session. What has come in waits while a step is dealt with, so that answers keep their order. */
function serve(
  socket: Socket,
  server: FaultServer,
  connection: number,
  { pipelining = true, writes = 'answers' }: FaultServerOptions,
): void {
  const answers: Readonly<Record<string, string>> = {
    ...ANSWERS,
    EHLO: `250-fault\r\n${pipelining ? '250-PIPELINING\r\n' : ''}250 8BITMIME`,
  };
  const session = { connection, mail: 1, from: '', to: '', hasMore: false };
  let input = '';
  let inData = false;
  let working = false;

  socket.setNoDelay(true);
  socket.on('data', (chunk: Buffer) => {
    input += chunk.toString('latin1');
    void work();
  });
  void at('greeting', '220 fault server').then(work);

  async function work(): Promise<void> {
    if (working) return;
    working = true;
    if (writes === 'together') socket.cork();
    while (!socket.destroyed && (inData ? await readMail() : await readCommand()));
    if (writes === 'together') socket.uncork();
    working = false;
  }

  async function readCommand(): Promise<boolean> {
    const end = input.indexOf('\r\n');
    if (end < 0) return false;
    const line = input.slice(0, end);
    input = input.slice(end + 2);
    const verb = line.slice(0, 4).toUpperCase() as Step;
    if (verb === 'MAIL') Object.assign(session, { from: addressIn(line), to: '' });
    if (verb === 'RCPT') session.to = addressIn(line);
    // Clients that pipeline ask for DATA before they know that nobody may receive it (RFC 2920, 3.1).
    const nobody = verb === 'DATA' && session.to === '';
    const behaved = await at(verb, nobody ? '554 5.5.1 no valid recipients' : (answers[verb] ?? '250 ok'));
    if (verb === 'RCPT' && !behaved) session.to = '';
    if (verb === 'DATA') inData = behaved && !nobody;
    if (verb === 'QUIT') socket.end();
    return true;
  }

  async function readMail(): Promise<boolean> {
    if (!(await at('body', ''))) return false;
    const end = `\r\n${input}`.indexOf(END_OF_DATA);
    if (end < 0) return false;
    const source = input.slice(0, end);
    input = input.slice(end + END_OF_DATA.length - 2);
    inData = false;
    if (await at('dot', '')) {
      const messageId = /^Message-ID: <([^@>]*)@/im.exec(source)?.[1] ?? '';
      server.taken.push({ messageId, to: session.to, connection, source });
      await at('taken', '250 taken');
    }
    session.mail++;
    return true;
  }

  /** Answers a step, or does what the test wants instead; false: that ended the matter. */
  async function at(step: Step, answer: string): Promise<boolean> {
    session.hasMore = input !== '';
    const reaction = server.react(step, session);
    if (reaction === 'drop') {
      socket.resetAndDestroy();
      return false;
    }
    if (reaction === 'silence') {
      socket.pause();
      await new Promise(() => undefined);
    }
    if (typeof reaction === 'number') await delay(reaction);
    if (reaction instanceof Promise) await reaction;
    const misbehaved = typeof reaction === 'string';
    const said = misbehaved ? reaction : answer;
    if (said && socket.writable) await write(`${said}\r\n`);
    if (misbehaved && reaction.startsWith('421')) socket.end();
    return !misbehaved;
  }

  async function write(said: string): Promise<void> {
    const parts = writes === 'bytes' ? said : [said];
    for (const part of parts) {
      socket.write(part);
      if (writes === 'bytes') await nextTurn();
    }
  }
}

function addressIn(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? '';
}
