/**
 * Sends the chosen file as it is, however large, to be checked and then imported, without leaving the page: so it need
 * not be chosen twice. What comes of it is the same page, of which only the result is taken.
 */

const form = document.querySelector<HTMLFormElement>('form[data-import]');
const LIMIT = 100 * 1024 * 1024;
const announcer = document.querySelector<HTMLElement>('[data-announcer]');

if (form) begin(form);

function begin(form: HTMLFormElement): void {
  const input = form.querySelector<HTMLInputElement>('input[type="file"]');
  const progress = form.querySelector<HTMLElement>('[data-import-progress]');
  const bar = progress?.querySelector('progress');
  const label = progress?.querySelector<HTMLElement>('p');
  const confirmation = form.querySelector<HTMLInputElement>('input[name="sendConfirmation"]');
  if (!input || !progress || !bar || !label) return;
  const { disabled: isOver = true } = confirmation ?? {};
  let busy = false;

  // What is said of one file is not true of the next.
  input.addEventListener('change', () => result()?.replaceChildren());

  // A person has one address and one first name: a column that is chosen for it takes it from the other.
  document.addEventListener('change', ({ target }) => {
    if (!(target instanceof HTMLSelectElement) || !/^column-/.test(target.name)) return;
    if (target.value === 'field' || target.value === 'skip') return;
    for (const other of document.querySelectorAll<HTMLSelectElement>('select[name^="column-"]'))
      if (other !== target && other.value === target.value) other.value = 'field';
  });

  form.addEventListener('submit', (event) => {
    const file = input.files?.[0];
    if (!file) return;
    event.preventDefault();
    if (busy) return;
    if (file.size > LIMIT) return refuse('The file is larger than 100 MiB. Divide it, and import each part.');
    const { submitter } = event;
    const isImport = submitter instanceof HTMLButtonElement && submitter.value === 'import';
    send(file, isImport);
  });

  function send(file: File, isImport: boolean): void {
    const verb = isImport ? 'Importing' : 'Checking';
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ step: isImport ? 'import' : 'check' });
    if (confirmation?.checked) query.set('sendConfirmation', 'yes');
    for (const [name, value] of choices()) query.set(name, value);
    request.open('POST', `${form?.getAttribute('action')}?${query}`);
    request.setRequestHeader('Content-Type', 'text/csv');
    request.responseType = 'document';
    setBusy(true);
    show(`${verb} ${file.name}`, 0);
    announce(`${verb} ${file.name}`);
    // The server reads as it works: what it took is what it has done.
    request.upload.onprogress = ({ loaded, total }) => {
      const percent = total ? Math.floor((100 * loaded) / total) : 0;
      if (percent < 100) return show(`${verb} ${file.name}: ${percent} %`, percent);
      show(`${verb} ${file.name}: the last rows`, null);
    };
    request.onload = () => {
      setBusy(false);
      const next =
        request.response instanceof Document ? request.response.getElementById('import-result') : null;
      // Signed out meanwhile, or the event is gone: the page itself says what is the matter.
      if (!next && request.status < 500) return location.reload();
      if (!next) return refuse('The server could not answer. Try again in a moment.');
      result()?.replaceWith(next);
      next.focus();
    };
    request.onerror = () => {
      setBusy(false);
      refuse(
        isImport
          ? 'The connection broke, or the file was changed since it was chosen. Who was imported by then stays; choose the file and import it again: nobody gets in twice.'
          : 'The connection broke, or the file was changed since it was chosen. Choose it again.',
      );
    };
    request.send(file);
  }

  function setBusy(is: boolean): void {
    busy = is;
    if (progress) progress.hidden = !is;
    result()?.setAttribute('aria-busy', String(is));
    for (const button of document.querySelectorAll<HTMLButtonElement>('button[name="step"]'))
      button.disabled = is;
    if (input) input.disabled = is;
    if (confirmation) confirmation.disabled = is || isOver;
    for (const choice of document.querySelectorAll<HTMLSelectElement>('select[data-import-choice]'))
      choice.disabled = is;
    if (is) addEventListener('beforeunload', hold);
    else removeEventListener('beforeunload', hold);
  }

  function show(text: string, percent: number | null): void {
    if (label) label.textContent = text;
    if (percent === null) bar?.removeAttribute('value');
    else if (bar) bar.value = percent;
  }
}

/** What was chosen about this file: only what differs from what is told by itself, for a file may have a thousand columns. */
function choices(): [name: string, value: string][] {
  const controls = document.querySelectorAll<HTMLInputElement | HTMLSelectElement>('[data-import-choice]');
  return [...controls].flatMap(({ name, value, dataset }): [string, string][] =>
    value === dataset.importChoice ? [] : [[name, value]],
  );
}

/** Asks before a page is left that is in the middle of it. */
function hold(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

function refuse(text: string): void {
  const place = result();
  if (!place) return;
  const notice = document.createElement('p');
  notice.className = 'notice notice--danger';
  notice.textContent = text;
  place.replaceChildren(notice);
  place.focus();
}

function announce(text: string): void {
  if (announcer) announcer.textContent = text;
}

function result(): HTMLElement | null {
  return document.getElementById('import-result');
}
