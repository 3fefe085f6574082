import type { AnnouncementText, AnnouncementTexts } from '../../domain/announcement.ts';
import { LANGUAGES } from '../../domain/locale.ts';
import { languageName } from '../parts/language-options.ts';

/** What an announcement says, as it was typed; by language where there are several texts. */
export function WrittenTexts({ texts: { other, byLanguage } }: { readonly texts: AnnouncementTexts }) {
  const written = [
    ...(other ? [{ name: 'All other languages', text: other }] : []),
    ...LANGUAGES.flatMap((language) => {
      const text = byLanguage[language];
      return text ? [{ name: languageName(language), text }] : [];
    }),
  ];
  const [first, ...rest] = written;
  if (!first) return null;
  return (
    <>
      {rest.length > 0 ? <p className="quiet">{first.name}</p> : null}
      <Written {...first.text} />
      {rest.map(({ name, text }) => (
        <details key={name} className="announcement-language">
          <summary>{name}</summary>
          <Written {...text} />
        </details>
      ))}
    </>
  );
}

function Written({ subject, text }: AnnouncementText) {
  return (
    <div className="announcement-text" dir="auto">
      <p className="announcement-text__subject">{subject}</p>
      <p>{text}</p>
    </div>
  );
}
