import type { BreakerSummary, Failover, FirstBreaker } from '../db/circuit-breaker.ts';
import { type Flood, listFloods } from '../db/flood.ts';
import type { Pool } from '../db/pool.ts';
import { findSenderTrouble, type SenderTrouble } from '../db/sender-domain.ts';
import { findSwitchedOff } from '../db/webhook-endpoint.ts';
import { findGuessedEvent } from '../db/wrong-key.ts';
import { shownAddress, shownDomain } from '../domain/address.ts';
import { type RefusalReason, refusalReason } from '../domain/delivery/refusal.ts';
import { FLOODS } from '../domain/flood.ts';
import { ALARM_LASTS_MS, WRONG_SHORT_KEYS_OF_EVENT } from '../domain/key-guessing.ts';
import { isKind, MAIL_KINDS } from '../domain/kinds.ts';
import { PRIORITIES } from '../domain/message.ts';
import { orWithout } from '../lib/remember.ts';
import type { Logger } from '../log.ts';
import type { MailState, ReadMailState } from '../operations/mail-state.ts';
import type { TeamBanner } from './parts/team-layout.tsx';

const MAILBOX_TOLD_AFTER_MINUTES = 15;

interface BannerSources {
  readonly readMailState: ReadMailState;
  readonly pool: Pool;
  readonly now: () => Date;
  readonly log: Logger;
  /** MAIL_FROM's. */
  readonly siteAddress: string;
}

/**
 * What every page says first: about the mail, else about keys that somebody guesses, else about floods, else about webhook endpoints that were switched off. Never rejects: where that is not known,
 * pages stand without a banner, and the log says why.
 */
export function createBanner({
  readMailState,
  pool,
  now,
  log,
  siteAddress,
}: BannerSources): (eventId: string | null) => Promise<TeamBanner | null> {
  async function ofMail(): Promise<TeamBanner | null> {
    const known = await readMailState();
    if (!known) throw new Error('The database has not told the state of mail in time.');
    return bannerOf(known);
  }
  async function ofGuessing(): Promise<TeamBanner | null> {
    const event = await findGuessedEvent(pool, new Date(now().getTime() - ALARM_LASTS_MS));
    return event && guessingBanner(event);
  }
  const noBanner = (error: unknown) => log.warn({ err: error }, 'a page has no banner');
  const ofWebhooks = async () => webhookBanner(await findSwitchedOff(pool));
  const ofFloods = async () => floodBanner(await listFloods(pool, now()));
  return async (eventId) => {
    const ofSender = async () => {
      const trouble = await findSenderTrouble(pool, now(), eventId);
      return trouble && senderBanner(trouble, siteAddress);
    };
    // The first that there is: the mail, then whom it comes from, keys that are guessed, what was too much, who is told nothing any more.
    for (const read of [ofMail, ofSender, ofGuessing, ofFloods, ofWebhooks]) {
      const banner = await orWithout(read, noBanner);
      if (banner) return banner;
    }
    return null;
  };
}

/** That an event's mails do not come from whom the team chose, or that receivers may not believe it. */
export function senderBanner(
  { domain, fromAddress, title, state }: SenderTrouble,
  siteAddress: string,
): TeamBanner {
  const link = { href: `/team/senders/${domain}`, label: shownDomain(domain) };
  const of = `Mails of “${title}”`;
  if (state === 'failing')
    return {
      tone: 'warning',
      text: `${of} may be taken for spam: the checks of their sender domain fail.`,
      link,
      rest: ' says what to correct.',
    };
  const why = state === 'lost' ? 'is no longer verified' : 'is not verified';
  return {
    tone: 'warning',
    text: `${of} come from ${siteAddress}, and not from ${shownAddress(fromAddress)}: its domain ${why}.`,
    link,
    rest: ' says what to correct.',
  };
}

function guessingBanner({ id, title }: { readonly id: string; readonly title: string }): TeamBanner {
  return {
    tone: 'warning',
    text: 'Someone is guessing keys, or many people use old links, at the event',
    link: { href: `/team/events/${id}/settings`, label: title },
    rest: `: ${WRONG_SHORT_KEYS_OF_EVENT} wrong short keys within an hour. Clients that tried a wrong key are refused for now. If you did not just reset keys, switch the event to secure keys and reset all access links.`,
  };
}

/** Of endpoints that were switched off by themselves, until somebody switches them on, or deletes them. */
export function webhookBanner(off: Awaited<ReturnType<typeof findSwitchedOff>>): TeamBanner | null {
  if (!off) return null;
  const why = off.why === 'gone' ? 'it answered 410 Gone' : 'no delivery succeeded for three days';
  const more = off.count - 1;
  const rest = more > 0 ? ` ${more} more ${more === 1 ? 'is' : 'are'} switched off, too.` : '';
  return {
    tone: 'warning',
    text: `The webhook endpoint at ${new URL(off.url).host} was switched off: ${why}.${rest} An admin can switch it on again on the page Webhooks.`,
  };
}

