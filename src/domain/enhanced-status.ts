import type { DeliveryEventType } from './delivery/status.ts';

/**
 * What an enhanced status code says about a mail that was not delivered. The codes: RFC 3463, and those added
 * since in the IANA registry "SMTP Enhanced Status Codes" (RFC 5248):
 * https://www.iana.org/assignments/smtp-enhanced-status-codes
 *
 * A bounce suppresses its address, so it takes a code or words that are about the address and nothing else.
 * What may as well be about us (policy, reputation, size, content) is `failed`; what was given up after
 * trying again is `soft_bounced`.
 */
export type FailureEvent = Extract<DeliveryEventType, 'soft_bounced' | 'failed' | 'bounced'>;
export type ReportedEvent = FailureEvent | Extract<DeliveryEventType, 'delivered' | 'deferred'>;

/**
 * Codes that say the recipient's address is bad, whatever the words and whoever asks: no such mailbox (1), no
 * such system (2), bad syntax (3), moved without a forwarding address (6), a domain that takes no mail (10,
 * RFC 7505). No others: 5.1.7 and 5.1.8 are about the sender, 5.1.4 (ambiguous) is not certain, and 5.2.1,
 * 5.4.1, 5.4.4 and 5.5.0 depend on who says them and how (below).
 */
export const ABOUT_THE_ADDRESS: ReadonlySet<string> = new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.6', '5.1.10']);

/** Codes that name only a class, or a subject without a detail: the words beside them know more. */
const VAGUE = /^[245]\.[01235]\.0$/;

// Where servers write codes: after the reply's number (`550 5.1.1`, Gmail's `550-5.1.1`), after a sharp
// (qmail's `(#5.1.1)`, Cisco's `550 #5.1.0`) or at the beginning (`smtp; 5.1.1 …`). Elsewhere three numbers
// may be a version; four are an address.
const WRITTEN_CODE = /(?:^\s*|;\s*|#|\b[45]\d\d[ -]#?)([45]\.\d{1,3}\.\d{1,3})(?!\.?\d)/g;
/** A reply that asked to try again later, without an enhanced code. */
const TEMPORARY_REPLY = /^(?:[\w-]+;)?\s*4\d\d[\s-]/;

const WORDS_ABOUT_US = new RegExp(
  [
    'spam|polic(?:y|ies)|reputation|block(?:ed|list)|black ?list|deny ?list|banned|abuse|gr[ae]y ?list',
    '\\b(?:spf|dkim|dmarc|rbl|dnsbl|ptr|rdns|helo)\\b|reverse dns|client host',
    'sender (?:address|domain|verif)|address of sender',
    '\\byour (?:\\w+ )?(?:account|domain|ip|server|host|network)\\b',
    'relay(?:ing)? (?:access )?(?:denied|not )|not authori[sz]ed|authenticat',
  ].join('|'),
  'i',
);
const WORDS_FULL =
  /over ?quota|quota (?:is )?exceed|exceed\w* (?:\w+ ){0,3}quota|mailbox (?:is )?full|full mailbox/i;
const WHO = '(?:user|recipient|mailbox|account|addressee|address|alias|host|domain)';
const WORDS_UNKNOWN = new RegExp(
  [
    `\\b${WHO} (?:name )?(?:is )?(?:unknown|not (?:found|known)|invalid)\\b`,
    `\\b(?:unknown|no such|invalid) (?:local )?${WHO}\\b`,
    `\\b${WHO}\\b.{0,80}\\b(?:does not|doesn[’']t) exist\\b`,
    `\\b${WHO}\\b.{0,40}\\b(?:is|has been) (?:disabled|deactivated|discontinued|suspended|closed)\\b`,
    "\\bdoesn[’']t have an? \\S+ account\\b",
    '\\bno mailbox here by that name\\b|\\bunrouteable address\\b',
    '\\b5\\d\\d\\b.{0,80}\\bmailbox unavailable\\b',
  ].join('|'),
  'i',
);

/**
 * The code that says most: the one given, or, where that is vague or missing, the first particular one that
 * the diagnostic carries (Exim and Gmail report 5.0.0 and leave the server's own code in the words).
 */
export function particularStatus(status: string | null, diagnostic: string): string | null {
  if (status && !VAGUE.test(status)) return status;
  const written = Array.from(diagnostic.matchAll(WRITTEN_CODE), (match) => match[1] ?? '');
  return written.find((code) => !VAGUE.test(code)) ?? status ?? written[0] ?? null;
}

/** What the words alone say for certain; null where they do not. */
export function spokenEvent(diagnostic: string): FailureEvent | null {
  if (TEMPORARY_REPLY.test(diagnostic)) return 'soft_bounced';
  // Before the rest: GMX refuses for policy with "mailbox unavailable", others with "domain of sender address
  // does not exist".
  if (WORDS_ABOUT_US.test(diagnostic)) return 'failed';
  if (WORDS_FULL.test(diagnostic)) return 'soft_bounced';
  return WORDS_UNKNOWN.test(diagnostic) ? 'bounced' : null;
}

/**
 * What it means that a mail with this status was given up. `diagnostic`: the words of the server that refused
 * it, or the empty string.
 */
export function failureEvent(status: string | null, diagnostic: string): FailureEvent {
  const code = particularStatus(status, diagnostic);
  // Somebody tried until the time was up.
  if (code?.startsWith('4.')) return 'soft_bounced';
  if (code && !VAGUE.test(code)) return codeEvent(code, diagnostic);
  // 5.5.0 is Outlook.com's code for a mailbox that is not there, and Sendmail's where a server gave none.
  return spokenEvent(diagnostic) ?? (code === '5.5.0' ? 'bounced' : 'failed');
}

function codeEvent(code: string, diagnostic: string): FailureEvent {
  if (ABOUT_THE_ADDRESS.has(code)) return 'bounced';
  switch (code) {
    case '5.2.1': // disabled; Gmail also says it of a mailbox that gets too much at once
      return /receiving mail (?:at a rate|too quickly)/i.test(diagnostic) ? 'soft_bounced' : 'bounced';
    case '5.2.2': // full: the registry wants it used as transient only
    case '5.4.7': // delivery time expired
      return 'soft_bounced';
    case '5.4.4': // unable to route: no such host
    case '5.4.310': // Exchange Online: the DNS domain does not exist
      return 'bounced';
    case '5.4.1': // "no answer from host", transient only; Exchange Online: no such recipient
      return /recipient address rejected|access denied/i.test(diagnostic) ? 'bounced' : 'soft_bounced';
  }
  // Exchange Online's 5.4.300, 5.4.312, 5.4.316: given up after retries.
  return code.startsWith('5.4.') && /message expired/i.test(diagnostic) ? 'soft_bounced' : 'failed';
}

/**
 * What a delivery report says of one recipient (RFC 3464, 2.3.3: `Action`); null: nothing about delivery.
 * `relayed` and `expanded` mean that nobody will tell more. A report without an action is read by its status.
 */
export function reportedEvent(
  action: string,
  status: string | null,
  diagnostic: string,
): ReportedEvent | null {
  switch (action) {
    case 'failed':
      return failureEvent(status, diagnostic);
    case 'delayed':
      return 'deferred';
    case 'delivered':
      return 'delivered';
    case '':
      if (status?.startsWith('5.')) return failureEvent(status, diagnostic);
      return status?.startsWith('4.') ? 'deferred' : null;
    default:
      return null;
  }
}
