import { describe, expect, it } from 'vitest';
import { headerSignature, readHeader } from '../../../src/domain/import/columns.ts';
import { guessMeaning } from '../../../src/domain/import/header-names.ts';
import { readLanguage } from '../../../src/domain/import/language.ts';
import { parseMapping } from '../../../src/domain/import/mapping.ts';
import { originalName, splitName } from '../../../src/domain/import/person-name.ts';
import { targetOf } from '../../../src/domain/import/targets.ts';
import { readTimeZone } from '../../../src/domain/import/time-zone.ts';
import { UnmappedFile } from '../../../src/domain/import/unmapped-file.ts';

/** What each column is taken for, by its name. */
function taken(header: string, map = ''): Record<string, string> {
  const columns = readHeader(header.split('|'), parseMapping(map));
  return Object.fromEntries(columns.map((column) => [column.name, targetOf(column)]));
}

function refusal(header: string, samples: string[][] = [], map = ''): UnmappedFile {
  try {
    readHeader(header.split('|'), parseMapping(map), samples);
  } catch (error) {
    if (error instanceof UnmappedFile) return error;
    throw error;
  }
  throw new Error('it was taken');
}

describe('the name of a column', () => {
  it.each([
    [
      'email',
      `E-Mail|E-mail|EMAIL|e_mail|Email Address|E-mail address|EmailAddress|Mail|Attendee email|Attendee Email Address|Participant Email
       |Ticket Email|Guest e-mail|Registrant's Email|Your email|Work Email|Business Email|Contact Email|Customer Email|Email *|Email (required)
       |What is your email address?|Please enter your email|E-mail 1 - Value|User Email|E-Mail-Adresse|Mailadresse|E-Mail Teilnehmer
       |Teilnehmer-E-Mail|Adresse e-mail|Adresse email|Adresse électronique|Courriel|Adresse de courriel|Adresse e-mail du participant|Mél.
       |Correo electrónico|Correo|Dirección de correo electrónico|Correo electrónico del asistente|Endereço de e-mail|Correio eletrônico
       |E-mail do participante|メールアドレス|Eメール|電子メール|参加者メールアドレス|البريد الإلكتروني|عنوان البريد الإلكتروني|Indirizzo email
       |E-mailadres|E-post|E-postadress|Adres e-mail|Электронная почта|邮箱|电子邮件|이메일`,
    ],
    [
      'first_name',
      `First Name|FirstName|firstname|first-name|FIRST NAME|FNAME|Given Name|Forename|Attendee first name|Ticket First Name|First name *
       |Name (First)|Prénom|PRENOM|Prénom du participant|Vorname|Vorname Teilnehmer|Primeiro nome|名|氏名(名)|الاسم الأول|Voornaam|Imię|Имя
       |What is your first name?`,
    ],
    [
      'last_name',
      `Last Name|LastName|Surname|Family Name|LNAME|Attendee Surname|Nom de famille|Nachname|Familienname|Apellido|Apellidos|Sobrenome
       |Apelido|姓|氏名(姓)|苗字|اسم العائلة|Cognome|Achternaam|Nazwisko|Фамилия`,
    ],
    [
      'full_name',
      `Full name|FullName|Ticket Full Name|Display Name|Nom complet|Nom et prénom|Nombre completo|Nombre y apellidos|Nome completo|氏名
       |お名前|الاسم الكامل|Vor- und Nachname|Your full name|First & Last Name`,
    ],
    [
      'name',
      'Name|Attendee Name|User Name (Original Name)|Name (original name)|Guest name|Nom|Nombre|Nome|名前|الاسم|Your name',
    ],
    ['locale', 'Language|Preferred Language|Sprache|Langue|Idioma|Língua|言語|اللغة|Language code'],
    [
      'time_zone',
      'Time Zone|Timezone|TIMEZONE|time-zone|Zeitzone|Fuseau horaire|Zona horaria|Huso horario|Fuso horário|タイムゾーン|المنطقة الزمنية',
    ],
    ['access_key', 'Access key|accessKey'],
    ['utm_source', 'UTM Source|utmSource'],
  ])('that means %s is known', (meaning, names) => {
    for (const name of names.split('|').map((each) => each.trim()))
      expect([name, guessMeaning(name)?.meaning]).toEqual([name, meaning]);
  });

  it.each(
    `Company|Company Name|Event name|Ticket name|Buyer Email|Order Email|Billing Email|Organizer Email|Host email|Email confirmed|Email opt-in
     |Confirm email|Email status|Email 2|Company email|Firmenname|Nom de la société|Nombre de la empresa|会社名|Job title|Order #|Timestamp
     |First time attendee?|Last Activity Date|Buyer First Name|Purchaser surname|Emergency contact name|Nickname|Username|Speaker name
     |Programming language skills|Manager email|`
      .split('|')
      .map((each) => each.trim()),
  )('%j means none of ours', (name) => {
    expect(guessMeaning(name)).toBeNull();
  });
});

