import { it } from 'vitest';
import { cleanUpStarts, newDataDir, npmStart } from '../support/npm-start.ts';
import { killEach } from './start/killed.ts';

cleanUpStarts();

it('npm start leaves no process and loses nothing, whichever is killed', async () => {
  const dataDir = newDataDir();
  await killEach(dataDir, await npmStart({ dataDir }), (chain) => chain);
});
