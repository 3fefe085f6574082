import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT } from '../launcher/project.mjs';
import { BuildError } from './build-error.ts';

/** A module that knows where it stands otherwise than by a path beside it, and why that holds in a bundle, too. */
const EXCEPTIONS: Readonly<Record<string, string>> = {
  'scripts/embedded/data-folder.ts': 'looks upwards for package.json',
  'scripts/embedded/binaries.ts': 'asks Node where a package is',
  'src/ui/asset-files.ts': 'is replaced by the texts that it reads',
};

const BESIDE = /new URL\('\.\/([^']+)', import\.meta\.url\)/g;

/**
 * What our modules read beside themselves at run time (`new URL('./migrations', import.meta.url)`), as paths in this
 * checkout by the name that it has beside a bundle. Throws BuildError where a module would not find in a bundle what it reads.
 */
export function filesBeside(modules: readonly string[]): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const module of modules) {
    const text = readFileSync(join(PROJECT, module), 'utf8');
    for (const [, name = ''] of text.matchAll(BESIDE)) {
      const path = join(dirname(module), name);
      const other = found.get(name);
      if (other !== undefined && other !== path)
        throw new BuildError(`${path} and ${other} would be the same file beside the bundles: rename one.`);
      found.set(name, path);
    }
    if (EXCEPTIONS[module] === undefined && /import\.meta\.(?!main\b)/.test(text.replaceAll(BESIDE, '')))
      throw new BuildError(
        `${module} asks import.meta where it stands, which a bundle answers otherwise: write new URL('./name', import.meta.url), whose target is copied beside the bundle.`,
      );
    if (text.includes('process.env.NODE_ENV'))
      throw new BuildError(
        `${module} reads process.env.NODE_ENV, which is "production" in every bundle: take it from the configuration.`,
      );
  }
  return found;
}
