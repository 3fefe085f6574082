/** Takes the visitor in as soon as there is a room: its page is then a redirect. Without script the page loads again by itself. */

const EVERY_MS = 20_000;
/** Everybody who waits came at the same instant; this spreads their requests. */
const JITTER_MS = 10_000;
/** Without the fragment: replacing an address by one that differs in nothing else would load nothing. */
const here = location.pathname + location.search;

void wait();
document.addEventListener('visibilitychange', look);

async function wait(): Promise<void> {
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS + Math.random() * JITTER_MS));
    await look();
  }
}

/** A page that nobody sees does not ask. */
async function look(): Promise<void> {
  if (document.hidden) return;
  try {
    const signal = AbortSignal.timeout(10_000);
    const answer = await fetch(here, { method: 'HEAD', redirect: 'manual', cache: 'no-store', signal });
    if (answer.type === 'opaqueredirect') location.replace(here);
  } catch {
    // The network is away: the next look asks again.
  }
}
