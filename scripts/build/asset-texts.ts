import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'esbuild';
import { ALTCHA_FILES, assetFile } from '../../src/pages/asset-files.ts';
import { PROJECT } from '../launcher/project.mjs';

/** What src/pages/asset-files.ts reads. */
export const ASSET_FOLDERS = ['src/pages/browser', 'src/pages/static', 'src/pages/styles'];

/** Puts the texts that are served in place of the module that reads them. */
export const assetTexts: Plugin = {
  name: 'asset texts',
  setup(build) {
    build.onLoad({ filter: /\/src\/pages\/asset-files\.ts$/ }, () => ({
      loader: 'js',
      contents: `const FILES = new Map(${JSON.stringify(texts())});
        export function assetFile(file) {
          const text = FILES.get(file);
          if (text === undefined) throw new Error(\`the bundle has no \${file}\`);
          return text;
        }`,
    }));
  },
};

function texts(): [string, string][] {
  const ours = ASSET_FOLDERS.flatMap((folder) =>
    readdirSync(join(PROJECT, folder))
      // The scripts' settings for the type checker are not served.
      .filter((name) => name !== 'tsconfig.json')
      .map((name): [string, string] => {
        const file = `${folder.replace('src/pages/', '')}/${name}`;
        return [file, assetFile(file)];
      }),
  );
  const altcha = ALTCHA_FILES.map((name) => `altcha/${name}`);
  return [...ours, ...altcha.map((file): [string, string] => [file, assetFile(file)])];
}
