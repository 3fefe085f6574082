import { expect, it } from 'vitest';
import { api, cleanUpStarts, event, newDataDir, npmStart, READY } from '../../support/npm-start.ts';
import { ancestry, areGone, descendants } from '../../support/processes.ts';

/** Which of the processes of an `npm start`, from npm down to Postgres, to kill one after the other. */
type Choice = (chain: readonly number[]) => readonly number[];

export function testKilledStarts(which: string, choose: Choice): void {
  cleanUpStarts();

  it(`npm start leaves no process and loses nothing, killed at ${which}`, async () => {
    const dataDir = newDataDir();
    const slugs: string[] = [];
    for (let turn = 0; ; turn++) {
      const run = await npmStart({ dataDir });
      expect(run.output()).toContain(READY);
      for (const slug of slugs) expect((await fetch(`${run.url}/e/${slug}`)).status).toBe(200);
      const chain = await ancestry(run.pid);
      // npm, perhaps a shell, the launcher, our process, the guard, Postgres.
      expect(chain.length).toBeGreaterThanOrEqual(5);
      const victims = choose(chain);
      const victim = victims[turn];
      if (victim === undefined) {
        expect(slugs).toHaveLength(victims.length);
        break;
      }
      slugs.push(`turn-${turn}`);
      expect((await api(run, '/api/v1/events', event(`turn-${turn}`))).status).toBe(201);
      const family = await descendants(run.pid);
      process.kill(victim, 'SIGKILL');
      await areGone(family);
    }
  });
}