describe('the columns of a file', () => {
  it('of whoever paid are none of the person', () => {
    expect(taken('Name|Email|Attendee name|Attendee email|Buyer Email')).toEqual({
      ...{ Name: 'field', Email: 'field', 'Attendee name': 'full_name', 'Attendee email': 'email' },
      'Buyer Email': 'field',
    });
    expect(taken('Work email|Email')).toEqual({ 'Work email': 'field', Email: 'email' });
    expect(taken('email|Attendee Email')).toEqual({ email: 'email', 'Attendee Email': 'field' });
  });

  it.each([
    ['Name|Vorname|E-Mail', 'last_name'],
    ['Nom|Prénom|Courriel', 'last_name'],
    ['Nombre|Apellidos|Correo', 'first_name'],
    ['Nome|Sobrenome|E-mail', 'first_name'],
    ['名前|苗字|メール', 'first_name'],
    ['Nom|Courriel', 'full_name'],
    ['Nombre|Correo', 'full_name'],
    ['Name|First Name|Last Name|Email', 'full_name'],
  ])('%s: the first is the %s', (header, target) => {
    expect(Object.values(taken(header))[0]).toBe(target);
  });

  it('without a name, twice, and too long each have a name to be mapped by', () => {
    const long = 'Which of these would you like to hear more about, and what would you ask the speaker?';
    const columns = readHeader(['email', 'Company', '', 'Company', long, `${long}!`, 'a\r\nb']);
    expect(
      columns.map((column) => [column.name, column.is === 'field' ? column.field : targetOf(column)]),
    ).toEqual([
      ['email', 'email'],
      ['Company', 'Company'],
      ['Column 3', 'skip'],
      ['Company (2)', 'Company (2)'],
      [long, 'Which of these would you like to hear more about, and what woul…'],
      [`${long}!`, 'Which of these would you like to hear more about, and what… (2)'],
      ['a b', 'a b'],
    ]);
  });

  it('of an export of ours are what it says, and all others fields, whatever they are called', () => {
    expect(taken('email|first_name|last_name|registered_at|Name|Language|Mail')).toEqual({
      ...{ email: 'email', first_name: 'first_name', last_name: 'last_name', registered_at: 'skip' },
      ...{ Name: 'field', Language: 'field', Mail: 'field' },
    });
  });

  it('can be mapped, commas and colons in their names included', () => {
    expect(
      taken(
        'Email|Kontakt, geschäftlich|Name: kurz|Notes',
        'email:Kontakt, geschäftlich,full_name:Name: kurz,skip:Notes',
      ),
    ).toEqual({
      ...{ Email: 'field', 'Kontakt, geschäftlich': 'email', 'Name: kurz': 'full_name', Notes: 'skip' },
    });
    expect(taken('email|__proto__', 'first_name:__proto__')).toMatchObject({ email: 'email' });
    expect(() => taken('email', 'first_name:Name')).toThrow('does not fit');
    expect(() => taken('email|a|b', 'first_name:a,first_name:b')).toThrow('does not fit');
    for (const wrong of ['email', 'mail:x', 'email:', ':x', 'email:a,email:'])
      expect(() => parseMapping(wrong)).toThrow('cannot be read');
  });

  it('are known again by their names', () => {
    const of = (header: string, map = '') =>
      headerSignature(readHeader(header.split('|'), parseMapping(map)));
    expect(of('email|Name')).toBe(of('email|Name', 'first_name:Name'));
    expect(of('email|Name')).not.toBe(of('Name|email'));
  });
});

