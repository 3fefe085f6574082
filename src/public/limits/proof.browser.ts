/** Brings ALTCHA's widget into the form that asks for a proof of work: it begins by itself, and holds the form back until it ends. */

interface Altcha {
  readonly algorithms: Map<string, () => Worker>;
}

for (const place of document.querySelectorAll<HTMLElement>('[data-proof]')) await showWidget(place);

async function showWidget(place: HTMLElement): Promise<void> {
  const { proof = '', widget = '', worker = '', words, language = 'en' } = place.dataset;
  await import(widget);
  if (words) await import(words);
  const { $altcha } = globalThis as unknown as { $altcha: Altcha };
  $altcha.algorithms.set('PBKDF2/SHA-256', () => new Worker(worker, { type: 'module' }));
  const element = document.createElement('altcha-widget');
  for (const [name, value] of Object.entries({
    challenge: proof,
    language,
    auto: 'onload',
    name: 'altcha',
    // No link to anybody else, and nothing about how the visitor moves.
    configuration: JSON.stringify({
      hideFooter: true,
      hideLogo: true,
      humanInteractionSignature: false,
      minDuration: 0,
    }),
  }))
    element.setAttribute(name, value);
  place.append(element);
  for (const text of place.querySelectorAll<HTMLElement>('[data-proof-check]')) text.hidden = false;
}
