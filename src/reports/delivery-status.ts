import {
  isVague,
  meaningOf,
  particularStatus,
  type RefusalReason,
  type ReportedEvent,
  refusalReason,
} from '../domain/delivery/refusal.ts';

/** A header or a field of a report, its name in lower case, its value unfolded. */
export interface Field {
  readonly name: string;
  readonly value: string;
}

export interface RecipientReport {
  readonly event: ReportedEvent | null;
  readonly status: string | null;
  /** The words of the server that refused it, as they came. */
  readonly diagnostic: string;
  readonly lastAttempt: string;
}

const LONGEST_DIAGNOSTIC = 4_000;
const MOST_RECIPIENTS = 100;
const WORST_FIRST = ['bounced', 'failed', 'soft_bounced', 'deferred', 'delivered', null] as const;

/**
 * The groups of fields in a delivery report (RFC 3464, 2.1: groups stand between blank lines), a feedback
 * report or the head of a mail. Lines that are neither a field nor folded belong to the field before: servers
 * that fold the answers of others do not always fold them right.
 */
export function readFieldGroups(text: string): Field[][] {
  const groups: { name: string; lines: string[] }[][] = [];
  let group: { name: string; lines: string[] }[] = [];
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [, name, value = ''] = /^([!-9;-~]{1,100})[ \t]*:(.*)$/s.exec(line) ?? [];
    if (line.trim() === '') group = [];
    else if (!name) group.at(-1)?.lines.push(line.trim());
    else if (group.push({ name: name.toLowerCase(), lines: [value.trim()] }) === 1) groups.push(group);
  }
  return groups.map((fields) => fields.map(({ name, lines }) => ({ name, value: lines.join(' ').trim() })));
}

/** The value of the first field of that name that has one, or the empty string. */
export function fieldValue(fields: readonly Field[], name: string): string {
  return fields.find((field) => field.name === name && field.value !== '')?.value ?? '';
}

/**
 * The worst that a delivery report says of any recipient (ours has one); null where it speaks of none. `text`: what it
 * says to people, which counts where its fields leave the reason open.
 */
export function worstRecipient(groups: readonly Field[][], text: string): RecipientReport | null {
  let worst: RecipientReport | null = null;
  for (const group of groups.flatMap(oneRecipientEach).filter(isRecipient).slice(0, MOST_RECIPIENTS)) {
    const report = readRecipient(group, text);
    if (!worst || rank(report) < rank(worst)) worst = report;
  }
  return worst;
}

const rank = ({ event }: RecipientReport) => WORST_FIRST.indexOf(event);

/** Some leave out the blank lines between recipients. */
function oneRecipientEach(group: readonly Field[]): Field[][] {
  const each: Field[][] = [[]];
  for (const field of group) {
    if (field.name === 'final-recipient' && each.at(-1)?.some(({ name }) => name === 'final-recipient'))
      each.push([]);
    each.at(-1)?.push(field);
  }
  return each;
}

const isRecipient = (group: readonly Field[]) =>
  group.some(({ name }) => name === 'action' || name === 'status' || name === 'final-recipient');

function readRecipient(group: readonly Field[], text: string): RecipientReport {
  const diagnostic = fieldValue(group, 'diagnostic-code').slice(0, LONGEST_DIAGNOSTIC);
  const action = /^[a-z]+/i.exec(fieldValue(group, 'action'))?.[0].toLowerCase() ?? '';
  const given = /^[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/.exec(fieldValue(group, 'status'))?.[0] ?? null;
  const reason = reasonOf(given, diagnostic, text);
  const event = reportedEvent(action, given, diagnostic, reason);
  const isRefused = event === 'bounced' || event === 'failed' || event === 'soft_bounced';
  return {
    event,
    status: isRefused ? particularStatus(given, diagnostic || text) : given,
    diagnostic: isRefused ? diagnostic || text : diagnostic,
    lastAttempt: fieldValue(group, 'last-attempt-date'),
  };
}

/** OpenSMTPD and Gmail leave the reason, or all of it, to the words for people. */
function reasonOf(given: string | null, diagnostic: string, text: string): RefusalReason {
  const reason = refusalReason({ status: given, words: diagnostic });
  const isOpen = reason === 'unclear' || (diagnostic === '' && isVague(given));
  if (!isOpen || text === '') return reason;
  const told = refusalReason({ status: given, words: text });
  if (told !== 'unclear' && told !== 'temporary') return told;
  // Sendmail says "unknown user" before the reply that it makes up, "554 Service unavailable".
  const whole = refusalReason({ status: given, words: text, whole: true });
  if (meaningOf(whole).reported === 'bounced') return whole;
  return told === 'unclear' ? reason : told;
}

/**
 * What a delivery report says of one recipient (RFC 3464, 2.3.3: `Action`); null: nothing about delivery.
 * `relayed` and `expanded` mean that nobody will tell more. A report without an action is read by its status, and
 * by its words.
 */
function reportedEvent(
  action: string,
  status: string | null,
  diagnostic: string,
  reason: RefusalReason,
): ReportedEvent | null {
  switch (action) {
    case 'failed':
      return meaningOf(reason).reported;
    // Some gateways say so; the registry knows it as `failed` with 4.4.7.
    case 'expired':
      return 'soft_bounced';
    case 'delayed':
      return 'deferred';
    case 'delivered':
      return 'delivered';
    case '':
      if (status?.startsWith('5.') || (status === null && diagnostic !== ''))
        return meaningOf(reason).reported;
      return status?.startsWith('4.') ? 'deferred' : null;
    default:
      return null;
  }
}