describe('a file in which no column is the address', () => {
  it.each<[header: string, samples: string[][], closest: string | null]>([
    ['Kontakt|Wer', [['ada@example.com', 'Ada']], 'Kontakt'],
    ['Wer|Emial', [], 'Emial'],
    ['Wer|Deine Mailbox', [], 'Deine Mailbox'],
    ['Order Email|Login', [['cleo@x.io', 'ada@x.io']], 'Login'],
    ['Order Email|Login', [['cleo@x.io', 'ada']], 'Order Email'],
    ['Wer|Was', [['Ada', 'x']], null],
  ])('%s: names its columns, and offers the closest', (header, samples, closest) => {
    const { errors, ...found } = refusal(header, samples);
    expect(found.closest).toBe(closest);
    const [error] = errors;
    expect(error).toMatchObject({ path: 'email', message: expect.stringContaining('is missing') });
    for (const name of header.split('|')) expect(error?.message).toContain(`“${name}”`);
    if (closest) expect(error?.message).toContain(`?map=email:${encodeURIComponent(closest)}`);
    else expect(error?.message).not.toContain('?map=');
  });

  it('of a thousand columns names thirty, and how many more', () => {
    const header = Array.from({ length: 1_000 }, (_, i) => `c${i}`).join('|');
    expect(refusal(header).errors[0]?.message).toContain('“c29”, and 970 more');
  });
});

describe('a whole name', () => {
  it.each([
    ['Ana Real', 'Ana', 'Real'],
    ['  Ana   Real ', 'Ana', 'Real'],
    ['Ana', 'Ana', ''],
    ['Real, Ana', 'Ana', 'Real'],
    ['de la Cruz, Ana María', 'Ana María', 'de la Cruz'],
    ['Mary Ann Evans', 'Mary Ann', 'Evans'],
    ['Ludwig van Beethoven', 'Ludwig', 'van Beethoven'],
    ['María de la Cruz', 'María', 'de la Cruz'],
    ['Ana Real y Paz', 'Ana', 'Real y Paz'],
    ['Jean-Luc d’Artagnan', 'Jean-Luc', 'd’Artagnan'],
    ['John Smith, Jr.', 'John', 'Smith, Jr.'],
    ['Ada King, PhD, MBA', 'Ada', 'King, PhD, MBA'],
    ['RÉAL Ana', 'Ana', 'RÉAL'],
    ['Ana RÉAL LOPES', 'Ana', 'RÉAL LOPES'],
    ['ANA REAL', 'ANA', 'REAL'],
    ['Ana Real (she/her)', 'Ana', 'Real'],
    ['山田 太郎', '太郎', '山田'],
    ['山田　太郎', '太郎', '山田'],
    ['山田太郎', '山田太郎', ''],
    ['김 철수', '철수', '김'],
    ['محمد بن موسى الخوارزمي', 'محمد', 'بن موسى الخوارزمي'],
    ['', '', ''],
    [',', '', ''],
  ])('%j is %j and %j', (name, firstName, lastName) => {
    expect(splitName(name)).toEqual({ firstName, lastName });
  });

  it('begins with the family name where its column says so', () => {
    expect(splitName('Réal Ana', { lastFirst: true })).toEqual({ firstName: 'Ana', lastName: 'Réal' });
    expect(splitName('de la Cruz Ana', { lastFirst: true })).toEqual({
      firstName: 'Ana',
      lastName: 'de la Cruz',
    });
  });

  it('is the original one of those that Zoom writes', () => {
    expect([
      originalName('Annie (Ana Real)'),
      originalName('Ana Real'),
      originalName('Ana (she/her)'),
    ]).toEqual([...['Ana Real', 'Ana Real', 'Ana (she/her)']]);
  });
});

