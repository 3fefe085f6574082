/**
 * What the team's pages do beyond links and forms: menus, copying, selecting, stepping from row to row, parts that keep
 * themselves current, one request for a double click. Turbo follows links and sends forms without a new load, and puts a new
 * page of the same address over the old one in place: so everything here is found by its data attribute and listened to from
 * the document.
 */

/** What is used of Turbo, which stands in a script of its own. https://turbo.hotwired.dev/reference/drive */
interface TurboOfPage {
  morphElements(current: Element, next: Element): void;
  visit(location: string, options: { readonly action: 'replace' }): void;
}

declare global {
  interface Window {
    readonly Turbo?: TurboOfPage;
  }
}

// Turbo aborts a request when the next one replaces it, and leaves that rejection unhandled. It is not a fault.
addEventListener('unhandledrejection', (event) => {
  if (event.reason instanceof DOMException && event.reason.name === 'AbortError') event.preventDefault();
});

function announce(text: string): void {
  const announcer = document.querySelector<HTMLElement>('[data-announcer]');
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
  for (const list of within.querySelectorAll<HTMLElement>(`${MENU} > .menu__list`)) {
    list.popover = 'manual';
    const menu = list.parentElement;
    if (!(menu instanceof HTMLDetailsElement) || !menu.open || list.matches(':popover-open')) continue;
    list.showPopover();
    placeMenu(menu, list);
  }
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
    // A form: its fields have their own use for these keys.
    if (items.length === 0) return;
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
    for (const item of document.querySelectorAll<HTMLButtonElement>(
      `[data-selected-in="${bar.dataset.selection}"]`,
    )) {
      item.disabled = count === 0;
      const shown = item.querySelector('[data-selected-count]');
      if (shown) shown.textContent = `(${number.format(count)})`;
    }
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

const TYPING_PAUSE_MS = 200;
let typing: ReturnType<typeof setTimeout> | undefined;

document.addEventListener('input', (event) => {
  const field = event.target;
  if (!(field instanceof HTMLInputElement) || !('searches' in field.dataset) || !window.Turbo) return;
  clearTimeout(typing);
  // A word that an input method is still putting together is none yet.
  if (event instanceof InputEvent && event.isComposing) return;
  typing = setTimeout(() => field.form?.requestSubmit(), TYPING_PAUSE_MS);
});
document.addEventListener('compositionend', ({ target }) =>
  target?.dispatchEvent(new Event('input', { bubbles: true })),
);

// --- Forms whose ticks are saved at once, while what they change is brought up to date

let isSaving = false;
let isTicked = false;

document.addEventListener('change', (event) => {
  const form = closestTo(event, 'form[data-applies]');
  if (form instanceof HTMLFormElement) void saveTicks(form);
});

async function saveTicks(form: HTMLFormElement): Promise<void> {
  isTicked = true;
  // What is ticked meanwhile is saved next: two requests at once could arrive in the other order.
  if (isSaving) return;
  isSaving = true;
  while (isTicked) {
    isTicked = false;
    const answer = (await post(form)) ? await load() : null;
    if (isTicked) continue;
    if (answer) {
      bringUpToDate(answer);
      markOpenRow();
      // An answer that is still on its way knows nothing of this.
      void keepCurrent();
      // Sent as without script, the browser says what is the matter.
    } else form.requestSubmit();
  }
  isSaving = false;
}

/** Whether the server took the form: it answers with another page to go to. */
async function post(form: HTMLFormElement): Promise<boolean> {
  const fields = [...new FormData(form)].map(([name, value]) => [name, String(value)]);
  try {
    const { type } = await fetch(form.action, {
      ...{ method: 'POST', redirect: 'manual' },
      body: new URLSearchParams(fields),
    });
    return type === 'opaqueredirect';
  } catch {
    return false;
  }
}

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
addEventListener('pageshow', allowSending);
document.addEventListener('turbo:submit-end', allowSending);

function allowSending(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sent]')) delete form.dataset.sent;
  for (const button of document.querySelectorAll<HTMLButtonElement>('button[data-sent]')) {
    button.disabled = false;
    delete button.dataset.sent;
  }
  countSelected();
}

