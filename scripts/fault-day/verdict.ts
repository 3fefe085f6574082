import { DOMAINS } from './load-plan.ts';
import { memoryGrowth } from './memory.ts';
import type { Arrival, LedgerMessage, PromisedMail, Records } from './records.ts';

/** One rule of a fault day, and whether it held. */
export interface Check {
  readonly rule: string;
  /** How many cases there are of what must not be. */
  readonly found: number;
  readonly allowed: number;
  /** The first of the cases, in words. */
  readonly cases: readonly string[];
}

/** SMTP connections of one worker. */
const CONNECTIONS = 20;
/** Mails that may come twice for each fault that struck while they were on the wire: reliability.md's "at most what was in flight". */
const DOUBLED_BY_A_FAULT = 2 * CONNECTIONS;
/** The clock of the database and that of the mail server are the same machine's. */
const EARLY_MS = 1_000;
const CASES = 5;

const MAY_NOT_ARRIVE: readonly string[] = [DOMAINS.gone, DOMAINS.returns, DOMAINS.refused];
const PENDING = ['scheduled', 'queued', 'sending'];
/** Statuses that say: it left. */
const LEFT = ['sent', 'delivered', 'opened', 'clicked', 'deferred', 'complained'];
const AFTER_DELIVERED = ['delivered', 'opened', 'clicked', 'failed', 'dropped', 'bounced', 'complained'];
const AFTER_BOUNCED = ['bounced', 'complained'];

export function passes({ found, allowed }: Check): boolean {
  return found <= allowed;
}

/** Holds everything that happened against the rules. Knows nothing but the records. */
export function judge(records: Records): Check[] {
  return [
    lost(records),
    neverLeft(records),
    tooFewInFanOuts(records),
    pending(records),
    twice(records),
    unasked(records),
    early(records),
    notApplied(records),
    ended(records),
    grown(records),
  ];
}

/**
 * Promised mails that can be expected to come and have not, without a look at the ledger: cheap enough to be asked each second while
 * the last ones are waited for.
 */
export function countMissing({
  promised,
  fanOuts,
  arrivals,
}: Pick<Records, 'promised' | 'fanOuts' | 'arrivals'>): number {
  const arrived = new Set(arrivals.map(nameOf));
  const expected = promised.filter(({ to }) => !MAY_NOT_ARRIVE.includes(domainOf(to)));
  const toMany = fanOuts.reduce((sum, { count }) => sum + count, 0);
  const kinds = new Set(fanOuts.map(({ kind }) => kind));
  const came = new Set(arrivals.filter(({ kind }) => kinds.has(kind)).map(({ messageId }) => messageId));
  return expected.filter((mail) => !arrived.has(nameOf(mail))).length + Math.max(0, toMany - came.size);
}

/** Whether all that was told of mails shows in their statuses. */
export function isApplied(records: Pick<Records, 'told' | 'messages'>): boolean {
  return passes(notApplied(records));
}

function lost({ promised, arrivals, messages }: Records): Check {
  const arrived = new Set(arrivals.map(nameOf));
  const byName = Map.groupBy(messages, ({ to, kind }) => `${to} ${kind}`);
  const missing = promised.filter((mail) => !arrived.has(nameOf(mail)));
  const cases = missing.flatMap((mail) => {
    const found = byName.get(nameOf(mail)) ?? [];
    if (found.some(isExcused)) return [];
    const says = found.map(describe).join(', ') || 'no message in the ledger has this recipient';
    return [`${nameOf(mail)}: ${says}`];
  });
  return check('promised and never arrived', cases);
}

/** A message of which the ledger says that it left, or that it ended without, though nothing allows that. */
function neverLeft({ arrivals, messages }: Records): Check {
  const arrived = new Set(arrivals.map(({ messageId }) => messageId));
  const cases = messages
    .filter((message) => !arrived.has(message.id) && !PENDING.includes(message.status) && !isExcused(message))
    .map((message) => `${message.to} ${message.kind}: ${describe(message)}`);
  return check('ended in the ledger without having arrived', cases);
}

function tooFewInFanOuts({ fanOuts, messages, arrivals }: Records): Check {
  const arrived = new Set(arrivals.map(({ messageId }) => messageId));
  const cases = [...Map.groupBy(fanOuts, ({ eventId, kind }) => `${eventId} ${kind}`)].flatMap(
    ([name, all]) => {
      const promised = all.reduce((sum, { count }) => sum + count, 0);
      const came = messages.filter(
        (message) => `${message.eventId} ${message.kind}` === name && arrived.has(message.id),
      ).length;
      return came < promised
        ? Array.from({ length: promised - came }, () => `${name}: ${came} of ${promised}`)
        : [];
    },
  );
  return check('promised to many and not arrived', cases);
}

function pending({ messages }: Records): Check {
  const cases = messages
    .filter(({ status }) => PENDING.includes(status))
    .map((message) => `${message.to} ${message.kind}: ${describe(message)}`);
  return check('still pending at the end', cases);
}

