import { isWireHtml, type MergeSource, merge } from '../../emails/engine/merge.ts';
import type { Mailbox } from '../../src/config.ts';
import type { Frozen } from '../../src/db/delivery.ts';
import type { DkimSigner } from '../../src/domain/dkim.ts';
import type { Kind } from '../../src/domain/kinds.ts';
import type { Attachment } from '../../src/providers/attachment.ts';
import type { OutgoingMail } from '../../src/providers/provider.ts';

/** What a mail is made of, and nothing else: the same gives the same bytes, whenever it is made. */
export interface FrozenMailParts extends Pick<Frozen, 'toAddress' | 'variables' | 'subject' | 'sender'> {
  readonly id: string;
  readonly eventId: string | null;
  readonly kind: Kind;
  /** The site's own address, for a sender that has none. */
  readonly siteAddress: string;
  readonly dkim?: DkimSigner | null;
  readonly source: MergeSource & { readonly language: string; readonly replyTo: string | null };
  /** What goes with it beside its calendar file. */
  readonly files?: readonly Attachment[];
}

const NO_FILES: readonly Attachment[] = [];

/**
 * A mail whose body is written when its turn comes and dropped right after: hundreds wait for a connection at any
 * time, and bodies that wait outlive the garbage collector's cheap rounds.
 */
export class FrozenMail implements OutgoingMail {
  readonly messageId: string;
  readonly eventId: string | null;
  readonly kind: Kind;
  readonly language: string;
  readonly to: string;
  readonly from: Mailbox | null;
  readonly dkim: DkimSigner | null;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly #source: MergeSource;
  readonly #variables: Readonly<Record<string, string>>;
  readonly #files: readonly Attachment[];
  #parts: ReturnType<typeof merge> | null = null;

  constructor(parts: FrozenMailParts) {
    const { id, eventId, kind, source, toAddress, variables, subject, sender, files = NO_FILES } = parts;
    this.messageId = id;
    this.eventId = eventId;
    this.kind = kind;
    this.language = source.language;
    this.to = toAddress;
    this.from = sender && { name: sender.name, address: sender.address ?? parts.siteAddress };
    this.dkim = parts.dkim ?? null;
    this.replyTo = source.replyTo ?? sender?.replyTo ?? null;
    this.subject = subject;
    this.#source = source;
    this.#variables = variables;
    this.#files = files;
  }

  get unsubscribeLink(): string | null {
    return this.#variables.unsubscribeLink ?? null;
  }

  get hasAttachments(): boolean {
    return this.#source.calendar !== null || this.#files.length > 0;
  }

  get html(): string {
    return this.#merged().html;
  }

  get isWireHtml(): boolean {
    return isWireHtml(this.#source);
  }

  get text(): string {
    return this.#merged().text;
  }

  get attachments(): readonly Attachment[] {
    if (this.#source.calendar === null) return this.#files;
    const { calendar } = this.#merged();
    return calendar === null ? this.#files : [calendarFile(calendar), ...this.#files];
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

function calendarFile(content: string): Attachment {
  const method = /^METHOD:([A-Za-z]+)/m.exec(content)?.[1] ?? 'PUBLISH';
  return { filename: 'event.ics', contentType: `text/calendar; charset=utf-8; method=${method}`, content };
}
