import { type Changes, howItChanged } from './changes.ts';
import { deviceOf, LOOKS, type Look, PICTURES, pictureName, WIDTHS } from './looks.ts';
import type { Shown } from './sheet.ts';

/** The sheet as one page, with its styles and script in it; the pictures lie beside. */
export function sheetPage(changes: Changes): string {
  const { shown, against, added, removed, changed } = changes;
  const news = new Set([...added.map(({ key }) => key), ...changed.map((change) => change.shown.key)]);
  const groups = Map.groupBy(shown, ({ name }) => name);
  const comparison =
    against === null
      ? '<p>There is no earlier sheet to compare it with.</p>'
      : `<p>Against <code>${escaped(against)}</code>: ${changed.length} changed, ${added.length} added, ${removed.length} removed.</p>`;
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>All mails and pages</title>
<link rel="icon" href="data:,">
<style>${STYLES}</style>
<header>
  <h1>${counted(shown)}</h1>
  ${choice('name', shown)}${choice('language', shown)}${choice('state', shown)}
  <label><input type="checkbox" id="wrong">only what is wrong</label>
  ${LOOKS.map((look) => `<label><input type="checkbox" data-look="${look}" checked>${look}</label>`).join('\n  ')}
  <label>Size <select id="size"><option value="0.35">35 %</option><option value="0.5" selected>50 %</option><option value="1">100 %</option></select></label>
  ${against === null ? '' : '<label><input type="checkbox" id="news">only what changed</label>'}
</header>
<main>
${comparison}
${changed.length > 0 ? `<h2>Changed</h2>\n${changed.map((change) => row(change.shown, { note: howItChanged(change), looks: change.looks.map(({ look }) => look) })).join('\n')}` : ''}
${removed.length > 0 ? `<h2>Removed</h2>\n${removed.map((one) => row(one, { isGone: true })).join('\n')}` : ''}
${[...groups].map(([name, group]) => `<h2>${escaped(name)}</h2>\n${group.map((one) => row(one, { isNew: news.has(one.key) })).join('\n')}`).join('\n')}
</main>
<script>${SCRIPT}</script>
</html>
`;
}

interface RowOptions {
  /** How it changed: each picture stands beside the earlier one. */
  readonly note?: string;
  /** Which pictures changed. */
  readonly looks?: readonly Look[];
  readonly isGone?: boolean;
  readonly isNew?: boolean;
}

function row(shown: Shown, { note, looks = LOOKS, isGone = false, isNew = true }: RowOptions): string {
  const { key, name, kind, language, state, title, from, problems } = shown;
  const widths = WIDTHS[kind === 'page' ? 'page' : 'mail'];
  const pictures = looks.map((look) => {
    const folders = isGone ? ['before'] : note === undefined ? [PICTURES] : ['before', PICTURES];
    const images = folders.map((folder) =>
      image(`${folder}/${pictureName(key, look)}`, {
        ...{ look, width: widths[deviceOf(look)] },
        label: folders.length < 2 ? '' : folder === 'before' ? 'before' : 'now',
      }),
    );
    return `<div class="look" data-look="${look}">${images.join('')}</div>`;
  });
  return `<section data-name="${name}" data-language="${language}" data-state="${state}"${isNew || note !== undefined || isGone ? ' data-news' : ''}${problems.length > 0 ? ' data-wrong' : ''}>
<h3>${escaped(`${name} · ${language} · ${state}`)}${note === undefined ? '' : ` <em>${escaped(note)}</em>`}</h3>
<p dir="auto">${escaped(title)}</p>
${from === null ? '' : `<p class="from" dir="auto">${escaped(from)}</p>\n`}${problems.length > 0 ? `<p class="wrong">${escaped(problems.join('; '))}</p>` : ''}<div class="looks">${pictures.join('')}</div>
</section>`;
}

function image(
  path: string,
  { look, width, label }: { readonly look: Look; readonly width: number; readonly label: string },
): string {
  const caption = label === '' ? '' : `<figcaption>${label}</figcaption>`;
  return `<figure>${caption}<a href="${path}"><img src="${path}" alt="${look}" loading="lazy" style="--width:${width}px"></a></figure>`;
}

/** `355 mails, 203 pages` */
function counted(shown: readonly Shown[]): string {
  const pages = shown.filter(({ kind }) => kind === 'page').length;
  return [`${shown.length - pages} mails`, ...(pages > 0 ? [`${pages} pages`] : [])].join(', ');
}

function choice(name: 'name' | 'language' | 'state', shown: readonly Shown[]): string {
  const values = [...new Set(shown.map((one) => one[name]))];
  const options = values.map((value) => `<option>${escaped(value)}</option>`).join('');
  return `<label>${name === 'name' ? 'mail or page' : name} <select data-choice="${name}"><option value="">all</option>${options}</select></label>`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

const STYLES = `
:root { --size: 0.5; color-scheme: light; }
body { background: #e9ebef; color: #15181e; font: 15px/1.5 system-ui, sans-serif; margin: 0; }
header { align-items: center; background: #fff; border-bottom: 1px solid #c9ced6; display: flex; flex-wrap: wrap; gap: 8px 18px; padding: 10px 20px; position: sticky; top: 0; z-index: 1; }
h1 { font-size: 18px; margin: 0; }
main { padding: 8px 20px 40px; }
h2 { margin: 28px 0 8px; }
h3 { font-size: 15px; margin: 18px 0 0; }
h3 em { color: #8a4b00; font-weight: normal; }
p { margin: 2px 0 6px; overflow-wrap: anywhere; text-align: left; }
.from { color: #4a5160; font-size: 13px; }
.wrong { color: #b00020; font-weight: bold; }
.looks, .look { align-items: flex-start; display: flex; flex-wrap: wrap; gap: 12px; }
.look { flex-wrap: nowrap; gap: 4px; }
figure { margin: 0; }
figcaption { font-size: 12px; }
img { border: 1px solid #c9ced6; display: block; min-height: 40px; width: calc(var(--width) * var(--size)); }
[hidden] { display: none; }`;

const SCRIPT = `
const sections = [...document.querySelectorAll('section')];
function show() {
  const chosen = [...document.querySelectorAll('[data-choice]')].map((select) => [select.dataset.choice, select.value]);
  const onlyNews = document.querySelector('#news')?.checked === true;
  const onlyWrong = document.querySelector('#wrong').checked;
  for (const section of sections)
    section.hidden = chosen.some(([name, value]) => value && section.dataset[name] !== value) || (onlyNews && !('news' in section.dataset)) || (onlyWrong && !('wrong' in section.dataset));
  for (const box of document.querySelectorAll('input[data-look]'))
    for (const look of document.querySelectorAll('.look[data-look="' + box.dataset.look + '"]')) look.hidden = !box.checked;
  for (const head of document.querySelectorAll('h2')) {
    let next = head.nextElementSibling;
    let any = false;
    for (; next && next.tagName === 'SECTION'; next = next.nextElementSibling) any ||= !next.hidden;
    head.hidden = !any;
  }
  document.documentElement.style.setProperty('--size', document.querySelector('#size').value);
}
addEventListener('change', show);
show();`;
