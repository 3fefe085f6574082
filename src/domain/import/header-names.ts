import type { FileName, PersonKey, SourceName } from '../columns.ts';

/** What a column can be taken for by its name. `name`: a whole name, or half of one where the other half has a column. */
export type HeaderMeaning = FileName<PersonKey | SourceName> | 'name';

export interface HeaderGuess {
  readonly meaning: HeaderMeaning;
  /** 0: says that it is the attendee's; 1: says nothing else; 2: says more, like "Work". The lowest is the one meant. */
  readonly rank: 0 | 1 | 2;
  /** The family name stands first in its cells: "Nom et prénom". */
  readonly lastFirst: boolean;
}

/**
 * The names of columns, in the languages of the product and of their neighbours, and as platforms write them. Case,
 * accents, spaces and punctuation do not count: `E-Mail` is `email`.
 */
const NAMES: Readonly<Record<HeaderMeaning, readonly string[]>> = {
  email: [
    ...[
      'email',
      'mail',
      'emails',
      'email address',
      'email adress',
      'email addresses',
      'mail address',
      'email id',
    ],
    ...['emailadresse', 'mailadresse', 'adresse email', 'adresse mail', 'adresse électronique', 'courriel'],
    ...['adresse courriel', 'adresse de courriel', 'adresse de messagerie', 'courrier électronique', 'mél'],
    ...['correo', 'correo electrónico', 'dirección de correo electrónico', 'dirección de correo'],
    ...['dirección de email', 'dirección email', 'email correo electrónico', 'correo e', 'endereço de email'],
    ...['endereço email', 'endereço eletrônico', 'endereço de correio eletrônico', 'correio eletrônico'],
    ...[
      'correio electrónico',
      'endereço electrónico',
      'メールアドレス',
      'メール',
      'Eメール',
      'Eメールアドレス',
    ],
    ...[
      '電子メール',
      '電子メールアドレス',
      'メルアド',
      'البريد الإلكتروني',
      'بريد إلكتروني',
      'الإيميل',
      'ايميل',
    ],
    ...['عنوان البريد الإلكتروني', 'البريد الالكتروني', 'عنوان البريد الالكتروني', 'indirizzo email'],
    ...['indirizzo mail', 'posta elettronica', 'indirizzo di posta elettronica', 'emailadres', 'mailadres'],
    ...['epost', 'epostadress', 'epostadresse', 'emailadress', 'mejl', 'sähköposti', 'sähköpostiosoite'],
    ...['adres email', 'adres mailowy', 'poczta elektroniczna', 'emailová adresa', 'eposta', 'eposta adresi'],
    ...['электронная почта', 'адрес электронной почты', 'эл почта', 'почта', 'имейл', 'емейл', 'ел пошта'],
    ...[
      '邮箱',
      '邮箱地址',
      '电子邮箱',
      '电子邮件',
      '电子邮件地址',
      '邮件地址',
      '電子郵件',
      '電子郵件地址',
      '信箱',
    ],
    ...['이메일', '이메일 주소', '메일', '전자우편'],
  ],
  first_name: [
    ...['first name', 'first', 'given name', 'given names', 'forename', 'fname', 'first names', 'name first'],
    ...['christian name', 'prénom', 'prénoms', 'vorname', 'vornamen', 'rufname', 'nombre de pila'],
    ...[
      'primer nombre',
      'nombres',
      'primeiro nome',
      'nome próprio',
      'prenome',
      '名',
      '下の名前',
      '氏名（名）',
      'ファーストネーム',
    ],
    ...[
      'الاسم الأول',
      'الإسم الأول',
      'اسم أول',
      'voornaam',
      'förnamn',
      'fornavn',
      'etunimi',
      'imię',
      'jméno',
    ],
    ...['имя', 'ad', 'adı', '名字'],
  ],
  last_name: [
    ...['last name', 'last', 'surname', 'family name', 'lname', 'last names', 'name last', 'nom de famille'],
    ...['nachname', 'familienname', 'zuname', 'apellido', 'apellidos', 'primer apellido', 'sobrenome'],
    ...[
      'apelido',
      'apelidos',
      'último nome',
      'nome de família',
      '姓',
      '苗字',
      '名字（姓）',
      '氏名（姓）',
      'ラストネーム',
    ],
    ...[
      'اسم العائلة',
      'الاسم الأخير',
      'الإسم الأخير',
      'اللقب',
      'الكنية',
      'cognome',
      'achternaam',
      'efternamn',
    ],
    ...[
      'etternavn',
      'efternavn',
      'sukunimi',
      'nazwisko',
      'příjmení',
      'фамилия',
      'soyad',
      'soyadı',
      '姓氏',
      '성',
    ],
  ],
  full_name: [
    ...['full name', 'complete name', 'name and surname', 'first and last name', 'first name and last name'],
    ...[
      'first name last name',
      'first last name',
      'display name',
      'last name first name',
      'vollständiger name',
      'vor und nachname',
    ],
    ...['vorname nachname', 'vorname und nachname', 'vorname und name', 'nachname vorname', 'name vorname'],
    ...['nom complet', 'prénom et nom', 'prénom nom', 'nom et prénom', 'nom prénom', 'nombre completo'],
    ...[
      'nombre y apellidos',
      'nombre y apellido',
      'nombres y apellidos',
      'apellidos y nombre',
      'apellidos nombre',
    ],
    ...[
      'nome completo',
      'nome e sobrenome',
      'nome e apelido',
      'nome e cognome',
      'cognome e nome',
      '氏名',
      'お名前',
    ],
    ...['御名前', 'フルネーム', 'ご氏名', '表示名', 'الاسم الكامل', 'الإسم الكامل', 'الاسم الثلاثي'],
    ...['volledige naam', 'fullständigt namn', 'imię i nazwisko', 'nazwisko i imię', 'фио', 'полное имя'],
    ...['ad soyad', 'adı soyadı', '姓名', '全名', '성명', '성함'],
  ],
  name: [
    'name',
    'names',
    'nom',
    'noms',
    'nombre',
    'nome',
    'naam',
    'namn',
    'navn',
    'nimi',
    '名前',
    'الاسم',
    'الإسم',
    'اسم',
    '이름',
    'isim',
    // Alone above a column, the person is named by their name.
    ...['attendee', 'participant', 'registrant', 'teilnehmer', 'participante', 'asistente', '参加者'],
  ],
  locale: [
    'language locale key',
    ...[
      'locale',
      'language',
      'lang',
      'sprache',
      'langue',
      'idioma',
      'língua',
      'lingua',
      'taal',
      'språk',
      'sprog',
    ],
    ...[
      '言語',
      '使用言語',
      '言語設定',
      'اللغة',
      'لغة',
      '语言',
      '語言',
      '언어',
      'язык',
      'język',
      'dil',
      'kieli',
    ],
  ],
  time_zone: [
    ...[
      'time zone',
      'timezones',
      'tz',
      'zeitzone',
      'fuseau horaire',
      'fuseau',
      'zona horaria',
      'huso horario',
    ],
    ...['fuso horário', 'fuso', 'fuso orario', 'tijdzone', 'tidszon', 'tidssone', 'タイムゾーン', '時間帯'],
    ...[
      'المنطقة الزمنية',
      'التوقيت',
      '时区',
      '時區',
      '시간대',
      'часовой пояс',
      'strefa czasowa',
      'saat dilimi',
    ],
  ],
  access_key: ['access key'],
  utm_source: ['utm source'],
  utm_medium: ['utm medium'],
  utm_campaign: ['utm campaign'],
  utm_term: ['utm term'],
  utm_content: ['utm content'],
  referrer: ['referrer', 'referer'],
};

