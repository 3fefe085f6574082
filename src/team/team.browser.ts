/**
 * What the team's pages do beyond links and forms: menus, copying, selecting, parts that keep themselves current,
 * one request for a double click. Everything is found by its data attribute and listened to from the document, so
 * that what a refresh brings in works too.
 */

const announcer = document.querySelector<HTMLElement>('[data-announcer]');

function announce(text: string): void {
  if (announcer) announcer.textContent = text;
}

function closestTo(event: Event, selector: string): HTMLElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLElement>(selector) : null;
}

// --- Menus: above everything, whatever they stand in

const MENU = 'details[data-menu]';
const EDGE = 8;

function listOf(menu: Element): HTMLElement | null {
  return menu.querySelector<HTMLElement>('.menu__list');
}

function prepareMenus(within: ParentNode): void {
  for (const list of within.querySelectorAll<HTMLElement>(`${MENU} > .menu__list`)) list.popover = 'manual';
}

function closeMenus(but?: Element | null): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(`${MENU}[open]`))
    if (menu !== but) menu.open = false;
}

function placeMenu(menu: Element, list: HTMLElement): void {
  const at = (menu.querySelector('summary') ?? menu).getBoundingClientRect();
  const { width, height } = list.getBoundingClientRect();
  const rightToLeft = getComputedStyle(menu).direction === 'rtl';
  const left = rightToLeft ? at.left : at.right - width;
  const below = at.bottom + 4;
  const fits = below + height <= innerHeight - EDGE || at.top < height + EDGE;
  const top = fits ? below : at.top - 4 - height;
  list.style.left = `${clamp(left, innerWidth - width - EDGE)}px`;
  list.style.top = `${clamp(top, innerHeight - height - EDGE)}px`;
}

function clamp(value: number, most: number): number {
  return Math.max(EDGE, Math.min(value, most));
}

prepareMenus(document);

document.addEventListener(
  'toggle',
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.matches(MENU)) return;
    const list = listOf(menu);
    if (!list) return;
    if (!menu.open) return list.hidePopover();
    closeMenus(menu);
    list.showPopover();
    placeMenu(menu, list);
  },
  true,
);
document.addEventListener('click', (event) => {
  const menu = closestTo(event, MENU);
  const chosen = closestTo(event, '.menu__item');
  closeMenus(chosen && !chosen.dataset.copy ? null : menu);
});
document.addEventListener('focusin', (event) => closeMenus(closestTo(event, MENU)));
document.addEventListener('keydown', (event) => {
  const menu = document.querySelector<HTMLDetailsElement>(`${MENU}[open]`);
  if (!menu) return;
  if (event.key === 'Escape') {
    event.preventDefault();
    menu.open = false;
    menu.querySelector('summary')?.focus();
  }
  if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
    const items = [...menu.querySelectorAll<HTMLElement>(':is(a, button).menu__item')];
    const now = items.indexOf(document.activeElement as HTMLElement);
    const next = event.key === 'ArrowDown' ? now + 1 : now < 0 ? items.length - 1 : now - 1;
    event.preventDefault();
    items[(next + items.length) % items.length]?.focus();
  }
});
// It belongs to its button, wherever that moves; with the button out of sight it is gone.
function followButton(): void {
  const menu = document.querySelector<HTMLDetailsElement>(`${MENU}[open]`);
  const list = menu && listOf(menu);
  if (!menu || !list?.matches(':popover-open')) return;
  const at = menu.getBoundingClientRect();
  if (at.bottom < 0 || at.top > innerHeight) closeMenus();
  else placeMenu(menu, list);
}
addEventListener('scroll', followButton, { capture: true, passive: true });
addEventListener('resize', followButton);

// --- Copying

const COPIED_MS = 2000;

