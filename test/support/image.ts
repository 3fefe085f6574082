import { spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { signal } from '../../scripts/embedded/postmaster.ts';
import { readDockerfile, readDockerignore, type Stage, type Step } from './dockerfile.ts';
import { findProgram } from './find-program.ts';
import { NPM_GUARD } from './npm-start.ts';
import { areGone, descendants } from './processes.ts';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
const NOBODY = 65_534;

type Environment = Readonly<Record<string, string>>;

/** What the Dockerfile makes, in a folder that nobody can write. */
export interface Image {
  /** The image's working directory. */
  readonly folder: string;
  readonly entrypoint: readonly string[];
  readonly user: string;
  /** Runs a command as the container would: its environment, no home, a temporary folder as the only writable place. */
  run(command: readonly string[], env?: Environment): Running;
  /** Each file with what would show that it was written to. */
  files(): ReadonlyMap<string, string>;
  remove(): Promise<void>;
}

export interface Running {
  output(): string;
  /** Resolves once `text` was written; rejects when it ended without. */
  saysThat(text: string): Promise<void>;
  readonly ended: Promise<number | null>;
  /** SIGTERM, then the end of it and of all that it started. */
  stop(): Promise<void>;
}

/**
 * Simulates `docker build` without an engine: the Dockerfile's own lines, on this machine's npm and the Node that this
 * process runs on in place of the base image. Commands run as `nobody` where we are root, else as ourselves; the tree is
 * read-only either way.
 */
export async function buildImage(): Promise<Image> {
  const home = mkdtempSync(join(tmpdir(), 'access-mail-image-'));
  chmodSync(home, 0o755);
  const bin = installBase(home);
  const stages = readDockerfile(readFileSync(join(PROJECT, 'Dockerfile'), 'utf8'));
  const isIgnored = readDockerignore(readFileSync(join(PROJECT, '.dockerignore'), 'utf8'));
  const rootOf = (stage: string) => join(home, 'stages', stage);
  for (const stage of stages) {
    mkdirSync(join(rootOf(stage.name), stage.workdir), { recursive: true });
    for (const step of stage.steps) await take(step, stage, { rootOf, isIgnored, bin });
  }
  const stage = stages.at(-1);
  if (!stage) throw new Error('The Dockerfile has no stage.');
  const folder = join(rootOf(stage.name), stage.workdir);
  spawnSync('chmod', ['-R', 'a+rX,a-w', folder]);
  const temporary = join(home, 'tmp');
  mkdirSync(temporary);
  chmodSync(temporary, 0o1777);

  const running = new Set<Running>();
  return {
    folder,
    entrypoint: stage.entrypoint,
    user: stage.user,
    files: () => filesOf(folder),
    run: (command, env = {}) => {
      const started = start(command, folder, {
        PATH: `${bin}:/usr/bin:/bin`,
        HOME: '/nonexistent',
        TMPDIR: temporary,
        // Whoever installs anything after all finds no registry.
        npm_config_registry: 'http://127.0.0.1:9',
        ...stage.env,
        ...env,
      });
      running.add(started);
      return started;
    },
    remove: async () => {
      await Promise.all([...running].map((each) => each.stop()));
      spawnSync('chmod', ['-R', 'u+w', home]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Copies of Node and npm, as the base image has them: this machine's may lie where `nobody` cannot go. */
function installBase(home: string): string {
  const bin = join(home, 'bin');
  mkdirSync(bin);
  copyFileSync(process.execPath, join(bin, 'node'));
  const found = process.env.npm_execpath ?? findProgram('npm');
  if (!found) throw new Error('npm was not found.');
  const cli = realpathSync(found);
  cpSync(dirname(dirname(cli)), join(home, 'npm'), { recursive: true });
  const command = join(home, 'npm/bin', basename(cli));
  writeFileSync(join(bin, 'npm'), `#!/bin/sh\nexec "${join(bin, 'node')}" "${command}" "$@"\n`, {
    mode: 0o755,
  });
  spawnSync('chmod', ['-R', 'a+rX', join(home, 'npm'), bin]);
  return bin;
}

interface Build {
  readonly rootOf: (stage: string) => string;
  readonly isIgnored: (path: string) => boolean;
  readonly bin: string;
}

async function take(step: Step, stage: Stage, { rootOf, isIgnored, bin }: Build): Promise<void> {
  const folder = join(rootOf(stage.name), stage.workdir);
  if ('copy' in step) {
    for (const path of step.copy) {
      const source = step.from ? join(rootOf(step.from), path) : join(PROJECT, path);
      const isFile = statSync(source).isFile();
      const target = resolve(folder, step.to, isFile && step.to.endsWith('/') ? basename(path) : '');
      const isTaken = (file: string) => step.from !== null || !isIgnored(relative(PROJECT, file));
      if (!isTaken(source)) throw new Error(`.dockerignore keeps out what the Dockerfile copies: ${path}`);
      cpSync(source, target, { recursive: true, verbatimSymlinks: true, filter: isTaken });
    }
    return;
  }
  const { npm_config_registry: _, NODE_ENV: __, ...env } = process.env;
  const child = spawn('/bin/sh', ['-c', step.run], {
    cwd: folder,
    // The settings of this machine's npm (its registry, its cache), not those of the npm that runs this test.
    env: { ...env, ...stage.env, npm_config_prefer_offline: 'true', PATH: `${bin}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const code = await new Promise((settle) => child.once('close', settle));
  if (code !== 0) throw new Error(`RUN ${step.run}\n${output}`);
}

function start([command = '', ...args]: readonly string[], folder: string, env: Environment): Running {
  const child = spawn('/bin/sh', ['-c', NPM_GUARD, 'guard', command, ...args], {
    cwd: folder,
    env,
    ...(process.getuid?.() === 0 && { uid: NOBODY, gid: NOBODY }),
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  const ended = new Promise<number | null>((settle) => child.once('close', settle));
  const pid = () => Number(/^npm is (\d+)$/m.exec(output)?.[1]);
  return {
    output: () => output.replace(/^npm is \d+\n/m, ''),
    ended,
    saysThat: async (text) => {
      while (!output.includes(text)) {
        const over = await Promise.race([ended.then(() => true), delay(20, false)]);
        if (over && !output.includes(text)) throw new Error(`It ended without saying ${text}:\n${output}`);
      }
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      if (!pid()) child.kill();
      const family = pid() ? await descendants(pid()) : [];
      if (pid()) signal(pid(), 'SIGTERM');
      await Promise.all([ended, areGone(family)]);
    },
  };
}

function filesOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return new Map(
    entries.map((path) => {
      const { size, mtimeMs, mode } = statSync(join(folder, path));
      return [path, `${mode} ${size} ${mtimeMs}`];
    }),
  );
}
