import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';

/**
 * The text that is served of a file of this folder: `styles/docs.css`, `static/favicon.svg`; of a browser script, which is
 * TypeScript, JavaScript. In a bundle the texts stand in place of this module (scripts/build/asset-texts.ts).
 */
export function assetFile(file: string): string {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  return file.endsWith('.ts') ? stripTypeScriptTypes(text) : text;
}