function submitButtons(form: HTMLFormElement): HTMLButtonElement[] {
  return [...form.elements].filter(
    (each): each is HTMLButtonElement => each instanceof HTMLButtonElement && each.type === 'submit',
  );
}

// --- Keys, and rows that are clickable as a whole

const WRITES = 'input:not([type="checkbox"], [type="radio"]), textarea, select, [contenteditable]';
const ACTS = 'a, button, input, label, select, textarea, summary, [popover]';

document.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (
    event.key === 'Escape' &&
    !closestTo(event, WRITES) &&
    !document.querySelector(`${MENU}[open], dialog[open]`)
  ) {
    document.querySelector<HTMLElement>('[data-pane-close]')?.click();
    return;
  }
  if (closestTo(event, WRITES)) return;
  if (event.key === '/') {
    const search = document.querySelector<HTMLInputElement>('[data-search]');
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  }
  const step = { j: 1, k: -1, ArrowDown: 1, ArrowUp: -1 }[event.key];
  // Arrows scroll the page unless a row is open or in focus.
  if (step && (event.key.length === 1 || closestTo(event, 'tr') || openRow())) stepRow(event, step);
});

// --- The palette, and other dialogs

function openDialog(id: string): void {
  const dialog = document.getElementById(id);
  if (!(dialog instanceof HTMLDialogElement)) return;
  dialog.showModal();
  const field = dialog.querySelector<HTMLInputElement>('[data-palette-input]');
  field?.select();
  if (field) field.form?.requestSubmit();
}

document.addEventListener('keydown', (event) => {
  if (
    event.key.toLowerCase() === 'k' &&
    (event.ctrlKey || event.metaKey) &&
    !event.shiftKey &&
    !event.altKey
  ) {
    if (!document.getElementById('palette')) return;
    event.preventDefault();
    if (!document.querySelector('dialog[open]')) openDialog('palette');
  }
  if (event.key === '?' && !closestTo(event, WRITES) && !document.querySelector('dialog[open]'))
    openDialog('shortcuts');
  const dialog = closestTo(event, 'dialog:has([data-palette-input])');
  // Browsers would only empty the field, and close it the next time.
  if (event.key === 'Escape' && dialog instanceof HTMLDialogElement && !event.isComposing) {
    event.preventDefault();
    dialog.close();
    return;
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const place = closestTo(event, 'dialog, main');
  const results = [...(place?.querySelectorAll<HTMLAnchorElement>('[data-results] a') ?? [])];
  if (results.length === 0) return;
  const isField = closestTo(event, '[data-palette-input]') !== null;
  const now = results.indexOf(document.activeElement as HTMLAnchorElement);
  if (step && (isField || now >= 0)) {
    event.preventDefault();
    const next = results[now + step];
    if (next) next.focus();
    else if (step < 0) place?.querySelector<HTMLElement>('[data-palette-input]')?.focus();
  } else if (event.key === 'Enter' && isField && !event.isComposing) {
    event.preventDefault();
    results[0]?.click();
  }
});
document.addEventListener('click', (event) => {
  const opener = closestTo(event, '[data-opens]');
  if (
    opener &&
    !event.ctrlKey &&
    !event.metaKey &&
    !event.shiftKey &&
    document.getElementById(opener.dataset.opens ?? '')
  ) {
    event.preventDefault();
    openDialog(opener.dataset.opens ?? '');
  }
  // A click on the backdrop has the dialog itself as its target.
  if (event.target instanceof HTMLDialogElement) event.target.close();
});
// What a form of `get` asks for, put into a frame: that of a dialog is shown once it is there.
document.addEventListener('click', (event) => {
  const button = closestTo(event, 'button[data-frame]');
  const frame = button && document.getElementById(button.dataset.frame ?? '');
  if (!(button instanceof HTMLButtonElement) || !button.form || !frame || !window.Turbo) return;
  event.preventDefault();
  const fields = [...new FormData(button.form, button)].map(([name, value]) => [name, String(value)]);
  frame.setAttribute('src', `${button.formAction}?${new URLSearchParams(fields)}`);
});
document.addEventListener('turbo:frame-load', (event) => {
  const dialog = closestTo(event, 'dialog[data-opens-filled]');
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
});
document.addEventListener('turbo:visit', () => {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>('dialog[open]')) dialog.close();
});

// --- Rows

