import { chromium, type Page } from 'playwright-core';
import { findBrowser } from '../../test/support/find-browser.ts';
import { BenchError } from './bench-error.ts';
import { type Lab, withDatabase } from './lab.ts';
import type { BenchOptions } from './options.ts';
import { signIn } from './pages.ts';
import { type Result, whole } from './report.ts';
import { seedEvent } from './seed.ts';
import { seedExport } from './seed-export.ts';
import { quantile } from './statistics.ts';

const COUNT = 100_000;
const ROUNDS = 40;
const WARM_UP = 5;

/** What somebody clicks on the People page, and what tells that its answer is on the page. */
interface Click {
  readonly name: string;
  /** A statement, which runs in the browser. */
  readonly does: string;
  readonly answered: 'turbo:render' | 'turbo:frame-render';
}

const FILTER: Click = {
  name: 'filter sent, list painted',
  does: `const status = document.querySelector('input[name=emailStatus][value=bounced]');
    status.checked = true;
    status.form.requestSubmit();`,
  answered: 'turbo:render',
};
const PANE: Click = {
  name: 'name clicked, pane painted',
  does: `document.querySelector('.person__link').click();`,
  answered: 'turbo:frame-render',
};

/**
 * How long somebody waits in a real browser: from the click until the frame with the answer is painted. Beside it the same list as a
 * page of its own, from the request to its first paint.
 */
export async function benchPaint(lab: Lab, options: BenchOptions): Promise<Result> {
  const executablePath = findBrowser();
  if (!executablePath)
    throw new BenchError('No Chromium was found: install one, or name it in CHROMIUM_PATH.');
  const count = options.count ?? COUNT;
  const measured = await withDatabase(lab, async (database) => {
    const event = await seedEvent(database.pool, 'bench');
    await seedExport(database.pool, event, count);
    await database.settle();
    const token = await signIn(database.pool);
    const server = await lab.startServer(database);
    const browser = await chromium.launch({ executablePath });
    try {
      const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
      const url = server.url.replace('127.0.0.1', 'localhost');
      await context.addCookies([
        { name: '__Host-session', value: token, url: url.replace('http:', 'https:'), secure: true },
      ]);
      const page = await context.newPage();
      const list = `${url}/team/events/${event.id}/people`;
      return {
        filter: await repeat(() => afterClick(page, list, FILTER)),
        pane: await repeat(() => afterClick(page, list, PANE)),
        whole: await repeat(() => firstPaint(page, `${list}?emailStatus=bounced`)),
      };
    } finally {
      await browser.close();
      await server.child.stop();
    }
  });
  const row = (name: string, values: readonly number[]) => [
    name,
    `${quantile(values, 0.5).toFixed(0)} ms`,
    `${quantile(values, 0.95).toFixed(0)} ms`,
  ];
  return {
    bench: 'paint',
    table: [
      [`${whole(count)} people`, 'p50', 'p95'],
      row(FILTER.name, measured.filter),
      row(PANE.name, measured.pane),
      row('filtered list opened, first paint', measured.whole),
    ],
    figures: {
      count,
      rounds: ROUNDS,
      filterP50Ms: quantile(measured.filter, 0.5),
      filterP95Ms: quantile(measured.filter, 0.95),
      paneP50Ms: quantile(measured.pane, 0.5),
      paneP95Ms: quantile(measured.pane, 0.95),
      openedP95Ms: quantile(measured.whole, 0.95),
    },
    ratios: {},
    targets: { filterP95Ms: { atMost: 150 }, paneP95Ms: { atMost: 60 } },
    notes: [
      `${ROUNDS} times each in ${executablePath.split('/').at(-1)}, headless, 1440 px wide, script on; the browser shares the machine with`,
      'server and database. A click’s time ends with the task after the frame in which its answer is drawn.',
    ],
  };
}

async function repeat(measure: () => Promise<number>): Promise<number[]> {
  const all: number[] = [];
  for (let i = -WARM_UP; i < ROUNDS; i++) {
    const ms = await measure();
    if (i >= 0) all.push(ms);
  }
  return all;
}

async function afterClick(page: Page, url: string, { does, answered }: Click): Promise<number> {
  const response = await page.goto(url);
  if (response?.status() !== 200) throw new BenchError(`${url} was answered ${response?.status()}.`);
  await page.waitForLoadState('networkidle');
  return page.evaluate<number>(`new Promise((resolve) => {
    const began = performance.now();
    document.addEventListener(
      '${answered}',
      () => requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began))),
      { once: true },
    );
    ${does}
  })`);
}

async function firstPaint(page: Page, url: string): Promise<number> {
  await page.goto(url);
  return page.evaluate<number>(
    `new Promise((resolve) => new PerformanceObserver((list) => {
      for (const { name, startTime } of list.getEntries()) if (name === 'first-contentful-paint') resolve(startTime);
    }).observe({ type: 'paint', buffered: true }))`,
  );
}
