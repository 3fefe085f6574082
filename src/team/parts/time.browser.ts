import { relativeTime } from './relative-time.browser.ts';

/**
 * Tells the server which zone this browser's clock is set to, so that pages are written by it, and keeps "2 min ago" true
 * while a page is open.
 */

const YEAR_S = 365 * 24 * 60 * 60;
const EVERY_MS = 20_000;

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
const secure = location.protocol === 'https:' ? '; Secure' : '';
// Written as it is: a zone's name has no letter that a cookie cannot have.
// biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is there over https only
if (ownZone) document.cookie = `time_zone=${ownZone}; Path=/team; Max-Age=${YEAR_S}; SameSite=Lax${secure}`;

function keepRelative(): void {
  const now = new Date();
  for (const time of document.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
    const text = relativeTime(new Date(time.dateTime), now) ?? time.dataset.relative ?? '';
    if (time.textContent !== text) time.textContent = text;
  }
}

setInterval(keepRelative, EVERY_MS);
document.addEventListener('visibilitychange', keepRelative);
