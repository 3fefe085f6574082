import type { Config } from '../../src/config.ts';
import type { Notice } from '../../src/db/alert-notice.ts';
import { writeUtc } from '../../src/domain/alert-notice.ts';
import { digestLine, digestPaths } from '../../src/domain/digest.ts';
import { ANSWER_BYTES, TRY_TIMEOUT_MS } from '../../src/domain/webhook.ts';
import { shorten, singleLine } from '../../src/lib/clean-text.ts';
import { createPoster, type Posted } from '../../src/lib/public-http.ts';

/** What a chat shows: `text` where it knows no blocks, and in its notifications. */
export interface ChatMessage {
  readonly text: string;
  readonly blocks: readonly object[];
}

/** A block of text takes 3,000 characters. */
const LONGEST = 1_500;

/** A notice as chats take it that understand Slack's incoming webhooks. */
export function chatMessage(notice: Notice, publicUrl: string): ChatMessage {
  if (notice.type !== 'alert') {
    const line = digestLine(notice);
    const paths = digestPaths(notice);
    const link = `${publicUrl}${notice.type === 'event' ? paths.report : paths.mails}`;
    return { text: `${escaped(line)} ${link}`, blocks: [section(`${escaped(line)} <${link}|Open>`)] };
  }
  const { title, text, severity, isOver, raisedAt, path } = notice;
  const link = `${publicUrl}${path}`;
  const foot = [
    ...(isOver ? ['over'] : [severity]),
    `raised ${writeUtc(new Date(raisedAt))}`,
    `<${link}|Open>`,
  ];
  return {
    text: [escaped(title), escaped(text), link].join('\n'),
    blocks: [
      section(`*${escaped(title)}*\n${escaped(text)}`),
      { type: 'context', elements: [{ type: 'mrkdwn', text: foot.join(' · ') }] },
    ],
  };
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text } };
}

/** In one line, and without the characters that mean something to a chat: no title brings a link, or calls everybody. */
function escaped(text: string): string {
  return shorten(singleLine(text), LONGEST)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

/** Posts once. Any address will do: it is the operator's own. Never rejects; redirects are not followed. */
export async function postMessage(url: string, message: ChatMessage, stop?: AbortSignal): Promise<Posted> {
  const poster = createPoster({
    ...{ resolve: null, connections: 1, timeoutMs: TRY_TIMEOUT_MS, answerBytes: ANSWER_BYTES },
  });
  try {
    const headers = { 'content-type': 'application/json', 'user-agent': 'access-mail' };
    return await poster.post(url, JSON.stringify(message), headers, stop);
  } finally {
    poster.close();
  }
}

/** Whether it was taken, and if not why: a sentence without the address, which is a secret. */
export function postFault({ status, error }: Posted): string | null {
  if (status !== null && status >= 200 && status < 300) return null;
  return error ?? `It answered ${status}.`;
}

/** Tells ALERT_WEBHOOK_URL that it works. Null: it was taken, or there is none; else why not. */
export async function postTestAlert({
  alerts,
  publicUrl,
}: Pick<Config, 'alerts' | 'publicUrl'>): Promise<string | null> {
  if (!alerts?.webhookUrl) return null;
  const text = `A test of access-mail at ${publicUrl}: alerts arrive here.`;
  return postFault(await postMessage(alerts.webhookUrl, { text, blocks: [section(text)] }));
}
