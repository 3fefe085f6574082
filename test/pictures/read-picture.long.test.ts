import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { PictureKind } from '../../src/domain/picture.ts';
import { readPicture } from '../../src/pictures/read-picture.ts';
import { bomb, colorAt, jpeg, png, SVG, testPicture } from '../support/pictures.ts';

const read = (file: Buffer, kind: PictureKind = 'cover') => readPicture(file, kind, 'file');
const refusal = async (file: Buffer, kind?: PictureKind) =>
  read(file, kind).then(
    () => null,
    (error: Error) => error.message,
  );
const RED = [192, 16, 32];
const isNear = (color: readonly number[], wanted: readonly number[]) =>
  color.every((part, index) => Math.abs(part - (wanted[index] ?? 0)) < 24);

// Made before anything is read: from then on the library reads nothing but pictures.
const base = () => testPicture({ width: 1300, height: 800 });
const FILES = {
  png: await base().png().toBuffer(),
  jpeg: await base().jpeg().toBuffer(),
  'progressive jpeg': await base().jpeg({ progressive: true }).toBuffer(),
  webp: await base().webp().toBuffer(),
  avif: await base().avif({ effort: 0 }).toBuffer(),
  gif: await base().gif().toBuffer(),
  'png with a palette': await base().png({ palette: true }).toBuffer(),
  'png of 16 bits': await base().toColourspace('rgb16').png().toBuffer(),
  'interlaced png': await base().png({ progressive: true }).toBuffer(),
  'cmyk jpeg': await base().toColourspace('cmyk').jpeg().toBuffer(),
};

describe('a picture', () => {
  it.each(Object.entries(FILES))(
    'that is a %s is read, and becomes a JPEG of its colours',
    async (_, file) => {
      const cover = await read(file);
      expect(cover).toMatchObject({ contentType: 'image/jpeg', width: 1200, height: 630, isSoft: false });
      const about = await sharp(cover.bytes).metadata();
      expect(about).toMatchObject({ format: 'jpeg', space: 'srgb', channels: 3, depth: 'uchar' });
      const color = await colorAt(cover.bytes, 20, 20);
      expect([color, isNear(color, RED)]).toEqual([color, true]);
    },
  );

  it('that is grey stays grey', async () => {
    const grey = await base().greyscale().toColourspace('b-w').png().toBuffer();
    const [red, green, blue] = await colorAt((await read(grey)).bytes, 20, 20);
    expect([red, green]).toEqual([green, blue]);
  });

  it('of several frames shows its first', async () => {
    const frame = (background: string) =>
      sharp({ create: { width: 700, height: 400, channels: 3, background } })
        .png()
        .toBuffer();
    const animated = await sharp([await frame('#c01020'), await frame('#1020c0')], {
      join: { animated: true },
    })
      .gif()
      .toBuffer();
    expect((await sharp(animated).metadata()).pages).toBe(2);
    expect(isNear(await colorAt((await read(animated)).bytes, 20, 20), RED)).toBe(true);
  });

  it('that a camera turned stands upright, and says nothing of where it was taken', async () => {
    const turned = await sharp(FILES.png)
      .rotate(-90)
      .withExif({
        IFD0: { Copyright: 'Ada Lovelace', Orientation: '6' },
        IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
      })
      .withIccProfile('p3')
      .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret/></x:xmpmeta>')
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toBuffer();
    const before = await sharp(turned).metadata();
    expect([before.width, before.height, before.orientation]).toEqual([800, 1300, 6]);
    expect(before.exif?.toString('latin1')).toContain('Ada Lovelace');
    const { bytes } = await read(turned);
    const after = await sharp(bytes).metadata();
    expect([after.exif, after.icc, after.xmp, after.iptc, after.orientation]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    expect(bytes.toString('latin1')).not.toMatch(/Exif|Ada Lovelace|secret|GPS/);
    // Red above and blue below, as it was before it was turned.
    expect(isNear(await colorAt(bytes, 20, 20), RED)).toBe(true);
    expect(isNear(await colorAt(bytes, 20, 610), [16, 32, 192])).toBe(true);
  });

  it('that is something else at the same time is only a picture afterwards', async () => {
    const page = '<script>alert(document.domain)</script>';
    const polyglot = Buffer.concat([await base().jpeg().toBuffer(), Buffer.from(`PK\x03\x04${page}`)]);
    const { bytes } = await read(polyglot);
    expect(bytes.includes('<script>')).toBe(false);
    expect(bytes.includes('PK\x03\x04')).toBe(false);
  });

  it('has the same hash whenever it is uploaded, and another one than another picture', async () => {
    const [one, again, other] = [
      await read(FILES.png),
      await read(FILES.png),
      await read(await png({ width: 900, height: 900 })),
    ];
    expect(again.hash).toBe(one.hash);
    expect(other.hash).not.toBe(one.hash);
  });
});

describe('a logo', () => {
  it('fits into 480 × 160 pixels, keeps its shape and what shows through it', async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const mark = await sharp({ create: { width: 1200, height: 300, channels: 4, background: clear } })
      .composite([{ input: await png({ width: 300, height: 300 }), left: 0, top: 0 }])
      .png()
      .toBuffer();
    const logo = await read(mark, 'logo');
    expect(logo).toMatchObject({ contentType: 'image/png', width: 480, height: 120 });
    const { data, info } = await sharp(logo.bytes).raw().toBuffer({ resolveWithObject: true });
    expect([info.channels, data[3], data.at(-1)]).toEqual([4, 255, 0]);
  });

  it('that is small is not enlarged', async () => {
    expect(await read(await png({ width: 120, height: 30 }), 'logo')).toMatchObject({
      ...{ width: 120, height: 30 },
      isSoft: false,
    });
  });
});

