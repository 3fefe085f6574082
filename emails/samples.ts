import type { AnnouncementText } from '../src/domain/announcement.ts';
import { MAIL_KINDS } from '../src/domain/kinds.ts';
import type { Language } from '../src/domain/locale.ts';
import { eventContent, siteContent } from './engine/content.ts';
import { type SiteValuesInput, type SiteVariableName, writeSiteValues } from './engine/site-values.ts';
import { type MailAbout, type MailRegistrant, type VariableName, writeValues } from './engine/values.ts';
import type { EventMailKind, MailEvent, MailProps, SiteMailName, SiteMailProps } from './mail.ts';

/** Invented, for the preview: nobody's address is shown to the preview's spam check. */
export const SAMPLE_EVENT: MailEvent = {
  slug: 'calm-software',
  title: 'Designing calm software',
  description: 'How to build tools that ask for less attention.\n\nBring your own screens.',
  startsAt: new Date('2027-01-15T17:00:00Z'),
  endsAt: new Date('2027-01-15T18:00:00Z'),
  timeZone: 'Europe/Paris',
  hostName: 'Maya Lindqvist',
  replyTo: 'host@studio.example',
  locale: 'en',
  keyStyle: 'hex',
  fromName: null,
  color: null,
  logoUrl: null,
  coverUrl: null,
  hostPictureUrl: null,
  cancelledAt: null,
  replayUrl: null,
  revision: 0,
  updatedAt: new Date('2026-12-01T09:00:00Z'),
};

export const SAMPLE_REGISTRANT: MailRegistrant = {
  id: '0192f3a4-5b6c-7d8e-9f00-112233445566',
  email: 'ada@example.com',
  firstName: 'Ada',
  lastName: 'Lovelace',
  locale: 'en',
  timeZone: 'America/New_York',
  accessKey: '00aa11bb22cc33dd44ee55',
};

/** What any kind may need to know beside the event. */
export const SAMPLE_ABOUT: MailAbout = {
  minutesBefore: 60,
  before: {
    startsAt: new Date('2027-01-14T08:30:00Z'),
    endsAt: new Date('2027-01-14T09:30:00Z'),
    timeZone: 'Europe/Paris',
  },
  unsubscribeLink: 'https://events.example/u/Zm9yLXRoZS1wcmV2aWV3LW9ubHk',
  registrationToken: 'Zm9yLXRoZS1wcmV2aWV3LW9ubHk',
};

/** What any mail to the team may need to know. */
export const SAMPLE_SITE_VALUES = {
  email: 'grace@studio.example',
  language: 'en',
  signInLink: 'https://events.example/team/sign-in/Zm9yLXRoZS1wcmV2aWV3LW9ubHk',
  signInCode: '204816',
  inviter: 'ada@studio.example',
  export: {
    eventTitle: SAMPLE_EVENT.title,
    rows: 48_211,
    fileName: 'calm-software-registrants.csv',
    downloadLink: 'https://events.example/x/Zm9yLXRoZS1wcmV2aWV3LW9ubHk',
    expiresAt: new Date('2027-01-16T17:00:00Z'),
    timeZone: SAMPLE_EVENT.timeZone,
    reason: 'too_many_rows',
  },
  retention: {
    eventTitle: SAMPLE_EVENT.title,
    people: 1_204,
    eraseAt: new Date('2027-04-15T18:00:00Z'),
    timeZone: SAMPLE_EVENT.timeZone,
    settingsLink: 'https://events.example/team/events/0192f3a4-5b6c-7d8e-9f00-112233445566/settings#data',
    exportsLink: 'https://events.example/team/events/0192f3a4-5b6c-7d8e-9f00-112233445566/exports',
  },
  alert: {
    severity: 'warning',
    title: `The mail server refuses the mails of “${SAMPLE_EVENT.title}”`,
    text: 'It says: “554 5.7.1 Message rejected as spam” Only these mails wait. One mail a minute tries again. No mail is lost.',
    raisedAt: '2027-01-15T16:04:00Z',
    path: '/team/events/0192f3a4-5b6c-7d8e-9f00-112233445566/mails',
    publicUrl: 'https://events.example',
  },
  sendDigest: {
    ...{ type: 'send', eventId: '0192f3a4-5b6c-7d8e-9f00-112233445566', eventTitle: SAMPLE_EVENT.title },
    ...{ kind: 'reminder', begunAt: '2027-01-15T16:00:00Z', timeZone: SAMPLE_EVENT.timeZone },
    ...{
      mails: 1_240,
      sent: 1_221,
      delivered: 1_198,
      bounced: 14,
      failed: 2,
      waiting: 3,
      unsent: 0,
      open: 12,
    },
    reportsDelivery: true,
    reasons: [
      { reason: 'the address does not exist', count: 12 },
      { reason: 'the domain does not exist', count: 2 },
      { reason: 'taken for spam', count: 2 },
    ],
    publicUrl: 'https://events.example',
  },
  eventDigest: {
    ...{ type: 'event', eventId: '0192f3a4-5b6c-7d8e-9f00-112233445566', eventTitle: SAMPLE_EVENT.title },
    ...{ registered: 1_204, delivered: 1_187, reportsDelivery: true, joined: 816, missed: 388, bounced: 11 },
    publicUrl: 'https://events.example',
  },
} as const satisfies SiteValuesInput;

