/**
 * The form of an event: the zone of the browser, offsets of time zones on the day of the event, colours to choose from.
 * `end-follows.js` moves its end. Without script the same fields are filled in by hand.
 */

const FORM = 'form[data-event-form]';
const HEX = /^#[0-9a-f]{6}$/i;

interface Fields {
  readonly startsAt: HTMLInputElement;
  readonly timeZone: HTMLSelectElement;
  readonly color: HTMLInputElement;
}

function fieldsOf(form: HTMLFormElement): Fields | null {
  const { elements } = form;
  const [startsAt, color] = ['startsAt', 'color'].map((name) => elements.namedItem(name));
  const timeZone = elements.namedItem('timeZone');
  return startsAt instanceof HTMLInputElement &&
    color instanceof HTMLInputElement &&
    timeZone instanceof HTMLSelectElement
    ? { startsAt, timeZone, color }
    : null;
}

// A form that comes with a page, and each that comes later in its place.
prepare();
for (const type of ['turbo:load', 'turbo:render']) document.addEventListener(type, prepare);

function prepare(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>(FORM)) {
    const fields = 'prepared' in form.dataset ? null : fieldsOf(form);
    if (!fields) continue;
    form.dataset.prepared = '';
    if (!('browserZone' in form.dataset)) continue;
    choose(fields.timeZone, new Intl.DateTimeFormat().resolvedOptions().timeZone);
    form.dispatchEvent(new Event('input', { bubbles: true }));
  }
}

/** Browsers call some zones by older names than the list does. */
function choose(select: HTMLSelectElement, zone: string): void {
  if (![...select.options].some(({ value }) => value === zone)) select.add(new Option(zone, zone), 0);
  select.value = zone;
}

document.addEventListener('input', ({ target }) => {
  const form = target instanceof Element ? target.closest<HTMLFormElement>(FORM) : null;
  const fields = form && fieldsOf(form);
  if (!fields) return;
  if (target === fields.startsAt) writeOffsets(fields);
  if (target === fields.color) showColor(form, fields);
});

// --- Offsets on the day of the event

function clock(wall: string): number {
  return Date.parse(`${wall}Z`);
}

function writeOffsets({ startsAt, timeZone }: Fields): void {
  const at = clock(startsAt.value);
  if (!Number.isFinite(at)) return;
  for (const option of timeZone.options) {
    const offset = offsetOf(option.value, at);
    if (offset && option.value !== offset) option.text = `${option.value.replaceAll('_', ' ')} (${offset})`;
  }
}

/** `UTC+01:00`, as the page has it; null where the browser does not know the zone. */
function offsetOf(timeZone: string, at: number): string | null {
  try {
    const parts = new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' }).formatToParts(at);
    const name = parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
    return name.replace('GMT', 'UTC').replace('+00:00', '');
  } catch {
    return null;
  }
}

// --- Colours

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>('[data-color]') : null;
  const form = button?.closest<HTMLFormElement>(FORM);
  const fields = form && fieldsOf(form);
  if (!button || !fields) return;
  fields.color.value = button.dataset.color ?? '';
  fields.color.dispatchEvent(new Event('input', { bubbles: true }));
});

function showColor(form: HTMLFormElement, { color }: Fields): void {
  const value = color.value.trim().toLowerCase();
  const shown = form.querySelector('[data-current-color] rect');
  shown?.setAttribute('fill', HEX.test(value) ? value : 'none');
  for (const button of form.querySelectorAll<HTMLElement>('[data-color]'))
    button.ariaPressed = String(button.dataset.color === value);
}
