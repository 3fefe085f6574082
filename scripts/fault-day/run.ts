import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { databaseAt } from '../../src/config.ts';
import { createPool } from '../../src/db/pool.ts';
import { saveTeamMember } from '../../src/db/team-member.ts';
import { migrate } from '../../src/migrate.ts';
import { buildBundles } from '../build/bundle.ts';
import { freePort } from '../embedded/free-port.ts';
import { openDatabaseProxy } from '../support/database-proxy.ts';
import { type FaultCluster, openCluster } from './cluster.ts';
import { injectAll } from './inject.ts';
import { createLedgerReader, drain, PAGE, settle } from './ledger.ts';
import { newLoadRecord, runLoad } from './load.ts';
import { planLoad } from './load-plan.ts';
import type { MailSide } from './mail-side.ts';
import type { FaultDayOptions } from './options.ts';
import { openParts } from './parts.ts';
import { openPostmarkSide } from './postmark-side.ts';
import { prepareEvents } from './prepare.ts';
import { createRandom } from './random.ts';
import type { Records, ToldEvent } from './records.ts';
import { printPlan, printReport } from './report.ts';
import { openResendSide } from './resend-side.ts';
import { mayDouble, type ProviderName, planFaults } from './schedule.ts';
import { openSmtpSide } from './smtp-side.ts';
import { type Check, countMissing, isApplied, judge } from './verdict.ts';

const API_KEY = 'fault_day_key_that_is_long_enough_for_anybody';
const MINUTE = 60_000;
const SAMPLE_EVERY_MS = 1_000;
const TELL_EVERY_MS = 200;
/** After the load: what fails again and again waits for minutes, or until it can be looked up, and the rescuer looks each minute. */
const DRAIN = { quietMs: 4 * MINUTE, mostMs: 12 * MINUTE };

/**
 * Runs the real system under load and faults, and returns what became of each rule. `bundles`: the folder of bundles to run; absent:
 * they are built. `onOpen` is given what to call when the run is to be broken off: it ends everything that was started.
 */
export async function runFaultDay(
  options: FaultDayOptions,
  {
    bundles,
    onOpen,
  }: { readonly bundles?: string; readonly onOpen?: (close: () => Promise<void>) => void } = {},
): Promise<readonly Check[]> {
  const stops: (() => unknown)[] = [];
  const close = async () => {
    for (const stop of stops.splice(0).reverse()) await stop();
  };
  onOpen?.(close);
  try {
    return await run(options, bundles, stops);
  } finally {
    await close();
  }
}