describe('a picture of the host', () => {
  it('is a square, and lies on white where it is transparent', async () => {
    const clear = { r: 0, g: 0, b: 0, alpha: 0 };
    const file = await sharp({ create: { width: 300, height: 500, channels: 4, background: clear } })
      .png()
      .toBuffer();
    const host = await read(file, 'host');
    expect(host).toMatchObject({ contentType: 'image/jpeg', width: 160, height: 160 });
    expect(await colorAt(host.bytes, 80, 80)).toEqual([255, 255, 255]);
  });
});

describe('what is smaller than it is shown', () => {
  it.each([
    ['cover', { width: 600, height: 315 }],
    ['cover', { width: 4000, height: 315 }],
    ['host', { width: 80, height: 300 }],
  ] as const)('a %s of $width × $height is enlarged, and said to be soft', async (kind, shape) => {
    expect((await read(await jpeg(shape), kind)).isSoft).toBe(true);
  });

  it.each([
    ['cover', { width: 599, height: 400 }, 'needs 600 × 315 or more'],
    ['cover', { width: 2000, height: 314 }, 'needs 600 × 315 or more'],
    ['host', { width: 79, height: 300 }, 'needs 80 × 80 or more'],
    ['logo', { width: 400, height: 20 }, 'needs 24 × 24 or more'],
  ] as const)('or much smaller is refused: %s %j', async (kind, shape, message) => {
    expect(await refusal(await jpeg(shape), kind)).toContain(message);
  });

  it('is measured as it stands upright', async () => {
    const lying = await testPicture({ width: 320, height: 620 })
      .withMetadata({ orientation: 8 })
      .jpeg()
      .toBuffer();
    expect((await read(lying)).isSoft).toBe(true);
  });
});

describe('a file that is refused', () => {
  const damaged = 'The picture is damaged or not complete: open it, save it again, and upload that.';
  it.each(Object.entries(FILES))('a %s of which the end is missing', async (_, file) => {
    expect(await refusal(file.subarray(0, Math.floor(file.length * 0.6)))).toBe(damaged);
  });

  it.each([
    ['a PNG that is nothing but its first bytes', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['a JPEG that is nothing but its first bytes', Buffer.from('\xff\xd8\xff\xe0', 'latin1')],
    ['a WebP of nonsense', Buffer.from('RIFF\x10\0\0\0WEBPVP8 nonsense', 'latin1')],
    ['an AVIF of nonsense', Buffer.from('\0\0\0\x1cftypavif\0\0\0\0avifmif1', 'latin1')],
    ['a GIF of nonsense', Buffer.from('GIF89a\xff\xff\xff\xff', 'latin1')],
  ])('%s', async (_, file) => {
    expect(await refusal(file)).toBe(damaged);
  });

  it.each([
    ['a bomb', { width: 30_000, height: 30_000 }, '900 megapixels, and at most 50'],
    ['one a little too large', { width: 10_001, height: 5_000 }, '51 megapixels, and at most 50'],
  ])('%s', async (_, shape, message) => {
    const file = await bomb(shape);
    expect(file.length).toBeLessThan(200 * 1024);
    expect(await refusal(file)).toContain(message);
  });

  it.each([
    ['an SVG', SVG],
    ['an SVG after a declaration', Buffer.from(`<?xml version="1.0"?>\n<!-- x -->\n${SVG}`)],
    ['an SVG after a mark of its encoding', Buffer.from(`\ufeff  \n${SVG}`)],
    ['an SVG in UTF-16', Buffer.from(`\ufeff${SVG}`, 'utf16le')],
  ])('%s, with the reason and what to do', async (_, file) => {
    expect(await refusal(file)).toBe(
      'The picture is an SVG, which can hold scripts and which mail programs do not show: export it as PNG.',
    );
  });

  it.each([
    ['HTML', Buffer.from('<!doctype html><img src=x onerror=alert(1)>')],
    ['a PDF', Buffer.from('%PDF-1.4\n%âãÏÓ')],
    ['a TIFF', Buffer.from('II*\0\x08\0\0\0', 'latin1')],
    ['a BMP', Buffer.from('BM\x36\0\0\0', 'latin1')],
    ['text', Buffer.from('hello')],
    ['HTML that names an SVG', Buffer.from('<html><svg></svg></html>')],
  ])('%s', async (_, file) => {
    expect(await refusal(file)).toBe(
      'The picture is not one that can be read, whatever its name says: upload a PNG, JPEG, WebP, AVIF or GIF file.',
    );
  });

  it('a picture of a telephone in a format of its own, and an empty one', async () => {
    expect(await refusal(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'))).toContain(
      'export it as JPEG',
    );
    expect(await refusal(Buffer.alloc(0))).toBe('The picture is empty: choose another file.');
  });
});

it('the library reads nothing but pictures from then on', async () => {
  await read(FILES.png);
  await expect(sharp(SVG).metadata()).rejects.toThrow();
});
