/**
 * The table of emails to correct: whoever types an email means that row, and the button says how many are meant.
 */

document.addEventListener('input', (event) => {
  if (!(event.target instanceof HTMLInputElement) || !event.target.closest('[data-correct-row]')) return;
  const box = event.target.closest('tr')?.querySelector<HTMLInputElement>('input[data-select]');
  // As with the mouse, so that it is counted as such.
  if (box && !box.checked) box.click();
});

for (const type of ['click', 'change'])
  document.addEventListener(type, (event) => {
    const form = event.target instanceof Element ? event.target.closest('form') : null;
    const count = form?.querySelector('[data-correct-count]');
    if (!form || !count) return;
    // After whatever else listens: one click may tick all of them.
    queueMicrotask(() => {
      count.textContent = String(form.querySelectorAll('input[data-select]:checked').length || '');
    });
  });