document.addEventListener('click', async (event) => {
  const button = closestTo(event, '[data-copy]');
  if (!button) return;
  const text = button.dataset.copy ?? '';
  if (!(await copy(text))) return showToSelect(button, text);
  announce('Copied');
  const words = button.querySelector('[data-copy-words]') ?? button;
  const label = button.dataset.words ?? words.textContent ?? '';
  button.dataset.words = label;
  words.textContent = 'Copied';
  setTimeout(() => {
    words.textContent = label;
    announce('');
    if (button.matches('.menu__item')) closeMenus();
  }, COPIED_MS);
});

async function copy(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Without https there is no clipboard, but for this.
    const area = document.createElement('textarea');
    const focused = document.activeElement;
    area.value = text;
    area.className = 'visually-hidden';
    document.body.append(area);
    area.select();
    const done = document.execCommand('copy');
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
    return done;
  }
}

function showToSelect(button: HTMLElement, text: string): void {
  const shown = document.createElement('span');
  shown.className = 'copy-text';
  shown.textContent = text;
  button.replaceWith(shown);
  getSelection()?.selectAllChildren(shown);
  announce('It could not be copied. Select it here instead.');
}

// --- Selecting rows

const number = new Intl.NumberFormat('en');
let lastTicked: HTMLInputElement | null = null;

function boxesOf(table: Element | null): HTMLInputElement[] {
  return [...(table?.querySelectorAll<HTMLInputElement>('input[data-select]') ?? [])];
}

function countSelected(): void {
  for (const bar of document.querySelectorAll<HTMLElement>('[data-selection]')) {
    const table = document.getElementById(bar.dataset.selection ?? '');
    const boxes = boxesOf(table);
    const all = bar.querySelector<HTMLInputElement>('[data-selection-all]');
    const everything = all?.checked ?? false;
    for (const box of boxes) box.disabled = everything;
    const ticked = boxes.filter((box) => box.checked).length;
    const count = everything ? Number(all?.dataset.selectionAll) : ticked;
    const head = table?.querySelector<HTMLInputElement>('[data-select-all]');
    if (head) {
      head.disabled = everything;
      head.checked = everything || (ticked > 0 && ticked === boxes.length);
      head.indeterminate = !everything && ticked > 0 && ticked < boxes.length;
    }
    const { one = '', many = '' } = bar.dataset;
    const text = bar.querySelector('[data-selection-count]');
    if (text) {
      text.textContent = count
        ? `${number.format(count)} ${count === 1 ? one : many} selected`
        : `Select ${many}`;
    }
    bar.toggleAttribute('data-some', count > 0);
    for (const button of bar.querySelectorAll('button')) button.disabled = count === 0;
  }
}

document.addEventListener('click', (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !('select' in box.dataset)) return;
  const boxes = boxesOf(box.closest('table'));
  const from = lastTicked ? boxes.indexOf(lastTicked) : -1;
  if (event.shiftKey && from >= 0) {
    const to = boxes.indexOf(box);
    for (const each of boxes.slice(Math.min(from, to), Math.max(from, to) + 1)) each.checked = box.checked;
  }
  lastTicked = box;
  countSelected();
});
document.addEventListener('change', (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement)) return;
  if ('selectAll' in box.dataset)
    for (const each of boxesOf(box.closest('table'))) each.checked = box.checked;
  if ('selectAll' in box.dataset || 'selectionAll' in box.dataset) countSelected();
});

// --- Filters that show at once, and leave the keyboard where it was

const FOCUSED = 'focused';

document.addEventListener('change', (event) => {
  const box = event.target;
  if (!(box instanceof HTMLInputElement) || !('submits' in box.dataset)) return;
  sessionStorage.setItem(FOCUSED, box.id);
  box.form?.requestSubmit();
});
const focused = sessionStorage.getItem(FOCUSED);
if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
sessionStorage.removeItem(FOCUSED);

// --- One request for a double click

