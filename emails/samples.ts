import { MAIL_KINDS } from '../src/domain/kinds.ts';
import { eventContent, siteContent } from './engine/content.ts';
import { type SiteValuesInput, type SiteVariableName, writeSiteValues } from './engine/site-values.ts';
import { type MailAbout, type MailRegistrant, type VariableName, writeValues } from './engine/values.ts';
import type { EventMailKind, MailEvent, MailProps, SiteMailName, SiteMailProps } from './mail.ts';

/** Invented, for the preview: nobody's address is shown to the preview's spam check. */
export const SAMPLE_EVENT: MailEvent = {
  slug: 'calm-software',
  title: 'Designing calm software',
  description: 'How to build tools that ask for less attention.',
  startsAt: new Date('2027-01-15T17:00:00Z'),
  endsAt: new Date('2027-01-15T18:00:00Z'),
  timeZone: 'Europe/Paris',
  hostName: 'Maya Lindqvist',
  replyTo: 'host@studio.example',
  locale: 'en',
  color: null,
  logoUrl: null,
  cancelledAt: null,
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
} as const satisfies SiteValuesInput;

/** The sample event as it stands when a mail of this kind goes out. */
export function sampleEvent(kind: EventMailKind): MailEvent {
  const changed = new Date('2027-01-10T09:00:00Z');
  switch (MAIL_KINDS[kind].sample.event) {
    case 'moved':
      return { ...SAMPLE_EVENT, revision: 1, updatedAt: changed };
    case 'cancelled':
      return { ...SAMPLE_EVENT, revision: 1, updatedAt: changed, cancelledAt: changed };
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
