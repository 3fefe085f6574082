import { shownAddress } from '../../src/domain/address.ts';
import type { AlertNotice } from '../../src/domain/alert-notice.ts';
import { digestPaths, type EventDigest, type SendDigest, writeReasons } from '../../src/domain/digest.ts';
import type { ExportFailure } from '../../src/domain/export-failure.ts';
import { MAIL_KINDS } from '../../src/domain/kinds.ts';
import { formattingLocale, type Language } from '../../src/domain/locale.ts';
import { writeTime } from '../../src/domain/time.ts';
import { shorten, singleLine } from '../../src/lib/clean-text.ts';
import type { Copy } from '../copy/en.ts';
import { COPY } from '../copy/languages.ts';
import type { SiteMailName } from '../mail.ts';

/** What a mail to the team may be told. A mail that needs one of these fails without it. */
export interface SiteValuesInput {
  readonly email: string;
  /** The template's. */
  readonly language: Language;
  /** Opens a session, once. */
  readonly signInLink?: string;
  /** Does the same, typed into the browser that asked: six digits. */
  readonly signInCode?: string;
  /** The address of whoever invites somebody to the team. */
  readonly inviter?: string;
  /** What an export's mail is about. */
  readonly export?: ExportAbout;
  /** What the mail before an erasure is about. */
  readonly retention?: RetentionAbout;
  readonly alert?: Pick<AlertNotice, 'severity' | 'title' | 'text' | 'path' | 'raisedAt'> & Linked;
  readonly sendDigest?: SendDigest & Linked;
  readonly eventDigest?: EventDigest & Linked;
}

/** What its links begin with. */
interface Linked {
  readonly publicUrl: string;
}

export interface RetentionAbout {
  readonly eventTitle: string;
  /** How many people will be erased. */
  readonly people: number;
  readonly eraseAt: Date;
  /** On whose calendar that day is said. */
  readonly timeZone: string;
  /** Where the team keeps them longer, and where it exports them. */
  readonly settingsLink: string;
  readonly exportsLink: string;
}

export interface ExportAbout {
  readonly eventTitle: string;
  /** How many registrants it has, or had when it was found too large to attach. */
  readonly rows: number;
  readonly fileName: string;
  readonly downloadLink?: string;
  /** When the link ends. */
  readonly expiresAt?: Date;
  /** On whose clock that is said. */
  readonly timeZone: string;
  readonly reason?: ExportFailure;
}

interface Facts extends SiteValuesInput {
  readonly mail: SiteMailName;
  readonly copy: Copy;
  /** What numbers and dates are formatted in. */
  readonly locale: string;
}