document.addEventListener('submit', (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || event.defaultPrevented) return;
  const method = (event.submitter?.getAttribute('formmethod') ?? form.method).toLowerCase();
  if (method !== 'post') return;
  if ('sent' in form.dataset) return event.preventDefault();
  form.dataset.sent = '';
  // A disabled button is left out of what is sent: later, when that is settled.
  setTimeout(() => {
    for (const button of submitButtons(form)) {
      if (button.disabled) continue;
      button.disabled = true;
      button.dataset.sent = '';
    }
  });
});
// Also when the page comes back out of the browser's memory as it was left.
addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sent]')) delete form.dataset.sent;
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-sent]')) {
    button.disabled = false;
    delete button.dataset.sent;
  }
  countSelected();
});

function submitButtons(form: HTMLFormElement): HTMLButtonElement[] {
  return [...form.elements].filter(
    (each): each is HTMLButtonElement => each instanceof HTMLButtonElement && each.type === 'submit',
  );
}

// --- Keys

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey) return;
  if (closestTo(event, 'input, textarea, select, [contenteditable]')) return;
  const search = document.querySelector<HTMLInputElement>('[data-search]');
  if (!search) return;
  event.preventDefault();
  search.focus();
  search.select();
});

// --- Parts that keep themselves current

const SLOWEST_MS = 30_000;

for (const part of document.querySelectorAll<HTMLElement>('[data-refresh]')) void keepCurrent(part.id);

async function keepCurrent(id: string): Promise<void> {
  let failures = 0;
  for (;;) {
    const part = document.getElementById(id);
    const seconds = Number(part?.dataset.refresh);
    if (!part || !(seconds > 0)) return;
    await pause(Math.min(seconds * 1000 * 2 ** failures, SLOWEST_MS));
    await untilVisible();
    if (isInUse(part)) continue;
    const answer = await load();
    if (!answer) {
      failures++;
      continue;
    }
    failures = 0;
    // It may have come into use while the answer was on its way.
    if (isInUse(part)) continue;
    const next = answer.getElementById(id);
    // Signed out meanwhile, or the thing is gone: the page itself says what is the matter.
    if (!next) return location.reload();
    replace(part, next);
    document.title = answer.title;
  }
}

/** Whoever has a menu open or types in it is not to lose it. */
function isInUse(part: HTMLElement): boolean {
  return part.querySelector(`${MENU}[open], :is(input, textarea, select):focus`) !== null;
}

function replace(part: HTMLElement, next: HTMLElement): void {
  const held = part.contains(document.activeElement) ? document.activeElement?.id : '';
  const ticked = new Set(boxesOf(part).flatMap((box) => (box.checked ? [box.value] : [])));
  const opened = [...part.querySelectorAll('details[open] > summary[id]')].map(({ id }) => id);
  const said = part.dataset.announce;
  part.replaceWith(next);
  prepareMenus(next);
  for (const id of opened) document.getElementById(id)?.parentElement?.setAttribute('open', '');
  for (const box of boxesOf(next)) box.checked ||= ticked.has(box.value);
  countSelected();
  writeLocalTimes(next);
  if (held) document.getElementById(held)?.focus();
  if (next.dataset.announce && next.dataset.announce !== said) announce(next.dataset.announce);
}

/** The same page as it is now; null when nobody gave it. */
async function load(): Promise<Document | null> {
  try {
    const signal = AbortSignal.timeout(15_000);
    const answer = await fetch(location.href, { cache: 'no-store', signal });
    if (answer.status >= 500 || answer.status === 429) return null;
    return new DOMParser().parseFromString(await answer.text(), 'text/html');
  } catch {
    return null;
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

function untilVisible(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) =>
    document.addEventListener('visibilitychange', () => resolve(), { once: true }),
  );
}

// --- The reader's own clock

const ownTime = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'long' });

function writeLocalTimes(within: ParentNode): void {
  for (const time of within.querySelectorAll<HTMLTimeElement>('time[data-local]'))
    time.title = `${ownTime.format(new Date(time.dateTime))} your time`;
}

writeLocalTimes(document);
