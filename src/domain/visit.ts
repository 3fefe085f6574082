import { createHmac, timingSafeEqual } from 'node:crypto';
import { isbot, isbotMatch } from 'isbot';
import { readAppSecrets } from './app-secret.ts';
import { deviceWords } from './user-agent.ts';

// Who opened a personal link: a person, or something that opens links by itself. Nothing here decides whether the link opens; it
// always does, at once.

/** `uncertain`: one client opened so many people's links at once that nobody can tell. */
export const VISIT_VERDICTS = ['person', 'machine', 'uncertain'] as const;
export type VisitVerdict = (typeof VISIT_VERDICTS)[number];

/** What each reason says of a visit, and how a timeline tells it. */
const REASONS = {
  navigation: { verdict: 'person', opened: 'The link was opened in a browser' },
  /** Safari before 16.4, and the browsers inside many apps. */
  without_fetch_headers: {
    verdict: 'person',
    opened: 'The link was opened in a browser that does not say how it came',
  },
  head_request: { verdict: 'machine', opened: 'A program checked whether the link exists' },
  prefetch: { verdict: 'machine', opened: 'A browser loaded the link in advance, without showing it' },
  preview: { verdict: 'machine', opened: 'A browser made a preview of the link' },
  no_user_agent: { verdict: 'machine', opened: 'A program that does not say its name opened the link' },
  link_scanner: { verdict: 'machine', opened: 'A link scanner opened the link' },
  link_preview: { verdict: 'machine', opened: 'A link preview was made' },
  http_library: { verdict: 'machine', opened: 'A program opened the link' },
  bot: { verdict: 'machine', opened: 'A known bot opened the link' },
  not_a_navigation: { verdict: 'machine', opened: 'A page or a script loaded the link; nobody went to it' },
  not_for_a_page: { verdict: 'machine', opened: 'A program asked the link for something other than a page' },
  imitated_browser: { verdict: 'machine', opened: 'A program that calls itself a browser opened the link' },
  many_links: {
    verdict: 'uncertain',
    opened:
      'It is not certain that a person opened the link: many people’s links were opened from one place at once',
  },
} as const satisfies Record<string, { readonly verdict: VisitVerdict; readonly opened: string }>;

export type VisitReason = keyof typeof REASONS;
export const VISIT_REASONS = Object.keys(REASONS) as readonly VisitReason[];

export function verdictOf(reason: VisitReason): VisitVerdict {
  return REASONS[reason].verdict;
}

/** A visit in words: `A link scanner opened the link (Microsoft Safe Links)`. */
export function visitWords(reason: VisitReason, agent: string | null): string {
  const { opened, verdict } = REASONS[reason];
  return agent && verdict === 'machine' ? `${opened} (${agent})` : opened;
}

/** What a request says of whoever sends it. */
export interface VisitRequest {
  readonly method: string;
  /** A header by its name in lower case. */
  readonly header: (name: string) => string | undefined;
  /** Whether the visitor came by https: then every newer browser says how it came (Fetch Metadata). */
  readonly isSecure: boolean;
}

export interface Judgement {
  readonly verdict: 'person' | 'machine';
  readonly reason: VisitReason;
  /** A browser and its system without versions (`Safari on iPhone`), or what a machine is called; null: it does not say. */
  readonly agent: string | null;
}

type AgentReason = 'link_scanner' | 'link_preview' | 'http_library';

