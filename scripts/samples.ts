/**
 * `npm run samples`: every mail in every language and state, sent, checked and, if wanted, on one sheet of pictures with the pages
 * that visitors see.
 */
import { ConfigError } from '../src/config.ts';
import { dataFolder } from './embedded/data-folder.ts';
import { findRunning } from './embedded/data-slot.ts';
import { openSampleInbox } from './samples/catcher.ts';
import { throwAwayDatabases } from './samples/database.ts';
import { type Options, readOptions, USAGE } from './samples/options.ts';
import { selectPages } from './samples/pages/page-samples.ts';
import { photographPages } from './samples/pages/photograph-pages.ts';
import { runSamples } from './samples/run.ts';
import { PAGE, selectSamples } from './samples/samples.ts';
import { describeChanges } from './samples/sheet/changes.ts';
import { launchBrowser, requireBrowser } from './samples/sheet/pictures.ts';
import { checkFolder, photographMails, writeSheet } from './samples/sheet/sheet.ts';
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
  const pages = selectPages(selection);
  if (samples.length + pages.length === 0)
    throw new ConfigError('There is no such mail or page: --help lists what there is.');
  if (samples.length === 0 && report === null)
    throw new ConfigError(
      'Pages are looked at in a report. Example: npm run samples -- --kind page --report out',
    );
  if (report !== null) {
    requireBrowser();
    checkFolder(report, against);
  }
  const env = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value));
  const inbox = await openSampleInbox(env, findRunning(dataFolder(env).path));
  shutdown.add(() => inbox.stop());
  const openDatabase = await throwAwayDatabases(env, shutdown);
  if (samples.length > 0) say(`${samples.length} mails go to the inbox ${inbox.httpUrl}`);
  const outcomes = await runSamples(samples, { ...inbox, databaseEnv: await openDatabase() });
  if (samples.length > 0) say(`\n${tableOf(outcomes)}\n`);

  const mails = summaryOf(outcomes);
  let sheet = null;
  if (report !== null) {
    say('Taking pictures…');
    const browser = await launchBrowser();
    shutdown.add(() => browser.close());
    const photographers = [
      photographMails(browser, outcomes),
      // Their server writes into a database of its own: that of the mails has ids of its own.
      ...(pages.length > 0 ? [photographPages(browser, pages, await openDatabase())] : []),
    ];
    const changes = await writeSheet(browser, photographers, { folder: report, against, selection });
    const seen = changes.shown.filter(({ kind }) => kind === PAGE);
    for (const page of seen.filter(({ problems }) => problems.length > 0))
      say(`${page.key}: ${page.problems.join('; ')}`);
    say(`${describeChanges(changes)}\n`);
    sheet = {
      pages: seen.length,
      failed: seen.filter(({ problems }) => problems.length > 0).length,
      changes,
    };
  }
  exitCode = mails.failed + (sheet?.failed ?? 0) > 0 ? 1 : 0;
  const staysOpen = samples.length > 0 && inbox.isOwn && !exit;
  if (staysOpen) say(`The inbox ${inbox.httpUrl} stays open until Ctrl-C.`);
  const summary = {
    ...{ ...mails, inbox: inbox.httpUrl },
    ...(sheet && {
      ...{ pages: sheet.pages, failedPages: sheet.failed },
      ...{ report: sheet.changes.page, ...sheet.changes.counts },
    }),
  };
  say(JSON.stringify(summary));
  if (!staysOpen) await shutdown.exit(exitCode);
}
