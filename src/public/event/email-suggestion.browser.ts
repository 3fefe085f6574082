/**
 * Asks "Did you mean …?" as soon as an email's field is left. The server has the rule, and is told the part behind the `@` alone; it asks
 * once more when the form is sent, so that whatever goes wrong here costs nothing.
 */

// What moves while a pointer is down is not clicked: then the question waits.
let isPressed = false;
let whenReleased: (() => void) | null = null;
addEventListener(
  'pointerdown',
  () => {
    isPressed = true;
  },
  true,
);
for (const name of ['pointerup', 'pointercancel'])
  addEventListener(
    name,
    () => {
      isPressed = false;
      // After the click that follows.
      setTimeout(() => {
        whenReleased?.();
        whenReleased = null;
      });
    },
    true,
  );

for (const box of document.querySelectorAll<HTMLElement>('[data-suggestion]')) {
  const input = document.getElementById(box.dataset.suggestion ?? '');
  if (input instanceof HTMLInputElement) suggest(box, input);
}

function suggest(box: HTMLElement, input: HTMLInputElement): void {
  const [question, choices] = box.children;
  const asked = box.querySelector('input');
  if (!(question instanceof HTMLElement && choices instanceof HTMLElement && asked)) return;
  let asking = new AbortController();

  input.addEventListener('change', () => void ask());
  // Typed on: what was asked is over.
  input.addEventListener('input', clear);

  async function ask(): Promise<void> {
    const typed = input.value.trim();
    const at = typed.lastIndexOf('@');
    clear();
    if (at < 1 || at > typed.length - 3 || typed === asked?.value) return;
    const { signal } = asking;
    const domain = await suggestedFor(typed.slice(at + 1), signal);
    if (domain === null || signal.aborted) return;
    const show = () => signal.aborted || offer(typed, `${typed.slice(0, at)}@${domain}`);
    if (isPressed) whenReleased = show;
    else show();
  }

  async function suggestedFor(domain: string, signal: AbortSignal): Promise<string | null> {
    try {
      const answer = await fetch(`${box.dataset.path}?${new URLSearchParams({ domain })}`, { signal });
      return answer.ok ? ((await answer.json()) as { suggested: string | null }).suggested : null;
    } catch {
      return null;
    }
  }

  function offer(typed: string, suggested: string): void {
    write(question as HTMLElement, box.dataset.question, suggested);
    const use = button(box.dataset.use, suggested, 'button button--small');
    use.addEventListener('click', () => {
      input.value = suggested;
      clear();
      write(question as HTMLElement, box.dataset.taken, suggested);
      input.focus();
    });
    const keep = button(box.dataset.keep, typed, 'button button--small button--quiet');
    keep.addEventListener('click', () => {
      clear();
      if (asked) asked.value = typed;
      input.focus();
    });
    choices?.replaceChildren(use, keep);
    if (choices instanceof HTMLElement) choices.hidden = false;
  }

  function clear(): void {
    asking.abort();
    asking = new AbortController();
    question?.replaceChildren();
    choices?.replaceChildren();
    if (choices instanceof HTMLElement) choices.hidden = true;
  }
}

function button(words: string | undefined, email: string, className: string): HTMLButtonElement {
  const element = document.createElement('button');
  const label = document.createElement('span');
  Object.assign(element, { type: 'button', className });
  write(label, words, email);
  element.append(label);
  return element;
}

/** The words, with the address where their mark is. */
function write(place: HTMLElement, words = '{}', email = ''): void {
  const [before = '', after = ''] = words.split('{}');
  const strong = document.createElement('strong');
  const address = document.createElement('bdi');
  Object.assign(address, { className: 'email', dir: 'ltr', textContent: email });
  strong.append(address);
  place.replaceChildren(before, strong, after);
}
