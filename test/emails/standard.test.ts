import fc from 'fast-check';
import { parse } from 'node-html-parser';
import { describe, expect, test } from 'vitest';
import { COPY } from '../../emails/copy/languages.ts';
import { wireText } from '../../emails/engine/wire-html.ts';
import { CALENDAR_LINKS } from '../../emails/parts/calendar-line.tsx';
import { TO_CANCEL } from '../../src/domain/access-link.ts';
import { toCalendar, WEB_CALENDARS } from '../../src/domain/calendar.ts';
import { LANGUAGES } from '../../src/domain/locale.ts';
import { singleLine } from '../../src/lib/clean-text.ts';
import { hostileText } from './hostile.ts';
import {
  isSiteMail,
  MAILS,
  type MailName,
  PUBLIC_URL,
  type SampleChanges,
  sampleMail,
} from './sample-mail.ts';

const cases = MAILS.flatMap((name) => LANGUAGES.map((locale) => ({ name, locale })));

const LONGEST: SampleChanges = {
  event: { title: '漢'.repeat(200), hostName: '<"&'.repeat(70), description: '&'.repeat(5_000) },
  registrant: { email: `${'a'.repeat(64)}@${'b'.repeat(180)}.example`, firstName: '&'.repeat(10_000) },
};

describe.each(cases)('$name in $locale', ({ name, locale }) => {
  const mail = (changes: SampleChanges = {}) => sampleMail(name, { registrant: { locale }, ...changes });
  const isOfSite = name === 'sign_in' || name === 'invitation';
  const heading = isOfSite ? 'access-mail' : 'Designing calm software';

  test('keeps to what mail programs understand', async () => {
    const { html } = await mail({ event: { logoUrl: 'https://cdn.example/logo.png', color: '#ffe14d' } });
    expect(html).not.toMatch(
      /rgba?\(|hsl|\drem|flex|grid|@font-face|@import|<svg|<script(?! type="application\/ld\+json">)|<link|\.svg/,
    );
    expect(html.match(/@media/g)).toEqual(['@media']);
    expect(html.match(/<table(?![^>]*role="presentation")/g)).toBeNull();
    expect(html.match(/<img(?![^>]*alt=")/g)).toBeNull();
    expect(html).toContain('<meta name="color-scheme" content="light dark"/>');
    expect(html).toContain('<meta name="supported-color-schemes" content="light dark"/>');
  });

  test('says its language and direction on html, body and the inner cell', async () => {
    const { html } = await mail();
    const direction = locale === 'ar' ? 'rtl' : 'ltr';
    for (const tag of ['html', 'body', 'td']) {
      expect(html).toMatch(new RegExp(`<${tag} (?=[^>]*lang="${locale}")(?=[^>]*dir="${direction}")`));
    }
  });

  test('has one heading: the event, or what it opens', async () => {
    const { html } = await mail();
    expect(html.match(/<h1[^>]*>[^<]*<\/h1>/g)).toHaveLength(1);
    expect(html.match(/<h1[^>]*>([^<]*)<\/h1>/)?.[1]).toContain(heading);
  });

  test('shows nothing that a program left behind', async () => {
    const { subject, html, text, calendar } = await mail();
    for (const part of [subject, html, text, calendar ?? '']) {
      expect(part).not.toMatch(/undefined|null(?!\p{L})|NaN|\[object|\{\{|\}\}(?!<\/style>)|zq\d+x/u);
    }
  });

  test('has the same absolute links in both parts, and in the text nothing after them', async () => {
    const { html, text, variables } = await mail();
    const inHtml = [...html.matchAll(/href="([^"]*)"/g)].map(
      ([, href]) => href?.replaceAll('&amp;', '&') ?? '',
    );
    const inText = text.split('\n').filter((line) => line.includes('://'));
    const addresses = inHtml.filter((link) => link.startsWith('mailto:'));
    expect(new Set(inHtml)).toEqual(new Set([...inText, ...addresses]));
    for (const link of inText) expect(link).toMatch(/^https:\/\/\S+$/);
    for (const link of addresses) expect(text.split('\n')).toContain(link.slice('mailto:'.length));
    const ours = inText.filter((link) => link.startsWith(`${PUBLIC_URL}/`));
    const links = linksOf(name).flatMap((link) =>
      link === 'webCalendarLink'
        ? WEB_CALENDARS.map((calendar) => `${variables[link]}${toCalendar(calendar)}`)
        : link === 'toCancel'
          ? `${variables.registrationLink}${TO_CANCEL}`
          : variables[link],
    );
    expect(new Set(ours)).toEqual(new Set(links));
    expect(ours).toHaveLength(links.length);
  });

  test('says the same facts in both parts', async () => {
    const { html, text, variables } = await mail();
    const printed = html
      .replaceAll('&#x27;', "'")
      .replaceAll('&amp;', '&')
      .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code));
    const facts = Object.entries(variables)
      .filter(([variable]) => !UNSEEN.includes(variable))
      .map(([, value]) => value);
    expect(facts.length).toBeGreaterThan(1);
    const host = isSiteMail(name) ? [] : ['Maya Lindqvist'];
    for (const fact of [...facts, ...host, heading, '75000 Paris']) {
      expect(printed).toContain(fact);
      expect(text).toContain(fact);
    }
  });

  test('has a calm subject and a short preheader', async () => {
    const { subject, variables } = await mail();
    expect(subject).toContain(heading);
    expect(subject).not.toMatch(/!|\p{Lu}{2,}/u);
    expect(subject).toMatch(/^[^’]*$/);
    if (isOfSite) expect(COPY[locale][name].preheader.length).toBeLessThan(90);
    else expect(variables.preheader?.length).toBeLessThan(90);
  });

  // A mail to the team is about no event.
  if (!isSiteMail(name))
    test('leaves out the rows that the event has no words for', async () => {
      const whole = await mail();
      const { html, text } = await mail({ event: { hostName: null, replyTo: null } });
      const rows = (one: string) => one.match(/<td width="88"/g)?.length ?? 0;
      expect(rows(html)).toBe(rows(whole.html) - 1);
      expect(text).not.toContain('Maya');
      expect(html + text).not.toMatch(/mailto:|host@/);
    });

  test('stays small: 30 KB, and 80 KB at the very longest', async () => {
    const { html } = await mail();
    expect(Buffer.byteLength(html)).toBeLessThan(30_000);
    const longest = await sampleMail(name, { ...LONGEST, registrant: { ...LONGEST.registrant, locale } });
    expect(Buffer.byteLength(longest.html)).toBeLessThan(80_000);
    if (!isOfSite) expect(longest.variables.preheader?.length).toBeLessThan(90);
  });
});

/** Which of its values a mail prints as links of ours, in the order of nothing; `toCancel` is made of one. */
function linksOf(name: MailName): readonly string[] {
  switch (name) {
    case 'sign_in':
    case 'invitation':
      return ['signInLink'];
    case 'export_link':
      return ['downloadLink'];
    case 'export_attached':
    case 'export_failed':
      return [];
    case 'retention_notice':
      return ['settingsLink', 'exportsLink'];
    case 'alert':
      return ['alertLink'];
    case 'digest_send':
      return ['mailsLink', 'bouncedLink', 'failedLink'];
    case 'digest_event':
      return ['reportLink', 'missedLink', 'bouncedLink'];
    case 'event_cancelled':
      return ['calendarLink', 'registrationLink'];
    case 'registration_link':
      return ['openRegistrationLink'];
    case 'announcement':
      return ['accessLink', 'registrationLink', 'unsubscribeLink'];
    case 'reminder':
      return ['accessLink', 'registrationLink', 'toCancel', 'unsubscribeLink'];
    case 'nudge':
    case 'follow_up_attended':
    case 'follow_up_missed':
      return ['accessLink', 'registrationLink', 'unsubscribeLink'];
    default:
      return ['accessLink', ...CALENDAR_LINKS, 'registrationLink'];
  }
}

/** Values that one of the two parts does not print as they are. */
const UNSEEN = [
  'preheader',
  'moment',
  'oldMoment',
  'shortTime',
  'tileMonth',
  'tileDay',
  'tileWeekday',
  'accessCode',
  'accessLink',
  'webCalendarLink',
  'calendarUid',
  'calendarCode',
  'underName',
  'eventLink',
  'calendarLink',
  'unsubscribeLink',
  'registrationLink',
  'openRegistrationLink',
];

test('a cancelled event’s mail leads nowhere that is no more', async () => {
  const { html, text, variables, calendar } = await sampleMail('event_cancelled');
  expect(html + text).not.toContain('/live?');
  expect(html).not.toMatch(/class="edge"/);
  expect(calendar?.replaceAll('\r\n ', '')).toContain(variables.accessLink);
});

test('a moved event’s mail offers first the file, which moves the entry that is there', async () => {
  const order = async (name: MailName) =>
    (await sampleMail(name)).text.match(/\/calendar\.ics(?=\?)|(?<=&to=)\w+/g);
  expect(await order('confirmation')).toEqual(['google', 'outlook', '/calendar.ics']);
  expect(await order('event_updated')).toEqual(['/calendar.ics', 'google', 'outlook']);
});

test('a moved event’s mail says in words, in both parts, which time holds and which one did', async () => {
  const { html, text } = await sampleMail('event_updated', { registrant: { timeZone: 'Europe/London' } });
  expect(text).toContain(
    'Now: Friday 15 January 2027, 17:00–18:00, Greenwich Mean Time (Host’s time: 18:00–19:00, Central European Standard Time)\n' +
      'Was: Thursday 14 January 2027, 08:30–09:30, Greenwich Mean Time (Host’s time: 09:30–10:30, Central European Standard Time)\n',
  );
  const was = html.indexOf('>Was<');
  expect(html.indexOf('Friday 15 January 2027')).toBeLessThan(was);
  expect(html.slice(was)).toMatch(/line-through[^<]*>Thursday 14 January 2027/);
  expect(html.slice(0, was)).not.toContain('line-through');
});

test('an address with characters that mean something in a link is written to as it is', async () => {
  const { html, text } = await sampleMail('event_cancelled', {
    event: { replyTo: 'a?b=c&d#e%f@studio.example' },
  });
  expect(html).toContain('href="mailto:a%3Fb%3Dc%26d%23e%25f@studio.example"');
  expect(text).toContain('\na?b=c&d#e%f@studio.example\n');
});

describe.each(LANGUAGES)('a follow-up without a recording, in %s', (locale) => {
  test.each(['follow_up_attended', 'follow_up_missed'] as const)(
    '%s leads nowhere but to the host, and does not speak of a recording',
    async (kind) => {
      const bare = await sampleMail(kind, { event: { replayUrl: null }, registrant: { locale } });
      const whole = await sampleMail(kind, { registrant: { locale } });
      const { subject, html, text, variables } = bare;
      expect(html + text).not.toContain('/live?');
      expect(html).not.toMatch(/class="edge"/);
      expect(text).toContain(COPY[locale][kind].intro);
      expect(whole.text).toContain(COPY[locale][kind].introWithReplay);
      expect(text).toContain('host@studio.example');
      expect(text).toContain(variables.unsubscribeLink);
      expect(subject).toContain('Designing calm software');
      expect(subject).not.toBe(whole.subject);
      expect(subject).not.toMatch(/!|\p{Lu}{2,}|’/u);
      expect(variables.preheader?.length).toBeLessThan(90);
      expect(variables.preheader).not.toBe(whole.variables.preheader);
      for (const part of [subject, html, text]) expect(part).not.toMatch(/undefined|null(?!\p{L})|\{\{/u);
    },
  );
});

test('subjects are those of the standard', async () => {
  const subjects = async (locale: string) => {
    const mails = await Promise.all(MAILS.map((name) => sampleMail(name, { registrant: { locale } })));
    return mails.map(({ subject }) => subject);
  };
  expect(await subjects('en')).toEqual([
    "You're in: Designing calm software, Fri 15 Jan, 12:00",
    'Starts in 1 hour: Designing calm software',
    'Your link to Designing calm software',
    'Your link to Designing calm software',
    'Your new link to Designing calm software',
    'New time: Designing calm software, Fri 15 Jan, 12:00',
    'Cancelled: Designing calm software',
    'Your registration for Designing calm software',
    'We have started: Designing calm software',
    'The recording: Designing calm software',
    'Watch the recording: Designing calm software',
    'News about Designing calm software',
    'Sign in to access-mail',
    "You're invited to access-mail",
    'Registrants of Designing calm software',
    'Registrants of Designing calm software',
    'Registrants of Designing calm software: could not be exported',
    'Designing calm software: its people will be erased on 15 April 2027',
    'The mail server refuses the mails of “Designing calm software”',
    'Designing calm software: the figures of a send (Reminder)',
    'Designing calm software: the figures of the event',
  ]);
  expect(await subjects('fr')).toEqual([
    "C'est noté\u00a0: Designing calm software, ven. 15 janv., 12:00",
    'Début dans 1 heure\u00a0: Designing calm software',
    'Votre lien pour Designing calm software',
    'Votre lien pour Designing calm software',
    'Votre nouveau lien pour Designing calm software',
    'Nouvel horaire\u00a0: Designing calm software, ven. 15 janv., 12:00',
    'Annulé\u00a0: Designing calm software',
    'Votre inscription\u00a0: Designing calm software',
    "C'est commencé\u00a0: Designing calm software",
    "L'enregistrement\u00a0: Designing calm software",
    'À voir en différé\u00a0: Designing calm software',
    'Des nouvelles de Designing calm software',
    'Connexion à access-mail',
    'Votre invitation à access-mail',
    'Inscrits à Designing calm software',
    'Inscrits à Designing calm software',
    'Export impossible\u00a0: Designing calm software',
    'Designing calm software\u00a0: les inscrits seront effacés le 15 avril 2027',
    'The mail server refuses the mails of “Designing calm software”',
    "Designing calm software\u00a0: les chiffres de l'envoi (Reminder)",
    "Designing calm software\u00a0: les chiffres de l'événement",
  ]);
});

test.each(LANGUAGES)(
  'who gets an export is told in %s, in both parts, what its file gives away',
  async (locale) => {
    const { secret, utc, export_link } = COPY[locale].registrants_export;
    for (const name of ['export_attached', 'export_link'] as const) {
      const { html, text } = await sampleMail(name, { registrant: { locale } });
      const said = [...Object.values(secret), utc, ...(name === 'export_link' ? [export_link.terms] : [])];
      for (const sentence of said) {
        expect(text).toContain(sentence);
        expect(html).toContain(wireText(sentence));
      }
    }
  },
);

test('only what changes a calendar carries a calendar file', async () => {
  const files = await Promise.all(
    MAILS.map(async (name) => {
      const { calendar } = await sampleMail(name);
      return calendar && [name, ...(calendar.match(/(?<=METHOD:|STATUS:|SEQUENCE:)\w+/g) ?? [])].join(' ');
    }),
  );
  expect(files.filter(Boolean)).toEqual([
    'confirmation PUBLISH 0 CONFIRMED',
    'event_updated PUBLISH 1 CONFIRMED',
    'event_cancelled CANCEL 1 CANCELLED',
  ]);
});

test('an event’s logo and colour are ignored where they are none', async () => {
  const { html } = await sampleMail('confirmation', {
    event: { logoUrl: 'javascript:alert(1)', color: '#fff;}</style><script>' },
  });
  expect(html).not.toMatch(/<img|javascript:|<script>/);
});

describe('what programs read of a registration', () => {
  const reservationOf = (html: string) => {
    const blocks = parse(html).querySelectorAll('script');
    expect(blocks.map((block) => block.getAttribute('type'))).toEqual(
      blocks.map(() => 'application/ld+json'),
    );
    const [only, ...others] = blocks.map((block) => JSON.parse(block.textContent));
    expect(others).toEqual([]);
    return only;
  };

  test('stands in the mails that book, move and cancel a place, and in no other', async () => {
    const read = await Promise.all(
      MAILS.map(async (name) => {
        const reservation = reservationOf((await sampleMail(name)).html);
        return reservation && [name, reservation.reservationStatus, reservation.modifiedTime ?? null];
      }),
    );
    expect(read.filter(Boolean)).toEqual([
      ['confirmation', 'http://schema.org/ReservationConfirmed', null],
      ['event_updated', 'http://schema.org/ReservationConfirmed', '2027-01-10T10:00:00+01:00'],
      ['event_cancelled', 'http://schema.org/ReservationCancelled', '2027-01-10T10:00:00+01:00'],
    ]);
  });

  test.each(LANGUAGES)('is what the mail says, in %s', async (locale) => {
    const cover = 'https://cdn.example/cover.png?a=1&b="2"';
    const { html, variables } = await sampleMail('confirmation', {
      event: { coverUrl: cover },
      registrant: { locale },
    });
    const page = `${PUBLIC_URL}/e/calm-software`;
    const { online } = COPY[locale].reservation;
    expect(reservationOf(html)).toEqual({
      '@context': 'http://schema.org',
      '@type': 'EventReservation',
      reservationNumber: variables.calendarUid,
      reservationStatus: 'http://schema.org/ReservationConfirmed',
      underName: { '@type': 'Person', name: locale === 'ja' ? 'Lovelace Ada' : 'Ada Lovelace' },
      reservationFor: {
        '@type': 'Event',
        name: 'Designing calm software',
        startDate: '2027-01-15T18:00:00+01:00',
        endDate: '2027-01-15T19:00:00+01:00',
        eventAttendanceMode: 'http://schema.org/OnlineEventAttendanceMode',
        location: { '@type': 'Place', name: online, address: online, url: page },
        organizer: { '@type': 'Person', name: 'Maya Lindqvist' },
        image: cover,
        url: page,
      },
      modifyReservationUrl: variables.registrationLink,
      url: page,
    });
  });

  test('does not let anybody in who sees it', async () => {
    const { html } = await sampleMail('confirmation', { registrant: { accessKey: '4071' } });
    expect(html).toContain('/live?');
    expect(JSON.stringify(reservationOf(html))).not.toContain('/live');
  });

  test('names who gave no name by their address, and no host where there is none', async () => {
    const { html } = await sampleMail('event_cancelled', {
      event: { hostName: null },
      registrant: { firstName: '', lastName: ' ' },
    });
    const { underName, reservationFor } = reservationOf(html);
    expect([underName.name, reservationFor.organizer, reservationFor.eventStatus]).toEqual([
      'ada@example.com',
      undefined,
      'http://schema.org/EventCancelled',
    ]);
  });

  test('comes out as it went in, whatever the event and the person are called', async () => {
    // What a line is broken at, too, where it stood before a quote.
    const words = fc.oneof(hostileText, fc.constantFrom(' style=', 'a href=', '</head>', '</body>'));
    await fc.assert(
      fc.asyncProperty(words, words, words, async (title, hostName, lastName) => {
        const { html, variables } = await sampleMail('confirmation', {
          event: { title, hostName },
          registrant: { firstName: 'Ada', lastName },
        });
        const { underName, reservationFor } = reservationOf(html);
        expect(reservationFor.name).toBe(singleLine(title));
        expect(reservationFor.organizer?.name ?? '').toBe(singleLine(hostName));
        expect(underName.name).toBe(variables.underName);
        // A parser of mails may be simpler than a browser's: nothing in it looks like markup.
        const [, block = ''] = /<script[^>]*>(.*)<\/script>/s.exec(html) ?? [];
        expect(block).not.toMatch(/[<>&'=\\`](?!u[0-9a-f]{4})|[^\r\n\x20-\x7e]/);
      }),
      { numRuns: 60 },
    );
  });
});

test('a calendar entry says a key of four digits, and no other one', async () => {
  for (const locale of LANGUAGES) {
    const { label, details } = COPY[locale];
    const said = `${label(details.code)} 4071`;
    const entry = async (accessKey: string) =>
      (await sampleMail('confirmation', { registrant: { locale, accessKey } })).calendar?.replaceAll(
        '\r\n ',
        '',
      );
    expect(await entry('4071')).toContain(`key=4071\\n${said}\\n\\n`);
    expect(await entry('00aa11bb22cc33dd44ee55')).toContain('key=00aa11bb22cc33dd44ee55\\n\\nHow to build');
  }
});
