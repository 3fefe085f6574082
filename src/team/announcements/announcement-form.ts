import type { Context } from 'hono';
import type { Announcement } from '../../db/announcement.ts';
import type { AnnouncementText, AnnouncementTexts, KeptFilter } from '../../domain/announcement.ts';
import { LANGUAGES, type Language } from '../../domain/locale.ts';
import { FILTER_PARTS, partLabel, type RegistrantFilter } from '../../domain/registrant-filter.ts';
import { readForm } from '../../http/forms.ts';
import { peoplePath } from '../bulk/people-path.ts';
import { filterOfSelected, readSelection, type Selected } from '../bulk/selection-query.ts';
import { people } from '../parts/counted.ts';
import { languageName } from '../parts/language-options.ts';
import { type FieldLabels, filterWords } from '../people/filter-words.ts';

/** Names of fields, which are the paths of mistakes in them, too: `subject`, `texts.fr.text`. */
export type TextFieldName = `${'' | `texts.${Language}.`}${'subject' | 'text'}`;

export function textFieldName(language: Language | null, part: keyof AnnouncementText): TextFieldName {
  return language === null ? part : `texts.${language}.${part}`;
}

const TEXT_FIELDS: readonly TextFieldName[] = [null, ...LANGUAGES].flatMap((language) => [
  textFieldName(language, 'subject'),
  textFieldName(language, 'text'),
]);

/** `Subject`, `Text in French` */
export function textFieldLabel(path: string): string {
  const [, language, part] = /^(?:texts\.(\w+)\.)?(subject|text)$/.exec(path) ?? [];
  if (!part) return path === 'texts' ? 'Text' : path;
  const name = part === 'subject' ? 'Subject' : 'Text';
  return language ? `${name} in ${languageName(language)}` : name;
}

/** The texts as they stand in the form. */
export type TypedTexts = Readonly<Partial<Record<TextFieldName, string>>>;

/** A form with an announcement, as the pages before it is sent carry it. */
export interface AnnouncementForm {
  readonly typed: TypedTexts;
  readonly texts: AnnouncementTexts;
  /** Whom it goes to, as the address of a page about a selection says it; empty: everybody. */
  readonly to: string;
  /** As whom the preview is shown: `person:<id>` or `language:fr`. */
  readonly as: string;
  /** All fields: those that only one page has are read there. */
  readonly fields: Readonly<Record<string, string>>;
}

export async function readAnnouncementForm(c: Context): Promise<AnnouncementForm> {
  const fields = await readForm(c);
  const typed = Object.fromEntries(
    TEXT_FIELDS.flatMap((name) => {
      const text = fields[name]?.replaceAll('\r\n', '\n') ?? '';
      return text.trim() ? [[name, text]] : [];
    }),
  );
  return { typed, texts: textsOf(typed), to: fields.to ?? '', as: fields.as ?? '', fields };
}

/** Where nothing at all is written, the text that is missing is the one for everybody. */
function textsOf(typed: TypedTexts): AnnouncementTexts {
  const read = (language: Language | null): AnnouncementText | null => {
    const [subject, text] = [
      typed[textFieldName(language, 'subject')],
      typed[textFieldName(language, 'text')],
    ];
    return subject === undefined && text === undefined ? null : { subject: subject ?? '', text: text ?? '' };
  };
  const byLanguage = Object.fromEntries(
    LANGUAGES.flatMap((language) => {
      const text = read(language);
      return text ? [[language, text]] : [];
    }),
  );
  const other = read(null);
  const isEmpty = other === null && Object.keys(byLanguage).length === 0;
  return { other: isEmpty ? { subject: '', text: '' } : other, byLanguage };
}

/** The form of an announcement that was sent: to write another one like it. */
export function typedOf({ texts: { other, byLanguage } }: Pick<Announcement, 'texts'>): TypedTexts {
  return Object.fromEntries(
    ([null, ...LANGUAGES] as const).flatMap((language) => {
      const text = language === null ? other : byLanguage[language];
      return text
        ? [
            [textFieldName(language, 'subject'), text.subject],
            [textFieldName(language, 'text'), text.text],
          ]
        : [];
    }),
  );
}

/** Whom the selection means. Throws `malformed` where no page of ours links to it. */
export function filterOf(to: string): RegistrantFilter {
  // Nobody, where nobody was picked: no filter would be everybody.
  return to === '' ? {} : (filterOfSelected(selectedIn(to)) ?? { registrantIds: [] });
}

/** The same in words: "Everybody who is registered", "Bounced · Joined: no". */
export function recipientWords(to: string, timeZone: string, labels: FieldLabels | undefined): string {
  if (to === '') return EVERYBODY;
  const { picked, filter } = selectedIn(to);
  if (picked !== null) return `${people(picked.length)} selected by you`;
  return chips(filter, timeZone, labels) || EVERYBODY;
}

/** The People page with the selection, where another one is made. */
export function recipientsHref(eventId: string, to: string): string {
  return peoplePath(eventId, to === '' ? {} : selectedIn(to).filter);
}

/** The same of an announcement that was sent, as far as it is kept. */
export function keptRecipientWords(
  filter: KeptFilter | null,
  timeZone: string,
  labels: FieldLabels | undefined,
): string {
  if (filter === null) return EVERYBODY;
  const words = FILTER_PARTS.flatMap((part) => {
    const value = filter[part];
    if (value === undefined) return [];
    if (part === 'registrantIds') return [`${people(Number(value))} selected one by one`];
    if (part === 'q') return ['found by a search'];
    // What may have named somebody is not kept.
    return [value === null ? `chosen by ${partLabel(part)}` : chips({ [part]: value }, timeZone, labels)];
  });
  return words.join(' · ');
}

const EVERYBODY = 'Everybody who is registered';

function selectedIn(to: string): Selected {
  return readSelection(new URLSearchParams(to));
}

function chips(filter: RegistrantFilter, timeZone: string, labels: FieldLabels | undefined): string {
  return filterWords(filter, timeZone, labels)
    .map(({ chip }) => chip)
    .join(' · ');
}
