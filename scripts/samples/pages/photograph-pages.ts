import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { LANGUAGES, type Language } from '../../../src/domain/locale.ts';
import { signId } from '../../../src/domain/signed-id.ts';
import { SCENES } from '../people.ts';
import { idOf, PAGE } from '../samples.ts';
import { APP_SECRET, type DatabaseEnv } from '../send.ts';
import { DEVICES, pictureName, SCHEMES, WIDTHS } from '../sheet/looks.ts';
import type { Windows } from '../sheet/pictures.ts';
import { hashOf, type Photographer, type Shown } from '../sheet/sheet.ts';
import { stayHere, TEAM_SITE } from '../sheet/stand-ins.ts';
import { openPageApp, type PageApp } from './page-app.ts';
import type { PageSample } from './page-samples.ts';
import { type PageFacts, plainEvent } from './page-states.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
/** A slow machine is no reason to give up. */
const HANGS_AFTER_MS = 5 * MINUTE;
/** From the start of the event. */
const MOMENTS = {
  'days before': -2 * DAY - 3 * 60 * MINUTE,
  'minutes before': -4 * MINUTE - 30_000,
  during: 20 * MINUTE,
  after: DAY,
} as const;
const HEIGHTS = { phone: 812, desk: 900 } as const;

/** What a program leaves behind where a value is missing. */
const ARTEFACTS = /\bundefined\b|\bNaN\b|\[object|\{\{/;

/**
 * The pages, as the server answers and a browser shows them. The database is migrated, and thrown away afterwards. Nothing of
 * them depends on the machine or the day.
 */
export function photographPages(
  browser: Windows,
  samples: readonly PageSample[],
  databaseEnv: DatabaseEnv,
): Photographer {
  return async (folder) => {
    const app = await openPageApp(databaseEnv);
    try {
      const there = samples.filter(({ name }) => name !== 'embed' || app.hasRoute('/e/:slug/embed'));
      const shown = new Map<string, Shown>();
      // One after the other: they share a clock.
      for (const language of LANGUAGES) {
        const ofLanguage = there.filter((sample) => sample.language === language);
        if (ofLanguage.length === 0) continue;
        for (const [key, one] of await visitAll(browser, app, { language, samples: ofLanguage, folder }))
          shown.set(key, one);
      }
      return there.flatMap(({ key }) => shown.get(key) ?? []);
    } finally {
      await app.stop();
    }
  };
}

interface Round {
  readonly language: Language;
  readonly samples: readonly PageSample[];
  readonly folder: string;
}

async function visitAll(
  browser: Windows,
  app: PageApp,
  { language, samples, folder }: Round,
): Promise<Map<string, Shown>> {
  const shown = new Map<string, Shown>();
  for (const [index, sample] of samples.entries()) {
    // A visitor of their own: nobody is remembered, and nobody comes too often.
    const client = `198.51.${LANGUAGES.indexOf(language)}.${index + 1}`;
    const context = await browser.newContext({
      ...{ locale: language, timezoneId: SCENES[language].timeZone, reducedMotion: 'reduce' },
      extraHTTPHeaders: { 'x-forwarded-for': client },
    });
    context.setDefaultTimeout(HANGS_AFTER_MS);
    try {
      await stayHere(context, app.origin);
      // A browser lets no site on the internet ask this machine for anything; older ones know no such permission.
      await context.grantPermissions(['local-network-access'], { origin: TEAM_SITE }).catch(() => undefined);
      shown.set(sample.key, await visit(await context.newPage(), app, { sample, folder }));
    } finally {
      await context.close();
    }
  }
  return shown;
}

/** What counts down stands still as well, at the instant of the server's answer: pictures of a slow machine are the same. */
const STANDING_STILL = `performance.now = () => performance.getEntriesByType('navigation')[0]?.responseStart ?? 0;`;

async function visit(
  page: Page,
  app: PageApp,
  { sample, folder }: { readonly sample: PageSample; readonly folder: string },
): Promise<Shown> {
  const { key, name, language, stateName, state } = sample;
  const facts = await prepare(app, sample);
  app.clock.now = new Date(SCENES[language].startsAt.getTime() + MOMENTS[state.at ?? 'days before']);
  await page.clock.setFixedTime(app.clock.now);
  await page.addInitScript(STANDING_STILL);
  const problems: string[] = [];
  let status = 0;
  page.on('response', (response) => {
    if (response.request().isNavigationRequest() && response.frame() === page.mainFrame())
      status = response.status();
  });
  page.on('pageerror', (error) => problems.push(`a script failed: ${error.message}`));
  page.on('console', (message) => {
    // A browser says so of the status that is looked at below, and of pictures that do not load.
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text()))
      problems.push(`the console says: ${firstLine(message.text())}`);
  });
  await page.setViewportSize({ width: WIDTHS.page.phone, height: HEIGHTS.phone });
  await page.goto(new URL(state.path(facts), app.origin).href);
  // What comes of it is looked at all the same.
  await state
    .act?.({ ...facts, page, send: (selector) => send(page, app, selector) })
    .catch((error: Error) => problems.push(`the visitor did not get on: ${firstLine(error.message)}`));
  await page.mouse.move(0, 0);
  await page.evaluate('document.fonts.ready.then(() => undefined)');
  const text = await page.locator('body').innerText();
  for (const device of DEVICES)
    for (const colorScheme of SCHEMES) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      await page.setViewportSize({ width: WIDTHS.page[device], height: HEIGHTS[device] });
      const path = join(folder, pictureName(key, `${device}-${colorScheme}`));
      await page.screenshot({ path, fullPage: true, animations: 'disabled' });
      const isWide = await page.evaluate<boolean>(
        'document.documentElement.scrollWidth > document.documentElement.clientWidth',
      );
      if (isWide) problems.push(`it scrolls sideways at ${WIDTHS.page[device]} pixels`);
    }
  const wanted = [state.status ?? 200].flat();
  if (!wanted.includes(status)) problems.push(`it was answered ${status}, not ${wanted.join(' or ')}`);
  const artefact = ARTEFACTS.exec(text)?.[0];
  if (artefact) problems.push(`it says "${artefact}"`);
  return {
    ...{ key, name, kind: PAGE, language, state: stateName, title: await page.title(), from: null },
    text: hashOf(text),
    problems: [...new Set(problems)],
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}

/** Sends the form that holds what the selector names, past what a browser would ask for first. */
async function send(page: Page, app: PageApp, selector: string): Promise<void> {
  // Nobody fills in a form within a second.
  app.clock.now = new Date(app.clock.now.getTime() + MINUTE);
  await page.clock.setFixedTime(app.clock.now);
  await page.addInitScript(STANDING_STILL);
  const done = page.waitForEvent('load');
  const form = `document.querySelector(${JSON.stringify(selector)}).closest('form')`;
  await page.evaluate(`HTMLFormElement.prototype.submit.call(${form})`);
  await done;
}

/** Makes the sample's event and its registrant. */
async function prepare(app: PageApp, { key, language, state }: PageSample): Promise<PageFacts> {
  const { slug, startsAt, email, firstName, lastName } = SCENES[language];
  app.clock.now = new Date(startsAt.getTime() - 11 * DAY);
  const event = await app.api('POST', '/events', {
    ...{ ...plainEvent(language), ...state.event?.(language) },
    slug: `${slug}-${key.replaceAll('.', '-')}`,
  });
  const accessKey = state.accessKey ?? idOf('key', key).replaceAll('-', '').slice(0, 22);
  const registrants = `/events/${event.id}/registrants`;
  const fields = { company: 'Studio', topic: 'Design', question: 'Where to begin?', privacy: 'yes' };
  const registrant = await app.api('POST', registrants, {
    ...{ email: `before.${email}`, firstName, lastName, locale: language, accessKey, fields },
    sendConfirmation: false,
  });
  if (state.isCancelled) await app.api('POST', `/events/${event.id}/cancel`, {});
  if (state.hasCancelled) await app.api('POST', `${registrants}/${registrant.id}/cancel`, {});
  return {
    language,
    path: `/e/${event.slug}`,
    credentials: `?email=${encodeURIComponent(`before.${email}`)}&key=${accessKey}`,
    unsubscribePath: `/u/${signId(APP_SECRET, 'stop-reminders', String(registrant.id))}`,
  };
}