function rows(): HTMLTableRowElement[] {
  return [...document.querySelectorAll<HTMLTableRowElement>('tbody tr:has([data-row-link])')];
}

function openRow(): HTMLTableRowElement | null {
  return document.querySelector('tr[aria-current="true"]');
}

function stepRow(event: KeyboardEvent, step: number): void {
  if (closestTo(event, MENU)) return;
  const all = rows();
  const now = openRow() ?? closestTo(event, 'tr');
  const next = all[now ? all.indexOf(now as HTMLTableRowElement) + step : 0];
  const link = next?.querySelector<HTMLElement>('[data-row-link]');
  if (!next || !link) return;
  event.preventDefault();
  next.scrollIntoView({ block: 'nearest' });
  link.focus({ preventScroll: true });
  link.click();
}

/** The id of the row whose pane was asked for last, until that is there: one that was asked for before may come meanwhile. */
let awaitedRow: string | null = null;

document.addEventListener('click', (event) => {
  const row = closestTo(event, 'tr:has([data-row-link])');
  // At once, so that the next key steps on from this row while its pane is still loading.
  const isElsewhere = event.ctrlKey || event.metaKey || event.shiftKey;
  if (row && window.Turbo && !isElsewhere && closestTo(event, '[data-row-link]')) {
    awaitedRow = row.id;
    markRow(row);
  }
  if (closestTo(event, '[data-pane-close]')) awaitedRow = null;
  if (!row || closestTo(event, ACTS) || getSelection()?.type === 'Range') return;
  const link = row.querySelector<HTMLAnchorElement>('[data-row-link]');
  if (!link) return;
  if (event.ctrlKey || event.metaKey) open(link.href, '_blank', 'noopener');
  else link.click();
});

/** The id of the row whose pane is shown. */
function shownRow(): string | null {
  return document.querySelector<HTMLAnchorElement>('[data-pane-close]')?.hash.slice(1) ?? null;
}

/** Marks the row of the pane that was loaded. When the pane closes, scrolls back to its row: on phones the pane covers the list. */
function markOpenRow(): void {
  const person = new URLSearchParams(location.search).get('person');
  const before = openRow();
  markRow(person ? document.getElementById(`row-${person}`) : null);
  if (!person) before?.scrollIntoView({ block: 'nearest' });
}

function markRow(row: HTMLElement | null): void {
  openRow()?.removeAttribute('aria-current');
  row?.setAttribute('aria-current', 'true');
}

/** Forms of the list return to it with the pane that is open now. */
function keepPaneInLinks(): void {
  const person = new URLSearchParams(location.search).get('person');
  const fields = ':is(#row-actions, #selection, #columns-form) input[name="back"]';
  for (const field of document.querySelectorAll<HTMLInputElement>(fields)) {
    const back = new URLSearchParams(field.value);
    if (person) back.set('person', person);
    else back.delete('person');
    field.value = back.toString();
  }
}

document.addEventListener('turbo:frame-load', (event) => {
  if (!(event.target instanceof Element)) return;
  prepare(event.target);
  if (awaitedRow === null || shownRow() === awaitedRow) {
    awaitedRow = null;
    markOpenRow();
  }
  keepPaneInLinks();
  const pane = event.target.querySelector<HTMLElement>('[data-pane]');
  pane?.focus({ preventScroll: true });
  if (pane && pane.getBoundingClientRect().top < 0) pane.scrollIntoView();
  void keepCurrent();
});

// Who goes back in the instant in which a pane opens or closes: Turbo ends that visit for the one that the pane's frame begins, and
// the address and the pane would be of two people.
let hasGoneBack = false;

addEventListener('popstate', () => {
  hasGoneBack = true;
  awaitedRow = null;
});
document.addEventListener('turbo:fetch-request-error', () => {
  awaitedRow = null;
});
document.addEventListener('turbo:load', () => {
  if (!hasGoneBack) return;
  hasGoneBack = false;
  const wanted = new URLSearchParams(location.search).get('person');
  if (shownRow() !== (wanted === null ? null : `row-${wanted}`))
    window.Turbo?.visit(location.href, { action: 'replace' });
});

// --- What came of the last action

const TOAST_MS = 8_000;
/** An undo is offered for five seconds (`UNDO_MS`). */
const UNDO_TOAST_MS = 5_000;

