/**
 * The pictures of an event's form: a file is uploaded as soon as it is chosen, and shown in the form and its preview. It is saved with
 * the form. Where it cannot be uploaded now the file stays chosen, and goes with the form, as it does without script.
 */

const MOST_BYTES = 10 * 1024 * 1024;
const uploading = new WeakMap<HTMLElement, AbortController>();

interface PictureParts {
  readonly field: HTMLElement;
  readonly kind: string;
  readonly file: HTMLInputElement;
  readonly kept: HTMLInputElement;
  readonly remove: HTMLInputElement;
  readonly address: HTMLInputElement;
  readonly image: HTMLImageElement;
  readonly error: HTMLElement;
  readonly status: HTMLElement;
}

function partsOf(target: EventTarget | null): PictureParts | null {
  const field = target instanceof Element ? target.closest<HTMLElement>('[data-picture]') : null;
  if (!field) return null;
  const find = <Found extends Element>(selector: string) => field.querySelector<Found>(selector);
  const file = find<HTMLInputElement>('[data-picture-file]');
  const kept = find<HTMLInputElement>('[data-picture-kept]');
  const remove = find<HTMLInputElement>('input[type=checkbox]');
  const address = find<HTMLInputElement>('input[type=url]');
  const image = find<HTMLImageElement>('[data-picture-shown]');
  const error = find<HTMLElement>('[data-picture-error]');
  const status = find<HTMLElement>('[data-picture-status]');
  return file && kept && remove && address && image && error && status
    ? { field, kind: field.dataset.picture ?? '', file, kept, remove, address, image, error, status }
    : null;
}

document.addEventListener('change', ({ target }) => {
  const parts = partsOf(target);
  if (!parts || target !== parts.file) return;
  const [file] = parts.file.files ?? [];
  if (file) void upload(parts, file);
});

document.addEventListener('click', ({ target }) => {
  if (!(target instanceof Element) || !target.closest('[data-picture-remove]')) return;
  const parts = partsOf(target);
  if (!parts) return;
  uploading.get(parts.field)?.abort();
  parts.file.value = '';
  parts.address.value = '';
  parts.kept.value = '';
  refuse(parts, '');
  parts.status.textContent = 'Removed. Save to keep it so.';
  show(parts);
  parts.file.focus();
  tell(parts);
});

// An address that is typed takes the place of a picture that was uploaded, and the other way round.
document.addEventListener('input', ({ target }) => {
  const parts = partsOf(target);
  if (parts && target === parts.address) show(parts);
});

async function upload(parts: PictureParts, file: File): Promise<void> {
  uploading.get(parts.field)?.abort();
  const request = new AbortController();
  uploading.set(parts.field, request);
  refuse(parts, '');
  if (file.size > MOST_BYTES) {
    parts.file.value = '';
    parts.status.textContent = '';
    return refuse(
      parts,
      `This file has ${Math.ceil(file.size / 1024 / 1024)} MB. It may have 10 MB: make it smaller.`,
    );
  }
  parts.status.textContent = 'Uploading…';
  const body = new FormData();
  body.append('file', file);
  const answer = await fetch(`/team/pictures/${parts.kind}`, { method: 'POST', body, signal: request.signal })
    .then(async (response) => (response.redirected ? null : ((await response.json()) as Answer)))
    .catch(() => null);
  // Another file was chosen meanwhile, or none.
  if (request.signal.aborted) return;
  if (!answer) {
    parts.status.textContent = 'It could not be uploaded now. It is sent when you save.';
    return;
  }
  parts.file.value = '';
  if (answer.url === undefined) {
    parts.status.textContent = '';
    return refuse(parts, answer.message ?? 'This file could not be read. Choose another one.');
  }
  parts.kept.value = answer.url;
  parts.address.value = '';
  parts.remove.checked = false;
  parts.status.textContent = answer.isSoft
    ? 'Uploaded. It is small and may look soft: a larger one looks sharp. Save to keep it.'
    : 'Uploaded. Save to keep it.';
  show(parts);
  tell(parts);
}

interface Answer {
  readonly url?: string;
  readonly isSoft?: boolean;
  readonly message?: string;
}

function refuse({ error, file }: PictureParts, message: string): void {
  error.textContent = message;
  error.hidden = message === '';
  file.setAttribute('aria-describedby', [`${error.id.replace('-error', '-hint')}`, error.id].join(' '));
  if (message) file.setAttribute('aria-invalid', 'true');
  else file.removeAttribute('aria-invalid');
}

function show({ field, image, kept, address }: PictureParts): void {
  const url = address.value.trim() || kept.value;
  const isShown = /^(https:\/\/|\/img\/)/.test(url);
  if (isShown) image.src = url;
  else image.removeAttribute('src');
  image.hidden = !isShown;
  field.dataset.pictureState = isShown ? 'shown' : 'none';
}

/** The form's preview is made anew. */
function tell({ kept }: PictureParts): void {
  kept.dispatchEvent(new Event('input', { bubbles: true }));
}
