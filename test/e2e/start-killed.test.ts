import { expect, it } from 'vitest';
import { api, cleanUpStarts, event, newDataDir, npmStart, READY } from '../support/npm-start.ts';
import { areGone, descendants } from '../support/processes.ts';

cleanUpStarts();

it('npm start leaves no process and loses nothing, whichever is killed', async () => {
  const dataDir = newDataDir();
  const slugs: string[] = [];
  for (let level = 0; ; level++) {
    const run = await npmStart({ dataDir });
    expect(run.output()).toContain(READY);
    for (const slug of slugs) expect((await fetch(`${run.url}/e/${slug}`)).status).toBe(200);
    const chain = await ancestry(run.pid);
    const victim = chain[level];
    if (victim === undefined) break;
    slugs.push(`level-${level}`);
    expect((await api(run, '/api/v1/events', event(`level-${level}`))).status).toBe(201);
    const family = await descendants(run.pid);
    process.kill(victim, 'SIGKILL');
    await areGone(family);
  }
  // npm, perhaps a shell, the launcher, our process, the guard, Postgres.
  expect(slugs.length).toBeGreaterThanOrEqual(5);
});

/** From npm down to Postgres: at each step the child with the most processes below it, as long as there are any. */
async function ancestry(pid: number): Promise<number[]> {
  const chain = [pid];
  for (let current: number | undefined = pid; current !== undefined; ) {
    const below = (await descendants(current)).slice(1);
    const sizes = await Promise.all(below.map(async (child) => (await descendants(child)).length));
    const largest = Math.max(...sizes);
    current = largest > 1 ? below[sizes.indexOf(largest)] : undefined;
    if (current !== undefined) chain.push(current);
  }
  return chain;
}
