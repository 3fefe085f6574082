import { createHash } from 'node:crypto';
import { KINDS, kindRow } from '../../src/domain/kinds.ts';
import { printTable, whole } from '../bench/report.ts';
import { quantile } from '../bench/statistics.ts';
import type { LoadRecord } from './load.ts';
import type { LoadPlan } from './load-plan.ts';
import { memoryGrowth } from './memory.ts';
import { commandOf, type FaultDayOptions } from './options.ts';
import type { Arrival, PromisedMail, Records } from './records.ts';
import type { Schedule, Span } from './schedule.ts';
import { type Check, passes } from './verdict.ts';

/** The kinds that somebody waits for. */
const URGENT: readonly string[] = KINDS.filter((kind) => kindRow(kind).priority === 'urgent');
const ERRORS_SHOWN = 12;

/** What will happen: the same for the same options. */
export function printPlan(options: FaultDayOptions, { faults }: Schedule, load: LoadPlan): void {
  console.log(`\nfault day: ${commandOf(options)}`);
  printTable([
    ['fault', 'strikes', 'at s', 'for s', 'how'],
    ...faults.map(({ name, target, atMs, forMs, step, ms }) => [
      ...[name, target, (atMs / 1000).toFixed(1), (forMs / 1000).toFixed(1)],
      [step && `at ${step}`, ms && `${ms} ms`].filter(Boolean).join(', '),
    ]),
  ]);
  const byWhat = Map.groupBy(load.actions, ({ does }) => does);
  const counts = [...byWhat].map(([does, all]) => `${does} ${whole(all.length)}`).sort();
  const fingerprint = createHash('sha256')
    .update(JSON.stringify([faults, load]))
    .digest('hex')
    .slice(0, 12);
  console.log(`load: ${counts.join(', ')}; reminders ${load.reminders.length}`);
  console.log(`plan ${fingerprint}\n`);
}

/** What happened, and whether each rule held. */
export function printReport(
  options: FaultDayOptions,
  {
    checks,
    records,
    load,
    failedStarts,
    errorLines,
  }: {
    readonly checks: readonly Check[];
    readonly records: Records;
    readonly load: LoadRecord;
    readonly failedStarts: number;
    readonly errorLines: ReadonlyMap<string, number>;
  },
): void {
  console.log('\nwhat was asked for');
  printTable([
    ['', 'success', 'refused', 'no answer or 5xx'],
    ...[...load.counts].map(([does, { success, refused, unknown }]) => [
      ...[does, whole(success), whole(refused), whole(unknown)],
    ]),
  ]);
  for (const refusal of load.refusals) console.log(`refused: ${refusal}`);
  const different = new Set(records.arrivals.map(({ messageId }) => messageId)).size;
  console.log(
    `${whole(records.arrivals.length)} mails arrived, ${whole(different)} different ones; ${whole(records.messages.length)} messages in the ledger`,
  );
  printWaits(records);
  for (const { process, firstMiB, lastMiB } of memoryGrowth(records.memory, records.calm))
    console.log(`memory of ${process}: ${Math.round(firstMiB)} MiB, at the end ${Math.round(lastMiB)} MiB`);
  if (failedStarts > 0)
    console.log(`starts that failed because Postgres was away, and were repeated: ${failedStarts}`);
  printErrors(errorLines);

  console.log('\nverdict');
  printTable([
    ['what must not be', 'found', 'allowed', ''],
    ...checks.map((check) => [
      ...[check.rule, whole(check.found), whole(check.allowed), passes(check) ? 'ok' : 'FAILED'],
    ]),
  ]);
  for (const check of checks.filter((one) => !passes(one))) {
    console.log(`\n${check.rule}:`);
    for (const line of check.cases) console.log(`  ${line}`);
  }
  if (!checks.every(passes)) console.log(`\nto repeat it: ${commandOf(options)}`);
}

/** From the answer to the mail's first arrival. Nothing is promised of it while faults are active. */
function printWaits({ promised, arrivals, calm }: Records): void {
  const first = new Map<string, number>();
  const name = ({ to, kind }: PromisedMail | Arrival) => `${to} ${kind}`;
  for (const mail of arrivals) if (!first.has(name(mail))) first.set(name(mail), mail.atMs);
  const isCalm = (atMs: number) => calm.some(({ fromMs, toMs }: Span) => atMs >= fromMs && atMs < toMs);
  for (const when of ['calm', 'faults'] as const) {
    const waits = promised.flatMap((mail) => {
      const arrivedMs = first.get(name(mail));
      const counts = URGENT.includes(mail.kind) && isCalm(mail.atMs) === (when === 'calm');
      // A mail may be quicker than the answer to the request.
      return counts && arrivedMs !== undefined ? [Math.max(0, arrivedMs - mail.atMs) / 1000] : [];
    });
    if (waits.length === 0) continue;
    const [half, most, longest] = [0.5, 0.95, 1].map((share) => quantile(waits, share).toFixed(1));
    const label = when === 'calm' ? 'without faults' : 'while faults are active';
    console.log(`a link was waited for, ${label}: median ${half} s, p95 ${most} s, longest ${longest} s`);
  }
}

function printErrors(lines: ReadonlyMap<string, number>): void {
  const sorted = [...lines].sort(([, a], [, b]) => b - a);
  console.log(sorted.length === 0 ? 'no log line of level error' : 'log lines of level error');
  for (const [line, count] of sorted.slice(0, ERRORS_SHOWN)) console.log(`  ${whole(count)} × ${line}`);
  if (sorted.length > ERRORS_SHOWN) console.log(`  and ${sorted.length - ERRORS_SHOWN} others`);
}
