import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/**
 * V8 keeps the text of all that runs, and one character beyond Latin 1 doubles that of its whole file. esbuild escapes such characters in
 * strings (`charset`) and leaves them in regular expressions: this escapes them in all scripts. JSX knows no such escapes, so that a
 * `.tsx` file keeps its regular expressions to ASCII. A test reads the bundles.
 */
export const asciiOnly: Plugin = {
  name: 'ascii only',
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]s$/ }, ({ path }) => {
      const script = readFileSync(path, 'utf8');
      // Behind a backslash an escape would be read in another way.
      if (!BEYOND.test(script) || /\\[^\0-\x7f]/.test(script)) return null;
      return {
        contents: script.replace(new RegExp(BEYOND, 'g'), escaped),
        loader: /ts$/.test(path) ? 'ts' : 'js',
      };
    });
  },
};

const BEYOND = /[^\0-\x7f]/;

function escaped(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
