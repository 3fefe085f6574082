import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { watchParents } from './parents.mjs';
import { PROJECT } from './project.mjs';

/** Our parts drain within ten seconds; what has not ended by then hangs. */
const PATIENCE = 12_000;
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

/**
 * Runs `command` and resolves with its exit code (128 + the number of the signal that ended it). Signals are
 * passed on, and when npm or the shell it started us with is gone, the child is ended.
 */
export function runChild(command, args, options = {}) {
  return new Promise((resolve) => {
    // The child watches us in turn (scripts/support/watch-parent.mjs), because nobody can handle a kill -9.
    const watching = options.watched === false ? [] : ['--import', './scripts/support/watch-parent.mjs'];
    const child = spawn(command, [...watching, ...args], {
      cwd: PROJECT,
      stdio: 'inherit',
      ...options.spawn,
      env: { ...process.env, LAUNCHER_PID: String(process.pid) },
    });
    const end = (signal) => {
      child.kill(signal);
      setTimeout(() => child.kill('SIGKILL'), PATIENCE).unref();
    };
    const forward = (signal) => {
      // At a terminal the child has had its own Ctrl-C already; for vitest a second one means "at once".
      if (signal === 'SIGINT' && process.stdin.isTTY) setTimeout(end, 1000, 'SIGTERM').unref();
      else end(signal);
    };
    for (const signal of SIGNALS) process.on(signal, forward);
    const stopWatching = watchParents(() => end('SIGTERM'));
    if (options.onStart) options.onStart(child);

    const finish = (code) => {
      for (const signal of SIGNALS) process.removeListener(signal, forward);
      stopWatching();
      resolve(code);
    };
    child.on('error', (error) => {
      console.error(`Could not run ${command}: ${error.message}`);
      finish(1);
    });
    child.on('close', (code, signal) => finish(signal ? 128 + constants.signals[signal] : code));
  });
}
