import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

const ALTCHA = 'altcha/';
const TURBO = 'turbo.js';

/** Files of packages that are served: those of ALTCHA's widget by their path in its dist/, and Turbo. */
export const PACKAGE_FILES = [
  TURBO,
  `${ALTCHA}external/altcha.min.js`,
  `${ALTCHA}external/altcha.css`,
  `${ALTCHA}workers/pbkdf2.js`,
  ...['ar', 'de', 'es-es', 'fr-fr', 'ja', 'pt-pt'].map((language) => `${ALTCHA}i18n/${language}.js`),
] as const;

const INTER = 'inter/';

/**
 * The text that is served of a file by its path in src/: `api/docs/docs.css`, `ui/static/favicon.svg`; of a browser script, which is
 * TypeScript, JavaScript; `altcha/external/altcha.css` and `inter/wght.css`, of the packages. In a bundle the contents stand in
 * place of this module (scripts/build/asset-texts.ts).
 */
export function assetFile(file: string): string {
  const text = readFileSync(assetUrl(file), 'utf8');
  return file.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
}

/** The same of what is no text: `inter/files/inter-latin-wght-normal.woff2`. */
export function assetBytes(file: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(readFileSync(assetUrl(file)));
}

function assetUrl(file: string): URL {
  if (file === TURBO) return new URL(import.meta.resolve('@hotwired/turbo'));
  if (file.startsWith(ALTCHA))
    return new URL(`../${file.slice(ALTCHA.length)}`, import.meta.resolve('altcha/external'));
  if (file.startsWith(INTER))
    return new URL(file.slice(INTER.length), import.meta.resolve('@fontsource-variable/inter/package.json'));
  return new URL(`../${file}`, import.meta.url);
}
