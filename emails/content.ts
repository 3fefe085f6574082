import type { Language } from '../src/domain/locale.ts';
import { singleLine } from './clean.ts';
import { COPY } from './copy/languages.ts';
import type { EventContent, MailEvent } from './mail.ts';
import { paletteFor } from './theme.ts';

export interface ContentInput {
  readonly language: Language;
  readonly event: MailEvent;
  /** The sender's, for the footer; empty: none. */
  readonly postalAddress: string;
}

/** The content of an event's mails in one language, its words made safe to print. */
export function eventContent({ language, event, postalAddress }: ContentInput): EventContent {
  const title = singleLine(event.title);
  return {
    copy: COPY[language],
    language,
    palette: paletteFor(event.color),
    logoUrl: event.logoUrl && URL.parse(event.logoUrl)?.protocol === 'https:' ? event.logoUrl : null,
    name: title,
    postalAddress: singleLine(postalAddress),
    event: { ...event, title, hostName: singleLine(event.hostName ?? '') || null },
  };
}
