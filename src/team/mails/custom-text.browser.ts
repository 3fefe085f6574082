/**
 * Beside the words of a mail: the mail that they make, written anew while they are typed, and their mistakes at their
 * fields. Without it a button shows the mail, and saving shows the mistakes.
 */

const QUIET_MS = 400;

const form = document.querySelector<HTMLFormElement>('form[data-mail-words]');
if (form) watch(form);

function watch(form: HTMLFormElement): void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  let asking: AbortController | undefined;
  let field: HTMLInputElement | HTMLTextAreaElement | null = null;
  let frames = 0;

  form.querySelector('[data-preview]')?.remove();
  form.addEventListener('input', () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, QUIET_MS);
  });
  // Whoever only passes by with the Tab key on the way to a variable does not mean that field.
  for (const type of ['input', 'click', 'keydown'])
    form.addEventListener(type, (event) => {
      const { target } = event;
      if (event instanceof KeyboardEvent && /^(?:Tab|Shift)$/.test(event.key)) return;
      if (target instanceof HTMLTextAreaElement || target instanceof HTMLInputElement) field = target;
    });
  for (const button of document.querySelectorAll<HTMLButtonElement>('[data-insert]')) {
    button.hidden = false;
    button.addEventListener('click', () => {
      const into = field ?? form.querySelector<HTMLTextAreaElement>('textarea[name="introduction"]');
      if (!into) return;
      const { selectionStart: from, selectionEnd: to } = into;
      into.setRangeText(button.dataset.insert ?? '', from ?? 0, to ?? 0, 'end');
      into.focus();
      into.dispatchEvent(new Event('input', { bubbles: true }));
    });
  }

  async function look(): Promise<void> {
    asking?.abort();
    asking = new AbortController();
    const { signal } = asking;
    const body = new URLSearchParams(entries(form));
    try {
      const answer = await fetch(form.dataset.check ?? '', { method: 'POST', body, signal });
      if (!answer.ok) return;
      const { errors } = (await answer.json()) as { errors: readonly Mistake[] };
      showMistakes(form, errors);
      if (errors.length === 0) preview();
    } catch {
      // Typed on meanwhile, or the network is away: the next letter asks again.
    }
  }

  /**
   * A frame of its own for each mail, shown once it is there: nothing flickers, and the way back in the browser's
   * history does not lead through every letter.
   */
  function preview(): void {
    const before = document.querySelector<HTMLIFrameElement>('iframe.mail-words__frame:not([data-next])');
    if (!before) return;
    document.querySelector('iframe[data-next]')?.remove();
    const next = document.createElement('iframe');
    frames++;
    next.name = `preview-${frames}`;
    next.title = before.title;
    next.className = before.className;
    next.setAttribute('sandbox', '');
    next.dataset.next = '';
    next.tabIndex = -1;
    before.after(next);
    const sent = document.createElement('form');
    sent.method = 'post';
    sent.action = form.dataset.frame ?? '';
    sent.target = next.name;
    sent.hidden = true;
    for (const [name, value] of entries(form)) {
      const input = document.createElement('textarea');
      input.name = name;
      input.value = value;
      sent.append(input);
    }
    document.body.append(sent);
    next.addEventListener('load', () => {
      if (!next.isConnected) return;
      delete next.dataset.next;
      next.removeAttribute('tabindex');
      before.remove();
    });
    sent.submit();
    sent.remove();
  }
}

interface Mistake {
  readonly path: string;
  readonly message: string;
}

function entries(form: HTMLFormElement): [string, string][] {
  return [...new FormData(form)].map(([name, value]) => [name, String(value)]);
}

function showMistakes(form: HTMLFormElement, mistakes: readonly Mistake[]): void {
  form.querySelector('.notice--danger')?.remove();
  for (const name of ['subject', 'introduction', 'signature']) {
    const field = form.elements.namedItem(name);
    if (!(field instanceof HTMLElement)) continue;
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
      field.before(shown);
    }
    if (shown && shown.textContent !== text) shown.textContent = text;
    if (!text) shown?.remove();
    const described = [`${name}-hint`, ...(text ? [id] : [])];
    field.setAttribute('aria-describedby', described.join(' '));
    if (text) field.setAttribute('aria-invalid', 'true');
    else field.removeAttribute('aria-invalid');
  }
  announce(mistakes.map(({ path, message }) => `${path}: ${message}`).join(' '));
}

function announce(text: string): void {
  const announcer = document.querySelector('[data-announcer]');
  if (announcer && announcer.textContent !== text) announcer.textContent = text;
}