/** Each value that a template may ask for; undefined where it was not told. */
const WRITERS = {
  email: ({ email }) => shownAddress(email),
  signInLink: ({ signInLink }) => signInLink,
  signInCode: ({ signInCode }) => signInCode,
  inviter: ({ inviter }) => inviter && shownAddress(inviter),
  eventTitle: ({ mail, export: file, retention, ...facts }) =>
    mail === 'retention_notice' ? retention?.eventTitle : (digestOf({ mail, ...facts }) ?? file)?.eventTitle,
  /** `48,211` */
  rows: ({ export: about, locale }) => about && writeCount(about.rows, locale),
  fileName: ({ export: about }) => about?.fileName,
  downloadLink: ({ export: about }) => about?.downloadLink,
  /** `Sat 16 Jan, 18:00, Central European Standard Time` */
  until: ({ export: about, copy, locale }) => {
    if (!about?.expiresAt) return undefined;
    const { expiresAt, timeZone } = about;
    return copy.registrants_export.moment(
      writeTime({ startsAt: expiresAt, endsAt: expiresAt }, locale, timeZone),
    );
  },
  /** `1,204` */
  people: ({ retention, locale }) => retention && writeCount(retention.people, locale),
  /** `15 April 2027` */
  eraseOn: ({ retention, locale }) =>
    retention &&
    new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: retention.timeZone }).format(
      retention.eraseAt,
    ),
  settingsLink: ({ retention }) => retention?.settingsLink,
  exportsLink: ({ retention }) => retention?.exportsLink,
  alertTitle: ({ alert }) => alert?.title,
  alertText: ({ alert }) => alert?.text,
  severity: ({ alert, copy }) => alert && copy.alert.severities[alert.severity],
  /** `15 January 2027 at 16:04 UTC` */
  raisedAt: ({ alert, locale }) => alert && writeInstant(alert.raisedAt, locale, 'UTC'),
  alertLink: ({ alert }) => alert && `${alert.publicUrl}${alert.path}`,
  /** `Reminder` */
  sendName: ({ sendDigest }) => sendDigest && MAIL_KINDS[sendDigest.kind].label,
  begunAt: ({ sendDigest: send, locale }) => send && writeInstant(send.begunAt, locale, send.timeZone),
  mails: ({ sendDigest, locale }) => sendDigest && writeCount(sendDigest.mails, locale),
  sent: ({ sendDigest, locale }) => sendDigest && writeCount(sendDigest.sent, locale),
  delivered: (facts) => {
    const digest = digestOf(facts);
    if (!digest) return undefined;
    return digest.reportsDelivery ? writeCount(digest.delivered, facts.locale) : facts.copy.digest.unreported;
  },
  bounced: (facts) => {
    const digest = digestOf(facts);
    return digest && writeCount(digest.bounced, facts.locale);
  },
  failed: ({ sendDigest, locale }) => sendDigest && writeCount(sendDigest.failed, locale),
  waiting: ({ sendDigest, locale }) => sendDigest && writeCount(sendDigest.waiting, locale),
  unsent: ({ sendDigest, locale }) => sendDigest && writeCount(sendDigest.unsent, locale),
  /** `the address does not exist (12), the mailbox is full (3)` */
  reasons: ({ sendDigest, copy }) => sendDigest && (writeReasons(sendDigest.reasons) || copy.digest.none),
  registered: ({ eventDigest, locale }) => eventDigest && writeCount(eventDigest.registered, locale),
  joined: ({ eventDigest, locale }) => eventDigest && writeCount(eventDigest.joined, locale),
  missed: ({ eventDigest, locale }) => eventDigest && writeCount(eventDigest.missed, locale),
  reportLink: (facts) => digestLink(facts, 'report'),
  mailsLink: (facts) => digestLink(facts, 'mails'),
  bouncedLink: (facts) => digestLink(facts, 'bounced'),
  failedLink: (facts) => digestLink(facts, 'failed'),
  missedLink: (facts) => digestLink(facts, 'missed'),
  /** A sentence. */
  reason: ({ export: about, copy }) => about?.reason && copy.registrants_export.reasons[about.reason],
  /** An inbox shows about this much of it beside the subject. What it repeats of the mail, the mail fails without. */
  preheader: (facts): string => {
    const { mail, copy } = facts;
    if (mail === 'sign_in' || mail === 'invitation') return copy[mail].preheader;
    if (mail === 'retention_notice')
      return shorten(copy.retention_notice.preheader({ people: WRITERS.people(facts) ?? '' }), 89);
    if (mail === 'alert') return shorten(WRITERS.alertText(facts) ?? '', 89);
    if (mail === 'digest_send') {
      const { sent, bounced, failed } = WRITERS;
      return shorten(
        copy.digest.digest_send.preheader({
          ...{ sent: sent(facts) ?? '', bounced: bounced(facts) ?? '', failed: failed(facts) ?? '' },
        }),
        89,
      );
    }
    if (mail === 'digest_event') {
      const { registered, joined } = WRITERS;
      const said = { registered: registered(facts) ?? '', joined: joined(facts) ?? '' };
      return shorten(copy.digest.digest_event.preheader(said), 89);
    }
    const [rows = '', until = '', reason = ''] = [
      WRITERS.rows(facts),
      WRITERS.until(facts),
      WRITERS.reason(facts),
    ];
    return shorten(copy.registrants_export[mail].preheader({ rows, until, reason }), 89);
  },
} satisfies Record<string, (facts: Facts) => string | undefined>;

/** What a digest's mail is about. */
function digestOf({ mail, sendDigest, eventDigest }: Pick<Facts, 'mail' | 'sendDigest' | 'eventDigest'>) {
  if (mail === 'digest_send') return sendDigest;
  return mail === 'digest_event' ? eventDigest : undefined;
}

function digestLink(facts: Facts, page: keyof ReturnType<typeof digestPaths>): string | undefined {
  const digest = digestOf(facts);
  return digest && `${digest.publicUrl}${digestPaths(digest)[page]}`;
}

/** `15 January 2027 at 16:04 UTC` */
function writeInstant(at: string, locale: string, timeZone: string): string {
  const date = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone }).format(new Date(at));
  const options = { hour: 'numeric', minute: '2-digit', timeZone, timeZoneName: 'short' } as const;
  return `${date}, ${new Intl.DateTimeFormat(locale, options).format(new Date(at))}`;
}

function writeCount(count: number, locale: string): string | undefined {
  if (!Number.isSafeInteger(count)) return undefined;
  // The thin spaces of French: see `tidy` of `time.ts`.
  return new Intl.NumberFormat(locale).format(count).replaceAll('\u202f', '\u00a0');
}

export type SiteVariableName = keyof typeof WRITERS;

/** The values called `names`, safe to print in one line. Pure. */
export function writeSiteValues<Name extends SiteVariableName>(
  mail: SiteMailName,
  names: readonly Name[],
  input: SiteValuesInput,
): Record<Name, string> {
  const { language } = input;
  const facts: Facts = { ...input, mail, copy: COPY[language], locale: formattingLocale(language, null) };
  const entries = names.map((name) => {
    const value = singleLine(WRITERS[name](facts) ?? '');
    if (!value) throw new Error(`The mail ${mail} needs ${name}.`);
    return [name, value];
  });
  return Object.fromEntries(entries) as Record<Name, string>;
}
