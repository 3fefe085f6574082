import { createHash } from 'node:crypto';
import { CUSTOM_TEXT_FIELDS, type CustomText } from '../../src/domain/custom-text.ts';
import type { Language } from '../../src/domain/locale.ts';
import { isSiteMailKind, mails, siteMails } from '../index.ts';
import type { CustomTextPart, EventMailKind, Mail, MailKind, SiteContent, SiteMailName } from '../mail.ts';
import { ownExpressions, type WordExpression, writeCustomText } from '../overrides/custom-text-values.ts';
import { type ContentInput, eventContent, type SiteContentInput, siteContent } from './content.ts';
import { DATA_BLOCK } from './data-block.ts';
import { inJson } from './merge.ts';
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

/** A mail to the team is the same for all events; one that is named beside it leaves no trace in it. */
export type CompileInput =
  | (ContentInput & {
      readonly kind: EventMailKind;
      readonly site?: undefined;
      readonly words?: CustomText | null | undefined;
    })
  | (SiteContentInput & { readonly site: SiteMailName });

/** Compiles one mail in one language, of one event or for the site. Pure: no clock, environment or database. */
export async function compileTemplate(input: CompileInput): Promise<CompiledTemplate> {
  const { language, postalAddress } = input;
  if (input.site !== undefined) {
    const mail = siteMails[input.site];
    const content = siteContent({ language, postalAddress });
    const texts = [content.name, postalAddress];
    return compile({ kind: mail.kind, language, replyTo: null }, mail, { content, texts });
  }
  const { kind, event, startsSoon = false } = input;
  // Kinds come out of a database, too.
  if (isSiteMailKind(kind)) throw new Error(`A ${kind} mail goes to the team: it is compiled by its name.`);
  const content = eventContent({ language, event, postalAddress, startsSoon });
  const head = { kind, language, replyTo: event.replyTo };
  const words = input.words && CUSTOM_TEXT_FIELDS.some((field) => input.words?.[field]) ? input.words : null;
  const { sender, summary } = content;
  const texts = strings([event, content.event, sender, summary, postalAddress, words]);
  return compile(head, mails[kind], {
    content,
    texts,
    own: words && {
      expressions: ownExpressions(kind, words),
      write: (written) => writeCustomText(kind, words, written),
    },
  });
}

type Head = Pick<CompiledTemplate, 'kind' | 'language' | 'replyTo'>;

interface Material<Content> {
  readonly content: Content;
  /** All that others wrote of what the mail may print. */
  readonly texts: readonly string[];
  /** What the team says in place of our words. */
  readonly own?: {
    readonly expressions: readonly WordExpression[];
    readonly write: (written: Readonly<Record<WordExpression, string>>) => CustomTextPart;
  } | null;
}

async function compile<Name extends string, Content extends SiteContent>(
  head: Head,
  mail: Mail<Name, Content>,
  { content, texts, own = null }: Material<Content>,
): Promise<CompiledTemplate> {
  const { kind, language } = head;
  const expressions = [...new Set([...mail.variables, ...(own?.expressions ?? [])])];
  const { values, toSource, usedIn } = placeholders<Name | WordExpression>(expressions, texts);
  const words = own?.write(values);
  const ours = await renderMail(mail, { content: words ? { ...content, words } : content, values });
  const rendered = { ...ours, subject: words?.subject || ours.subject };

  const printed = Object.values(rendered).filter((part) => part !== null);
  const used = new Set(printed.flatMap(usedIn));
  // CustomText of the team's own may stand in place of all that said a value.
  const unused = own
    ? []
    : mail.variables.filter((name) => !used.has(name) && !mail.sometimes?.includes(name));
  if (unused.length > 0) throw new Error(`The ${kind} mail declares but does not use: ${unused.join(', ')}`);
  for (const [artefact, printedAs] of Object.entries(ARTEFACTS)) {
    // An event may well be called "Null and undefined"; a mail of ours may not say so by itself.
    if (printed.some((part) => printedAs.test(part)) && !texts.some((text) => text.includes(artefact))) {
      throw new Error(`The ${kind} mail in ${language} says "${artefact}".`);
    }
  }

  const parts: MailParts = {
    subject: toSource(rendered.subject),
    // A value is escaped for where it stands: split puts the block at an odd place.
    html: rendered.html
      .split(DATA_BLOCK)
      .map((piece, place) => (place % 2 ? toSource(piece, inJson) : toSource(piece)))
      .join(''),
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
