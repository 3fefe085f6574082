import { ABOUT_SENDER, SIGNS } from './refusal-signs.ts';
import type { DeliveryEventType } from './status.ts';

/**
 * The one judge of what a mail server means when it does not take a mail: while we send, in a bounce mail, and in what a
 * provider passes on. It reads a reply's number (RFC 5321), its enhanced status code (RFC 3463, and the IANA registry
 * "SMTP Enhanced Status Codes" of RFC 5248: https://www.iana.org/assignments/smtp-enhanced-status-codes), and its words.
 *
 * A bounce suppresses its address, so it takes a code or words about the address and nothing else. Words that speak of us
 * come first, whatever the code: many servers say 550 or 5.1.1 to all that they do not want.
 */
export type FailureEvent = Extract<DeliveryEventType, 'soft_bounced' | 'failed' | 'bounced'>;
export type ReportedEvent = FailureEvent | Extract<DeliveryEventType, 'delivered' | 'deferred'>;

interface Meaning {
  /**
   * What follows while we send. Of the refusals of us: `sender_rejected` is about all our mail, unless others are accepted
   * meanwhile; `recipient_rejected` about one recipient's server, until several say so; `stage_rejected` about that server
   * or about what the mail says, as the command tells.
   */
  readonly sending:
    | 'sender_rejected'
    | 'recipient_rejected'
    | 'stage_rejected'
    | 'retry'
    | 'bounced'
    | 'failed';
  /** What follows from a report, when the mail was given up. */
  readonly reported: FailureEvent;
}

const US = { sending: 'sender_rejected', reported: 'failed' } as const;
const US_THERE = { sending: 'recipient_rejected', reported: 'failed' } as const;
const ADDRESS = { sending: 'bounced', reported: 'bounced' } as const;
const PASSING = { sending: 'retry', reported: 'soft_bounced' } as const;
const MAIL = { sending: 'failed', reported: 'failed' } as const;

/** Why a mail was not taken, and what follows from each reason. */
const REASONS = {
  /** The server does not relay for us. */
  relaying: US,
  /** It wants us to log in, or our password is wrong. */
  login: US,
  /** It does not believe or like the address or the domain that we send from. */
  sender_address: US,
  /** SPF, DKIM or DMARC. */
  sender_authentication: US_THERE,
  /** A block list, our IP address, its name or its reputation. */
  blocked: US_THERE,
  /** What our account may send in an hour or a day is used up. */
  quota: US,
  /** Too much at once. */
  rate: { sending: 'recipient_rejected', reported: 'soft_bounced' },
  policy: { sending: 'stage_rejected', reported: 'failed' },
  /** Taken for spam, a virus, or otherwise disliked. */
  content: { sending: 'stage_rejected', reported: 'failed' },
  too_large: MAIL,
  /** The server did not understand us, or the mail is not well-formed. */
  protocol: MAIL,
  unclear: MAIL,
  mailbox_full: PASSING,
  /** Greylisted, busy, a fault of theirs or of the network, or somebody tried until the time was up. */
  temporary: PASSING,
  /** Not known for now: somebody tried for days, and it stayed so. */
  unknown_for_now: { sending: 'retry', reported: 'bounced' },
  unknown_address: ADDRESS,
  bad_address: ADDRESS,
  disabled: ADDRESS,
  moved: ADDRESS,
  unknown_domain: ADDRESS,
  /** The domain takes no mail (RFC 7505). */
  no_mail: ADDRESS,
} as const satisfies Record<string, Meaning>;

export type RefusalReason = keyof typeof REASONS;

export interface Reply {
  /** The enhanced status code that is given beside the words, in a report's `Status`; null: none. */
  readonly status: string | null;
  /** What the server said, its reply's number and code included; the empty string where that is not known. */
  readonly words: string;
  /** Also what stands before the reply's number, where the words are those of a report. */
  readonly whole?: boolean;
}

/** What a server's reply means. */
export function refusalReason({ status, words, whole = false }: Reply): RefusalReason {
  const code = particularStatus(status, words);
  const said = plainWords(words, whole);
  const reply = REPLY.exec(words)?.[1] ?? '';
  for (const sign of SIGNS) {
    if (sign.replies && !sign.replies.test(reply)) continue;
    if (sign.codes && !(code && sign.codes.test(code))) continue;
    if (sign.unlessCodes && code && sign.unlessCodes.test(code)) continue;
    if (sign.words && !sign.words.test(said)) continue;
    return sign.reason;
  }
  return 'unclear';
}

