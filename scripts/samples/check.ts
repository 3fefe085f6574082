import { mails } from '../../emails/index.ts';
import { canBeStopped } from '../../src/domain/kinds.ts';
import type { Received } from './read-back.ts';
import { isTeamMail } from './samples.ts';
import { MAIL_DOMAIN, type Sent } from './send.ts';
import { stateOf } from './states.ts';

const LEAST_HTML_CHECK = 95;
const MOST_BYTES = 30_000;
/** With words as long as they may be. */
const MOST_BYTES_LONG = 80_000;

/** What is seen of a mail beside its picture. */
export interface Checked {
  readonly sent: Sent;
  /** Of the HTML part. */
  readonly bytes: number;
  readonly htmlCheck: number | null;
  /** Addresses that it leads to. */
  readonly links: number;
  readonly hasText: boolean;
  readonly headersAreRight: boolean;
  /** What is wrong, a few words each; empty: nothing. */
  readonly problems: readonly string[];
}

/** Judges a mail as it arrived; null: it did not. Pure. */
export function checkMail(sent: Sent, received: Received | null): Checked {
  if (!received) {
    const problems = [sent.error ?? 'it was sent, and is not in the inbox'];
    return { sent, bytes: 0, htmlCheck: null, links: 0, hasText: false, headersAreRight: false, problems };
  }
  const { mail, htmlCheck } = received;
  const bytes = Buffer.byteLength(mail.HTML);
  const most = stateOf(sent.sample.state).isLong ? MOST_BYTES_LONG : MOST_BYTES;
  const inHtml = linksOfHtml(mail.HTML);
  const wrongHeaders = checkHeaders(sent, received);
  const hasText = mail.Text.trim() !== '';
  return {
    ...{ sent, bytes, htmlCheck, hasText, links: inHtml.size, headersAreRight: wrongHeaders.length === 0 },
    problems: [
      ...(sent.error ? [sent.error] : []),
      ...(bytes > most ? [`larger than ${most / 1000} KB`] : []),
      ...(htmlCheck !== null && htmlCheck < LEAST_HTML_CHECK ? [`html-check below ${LEAST_HTML_CHECK}`] : []),
      ...checkLinks(inHtml, mail.Text),
      ...(hasText ? [] : ['no text part']),
      ...checkCustomText(received),
      ...wrongHeaders,
      ...checkFiles(sent, received),
    ],
  };
}

function linksOfHtml(html: string): Set<string> {
  const hrefs = [...html.matchAll(/href="([^"]*)"/g)].map(([, href = '']) => readEntities(href));
  return new Set(hrefs.filter((href) => !href.startsWith('mailto:')));
}

/** One link a line and nothing after it, which programs would take for a part of it: the same ones as in the HTML. */
function checkLinks(inHtml: ReadonlySet<string>, text: string): string[] {
  const inText = new Set(text.match(/\S+:\/\/.*/g));
  const isAbsolute = (link: string) => /^https:\/\/\S+$/.test(link) && URL.canParse(link);
  return [
    ...([...inHtml, ...inText].every(isAbsolute) ? [] : ['a link is not absolute']),
    ...(inHtml.symmetricDifference(inText).size === 0 ? [] : ['links differ between the parts']),
  ];
}

/** What a program leaves behind where a value is missing. */
const ARTEFACTS = /\bundefined\b|\bnull\b|\bNaN\b|\[object|\{\{|zq\d+x/;

function checkCustomText({ mail: { Subject, HTML, Text } }: Received): string[] {
  const found = [Subject, HTML, Text].map((part) => ARTEFACTS.exec(part)?.[0]).find(Boolean);
  return found ? [`it says "${found}"`] : [];
}

function checkHeaders({ messageId, sample, replyTo }: Sent, { mail, headers }: Received): string[] {
  const is = (name: string, value: string | null) => {
    const [found = null, ...more] = headers[name] ?? [];
    return found === value && more.length === 0;
  };
  const { Links, Errors, HeaderPost } = mail.ListUnsubscribe;
  const stops = Links?.length === 1 && !Errors && HeaderPost === 'List-Unsubscribe=One-Click';
  const stopsNot = !('List-Unsubscribe' in headers) && !('List-Unsubscribe-Post' in headers);
  return [
    ...(is('Message-Id', `<${messageId}@${MAIL_DOMAIN}>`) ? [] : ['Message-ID']),
    ...(is('Auto-Submitted', 'auto-generated') ? [] : ['Auto-Submitted']),
    ...(is('X-Entity-Ref-Id', messageId) ? [] : ['X-Entity-Ref-ID']),
    ...((canBeStopped(sample.kind) ? stops : stopsNot) ? [] : ['List-Unsubscribe']),
    ...((mail.ReplyTo?.[0]?.Address ?? null) === replyTo ? [] : ['Reply-To']),
    ...(is('X-Tags', `${sample.kind}, ${sample.language}`) ? [] : ['X-Tags']),
  ].map((name) => `${name} is not as it should be`);
}

/** A calendar file with what changes a calendar, the registrants with their export, nothing else. */
function checkFiles({ sample: { mail: name } }: Sent, { mail }: Received): string[] {
  const wanted = isTeamMail(name)
    ? name === 'export_attached'
      ? ['.csv']
      : []
    : mails[name].calendar
      ? ['.ics']
      : [];
  const found = (mail.Attachments ?? []).map(({ FileName }) => /\.\w+$/.exec(FileName)?.[0]);
  return found.join() === wanted.join() ? [] : [`attached: ${found.join(', ') || 'nothing'}`];
}

function readEntities(text: string): string {
  return text
    .replaceAll('&#x27;', "'")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replace(/&#x([\da-f]+);/gi, (_, code) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
