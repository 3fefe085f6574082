import { siteMails } from '../../emails/index.ts';
import type { EventMailKind, SiteMailName } from '../../emails/mail.ts';
import type { NewEvent } from '../../src/db/event.ts';
import type { CustomText } from '../../src/domain/custom-text.ts';
import type { ExportFailure } from '../../src/domain/export-failure.ts';
import {
  CUSTOMISABLE_KINDS,
  KINDS_WITH_ACCESS,
  kindRow,
  MAIL_KINDS,
  REGISTRANT_KINDS,
} from '../../src/domain/kinds.ts';
import { LANGUAGES, type Language } from '../../src/domain/locale.ts';
import { LONG_TITLES, type Scene } from './people.ts';
import { BLOCKED_URL, COVER_URL, HOST_PICTURE_URL, LOGO_URL } from './sheet/stand-ins.ts';

/** An event's mails are called like their kinds; those to the team may say different things in one kind. */
export type SampleMail = EventMailKind | SiteMailName;

/** What a mail may meet. */
export interface State {
  /** What it makes of each mail, in which languages. */
  readonly fits: readonly {
    readonly mails: readonly SampleMail[];
    readonly languages: readonly Language[];
  }[];
  /** Of the event. */
  readonly event?: (scene: Scene, language: Language) => Partial<NewEvent>;
  /** Of the registrant. */
  readonly person?: (language: Language) => {
    readonly firstName?: string;
    readonly lastName?: string;
    readonly timeZone?: string;
    readonly accessKey?: string;
  };
  /** Of a reminder. */
  readonly minutesBefore?: number;
  /** The mail leaves on the day of the event. */
  readonly isToday?: true;
  readonly words?: (mail: EventMailKind, language: Language) => CustomText;
  readonly failure?: ExportFailure;
  /** Its words are as long as they may be: the HTML may be larger than it otherwise should. */
  readonly isLong?: true;
}

const EVENT_MAILS = REGISTRANT_KINDS;
const FOLLOW_UPS = EVENT_MAILS.filter((mail) => MAIL_KINDS[mail].sample.event === 'recorded');
/** What leaves at a time of its event leaves then, and at no other. */
const TIMED_MAILS = ['before_start', 'after_start', 'after_end'];
const TEAM_MAILS = Object.keys(siteMails) as readonly SiteMailName[];
const EXPORT_MAILS = TEAM_MAILS.filter((mail) => siteMails[mail].kind === 'registrants_export');
export const SAMPLE_MAILS: readonly SampleMail[] = [...EVENT_MAILS, ...TEAM_MAILS];

/** One mail in each direction and of each length of letters. */
const inOtherLetters = (mail: SampleMail) => ({ mails: [mail], languages: ['de', 'ja', 'ar'] }) as const;
/** Where pictures are: one that brings a calendar, one with the button on top, one without a button. */
const OTHER_LETTERS = [
  inOtherLetters('confirmation'),
  inOtherLetters('reminder'),
  inOtherLetters('event_cancelled'),
];

