import type { Language } from '../../src/domain/locale.ts';

/** An invented event and an invented person, as there might be where a language is spoken. */
export interface Scene {
  readonly slug: string;
  readonly title: string;
  /** Paragraphs and a list, longer than a mail shows. */
  readonly description: string;
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
    description:
      'How to build tools that ask for less attention, and get more done: an hour with examples from twelve product teams.\n\n- what calm means, and how to measure it\n- three redesigns, step by step\n- your questions\n\nBring a screen that annoys you. We will look at some of them together.',
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
    description:
      'Comment créer des outils qui demandent moins d’attention et rendent plus de services : une heure d’exemples venus de douze équipes.\n\n- ce que « serein » veut dire, et comment le mesurer\n- trois refontes, pas à pas\n- vos questions\n\nApportez un écran qui vous agace : nous en regarderons quelques-uns ensemble.',
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
    description:
      'Wie man Werkzeuge baut, die weniger Aufmerksamkeit fordern und mehr leisten: eine Stunde mit Beispielen aus zwölf Produktteams.\n\n- was „ruhig“ heißt und wie man es misst\n- drei Umbauten, Schritt für Schritt\n- Ihre Fragen\n\nBringen Sie eine Oberfläche mit, die Sie ärgert. Einige davon sehen wir uns gemeinsam an.',
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
    description:
      'Cómo crear herramientas que piden menos atención y hacen más: una hora con ejemplos de doce equipos de producto.\n\n- qué significa «sereno» y cómo se mide\n- tres rediseños, paso a paso\n- tus preguntas\n\nTrae una pantalla que te moleste: veremos algunas entre todos.',
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
    description:
      'Como criar ferramentas que pedem menos atenção e fazem mais: uma hora com exemplos de doze equipas de produto.\n\n- o que significa «tranquilo» e como se mede\n- três remodelações, passo a passo\n- as suas perguntas\n\nTraga um ecrã que o incomode: veremos alguns em conjunto.',
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
    description:
      '注意を奪わず、より多くのことができるツールの作り方を、12の開発チームの事例とともに1時間でご紹介します。\n\n- 「穏やか」とは何か、どう測るか\n- 3つの改善例\n- 質疑応答\n\n使いにくいと感じる画面をお持ちください。いくつかを一緒に見ていきます。',
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
    description:
      'كيف نبني أدوات تطلب انتباهًا أقل وتنجز أكثر: ساعة من الأمثلة من اثني عشر فريقًا.\n\n- ما معنى الهدوء وكيف نقيسه\n- ثلاث إعادات تصميم خطوة بخطوة\n- أسئلتكم\n\nأحضروا شاشة تزعجكم، وسنتأمل بعضها معًا.',
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
