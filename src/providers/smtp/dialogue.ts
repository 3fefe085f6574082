import type { Duplex } from 'node:stream';
import { type Answer, AnswerReader } from './answers.ts';
import type { SmtpFailure } from './outcome.ts';

/** Why a connection is of no more use. */
export class ConnectionLost extends Error implements SmtpFailure {
  override readonly name = 'ConnectionLost';
  readonly code: string;
  readonly command = 'CONN';
  readonly response: string | undefined;
  readonly responseCode: number | undefined;

  constructor(message = 'Connection closed unexpectedly', code = 'ECONNECTION', lastWords?: Answer | null) {
    super(message);
    this.code = code;
    this.response = lastWords?.text;
    this.responseCode = lastWords?.code ?? undefined;
  }
}

/**
 * What is said over a connection, and what is answered: each answer belongs to what was said first of all that is not answered yet,
 * however many commands were said at once. A server that answers what nobody asked has lost its place, and the connection ends: nobody could say
 * which mail its next answer is about.
 */
export class Dialogue {
  readonly #socket: Duplex;
  readonly #hangUp: () => void;
  readonly #reader = new AnswerReader();
  /** Answers that came and nobody has asked for yet. */
  readonly #answers: Answer[] = [];
  /** Answers that the server still owes. */
  #due = 0;
  #end: ConnectionLost | null = null;
  /** Of whoever waits now. */
  #wake: (() => void) | null = null;

  /** `hangUp` ends the connection. */
  constructor(socket: Duplex, hangUp: () => void) {
    this.#socket = socket;
    this.#hangUp = hangUp;
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  get isOver(): boolean {
    return this.#end !== null;
  }

  get hasAnswer(): boolean {
    return this.#answers.length > 0;
  }

  /** Says something that is answered so often. Throws ConnectionLost. */
  say(bytes: string | Buffer, answers: number): void {
    if (this.#end) throw this.#end;
    this.expect(answers);
    this.#socket.write(bytes);
  }

  /** To what is about to be said so many answers come, and may come before it is said. */
  expect(answers: number): void {
    this.#due += answers;
  }

  /** The next answer. Rejects with ConnectionLost when none comes any more. */
  async answer(): Promise<Answer> {
    for (;;) {
      const answer = this.#answers.shift();
      if (answer) return answer;
      await this.#change();
    }
  }

  /** Resolves when what was said has gone, or an answer came before. Rejects with ConnectionLost. */
  async drained(): Promise<void> {
    const onDrain = () => this.#wake?.();
    this.#socket.on('drain', onDrain);
    while (this.#socket.writableNeedDrain && !this.hasAnswer) await this.#change();
    this.#socket.off('drain', onDrain);
  }

  /** Resolves as the promise does. Rejects with ConnectionLost when the connection ends before. */
  async during<Value>(promise: Promise<Value>): Promise<Value> {
    let isSettled = false;
    const onSettled = () => {
      isSettled = true;
      this.#wake?.();
    };
    promise.then(onSettled, onSettled);
    while (!isSettled) await this.#change();
    return promise;
  }

  /** Ends it, whatever is under way. */
  end(why: ConnectionLost = new ConnectionLost()): void {
    if (this.#end) return;
    const lastWords = this.#due > 0 ? this.#reader.lastWords() : null;
    this.#end = lastWords ? new ConnectionLost(why.message, why.code, lastWords) : why;
    this.#hangUp();
    this.#wake?.();
  }

  #read(chunk: Buffer): void {
    for (const answer of this.#reader.push(chunk)) {
      if (this.#end) return;
      // Some servers say nothing after what they said. Where several answers are due it might stand for one of them.
      if (answer.text.trim() === '' && this.#due < 2) continue;
      const isGoing = answer.code === 421;
      if (this.#due > 0) {
        this.#due--;
        this.#answers.push(answer);
      } else if (!isGoing) this.end(outOfStep(answer));
      // The server goes (RFC 5321, 3.8): what else it owes it will not answer.
      if (isGoing) this.end();
    }
    this.#wake?.();
  }

  /** Resolves when something may have happened. Rejects with ConnectionLost once it is over. */
  async #change(): Promise<void> {
    if (this.#end) throw this.#end;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#wake = null;
  }
}

/** The code of a server that has lost its place. */
export const OUT_OF_STEP = 'EPROTOCOL';

/** What ends a connection whose server gave an answer that is none, or is none to what was asked. */
export function outOfStep({ text }: Answer): ConnectionLost {
  return new ConnectionLost(`The mail server gave an answer that fits nothing: ${text}`, OUT_OF_STEP);
}