/** Every mail stands in every language in `plain`; in the others where they make a difference to it. */
export const STATES = {
  plain: { fits: [{ mails: SAMPLE_MAILS, languages: LANGUAGES }] },
  '24-hours': { fits: [{ mails: ['reminder'], languages: LANGUAGES }], minutesBefore: 1440 },
  // Beside the follow-ups of `plain`, which lead to a recording.
  'no-replay': {
    fits: [{ mails: FOLLOW_UPS, languages: LANGUAGES }],
    event: () => ({ replayUrl: null }),
  },
  '10-minutes': { fits: [{ mails: ['reminder'], languages: LANGUAGES }], minutesBefore: 10 },
  'no-name': {
    fits: [{ mails: EVENT_MAILS, languages: ['en', 'fr'] }],
    person: () => ({ firstName: '', lastName: '' }),
  },
  long: {
    fits: [{ mails: [...EVENT_MAILS, ...EXPORT_MAILS], languages: ['en', 'de'] }],
    isLong: true,
    event: (_, language) => ({ title: long(language), slug: longSlug(language), hostName: long(language) }),
    person: (language) => ({ firstName: long(language), lastName: long(language) }),
  },
  today: {
    fits: [
      {
        mails: EVENT_MAILS.filter((mail) => !TIMED_MAILS.includes(MAIL_KINDS[mail].sample.leaves)),
        languages: ['en'],
      },
    ],
    isToday: true,
  },
  'other-zone': {
    // Where it is still morning, and where it is the next day.
    fits: [{ mails: EVENT_MAILS, languages: ['en', 'ja'] }],
    person: (language) => ({ timeZone: language === 'ja' ? 'America/New_York' : 'Pacific/Auckland' }),
  },
  'right-to-left': {
    // Each way round: Hebrew and Arabic names among Latin letters, and Latin ones among Arabic letters.
    fits: [{ mails: EVENT_MAILS, languages: ['en', 'ar'] }],
    event: (_, language) =>
      language === 'ar'
        ? { title: 'Designing calm software (2027)', hostName: 'Maya Lindqvist' }
        : { title: 'תוכנה רגועה: 3 שיעורים', hostName: 'ليلى حداد' },
    person: (language) => (language === 'ar' ? { firstName: 'Ada' } : { firstName: 'مريم' }),
  },
  'dark-colour': {
    fits: [
      { mails: EVENT_MAILS, languages: ['en'] },
      { mails: ['confirmation'], languages: ['ar'] },
    ],
    event: () => ({ color: '#10243f', logoUrl: LOGO_URL }),
  },
  'pale-colour': {
    fits: [
      { mails: EVENT_MAILS, languages: ['en'] },
      { mails: ['confirmation'], languages: ['ar'] },
    ],
    event: () => ({ color: '#ffe14d', logoUrl: LOGO_URL }),
  },
  logo: {
    fits: [{ mails: EVENT_MAILS, languages: ['en'] }],
    event: () => ({ logoUrl: LOGO_URL }),
  },
  cover: {
    fits: [{ mails: EVENT_MAILS, languages: ['en'] }],
    event: () => ({ coverUrl: COVER_URL }),
  },
  'host-picture': {
    fits: [{ mails: EVENT_MAILS, languages: ['en'] }],
    event: () => ({ hostPictureUrl: HOST_PICTURE_URL }),
  },
  'all-pictures': {
    fits: [{ mails: EVENT_MAILS, languages: ['en'] }, ...OTHER_LETTERS],
    event: () => ({
      ...{ logoUrl: LOGO_URL, coverUrl: COVER_URL, hostPictureUrl: HOST_PICTURE_URL },
      color: '#7a2e8f',
    }),
  },
  // As mail programs show it that ask first.
  'pictures-blocked': {
    fits: [{ mails: EVENT_MAILS, languages: ['en'] }],
    event: () => ({ logoUrl: BLOCKED_URL, coverUrl: BLOCKED_URL, hostPictureUrl: BLOCKED_URL }),
  },
  'long-title': {
    fits: [{ mails: EVENT_MAILS, languages: ['en', 'de', 'ja', 'ar'] }],
    event: (_, language) => ({ title: LONG_TITLES[language] }),
  },
  'own-sender': {
    fits: [{ mails: EVENT_MAILS, languages: ['en'] }],
    event: () => ({ fromName: 'Maya at Studio' }),
  },
  'own-words': { fits: [{ mails: CUSTOMISABLE_KINDS, languages: ['en', 'fr'] }], words: customText },
  bare: {
    fits: [{ mails: EVENT_MAILS, languages: ['en'] }],
    event: () => ({ hostName: null, replyTo: null, description: '' }),
  },
  'four-digits': {
    fits: [
      { mails: KINDS_WITH_ACCESS, languages: ['en'] },
      inOtherLetters('confirmation'),
      inOtherLetters('reminder'),
      inOtherLetters('access_link'),
    ],
    event: () => ({ keyStyle: 'digits' }),
    person: () => ({ accessKey: '4071' }),
  },
  'not-allowed': { fits: [{ mails: ['export_failed'], languages: LANGUAGES }], failure: 'not_allowed' },
  'too-many-columns': {
    fits: [{ mails: ['export_failed'], languages: LANGUAGES }],
    failure: 'too_many_columns',
  },
  internal: { fits: [{ mails: ['export_failed'], languages: LANGUAGES }], failure: 'internal' },
} as const satisfies Record<string, State>;

export type StateName = keyof typeof STATES;
export const STATE_NAMES = Object.keys(STATES) as StateName[];

export function stateOf(name: StateName): State {
  return STATES[name];
}

/** 200 characters: of words, and in German of one word. */
function long(language: Language): string {
  const piece =
    language === 'de'
      ? 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
      : 'How to design software that stays calm, asks for little, and waits until somebody needs it: ';
  return piece.repeat(3).slice(0, 200);
}

function longSlug(language: Language): string {
  return `${'how-to-design-software-that-stays-calm-'.repeat(2)}${language}`;
}

function customText(mail: EventMailKind, language: Language): CustomText {
  const { opensRegistration = false } = kindRow(mail);
  const isOver = MAIL_KINDS[mail].sample.event === 'cancelled';
  if (FOLLOW_UPS.includes(mail))
    return language === 'fr'
      ? {
          subject: 'Merci encore : {{eventTitle}}',
          introduction: 'Chère {{firstName}},\n\nmerci de votre intérêt. Écrivez-nous à {{replyTo}}.',
          signature: 'À très vite,\nHélène et toute l’équipe',
        }
      : {
          subject: 'After {{eventTitle}}',
          introduction:
            'Dear {{#if firstName}}{{firstName}}{{else}}friend{{/if}},\n\nthis was {{eventTitle}} on {{date}}. Watch it again: {{accessLink}}',
          signature: 'See you soon,\nMaya and the whole team',
        };
  if (language === 'fr')
    return {
      subject: isOver ? 'Partie remise : {{eventTitle}}' : 'Un mot de {{hostName}} : {{eventTitle}}',
      introduction: isOver
        ? 'Chère {{firstName}},\n\nnous avons dû renoncer à {{eventTitle}}, prévu le {{date}}. Nous en sommes désolés.'
        : 'Chère {{firstName}},\n\nrendez-vous le {{date}}, {{time}} ({{zone}}).\nPréparez une question, nous y répondrons.',
      signature: 'À très vite,\nHélène et toute l’équipe',
    };
  return {
    subject: isOver ? 'Another time: {{eventTitle}}' : 'A word from {{hostName}}: {{eventTitle}}',
    introduction: isOver
      ? 'Dear {{#if firstName}}{{firstName}}{{else}}friend{{/if}},\n\nwe had to let {{eventTitle}} go, and we are sorry. You will be the first to know when it comes back.'
      : 'Dear {{#if firstName}}{{firstName}}{{else}}friend{{/if}},\n\nwe look forward to {{date}}, {{time}} ({{zone}}).\nBring a question.' +
        // Theirs leads elsewhere.
        (opensRegistration ? '' : ' Your way in: {{accessLink}}'),
    signature: 'See you soon,\nMaya and the whole team',
  };
}
