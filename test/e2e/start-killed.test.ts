import { testKilledStarts } from './start/killed.ts';

// The short one: `start-killed-anywhere.long.test.ts` kills each of them.
testKilledStarts('npm and at Postgres', (chain) => [...chain.slice(0, 1), ...chain.slice(-1)]);
