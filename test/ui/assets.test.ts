import { expect, test } from 'vitest';
import { contrast } from '../../src/domain/color.ts';
import { accentPath } from '../../src/ui/accent.ts';
import { assetPath, findAsset } from '../../src/ui/assets.ts';

test('an asset is found at its fingerprinted address only', () => {
  expect(assetPath('style.css')).toMatch(/^\/assets\/style\.[0-9a-f]{10}\.css$/);
  expect(findAsset(assetPath('style.css'))).toMatchObject({ contentType: 'text/css; charset=utf-8' });
  for (const path of ['/assets/style.css', '/assets/../package.json', '/assets/', ''])
    expect(findAsset(path)).toBeNull();
});

test('browser scripts are served as JavaScript', () => {
  const script = findAsset(assetPath('countdown.js'));
  expect(script?.contentType).toBe('text/javascript; charset=utf-8');
  expect(script?.body).not.toMatch(/: (string|number|void|Promise)/);
});

test.each(['#ffffff', '#000000', '#f2c14e', '#2f5bd7', '#ff0000', '#808080'])(
  'an event in %s is legible in light and dark',
  (color) => {
    const sheet = String(findAsset(accentPath(color) ?? '')?.body);
    const values = (token: string) =>
      [...sheet.matchAll(new RegExp(`--${token}:(#\\w+)`, 'g'))].map(([, hex = '']) => hex);
    expect(values('accent')).toEqual([color, color]);
    for (const ink of values('accent-ink')) expect(contrast(ink, color)).toBeGreaterThanOrEqual(4.5);
    const [light = '', dark = ''] = values('accent-text');
    for (const ground of ['#ffffff', '#f2f3f5']) expect(contrast(light, ground)).toBeGreaterThanOrEqual(4.5);
    for (const ground of ['#181b21', '#0e1014']) expect(contrast(dark, ground)).toBeGreaterThanOrEqual(4.5);
  },
);

test('what is no colour has no stylesheet', () => {
  expect(accentPath('red;}body{')).toBeNull();
  for (const path of ['/assets/accent/FFFFFF.css', '/assets/accent/fff.css', '/assets/accent/gggggg.css'])
    expect(findAsset(path)).toBeNull();
});

test('the font of the team’s pages is served as it is in its package, where their styles ask for it', () => {
  const styles = String(findAsset(assetPath('team.css'))?.body);
  const paths = [...styles.matchAll(/url\(([^)]*)\)/g)].map(([, path = '']) => path);
  expect(paths.filter((path) => path.endsWith('.woff2')).length).toBeGreaterThanOrEqual(6);
  for (const path of paths) {
    const font = findAsset(path);
    expect(font, path).toMatchObject({ contentType: 'font/woff2' });
    expect(Buffer.from(font?.body ?? '').toString('latin1', 0, 4), path).toBe('wOF2');
  }
});
