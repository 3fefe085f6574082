import { accessSync, constants } from 'node:fs';
import { fail } from './fail.mjs';
import { withInstallLock } from './install-lock.mjs';
import { missingPackages } from './missing-packages.mjs';
import { npmCommand } from './npm-command.mjs';
import { runChild } from './run-child.mjs';

/**
 * Runs `npm ci` in each of the folders where a package of its lock file is not there, or not in its version; does
 * nothing otherwise. Installs in development only: in production it ends the process with a line that says what to run.
 *
 * A folder: `folder`; `what` is installed there, for people; `lack`, what is wrong without it (else its missing packages
 * are named); `mayLack`, what may be absent (see missingPackages); `dev`, whether development packages are wanted.
 */
export async function installMissing(folders) {
  const lacking = () => folders.filter((each) => missing(each).length > 0);
  const first = lacking();
  if (first.length === 0) return;
  if (process.env.NODE_ENV === 'production')
    fail(`${remedy(first[0])}. With NODE_ENV=production nothing is installed by itself.`);
  const closed = first.find(({ folder }) => !isWritable(folder));
  if (closed) fail(`${remedy(closed)} as the user who owns it: you cannot write there.`);
  // Whoever had the lock before us may have installed everything.
  await withInstallLock(async (lock) => {
    const installs = await Promise.all(lacking().map((each) => install(each, lock)));
    const failed = installs.filter(({ code }) => code !== 0);
    if (failed.length === 0) return;
    // Above 128: a signal ended it. Somebody wanted that, so there is nothing to report.
    if (failed.every(({ code }) => code > 128)) process.exit(failed[0].code);
    for (const { output } of failed) process.stderr.write(output);
    fail(
      'The packages could not be installed: see npm above, fix it (is there a network?) and run the command again.',
    );
  });
  for (const each of lacking()) {
    const required = missing(each).find(({ optional }) => !optional);
    if (required)
      fail(
        `npm ci did not install ${required.path}: run "npm ci" in ${each.folder} yourself and see what it says.`,
      );
  }
}

function missing({ folder, mayLack }) {
  return missingPackages(folder, mayLack);
}

async function install({ folder, what, dev }, lock) {
  console.error(`Installing ${what}…`);
  const [command, ...args] = npmCommand();
  const output = [];
  const flags = ['--include=optional', '--ignore-scripts', '--no-engine-strict', '--no-audit', '--no-fund'];
  const code = await runChild(
    command,
    [...args, 'ci', ...flags, '--loglevel=error', ...(dev ? ['--include=dev'] : [])],
    {
      watched: false,
      spawn: { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] },
      onStart: (child) => {
        lock.owns(child.pid);
        child.stdout.on('data', (chunk) => output.push(chunk));
        child.stderr.on('data', (chunk) => output.push(chunk));
      },
    },
  );
  return { code, output: Buffer.concat(output) };
}

/** What is wrong, and what would help: no full stop. */
function remedy(each) {
  const names = missing(each).map(({ path }) => path.replace(/^.*node_modules\/(?=.)/, ''));
  const rest = names.length > 3 ? ` and ${names.length - 3} more` : '';
  const { folder, lack = `Packages are missing (${names.slice(0, 3).join(', ')}${rest}):` } = each;
  return `${lack} run "${npmCi(each)}" in ${folder}`;
}

/** What brings all that is missing, also where NODE_ENV or npm's settings leave out a part by default. */
function npmCi(each) {
  const list = missing(each);
  return [
    'npm ci',
    ...(list.some(({ optional }) => optional) ? ['--include=optional'] : []),
    ...(each.dev ? ['--include=dev'] : []),
  ].join(' ');
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