export function bannerOf({
  state,
  reason,
  breakers,
  fallback,
  unreadableMailbox,
  oldestDueSeconds,
}: MailState): TeamBanner | null {
  if (state === 'refused')
    return {
      tone: 'danger',
      text: [
        `Sending has stopped: the mail server rejects our mails. “${reason}”`,
        ADVICE[refusalReason({ status: null, words: reason ?? '' })],
        'We try again every minute. No mail is lost.',
      ]
        .filter(Boolean)
        .join(' '),
    };
  if (state === 'fallback' && fallback) return byFallback(fallback);
  if (state === 'partly_refused' && breakers.first) return partlyRefused(breakers.first, breakers.open);
  if (state !== 'late') return unreadableMailbox && bounceMailbox(unreadableMailbox);
  const minutes = Math.round(Math.max(...PRIORITIES.map((priority) => oldestDueSeconds[priority])) / 60);
  return {
    tone: 'warning',
    text: [
      `Mail is late: the oldest has been due for ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}.`,
      fallback ? `It goes through the second transport (${fallback.to}).` : 'Is a worker running?',
    ].join(' '),
  };
}

/** Names the largest of what was refused in the last hour, and says how many more there are. */
export function floodBanner(floods: readonly Flood[]): TeamBanner | null {
  const [first, ...others] = floods;
  if (!first) return null;
  const { what, why } = FLOODS[first.kind];
  const number = `${first.refused.toLocaleString('en')} ${what[first.refused === 1 ? 0 : 1]}`;
  const since = `since ${first.period.toISOString().slice(11, 16)} UTC`;
  const rest = [
    `${since}: ${why}. Browsers pass with a short check; the audit log has more, and addresses can be blocked.`,
    others.length > 0 &&
      `The same is true of ${others.length} more ${others.length === 1 ? 'event or limit' : 'events or limits'}.`,
  ]
    .filter(Boolean)
    .join(' ');
  const were = first.refused === 1 ? 'was refused' : 'were refused';
  if (first.eventId === null) return { tone: 'warning', text: `${number} ${were} ${rest}` };
  const link = { href: `/team/events/${first.eventId}/people`, label: first.eventTitle ?? 'an event' };
  return { tone: 'warning', text: `${number} ${were} for`, link, rest: ` ${rest}` };
}

/** Null where it may be over in a moment. */
function bounceMailbox({ seconds, reason }: NonNullable<MailState['unreadableMailbox']>): TeamBanner | null {
  const minutes = Math.floor(seconds / 60);
  if (minutes < MAILBOX_TOLD_AFTER_MINUTES) return null;
  return {
    tone: 'warning',
    text: `Bounces are not being recorded: the bounce mailbox could not be read for ${minutes} minutes. “${reason}” We keep trying.`,
  };
}

function byFallback({ from, to, reason }: Failover): TeamBanner {
  return {
    tone: 'warning',
    text: [
      `Sending goes through the second transport (${to}). The first (${from}) takes no mail: “${reason}”`,
      ADVICE[refusalReason({ status: null, words: reason })],
      'We try the first every minute and return to it automatically. No mail is lost.',
    ]
      .filter(Boolean)
      .join(' '),
  };
}

/** What whoever runs the server can do. */
const ADVICE: Partial<Record<RefusalReason, string>> = {
  relaying: 'Check the user and the password in SMTP_URL, and whether the server relays for this machine.',
  login: 'Check the user and the password in SMTP_URL.',
  sender_address: 'Check MAIL_FROM: the server does not accept mail from this address.',
  quota: 'The mail account has reached its limit. It resets automatically.',
  blocked: 'Ask whoever runs the mail server: its address or ours is on a block list.',
};

/** Names the first of what is refused, and says how many more there are. */
function partlyRefused(first: FirstBreaker, open: BreakerSummary['open']): TeamBanner {
  const { scope, key, reason, eventTitle } = first;
  const others = { ...open, [scope]: open[scope] - 1 };
  const more = [
    ...count(others.sender_domain, 'more sender domain', 'more sender domains'),
    ...count(others.event, 'more event', 'more events'),
    ...count(others.recipient_domain, 'more recipient domain', 'more recipient domains'),
  ].join(' and ');
  const rest = [
    `“${reason}” Only these mails are waiting. We try again every minute, and no mail is lost.`,
    more && `The same is true of ${more}.`,
  ]
    .filter(Boolean)
    .join(' ');
  const tone = 'warning';
  if (scope === 'sender_domain') {
    const link = { href: `/team/senders/${key}`, label: key };
    return { tone, text: 'The mail server rejects mails from the sender domain', link, rest: `. ${rest}` };
  }
  if (scope === 'recipient_domain')
    return { tone, text: `The mail server rejects mails to the domain ${key}. ${rest}` };
  if (eventTitle === null) {
    // Mails without an event wait together by their kind.
    const label = isKind(key) ? ` of the kind “${MAIL_KINDS[key].label}”` : ' of one event';
    return { tone, text: `The mail server rejects mails${label}. ${rest}` };
  }
  const link = { href: `/team/events/${key}/mails`, label: eventTitle };
  return { tone, text: 'The mail server rejects the mails of the event', link, rest: `. ${rest}` };
}

function count(number: number, one: string, many: string): string[] {
  return number === 0 ? [] : [`${number} ${number === 1 ? one : many}`];
}
