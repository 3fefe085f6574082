import type { Language } from '../../src/domain/locale.ts';
import { isLoopback } from '../../src/domain/loopback.ts';
import { pictureHash } from '../../src/domain/picture.ts';
import { shorten, singleLine } from '../../src/lib/clean-text.ts';
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
  /** See `EventContent`; false when left out. */
  readonly startsSoon?: boolean;
}

/** What mails to the team call the place that they lead to. */
const SITE_NAME = 'access-mail';

/** In characters: what stands in one line beside a mark, and two lines of text. */
const LONGEST_SENDER = 60;
const LONGEST_SUMMARY = 140;
const WIDE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;

/** The content of the site's own mails in one language. */
export function siteContent({ language, postalAddress }: SiteContentInput): SiteContent {
  return {
    copy: COPY[language],
    language,
    palette: paletteFor(null),
    logoUrl: null,
    name: SITE_NAME,
    sender: SITE_NAME,
    postalAddress: singleLine(postalAddress),
  };
}

/** The content of an event's mails in one language, its words made safe to print. */
export function eventContent({
  language,
  event,
  postalAddress,
  startsSoon = false,
}: ContentInput): EventContent {
  const title = singleLine(event.title);
  const hostName = singleLine(event.hostName ?? '') || null;
  return {
    ...siteContent({ language, postalAddress }),
    palette: paletteFor(event.color),
    logoUrl: picture(event.logoUrl),
    coverUrl: picture(event.coverUrl),
    hostPictureUrl: picture(event.hostPictureUrl),
    name: title,
    sender: shorten(singleLine(event.fromName ?? '') || (hostName ?? ''), LONGEST_SENDER) || null,
    summary: summaryOf(event.description),
    event: { ...event, title, hostName },
    startsSoon,
    words: null,
  };
}

/** The first paragraph of a description, cut at a word; before a link, which a cut would break. */
function summaryOf(description: string): string | null {
  const paragraph = description.trim().split(/\n\s*\n|\r\n\s*\r\n/, 1)[0] ?? '';
  const [text = ''] = singleLine(paragraph).split(/\S*:\/\/|\bwww\./i, 1);
  // A letter of these is as wide as two.
  const isWide = WIDE.test(text);
  return shorten(text.trim(), isWide ? LONGEST_SUMMARY / 2 : LONGEST_SUMMARY) || null;
}

/** One that a mail may show; an uploaded one also on a site of this machine, whose inbox is here, too. */
function picture(url: string | null): string | null {
  const parsed = url ? URL.parse(url) : null;
  if (parsed?.protocol === 'https:') return url;
  const isHere = parsed?.protocol === 'http:' && isLoopback(parsed.hostname);
  return isHere && pictureHash(parsed.pathname) ? url : null;
}
