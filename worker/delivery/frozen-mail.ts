import { type MergeSource, merge } from '../../emails/merge.ts';
import type { Frozen } from '../../src/db/delivery.ts';
import type { Kind } from '../../src/domain/message.ts';
import type { OutgoingMail } from '../transport/transport.ts';

/** What a mail is made of, and nothing else: the same gives the same bytes, whenever it is made. */
export interface FrozenMailParts extends Pick<Frozen, 'toAddress' | 'variables' | 'subject'> {
  readonly id: string;
  readonly eventId: string;
  readonly kind: Kind;
  readonly source: MergeSource & { readonly language: string; readonly replyTo: string | null };
}

/**
 * A mail whose body is written when its turn comes and dropped right after: hundreds wait for a connection at any
 * time, and bodies that wait outlive the garbage collector's cheap rounds.
 */
export class FrozenMail implements OutgoingMail {
  readonly messageId: string;
  readonly eventId: string;
  readonly kind: Kind;
  readonly language: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly #source: MergeSource;
  readonly #variables: Readonly<Record<string, string>>;
  #parts: ReturnType<typeof merge> | null = null;

  constructor({ id, eventId, kind, source, toAddress, variables, subject }: FrozenMailParts) {
    this.messageId = id;
    this.eventId = eventId;
    this.kind = kind;
    this.language = source.language;
    this.to = toAddress;
    this.replyTo = source.replyTo;
    this.subject = subject;
    this.#source = source;
    this.#variables = variables;
  }

  get stopLink(): string | null {
    return this.#variables.stopLink ?? null;
  }

  get hasCalendar(): boolean {
    return this.#source.calendar !== null;
  }

  get html(): string {
    return this.#merged().html;
  }

  get text(): string {
    return this.#merged().text;
  }

  get calendar(): OutgoingMail['calendar'] {
    const { calendar } = this.#merged();
    if (calendar === null) return null;
    return { content: calendar, method: /^METHOD:(\w+)/m.exec(calendar)?.[1] ?? 'PUBLISH' };
  }

  /** Merged once for whoever reads all the parts in one go. */
  #merged(): ReturnType<typeof merge> {
    if (!this.#parts)
      queueMicrotask(() => {
        this.#parts = null;
      });
    this.#parts ??= merge(this.#source, this.#variables);
    return this.#parts;
  }
}
