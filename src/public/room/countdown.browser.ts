/**
 * Counts down to the opening of the room and takes the visitor in; earlier, where the team opens it by hand. It never asks the visitor's clock what time it is, which
 * may be wrong: the server says how long it is until then, and `performance.now()` measures how much of that is gone.
 */

/** Browsers fire longer timers at once: they keep the delay in 32 bits, 24.8 days. */
const LONGEST_TIMER = 2 ** 31 - 1;
/** Ten thousand visitors wait for the same instant; this spreads their requests. */
const JITTER = 750;
/** The team may open the room at any moment, and who waits shall be in it within seconds. */
const SYNC_EVERY = 4_000;
/** An opening that differs by more than the network explains was moved, or the computer slept. */
const MOVED = 5_000;
/** Minutes before the opening at which screen readers say so. */
const ANNOUNCED = [60, 30, 15, 10, 5, 4, 3, 2, 1];

const panel = element(document, '[data-countdown]');
const announcer = element(panel, '[data-announcer]');
const entering = element(panel, '[data-entering]');
const unreachable = element(panel, '[data-unreachable]');
const locale = panel.dataset.locale ?? 'en';
const twoDigits = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2, useGrouping: false });
/** Without the fragment: replacing an address by one that differs in nothing else would load nothing. */
const here = location.pathname + location.search;

/** Says when the room opens, of the event alone: it is not asked with anybody's key. */
const doors = panel.dataset.doors ?? here;

/** When the room opens, on the scale of `performance.now()`. */
let opensAt = answeredAt() + Number(panel.dataset.opensIn);
let entryTimer = 0;

element(panel, '[data-load]').addEventListener('click', load);
tick();
armEntry();
void keepAsking();
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') void sync();
});
addEventListener('online', sync);
addEventListener('pageshow', (event) => {
  if (event.persisted) void sync();
});

/** Each some time after the last answer: ten thousand visitors who came at the same instant ask at different ones. */
async function keepAsking(): Promise<void> {
  for (;;) {
    await pause(SYNC_EVERY + 2 * Math.random() * JITTER);
    await sync();
  }
}

/** When this page's answer began to arrive: the instant that the server's `data-opens-in` counts from. */
function answeredAt(): number {
  const [navigation] = performance.getEntriesByType('navigation');
  return navigation instanceof PerformanceNavigationTiming ? navigation.responseStart : 0;
}

function tick(): void {
  const left = Math.max(0, opensAt - performance.now());
  const seconds = Math.ceil(left / 1000);
  show(seconds);
  if (seconds % 60 === 0 && ANNOUNCED.includes(seconds / 60)) announce(seconds / 60);
  if (left > 0) setTimeout(tick, (left % 1000) + 5);
}

function show(seconds: number): void {
  const values = {
    day: Math.floor(seconds / 86_400),
    hour: Math.floor(seconds / 3600) % 24,
    minute: Math.floor(seconds / 60) % 60,
    second: seconds % 60,
  };
  let leading = true;
  for (const unit of ['day', 'hour', 'minute', 'second'] as const) {
    const value = values[unit];
    const place = element(panel, `[data-unit="${unit}"]`);
    leading &&= value === 0;
    place.hidden = leading && (unit === 'day' || unit === 'hour');
    const [number, name] = place.querySelectorAll('span');
    if (number) number.textContent = twoDigits.format(value);
    if (name) name.textContent = unitName(value, unit);
  }
}

/** As in `duration.ts`: one form for all numbers in Arabic. */
function unitName(value: number, unit: string): string {
  const parts = new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'long' }).formatToParts(
    /^ar\b/i.test(locale) ? 100 : value,
  );
  return parts.find((part) => part.type === 'unit')?.value ?? '';
}

function announce(minutes: number): void {
  const when = new Intl.RelativeTimeFormat(locale).format(minutes, 'minute');
  announcer.textContent = (panel.dataset.announcement ?? '').replace('{in}', when);
}

/** A timer of its own: browsers let the chain of ticks of a background tab fire once a minute only. */
function armEntry(): void {
  clearTimeout(entryTimer);
  const left = Math.max(0, opensAt - performance.now());
  entryTimer = setTimeout(left > LONGEST_TIMER ? armEntry : enter, Math.min(left, LONGEST_TIMER));
}

async function enter(): Promise<void> {
  entering.hidden = false;
  announcer.textContent = element(entering, '[data-starting]').textContent;
  await pause(Math.random() * JITTER);
  // A page that is replaced while nobody answers becomes the browser's error page, and stays that.
  while (!unreachable.hidden) {
    await sync();
    await pause(2000 + Math.random() * 1000);
  }
  load();
}

/** Asks the server how long it is until the room opens, or whether this page's address now shows something else. */
async function sync(): Promise<void> {
  const asked = performance.now();
  const answer = await ask();
  unreachable.hidden = answer !== null;
  if (!answer) return;
  const opensIn = answer.headers.get('X-Opens-In');
  if (opensIn === null) return load();
  const next = (asked + performance.now()) / 2 + Number(opensIn);
  if (Math.abs(next - opensAt) > MOVED) return load();
  opensAt = next;
  armEntry();
}

/** The server's answer; null when there was none worth acting on. */
async function ask(): Promise<Response | null> {
  try {
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(doors, { method: 'HEAD', redirect: 'manual', cache: 'no-store', signal });
    return answer.status >= 500 || answer.status === 429 ? null : answer;
  } catch {
    return null;
  }
}

function load(): void {
  location.replace(here);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function element(within: ParentNode, selector: string): HTMLElement {
  const found = within.querySelector<HTMLElement>(selector);
  if (!found) throw new Error(`no ${selector} on this page`);
  return found;
}
