import { particularStatus, type ReportedEvent, reportedEvent } from '../domain/enhanced-status.ts';

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

/** The worst that a delivery report says of any recipient (ours has one); null where it speaks of none. */
export function worstRecipient(groups: readonly Field[][]): RecipientReport | null {
  let worst: RecipientReport | null = null;
  for (const group of groups.filter(isRecipient).slice(0, MOST_RECIPIENTS)) {
    const report = readRecipient(group);
    if (!worst || rank(report) < rank(worst)) worst = report;
  }
  return worst;
}

const rank = ({ event }: RecipientReport) => WORST_FIRST.indexOf(event);

const isRecipient = (group: readonly Field[]) =>
  group.some(({ name }) => name === 'action' || name === 'status' || name === 'final-recipient');

function readRecipient(group: readonly Field[]): RecipientReport {
  const diagnostic = fieldValue(group, 'diagnostic-code').slice(0, LONGEST_DIAGNOSTIC);
  const action = /^[a-z]+/i.exec(fieldValue(group, 'action'))?.[0].toLowerCase() ?? '';
  const given = /^[245]\.\d{1,3}\.\d{1,3}(?!\.?\d)/.exec(fieldValue(group, 'status'))?.[0] ?? null;
  const event = reportedEvent(action, given, diagnostic);
  const explained = event === 'bounced' || event === 'failed' || event === 'soft_bounced';
  return {
    event,
    status: explained ? particularStatus(given, diagnostic) : given,
    diagnostic,
    lastAttempt: fieldValue(group, 'last-attempt-date'),
  };
}
