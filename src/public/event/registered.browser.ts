/** Asks again until it is known whether mail reaches the address, and says at once where it does not. */

const EVERY_MS = 1_500;
/** A worker that takes so long does not run. */
const MOST_LOOKS = 40;

for (const place of document.querySelectorAll<HTMLElement>('[data-domain-check]')) follow(place);

function follow(place: HTMLElement, looks = 0): void {
  if (place.dataset.domainCheck !== 'awaited' || looks === MOST_LOOKS) return;
  setTimeout(async () => {
    const now = await look();
    if (now) {
      place.dataset.domainCheck = now.dataset.domainCheck;
      place.replaceChildren(...now.childNodes);
      if (place.dataset.domainCheck === 'wrong')
        for (const change of document.querySelectorAll<HTMLDetailsElement>('[data-change-address]'))
          change.open = true;
    }
    follow(place, looks + 1);
  }, EVERY_MS);
}

/** The same place of the page as it is now; null: it cannot be had. */
async function look(): Promise<HTMLElement | null> {
  try {
    const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
    if (!answer.ok) return null;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    return page.querySelector<HTMLElement>('[data-domain-check]');
  } catch {
    return null;
  }
}
