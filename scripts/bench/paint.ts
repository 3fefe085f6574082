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

/** Milliseconds from the click. */
interface Waited {
  /** Until the answer's last byte is there. */
  readonly answered: number;
  readonly painted: number;
}

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
  const { filter, pane, whole: opened } = measured;
  const of = (side: keyof Waited, all: readonly Waited[]) => all.map((waited) => waited[side]);
  const p95 = (values: readonly number[]) => quantile(values, 0.95);
  const cells = (values: readonly number[]) =>
    [quantile(values, 0.5), p95(values)].map((ms) => `${ms.toFixed(0)} ms`);
  const row = (name: string, all: readonly Waited[]) => [
    name,
    ...cells(of('answered', all)),
    ...cells(of('painted', all)),
  ];
  return {
    bench: 'paint',
    table: [
      [`${whole(count)} people`, 'answered p50', 'p95', 'painted p50', 'p95'],
      row(FILTER.name, filter),
      row(PANE.name, pane),
      ['filtered list opened, first paint', '', '', ...cells(opened)],
    ],
    figures: {
      count,
      rounds: ROUNDS,
      filterPaintedP95Ms: p95(of('painted', filter)),
      paneAnsweredP95Ms: p95(of('answered', pane)),
      panePaintedP95Ms: p95(of('painted', pane)),
      openedPaintedP95Ms: p95(opened),
    },
    ratios: {},
    targets: { filterPaintedP95Ms: { atMost: 150 }, paneAnsweredP95Ms: { atMost: 60 } },
    notes: [
      `${ROUNDS} times each in ${executablePath.split('/').at(-1)}, headless, 1440 px wide, script on; the browser shares the machine with`,
      'server and database. What is painted ends with the task after the frame in which its answer is drawn.',
    ],
  };
}

async function repeat<T>(measure: () => Promise<T>): Promise<T[]> {
  const all: T[] = [];
  for (let i = -WARM_UP; i < ROUNDS; i++) {
    const one = await measure();
    if (i >= 0) all.push(one);
  }
  return all;
}

async function afterClick(page: Page, url: string, { does, answered }: Click): Promise<Waited> {
  const response = await page.goto(url);
  if (response?.status() !== 200) throw new BenchError(`${url} was answered ${response?.status()}.`);
  await page.waitForLoadState('networkidle');
  return page.evaluate<Waited>(`new Promise((resolve) => {
    const began = performance.now();
    let answered = 0;
    document.addEventListener('turbo:before-fetch-response', () => (answered = performance.now() - began), { once: true });
    document.addEventListener(
      '${answered}',
      () => requestAnimationFrame(() => setTimeout(() => resolve({ answered, painted: performance.now() - began }))),
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
