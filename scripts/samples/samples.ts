import { createHash } from 'node:crypto';
import { siteMails } from '../../emails/index.ts';
import type { MailKind, SiteMailName } from '../../emails/mail.ts';
import { LANGUAGES, type Language } from '../../src/domain/locale.ts';
import { SAMPLE_MAILS, type SampleMail, STATE_NAMES, type StateName, stateOf } from './states.ts';

/** One mail to be looked at. */
export interface Sample {
  /** `reminder.fr.no-name`: names its pictures, and its ids follow from it. */
  readonly key: string;
  readonly mail: SampleMail;
  readonly kind: MailKind;
  readonly language: Language;
  readonly state: StateName;
}

/** Every mail, and the kind of every page. */
export const MAIL = 'mail';
export const PAGE = 'page';

/** Null: all. */
export interface Selection {
  /** Kinds, names of mails and pages, `mail`, `page`. */
  readonly kinds: readonly string[] | null;
  readonly languages: readonly string[] | null;
  readonly states: readonly string[] | null;
}

export const EVERYTHING: Selection = { kinds: null, languages: null, states: null };

/** By mail, then by state and language. */
export function selectSamples(selection: Selection): Sample[] {
  return SAMPLE_MAILS.flatMap((mail) =>
    STATE_NAMES.flatMap((state) =>
      LANGUAGES.filter((language) =>
        stateOf(state).fits.some(
          ({ mails, languages }) => mails.includes(mail) && languages.includes(language),
        ),
      ).map((language) => ({
        ...{ mail, state, language, key: `${mail}.${language}.${state}` },
        kind: isTeamMail(mail) ? siteMails[mail].kind : mail,
      })),
    ),
  ).filter(({ mail: name, ...sample }) => isSelected(selection, { name, ...sample }));
}

export function isSelected(
  { kinds, languages, states }: Selection,
  { name, kind, language, state }: Readonly<Record<'name' | 'kind' | 'language' | 'state', string>>,
): boolean {
  return (
    (!kinds || [name, kind, kind === PAGE ? PAGE : MAIL].some((word) => kinds.includes(word))) &&
    (!languages || languages.includes(language)) &&
    (!states || states.includes(state))
  );
}

export function isTeamMail(mail: SampleMail): mail is SiteMailName {
  return Object.hasOwn(siteMails, mail);
}

/** Always the same for the same words, so that two runs make the same mails (version 8: RFC 9562, 5.8). */
export function idOf(...words: readonly string[]): string {
  const hex = createHash('sha256').update(words.join(' ')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
