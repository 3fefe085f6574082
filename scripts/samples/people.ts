import type { Language } from '../../src/domain/locale.ts';

/** An invented event and an invented person, as there might be where a language is spoken. */
export interface Scene {
  readonly slug: string;
  readonly title: string;
  readonly hostName: string;
  readonly timeZone: string;
  readonly startsAt: Date;
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
}

/** A Friday evening, in each of them. */
export const SCENES: Readonly<Record<Language, Scene>> = {
  en: {
    slug: 'calm-software',
    title: 'Designing calm software',
    hostName: 'Maya Lindqvist',
    timeZone: 'Europe/London',
    startsAt: new Date('2027-01-15T17:00:00Z'),
    firstName: 'Ada',
    lastName: 'Lovelace',
    email: 'ada@example.com',
  },
  fr: {
    slug: 'logiciel-serein',
    title: 'Concevoir des logiciels sereins',
    hostName: 'Hélène Béranger',
    timeZone: 'Europe/Paris',
    startsAt: new Date('2027-01-15T17:00:00Z'),
    firstName: 'Émilie',
    lastName: 'du Châtelet',
    email: 'emilie@example.com',
  },
  de: {
    slug: 'ruhige-software',
    title: 'Ruhige Software gestalten',
    hostName: 'Jörg Weißmüller',
    timeZone: 'Europe/Berlin',
    startsAt: new Date('2027-01-15T17:00:00Z'),
    firstName: 'Käthe',
    lastName: 'Großmann',
    email: 'kaethe@example.com',
  },
  es: {
    slug: 'software-sereno',
    title: 'Diseñar software sereno',
    hostName: 'Íñigo Núñez',
    timeZone: 'Europe/Madrid',
    startsAt: new Date('2027-01-15T17:00:00Z'),
    firstName: 'Ángela',
    lastName: 'Ruiz Robles',
    email: 'angela@example.com',
  },
  pt: {
    slug: 'software-tranquilo',
    title: 'Criar software tranquilo',
    hostName: 'João Conceição',
    timeZone: 'America/Sao_Paulo',
    startsAt: new Date('2027-01-15T22:00:00Z'),
    firstName: 'Inês',
    lastName: 'Magalhães',
    email: 'ines@example.com',
  },
  ja: {
    slug: 'odayaka-na-software',
    title: '穏やかなソフトウェアの設計',
    hostName: '佐藤 美咲',
    timeZone: 'Asia/Tokyo',
    startsAt: new Date('2027-01-15T10:00:00Z'),
    firstName: '花子',
    lastName: '山田',
    email: 'hanako@example.com',
  },
  ar: {
    slug: 'barmajiyat-hadia',
    title: 'تصميم برمجيات هادئة',
    hostName: 'ليلى حداد',
    timeZone: 'Asia/Riyadh',
    startsAt: new Date('2027-01-15T16:00:00Z'),
    firstName: 'مريم',
    lastName: 'الإسطرلابي',
    email: 'mariam@example.com',
  },
};

/** Titles as teams write them that say everything: over 60 characters, in Japanese over 30. */
export const LONG_TITLES: Readonly<Record<Language, string>> = {
  en: 'Designing calm software: what twelve product teams changed, and what their customers noticed first',
  fr: 'Concevoir des logiciels sereins : ce que douze équipes ont changé, et ce que leurs clients ont vu d’abord',
  de: 'Ruhige Software gestalten: Was zwölf Produktteams geändert haben und was ihre Kundschaft zuerst bemerkte',
  es: 'Diseñar software sereno: qué cambiaron doce equipos de producto y qué notaron antes sus clientes',
  pt: 'Criar software tranquilo: o que doze equipas de produto mudaram e o que os clientes notaram primeiro',
  ja: '穏やかなソフトウェアの設計：12の開発チームが変えたことと、お客様が最初に気づいたこと',
  ar: 'تصميم برمجيات هادئة: ما الذي غيّره اثنا عشر فريقًا، وما الذي لاحظه عملاؤهم أولًا',
};

/** Whoever on the team asks for a sign-in link or an export. */
export const TEAM_MEMBER = 'grace@studio.example';
/** Whoever invites them to the team. */
export const INVITER = 'ada@studio.example';
export const POSTAL_ADDRESS = 'Studio, 1 Sample Street, 75000 Paris';
