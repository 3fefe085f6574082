import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import type { Pool } from '../../src/db/pool.ts';

const PAGE = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';

/** What Chrome on Windows sends when somebody follows a link out of a mail. */
export const PERSON = {
  'user-agent':
    'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
  accept: PAGE,
  'accept-language': 'en-GB,en;q=0.9',
  'accept-encoding': 'gzip, deflate, br, zstd',
  'upgrade-insecure-requests': '1',
  'sec-fetch-site': 'cross-site',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-user': '?1',
  'sec-fetch-dest': 'document',
} as const;

/** Goes to an address over a socket, as a browser does. `fetch` cannot: it always says that a script asks. Redirects are not followed. */
export function goTo(
  url: string,
  headers: Readonly<Record<string, string>> = PERSON,
): Promise<{ readonly status: number; readonly location: string | undefined; readonly cookie: string }> {
  return new Promise((resolve, reject) => {
    request(url, { headers, agent: false }, (answer) => {
      answer.resume().on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          location: answer.headers.location,
          cookie: (answer.headers['set-cookie'] ?? []).map((one) => one.split(';')[0]).join('; '),
        }),
      );
    })
      .on('error', reject)
      .end();
  });
}

/** Somebody who is registered, and has never opened their link. */
export interface Guest {
  readonly id: string;
  /** In the API, behind its version. */
  readonly path: string;
  /** What stands behind the site's address in their personal link. */
  readonly link: string;
}

interface OfEvent {
  readonly id: string;
  readonly slug: string;
}

const KEY = '0123456789abcdef012345';

/** Registers people, past the API's limits. */
export async function addGuests(pool: Pool, { id: eventId, slug }: OfEvent, count: number): Promise<Guest[]> {
  const emails = Array.from({ length: count }, () => `g-${randomUUID()}@example.com`);
  const { rows } = await pool.query<{ id: string; email: string }>(
    `insert into {schema}.registrant (event_id, email, first_name, last_name, access_key)
     select $1, email, '', '', $3 from unnest($2::text[]) as email returning id, email`,
    [eventId, emails, KEY],
  );
  return rows.map(({ id, email }) => ({
    ...{ id, path: `/events/${eventId}/registrants/${id}` },
    link: `/e/${slug}/live?email=${encodeURIComponent(email)}&key=${KEY}`,
  }));
}

export async function addGuest(pool: Pool, event: OfEvent): Promise<Guest> {
  const [one] = await addGuests(pool, event, 1);
  if (!one) throw new Error('Nobody was registered.');
  return one;
}

export interface KnownOfGuest {
  readonly linkOpenedAt: string | null;
  readonly joinedAt: string | null;
  readonly joinedFrom: number;
}

/** What the API says of each, past its limits. */
export async function knownOf(pool: Pool, guests: readonly Guest[]): Promise<KnownOfGuest[]> {
  const { rows } = await pool.query<
    Record<'linkOpenedAt' | 'joinedAt', Date | null> & { joinedFrom: number }
  >(
    `select joined_at as "joinedAt", joined_from as "joinedFrom", link_opened_at as "linkOpenedAt"
     from {schema}.registrant join unnest($1::uuid[]) with ordinality as asked (id, nr) using (id) order by nr`,
    [guests.map(({ id }) => id)],
  );
  const iso = (date: Date | null) => date?.toISOString() ?? null;
  return rows.map((row) => ({ ...row, joinedAt: iso(row.joinedAt), linkOpenedAt: iso(row.linkOpenedAt) }));
}

export async function countJoined(pool: Pool, guests: readonly Guest[]): Promise<number> {
  return (await knownOf(pool, guests)).filter(({ joinedAt }) => joinedAt !== null).length;
}

/** Registrants who joined, for tests that are about something else. */
export async function setJoined(pool: Pool, ids: readonly string[], at: Date): Promise<void> {
  await pool.query(
    `update {schema}.registrant set joined_at = $2, joined_from = 1, link_opened_at = coalesce(link_opened_at, $2)
     where id = any($1)`,
    [ids, at],
  );
}

