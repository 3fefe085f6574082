import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build, type Metafile } from 'esbuild';
import { fingerprint, MANIFEST } from '../launcher/bundle.mjs';
import { PROJECT } from '../launcher/project.mjs';
import { ASSET_SOURCES, assetTexts } from './asset-texts.ts';
import { filesBeside } from './beside.ts';
import { BuildError } from './build-error.ts';
import { copyNative, NATIVE, PACKAGES } from './native.ts';

/** The programs, by the name of their bundle. `attach` is preloaded by the launcher (scripts/attach.ts). */
const ENTRIES = {
  server: 'src/server.ts',
  worker: 'worker/main.ts',
  migrate: 'scripts/migrate.ts',
  team: 'scripts/team.ts',
  doctor: 'scripts/doctor.ts',
  attach: 'scripts/attach.ts',
};

/** Packages that are asked for and not in the lock file: whoever asks does without. */
const ABSENT = ['pg-native'];

/** What the bundles consist of. */
export interface Built {
  /** Each file that belongs to the bundles, by its name in the folder: its bytes. */
  readonly files: Readonly<Record<string, number>>;
  /** Every module in them, ours and packages', as a path in this checkout. */
  readonly modules: readonly string[];
  /** What they ask for at run time and neither have in them nor get from Node. */
  readonly outside: readonly string[];
  /** The packages that stand beside them. */
  readonly packages: readonly string[];
}

/**
 * Bundles server, worker and commands into `folder`, with what they read beside them, native packages included. They need no others. What
 * several of them hold stands in files that they share: less to read, and less memory, than one file each.
 * Throws BuildError.
 */
export async function buildBundles(folder: string): Promise<Built> {
  clear(folder);
  const metafile = await bundle(folder);
  const modules = Object.keys(metafile.inputs);
  const ours = modules.filter((path) => !path.includes('node_modules/') && !path.includes(':'));
  const beside = filesBeside(ours);
  for (const [name, path] of beside) cpSync(join(PROJECT, path), join(folder, name), { recursive: true });
  const packages = copyNative(folder);

  const files = Object.fromEntries(
    Object.entries(metafile.outputs).map(([path, { bytes }]) => [path.split('/').at(-1) ?? path, bytes]),
  );
  const sources = [...ours, ...beside.values(), ...ASSET_SOURCES, 'scripts/build', 'package-lock.json'];
  const manifest = {
    files: [...Object.keys(files), ...beside.keys(), PACKAGES],
    sources: Object.fromEntries(sources.map((path) => [path, fingerprint(path)])),
  };
  writeFileSync(join(folder, MANIFEST), `${JSON.stringify(manifest, null, 1)}\n`);
  const outside = Object.values(metafile.outputs)
    .flatMap(({ imports }) => imports)
    .filter(({ path, external }) => external && !isBuiltin(path))
    .map(({ path }) => path);
  const held = new Set(Object.values(metafile.outputs).flatMap(({ inputs }) => Object.keys(inputs)));
  return { files, modules: [...held], outside: [...new Set(outside)], packages };
}

async function bundle(folder: string): Promise<Metafile> {
  try {
    const { metafile } = await build({
      absWorkingDir: PROJECT,
      entryPoints: ENTRIES,
      outdir: folder,
      outExtension: { '.js': '.mjs' },
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: 'node26',
      charset: 'utf8',
      // Class names are looked at at run time (rate-limiter-flexible), and function names are what a stack trace is read by.
      keepNames: true,
      // Read only with --enable-source-maps, which costs 100 MB; without the sources they are small enough to have them there.
      sourcemap: 'linked',
      sourcesContent: false,
      define: { 'process.env.NODE_ENV': '"production"' },
      external: [...ABSENT, ...NATIVE],
      // Packages in the older format ask for Node's modules by `require`.
      banner: {
        js: "import { createRequire as createRequireOfBundle } from 'node:module'; const require = createRequireOfBundle(import.meta.url);",
      },
      plugins: [assetTexts],
      metafile: true,
      logLevel: 'silent',
    });
    return metafile;
  } catch (cause) {
    throw new BuildError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Takes away what the last build left, its manifest first. What else is in the folder is not ours. */
function clear(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
    const files = lastFiles(join(folder, MANIFEST));
    for (const name of [MANIFEST, ...files]) rmSync(join(folder, name), { recursive: true, force: true });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new BuildError(
      `Cannot write to ${folder} (${reason}): run the command as the user who owns it, or name another folder: npm run build -- --out FOLDER`,
      { cause },
    );
  }
}

function lastFiles(manifest: string): string[] {
  try {
    const { files } = JSON.parse(readFileSync(manifest, 'utf8'));
    return Array.isArray(files) ? files.filter((name) => /^[\w-]+(\.[\w.]+)?$/.test(name)) : [];
  } catch {
    return [];
  }
}
