import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { listen } from '../../src/operations/listen.ts';
import { API_KEY, openApp } from '../support/app.ts';
import { HANGS_AFTER_MS } from '../support/hang-guard.ts';

const run = promisify(execFile);
const PROJECT = fileURLToPath(new URL('../..', import.meta.url));
const EXAMPLE = 'register-and-resend.ts';
const app = await openApp();
/** A program of somebody else's: the example of our documentation, with the client that they installed. */
const folder = mkdtempSync(join(tmpdir(), 'access-mail-client-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  const client = join(folder, 'node_modules/access-mail-client');
  await run(process.execPath, ['scripts/run.mjs', 'client', '--out', client], { cwd: PROJECT });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
  cpSync(join(PROJECT, 'docs/examples', EXAMPLE), join(folder, EXAMPLE));
  // What npm would install beside it.
  for (const name of ['openapi-fetch', 'openapi-typescript-helpers', '@types'])
    symlinkSync(join(PROJECT, 'node_modules', name), join(folder, 'node_modules', name));
}, HANGS_AFTER_MS);

it('a program that uses the client has its types', async () => {
  const check = (file: string) =>
    run(
      process.execPath,
      [
        join(PROJECT, 'node_modules/typescript/bin/tsc'),
        ...['--noEmit', '--strict', '--skipLibCheck', '--exactOptionalPropertyTypes'],
        ...['--module', 'nodenext', '--target', 'esnext', '--types', 'node', file],
      ],
      { cwd: folder },
    ).then(
      () => '',
      ({ stdout }: { readonly stdout: string }) => stdout,
    );
  expect(await check(EXAMPLE)).toBe('');
  const wrong = `import { createClient, ok } from 'access-mail-client';
const client = createClient({ url: '', apiKey: '' });
await ok(client.GET('/no-such-path'));
await client.POST('/events', { body: { titel: 'x' } });
export const email: number = (await ok(client.GET('/events/{id}/registrants/{rid}', { params: { path: { id: '', rid: '' } } }))).email;
`;
  writeFileSync(join(folder, 'wrong.ts'), wrong);
  const lines = (await check('wrong.ts')).match(/^wrong\.ts\((\d+)/gm);
  expect(new Set(lines)).toEqual(new Set(['wrong.ts(3', 'wrong.ts(4', 'wrong.ts(5']));
});

it('the example of the documentation registers, lists and resends on a running server', async () => {
  const event = await app.event();
  const server = await listen({
    fetch: (request) => app.fetch(request.url, request),
    host: '127.0.0.1',
    port: 0,
    setting: 'PORT',
  });
  try {
    const call = (email: string) =>
      run(process.execPath, [EXAMPLE, `http://127.0.0.1:${server.port}`, API_KEY, event.id, email], {
        cwd: folder,
      });
    const { stdout } = await call('ada@example.com');
    expect(stdout).toMatch(/^ada@example\.com is registered: https:.*\n0 links are on their way\.\n$/);
    expect((await call('nonsense')).stdout).toMatch(/^email must be an e-mail address/);
  } finally {
    server.releaseConnections();
    await server.close(1_000);
  }
});
