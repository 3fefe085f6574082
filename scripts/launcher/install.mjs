import { accessSync, constants } from 'node:fs';
import { basename } from 'node:path';
import { fail } from './fail.mjs';
import { withInstallLock } from './install-lock.mjs';
import { missingPackages } from './missing-packages.mjs';
import { PROJECT } from './project.mjs';
import { runChild } from './run-child.mjs';

/** Runs `npm ci` when a package of the lock file is not here, or not in its version; does nothing otherwise. */
export async function installMissing({ production }) {
  if (missingPackages({ production }).length === 0) return;
  try {
    accessSync(PROJECT, constants.W_OK);
  } catch {
    fail(`Packages are missing and ${PROJECT} is not writable: run "npm ci" there as the user who owns it.`);
  }
  await withInstallLock(async (lock) => {
    // Whoever had the lock before us may have installed everything.
    if (missingPackages({ production }).length > 0) await install({ production, lock });
  });
  const missing = missingPackages({ production }).filter((name) => !name.startsWith('optional:'));
  if (missing.length > 0)
    fail(`npm ci did not install ${missing[0]}: run "npm ci" yourself and see what it says.`);
}

async function install({ production, lock }) {
  console.error('Installing packages…');
  const npm = npmCommand();
  const output = [];
  const args = [
    'ci',
    '--include=optional',
    '--no-engine-strict',
    '--loglevel=error',
    ...(production ? [] : ['--include=dev']),
  ];
  const code = await runChild(npm[0], [...npm.slice(1), ...args], {
    watched: false,
    spawn: { stdio: ['ignore', 'pipe', 'pipe'] },
    onStart: (child) => {
      lock.owns(child.pid);
      child.stdout.on('data', (chunk) => output.push(chunk));
      child.stderr.on('data', (chunk) => output.push(chunk));
    },
  });
  if (code === 0) return;
  process.stderr.write(Buffer.concat(output));
  fail(
    'The packages could not be installed: see npm above, mend it (is there a network?) and run the command again.',
  );
}

/** The npm that started us; without one (node scripts/run.mjs …) the one on the PATH. */
function npmCommand() {
  const path = process.env.npm_execpath;
  return path && /^npm-cli\.c?js$/.test(basename(path)) ? [process.execPath, path] : ['npm'];
}
