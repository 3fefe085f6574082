import type { Language } from '../../src/domain/locale.ts';
import { isLoopback } from '../../src/domain/loopback.ts';
import { pictureHash } from '../../src/domain/picture.ts';
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

/** One that a mail may show; an uploaded one also on a site of this machine, whose inbox is here, too. */
function picture(url: string | null): string | null {
  const parsed = url ? URL.parse(url) : null;
  if (parsed?.protocol === 'https:') return url;
  const isHere = parsed?.protocol === 'http:' && isLoopback(parsed.hostname);
  return isHere && pictureHash(parsed.pathname) ? url : null;
}
