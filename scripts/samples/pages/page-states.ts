import type { Page } from 'playwright-core';
import type { Language } from '../../../src/domain/locale.ts';
import { LONG_TITLES, SCENES } from '../people.ts';
import { BLOCKED_URL, COVER_URL, HOST_PICTURE_URL, LOGO_URL, TEAM_SITE } from '../sheet/stand-ins.ts';
import { sampleFormFields } from './form-fields.ts';

/** What a page is asked for with. */
export interface PageFacts {
  readonly language: Language;
  /** Of the event: `/e/calm-software`. */
  readonly path: string;
  /** Behind the path of a personal link: `?email=…&key=…`. */
  readonly credentials: string;
  /** Where the registrant's reminders are stopped. */
  readonly unsubscribePath: string;
}

/** A visitor, and a clock that goes on when they have done something. */
export interface Visit extends PageFacts {
  readonly page: Page;
  /** Sends the form that holds `selector` and waits for what comes of it. */
  readonly send: (selector: string) => Promise<void>;
}

/** When the page is looked at. */
type Moment = 'days before' | 'minutes before' | 'during' | 'after';

export interface PageState {
  /** Left out: all. */
  readonly languages?: readonly Language[];
  readonly at?: Moment;
  /** Of the event, as the API takes it. */
  readonly event?: (language: Language) => Readonly<Record<string, unknown>>;
  /** What happened to it, and to the registrant's place. */
  readonly isCancelled?: true;
  readonly hasCancelled?: true;
  readonly accessKey?: string;
  /** From ours on, or an address elsewhere. */
  readonly path: (facts: PageFacts) => string;
  /** What the visitor does there before the picture is taken. */
  readonly act?: (visit: Visit) => Promise<void>;
  /** How what is looked at in the end was answered, one of these; left out: 200. */
  readonly status?: number | readonly number[];
}

const PICTURES = {
  logoUrl: LOGO_URL,
  coverUrl: COVER_URL,
  hostPictureUrl: HOST_PICTURE_URL,
  color: '#7a2e8f',
};
const REPLAY = { replayUrl: 'https://video.example/calm-software' };
const EMBEDDED = { embedOrigins: [TEAM_SITE] };
const DIGITS = { event: () => ({ keyStyle: 'digits' }), accessKey: '4071' };

const EVENT = ({ path }: PageFacts) => path;
const EMBED = ({ path }: PageFacts) => `${path}/embed`;
const personal =
  (page: string) =>
  ({ path, credentials }: PageFacts) =>
    `${path}/${page}${credentials}`;
const LIVE = personal('live');
const OWN = personal('registration');

/** Only the form of a registration asks for a name. */
const REGISTRATION = '[name="firstName"]';
/** What the names of the event's own fields begin with. */
const OWN_FIELD = 'field.';