describe('a language', () => {
  it.each([
    ...[
      ['en', 'en'],
      ['EN', 'en'],
      ['en_US', 'en-US'],
      ['en-US.UTF-8', 'en-US'],
      ['de-DE', 'de-DE'],
      ['eng', 'en'],
    ],
    ...[
      ['zh-Hant-TW', 'zh-Hant-TW'],
      ['English', 'en'],
      ['english', 'en'],
      ['Deutsch', 'de'],
      ['German', 'de'],
    ],
    ...[
      ['Français', 'fr'],
      ['francais', 'fr'],
      ['Allemand', 'de'],
      ['Inglés', 'en'],
      ['Inglês', 'en'],
      ['日本語', 'ja'],
    ],
    ...[
      ['英語', 'en'],
      ['العربية', 'ar'],
      ['Português (Brasil)', 'pt-BR'],
      ['Brazilian Portuguese', 'pt-BR'],
    ],
    ...[
      ['English (US)', 'en-US'],
      ['English (United Kingdom)', 'en-GB'],
      ['French - Canada', 'fr-CA'],
    ],
    ...[
      ['Chinese (Simplified)', 'zh-Hans'],
      ['Nederlands', 'nl'],
      ['Deutsch (de)', 'de'],
      ['Spanish (Chile)', 'es-CL'],
    ],
  ])('written %j is %s', (text, tag) => {
    expect(readLanguage(text ?? '')).toBe(tag);
  });

  it.each(['', 'Klingon', 'english please', 'Python', 'yes', 'x', 'fr, en', '–', 'Mars', 'English (Moon)'])(
    '%j is none',
    (text) => {
      expect(readLanguage(text)).toBeNull();
    },
  );
});

describe('a time zone', () => {
  it.each([
    ...[
      ['Europe/Paris', 'Europe/Paris'],
      ['europe/paris', 'Europe/Paris'],
      ['Asia/Kolkata', 'Asia/Kolkata'],
    ],
    ...[
      ['Asia/Calcutta', 'Asia/Calcutta'],
      ['UTC', 'UTC'],
      ['CET', 'Europe/Berlin'],
      ['GMT', 'Europe/London'],
      ['EST', 'America/New_York'],
      ['EST5EDT', 'America/New_York'],
      ['Japan', 'Asia/Tokyo'],
      ['Zurich', 'Europe/Zurich'],
      ['asia/kolkata', 'Asia/Calcutta'],
      ['(GMT+01:00) Berlin', 'Europe/Berlin'],
    ],
    ...[
      ['W. Europe Standard Time', 'Europe/Berlin'],
      ['Tokyo Standard Time', 'Asia/Tokyo'],
      ['(GMT+01:00) Paris', 'Europe/Paris'],
    ],
    ...[
      ['(UTC+01:00) Brussels, Copenhagen, Madrid, Paris', 'Europe/Brussels'],
      ['Eastern Time', 'America/New_York'],
    ],
    ...[
      ['Eastern Time (US & Canada)', 'America/New_York'],
      ['(GMT-8:00) Pacific Time (US and Canada)', 'America/Los_Angeles'],
    ],
    ...[
      ['(UTC-05:00) Eastern Time (US & Canada)', 'America/New_York'],
      ['Pacific Daylight Time', 'America/Los_Angeles'],
    ],
    ...[
      ['Central European Summer Time', 'Europe/Berlin'],
      ['CEST', 'Europe/Berlin'],
      ['MEZ', 'Europe/Berlin'],
    ],
    ...[
      ['PST', 'America/Los_Angeles'],
      ['BST', 'Europe/London'],
      ['JST', 'Asia/Tokyo'],
      ['Paris', 'Europe/Paris'],
    ],
    ...[
      ['New York', 'America/New_York'],
      ['São Paulo', 'America/Sao_Paulo'],
      ['America/New_York (EST)', 'America/New_York'],
    ],
    ...[
      ['GMT+01:00 Europe/Berlin', 'Europe/Berlin'],
      ['(GMT+05:30) Chennai, Kolkata, Mumbai, New Delhi', 'Asia/Kolkata'],
    ],
    ...[['(GMT+02:00) Berlin', 'Europe/Berlin']],
  ])('written %j is %s', (text, zone) => {
    expect(readTimeZone(text ?? '')).toBe(zone);
  });

  it.each([
    '',
    'UTC+2',
    '+02:00',
    'GMT+1',
    '(GMT+01:00)',
    'Mars',
    'IST',
    'CST',
    '(GMT+09:00) Berlin',
    '5',
    'Time',
  ])('%j is none', (text) => {
    expect(readTimeZone(text)).toBeNull();
  });
});
