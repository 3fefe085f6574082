/** `npm run samples`: every mail in every language and state, sent, checked and, if wanted, on one sheet of pictures. */
import { ConfigError, databaseAt } from '../src/config.ts';
import { migrate } from '../src/migrate.ts';
import { dataFolder } from './embedded/data-folder.ts';
import { findRunning } from './embedded/data-slot.ts';
import { openSampleInbox } from './samples/catcher.ts';
import { openThrowAwayDatabase } from './samples/database.ts';
import { type Options, readOptions, USAGE } from './samples/options.ts';
import { runSamples } from './samples/run.ts';
import { selectSamples } from './samples/samples.ts';
import { describeChanges } from './samples/sheet/changes.ts';
import { launchBrowser, requireBrowser } from './samples/sheet/pictures.ts';
import { checkFolder, writeSheet } from './samples/sheet/sheet.ts';
import { summaryOf, tableOf } from './samples/table.ts';
import { reportError } from './support/report-error.ts';
import { Shutdown } from './support/shutdown.ts';

// A closed terminal or pipe must not end us in the middle of stopping.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
// An inbox of our own stays open; whether all was well is known by then.
let exitCode = 130;
const shutdown = new Shutdown();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.on(signal, () => void shutdown.exit(exitCode));

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) process.stdout.write(`${USAGE}\n`);
  else await main(options);
} catch (error) {
  if (!shutdown.hasBegun) reportError(error);
  await shutdown.exit(1);
}

async function main({ selection, report, against, exit }: Options): Promise<void> {
  const say = (text: string) => process.stdout.write(`${text}\n`);
  const samples = selectSamples(selection);
  if (samples.length === 0) throw new ConfigError('There is no such mail: --help lists what there is.');
  if (report !== null) {
    requireBrowser();
    checkFolder(report, against);
  }
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value));
  const inbox = await openSampleInbox(env, findRunning(dataFolder(env).path));
  shutdown.add(() => inbox.stop());
  const databaseUrl = await openThrowAwayDatabase(env, shutdown);
  await migrate(databaseAt(databaseUrl));
  say(`${samples.length} mails go to the inbox ${inbox.httpUrl}`);
  const outcomes = await runSamples(samples, { ...inbox, databaseEnv: { DATABASE_URL: databaseUrl } });
  say(`\n${tableOf(outcomes)}\n`);

  const summary = { ...summaryOf(outcomes), inbox: inbox.httpUrl };
  let changes = null;
  if (report !== null) {
    say(`Taking their pictures…`);
    const browser = await launchBrowser();
    shutdown.add(() => browser.close());
    changes = await writeSheet(browser, outcomes, { folder: report, against, selection });
    say(`${describeChanges(changes)}\n`);
  }
  exitCode = summary.failed > 0 ? 1 : 0;
  const staysOpen = inbox.isOwn && !exit;
  if (staysOpen) say(`The inbox ${inbox.httpUrl} stays open until Ctrl-C.`);
  say(JSON.stringify({ ...summary, ...(changes && { report: changes.page, ...changes.counts }) }));
  if (!staysOpen) await shutdown.exit(exitCode);
}
