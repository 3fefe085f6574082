import { eventContent } from './content.ts';
import type { MailEvent, MailKind, MailProps } from './mail.ts';
import { type MailRegistrant, type VariableName, writeValues } from './values.ts';

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

/** What the preview shows of a kind. */
export function sampleProps<Name extends VariableName>(
  kind: MailKind,
  names: readonly Name[],
): MailProps<Name> {
  return {
    content: eventContent({
      language: 'en',
      event: SAMPLE_EVENT,
      postalAddress: 'Studio, 1 Sample Street, 75000 Paris',
    }),
    values: writeValues(kind, names, {
      event: SAMPLE_EVENT,
      registrant: SAMPLE_REGISTRANT,
      publicUrl: 'https://events.example',
    }),
  };
}
