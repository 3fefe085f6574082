/**
 * Previews beside a form (`iframe[data-preview]`), written anew while the form is filled in. The document in the frame stays and
 * only what stands in it is replaced, once the answer is there: nothing flickers, and the reader's place in it is kept. Without
 * script a button shows the preview.
 *
 * A form with `data-preview-first` says something from the beginning that no address can: what the frame has loaded is replaced.
 * A form with `data-previews="checked"` is checked by a script of its own, which asks for the preview with a `preview` event.
 */

const QUIET_MS = 300;
const waiting = new WeakMap<HTMLFormElement, ReturnType<typeof setTimeout>>();
const asking = new WeakMap<HTMLIFrameElement, AbortController>();

for (const type of ['input', 'change'])
  document.addEventListener(type, ({ target }) => {
    // A field may stand elsewhere on the page than its form.
    const form =
      target instanceof HTMLInputElement ||
      target instanceof HTMLSelectElement ||
      target instanceof HTMLTextAreaElement
        ? target.form
        : target instanceof HTMLFormElement
          ? target
          : null;
    if (form?.dataset.previews === '') schedule(form);
  });
document.addEventListener('preview', ({ target }) => {
  if (target instanceof HTMLFormElement) void showAll(target);
});

for (const form of document.querySelectorAll<HTMLFormElement>('form[data-preview-first]'))
  for (const frame of framesOf(form)) {
    const { readyState, URL: address } = frame.contentDocument ?? {};
    if (readyState === 'complete' && address !== 'about:blank') void show(frame, form);
    else frame.addEventListener('load', () => show(frame, form), { once: true });
  }

function schedule(form: HTMLFormElement): void {
  clearTimeout(waiting.get(form));
  waiting.set(
    form,
    setTimeout(() => showAll(form), QUIET_MS),
  );
}

async function showAll(form: HTMLFormElement): Promise<void> {
  await Promise.all(framesOf(form).map((frame) => show(frame, form)));
}

function framesOf(form: HTMLFormElement): HTMLIFrameElement[] {
  const frames = document.querySelectorAll<HTMLIFrameElement>('iframe[data-preview]');
  return [...frames].filter(({ dataset }) => dataset.previewForm === form.id);
}

async function show(frame: HTMLIFrameElement, form: HTMLFormElement): Promise<void> {
  asking.get(frame)?.abort();
  const request = new AbortController();
  asking.set(frame, request);
  // A file is shown once it is uploaded.
  const fields = [...new FormData(form)].filter(
    (field): field is [string, string] => typeof field[1] === 'string',
  );
  try {
    const answer = await fetch(frame.dataset.preview ?? '', {
      method: 'POST',
      body: new URLSearchParams(fields),
      signal: request.signal,
    });
    // Signed out meanwhile, or a mistake that the form's own script points out: what is shown stays.
    if (!answer.ok || answer.redirected) return;
    const html = await answer.text();
    await loaded(frame);
    if (!request.signal.aborted) write(frame, html);
  } catch {
    // Typed on meanwhile, or the network is away: the next letter asks again.
  }
}

/** Until then the frame's document is an empty one, with this page's policy and not its own. */
async function loaded(frame: HTMLIFrameElement): Promise<void> {
  if (frame.contentDocument?.URL === 'about:blank')
    await new Promise((resolve) => frame.addEventListener('load', resolve, { once: true }));
}

function write(frame: HTMLIFrameElement, html: string): void {
  const shown = frame.contentDocument;
  // It could not be loaded: once more from the beginning.
  if (!shown?.body) return void frame.setAttribute('src', frame.src);
  const [, attributes = '', inside = ''] = /<html([^>]*)>([\s\S]*)<\/html>/i.exec(html) ?? [];
  // Made by the frame's own document, whose policy allows what mails bring.
  const next = shown.createElement('html');
  next.innerHTML = inside;
  const [head, body] = [next.querySelector('head'), next.querySelector('body')];
  if (!head || !body) return;
  for (const name of ['lang', 'dir']) {
    const value = new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
    if (value) shown.documentElement.setAttribute(name, value);
  }
  writeHead(shown.head, head);
  if (shown.body.outerHTML !== body.outerHTML) shown.body.replaceWith(body);
}

/** A stylesheet that is there already stays, so that nothing is shown without it for a moment. */
function writeHead(shown: HTMLHeadElement, next: HTMLHeadElement): void {
  const sheets = (head: HTMLHeadElement) => [
    ...head.querySelectorAll<HTMLLinkElement>('link[rel=stylesheet]'),
  ];
  const address = (link: HTMLLinkElement) => link.getAttribute('href') ?? '';
  const styles = (head: HTMLHeadElement) => [...head.querySelectorAll('style')];
  const wanted = new Set(sheets(next).map(address));
  const there = new Map(sheets(shown).map((link) => [address(link), link]));
  for (const link of sheets(next)) if (!there.has(address(link))) shown.append(link);
  const gone = [...there].flatMap(([href, link]) => (wanted.has(href) ? [] : [link]));
  for (const link of gone) link.remove();
  const text = (head: HTMLHeadElement) => styles(head).map(({ textContent }) => textContent);
  if (text(shown).join('\n') === text(next).join('\n')) return;
  for (const style of styles(shown)) style.remove();
  shown.append(...styles(next));
}