/** Every page that visitors see, and what it may meet. Those of a route that is not there are left out. */
export const PAGES = {
  event: {
    plain: { path: EVENT },
    errors: { path: EVENT, act: registerWrongly, status: 422 },
    pictures: { path: EVENT, event: () => PICTURES },
    'pictures-blocked': {
      path: EVENT,
      event: () => ({ logoUrl: BLOCKED_URL, coverUrl: BLOCKED_URL, hostPictureUrl: BLOCKED_URL }),
    },
    'long-title': { path: EVENT, event: (language) => ({ ...PICTURES, title: LONG_TITLES[language] }) },
    // Each way round: an English event among Arabic letters, and the other way.
    'right-to-left': {
      languages: ['en', 'ar'],
      path: EVENT,
      event: (language) => {
        const { title, description, hostName } = SCENES[language === 'ar' ? 'en' : 'ar'];
        return { title, description, hostName };
      },
    },
    bare: { path: EVENT, event: () => ({ formFields: [], description: '', hostName: null, replyTo: null }) },
    running: { path: EVENT, at: 'during' },
    ended: { path: EVENT, at: 'after' },
    replay: { path: EVENT, at: 'after', event: () => ({ ...PICTURES, ...REPLAY }) },
    cancelled: { path: EVENT, isCancelled: true },
    'cancelled-pictures': { path: EVENT, isCancelled: true, event: () => PICTURES },
  },
  registered: {
    plain: { path: EVENT, act: (visit) => register(visit, SCENES[visit.language].email) },
    pictures: {
      path: EVENT,
      event: () => PICTURES,
      act: (visit) => register(visit, SCENES[visit.language].email),
    },
    running: { path: EVENT, at: 'during', act: (visit) => register(visit, SCENES[visit.language].email) },
    // As somebody's thumb may have it: it is asked back, or taken.
    typo: { path: EVENT, act: (visit) => register(visit, 'maria@gmial.com'), status: [422, 200] },
  },
  embed: {
    plain: { path: EMBED, event: () => EMBEDDED },
    errors: { path: EMBED, event: () => EMBEDDED, act: registerWrongly, status: 422 },
    pictures: { path: EMBED, event: () => ({ ...PICTURES, ...EMBEDDED }) },
    registered: {
      path: EMBED,
      event: () => EMBEDDED,
      act: (visit) => register(visit, SCENES[visit.language].email),
    },
    ended: { path: EMBED, at: 'after', event: () => EMBEDDED },
    cancelled: { path: EMBED, isCancelled: true, event: () => EMBEDDED },
    'no-site': { path: EMBED },
    framed: {
      path: ({ path, language }) => `${TEAM_SITE}/?lang=${language}&event=${path.split('/').at(-1)}`,
      event: () => ({ ...PICTURES, ...EMBEDDED }),
      act: async ({ page }) => {
        // The frame is as high as its form.
        await page.waitForFunction('document.querySelector("iframe")?.offsetHeight > 400');
      },
    },
  },
  'own-registration': {
    plain: { path: OWN },
    pictures: { path: OWN, event: () => PICTURES },
    saved: { path: OWN, act: ({ send }) => send(REGISTRATION) },
    errors: {
      path: OWN,
      act: async ({ page, send }) => {
        await page.locator(`[name="${OWN_FIELD}company"]`).fill('');
        await send(REGISTRATION);
      },
      status: 422,
    },
    'four-digits': { path: OWN, ...DIGITS },
    'asks-to-cancel': { path: (facts) => `${OWN(facts)}&do=cancel` },
    'has-cancelled': { path: OWN, hasCancelled: true },
    ended: { path: OWN, at: 'after' },
    cancelled: { path: OWN, isCancelled: true },
  },
  'link-requested': {
    plain: {
      path: EVENT,
      act: async ({ page, send }) => {
        const field = 'form[action$="/access-link"] [name="email"]';
        // It may be folded away.
        await page.evaluate(`document.querySelector('${field}').value = 'ada@example.com'`);
        await send(field);
      },
    },
  },
  'link-refused': {
    plain: { path: ({ path }) => `${path}/live?email=ada@example.com&key=0000`, status: 403 },
  },
  waiting: {
    plain: { path: LIVE },
    pictures: { path: LIVE, event: () => PICTURES },
    soon: { path: LIVE, at: 'minutes before' },
    'doors-open-early': { path: LIVE, event: () => ({ doorsOpenMinutes: 15 }) },
  },
  room: {
    plain: { path: LIVE, at: 'during' },
    pictures: { path: LIVE, at: 'during', event: () => PICTURES },
  },
  ended: { plain: { path: LIVE, at: 'after' } },
  cancelled: {
    plain: { path: LIVE, isCancelled: true },
    pictures: { path: LIVE, isCancelled: true, event: () => PICTURES },
  },
  unsubscribe: {
    plain: { path: ({ unsubscribePath }) => unsubscribePath },
    done: {
      path: ({ unsubscribePath }) => unsubscribePath,
      act: ({ send }) => send('button[type="submit"]'),
    },
  },
  'not-found': { plain: { path: () => '/e/nothing-is-called-so', status: 404 } },
} as const satisfies Record<string, Record<string, PageState>>;

export type PageName = keyof typeof PAGES;
export const PAGE_NAMES = Object.keys(PAGES) as readonly PageName[];
export const PAGE_STATE_NAMES: readonly string[] = [
  ...new Set(PAGE_NAMES.flatMap((name) => Object.keys(PAGES[name]))),
];

/** By their names, and in the order in which a sheet has them. */
export function statesOf(name: PageName): Readonly<Record<string, PageState>> {
  return PAGES[name];
}

/** What every event has unless its state says otherwise. */
export function plainEvent(language: Language): Readonly<Record<string, unknown>> {
  const { title, description, hostName, timeZone, startsAt } = SCENES[language];
  return {
    ...{ title, description, hostName, timeZone, locale: language, replyTo: 'host@studio.example' },
    startsAt: startsAt.toISOString(),
    endsAt: new Date(startsAt.getTime() + 60 * 60_000).toISOString(),
    formFields: sampleFormFields(language),
  };
}

async function register(visit: Visit, email: string): Promise<void> {
  const { firstName, lastName } = SCENES[visit.language];
  await fill(visit.page, { email, firstName, lastName }, 'Studio');
  await visit.send(REGISTRATION);
}

/** Without what must be given, and with an address that is none. */
async function registerWrongly({ page, send, language }: Visit): Promise<void> {
  await page.locator(`form:has(${REGISTRATION}) [name="email"]`).fill('ada@');
  await page.locator(REGISTRATION).fill(SCENES[language].firstName);
  await send(REGISTRATION);
}

async function fill(page: Page, values: Readonly<Record<string, string>>, answer: string): Promise<void> {
  const form = page.locator(`form:has(${REGISTRATION})`);
  for (const [name, value] of Object.entries(values)) await form.locator(`[name="${name}"]`).fill(value);
  const own = (kind: string) => form.locator(`${kind}[name^="${OWN_FIELD}"]`).all();
  for (const field of await own('input[type="text"]')) await field.fill(answer);
  for (const field of await own('textarea')) await field.fill(answer);
  for (const field of await own('select')) await field.selectOption({ index: 1 });
  for (const field of await own('input[type="checkbox"]')) await field.check();
}
