/**
 * The text of a mail, of a kind or an announcement, while it is typed: its mistakes at their fields, its preview, variables to insert, and a sample of what is
 * typed. Without script saving shows the mistakes, and buttons show the preview and send the sample.
 */

const FORM = 'form[data-custom-text]';
const QUIET_MS = 300;

let waiting: ReturnType<typeof setTimeout> | undefined;
let asking: AbortController | undefined;
let field: HTMLInputElement | HTMLTextAreaElement | null = null;

interface Mistake {
  readonly path: string;
  readonly message: string;
}

function formOf(target: EventTarget | null): HTMLFormElement | null {
  return target instanceof Element ? target.closest<HTMLFormElement>(FORM) : null;
}

// --- Mistakes and preview

document.addEventListener('input', ({ target }) => {
  const form = formOf(target);
  if (!form) return;
  form.dataset.changed = '';
  clearTimeout(waiting);
  waiting = setTimeout(() => check(form), QUIET_MS);
});

async function check(form: HTMLFormElement): Promise<void> {
  asking?.abort();
  asking = new AbortController();
  try {
    const answer = await post(form.dataset.check ?? '', form, asking.signal);
    if (!answer.ok) return;
    const { errors } = (await answer.json()) as { errors: readonly Mistake[] };
    showMistakes(form, errors);
    if (errors.length === 0) form.dispatchEvent(new Event('preview', { bubbles: true }));
  } catch {
    // Typed on meanwhile, or the network is away: the next letter asks again.
  }
}

function post(address: string, form: HTMLFormElement, signal?: AbortSignal): Promise<Response> {
  const fields = [...new FormData(form)].map(([name, value]): [string, string] => [name, String(value)]);
  return fetch(address, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: { accept: 'application/json' },
    ...(signal && { signal }),
  });
}

function showMistakes(form: HTMLFormElement, mistakes: readonly Mistake[]): void {
  form.querySelector('.notice--danger')?.remove();
  const fields = form.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>(
    'input.input[name], textarea[name]',
  );
  for (const input of fields) {
    const { name } = input;
    const id = `${name}-error`;
    const text = mistakes
      .filter(({ path }) => path === name)
      .map(({ message }) => message)
      .join('\n');
    let shown = document.getElementById(id);
    if (!shown && text) {
      shown = document.createElement('p');
      shown.id = id;
      shown.className = 'field__error';
      input.before(shown);
    }
    if (shown && shown.textContent !== text) shown.textContent = text;
    if (!text) shown?.remove();
    const described = [`${name}-hint`, ...(text ? [id] : [])].filter((one) => document.getElementById(one));
    if (described.length > 0) input.setAttribute('aria-describedby', described.join(' '));
    else input.removeAttribute('aria-describedby');
    // What stands in a part of the form that is closed would not be seen.
    const closed = text ? input.closest('details') : null;
    if (closed) closed.open = true;
    if (text) input.setAttribute('aria-invalid', 'true');
    else input.removeAttribute('aria-invalid');
  }
  announce(mistakes.map(({ path, message }) => `${path}: ${message}`).join(' '));
}

function announce(text: string): void {
  const announcer = document.querySelector('[data-announcer]');
  if (announcer && announcer.textContent !== text) announcer.textContent = text;
}

// --- Variables

// Whoever only passes by with the Tab key on the way to a variable does not mean that field.
for (const type of ['input', 'click', 'keydown'])
  document.addEventListener(type, (event) => {
    const { target } = event;
    if (!formOf(target)) return;
    if (event instanceof KeyboardEvent && /^(?:Tab|Shift)$/.test(event.key)) return;
    if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) field = target;
  });

document.addEventListener('click', ({ target }) => {
  const button = target instanceof Element ? target.closest<HTMLElement>('[data-insert]') : null;
  const form = document.querySelector<HTMLFormElement>(FORM);
  if (!button || !form) return;
  // The field may be one of a page that was left.
  const into = field && form.contains(field) ? field : form.querySelector<HTMLTextAreaElement>('textarea');
  if (!into) return;
  into.setRangeText(button.dataset.insert ?? '', into.selectionStart ?? 0, into.selectionEnd ?? 0, 'end');
  into.focus();
  into.dispatchEvent(new Event('input', { bubbles: true }));
});

// --- A sample: the page stays as it is

addEventListener(
  'submit',
  (event) => {
    const form = formOf(event.target);
    if (!form) return;
    const { submitter } = event;
    if (!(submitter instanceof HTMLButtonElement) || !('sample' in submitter.dataset)) {
      delete form.dataset.changed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    void sendSample(form, submitter);
  },
  true,
);

async function sendSample(form: HTMLFormElement, button: HTMLButtonElement): Promise<void> {
  if (button.ariaDisabled === 'true') return;
  button.ariaDisabled = 'true';
  const said = form.querySelector('[data-sample-answer]');
  if (said) said.textContent = 'Sending the sample…';
  const text = await askForSample(form, button.formAction);
  if (said) said.textContent = text;
  button.ariaDisabled = null;
}

async function askForSample(form: HTMLFormElement, address: string): Promise<string> {
  const failed = 'The sample could not be sent. Try again in a moment.';
  try {
    const answer = await post(address, form);
    if (answer.redirected || !answer.headers.get('content-type')?.includes('json')) return failed;
    const { text, errors } = (await answer.json()) as { text: string; errors: readonly Mistake[] };
    showMistakes(form, errors);
    return errors.length > 0 ? 'No sample was sent: correct the fields that are marked.' : text || failed;
  } catch {
    return failed;
  }
}

// --- What is typed and not saved is not lost unasked

document.addEventListener(
  'click',
  (event) => {
    const { target } = event;
    const link = target instanceof Element ? target.closest<HTMLElement>('[data-discards]') : null;
    const form = link && document.getElementById(link.dataset.discards ?? '');
    if (!form || !('changed' in form.dataset)) return;
    if (confirm('Discard changes? What you typed in this language is not saved.'))
      delete form.dataset.changed;
    else {
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  },
  true,
);
