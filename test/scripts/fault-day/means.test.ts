import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { openDatabaseProxy } from '../../../scripts/support/database-proxy.ts';

const run = promisify(execFile);

describe('the proxy before Postgres', async () => {
  const echo = createServer((socket) => socket.pipe(socket).on('error', () => undefined));
  echo.listen(0, '127.0.0.1');
  await once(echo, 'listening');
  const address = echo.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const proxy = await openDatabaseProxy(() => port);
  afterAll(async () => {
    await proxy.close();
    echo.close();
  });

  const open = async () => {
    const socket = connect(proxy.port, '127.0.0.1');
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  };
  const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));
  const answer = async (socket: Socket, text: string) => {
    socket.write(text);
    const [data] = await once(socket, 'data');
    return String(data);
  };

  it('lets a dead connection stay open and silent while new ones work, until it is buried', async () => {
    const dead = await open();
    expect(await answer(dead, 'before')).toBe('before');
    proxy.deaden();
    const heard: string[] = [];
    dead.on('data', (data) => heard.push(String(data)));
    dead.write('into the void');
    const alive = await open();
    expect(await answer(alive, 'new')).toBe('new');
    expect(heard).toEqual([]);
    expect(dead.destroyed).toBe(false);
    proxy.bury();
    await closed(dead);
    expect(await answer(alive, 'still')).toBe('still');
    alive.destroy();
  });

  it('resets what is open, refuses what is new, and takes it again at the same port', async () => {
    const { port: before } = proxy;
    const first = await open();
    proxy.reset();
    await closed(first);
    const second = await open();
    await Promise.all([closed(second), proxy.refuse()]);
    const [error] = await once(connect(before, '127.0.0.1'), 'error');
    expect(error.code).toBe('ECONNREFUSED');
    await proxy.accept();
    expect(proxy.port).toBe(before);
    const third = await open();
    expect(await answer(third, 'again')).toBe('again');
    third.destroy();
  });
});

describe('the wrong clock', () => {
  it('shifts every way to ask for the time, and steps when its file changes', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'access-mail-clock-'));
    afterAll(() => rmSync(folder, { recursive: true, force: true }));
    const file = join(folder, 'clock');
    writeFileSync(file, '3600000');
    const module = fileURLToPath(new URL('../../../scripts/fault-day/clock.mjs', import.meta.url));
    const program = `
      const { writeFileSync, statSync } = require('node:fs');
      const monotonic = () => performance.timeOrigin + performance.now();
      const hours = (ms) => Math.round((ms - monotonic()) / 3600000);
      const before = [hours(Date.now()), hours(new Date().getTime()), hours(Date.parse(Date()))];
      const kept = [new Date(0).getTime(), new Date(2027, 0).getFullYear(), statSync('.').mtime instanceof Date];
      writeFileSync(process.env.FAULT_DAY_CLOCK, '-7200000');
      const look = setInterval(() => {
        if (hours(Date.now()) !== -2) return;
        clearInterval(look);
        console.log(JSON.stringify({ before, kept, after: hours(new Date().getTime()) }));
      }, 20);`;
    const { stdout } = await run(process.execPath, ['--import', module, '-e', program], {
      env: { ...process.env, FAULT_DAY_CLOCK: file },
    });
    expect(JSON.parse(stdout)).toEqual({ before: [1, 1, 1], kept: [0, 2027, true], after: -2 });
  });
});