/** What follows from a reason. */
export const meaningOf = (reason: RefusalReason): Meaning => REASONS[reason];

/** Whether a code names only a class, or a subject without a detail, or is missing: the words beside it know more. */
export const isVague = (status: string | null): boolean =>
  status === null || /^[245]\.[01235]\.0$/.test(status);

// Where servers write codes: after the reply's number (`550 5.1.1`, Gmail's `550-5.1.1`), after a sharp
// (qmail's `(#5.1.1)`, Cisco's `550 #5.1.0`) or at the beginning (`smtp; 5.1.1 …`). Elsewhere three numbers
// may be a version; four are an address.
const WRITTEN_CODE = /(?:^\s*|;\s*|#|:\s?|\b[45]\d\d[ -]#?)([45]\.\d{1,3}\.\d{1,3})(?!\.?\d)/g;

/**
 * The code that says most: the one given, or, where that is vague or missing, the first particular one that
 * the words carry (Exim and Gmail report 5.0.0 and leave the server's own code in the words).
 */
export function particularStatus(status: string | null, words: string): string | null {
  if (!isVague(status)) return status;
  const written = Array.from(words.matchAll(WRITTEN_CODE), (match) => match[1] ?? '');
  return written.find((code) => !isVague(code)) ?? status ?? written[0] ?? null;
}

/** A reply's number, at the beginning or where a report quotes it. */
const REPLY = /(?:^|[\s;:([>,"'-])([45]\d\d)(?=[\s,.-]|$)/;

/** What stands before the reply was written by whoever reports it. */
const BEGIN_OF_REPLY = /(?<=^|[\s:([>"'-])(?:[45]\d\d(?=[\s,.-])|#?[45]\.\d{1,3}\.\d{1,3}\b)/;

/** What gateways write before a reply: the kind of server that gave it, IronPort's name of the code. */
const GATEWAY = /^\s*(?:smtp|x-[\w-]+|lmtp|dns|unix) *;|\b\d\.\d\.\d - [^\d']{3,40}(?=[45]\d\d[ -])/gi;
/** In the names of these the list is what the reply speaks of. */
const BLOCK_LIST =
  /\S*\b(?:spamhaus|spamcop|sorbs|barracuda\w*|uceprotect|abusix|abuseat|mailspike|invaluement|senderscore|dnsbl|rbl)\.\S*/gi;
const EMAIL = /<?[^\s<>()@,;:"']+@[^\s<>(),;:"']+>?/gi;
const LINK = /https?:\/\/\S+|www\.\S+/gi;
/** `host mx.example [192.0.2.1] said:` of Postfix, `host mx.example [192.0.2.1]:` of Exim. */
const WHO_SAID =
  /\bhost:? +\S+ *[[(][\da-f.:]+[\])](?::\d+)?(?: said| refused to talk to me)?:?|remote host said:/gi;
const IP_ADDRESS = /\[?\b(?:\d{1,3}\.){3}\d{1,3}\b\]?|\[(?:ipv6:)?[\da-f:]{6,}\]/gi;
const HOST_NAME = /\b(?:[\w-]+\.)+[a-z]{2,}\b/g;
const CODE = /\b[245]\d\d[ -](?:#?[245]\.\d{1,3}\.\d{1,3}[ :]?)?|#?\b[245]\.\d{1,3}\.\d{1,3}\b/g;
const LONGEST = 4_000;

/** The words alone: without addresses, links, hosts and numbers, whose names may be any words. */
function plainWords(words: string, whole: boolean): string {
  const reply = whole ? 0 : words.search(BEGIN_OF_REPLY);
  const command = ABOUT_SENDER.exec(words)?.[0] ?? '';
  return `${command} ${words.slice(Math.max(reply, 0), Math.max(reply, 0) + LONGEST)}`
    .replace(GATEWAY, '')
    .replace(WHO_SAID, ' ')
    .replace(EMAIL, ' <> ')
    .replace(BLOCK_LIST, ' blocklist ')
    .replace(LINK, ' <> ')
    .replace(IP_ADDRESS, ' ip ')
    .replace(HOST_NAME, ' <> ')
    .replace(CODE, ' ')
    .replaceAll('’', "'")
    .replace(/\s+/g, ' ');
}
