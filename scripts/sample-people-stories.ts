import type { Ending } from '../src/db/delivery.ts';
import type { DeliveryEventType } from '../src/domain/delivery/status.ts';
import type { LinkKind } from '../src/domain/kinds.ts';

/** What became of one mail. */
export interface SampleMailStory {
  readonly kind: LinkKind;
  /** After the registration, or before now; neither: right after it. */
  readonly minutesLater?: number;
  readonly minutesAgo?: number;
  /** How it ended, or why it waits, where the mail server did not take it. */
  readonly ends?: Pick<Ending, 'status' | 'error'> | { readonly status: 'waiting'; readonly error: string };
  /** What was reported of it afterwards. */
  readonly reported?: readonly {
    readonly type: DeliveryEventType;
    readonly secondsLater: number;
    /** In the mail server's words. */
    readonly said?: string;
  }[];
}

/** An invented person. */
export interface SamplePerson {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly locale: string | null;
  readonly timeZone: string | null;
  readonly company: string | null;
  /** Where they registered from; null: they came in with a file. */
  readonly source: string | null;
  readonly hoursAgo: number;
  readonly mails: readonly SampleMailStory[];
}

const DELIVERED = { type: 'delivered', secondsLater: 6 } as const;
const MINUTE = 60;
const opened = (minutes: number) => ({ type: 'opened', secondsLater: minutes * MINUTE }) as const;
const clicked = (minutes: number) => ({ type: 'clicked', secondsLater: minutes * MINUTE }) as const;

const confirmed = (...reported: NonNullable<SampleMailStory['reported']>): SampleMailStory => ({
  kind: 'confirmation',
  reported,
});

/** What may become of somebody's mails, the latest last. */
const STORIES = {
  no_mail: [],
  sent: [confirmed()],
  delivered: [confirmed(DELIVERED)],
  opened: [confirmed(DELIVERED, opened(14))],
  opened_late: [confirmed(DELIVERED, opened(9 * 60))],
  clicked: [confirmed(DELIVERED, opened(3), clicked(4))],
  /** Lost the link, asked for it on the event's page. */
  asked_again: [
    confirmed(DELIVERED, opened(40)),
    { kind: 'self_serve_link', minutesLater: 26 * 60, reported: [DELIVERED, opened(26), clicked(27)] },
  ],
  /** Wrote to the host; the team sent it again. */
  resent: [
    confirmed(DELIVERED),
    { kind: 'access_link', minutesLater: 20 * 60, reported: [DELIVERED, opened(55)] },
  ],
  mailbox_full: [
    confirmed({ type: 'soft_bounced', secondsLater: 20, said: '552 5.2.2 Mailbox full: over quota' }),
  ],
  greylisted: [
    confirmed({
      type: 'deferred',
      secondsLater: 8,
      said: '451 4.7.1 Greylisted, please try again in 15 minutes',
    }),
  ],
  no_mailbox: [
    confirmed({
      ...{ type: 'bounced', secondsLater: 41 },
      said: '550 5.1.1 The email account that you tried to reach does not exist',
    }),
  ],
  no_domain: [
    confirmed({
      ...{ type: 'bounced', secondsLater: 12 },
      said: '5.4.4 Host or domain name not found. Name service error: Host not found',
    }),
  ],
  spam: [confirmed(DELIVERED, opened(5), { type: 'complained', secondsLater: 7 * MINUTE })],
  refused: [
    confirmed({ type: 'failed', secondsLater: 9, said: '550 5.7.1 Message rejected by content filtering' }),
  ],
  dropped: [
    confirmed({
      ...{ type: 'dropped', secondsLater: 1 },
      said: 'The mail provider blocks this address: an earlier mail to it bounced.',
    }),
  ],
  /** Its second link waits for another attempt. */
  waiting: [
    confirmed(DELIVERED, opened(30)),
    {
      ...{ kind: 'access_link', minutesAgo: 4 },
      ends: { status: 'waiting', error: '421 4.3.2 Service shutting down, try again later' },
    },
  ],
  uncertain: [
    {
      kind: 'confirmation',
      ends: {
        status: 'unknown',
        error: 'The connection closed before the mail server answered: the mail may have arrived.',
      },
    },
  ],
  too_late: [
    confirmed(DELIVERED),
    {
      ...{ kind: 'self_serve_link', minutesLater: 90 },
      ends: { status: 'not_sent', error: 'Too late: its deadline passed.' },
    },
  ],
} as const satisfies Record<string, readonly SampleMailStory[]>;

type Row = readonly [
  firstName: string,
  lastName: string,
  email: string,
  locale: string | null,
  timeZone: string | null,
  company: string | null,
  story: keyof typeof STORIES,
];

