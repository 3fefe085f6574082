/** The inbox's page: a list that follows what arrives, and one mail. Everything it shows comes from Mailpit's API. */

const PAGE = 100;
/** @type {(id: string) => any} */
const $ = (id) => document.getElementById(id);
const state = { limit: PAGE, id: idInAddress(), view: 'html', shown: '' };

async function get(path) {
  const response = await fetch(path);
  if (!response.ok) throw new Error(`${response.status} ${path}`);
  return response;
}

/** An element with text in it; a mail's words never become markup. */
function element(name, className, text = '') {
  const node = document.createElement(name);
  node.className = className;
  node.textContent = text;
  return node;
}

async function showList() {
  const query = $('search').value.trim();
  const path = query ? `/api/v1/search?query=${encodeURIComponent(query)}&` : '/api/v1/messages?';
  const list = await (await get(`${path}limit=${state.limit}`)).json();
  $('count').textContent = `${list.messages_count}${list.unread ? `, ${list.unread} new` : ''}`;
  document.title = `${list.unread ? `(${list.unread}) ` : ''}Inbox – access-mail`;
  $('mails').replaceChildren(...list.messages.map(listItem));
  $('empty').hidden = list.messages.length > 0;
  $('empty').textContent = query ? `No mail matches ${query}.` : 'No mail yet.';
  $('more').hidden = list.messages_count <= state.limit;
}

function listItem(mail) {
  const item = element('li', mail.Read ? '' : 'unread');
  const link = element('a', '');
  link.href = `/view/${mail.ID}`;
  link.setAttribute('aria-current', String(mail.ID === state.id));
  const time = element('time', 'time', when(mail.Created));
  time.dateTime = mail.Created;
  const tags = element('span', 'tags');
  tags.append(...mail.Tags.map((tag) => element('span', 'tag', tag)));
  link.append(
    element('span', 'title', mail.Subject || '(no subject)'),
    time,
    element('span', 'to', `to ${people(mail.To) || people(mail.Bcc)}`),
    element('span', 'snippet', mail.Snippet),
    tags,
  );
  item.append(link);
  return item;
}

function when(time) {
  const date = new Date(time);
  const today = date.toDateString() === new Date().toDateString();
  return date.toLocaleString(
    undefined,
    today ? { timeStyle: 'medium' } : { dateStyle: 'medium', timeStyle: 'short' },
  );
}

function people(list) {
  return (list ?? []).map((one) => (one.Name ? `${one.Name} <${one.Address}>` : one.Address)).join(', ');
}

async function showMail() {
  const chosen = state.id;
  $('mail').hidden = !chosen;
  $('nothing').hidden = Boolean(chosen);
  if (!chosen || state.shown === chosen) return;
  const response = await fetch(`/api/v1/message/${chosen}`);
  if (!response.ok) return open('');
  const mail = await response.json();
  state.shown = chosen;
  $('subject').textContent = mail.Subject || '(no subject)';
  $('answered').textContent = '';
  showFacts(mail);
  $('attachments').hidden = mail.Attachments.length === 0;
  $('attachments').replaceChildren(
    ...mail.Attachments.map((part) => {
      const item = element('li', '');
      const link = element('a', '', `${part.FileName} (${Math.ceil(part.Size / 1024)} KB)`);
      link.href = `/api/v1/message/${mail.ID}/part/${part.PartID}`;
      link.download = part.FileName;
      item.append(link);
      return item;
    }),
  );
  await showView(mail.HTML ? state.view : state.view === 'html' ? 'text' : state.view);
}

function showFacts(mail) {
  const facts = [
    ['From', people([mail.From])],
    ['To', people(mail.To)],
    ['Cc', people(mail.Cc)],
    ['Bcc', people(mail.Bcc)],
    ['Reply to', people(mail.ReplyTo)],
    ['Sent', when(mail.Date)],
    ['Tags', mail.Tags.join(', ')],
  ].filter(([, value]) => value);
  $('facts').replaceChildren(
    ...facts.flatMap(([name, value]) => [element('dt', '', name), element('dd', '', value)]),
  );
}

async function showView(view) {
  const id = state.id;
  for (const tab of $('views').children) tab.setAttribute('aria-selected', String(tab.dataset.view === view));
  $('html').hidden = view !== 'html';
  $('plain').hidden = view === 'html';
  $('looks').hidden = view !== 'html';
  $('alone').href = `/view/${id}.html`;
  const scheme = $('html').classList.contains('dark') ? 'dark' : 'light';
  if (view === 'html') $('html').src = `/view/${id}.html?embed=1&scheme=${scheme}`;
  if (view === 'text') $('plain').textContent = await (await get(`/view/${id}.txt`)).text();
  if (view === 'source') $('plain').textContent = await (await get(`/api/v1/message/${id}/raw`)).text();
  if (view === 'headers') {
    const headers = await (await get(`/api/v1/message/${id}/headers`)).json();
    const lines = Object.entries(headers).flatMap(([name, values]) =>
      values.map((value) => `${name}: ${value}`),
    );
    $('plain').textContent = lines.join('\n');
  }
}

function toggle(look) {
  const button = document.querySelector(`[data-toggle="${look}"]`);
  button.setAttribute('aria-pressed', String($('html').classList.toggle(look)));
}

function idInAddress() {
  return /^\/view\/([^/.]+)$/.exec(location.pathname)?.[1] ?? '';
}

function open(id) {
  history.pushState(null, '', id ? `/view/${id}` : '/');
  followAddress();
}

function followAddress() {
  state.id = idInAddress();
  for (const link of $('mails').querySelectorAll('a'))
    link.setAttribute('aria-current', String(link.pathname === location.pathname));
  showMail();
}

$('mails').addEventListener('click', (event) => {
  const link = event.target.closest('a');
  if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
  event.preventDefault();
  open(link.pathname.split('/').pop());
});
$('views').addEventListener('click', (event) => {
  if (!event.target.dataset.view) return;
  state.view = event.target.dataset.view;
  showView(state.view);
});
$('looks').addEventListener('click', (event) => {
  const look = event.target.dataset.toggle;
  if (!look) return;
  toggle(look);
  if (look === 'dark') showView('html');
});
$('back').addEventListener('click', () => open(''));
$('search').addEventListener('input', () => showList());
$('more').addEventListener('click', () => {
  state.limit += PAGE;
  showList();
});
$('delete-all').addEventListener('click', async () => {
  if (!confirm('Delete every mail in this inbox?')) return;
  await fetch('/api/v1/messages', { method: 'DELETE' });
  open('');
});
$('send-answer').addEventListener('click', async () => {
  $('answered').textContent = '';
  const { value, selectedOptions } = $('answer');
  const response = await fetch('/api/answers', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ ID: state.id, as: value }),
  });
  const { error } = await response.json();
  $('answered').textContent = error ?? `Answered: ${selectedOptions[0].textContent}.`;
});
window.addEventListener('popstate', followAddress);

if (matchMedia('(prefers-color-scheme: dark)').matches) toggle('dark');
/** How a mail can be answered; nobody takes answers where no server runs with this inbox. */
async function offerAnswers() {
  const { answers } = await (await get('/api/answers')).json();
  $('answers').hidden = answers.length === 0;
  $('answer').replaceChildren(
    ...answers.map(({ name, label }) => {
      const option = element('option', '', label);
      option.value = name;
      return option;
    }),
  );
}
offerAnswers();
// Says "change" at once and whenever the inbox changes; the browser reconnects by itself.
new EventSource('/api/events').addEventListener('change', showList);
showMail();
