import { inflateSync } from 'node:zlib';
import { expect, it } from 'vitest';
import { palettePng } from '../../scripts/picture/palette-png.ts';

it('a picture of few colours is a PNG with a palette, row by row', () => {
  const png = palettePng({
    ...{ width: 2, height: 2, palette: [0xffffff, 0x1f4fd8] },
    pixels: Uint8Array.from([0, 1, 1, 0]),
  });
  expect(png.subarray(0, 8).toString('latin1')).toBe('\x89PNG\r\n\x1a\n');
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    chunks[png.toString('latin1', at + 4, at + 8)] = png.subarray(at + 8, at + 8 + length);
    at += 12 + length;
  }
  expect(Object.keys(chunks)).toEqual(['IHDR', 'PLTE', 'IDAT', 'IEND']);
  expect([...(chunks.IHDR ?? [])]).toEqual([0, 0, 0, 2, 0, 0, 0, 2, 8, 3, 0, 0, 0]);
  expect([...(chunks.PLTE ?? [])]).toEqual([255, 255, 255, 0x1f, 0x4f, 0xd8]);
  expect([...inflateSync(chunks.IDAT ?? Buffer.alloc(0))]).toEqual([0, 0, 1, 0, 1, 0]);
});