async function run(
  options: FaultDayOptions,
  bundles: string | undefined,
  stops: (() => unknown)[],
): Promise<readonly Check[]> {
  const { minutes, seed, provider, only } = options;
  const lengthMs = minutes * MINUTE;
  const schedule = planFaults(seed, lengthMs, provider, only);
  const plan = planLoad(seed, lengthMs);
  printPlan(options, schedule, plan);

  const folder = mkdtempSync(join(tmpdir(), 'access-mail-fault-day-parts-'));
  stops.push(() => rmSync(folder, { recursive: true, force: true }));
  if (bundles === undefined) await buildBundles(join(folder, 'dist'));
  const cluster = await openCluster();
  stops.push(() => cluster.close());
  await prepareDatabase(cluster, plan.members);
  const proxy = await openDatabaseProxy(cluster.port);
  stops.push(() => proxy.close());

  // By the clock that never steps; what comes from elsewhere is compared by this machine's.
  let began = performance.now();
  let startedAt = Date.now();
  const now = () => performance.now() - began;
  const running = new AbortController();
  const { signal } = running;
  const untilMs = (atMs: number) => delay(Math.max(0, atMs - now()), undefined, { signal });
  const told: ToldEvent[] = [];
  const serverPort = await freePort();
  const serverUrl = `http://127.0.0.1:${serverPort}`;
  const random = createRandom(seed, `mail ${provider}`);
  const api = { startedAt: () => startedAt, random, serverUrl, told };
  const open: Readonly<Record<ProviderName, () => Promise<MailSide>>> = {
    smtp: () => openSmtpSide({ now, random, serverUrl, apiKey: API_KEY, told }),
    resend: () => openResendSide(api),
    postmark: () => openPostmarkSide(api),
  };
  const mail = await open[provider]();
  stops.push(() => mail.close());

  const database = new URL(cluster.url);
  database.port = String(proxy.port);
  const parts = openParts({
    ...{ serverPort, folder, bundles: bundles ?? join(folder, 'dist') },
    env: {
      DATABASE_URL: database.href,
      PUBLIC_URL: `http://localhost:${serverPort}`,
      APP_SECRET: 'a secret of the fault day, long enough for it',
      BOOTSTRAP_API_KEY: API_KEY,
      // Each simulated visitor has an address of its own.
      TRUST_PROXY: '1',
      LOG_LEVEL: 'info',
      ...mail.env,
    },
  });
  stops.push(() => parts.end());
  await parts.start();

  began = performance.now();
  startedAt = Date.now();
  const { events, reminded } = await prepareEvents({ serverUrl, apiKey: API_KEY, plan, startedAt });
  const record = newLoadRecord();
  record.promised.push(...reminded);

  stops.push(() => running.abort());
  const repeatedly = async (everyMs: number, work: () => unknown) => {
    while (!signal.aborted) {
      await work();
      await delay(everyMs, undefined, { signal }).catch(() => undefined);
    }
  };
  const background = [
    repeatedly(SAMPLE_EVERY_MS, () => parts.sampleMemory(now())),
    repeatedly(TELL_EVERY_MS, () => mail.tell()),
  ];

  console.log(`running: server at ${serverUrl}`);
  await Promise.all([
    runLoad({ ...{ plan, serverUrl, events, record, now, untilMs }, apiKey: API_KEY }),
    injectAll(schedule.faults, { parts, cluster, proxy, mail }, { untilMs, signal }),
    untilMs(lengthMs),
  ]);
  mail.behave();
  await parts.areReady();
  const loadEndedMs = now();

  const ledger = createLedgerReader(serverUrl, API_KEY);
  const recorded = () => ({ promised: record.promised, fanOuts: record.fanOuts, arrivals: mail.arrivals() });
  let looks = 0;
  await drain({
    ...{ ledger, ...DRAIN },
    isComplete: () => countMissing(recorded()) === 0,
    progress: () => mail.arrivals().length + told.length,
    onLook: (pending) => {
      if (looks++ % 10 !== 0) return;
      const some =
        pending === null ? 'nobody knows how many' : pending === PAGE ? `${PAGE} or more` : pending;
      const missing = countMissing(recorded());
      console.log(`${Math.round(now() / 1000)} s: ${some} pending, ${missing} promised mails missing`);
    },
  });
  // What was taken last is told, too.
  await mail.tell();
  const drainedMs = now();
  running.abort();
  await Promise.all(background);
  await mail.tell();
  // What a webhook told while Postgres failed is kept, and applied within minutes.
  const messages = await settle(ledger, (read) => isApplied({ told, messages: read }), DRAIN.quietMs);
  // Whatever a worker still holds goes out now: a late second copy counts.
  await parts.stop();

  const records: Records = {
    ...{ provider, messages, told },
    ...recorded(),
    maybe: record.maybe,
    maybeFanOuts: record.maybeFanOuts,
    untold: mail.untold,
    doublingFaults: schedule.faults.filter(mayDouble).length,
    ends: parts.ends,
    memory: parts.memory,
    calm: [...schedule.calm, { fromMs: loadEndedMs, toMs: drainedMs }],
  };
  const checks = judge(records);
  const failedStarts = parts.failedStarts();
  printReport(options, { checks, records, load: record, failedStarts, errorLines: parts.errorLines() });
  return checks;
}

async function prepareDatabase(cluster: FaultCluster, members: readonly string[]): Promise<void> {
  await migrate(databaseAt(cluster.url));
  const pool = createPool(databaseAt(cluster.url), { max: 1, onError: () => undefined });
  for (const email of members) await saveTeamMember(pool, { email, role: 'member' });
  await pool.end();
}