const NAVIGATION = {
  accept: PAGE,
  'accept-language': 'en-GB,en;q=0.9',
  'accept-encoding': 'gzip, deflate, br',
  'sec-fetch-site': 'none',
  'sec-fetch-mode': 'navigate',
  'sec-fetch-dest': 'document',
} as const;
/** A browser without Fetch Metadata. */
const OLDER = { accept: PAGE, 'accept-language': 'en-gb', 'accept-encoding': 'gzip, deflate' } as const;
const ANYTHING = { accept: '*/*', 'accept-encoding': 'gzip, deflate' } as const;

const WINDOWS = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)';
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)';
const WEBVIEW =
  'Mozilla/5.0 (Linux; Android 14; Pixel 8; wv) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/124.0.6367.82 Mobile Safari/537.36';
const CHROME = `${WINDOWS} Chrome/138.0.0.0 Safari/537.36`;

export interface SampleVisitor {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly method?: 'HEAD';
  /** What is judged: a person joined, a machine did not. */
  readonly reason: string;
  /** What the pane and the timeline call it. */
  readonly agent: string | null;
}

const ua = (text: string) => ({ 'user-agent': text });

/** Real clients and scanners by their headers, and what each is taken for. docs/visits.md shows the same table. */
export const VISITORS: readonly SampleVisitor[] = [
  {
    name: 'Chrome on Windows, from a mail',
    headers: PERSON,
    reason: 'navigation',
    agent: 'Chrome on Windows',
  },
  {
    name: 'Edge on Windows',
    headers: { ...ua(`${CHROME} Edg/138.0.0.0`), ...NAVIGATION, 'sec-fetch-user': '?1' },
    ...{ reason: 'navigation', agent: 'Edge on Windows' },
  },
  {
    name: 'Firefox on Linux',
    headers: {
      ...ua('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'),
      ...NAVIGATION,
    },
    ...{ reason: 'navigation', agent: 'Firefox on Linux' },
  },
  {
    name: 'Safari 17 on a Mac',
    headers: {
      ...ua(`${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Safari/605.1.15`),
      ...NAVIGATION,
    },
    ...{ reason: 'navigation', agent: 'Safari on Mac' },
  },
  {
    name: 'Safari 13 on a Mac, which has no Sec-Fetch headers',
    headers: {
      ...ua(`${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.2 Safari/605.1.15`),
      ...OLDER,
    },
    ...{ reason: 'without_fetch_headers', agent: 'Safari on Mac' },
  },
  {
    name: 'Safari 15 on an iPhone',
    headers: {
      ...ua(
        'Mozilla/5.0 (iPhone; CPU iPhone OS 15_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/15.6 Mobile/15E148 Safari/604.1',
      ),
      ...OLDER,
    },
    ...{ reason: 'without_fetch_headers', agent: 'Safari on iPhone' },
  },
  {
    name: 'Instagram’s browser on an iPhone',
    headers: {
      ...ua(`${IPHONE} Mobile/15E148 Instagram 325.0.3.34.90 (iPhone14,2; iOS 17_5; en_GB)`),
      ...OLDER,
    },
    ...{ reason: 'without_fetch_headers', agent: 'Instagram on iPhone' },
  },
  {
    name: 'LinkedIn’s browser on Android',
    headers: { ...ua(`${WEBVIEW} [LinkedInApp]`), ...OLDER },
    ...{ reason: 'without_fetch_headers', agent: 'LinkedIn on Android' },
  },
  {
    name: 'Facebook’s browser on an iPhone',
    headers: { ...ua(`${IPHONE} Mobile/15E148 [FBAN/FBIOS;FBAV/457.0.0.33.108;FBDV/iPhone14,5]`), ...OLDER },
    ...{ reason: 'without_fetch_headers', agent: 'Facebook on iPhone' },
  },
  {
    name: 'Outlook on an iPhone',
    headers: { ...ua(`${IPHONE} Mobile/15E148 Outlook-iOS/2.0`), ...OLDER },
    ...{ reason: 'without_fetch_headers', agent: 'Outlook on iPhone' },
  },
  {
    name: 'Gmail’s WebView on Android',
    headers: { ...ua(WEBVIEW), ...OLDER, 'x-requested-with': 'com.google.android.gm' },
    ...{ reason: 'without_fetch_headers', agent: 'An app on Android' },
  },
  {
    name: 'Samsung Internet',
    headers: {
      ...ua(
        'Mozilla/5.0 (Linux; Android 14; SAMSUNG SM-S921B) AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/25.0 Chrome/121.0.0.0 Mobile Safari/537.36',
      ),
      ...NAVIGATION,
    },
    ...{ reason: 'navigation', agent: 'Samsung Internet on Android' },
  },
  {
    name: 'Chrome on a Cubot phone, whose name has “bot” in it',
    headers: {
      ...ua(
        'Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/124.0.0.0 Mobile Safari/537.36',
      ),
      ...NAVIGATION,
    },
    ...{ reason: 'navigation', agent: 'Chrome on Android' },
  },
  {
    name: 'Internet Explorer 11',
    headers: { ...ua('Mozilla/5.0 (Windows NT 10.0; Trident/7.0; rv:11.0) like Gecko'), ...OLDER },
    ...{ reason: 'without_fetch_headers', agent: 'A browser on Windows' },
  },
  {
    name: 'The waiting page that loads itself again at the start',
    headers: { ...PERSON, 'sec-fetch-site': 'same-origin', 'sec-fetch-user': '' },
    ...{ reason: 'navigation', agent: 'Chrome on Windows' },
  },
  {
    name: 'Chrome prerenders it (Sec-Purpose)',
    headers: { ...PERSON, 'sec-purpose': 'prefetch;prerender' },
    ...{ reason: 'prefetch', agent: 'Chrome on Windows' },
  },
  {
    name: 'Chrome prefetches it (Purpose)',
    headers: { ...PERSON, purpose: 'prefetch', 'sec-fetch-mode': 'no-cors', 'sec-fetch-dest': 'empty' },
    ...{ reason: 'prefetch', agent: 'Chrome on Windows' },
  },
  {
    name: 'Firefox prefetches it (X-Moz)',
    headers: {
      ...ua('Mozilla/5.0 (X11; Linux x86_64; rv:78.0) Gecko/20100101 Firefox/78.0'),
      ...OLDER,
      'x-moz': 'prefetch',
    },
    ...{ reason: 'prefetch', agent: 'Firefox on Linux' },
  },
  {
    name: 'Safari makes a preview (X-Purpose)',
    headers: {
      ...ua(`${MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/13.1.2 Safari/605.1.15`),
      ...OLDER,
      'x-purpose': 'preview',
    },
    ...{ reason: 'preview', agent: 'Safari on Mac' },
  },
  {
    name: 'A script on a page fetches it',
    headers: {
      ...ua(CHROME),
      ...ANYTHING,
      'sec-fetch-site': 'cross-site',
      'sec-fetch-mode': 'cors',
      'sec-fetch-dest': 'empty',
    },
    ...{ reason: 'not_a_navigation', agent: 'Chrome on Windows' },
  },
  {
    name: 'A page shows it in a frame',
    headers: { ...PERSON, 'sec-fetch-dest': 'iframe' },
    ...{ reason: 'not_a_navigation', agent: 'Chrome on Windows' },
  },
  {
    name: 'A mail shows it as a picture',
    headers: { ...ua(`${IPHONE} Mobile/15E148`), accept: 'image/webp,image/png,image/svg+xml' },
    ...{ reason: 'not_for_a_page', agent: 'A browser on iPhone' },
  },
  {
    name: 'Somebody asks for its headers (HEAD)',
    ...{ headers: PERSON, method: 'HEAD' },
    ...{ reason: 'head_request', agent: 'Chrome on Windows' },
  },
  {
    name: 'Microsoft Safe Links',
    headers: { ...ua('Mozilla/5.0 (Windows NT 10.0; Win64; x64) Microsoft SafeLinks/1.0'), ...ANYTHING },
    ...{ reason: 'link_scanner', agent: 'Microsoft Safe Links' },
  },
  {
    name: 'Microsoft Defender',
    headers: { ...ua('Mozilla/5.0 (compatible; Microsoft Defender for Office 365)'), ...ANYTHING },
    ...{ reason: 'link_scanner', agent: 'Microsoft Defender' },
  },
  {
    name: 'Outlook on Windows looks whether the link exists',
    headers: { ...ua('Mozilla/4.0 (compatible; ms-office; MSOffice 16)'), ...ANYTHING },
    ...{ reason: 'link_scanner', agent: 'Microsoft Office' },
  },
  {
    name: 'Proofpoint URL Defense',
    headers: { ...ua(`${WINDOWS} Chrome/100.0.0.0 Safari/537.36 Proofpoint`), ...OLDER },
    ...{ reason: 'link_scanner', agent: 'Proofpoint' },
  },
  {
    name: 'Mimecast URL Protect',
    headers: {
      ...ua('Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0) Mimecast'),
      ...ANYTHING,
    },
    ...{ reason: 'link_scanner', agent: 'Mimecast' },
  },
  {
    name: 'Barracuda Sentinel',
    headers: { ...ua('Mozilla/5.0 (compatible; Barracuda Sentinel (EE))'), ...ANYTHING },
    ...{ reason: 'link_scanner', agent: 'Barracuda' },
  },
  {
    name: 'A scanner that calls itself Chrome 126 and sends no Sec-Fetch headers over https',
    headers: { ...ua(`${WINDOWS} Chrome/126.0.0.0 Safari/537.36`), ...ANYTHING },
    ...{ reason: 'imitated_browser', agent: 'Chrome on Windows' },
  },
  {
    name: 'A sandbox with headless Chrome',
    headers: {
      ...NAVIGATION,
      ...ua(
        'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/138.0.0.0 Safari/537.36',
      ),
    },
    ...{ reason: 'bot', agent: 'HeadlessChrome' },
  },
  {
    name: 'Slack',
    headers: { ...ua('Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)'), ...ANYTHING },
    ...{ reason: 'link_preview', agent: 'Slack' },
  },
  {
    name: 'WhatsApp',
    headers: { ...ua('WhatsApp/2.23.20.0 A'), ...ANYTHING },
    ...{ reason: 'link_preview', agent: 'WhatsApp' },
  },
  {
    name: 'iMessage, which names Facebook',
    headers: {
      ...ua(
        'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0',
      ),
      ...ANYTHING,
    },
    ...{ reason: 'link_preview', agent: 'Facebook or iMessage' },
  },
  {
    name: 'Skype and Teams',
    headers: {
      ...ua(
        'Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com',
      ),
      ...ANYTHING,
    },
    ...{ reason: 'link_preview', agent: 'Skype and Teams' },
  },
  {
    name: 'Google Read Aloud',
    headers: {
      ...ua(
        'Mozilla/5.0 (Linux; Android 7.0; SM-G930V) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/59.0.3071.125 Mobile Safari/537.36 (compatible; Google-Read-Aloud; +https://support.google.com/webmasters/answer/1061943)',
      ),
      ...OLDER,
    },
    ...{ reason: 'link_preview', agent: 'Google Read Aloud' },
  },
  {
    name: 'Gmail’s image proxy',
    headers: {
      ...ua('Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)'),
      ...ANYTHING,
    },
    ...{ reason: 'link_preview', agent: 'Gmail' },
  },
  {
    name: 'Googlebot',
    headers: { ...ua('Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'), ...OLDER },
    ...{ reason: 'bot', agent: 'Googlebot' },
  },
  { name: 'curl', headers: { ...ua('curl/8.5.0'), accept: '*/*' }, reason: 'http_library', agent: 'curl' },
  {
    name: 'Python',
    headers: { ...ua('python-requests/2.32.3'), ...ANYTHING },
    ...{ reason: 'http_library', agent: 'Python' },
  },
  {
    name: 'Go',
    headers: { ...ua('Go-http-client/2.0'), 'accept-encoding': 'gzip' },
    ...{ reason: 'http_library', agent: 'Go' },
  },
  { name: 'OkHttp', headers: ua('okhttp/4.12.0'), reason: 'http_library', agent: 'OkHttp' },
  {
    name: 'axios',
    headers: { ...ua('axios/1.7.2'), accept: 'application/json, text/plain, */*' },
    ...{ reason: 'http_library', agent: 'axios' },
  },
  {
    name: 'Node’s fetch',
    headers: { ...ua('node'), ...ANYTHING, 'sec-fetch-mode': 'cors' },
    ...{ reason: 'http_library', agent: 'Node.js' },
  },
  {
    name: 'Something without a User-Agent',
    headers: { accept: '*/*' },
    reason: 'no_user_agent',
    agent: null,
  },
];
