import { execFileSync } from 'node:child_process';
import { availableParallelism, cpus, totalmem } from 'node:os';

/** What a benchmark ran on: without it a number says nothing. */
export interface Machine {
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly node: string;
  readonly postgres: string;
  /** Short hash, with `+` where the working tree differs from it. */
  readonly commit: string;
}

export function describeMachine(postgres: string): Machine {
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    cores: availableParallelism(),
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    node: process.version,
    postgres,
    commit: commit(),
  };
}

/** The head of a result: what was measured, and on what. */
export function printMachine(title: string, machine: Machine): void {
  const { cpu, cores, memoryGiB, node, postgres, commit } = machine;
  console.log(`\n${title}`);
  console.log(
    `${cpu}, ${cores} cores, ${memoryGiB} GiB, Node ${node}, Postgres ${postgres}, commit ${commit}`,
  );
}

function commit(): string {
  try {
    const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8', stdio: 'pipe' }).trim();
    return git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '-uno') ? '+' : '');
  } catch {
    // An unpacked archive has no history.
    return 'unknown';
  }
}