function showToasts(): void {
  for (const toast of document.querySelectorAll<HTMLElement>('[data-toast]:not([data-shown])')) {
    toast.dataset.shown = '';
    const leave = () => {
      if (toast.matches(':hover, :focus-within')) setTimeout(leave, 1_000);
      else toast.remove();
    };
    setTimeout(leave, toast.dataset.toast === 'undo' ? UNDO_TOAST_MS : TOAST_MS);
  }
  // Without the notice, so that a reload or a bookmark does not show it again.
  const url = new URL(location.href);
  const said = [...url.searchParams.keys()].filter((name) => /^notice(\.|$)/.test(name));
  if (said.length === 0) return;
  for (const name of said) url.searchParams.delete(name);
  history.replaceState(history.state, '', url);
}

// --- Parts that keep themselves current

const SLOWEST_MS = 30_000;
/** The number of the latest loop: an older loop ends when it sees another number. */
let watch = 0;

async function keepCurrent(): Promise<void> {
  const mine = ++watch;
  for (let failures = 0; ; ) {
    const seconds = [...parts().values()].map((part) => Number(part.dataset.refresh));
    if (seconds.length === 0) return;
    await pause(Math.min(Math.min(...seconds) * 1000 * 2 ** failures, SLOWEST_MS));
    await untilVisible();
    if (mine !== watch) return;
    if ([...parts().values()].every(isInUse)) continue;
    const answer = await load();
    if (mine !== watch) return;
    failures = answer ? 0 : failures + 1;
    if (answer) bringUpToDate(answer);
  }
}

/** The parts that change by themselves, by their ids. What has `data-renewed-along` is renewed with them, and asks for no look of its own. */
function parts(): Map<string, HTMLElement> {
  const all = [...document.querySelectorAll<HTMLElement>('[data-refresh]')];
  return new Map(all.filter(({ dataset }) => Number(dataset.refresh) > 0).map((part) => [part.id, part]));
}

function bringUpToDate(answer: Document): void {
  for (const [id, part] of parts()) {
    const next = answer.getElementById(id);
    // Signed out meanwhile, or the thing is gone: the page itself says what is the matter.
    // A pane that is being closed, or opened, may be here and not there.
    if (!next && part.closest('turbo-frame')) continue;
    if (!next) {
      location.reload();
      return;
    }
    if (!isInUse(part)) replace(part, next);
  }
  for (const part of document.querySelectorAll<HTMLElement>('[data-renewed-along]')) {
    const next = answer.getElementById(part.id);
    if (next) replace(part, next);
  }
  document.title = answer.title;
}

/** Whoever has a menu open or types in it is not to lose it. */
function isInUse(part: HTMLElement): boolean {
  return part.querySelector(`${MENU}[open], :is(${WRITES}):focus`) !== null;
}

function replace(part: HTMLElement, next: HTMLElement): void {
  const said = part.dataset.announce;
  if (window.Turbo) window.Turbo.morphElements(part, next);
  else part.replaceWith(next);
  const now = document.getElementById(next.id) ?? part;
  prepare(now);
  if (now.dataset.announce && now.dataset.announce !== said) announce(now.dataset.announce);
}

// What the reader did to the page stays when a newer one is put over it: ticks, what is opened, what is being typed.
document.addEventListener('turbo:before-morph-attribute', (event) => {
  const { target } = event;
  const name = (event as CustomEvent<{ attributeName: string }>).detail.attributeName;
  if (!(target instanceof HTMLElement)) return;
  const isKept =
    (name === 'checked' && 'select' in target.dataset) ||
    (name === 'value' && target === document.activeElement) ||
    (name === 'open' && (target instanceof HTMLDetailsElement || target instanceof HTMLDialogElement)) ||
    (target.matches('.menu__list') && (name === 'popover' || name === 'style')) ||
    name === 'data-shown';
  if (isKept) event.preventDefault();
});

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

// --- A page, or a part of one, that has just come in

function prepare(within: ParentNode): void {
  prepareMenus(within);
  writeLocalTimes(within);
  countSelected();
}

function begin(): void {
  prepare(document);
  showToasts();
  void keepCurrent();
}

begin();
// With every page that Turbo brings, but for the first.
document.addEventListener('turbo:render', begin);
