import { it } from 'vitest';
import { openApp } from '../support/app.ts';
import { readReceiver, tellReceiver } from '../support/documented-receiver.ts';

it('the receiver for Node that docs/integrate.md shows takes what is signed, does it once, and refuses the rest', async () => {
  await tellReceiver(await openApp(), {
    ...{ file: 'receiver.mjs', code: await readReceiver('js') },
    command: () => [process.execPath, 'receiver.mjs'],
  });
});
