import { once } from 'node:events';
import { SMTPServer } from 'smtp-server';
import { afterAll } from 'vitest';

export interface AnsweringServer {
  readonly url: string;
  /** What RCPT TO is answered for an address, e.g. `550 5.1.1 no such user`; absent: it is taken. */
  readonly answers: Map<string, string>;
  /** What a mail to an address is answered after its data; absent: it is taken. */
  readonly contents: Map<string, string>;
  /** What MAIL FROM is answered, whoever sends; null: it is taken. */
  sender: string | null;
  /** What must come true before a mail to an address is acknowledged; it counts as taken before that. */
  readonly held: Map<string, Promise<void>>;
  /** The addresses of the mails that were taken, as the envelope says them, in order, with their source. */
  readonly taken: { readonly from: string; readonly to: string; readonly source: string }[];
}

/** A mail server that says what a test wants it to say; closed after the file's last test. */
export async function openAnsweringServer(): Promise<AnsweringServer> {
  const answers = new Map<string, string>();
  const contents = new Map<string, string>();
  const held = new Map<string, Promise<void>>();
  const taken: { from: string; to: string; source: string }[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    logger: false,
    onMailFrom(_address, _session, callback) {
      callback(asError(answering.sender));
    },
    onRcptTo({ address }, _session, callback) {
      callback(asError(answers.get(address)));
    },
    onData(stream, session, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const to = session.envelope.rcptTo[0]?.address ?? '';
        const refused = asError(contents.get(to));
        if (refused) return callback(refused);
        const from = session.envelope.mailFrom ? session.envelope.mailFrom.address : '';
        taken.push({ from, to, source: Buffer.concat(chunks).toString() });
        void (held.get(to) ?? Promise.resolve()).then(() => callback(null, 'queued'));
      });
    },
  });
  server.on('error', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server.server, 'listening');
  afterAll(() => new Promise<void>((resolve) => server.close(resolve)));
  const address = server.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const answering: AnsweringServer = {
    url: `smtp://127.0.0.1:${port}`,
    sender: null,
    answers,
    contents,
    held,
    taken,
  };
  return answering;
}

function asError(answer: string | null | undefined): Error | null {
  if (!answer) return null;
  return Object.assign(new Error(answer.slice(4)), { responseCode: Number(answer.slice(0, 3)) });
}
