import type { MailKind } from '../../emails/mail.ts';
import { type MergeSource, merge, mergeSubject } from '../../emails/merge.ts';
import { recipientVariables } from '../../emails/variables.ts';
import type { Asked, Due, Frozen, Recipient } from '../../src/db/delivery.ts';
import { calendarMethod } from '../../src/domain/calendar.ts';
import type { Event } from '../../src/domain/event.ts';
import { languageFor } from '../../src/domain/locale.ts';
import type { OutgoingMail } from '../transport/transport.ts';
import type { Templates } from './templates.ts';

/** A mail ready to leave, and what is frozen of it. */
export type Prepared = Asked & Frozen & { readonly due: Due; readonly mail: OutgoingMail };

/** Settles what a message says, or says again what an earlier attempt settled. */
export async function prepare(
  { templates, publicUrl }: { templates: Templates; publicUrl: string },
  due: Due,
  event: Event,
  registrant: Recipient,
): Promise<Prepared> {
  const kind = due.kind as MailKind;
  const source = due.frozen
    ? await templates.frozen(due.frozen.templateHash)
    : await templates.current(kind, languageFor(registrant.locale, event.locale), event);
  const variables = due.frozen?.variables ?? recipientVariables(kind, { event, registrant, publicUrl });
  const subject = mergeSubject(source, variables);
  const toAddress = due.frozen?.toAddress ?? registrant.email;
  return {
    id: due.id,
    jobId: due.jobId,
    due,
    toAddress,
    templateHash: source.hash,
    variables,
    subject,
    mail: new LateMail(source, variables, {
      messageId: due.id,
      kind,
      language: source.language,
      to: toAddress,
      replyTo: event.replyTo,
      subject,
      method: calendarMethod(event),
    }),
  };
}

type Head = Omit<OutgoingMail, 'html' | 'text' | 'calendar'> & { readonly method: string };

/**
 * A mail whose body is written when its turn comes and dropped right after: hundreds wait for a connection at any
 * time, and bodies that wait outlive the garbage collector's cheap rounds.
 */
class LateMail implements OutgoingMail {
  readonly messageId: string;
  readonly kind: MailKind;
  readonly language: string;
  readonly to: string;
  readonly replyTo: string | null;
  readonly subject: string;
  readonly #method: string;
  readonly #source: MergeSource;
  readonly #variables: Readonly<Record<string, string>>;
  #parts: ReturnType<typeof merge> | null = null;

  constructor(source: MergeSource, variables: Readonly<Record<string, string>>, head: Head) {
    this.messageId = head.messageId;
    this.kind = head.kind as MailKind;
    this.language = head.language;
    this.to = head.to;
    this.replyTo = head.replyTo;
    this.subject = head.subject;
    this.#method = head.method;
    this.#source = source;
    this.#variables = variables;
  }

  get html(): string {
    return this.#merged().html;
  }

  get text(): string {
    return this.#merged().text;
  }

  get calendar(): OutgoingMail['calendar'] {
    const { calendar } = this.#merged();
    return calendar === null ? null : { content: calendar, method: this.#method };
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
