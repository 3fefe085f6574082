import { duplexPair } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { Dialogue } from '../../src/providers/smtp/dialogue.ts';
import {
  type Attempt,
  type SessionOptions,
  SmtpSession,
  type Turn,
} from '../../src/providers/smtp/session.ts';

/** What a server answers: a command, or a mail's content. */
export interface Asked {
  readonly what: 'RSET' | 'MAIL' | 'RCPT' | 'DATA' | 'content' | 'QUIT';
  /** The recipient of the mail that it is about, who is its sender as well. */
  readonly to: string;
  readonly text: string;
}

export interface Script {
  /** Each answer in full, without the line's end; null: it says nothing. */
  readonly answer: (asked: Asked) => string | null;
  /** The sizes of the pieces in which answers arrive, used in turn; none: each answer by itself. */
  readonly pieces?: readonly number[];
}

export interface ScriptedMail extends Partial<Pick<Turn, 'mayLeave'>> {
  readonly to: string;
  readonly content?: string;
}

/**
 * Has a session send mails to a server in the same process that goes by a script, and stops them when neither has anything more to
 * say. Returns what became of each mail that had its turn, by recipient, and what the server received, write by write.
 */
export async function runScript(
  mails: readonly ScriptedMail[],
  { answer, pieces = [] }: Script,
  options: Partial<SessionOptions> = {},
) {
  const [client, server] = duplexPair();
  const attempts = new Map<string, Attempt>();
  const settledTwice: string[] = [];
  const writes: string[] = [];
  let lostPlace = 0;
  let input = '';
  let output = '';
  let isInData = false;
  let to = '';
  let piece = 0;
  let pace = 0;

  server.on('data', (chunk: Buffer) => {
    writes.push(chunk.toString());
    input += chunk.toString('latin1');
    pace++;
    for (let asked = next(); asked; asked = next()) {
      const said = answer(asked);
      if (asked.what === 'DATA') isInData = said?.startsWith('3') ?? false;
      if (said !== null) output += `${said}\r\n`;
      if (pieces.length === 0) flush();
    }
  });

  function next(): Asked | null {
    if (isInData) {
      const end = `\r\n${input}`.indexOf('\r\n.\r\n');
      if (end < 0) return null;
      const text = input.slice(0, end);
      input = input.slice(end + 3);
      isInData = false;
      return { what: 'content', to, text };
    }
    const end = input.indexOf('\r\n');
    if (end < 0) return null;
    const text = input.slice(0, end);
    input = input.slice(end + 2);
    const what = text.slice(0, 4) as Asked['what'];
    // The sender tells whose mail it is: MAIL comes before its recipient.
    if (what === 'MAIL') to = /<([^>]*)>/.exec(text)?.[1] ?? '';
    return { what, to, text };
  }

  function flush(): boolean {
    const size = pieces.length ? (pieces[piece++ % pieces.length] ?? 1) : output.length;
    const part = output.slice(0, size);
    output = output.slice(size);
    if (part) server.write(Buffer.from(part, 'latin1'));
    return part !== '';
  }

  const dialogue = new Dialogue(client, () => undefined);
  const session = new SmtpSession(dialogue, {
    pipelining: true,
    smtpUtf8: false,
    mayPipeline: () => true,
    onLostPlace: () => lostPlace++,
    ...options,
  });
  const waiting = [...mails];
  const turn = (mail: ScriptedMail | undefined): Turn | null =>
    mail
      ? {
          envelope: { from: mail.to, to: mail.to },
          content: Buffer.from(mail.content ?? `Subject: ${mail.to}\r\n\r\nHi\r\n`),
          mayLeave: mail.mayLeave ?? (async () => true),
          settle: (attempt) => {
            if (attempts.has(mail.to)) settledTwice.push(mail.to);
            attempts.set(mail.to, attempt);
          },
        }
      : null;
  let isServed = false;
  const served = session.serve({ take: () => turn(waiting.shift()), wait: async () => null }).then(() => {
    isServed = true;
  });
  // Neither clock nor sleep: as long as one of them says something, it goes on.
  for (let quiet = 0; !isServed && quiet < 20; quiet++) {
    const before = pace;
    const hasFlushed = flush();
    await nextTurn();
    if (hasFlushed || pace !== before) quiet = 0;
  }
  dialogue.end();
  await served;
  return { attempts, writes, lostPlace, settledTwice, left: waiting.length, session };
}

/** What became of a mail, in one word or its answer's number. */
export function told(attempt: Attempt | undefined): string {
  if (attempt === undefined) return 'no turn';
  if (attempt === 'not_attempted') return attempt;
  if (attempt.accepted) return 'accepted';
  const { failure, handedOver } = attempt;
  if (failure.responseCode) return `${failure.responseCode} ${failure.command}`;
  return handedOver ? 'unknown' : 'not taken';
}
