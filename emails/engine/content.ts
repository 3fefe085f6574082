import type { Language } from '../../src/domain/locale.ts';
import { singleLine } from '../../src/lib/clean-text.ts';
import { COPY } from '../copy/languages.ts';
import type { EventContent, MailEvent, SiteContent } from '../mail.ts';
import { paletteFor } from '../theme.ts';

export interface SiteContentInput {
  readonly language: Language;
  /** The sender's, for the footer; empty: none. */
  readonly postalAddress: string;
}

export interface ContentInput extends SiteContentInput {
  readonly event: MailEvent;
}

/** What mails to the team call the place that they lead to. */
const SITE_NAME = 'access-mail';

/** The content of the site's own mails in one language. */
export function siteContent({ language, postalAddress }: SiteContentInput): SiteContent {
  return {
    copy: COPY[language],
    language,
    palette: paletteFor(null),
    logoUrl: null,
    name: SITE_NAME,
    postalAddress: singleLine(postalAddress),
  };
}

/** The content of an event's mails in one language, its words made safe to print. */
export function eventContent({ language, event, postalAddress }: ContentInput): EventContent {
  const title = singleLine(event.title);
  return {
    ...siteContent({ language, postalAddress }),
    palette: paletteFor(event.color),
    logoUrl: picture(event.logoUrl),
    coverUrl: picture(event.coverUrl),
    hostPictureUrl: picture(event.hostPictureUrl),
    name: title,
    event: { ...event, title, hostName: singleLine(event.hostName ?? '') || null },
    words: null,
  };
}

function picture(url: string | null): string | null {
  return url && URL.parse(url)?.protocol === 'https:' ? url : null;
}
