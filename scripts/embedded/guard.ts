import { type ChildProcess, spawn } from 'node:child_process';
import type { Account } from './account.ts';

/**
 * The shell between us and Postgres. It holds the reading end of a pipe whose writing end only our process has:
 * however we end, `kill -9` included, the kernel closes the pipe and the shell stops Postgres. A handler in our
 * own process could not promise that.
 *
 * $1: the signal that stops Postgres. $2: a folder to delete at the end, or nothing. Then the command.
 */
const GUARD = `
signal=$1; doomed=$2; shift 2
exec 3<&0 </dev/null
"$@" 3<&- & postgres=$!
( while read -r _; do :; done <&3; kill "-$signal" $postgres ) & watcher=$!
exec 3<&-
wait $postgres; code=$?
kill $watcher 2>/dev/null
[ -z "$doomed" ] || rm -rf "$doomed"
exit $code
`;

export interface GuardedCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly account: Account | null;
  readonly cwd: string;
  /** A file descriptor that takes the output. */
  readonly log: number;
  /** How to stop: with INT Postgres ends sessions and writes a checkpoint, with QUIT it does neither. */
  readonly stopSignal: 'INT' | 'QUIT' | 'KILL';
  /** Deleted after the end. */
  readonly deleteAfterwards: string | null;
}

/** Starts a command that ends when our process ends or when `stdin` of what is returned is closed. */
export function startGuarded(options: GuardedCommand): ChildProcess {
  const { account, stopSignal, deleteAfterwards, command, args, cwd, log } = options;
  return spawn('/bin/sh', ['-c', GUARD, 'guard', stopSignal, deleteAfterwards ?? '', command, ...args], {
    ...(account && { uid: account.uid, gid: account.gid }),
    cwd,
    // Its own session: Ctrl-C at the terminal must reach us, who then drain, and not Postgres at the same time.
    detached: true,
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    stdio: ['pipe', log, log],
  });
}
