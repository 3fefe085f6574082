import { needsSmtpUtf8 } from '../wire-address.ts';
import type { Answer } from './answers.ts';
import { doubleDots } from './content.ts';
import { ConnectionLost, type Dialogue, OUT_OF_STEP, outOfStep } from './dialogue.ts';
import type { SmtpFailure } from './outcome.ts';

/** Who sends to whom, as MAIL FROM and RCPT TO say it. */
export interface Envelope {
  readonly from: string;
  readonly to: string;
}

/** What became of one attempt; `handedOver` as in `outcome.ts`. `not_attempted`: it may no longer leave. */
export type Attempt =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly failure: SmtpFailure; readonly handedOver: boolean }
  | 'not_attempted';

/** A mail whose turn has come. */
export interface Turn {
  readonly envelope: Envelope;
  /** Lines that end in CR LF. */
  readonly content: Buffer;
  /** Waited for the moment before the content goes onto the wire; false: it must not. */
  mayLeave(): Promise<boolean>;
  /** Called once. */
  settle(attempt: Attempt): void;
}

/** Where a session gets its mails from. */
export interface Turns {
  /** The next mail, where there is one. */
  take(): Turn | null;
  /** The next mail to come; null: none came for a while, or none is to leave any more. */
  wait(): Promise<Turn | null>;
}

export interface SessionOptions {
  /** What the server offers. */
  readonly pipelining: boolean;
  readonly smtpUtf8: boolean;
  /** Whether it is trusted with more than one command at once, too. */
  readonly mayPipeline: () => boolean;
  /** It lost its place between commands that were sent at once. */
  readonly onLostPlace: () => void;
}

const COMMANDS = ['MAIL FROM', 'RCPT TO', 'DATA'] as const;
type Command = 'RSET' | (typeof COMMANDS)[number];
const GOOD: Readonly<Record<Command, string>> = { RSET: '2', 'MAIL FROM': '2', 'RCPT TO': '2', DATA: '3' };

/** A larger mail is passed on in pieces: while its end has not been, it is known that the server cannot have taken it. */
const PIECE = 64 * 1024;
const END = '.\r\n';
/**
 * In milliseconds, beside the way there and back: a server that takes longer for a mail is told of the next one when it is free. That one
 * may leave sooner over another connection.
 */
const QUICK = 100;

/** A mail that the server is told of before it gets its content. */
interface Announced {
  readonly turn: Turn;
  /** Whether it was told together with the content of the mail before it. */
  readonly isAhead: boolean;
}

/**
 * Sends mails over one connection. Where the server takes several commands at once (RFC 2920), those of a mail leave together with the
 * content of the mail before it, so that each mail costs one way there and back. Otherwise one command follows the answer to the other.
 */
export class SmtpSession {
  readonly #dialogue: Dialogue;
  readonly #options: SessionOptions;
  /** Some servers keep a refused mail's sender, and would answer the next one's with 503. */
  #needsReset = false;
  #isStopping = false;
  #stage: 'idle' | 'asking' | 'content' = 'idle';
  /** In milliseconds: the way there and back. */
  #roundTrip = Number.POSITIVE_INFINITY;
  #isQuick = true;

  constructor(dialogue: Dialogue, options: SessionOptions) {
    this.#dialogue = dialogue;
    this.#options = options;
  }

