import { join } from 'node:path';
import { expect, it } from 'vitest';
import { openApp } from '../support/app.ts';
import { readReceiver, tellReceiver } from '../support/documented-receiver.ts';
import { findPythonWith } from '../support/python.ts';

const PACKAGES = ['standardwebhooks==1.1.0', 'flask==3.1.3'];
const programs = await findPythonWith(PACKAGES, 'The receiver in Python is not tried');

it.runIf(programs)(
  'the receiver for Python that docs/integrate.md shows takes what is signed, does it once, and refuses the rest',
  async () => {
    const code = await readReceiver('python');
    const names = PACKAGES.map((one) => one.split('==')[0]);
    expect(code).toContain(
      `# Python: pip install ${names.join(' ')}\n# Run it: flask --app receiver run --port 4000\n`,
    );
    await tellReceiver(await openApp(), {
      ...{ file: 'receiver.py', code },
      command: (port) => [join(programs ?? '', 'flask'), ...['--app', 'receiver', 'run', '--port', port]],
    });
  },
);