/** Those of whole names in which the family name comes first. */
const LAST_FIRST = new Set(
  [
    ...['last name first name', 'nachname vorname', 'name vorname', 'nom et prénom', 'nom prénom'],
    ...['apellidos y nombre', 'apellidos nombre', 'cognome e nome', 'nazwisko i imię', 'фио', '氏名', '姓名'],
  ].map((name) => wordsOf(name).join('')),
);

/** Whose it is: the person that takes part. */
const ATTENDEE =
  wordSet(`attendee attendees attendant participant participants participante participantes participanta
  asistente asistentes assistente registrant registrants guest guests gast gaste invite invitee invitado invitada
  convidado convidada inscrit inscrite inscrito inscrita teilnehmer teilnehmers teilnehmerin teilnehmende teilnehmenden
  delegate visitor besucher visiteur ticket ticketholder holder deltagare deltaker deltager partecipante deelnemer
  uczestnik uczestnika участник участника المشارك مشارك 参加者 申込者 出席者`);

/** Words that change nothing. */
const NEUTRAL =
  wordSet(`your votre vos ihre ihr deine dein tu su seu sua uw my work working business professional
  professionnel professionnelle profesional profissional geschaftlich geschaftliche dienstlich dienstliche primary main
  principal personal personnel personnelle pessoal contact kontakt contacto contato user utilisateur usuario usuaria
  member mitglied subscriber customer kunde lead person personne persona student required optional obligatoire
  obligatorio pflichtfeld value 1 the of de du del do da des der die das le la el l d s is what are please enter
  provide type input a code preferred bevorzugte prefere preferee preferido preferida valid best tag お客様 ご本人`);

