import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BenchError } from './bench-error.ts';
import { startChild } from './child.ts';
import { type BenchDatabase, type Lab, withDatabase } from './lab.ts';
import { allRecorded } from './measure-delivery.ts';
import type { BenchOptions } from './options.ts';
import { type Result, whole } from './report.ts';
import { seedDelivery } from './seed.ts';
import type { ResendCount, ResendSinkOptions } from './sink/resend-requests.ts';
import { RESEND_API_KEY, type ResendSink, startResendSink } from './sink/resend-sink.ts';
import { median } from './statistics.ts';

const COUNT = 20_000;
/** The provider answers in so long. */
const ANSWER_MS = 50;
/** Calls a second, and mails a call: https://resend.com/docs/api-reference/rate-limit. */
const RATE_LIMIT = 10;
const MAILS_A_CALL = 100;
/** Mails sent beforehand: the limit is read from answers, and kept. */
const BEFORE = 3 * MAILS_A_CALL;

const UNLIMITED = { answerAfterMs: ANSWER_MS, rateLimit: null };
const LIMITED = { answerAfterMs: ANSWER_MS, rateLimit: RATE_LIMIT };

/**
 * How fast queued mails leave over Resend's API. Where nothing limits the calls: against the same calls, ready-made,
 * posted by fetch alone. Where its real limit does: against what that allows, by one worker and by two that share it.
 */
export async function benchResend(lab: Lab, options: BenchOptions): Promise<Result> {
  const count = Math.max(options.count ?? COUNT, 2 * MAILS_A_CALL);
  const calls = Math.ceil(count / MAILS_A_CALL);
  const rates = {
    worker: [] as number[],
    ceiling: [] as number[],
    limited: [] as number[],
    limitedTwo: [] as number[],
  };
  const sum = { duplicates: 0, tooMany: 0, tooManyTwo: 0 };
  let underWay = 0;
  let callBytes = 0;
  const sink = await startResendSink();
  try {
    for (let round = 1; round <= options.rounds; round++) {
      const free = await deliver(lab, sink, { count, workers: 1, options: UNLIMITED });
      const sample = await sink.sample();
      callBytes = sample.length;
      underWay = Math.max(underWay, free.mostUnderWay);
      rates.worker.push(count / (free.seconds ?? Number.NaN));
      rates.ceiling.push(
        (await ceiling(lab, sink, { calls, sample, atOnce: free.mostUnderWay })) * MAILS_A_CALL,
      );
      const one = await deliver(lab, sink, { count, workers: 1, options: LIMITED });
      rates.limited.push(rateBetweenCalls(one));
      const two = await deliver(lab, sink, { count, workers: 2, options: LIMITED });
      rates.limitedTwo.push(rateBetweenCalls(two));
      for (const { accepted, unique } of [free, one, two]) sum.duplicates += accepted - unique;
      sum.tooMany += one.tooMany;
      sum.tooManyTwo += two.tooMany;
    }
  } finally {
    sink.stop();
  }
  const allowed = RATE_LIMIT * MAILS_A_CALL;
  const row = (name: string, values: readonly number[], of: number, tooMany: number | null) => [
    name,
    whole(median(values)),
    values.map(whole).join(' '),
    (median(values) / of).toFixed(3),
    tooMany === null ? '' : whole(tooMany),
  ];
  return {
    bench: 'resend',
    table: [
      [`${whole(count)} mails`, 'mails/s', 'rounds', '× possible', '429s'],
      row('no limit, one worker', rates.worker, median(rates.ceiling), null),
      row('no limit, fetch alone', rates.ceiling, median(rates.ceiling), null),
      row(`${RATE_LIMIT} calls/s, one worker`, rates.limited, allowed, sum.tooMany),
      row(`${RATE_LIMIT} calls/s, two workers`, rates.limitedTwo, allowed, sum.tooManyTwo),
    ],
    figures: {
      count,
      callBytes,
      answerMs: ANSWER_MS,
      callsUnderWay: underWay,
      perSecond: median(rates.worker),
      ceilingPerSecond: median(rates.ceiling),
      limitedPerSecond: median(rates.limited),
      limitedTwoWorkersPerSecond: median(rates.limitedTwo),
      tooMany: sum.tooMany + sum.tooManyTwo,
      duplicates: sum.duplicates,
    },
    ratios: {
      ofCeiling: median(rates.worker) / median(rates.ceiling),
      ofLimit: median(rates.limited) / allowed,
      ofLimitTwoWorkers: median(rates.limitedTwo) / allowed,
    },
    targets: {
      ofLimit: { atLeast: 0.95 },
      ofLimitTwoWorkers: { atLeast: 0.95 },
      duplicates: { atMost: 0 },
    },
    notes: [
      `Answers after ${ANSWER_MS} ms. Calls of ${MAILS_A_CALL} mails and ${whole(callBytes)} bytes, up to ` +
        `${underWay} under way at once: as many as fetch alone keeps.`,
      'No limit: from the first call until the last message is recorded as sent.',
      `Limited: from the first accepted call to the last. ${BEFORE} mails went out before: until an answer has`,
      'told the limit, calls are made slowly, once in an installation’s life.',
    ],
  };
}

