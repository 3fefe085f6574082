/**
 * Shows the registration form of an event on another site (docs/embed.md):
 *
 *   <script src="https://events.example.com/embed.js" data-event="calm-software" async></script>
 *
 * Each such element gets a frame of its own, once, however often the script runs. Nothing of the site is changed or read beside that,
 * but for its address, which says where a registrant came from.
 */
(() => {
  const HOME = 'PUBLIC_URL';
  /** Before the form has told its height. */
  const FIRST_HEIGHT = '480px';
  /** The form says hello at once; where nothing else tells what is wrong, its silence does after so long. */
  const SILENT_MS = 10_000;
  const own = document.currentScript;

  for (const script of document.querySelectorAll<HTMLScriptElement>('script[src]')) {
    // A module has no `currentScript`: it finds itself by its address.
    const isOurs = script === own || script.src.replace(/[?#].*/, '') === `${HOME}/embed.js`;
    if (!isOurs || 'embedded' in script.dataset) continue;
    script.dataset.embedded = '';
    if (isEarly(script)) document.addEventListener('DOMContentLoaded', () => show(script), { once: true });
    else show(script);
  }

  function isEarly(script: HTMLScriptElement): boolean {
    const waits = script.dataset.target ? !targetOf(script) : script.closest('head') !== null;
    return waits && document.readyState === 'loading';
  }

  function targetOf({ dataset }: HTMLScriptElement): Element | null {
    try {
      return document.querySelector(dataset.target ?? '');
    } catch {
      return null;
    }
  }

  function show(script: HTMLScriptElement): void {
    const { event = '', target, lang, theme } = script.dataset;
    const box = document.createElement('div');
    const place = target ? targetOf(script) : null;
    if (place) place.prepend(box);
    else if (script.closest('head')) document.body.append(box);
    else script.after(box);
    if (target && !place) {
      say(box, `No element of this page is ${target}, which data-target names.`);
      return;
    }
    if (!event) {
      say(box, 'The snippet needs data-event: the end of the event’s Page URL.');
      return;
    }

    const path = `${HOME}/e/${encodeURIComponent(event)}`;
    const query = new URLSearchParams({ referrer: location.origin + location.pathname });
    for (const [name, value] of new URLSearchParams(location.search))
      if (/^utm_(source|medium|campaign|term|content)$/.test(name))
        query.set(name, value.replace(/\p{Cc}/gu, '').slice(0, 500));
    if (lang) query.set('lang', lang);
    if (theme) query.set('theme', theme);

    const frame = document.createElement('iframe');
    frame.title = 'Registration';
    frame.src = `${path}/embed?${query}`;
    // Set one by one: a policy without inline styles lets scripts do that. Where the designs differ, browsers paint a ground.
    const { style } = frame;
    Object.assign(style, { display: 'block', width: '100%', height: FIRST_HEIGHT, border: '0' });
    style.colorScheme = theme === 'light' || theme === 'dark' ? theme : 'light dark';

    let hasAnswered = false;
    let problem: string | null = null;
    const fail = (why: string) => {
      if (problem || hasAnswered) return;
      problem = why;
      frame.remove();
      say(box, why);
    };

    addEventListener('message', ({ origin, source, data }) => {
      if (origin !== HOME || source !== frame.contentWindow || data?.accessMail !== 'form') return;
      hasAnswered = true;
      if (data.height > 0) style.height = `${data.height}px`;
      frame.title = String(data.title);
      // What leads there where no script runs says the same again.
      for (const link of document.querySelectorAll<HTMLElement>('a[data-event-link]'))
        if (link.getAttribute('href') === path) link.hidden = true;
      // Whoever sent a long form looks at its end: the answer is shorter.
      if (data.isAnswer && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    });
    // The frame's own policy keeps it from speaking first: it knows no site but those that may show it, and not which one this is.
    frame.addEventListener('load', () => frame.contentWindow?.postMessage({ accessMail: 'hello' }, HOME));

    document.addEventListener('securitypolicyviolation', ({ blockedURI, effectiveDirective }) => {
      if (/^(frame|child|default)-src$/.test(effectiveDirective) && blockedURI.startsWith(HOME))
        fail(`The Content-Security-Policy of this page does not allow the form: add frame-src ${HOME}`);
    });
    const silence = `The registration form did not come. Look whether ${path} opens, and whether the event’s settings allow ${location.origin} under Embed.`;
    const state = `${path}/embed/state.js`;
    import(state).then(
      ({ problem }) => problem && fail(problem),
      // Not to be asked: by a policy that names the script alone, or no network.
      () => setTimeout(fail, SILENT_MS, silence),
    );
    box.append(frame);
  }

  /** In the frame's place, for whoever put it there. */
  function say(box: HTMLElement, what: string): void {
    const line = document.createElement('p');
    line.textContent = what;
    Object.assign(line.style, { padding: '12px 16px', border: '1px solid', borderRadius: '8px' });
    box.append(line);
  }
})();
