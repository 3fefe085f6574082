import { createHash } from 'node:crypto';
import type { Language } from '../src/domain/locale.ts';
import { type ContentInput, eventContent } from './content.ts';
import { mails } from './index.ts';
import type { Mail, MailKind } from './mail.ts';
import { placeholders } from './placeholders.ts';
import { type MailParts, renderMail } from './render.ts';

/** A mail rendered once for all its recipients. Each part is Handlebars source; `merge` fills in the rest. */
export interface CompiledTemplate extends MailParts {
  /** SHA-256 of all that follows, in hex: the same content has the same hash, for ever. */
  readonly hash: string;
  readonly kind: MailKind;
  readonly language: Language;
  /** Whom an answer goes to. */
  readonly replyTo: string | null;
}

export interface CompileInput extends ContentInput {
  readonly kind: MailKind;
}

/** Compiles the mail of one kind, language and event. Pure: no clock, environment or database. */
export async function compileTemplate({ kind, ...input }: CompileInput): Promise<CompiledTemplate> {
  const mail: Mail = mails[kind];
  const content = eventContent(input);
  const texts = strings([input.event, content.event, input.postalAddress]);
  const { values, toSource, usedIn } = placeholders(mail.variables, texts);
  const rendered = await renderMail(mail, { content, values });

  const printed = Object.values(rendered).filter((part) => part !== null);
  const used = new Set(printed.flatMap(usedIn));
  const unused = mail.variables.filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`The ${kind} mail declares but does not use: ${unused.join(', ')}`);
  for (const artefact of ARTEFACTS) {
    // An event may well be called "Null and undefined"; a mail of ours may not say so by itself.
    if (printed.some((part) => part.includes(artefact)) && !texts.some((text) => text.includes(artefact))) {
      throw new Error(`The ${kind} mail in ${input.language} says "${artefact}".`);
    }
  }

  const parts: MailParts = {
    subject: toSource(rendered.subject),
    html: toSource(rendered.html),
    text: toSource(rendered.text),
    calendar: rendered.calendar === null ? null : toSource(rendered.calendar),
  };
  const head = { kind, language: input.language, replyTo: input.event.replyTo };
  return { hash: hashOf(head, parts), ...head, ...parts };
}

/** What JavaScript prints where a value is missing. */
const ARTEFACTS = ['undefined', 'null', 'NaN', '[object'];

function hashOf(
  { kind, language, replyTo }: Pick<CompiledTemplate, 'kind' | 'language' | 'replyTo'>,
  { subject, html, text, calendar }: MailParts,
): string {
  const canonical = JSON.stringify([kind, language, replyTo, subject, html, text, calendar]);
  return createHash('sha256').update(canonical).digest('hex');
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}
