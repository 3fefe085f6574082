import { describe, expect, it } from 'vitest';
import { LANGUAGES } from '../../src/domain/locale.ts';
import type { PeopleEvent, Person } from '../../src/team/people/person.ts';
import { accessInformation } from '../../src/team/people/person-texts.ts';

const EVENT: PeopleEvent = {
  ...{
    id: 'e',
    slug: 'calm',
    title: 'Designing calm software',
    tab: 'people',
    isCancelled: false,
    isOver: false,
    isPaused: false,
    whenText: '',
  },
  startsAt: new Date('2027-01-15T17:00:00Z'),
  endsAt: new Date('2027-01-15T18:00:00Z'),
  ...{
    formFields: [],
    locale: 'en',
    timeZone: 'Europe/Paris',
    permalink: 'https://x.example/e/calm',
    sendsNothing: null,
  },
};
const PERSON: Person = {
  ...{
    id: 'r',
    eventId: 'e',
    email: 'ada@example.com',
    firstName: 'Ada',
    lastName: 'Lovelace',
    fields: {},
    consents: [],
  },
  ...{
    locale: null,
    timeZone: null,
    accessKey: '0123',
    emailStatus: null,
    emailStatusAt: null,
    emailDomainStatus: null,
    joinedAt: null,
    cancelledAt: null,
    linkOpenedAt: null,
    joinedFrom: 0,
  },
  registeredAt: new Date('2027-01-01T10:00:00Z'),
  accessLink: 'https://x.example/e/calm/live?email=ada%40example.com&key=0123',
};

describe('the access information that is copied for a guest', () => {
  it('says the event, when, the link and the key, and nothing of ours', () => {
    expect(accessInformation(PERSON, EVENT)).toBe(
      [
        'Designing calm software',
        'Friday 15 January 2027, 18:00–19:00, Central European Standard Time',
        '',
        'Your personal link:',
        PERSON.accessLink,
        '',
        'Your access key: 0123',
        '',
        'The link works until the event ends, as often as you like. It is yours alone: please do not pass it on.',
      ].join('\n'),
    );
  });

  it('is in the language of the guest, and on their clock', () => {
    const text = accessInformation({ ...PERSON, locale: 'de', timeZone: 'America/New_York' }, EVENT);
    expect(text).toContain('Freitag, 15. Januar 2027, 12:00–13:00');
    expect(text).toContain('Ihr persönlicher Link:');
  });

  it('is in that of the event where the guest has none, and in English where we have no other', () => {
    expect(accessInformation(PERSON, { ...EVENT, locale: 'fr' })).toContain('vendredi 15 janvier 2027');
    expect(accessInformation({ ...PERSON, locale: 'nl' }, { ...EVENT, locale: 'nl' })).toContain('Friday');
  });

  it.each(LANGUAGES)('has link and key in %s', (locale) => {
    const text = accessInformation({ ...PERSON, locale }, EVENT);
    expect(text).toContain(`\n${PERSON.accessLink}\n`);
    expect(text).toMatch(/ ?0123\n/);
  });
});