/** What a team may announce: paragraphs, a list, a variable, a link. */
export const SAMPLE_ANNOUNCEMENTS: Readonly<Record<Language, AnnouncementText>> = {
  en: {
    subject: 'Before we start: {{eventTitle}}',
    text: `We have put together what helps before the session:
- the slides, to follow along
- a short reading list
- your questions, if you answer to this mail

All of it is here: https://studio.example/calm-software/before

We look forward to seeing you on {{date}}.`,
  },
  fr: {
    subject: 'Avant de commencer : {{eventTitle}}',
    text: `Nous avons réuni ce qui est utile avant la séance :
- les diapositives, pour suivre
- quelques lectures
- vos questions, si vous répondez à ce message

Tout est ici : https://studio.example/calm-software/avant

Au plaisir de vous retrouver {{date}}.`,
  },
  de: {
    subject: 'Bevor es losgeht: {{eventTitle}}',
    text: `Das hilft Ihnen vor der Veranstaltung:
- die Folien zum Mitlesen
- eine kurze Leseliste
- Ihre Fragen, wenn Sie auf diese Mail antworten

Alles finden Sie hier: https://studio.example/calm-software/vorab

Wir freuen uns auf Sie: {{date}}.`,
  },
  es: {
    subject: 'Antes de empezar: {{eventTitle}}',
    text: `Hemos reunido lo que ayuda antes de la sesión:
- las diapositivas, para seguirla
- algunas lecturas
- tus preguntas, si respondes a este correo

Todo está aquí: https://studio.example/calm-software/antes

Nos vemos el {{date}}.`,
  },
  pt: {
    subject: 'Antes de começar: {{eventTitle}}',
    text: `Reunimos o que ajuda antes da sessão:
- os slides, para acompanhar
- algumas leituras
- as suas perguntas, se responder a este e-mail

Está tudo aqui: https://studio.example/calm-software/antes

Até breve: {{date}}.`,
  },
  ja: {
    subject: '開催前のご案内：{{eventTitle}}',
    text: `当日までにご覧いただける資料をまとめました。
- スライド
- 参考文献
- ご質問はこのメールにご返信ください

こちらからご覧いただけます： https://studio.example/calm-software/before

{{date}}にお会いできるのを楽しみにしております。`,
  },
  ar: {
    subject: 'قبل أن نبدأ: {{eventTitle}}',
    text: `جمعنا لك ما يفيد قبل الجلسة:
- الشرائح، للمتابعة
- قائمة قراءة قصيرة
- أسئلتك، إن أجبت عن هذه الرسالة

كل ذلك هنا: https://studio.example/calm-software/before

نتطلع إلى لقائك: {{date}}.`,
  },
};

/** The sample event as it stands when a mail of this kind goes out. */
export function sampleEvent(kind: EventMailKind): MailEvent {
  const changed = new Date('2027-01-10T09:00:00Z');
  switch (MAIL_KINDS[kind].sample.event) {
    case 'moved':
      return { ...SAMPLE_EVENT, revision: 1, updatedAt: changed };
    case 'cancelled':
      return { ...SAMPLE_EVENT, revision: 1, updatedAt: changed, cancelledAt: changed };
    case 'recorded':
      return { ...SAMPLE_EVENT, replayUrl: 'https://video.example/calm-software' };
    case 'ahead':
      return SAMPLE_EVENT;
  }
}

const SAMPLE_POSTAL_ADDRESS = 'Studio, 1 Sample Street, 75000 Paris';

/** What the preview shows of a kind. */
export function sampleProps<Name extends VariableName>(
  kind: EventMailKind,
  names: readonly Name[],
): MailProps<Name> {
  const event = sampleEvent(kind);
  return {
    content: eventContent({ language: 'en', event, postalAddress: SAMPLE_POSTAL_ADDRESS }),
    values: writeValues(kind, names, {
      event,
      registrant: SAMPLE_REGISTRANT,
      publicUrl: 'https://events.example',
      about: SAMPLE_ABOUT,
    }),
  };
}

/** The same for a mail to the team. */
export function sampleSiteProps<Name extends SiteVariableName>(
  mail: SiteMailName,
  names: readonly Name[],
): SiteMailProps<Name> {
  return {
    content: siteContent({ language: 'en', postalAddress: SAMPLE_POSTAL_ADDRESS }),
    values: writeSiteValues(mail, names, SAMPLE_SITE_VALUES),
  };
}
