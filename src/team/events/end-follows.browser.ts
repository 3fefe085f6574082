/**
 * In a `form[data-end-follows]` the end moves with the start and stays as far from it, an hour where there is no end yet. Both are
 * on the same clock, so an hour stays an hour as people count it.
 */

const HOUR_MS = 3_600_000;
/** The start before it was last changed. */
const starts = new WeakMap<HTMLInputElement, string>();

/** A wall clock without a zone, in milliseconds; NaN for one that is not whole. */
const clock = (wall: string) => Date.parse(`${wall}Z`);

function startIn({ target }: Event): HTMLInputElement | null {
  const isStart =
    target instanceof HTMLInputElement &&
    target.name === 'startsAt' &&
    target.closest('form[data-end-follows]');
  return isStart ? target : null;
}

// A browser may have filled the form in again as it was left, which no event tells.
document.addEventListener('focusin', (event) => {
  const start = startIn(event);
  if (start && !starts.has(start)) starts.set(start, start.value);
});

document.addEventListener('input', (event) => {
  const start = startIn(event);
  const end = start?.form?.elements.namedItem('endsAt');
  // While a start is being typed it is empty.
  if (!start?.value || !(end instanceof HTMLInputElement)) return;
  const before = starts.get(start) ?? start.defaultValue;
  starts.set(start, start.value);
  if (end.value && !before) return;
  const lasts = end.value ? clock(end.value) - clock(before) : HOUR_MS;
  const next = new Date(clock(start.value) + lasts);
  if (Number.isFinite(next.getTime()) && next.getUTCFullYear() < 10_000)
    end.value = next.toISOString().slice(0, 16);
});
