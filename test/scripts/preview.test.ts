import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { mails, siteMails } from '../../emails/index.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const HEAVY = join(PROJECT, 'scripts/preview/node_modules');

/** As npm starts it; none of these cases comes as far as installing anything. */
function preview(...args: string[]) {
  const before = existsSync(HEAVY);
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/run.mjs', 'preview', ...args], {
    cwd: PROJECT,
    encoding: 'utf8',
    env: { PATH: process.env.PATH },
  });
  expect(existsSync(HEAVY)).toBe(before);
  return { status, stdout, stderr };
}

it('says how it is used without installing anything', () => {
  const { status, stdout } = preview('--help');
  expect(status).toBe(0);
  expect(stdout).toContain('Usage: npm run preview');
});

it('says in one line that its port is taken, before it installs anything', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const { status, stderr } = preview('--port', String(port));
  server.close();
  expect(status).toBe(1);
  expect(stderr).toBe(
    `Port ${port} is taken by another program. Example: npm run preview -- --port ${port + 1}\n`,
  );
});

it.each([
  [['--port', 'many'], '--port must be a whole number'],
  [['--prot', '1'], "Unknown option '--prot'."],
])('refuses %j', (args, message) => {
  const { status, stderr } = preview(...args);
  expect(status).toBe(1);
  expect(stderr).toContain(message);
});

it('brings the version of React Email whose command it runs', () => {
  const read = (file: string) => JSON.parse(readFileSync(join(PROJECT, file), 'utf8'));
  const { version } = read('node_modules/react-email/package.json');
  expect(read('scripts/preview/package.json').dependencies).toEqual({ '@react-email/ui': version });
  const { packages } = read('scripts/preview/package-lock.json');
  expect(packages['node_modules/@react-email/ui'].version).toBe(version);
  expect(packages[''].dependencies).toEqual({ '@react-email/ui': version });
});

// By its own rule: what has a default export is a mail.
it('lists every mail, and nothing else of the folder', () => {
  const isListed = (name: string) =>
    /\.[jt]sx$/.test(name) && /export default/.test(readFileSync(join(PROJECT, 'emails', name), 'utf8'));
  const listed = readdirSync(join(PROJECT, 'emails')).filter(isListed);
  const names = [...Object.keys(mails), ...Object.keys(siteMails)];
  expect(listed.sort()).toEqual(names.map((name) => `${name.replaceAll('_', '-')}.tsx`).sort());
});