  /** Sends one mail after the other, until there is none or the connection is of no more use. Never rejects. */
  async serve(turns: Turns): Promise<void> {
    let announced: Announced | null = null;
    while (announced || !this.#dialogue.isOver) {
      const turn: Turn | null = announced?.turn ?? turns.take() ?? (await turns.wait());
      if (!turn) return;
      announced = await this.#send({ turn, isAhead: announced !== null }, turns);
      if (this.#isStopping) this.#dialogue.end();
    }
  }

  /** Lets the mail end whose content is on its way, and sends no other. */
  stop(): void {
    this.#isStopping = true;
    if (this.#stage === 'asking') this.#dialogue.end();
  }

  /** Returns the next mail, where the server was told of it already. */
  async #send(announced: Announced, turns: Turns): Promise<Announced | null> {
    const { turn, isAhead } = announced;
    let handedOver = false;
    let next: Turn | null = null;
    this.#stage = 'asking';
    try {
      const refusal = await this.#ask(announced);
      if (refusal) {
        this.#needsReset = true;
        turn.settle({ accepted: false, failure: refusal, handedOver });
        return null;
      }
      if (!(await this.#dialogue.during(turn.mayLeave()))) {
        // Once the server waits for the content there is no way back: an empty mail is a mail.
        this.#dialogue.end();
        turn.settle('not_attempted');
        return null;
      }
      this.#stage = 'content';
      const begun = performance.now();
      const rest = await this.#sayAllButTheEnd(doubleDots(turn.content));
      if (rest) {
        next = this.#looksAhead() ? turns.take() : null;
        const group = next ? COMMANDS.map((command) => this.#line(command, next as Turn)).join('') : '';
        this.#dialogue.say(Buffer.concat([rest, Buffer.from(END + group)]), next ? COMMANDS.length : 0);
        handedOver = true;
      }
      const answer = await this.#dialogue.answer();
      // Refused in its middle, for its size say: the server would take what comes next for the rest of it.
      if (!handedOver) this.#dialogue.end();
      if (handedOver && isAcceptance(answer)) turn.settle({ accepted: true });
      else if (isRefusal(answer)) {
        this.#needsReset = true;
        turn.settle({ accepted: false, failure: failureOf('DATA', answer), handedOver });
      } else throw outOfStep(answer);
      const took = performance.now() - begun - this.#roundTrip;
      this.#isQuick = took < Math.max(QUICK, this.#roundTrip);
    } catch (error) {
      const failure = error as ConnectionLost;
      this.#dialogue.end(failure);
      const isLate = failure.code === 'ETIMEDOUT' && isAhead && this.#stage === 'asking';
      if (this.#pipelines() && (failure.code === OUT_OF_STEP || isLate)) this.#options.onLostPlace();
      turn.settle({ accepted: false, failure, handedOver });
      next?.settle({ accepted: false, failure: new ConnectionLost(), handedOver: false });
      return null;
    } finally {
      this.#stage = 'idle';
    }
    return next && { turn: next, isAhead: true };
  }

  /** Why the server does not want the mail; null: it waits for its content. */
  async #ask(announced: Announced): Promise<SmtpFailure | null> {
    const refusal = await this.#askOnce(announced);
    const isForTheOneBefore =
      announced.isAhead &&
      this.#needsReset &&
      refusal?.command === 'MAIL FROM' &&
      refusal.responseCode === 503;
    if (!isForTheOneBefore) return refusal;
    return this.#askOnce({ ...announced, isAhead: false });
  }

  async #askOnce({ turn, isAhead }: Announced): Promise<SmtpFailure | null> {
    const atOnce = isAhead || this.#pipelines();
    const commands: readonly Command[] = this.#needsReset && !isAhead ? ['RSET', ...COMMANDS] : COMMANDS;
    const begun = performance.now();
    if (atOnce && !isAhead)
      this.#dialogue.say(commands.map((command) => this.#line(command, turn)).join(''), commands.length);
    let refusal: SmtpFailure | null = null;
    try {
      for (const command of commands) {
        if (!atOnce) {
          if (refusal) break;
          this.#dialogue.say(this.#line(command, turn), 1);
        }
        const answer = await this.#dialogue.answer();
        if (command === commands[0] && !isAhead) this.#roundTrip = performance.now() - begun;
        if (isGood(command, answer)) {
          if (command === 'RSET' || command === 'MAIL FROM') this.#needsReset = false;
          // It waits for the content of a mail that it has refused.
          if (command === 'DATA' && refusal) this.#dialogue.end();
        } else if (!isRefusal(answer)) throw outOfStep(answer);
        else if (command === 'RSET') throw new ConnectionLost(`The session cannot be reset: ${answer.text}`);
        else refusal ??= failureOf(command, answer);
      }
    } catch (error) {
      if (!refusal) throw error;
      this.#dialogue.end(error as ConnectionLost);
    }
    return refusal;
  }

  #line(command: Command, { envelope: { from, to } }: Turn): string {
    if (command === 'RCPT TO') return `RCPT TO:<${to}>\r\n`;
    if (command !== 'MAIL FROM') return `${command}\r\n`;
    const isUtf8 = this.#options.smtpUtf8 && (needsSmtpUtf8(from) || needsSmtpUtf8(to));
    return `MAIL FROM:<${from}>${isUtf8 ? ' SMTPUTF8' : ''}\r\n`;
  }

  /** Returns what is left to say; null: the server has answered before it had all. */
  async #sayAllButTheEnd(content: Buffer): Promise<Buffer | null> {
    this.#dialogue.expect(1);
    let from = 0;
    for (; content.length - from > PIECE; from += PIECE) {
      this.#dialogue.say(content.subarray(from, from + PIECE), 0);
      await this.#dialogue.drained();
      if (this.#dialogue.hasAnswer) return null;
    }
    return content.subarray(from);
  }

  #pipelines(): boolean {
    return this.#options.pipelining && this.#options.mayPipeline();
  }

  #looksAhead(): boolean {
    return this.#pipelines() && this.#isQuick && !this.#isStopping;
  }
}

function isGood(command: Command, { code }: Answer): boolean {
  return String(code)[0] === GOOD[command];
}

function isRefusal({ code }: Answer): boolean {
  return code !== null && code >= 400;
}

/** 250, and what RFC 5321 (4.2.1) has us take for the same: another positive answer about mail. */
function isAcceptance({ code }: Answer): boolean {
  return code !== null && code >= 250 && code < 260;
}

function failureOf(command: Command, { code, text }: Answer): SmtpFailure {
  return { code: 'EENVELOPE', command, response: text, responseCode: code ?? undefined, message: text };
}
