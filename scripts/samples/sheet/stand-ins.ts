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

/** A site of the team's own, which has the form on a page of its. */
export const TEAM_SITE = 'https://studio.example';

/** The page of that site, with the form of the event at `slug`, for whoever reads `language`. */
function sitePage(ours: string, { searchParams }: URL): string {
  const [language = 'en', slug = ''] = ['lang', 'event'].map((name) => searchParams.get(name) ?? '');
  const direction = language === 'ar' ? 'rtl' : 'ltr';
  return `<!doctype html><html lang="${language}" dir="${direction}"><meta charset="utf-8"><meta name="viewport"
content="width=device-width, initial-scale=1"><title>Studio</title><style>body{margin:0 auto;max-width:720px;padding:24px
16px;font:17px/1.6 Georgia,serif;background:#fdf6ec;color:#2b2118}@media(prefers-color-scheme:dark){body{background:#1d1712;color:#f3e9dc}}</style>
<h1>Studio</h1><p>studio.example</p><script src="${ours}/embed.js" data-event="${slug}"></script><p>© Studio</p>`;
}

/** From here on nothing is asked of any network but of `ours`, an origin: those pictures are drawn, others do not load. */
export async function stayHere(context: BrowserContext, ours: string | null): Promise<void> {
  await context.route(/./, (route) => {
    const url = route.request().url();
    if (ours !== null && new URL(url).origin === ours) return route.continue();
    if (ours !== null && new URL(url).origin === TEAM_SITE && route.request().isNavigationRequest())
      return route.fulfill({ contentType: 'text/html', body: sitePage(ours, new URL(url)) });
    const body = DRAWN.get(url);
    return body === undefined ? route.abort() : route.fulfill({ contentType: 'image/svg+xml', body });
  });
}
