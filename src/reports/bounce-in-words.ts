import { type FailureEvent, meaningOf, particularStatus, refusalReason } from '../domain/delivery/refusal.ts';
import { type Field, readFieldGroups } from './delivery-status.ts';
import type { OpenedMail } from './mail-report-parts.ts';

/** What a mail server says in words for people: up to the mail that it returns, and the head of that. */
export interface SaidToPeople {
  readonly text: string;
  /** The empty list where it returned none within its words. */
  readonly returned: readonly Field[];
}

export interface BounceInWords {
  readonly event: FailureEvent | 'deferred';
  readonly status: string | null;
  readonly diagnostic: string;
}

const LONGEST_DIAGNOSTIC = 4_000;

const SERVER_NAME =
  /\b(?:mailer[-_. ]?daemon|post[-_. ]?master|mdaemon|mail[-_. ]?(?:delivery|system|administrator|router)|(?:delivery|mail) (?:sub)?system|mail[-_. ]?deliver[-_. ]?system|courier mail server|system administrator)\b/i;
const SERVICE_ADDRESS = /\b(?:no[-_.]?reply|do[-_.]?not[-_.]?reply|bounces?)\b[^@]*@/i;
const FAILURE =
  /undeliver|(?:not|n['’]t|unable|fail\w*|problems?|errors?|trouble|impossible|cannot) (?:\w+ ){0,4}(?:be )?deliver|deliver\w* (?:\w+ ){0,3}(?:fail|error|problem|status|notif|incomplete|attempt|delay)|fail(?:ure|ed) (?:notice|to|deliver|mail)|failure notice|returned mail|return(?:ed|ing) (?:message )?to sender|mail (?:system )?(?:delivery |could not )?(?:error|fail)|error sending|not reach the following|non[- ]?(?:remis|distribu|delivery)|unzustellbar|nicht zugestellt|échec|no (?:se )?(?:ha podido|pudo) entregar|no entregad|não (?:foi )?entreg|mancato recapito|niet bezorgd|не доставлен|配信(?:不能|できません)|送信できません|退信|couldn['’]t be delivered|group you tried to contact/i;
const DELAY =
  /warning (?:message )?only|still being retried|will (?:be retried|continue to|keep trying|try again)|has been delayed|(?:mail|message|delivery) (?:is |was )?delayed|not yet been delivered|no action is required|delay\)/i;

/** Whether a mail's head and words say that a mail server wrote it because a mail of ours was not delivered. */
export function isBounceInWords(mail: OpenedMail, text: string, returned: readonly Field[]): boolean {
  const from = mail.header('from');
  const subject = mail.header('subject');
  const tells = FAILURE.test(subject) || FAILURE.test(text) || DELAY.test(subject);
  if (mail.header('x-failed-recipients') !== '') return true;
  if (!tells) return false;
  if (SERVER_NAME.test(from)) return true;
  // RFC 3834 gives the null sender to vacation replies as well: it is no proof without words.
  const isFromNobody = /^<\s*(?:mailer-daemon\S*)?>$/i.test(mail.header('return-path'));
  if (isFromNobody && FAILURE.test(subject)) return true;
  return SERVICE_ADDRESS.test(from) && returned.length > 0 && FAILURE.test(text);
}

/** What a bounce in words means. Of one that tells no reason no more is known than that the mail failed. */
export function readBounceInWords(mail: OpenedMail, text: string): BounceInWords {
  const isDelay = DELAY.test(`${mail.header('subject')}\n${text}`) && !/permanent/i.test(text);
  const replies = repliesIn(text);
  const diagnostic = inOneLine(replies.length > 0 ? replies.join(' ') : text).slice(0, LONGEST_DIAGNOSTIC);
  const status = particularStatus(null, diagnostic);
  if (isDelay) return { event: 'deferred', status, diagnostic };
  // The first that tells one: footers of virus scanners and the like come last.
  const said = [...(replies.length > 0 ? replies : paragraphsOf(text)), text];
  const reasons = said.map((words) => refusalReason({ status: null, words }));
  const reason = reasons.find((one) => one !== 'unclear') ?? 'unclear';
  return { event: meaningOf(reason).reported, status, diagnostic };
}

/** A reply as servers quote it: a line with its number or its code, up to the next blank line. */
const REPLY_LINE = /(?:^|[\s:>([,'"-])(?:[45]\d\d(?=[\s,.-])|#?[45]\.\d{1,3}\.\d{1,3}\b)/;

const MOST_PARAGRAPHS = 20;

function paragraphsOf(text: string): string[] {
  return text
    .split(/\n[ \t]*\n/)
    .flatMap((paragraph) => paragraph.trim() || [])
    .slice(0, MOST_PARAGRAPHS);
}

/** What servers said, a paragraph each; the empty list where no reply can be told from the rest. */
function repliesIn(text: string): string[] {
  const replies = paragraphsOf(text).flatMap((paragraph) => {
    const lines = paragraph.split('\n');
    const first = lines.findIndex((line) => REPLY_LINE.test(line));
    return first < 0 ? [] : [lines.slice(Math.max(0, first - 2)).join(' ')];
  });
  return replies.map(inOneLine);
}

const inOneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

const HEADER_LINE = /^[!-9;-~]{1,100}:(?=\s|$|<)|^[ \t]+\S/;
const NAMES_MESSAGE = /^(?:message-id|x-entity-ref-id)\s*:/i;
const FIRST_OF_HEAD =
  /^(?:return-path|received|dkim-signature|x-[\w-]+|from|to|date|subject|message-id|mime-version|delivered-to|content-type|user-agent|authentication-results|arc-[\w-]+)\s*:/i;

/**
 * Divides what a mail says from the mail that it returns as text: from the head that names a message on, lines quoted or
 * not. A head in the middle (some servers begin with it) leaves what follows.
 */
export function divideWords(words: string): SaidToPeople {
  const lines = words.split(/\r\n|\r|\n/).map((line) => line.replace(/^[>|][>| ]*/, ''));
  const named = lines.findIndex((line) => NAMES_MESSAGE.test(line.trimStart()));
  if (named < 0) return { text: lines.join('\n'), returned: [] };
  // Some indent the whole head.
  const indent = /^[ \t]*/.exec(lines[named] ?? '')?.[0].length ?? 0;
  const flat = lines.map((line) => (line.slice(0, indent).trim() === '' ? line.slice(indent) : line));
  let start = named;
  for (let at = named - 1; at >= 0 && HEADER_LINE.test(flat[at] ?? ''); at--)
    if (FIRST_OF_HEAD.test(flat[at] ?? '')) start = at;
  let end = named + 1;
  while (end < flat.length && (flat[end] ?? '').trim() !== '') end++;
  const returned = readFieldGroups(flat.slice(start, end).join('\n'))[0] ?? [];
  const before = flat.slice(0, start).join('\n');
  const after = flat.slice(end).join('\n');
  // What follows is the mail's own body, unless the server goes on there.
  const goesOn = /^\s*(?:diagnostic[- ]code|final-recipient|reason|action|recipient address)\s*:/im.test(
    after,
  );
  return { text: goesOn ? `${before}\n\n${after}` : before, returned };
}
