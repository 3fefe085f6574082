import { expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { importInto, streamOf } from '../support/import.ts';

const app = await openApp();
const send = importInto(app);

it('an import of more than 100 MiB stops there', async () => {
  const event = await app.event();
  const filler = `${'\n'.repeat(1024 * 1024)}`;
  function* pieces() {
    yield 'email\na@example.com\n';
    for (let i = 0; i < 101; i++) yield filler;
  }
  expect((await send(event.id, streamOf(pieces()))).status).toBe(413);
});

it('an import of 100,000 rows needs no more memory than its first quarter', async () => {
  const event = await app.event();
  let early = 0;
  let late = 0;
  function* pieces() {
    yield 'email,first_name,last_name,locale,time_zone,Company\n';
    for (let i = 0; i < 100_000; i += 500) {
      const { rss } = process.memoryUsage();
      if (i < 25_000) early = Math.max(early, rss);
      else late = Math.max(late, rss);
      yield Array.from(
        { length: 500 },
        (_, j) => `person.${i + j}@example.com,Ada,Lovelace,en,Europe/London,Analytical Engines ${i}\n`,
      ).join('');
    }
  }
  const { json } = await send(event.id, streamOf(pieces()));
  expect(json).toEqual({ created: 100_000, existing: 0, rejected: [], warnings: [] });
  // Four times the rows; the collector takes its time.
  expect((late - early) / 2 ** 20).toBeLessThan(100);
});
