import type { BrowserContext } from 'playwright-core';

/** Where the pictures of samples are: nowhere. */
const HOST = 'cdn.example';
export const LOGO_URL = `https://${HOST}/logo.png`;
export const COVER_URL = `https://${HOST}/cover.jpg`;
export const HOST_PICTURE_URL = `https://${HOST}/host.jpg`;

const LOGO = `<svg xmlns="http://www.w3.org/2000/svg" width="240" height="80"><rect width="240" height="80" rx="12"
  fill="#6b7a90"/><circle cx="44" cy="40" r="20" fill="#fff"/><rect x="80" y="30" width="132" height="20" fill="#fff"/></svg>`;
const COVER = `<svg xmlns="http://www.w3.org/2000/svg" width="1200" height="630" viewBox="0 0 1200 630"><rect width="1200" height="630"
  fill="#3f6f8f"/><circle cx="930" cy="190" r="110" fill="#f4c95d"/><path d="M0 630V430l260-170 300 240 220-130 420 260z" fill="#234a5f"/></svg>`;
const HOST_PICTURE = `<svg xmlns="http://www.w3.org/2000/svg" width="256" height="256"><rect width="256" height="256" fill="#c9a27e"/><circle
  cx="128" cy="104" r="52" fill="#5b4636"/><path d="M28 256a100 92 0 0 1 200 0z" fill="#5b4636"/></svg>`;

const DRAWN = new Map([
  [LOGO_URL, LOGO],
  [COVER_URL, COVER],
  [HOST_PICTURE_URL, HOST_PICTURE],
]);

/** Where no picture is ever loaded from: a mail program that asks first. */
export const BLOCKED_URL = 'https://blocked.example/picture.png';

/** From here on nothing is asked of any network but of `ours`, an origin: those pictures are drawn, others do not load. */
export async function stayHere(context: BrowserContext, ours: string | null): Promise<void> {
  await context.route(/./, (route) => {
    const url = route.request().url();
    if (ours !== null && new URL(url).origin === ours) return route.continue();
    const body = DRAWN.get(url);
    return body === undefined ? route.abort() : route.fulfill({ contentType: 'image/svg+xml', body });
  });
}
