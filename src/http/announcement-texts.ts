import { checkAnnouncement } from '../../emails/overrides/check-announcement.ts';
import { type AnnouncementTexts, announcementTextFor } from '../domain/announcement.ts';
import type { FieldError } from '../domain/errors.ts';
import type { Event } from '../domain/event.ts';
import { LANGUAGES, languageFor } from '../domain/locale.ts';

/** What keeps the texts from being sent to everybody, with the place of each. */
export function checkTexts(event: Pick<Event, 'locale'>, texts: AnnouncementTexts): FieldError[] {
  const errors = checkAnnouncement(texts);
  const own = languageFor(event.locale);
  const isMissing = LANGUAGES.some((language) => !announcementTextFor(texts, language, own));
  if (errors.length > 0 || !isMissing) return errors;
  if (Object.keys(texts.byLanguage).length === 0)
    return ['subject', 'text'].map((path) => ({ path, message: 'is missing' }));
  const message = `has none for all other languages: add one in the event’s language (${own}), or \`subject\` and \`text\``;
  return [{ path: 'texts', message }];
}
