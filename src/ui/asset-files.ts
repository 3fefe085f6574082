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

/**
 * The text that is served of a file by its path in src/: `api/docs/docs.css`, `ui/static/favicon.svg`; of a browser script, which is
 * TypeScript, JavaScript; `altcha/external/altcha.css`, of the package. In a bundle the texts stand in place of this module
 * (scripts/build/asset-texts.ts).
 */
export function assetFile(file: string): string {
  const text = readFileSync(urlOf(file), 'utf8');
  return file.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
}

function urlOf(file: string): URL {
  if (file === TURBO) return new URL(import.meta.resolve('@hotwired/turbo'));
  if (file.startsWith(ALTCHA))
    return new URL(`../${file.slice(ALTCHA.length)}`, import.meta.resolve('altcha/external'));
  return new URL(`../${file}`, import.meta.url);
}
