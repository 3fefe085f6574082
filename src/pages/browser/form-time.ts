/** A form that a browser filled in by itself may be sent within a moment: it waits until a person could have done it. */

const shown = performance.now();

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-least-ms]')) {
  let isWaiting = false;
  form.addEventListener('submit', (event) => {
    const rest = Number(form.dataset.leastMs) - (performance.now() - shown);
    if (rest <= 0 || event.defaultPrevented) return;
    event.preventDefault();
    if (isWaiting) return;
    isWaiting = true;
    form.setAttribute('aria-busy', 'true');
    setTimeout(() => {
      isWaiting = false;
      form.removeAttribute('aria-busy');
      form.requestSubmit(event.submitter);
    }, rest);
  });
}
