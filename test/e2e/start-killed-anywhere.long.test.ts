import { testKilledStarts } from './start/killed.ts';

testKilledStarts('each of its processes', (chain) => chain);
