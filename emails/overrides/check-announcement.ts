import {
  type AnnouncementText,
  type AnnouncementTexts,
  LONGEST_ANNOUNCEMENT,
  LONGEST_ANNOUNCEMENT_SUBJECT,
} from '../../src/domain/announcement.ts';
import type { FieldError } from '../../src/domain/errors.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { asError, checkText, MOST_BYTES } from './check-custom-text.ts';

/**
 * What keeps an announcement from being sent, with the place of each: `texts.fr.text`, line and column. Nothing that this lets
 * through can fail to be sent, or lead anywhere but to our own pages and to links that were typed in full. Takes any text.
 */
export function checkAnnouncement({ other, byLanguage }: AnnouncementTexts): FieldError[] {
  return [
    ...(other ? check(other, '') : []),
    ...LANGUAGES.flatMap((language) => {
      const text = byLanguage[language];
      return text ? check(text, `texts.${language}.`) : [];
    }),
  ];
}

function check({ subject, text }: AnnouncementText, before: string): FieldError[] {
  const paths = { subject: `${before}subject`, text: `${before}text` };
  const ofSubject = subject.trim()
    ? checkText('announcement', subject, { isSubject: true, longest: LONGEST_ANNOUNCEMENT_SUBJECT })
    : null;
  const ofText = text.trim()
    ? checkText('announcement', text, { isSubject: false, longest: LONGEST_ANNOUNCEMENT })
    : null;
  const isMissing = (path: string) => ({ path, message: 'is missing' });
  const errors = [
    ...(ofSubject?.mistakes.map((mistake) => asError(paths.subject, mistake)) ?? [isMissing(paths.subject)]),
    ...(ofText?.mistakes.map((mistake) => asError(paths.text, mistake)) ?? [isMissing(paths.text)]),
  ];
  const bytes = ofText?.bytes ?? 0;
  if (errors.length > 0 || bytes <= MOST_BYTES) return errors;
  const over = Math.ceil((1 - MOST_BYTES / bytes) * 100);
  return [
    {
      path: paths.text,
      message: `It would make a mail so large that mail programs cut it off: shorten it by ${over} %, or use fewer variables and links.`,
    },
  ];
}