/** What calls itself by its name and is no browser, where `isbot` does not know it or does not know what it is for. The first one that fits counts. */
const AGENTS: readonly (readonly [sign: RegExp, name: string, reason: AgentReason])[] = [
  // They look at what a mail links to, before it is delivered or when the link is clicked.
  [/safelinks|SafeLinks|Safe Links/i, 'Microsoft Safe Links', 'link_scanner'],
  [/Microsoft[ -]?Defender|MsMpEng|SmartScreen|windows-defender/i, 'Microsoft Defender', 'link_scanner'],
  [/ms-office|MSOffice|Microsoft Office\/|Microsoft-ATL-Native/i, 'Microsoft Office', 'link_scanner'],
  [/proofpoint|urldefense/i, 'Proofpoint', 'link_scanner'],
  [/mimecast/i, 'Mimecast', 'link_scanner'],
  [/barracuda/i, 'Barracuda', 'link_scanner'],
  [/CiscoSecureEmail|IronPort|Cisco[ -]?Talos/i, 'Cisco Secure Email', 'link_scanner'],
  [/TMES\b|Trend ?Micro|TrendMicro/i, 'Trend Micro', 'link_scanner'],
  [/symantec|messagelabs|CloudScan/i, 'Symantec', 'link_scanner'],
  [/sophos/i, 'Sophos', 'link_scanner'],
  [/forti(?:mail|guard|sandbox)/i, 'Fortinet', 'link_scanner'],
  [/zscaler/i, 'Zscaler', 'link_scanner'],
  [/hornetsecurity|vade ?secure|VadeSecure/i, 'Hornetsecurity', 'link_scanner'],
  [/FireEye|Trellix/i, 'Trellix', 'link_scanner'],
  [/virustotal/i, 'VirusTotal', 'link_scanner'],
  [/urlscan/i, 'urlscan.io', 'link_scanner'],
  [/PhishTank|OpenPhish|Netcraft/i, 'a phishing scanner', 'link_scanner'],
  // They make the small picture or text of a link in a chat, a feed or a mail program.
  [/SkypeUriPreview/i, 'Skype and Teams', 'link_preview'],
  [/MicrosoftPreview/i, 'Microsoft', 'link_preview'],
  [/Slackbot|Slack-ImgProxy/i, 'Slack', 'link_preview'],
  [/WhatsApp\//i, 'WhatsApp', 'link_preview'],
  [/facebookexternalhit|Facebot|meta-externalfetcher/i, 'Facebook or iMessage', 'link_preview'],
  [/Twitterbot/i, 'X', 'link_preview'],
  [/LinkedInBot/i, 'LinkedIn', 'link_preview'],
  [/TelegramBot/i, 'Telegram', 'link_preview'],
  [/Discordbot/i, 'Discord', 'link_preview'],
  [/Google-Read-Aloud/i, 'Google Read Aloud', 'link_preview'],
  [/GoogleImageProxy/i, 'Gmail', 'link_preview'],
  [/Google-PageRenderer|Google-Safety|Google Web Preview/i, 'Google', 'link_preview'],
  [/YahooMailProxy|YahooMail/i, 'Yahoo Mail', 'link_preview'],
  [/Signal-(?:Android|iOS|Desktop)/i, 'Signal', 'link_preview'],
  [/^Viber/i, 'Viber', 'link_preview'],
  [/Snap URL Preview/i, 'Snapchat', 'link_preview'],
  [/LinkPreview|link-preview|UnfurlService|Embedly|Iframely/i, 'a preview service', 'link_preview'],
  // What programs use to ask for something. Their names begin the text.
  [/^curl\//i, 'curl', 'http_library'],
  [/^wget\b/i, 'Wget', 'http_library'],
  [/^python-(?:requests|urllib|httpx)|^python\/|^aiohttp|^httpx/i, 'Python', 'http_library'],
  [/^Go-http-client/i, 'Go', 'http_library'],
  [/^okhttp/i, 'OkHttp', 'http_library'],
  [/^axios/i, 'axios', 'http_library'],
  [/^(?:node|undici|node-fetch|got|superagent)\b/i, 'Node.js', 'http_library'],
  [/^(?:Apache-HttpClient|Java)\//i, 'Java', 'http_library'],
  [/^Dalvik\//i, 'an Android program', 'http_library'],
  [/CFNetwork\/\S+ Darwin\//i, 'an Apple program', 'http_library'],
  [/PowerShell/i, 'PowerShell', 'http_library'],
  [/^(?:libwww-perl|lwp|ruby|faraday|PHP|guzzlehttp|Deno|Bun)\b/i, 'a script', 'http_library'],
  [/^PostmanRuntime|^insomnia/i, 'an API client', 'http_library'],
];

/** Browsers and mail programs that load a page in advance or for a picture of it say so in one of these. */
const PURPOSE_HEADERS = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const;

interface Rule {
  readonly reason: VisitReason;
  /** Whether it applies; a name where it finds one. */
  readonly applies: (request: VisitRequest, userAgent: string) => boolean | string;
}

const hasPurpose =
  (wanted: RegExp): Rule['applies'] =>
  ({ header }) =>
    PURPOSE_HEADERS.some((name) => wanted.test(header(name) ?? ''));
const isCalled =
  (reason: AgentReason): Rule['applies'] =>
  (_, userAgent) =>
    AGENTS.find(([sign, , itsReason]) => itsReason === reason && sign.test(userAgent))?.[1] ?? false;

/** The first rule that applies says what a visit is. */
const RULES: readonly Rule[] = [
  { reason: 'head_request', applies: ({ method }) => method === 'HEAD' },
  { reason: 'prefetch', applies: hasPurpose(/prefetch|prerender/i) },
  { reason: 'preview', applies: hasPurpose(/preview|instant/i) },
  { reason: 'no_user_agent', applies: (_, userAgent) => userAgent === '' },
  { reason: 'link_scanner', applies: isCalled('link_scanner') },
  { reason: 'link_preview', applies: isCalled('link_preview') },
  { reason: 'http_library', applies: isCalled('http_library') },
  { reason: 'bot', applies: (_, userAgent) => isbot(userAgent) && botName(userAgent) },
  { reason: 'not_a_navigation', applies: isNoNavigation },
  { reason: 'not_for_a_page', applies: ({ header }) => !takesPages(header('accept')) },
  { reason: 'imitated_browser', applies: imitatesBrowser },
  { reason: 'navigation', applies: ({ header }) => Boolean(header('sec-fetch-mode')) },
  { reason: 'without_fetch_headers', applies: () => true },
];

/** Who sent a request for a personal link, by its headers alone. */
export function judgeVisit(request: VisitRequest): Judgement {
  const userAgent = (request.header('user-agent') ?? '').trim();
  for (const { reason, applies } of RULES) {
    const found = applies(request, userAgent);
    if (found === false) continue;
    const verdict = REASONS[reason].verdict === 'person' ? 'person' : 'machine';
    const browser = userAgent === '' ? null : deviceWords(userAgent);
    return { verdict, reason, agent: typeof found === 'string' ? found : browser };
  }
  throw new Error('The last rule applies to every request.');
}

/**
 * Whether a browser goes to the link before the visitor does. What it gets it may show later on, without asking again: then nobody
 * would hear that the visitor came.
 */
export function goesInAdvance(header: VisitRequest['header']): boolean {
  return header('sec-fetch-mode') === 'navigate' && /prefetch|prerender/i.test(header('sec-purpose') ?? '');
}

/** Fetch Metadata, where the browser sends it: somebody goes to the link, and it becomes the page that they see. */
function isNoNavigation({ header }: VisitRequest): boolean {
  const mode = header('sec-fetch-mode');
  const destination = header('sec-fetch-dest');
  return (Boolean(mode) && mode !== 'navigate') || (Boolean(destination) && destination !== 'document');
}

function takesPages(accept: string | undefined): boolean {
  return !accept || /text\/html|application\/xhtml|text\/\*|\*\/\*/i.test(accept);
}

/**
 * A desktop's Chromium since 80 and Firefox since 90 send Fetch Metadata with every request over https. What calls itself one of
 * these and sends none is a program under their name. Phones are left out: browsers inside apps name Chrome as well.
 */
function imitatesBrowser({ header, isSecure }: VisitRequest, userAgent: string): boolean {
  if (!isSecure || header('sec-fetch-mode') || header('sec-fetch-dest')) return false;
  if (!/Windows NT|Macintosh|X11;/.test(userAgent)) return false;
  const [, browser, version] = /(Chrome|Firefox)\/(\d+)/.exec(userAgent) ?? [];
  return Number(version) >= (browser === 'Firefox' ? 90 : 80);
}

/** The part of what a bot says of itself that names it. */
function botName(userAgent: string): string {
  const sign = isbotMatch(userAgent) ?? '';
  const named = userAgent.split(/[;()/,\s]+/).find((part) => sign !== '' && part.includes(sign));
  return (named ?? sign).replace(/[^\w .-]/g, '').slice(0, 60);
}

/** So many people's links, opened by one client within so many milliseconds, may be one machine's work. */
export const BURST = { people: 10, withinMs: 10_000 } as const;

/** Of each sort of visit to one person's link so many different clients are told apart; further ones are counted as one. */
export const MOST_CLIENTS = 50;

/** Where a visit came from. */
export interface VisitOrigin {
  /** As limits count it: an IPv6 address by its /64. */
  readonly address: string;
  readonly userAgent: string;
}

const CLIENT_BYTES = 12;

/**
 * A client, an address with a browser, as something that nobody gets the address out of without APP_SECRET. `within`: an event's
 * id, so that the same client is another one at the next event; `everywhere` for what is forgotten after minutes.
 */
export function visitClient(secret: string, within: string, { address, userAgent }: VisitOrigin): Buffer {
  return createHmac('sha256', readAppSecrets(secret)[0])
    .update(JSON.stringify(['visit-client', within, address, userAgent]))
    .digest()
    .subarray(0, CLIENT_BYTES);
}

/** What the cookie of our pages holds: the same for everybody, so it says nothing but that a page of ours was there before. */
export function visitorMark(secret: string): string {
  return markOf(readAppSecrets(secret)[0]);
}

/** Whether the cookie is one of ours. Compared in constant time. */
export function isVisitorMark(secret: string, mark: string): boolean {
  const given = Buffer.from(mark);
  return readAppSecrets(secret).some((one) => {
    const expected = Buffer.from(markOf(one));
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
}

function markOf(secret: string): string {
  return createHmac('sha256', secret).update('visitor').digest().subarray(0, 16).toString('base64url');
}
