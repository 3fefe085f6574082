import { expect } from 'vitest';
import { api, event, npmStart, READY, type Started } from '../../support/npm-start.ts';
import { ancestry, areGone, descendants } from '../../support/processes.ts';

/**
 * Kills processes of an `npm start` one after the other, and starts it again after each: nothing is left running, and
 * nothing is lost. `choose`: which, from npm down to Postgres.
 */
export async function killEach(
  dataDir: string,
  first: Started,
  choose: (chain: readonly number[]) => readonly number[],
): Promise<void> {
  const slugs: string[] = [];
  let run = first;
  for (let turn = 0; ; turn++) {
    expect(run.output()).toContain(READY);
    for (const slug of slugs) expect((await fetch(`${run.url}/e/${slug}`)).status).toBe(200);
    const chain = await ancestry(run.pid);
    // npm, perhaps a shell, the launcher, our process, the guard, Postgres.
    expect(chain.length).toBeGreaterThanOrEqual(5);
    const victim = choose(chain)[turn];
    if (victim === undefined) break;
    slugs.push(`turn-${turn}`);
    expect((await api(run, '/api/v1/events', event(`turn-${turn}`))).status).toBe(201);
    const family = await descendants(run.pid);
    process.kill(victim, 'SIGKILL');
    await areGone(family);
    run = await npmStart({ dataDir });
  }
  expect(slugs.length).toBeGreaterThanOrEqual(2);
}
