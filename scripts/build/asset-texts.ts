import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { type Plugin, transformSync } from 'esbuild';
import { assetBytes, assetFile, PACKAGE_FILES } from '../../src/ui/asset-files.ts';
import { INTER_STYLES, INTER_SUBSETS, interFile } from '../../src/ui/inter.ts';
import { PROJECT } from '../launcher/project.mjs';

/** What src/ui/asset-files.ts reads, by its path in the project. */
export const ASSET_SOURCES = readdirSync(join(PROJECT, 'src'), { withFileTypes: true, recursive: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(PROJECT, join(entry.parentPath, entry.name)))
  .filter((path) => /\.css$|\.browser\.ts$/.test(path) || path.startsWith('src/ui/static/'))
  .sort();

/** Puts the texts and fonts that are served in place of the module that reads them. */
export const assetTexts: Plugin = {
  name: 'asset texts',
  setup(build) {
    build.onLoad({ filter: /\/src\/ui\/asset-files\.ts$/ }, () => ({
      loader: 'js',
      contents: `const FILES = new Map(${JSON.stringify([...texts(), ...fonts()])});
        export function assetFile(file) {
          const text = FILES.get(file);
          if (text === undefined) throw new Error(\`the bundle has no \${file}\`);
          return text;
        }
        export function assetBytes(file) {
          return Uint8Array.from(Buffer.from(assetFile(file), 'base64'));
        }`,
    }));
  },
};

function texts(): [string, string][] {
  const ours = ASSET_SOURCES.map((path) => path.replace('src/', ''));
  return [...ours, ...PACKAGE_FILES, INTER_STYLES].map((file): [string, string] => [file, textOf(file)]);
}

/** Turbo comes as its source, which is half as large again once it is packed. */
function textOf(file: string): string {
  const text = assetFile(file);
  return file === 'turbo.js'
    ? transformSync(text, { minify: true, format: 'esm', target: 'es2022' }).code
    : text;
}

function fonts(): [string, string][] {
  return INTER_SUBSETS.map((subset) => {
    const file = interFile(subset);
    return [file, Buffer.from(assetBytes(file)).toString('base64')];
  });
}