type Delivered = ResendCount & { readonly seconds: number };

/** One delivery of `count` mails, by workers that know the provider's limit. */
async function deliver(
  lab: Lab,
  sink: ResendSink,
  run: { readonly count: number; readonly workers: number; readonly options: ResendSinkOptions },
): Promise<Delivered> {
  return withDatabase(lab, async (database) => {
    await seedDelivery(database, BEFORE, 'before');
    await send(lab, sink, database, { ...run, count: BEFORE, workers: 1 });
    await seedDelivery(database, run.count);
    return send(lab, sink, database, run);
  });
}

async function send(
  lab: Lab,
  sink: ResendSink,
  database: BenchDatabase,
  {
    count,
    workers,
    options,
  }: { readonly count: number; readonly workers: number; readonly options: ResendSinkOptions },
): Promise<Delivered> {
  await database.settle();
  const url = await sink.begin(options);
  const env = { MAIL_TRANSPORT: 'resend', RESEND_API_KEY, RESEND_BASE_URL: url };
  const children = Array.from({ length: workers }, () => lab.startWorker(database, { env }));
  try {
    const endedAt = await allRecorded({ sink }, database, count, children);
    const counted = await sink.count();
    return { ...counted, seconds: (endedAt - (counted.startedAt ?? endedAt)) / 1000 };
  } finally {
    await Promise.all(children.map((child) => child.stop()));
  }
}

/** Mails a second. The first call marks the begin, so that what it carried took no time. */
function rateBetweenCalls({ accepted, calls, firstAcceptedAt, lastAcceptedAt }: Delivered): number {
  const seconds = ((lastAcceptedAt ?? Number.NaN) - (firstAcceptedAt ?? Number.NaN)) / 1000;
  return (accepted * (1 - 1 / calls)) / seconds;
}

/** Calls a second. */
async function ceiling(
  { folder }: Lab,
  sink: ResendSink,
  { calls, sample, atOnce }: { readonly calls: number; readonly sample: Buffer; readonly atOnce: number },
): Promise<number> {
  const file = join(folder, 'call.json');
  writeFileSync(file, sample);
  const url = await sink.begin(UNLIMITED);
  const child = startChild('scripts/bench/senders/resend-ceiling.ts', {
    env: { NODE_ENV: 'production' },
    args: [url, RESEND_API_KEY, file, String(calls), String(atOnce)],
  });
  const code = await child.ended;
  const counted = await sink.count();
  const { startedAt, lastAnsweredAt } = counted;
  if (code !== 0 || counted.calls !== calls || startedAt === null || lastAnsweredAt === null)
    throw new BenchError(`Fetch made ${counted.calls} of ${calls} calls. It said:\n${child.output()}`);
  return calls / ((lastAnsweredAt - startedAt) / 1000);
}