// No address reaches anybody: their domains are reserved (RFC 2606), but for two mistyped ones that are blocked as bounced.
const ROWS: readonly Row[] = [
  ['Priya', 'Raghunathan', 'priya@northwind.example', 'en-IN', 'Asia/Kolkata', 'Northwind', 'clicked'],
  ['Lena', 'Fischer', 'lena.fischer@gmial.com', 'de', 'Europe/Berlin', null, 'no_domain'],
  ['さくら', '田中', 'sakura.tanaka@aoba.example', 'ja', 'Asia/Tokyo', '青葉デザイン', 'opened'],
  ['ليلى', 'حداد', 'layla@nakheel.example', 'ar', 'Asia/Riyadh', 'نخيل', 'clicked'],
  ['Tomás', 'Herrera', 'tomas@lumen.example', 'es', 'Europe/Madrid', 'Lumen', 'opened'],
  ['Chloé', 'Lefèvre', 'chloe.lefevre@atelier.example', 'fr', 'Europe/Paris', 'Atelier Nord', 'asked_again'],
  ['João', 'Carvalho', 'joao@vertente.example', 'pt-BR', 'America/Sao_Paulo', 'Vertente', 'delivered'],
  ['Oluwaseun', 'Adeyemi', 'seun@kitovu.example', 'en', 'Africa/Lagos', 'Kitovu', 'opened'],
  ['Anna', 'Kowalska', 'anna.kowalska@wisla.example', 'en', 'Europe/Warsaw', 'Wisła', 'delivered'],
  ['Grace', 'Okafor', 'grace.okafor@northwind.example', 'en-GB', 'Europe/London', 'Northwind', 'opened_late'],
  ['Mehmet', 'Yılmaz', 'mehmet@bosphorus.example', 'en', 'Europe/Istanbul', null, 'mailbox_full'],
  ['健太', '山本', 'kenta@hoshizora.example', 'ja', 'Asia/Tokyo', '星空ソフト', 'clicked'],
  ['Sofia', 'Rossi', 'sofia.rossi@ponte.example', 'en', 'Europe/Rome', 'Ponte', 'opened'],
  ['Noah', 'Williams', 'noah.williams@hotmial.com', 'en-US', 'America/Chicago', null, 'no_domain'],
  ['فاطمة', 'الزهراء', 'fatima@atlas.example', 'ar', 'Africa/Casablanca', 'أطلس', 'delivered'],
  ['Émile', 'Beaulieu', 'emile@laurentides.example', 'fr-CA', 'America/Toronto', 'Laurentides', 'resent'],
  ['Ingrid', 'Sørensen', 'ingrid@fjord.example', 'en', 'Europe/Copenhagen', 'Fjord', 'clicked'],
  ['Wei', 'Zhang', 'wei.zhang@jade.example', 'en', 'Asia/Shanghai', 'Jade Labs', 'delivered'],
  ['Min-jun', 'Park', 'minjun@hangang.example', 'en', 'Asia/Seoul', 'Hangang', 'opened'],
  ['Käthe', 'Großmann', 'kaethe@werkstatt.example', 'de', 'Europe/Vienna', 'Werkstatt', 'clicked'],
  ['Daniel', 'Cohen', 'daniel.cohen@galil.example', 'en', 'Asia/Jerusalem', 'Galil', 'spam'],
  ['Amara', 'Diallo', 'amara@baobab.example', 'fr', 'Africa/Dakar', 'Baobab', 'opened'],
  ['Lucas', 'Meyer', 'l.meyer@werkstatt.example', 'de-CH', 'Europe/Zurich', 'Werkstatt', 'no_mailbox'],
  ['Isabel', 'Fonseca', 'isabel@vertente.example', 'pt', 'Europe/Lisbon', 'Vertente', 'opened'],
  ['Hiroshi', 'Nakamura', 'hiroshi@aoba.example', 'ja', 'Asia/Tokyo', '青葉デザイン', 'sent'],
  ['Zoë', 'van der Berg', 'zoe@polder.example', 'en', 'Europe/Amsterdam', 'Polder', 'clicked'],
  ['Andrei', 'Popescu', 'andrei@carpati.example', 'en', 'Europe/Bucharest', null, 'refused'],
  ['Valentina', 'Gómez', 'valentina@andes.example', 'es-CO', 'America/Bogota', 'Andes', 'delivered'],
  ['Ahmed', 'Mansour', 'ahmed@nile.example', 'ar', 'Africa/Cairo', 'Nile', 'waiting'],
  ['Freya', 'Lindqvist', 'freya@studio.example', 'en', 'Europe/Stockholm', 'Studio', 'asked_again'],
  ['Kwame', 'Mensah', 'kwame@volta.example', 'en', 'Africa/Accra', 'Volta', 'uncertain'],
  ['Nguyễn', 'Thị Mai', 'mai@saigon.example', 'en', 'Asia/Ho_Chi_Minh', 'Saigon Works', 'opened_late'],
  ['Olena', 'Shevchenko', 'olena@dnipro.example', 'en', 'Europe/Kyiv', 'Dnipro', 'clicked'],
  ['Mateo', 'Quispe', 'mateo@andes.example', 'es-PE', 'America/Lima', 'Andes', 'greylisted'],
  [
    'Rosa',
    'Parks-Bennett',
    'rosa.bennett@northwind.example',
    'en-US',
    'America/New_York',
    'Northwind',
    'no_mailbox',
  ],
  ['Arjun', 'Patel', 'arjun@monsoon.example', 'en', 'Asia/Kolkata', 'Monsoon', 'too_late'],
  ['Hélène', 'Béranger', 'helene@atelier.example', 'fr', 'Europe/Paris', 'Atelier Nord', 'dropped'],
  ['Thandiwe', 'Nkosi', 'thandiwe@fynbos.example', 'en-ZA', 'Africa/Johannesburg', 'Fynbos', 'sent'],
  ['Michael', 'O’Connor', 'michael@liffey.example', 'en-IE', 'Europe/Dublin', 'Liffey', 'no_mail'],
  ['Jun', 'Sato', 'jun@hoshizora.example', 'ja', 'Asia/Tokyo', '星空ソフト', 'no_mail'],
];

const SOURCES = ['newsletter', 'website', 'linkedin', 'partner'] as const;

/** Forty, as they might come for an event a week ahead: over the last five days, the first one first. */
export const SAMPLE_PEOPLE: readonly SamplePerson[] = ROWS.map(
  ([firstName, lastName, email, locale, timeZone, company, story], index) => ({
    ...{ firstName, lastName, email, locale, timeZone, company },
    // Those without a mail came in with a file, which sends none.
    source: story === 'no_mail' ? null : (SOURCES[index % SOURCES.length] ?? null),
    hoursAgo: 30 + (ROWS.length - index) * 2.3,
    mails: STORIES[story],
  }),
);
