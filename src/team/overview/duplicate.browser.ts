// The end moves with the start, and stays as far from it. The server does the same where this does not run.
const starts = new WeakMap<HTMLInputElement, string>();

/** A wall clock without a zone, in milliseconds; NaN while it is being typed. */
const read = (wall: string) => Date.parse(`${wall}Z`);

document.addEventListener('input', (event) => {
  const start = event.target;
  if (!(start instanceof HTMLInputElement) || start.name !== 'startsAt') return;
  const form = start.closest<HTMLFormElement>('form[data-end-follows]');
  const end = form?.querySelector<HTMLInputElement>('input[name="endsAt"]');
  if (!end) return;
  const moved = read(start.value) - read(starts.get(start) ?? start.defaultValue);
  if (Number.isNaN(moved)) return;
  starts.set(start, start.value);
  const next = read(end.value) + moved;
  if (!Number.isNaN(next)) end.value = new Date(next).toISOString().slice(0, 16);
});
