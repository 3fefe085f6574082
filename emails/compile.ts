import { createHash } from 'node:crypto';
import type { Language } from '../src/domain/locale.ts';
import { type ContentInput, eventContent, type SiteContentInput, siteContent } from './content.ts';
import { isSiteMailKind, mails, siteMails } from './index.ts';
import type { Mail, MailKind, SiteContent, SiteMailKind } from './mail.ts';
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

/** A mail to the team is about no event; one that is named beside it leaves no trace in it. */
export type CompileInput =
  | (ContentInput & { readonly kind: MailKind })
  | (SiteContentInput & { readonly kind: SiteMailKind; readonly event?: undefined });

/** Compiles the mail of one kind and language, and of one event or none. Pure: no clock, environment or database. */
export async function compileTemplate(input: CompileInput): Promise<CompiledTemplate> {
  const { kind, language, event, postalAddress } = input;
  if (isSiteMailKind(kind)) {
    const content = siteContent({ language, postalAddress });
    const texts = [content.name, postalAddress];
    return compile({ kind, language, replyTo: null }, siteMails[kind], content, texts);
  }
  if (!event) throw new Error(`A ${kind} mail is about an event, and none was given.`);
  const content = eventContent({ language, event, postalAddress });
  const texts = strings([event, content.event, postalAddress]);
  return compile({ kind, language, replyTo: event.replyTo }, mails[kind], content, texts);
}

type Head = Pick<CompiledTemplate, 'kind' | 'language' | 'replyTo'>;

/** `texts`: all that others wrote of what the mail may print. */
async function compile<Name extends string, Content extends SiteContent>(
  head: Head,
  mail: Mail<Name, Content>,
  content: Content,
  texts: readonly string[],
): Promise<CompiledTemplate> {
  const { kind, language } = head;
  const { values, toSource, usedIn } = placeholders(mail.variables, texts);
  const rendered = await renderMail(mail, { content, values });

  const printed = Object.values(rendered).filter((part) => part !== null);
  const used = new Set(printed.flatMap(usedIn));
  const unused = mail.variables.filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`The ${kind} mail declares but does not use: ${unused.join(', ')}`);
  for (const [artefact, printedAs] of Object.entries(ARTEFACTS)) {
    // An event may well be called "Null and undefined"; a mail of ours may not say so by itself.
    if (printed.some((part) => printedAs.test(part)) && !texts.some((text) => text.includes(artefact))) {
      throw new Error(`The ${kind} mail in ${language} says "${artefact}".`);
    }
  }

  const parts: MailParts = {
    subject: toSource(rendered.subject),
    html: toSource(rendered.html),
    text: toSource(rendered.text),
    calendar: rendered.calendar === null ? null : toSource(rendered.calendar),
  };
  return { hash: hashOf(head, parts), ...head, ...parts };
}

/** What JavaScript prints where a value is missing. Some languages have words that begin with "null". */
const ARTEFACTS = { undefined: /undefined/, null: /null(?!\p{L})/u, NaN: /NaN/, '[object': /\[object/ };

function hashOf({ kind, language, replyTo }: Head, { subject, html, text, calendar }: MailParts): string {
  const canonical = JSON.stringify([kind, language, replyTo, subject, html, text, calendar]);
  return createHash('sha256').update(canonical).digest('hex');
}

function strings(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(strings) : [];
}
