/**
 * The rows of the registration form: a button of theirs asks the server for the form with its rows changed, and puts the rows that come
 * back in place of those that are there. What was open stays open, and the keyboard stays with the row. Without script, and where the
 * server does not answer, the same button sends the whole page.
 */

const ROWS = '[data-field-rows]';
const ROW = '[data-field-row]';

document.addEventListener('click', (event) => {
  const button = event.target instanceof Element ? event.target.closest('button') : null;
  const rows = button?.closest<HTMLElement>(ROWS);
  if (!button?.form || !rows || button.name !== 'row') return;
  event.preventDefault();
  void change(rows, button, button.form);
});

// What is typed stands over its row at once.
document.addEventListener('input', ({ target }) => {
  if (!(target instanceof HTMLTextAreaElement) || !/^field\d+Label$/.test(target.name)) return;
  const label = target.closest(ROW)?.querySelector('.form-field__label');
  if (label && target.value.trim()) label.textContent = target.value;
});

// Whoever works on the rows sees the registration form beside them.
document.addEventListener('focusin', ({ target }) => {
  if (!(target instanceof Element) || !target.closest(ROWS)) return;
  const shown = document.querySelector<HTMLInputElement>('input[name=preview][value=form]');
  if (shown && !shown.checked) shown.checked = true;
});

async function change(rows: HTMLElement, button: HTMLButtonElement, form: HTMLFormElement): Promise<void> {
  const fields = [...new FormData(form, button)].map(([name, value]): [string, string] => [
    name,
    String(value),
  ]);
  // Nothing can be typed that the answer would not have.
  rows.inert = true;
  const next = await ask(form.action, new URLSearchParams(fields));
  rows.inert = false;
  // As without script: the browser shows what came of it.
  if (!next) return form.requestSubmit(button);
  const [verb = '', what = ''] = button.value.split(' ');
  const open = isOpenAfter(rows, verb, Number(what));
  rows.replaceWith(next);
  for (const [i, details] of detailsOf(next).entries()) if (open[i]) details.open = true;
  focusOn(next, button, verb, Number(what));
  form.dispatchEvent(new Event('input', { bubbles: true }));
}

/** The rows as the server makes them; null: it did not answer, or with something else. */
async function ask(action: string, body: URLSearchParams): Promise<HTMLElement | null> {
  try {
    const answer = await fetch(action, { method: 'POST', body, headers: { accept: 'text/html' } });
    if (answer.redirected) return null;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return page.querySelector<HTMLElement>(ROWS);
  } catch {
    return null;
  }
}

function detailsOf(rows: Element): HTMLDetailsElement[] {
  return [...rows.querySelectorAll<HTMLDetailsElement>(`${ROW} > details`)];
}

/** Which rows are open once they have changed. */
function isOpenAfter(rows: Element, verb: string, row: number): boolean[] {
  const open = detailsOf(rows).map((details) => details.open);
  if (verb === 'remove') return open.filter((_, i) => i !== row);
  const other = verb === 'up' ? row - 1 : verb === 'down' ? row + 1 : -1;
  if (other < 0 || other >= open.length) return open;
  return open.map((is, i) => (i === row ? open[other] === true : i === other ? open[row] === true : is));
}

/** The keyboard stays with the row that moved, goes into the one that is new, and else to what comes next. */
function focusOn(rows: Element, button: HTMLButtonElement, verb: string, row: number): void {
  const by = (id: string) => rows.querySelector<HTMLElement>(`#${id}:not(:disabled)`);
  const count = detailsOf(rows).length;
  const found =
    verb === 'add'
      ? by(`field${count - 1}Label`)
      : verb === 'up' || verb === 'down'
        ? (by(`field${verb === 'up' ? row - 1 : row + 1}-${verb}`) ??
          by(`field${verb === 'up' ? row - 1 : row + 1}-${verb === 'up' ? 'down' : 'up'}`))
        : verb === 'remove'
          ? by(`field${Math.min(row, count - 1)}-remove`)
          : rows.querySelector<HTMLElement>(`button[value="${CSS.escape(button.value)}"]`);
  (found ?? by('add-field'))?.focus();
}