/** Whose it is instead: somebody who only paid or invited. And what is about an address but is none. */
const OTHERS =
  wordSet(`buyer order orderer ordering billing purchaser payer payeur acheteur kaufer besteller rechnung invoice
  comprador compradora pagador organizer organiser organisateur organizador veranstalter host panelist speaker manager
  supervisor emergency company organization organisation event sender owner agent secondary alternate alternative parent
  spouse confirm confirmed assistant 2 3 4`);

const KNOWN = new Map<string, HeaderMeaning>(
  Object.entries(NAMES).flatMap(([meaning, names]) =>
    names.map((name) => [wordsOf(name).join(''), meaning as HeaderMeaning] as const),
  ),
);

/** A longer one is a question, or no name at all: it means nothing. */
export const LONGEST_MEANT = 120;

/** What a column may hold, by its name; null where the name says nothing of it. */
export function guessMeaning(header: string): HeaderGuess | null {
  if (header.length > LONGEST_MEANT) return null;
  return (
    guessPart(header) ?? guess(header) ?? guess(header.replace(/[([{（【［].*?(?:[)\]}）】］]|$)/g, ' '), 2)
  );
}

/** "Attendee name: Given name" is the latter, of the former. */
function guessPart(header: string): HeaderGuess | null {
  const [, whose = '', part = ''] = /^(.+?)[:：]\s*(.+)$/.exec(header) ?? [];
  if (
    !wordsOf(whose)
      .flatMap(splitAttached)
      .some((word) => ATTENDEE.has(word))
  )
    return null;
  const found = guess(part);
  return found && { ...found, rank: 0 };
}

function guess(header: string, least: 1 | 2 = 1): HeaderGuess | null {
  const words = wordsOf(header);
  if (words.length === 0 || words.length > 12) return null;
  const whole = known(words, least);
  if (whole) return whole;
  if (words.some((word) => OTHERS.has(word))) return null;
  const split = words.flatMap(splitAttached);
  const isAttendees = split.some((word) => ATTENDEE.has(word));
  const rest = split.filter((word) => !ATTENDEE.has(word) && !NEUTRAL.has(word));
  const found = known(rest, isAttendees ? 0 : 2);
  // A "ticket name" is the ticket's.
  return found?.meaning === 'name' && words.includes('ticket') ? null : found;
}

function known(words: readonly string[], rank: HeaderGuess['rank']): HeaderGuess | null {
  const compact = words.join('');
  const meaning = KNOWN.get(compact);
  return meaning ? { meaning, rank, lastFirst: LAST_FIRST.has(compact) } : null;
}

/** Whether a name is nearly one of an address column: a slip of the finger, or more words around it. */
export function resemblesEmail(header: string): boolean {
  return /mail|courriel|correo|correio|メール|邮|郵件|이메일|بريد|почт|пошт/.test(wordsOf(header).join(''));
}

/** The words of a name without case and accents, apart where a capital begins one: `firstName` has two. */
function wordsOf(name: string): string[] {
  return (
    name
      .replace(/(\p{Ll})(?=\p{Lu})/gu, '$1 ')
      .normalize('NFKD')
      .toLowerCase()
      .replace(/\p{M}/gu, '')
      .replaceAll('ı', 'i')
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

/** Japanese and German write words together: 参加者メールアドレス, Teilnehmername. */
function splitAttached(word: string): string[] {
  const prefix = ['Teilnehmer', '参加者', '申込者', '出席者', 'お客様', 'ご本人'].find(
    (each) => word.startsWith(wordsOf(each).join('')) && word.length > each.length,
  );
  return prefix
    ? [wordsOf(prefix).join(''), word.slice(wordsOf(prefix).join('').length).replace(/^の/, '')]
    : [word];
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(/\s+/).flatMap(wordsOf));
}
