import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, it } from 'vitest';
import { asciiOnly } from '../../../scripts/build/ascii.ts';

const folder = mkdtempSync(join(tmpdir(), 'access-mail-ascii-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the bundle of a module is, and what the module exports there. */
async function bundled(script: string) {
  const file = join(folder, 'module.ts');
  writeFileSync(file, script);
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    format: 'esm',
    charset: 'ascii',
    minifyWhitespace: true,
    plugins: [asciiOnly],
    write: false,
  });
  const text = outputFiles[0]?.text ?? '';
  return { text, exports: await import(`data:text/javascript,${encodeURIComponent(text)}`) };
}

describe('asciiOnly', () => {
  it('escapes strings, templates and regular expressions, which mean the same', async () => {
    const { text, exports } = await bundled(`
      // Größe – not code
      export const word: string = 'Größe “語” 👍';
      export const template = \`\${word}…\`;
      export const quoted = /^[“”„«»、。]+$/u;
      export const thumb = /^[👍👎]$/u;
      export const dash = /[\\s,;:.–—-]+$/;
      export const größe = { über: 'ö' };
    `);
    expect(text).not.toMatch(/[^\0-\x7f]/);
    expect(exports.word).toBe('Größe “語” 👍');
    expect(exports.template).toBe('Größe “語” 👍…');
    expect(['“”', '、。', 'a“', '–'].map((one) => exports.quoted.test(one))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(['👍', '👎', '👏', '\ud83d'].map((one) => exports.thumb.test(one))).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect('word –— '.replace(exports.dash, '')).toBe('word');
    expect(exports.größe).toEqual({ über: 'ö' });
  });

  it('leaves a script alone where an escape would mean something else', async () => {
    const { exports } = await bundled(String.raw`export const dash = /a\–b/; export const word = '\–';`);
    expect(exports.dash.test('a–b')).toBe(true);
    expect(exports.word).toBe('–');
  });
});