/** The same message more than once: over SMTP allowed where nobody could know whether it had been taken. */
function twice({ provider, arrivals, untold, doublingFaults }: Records): Check {
  const spare = countBy(provider === 'smtp' ? untold : []);
  const cases = [...Map.groupBy(arrivals, ({ messageId }) => messageId)].flatMap(([id, all]) => {
    const again = all.slice(1 + (spare.get(id) ?? 0));
    return again.map((mail) => `${nameOf(mail)} ${seconds(all)}: ${id}`);
  });
  const allowed = provider === 'smtp' ? DOUBLED_BY_A_FAULT * doublingFaults : 0;
  return check('the same message twice', cases, allowed);
}

/** More messages of a kind to somebody than were asked for, whoever asked; each message counts once, however often it came. */
function unasked({ promised, maybe, fanOuts, maybeFanOuts, arrivals, messages }: Records): Check {
  const asked = countBy([...promised.map(nameOf), ...maybe]);
  // A send to all names nobody: each of them may bring one to everybody of the event.
  const sends = countBy([...fanOuts, ...maybeFanOuts].map(({ eventId, kind }) => `${eventId} ${kind}`));
  const eventOf = new Map(messages.map(({ id, eventId }) => [id, eventId]));
  const different = [...new Map(arrivals.map((mail) => [mail.messageId, mail])).values()];
  const cases = [...Map.groupBy(different, nameOf)].flatMap(([name, all]) => {
    const [first] = all;
    const toAll = first ? `${eventOf.get(first.messageId)} ${first.kind}` : '';
    const most = (asked.get(name) ?? 0) + (sends.get(toAll) ?? 0);
    return all.slice(most).map((mail) => `${name}: ${mail.messageId}`);
  });
  return check('a mail that nobody asked for', cases);
}

function early({ promised, arrivals }: Records): Check {
  const dueAt = new Map(
    promised.flatMap((mail) => (mail.notBeforeMs === undefined ? [] : [[nameOf(mail), mail.notBeforeMs]])),
  );
  const cases = arrivals.flatMap((mail) => {
    const tooEarly = (dueAt.get(nameOf(mail)) ?? Number.NEGATIVE_INFINITY) - mail.atMs;
    return tooEarly > EARLY_MS ? [`${nameOf(mail)}: ${Math.round(tooEarly / 1000)} s too early`] : [];
  });
  return check('a reminder before its time', cases);
}

function notApplied({ told, messages }: Pick<Records, 'told' | 'messages'>): Check {
  const byId = new Map(messages.map((message) => [message.id, message]));
  const cases = told.flatMap(({ messageId, type }) => {
    const status = byId.get(messageId)?.status ?? 'unknown to the ledger';
    const enough = type === 'bounced' ? AFTER_BOUNCED : AFTER_DELIVERED;
    return enough.includes(status) ? [] : [`${messageId}: told that it was ${type}, and it is ${status}`];
  });
  return check('a report that was taken and not applied', cases);
}

function ended({ ends }: Records): Check {
  const cases = ends.map(({ name, code, said }) => `${name}, exit code ${code}: ${said}`);
  return check('a process that ended by itself', cases);
}

function grown({ memory, calm }: Records): Check {
  const cases = memoryGrowth(memory, calm)
    .filter(({ isLeak }) => isLeak)
    .map(
      ({ process, firstMiB, lastMiB }) =>
        `${process}: from ${Math.round(firstMiB)} to ${Math.round(lastMiB)} MiB`,
    );
  return check('a process whose memory grows', cases);
}

/**
 * Ends that the rules allow without an arrival: an address that nobody has, or that came back; the content of one event that the mail
 * server refused. Each must say so in its status.
 */
function isExcused({ to, status }: LedgerMessage): boolean {
  const domain = domainOf(to ?? '');
  if (domain === DOMAINS.gone || domain === DOMAINS.returns) return ['bounced', 'dropped'].includes(status);
  return domain === DOMAINS.refused && ['failed', 'not_sent'].includes(status);
}

function check(rule: string, cases: readonly string[], allowed = 0): Check {
  return { rule, found: cases.length, allowed, cases: cases.slice(0, CASES) };
}

function describe({ id, status, error, dueAt }: LedgerMessage): string {
  const claims = LEFT.includes(status) ? `${status}, it says` : status;
  const due = PENDING.includes(status) ? `, due ${dueAt}` : '';
  return `${id} is ${claims}${due}${error ? ` (${error})` : ''}`;
}

function domainOf(address: string): string {
  return address.slice(address.indexOf('@') + 1);
}

function nameOf({ to, kind }: PromisedMail | Arrival): string {
  return `${to} ${kind}`;
}

function seconds(arrivals: readonly Arrival[]): string {
  return `at ${arrivals.map(({ atMs }) => `${(atMs / 1000).toFixed(1)} s`).join(' and ')}`;
}

function countBy(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}
