const atStart = process.cpuUsage();

/** Tells how many milliseconds of the processors this process has used since it was loaded: the last line of the output. */
export function reportCpu(): void {
  const { user, system } = process.cpuUsage(atStart);
  process.stdout.write(`\n${(user + system) / 1000}\n`);
}
