import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/** Files of ALTCHA's widget that are served, by their path in the package's dist/. */
export const ALTCHA_FILES = [
  'external/altcha.min.js',
  'external/altcha.css',
  'workers/pbkdf2.js',
  ...['ar', 'de', 'es-es', 'fr-fr', 'ja', 'pt-pt'].map((language) => `i18n/${language}.js`),
] as const;
const ALTCHA = 'altcha/';

/**
 * The text that is served of a file by its path in src/: `api/docs/docs.css`, `ui/static/favicon.svg`; of a browser script, which is
 * TypeScript, JavaScript; `altcha/external/altcha.css`, of the package. In a bundle the texts stand in place of this module
 * (scripts/build/asset-texts.ts).
 */
export function assetFile(file: string): string {
  const url = file.startsWith(ALTCHA)
    ? new URL(`../${file.slice(ALTCHA.length)}`, import.meta.resolve('altcha/external'))
    : new URL(`../${file}`, import.meta.url);
  const text = readFileSync(url, 'utf8');
  return file.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
}
